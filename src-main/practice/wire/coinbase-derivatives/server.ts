import type { FeedId } from '#shared/domain/ids';
import type { HttpRequest, HttpResponse, ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import { CdpTokens } from '../coinbase/private/cdp-token.ts';
import { ask, json } from '../http.ts';
import type { Address, VenueAnswer, VenueWire, WireContext } from '../venue.ts';
import type { VenueClock } from '../venue-clock.ts';
import { errorOf, TOO_MANY_REQUESTS } from './json-rpc.ts';
import { GatewayAccess } from './private/access.ts';
import { Credits } from './private/credits.ts';
import { GatewayMethods } from './private/methods.ts';
import { GatewayPrivateRest } from './private/rest.ts';
import { GatewayTradingSocket } from './private/trading-socket.ts';
import { GatewayRest } from './rest.ts';
import { GatewayStreams } from './streams.ts';

const STREAMS = 'streams.drb.coinbase.com';
const SOCKET = '/ws/api/v2';

/** Coinbase's Global Derivatives gateway: calls and the trading socket on one host, public streams on another. */
export class CoinbaseDerivativesServer implements VenueWire {
  readonly hosts = ['drb.coinbase.com', STREAMS];
  readonly #clock: VenueClock;
  readonly #rest: GatewayRest;
  readonly #streams: GatewayStreams;
  readonly #privateRest: GatewayPrivateRest;
  readonly #trading: GatewayTradingSocket;

  constructor({ clock, random, exchange, feed: feedOf }: WireContext) {
    const feed = feedOf('coinbase:perp');
    const access = new GatewayAccess(new CdpTokens(exchange, clock), clock, random.fork('access'));
    const methods = new GatewayMethods(feed, clock, exchange);
    const parts = { feed, clock, exchange, access, methods, credits: new Credits(clock) };
    this.#clock = clock;
    this.#rest = new GatewayRest(feed, clock);
    this.#streams = new GatewayStreams(feed, clock, random);
    this.#privateRest = new GatewayPrivateRest(parts);
    this.#trading = new GatewayTradingSocket(parts);
    feed.listen(this.#streams);
  }

  start(): void {
    this.#streams.start();
    this.#trading.start();
  }

  stop(): void {
    this.#streams.stop();
    this.#trading.stop();
  }

  feedOf(): FeedId {
    return 'coinbase:perp';
  }

  request(request: HttpRequest): VenueAnswer {
    const asked = ask(request);
    if (asked === null || !GatewayPrivateRest.isPrivate(asked)) return this.#rest.request(request);
    return this.#privateRest.request(request, asked);
  }

  /** One host's socket is public alone, the other's for who signs in. */
  connect({ host, path }: Address, socket: ServerSocket): ServerSocketEvents | null {
    if (path !== SOCKET) return null;
    return host === STREAMS ? this.#streams.connect(socket) : this.#trading.connect(socket);
  }

  rateLimited(): HttpResponse {
    return json(429, errorOf(undefined, TOO_MANY_REQUESTS, this.#clock.wallMs()));
  }
}
