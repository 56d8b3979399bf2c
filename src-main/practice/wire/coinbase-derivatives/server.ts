import type { FeedId } from '#shared/domain/ids';
import type { HttpRequest, HttpResponse, ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import { json } from '../http.ts';
import type { Address, VenueWire, WireContext } from '../venue.ts';
import type { VenueClock } from '../venue-clock.ts';
import { errorOf, TOO_MANY_REQUESTS } from './json-rpc.ts';
import { GatewayRest } from './rest.ts';
import { GatewayStreams } from './streams.ts';

const STREAMS = 'streams.drb.coinbase.com';

/** Coinbase's Global Derivatives gateway: public calls on one host, public streams on another. */
export class CoinbaseDerivativesServer implements VenueWire {
  readonly hosts = ['drb.coinbase.com', STREAMS];
  readonly #clock: VenueClock;
  readonly #rest: GatewayRest;
  readonly #streams: GatewayStreams;

  constructor({ clock, random, feed }: WireContext) {
    const perpetuals = feed('coinbase:perp');
    this.#clock = clock;
    this.#rest = new GatewayRest(perpetuals, clock);
    this.#streams = new GatewayStreams(perpetuals, clock, random);
    perpetuals.listen(this.#streams);
  }

  start(): void {
    this.#streams.start();
  }

  stop(): void {
    this.#streams.stop();
  }

  feedOf(): FeedId {
    return 'coinbase:perp';
  }

  request(request: HttpRequest): HttpResponse {
    return this.#rest.request(request);
  }

  /** The other host's socket is for those who are signed in. */
  connect({ host, path }: Address, socket: ServerSocket): ServerSocketEvents | null {
    return host === STREAMS && path === '/ws/api/v2' ? this.#streams.connect(socket) : null;
  }

  rateLimited(): HttpResponse {
    return json(429, errorOf(undefined, TOO_MANY_REQUESTS, this.#clock.wallMs()));
  }
}
