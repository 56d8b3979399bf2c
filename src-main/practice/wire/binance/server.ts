import type { FeedId } from '#shared/domain/ids';
import type { Clock } from '#shared/kernel/time';
import type { HttpRequest, HttpResponse, ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import { ask, json } from '../http.ts';
import type { Address, VenueAnswer, VenueWire, WireContext } from '../venue.ts';
import { HOSTS, partOf } from './hosts.ts';
import { BinancePerpRest } from './perp-rest.ts';
import { BinancePerpStreams } from './perp-streams.ts';
import { AccountDesk } from './private/calls.ts';
import { BinanceAlgoService } from './private/perp-algo.ts';
import { BinancePerpAccount } from './private/perp-rest.ts';
import { BinancePerpAccountStream } from './private/perp-stream.ts';
import { BinanceSpotAccount } from './private/spot-rest.ts';
import { BinanceSpotAccountStream } from './private/spot-stream.ts';
import { BinanceRest, SYSTEM_STATUS } from './rest.ts';
import { BinanceStreams } from './streams.ts';

/** Bans begin at two minutes. */
const BAN_MS = 120_000;

/** Binance: REST, market streams and accounts of spot and of USDⓈ-M perpetuals, each on hosts of their own. */
export class BinanceServer implements VenueWire {
  readonly hosts = HOSTS;
  readonly #clock: Clock;
  readonly #spotRest: BinanceRest;
  readonly #spotStreams: BinanceStreams;
  readonly #perpRest: BinancePerpRest;
  readonly #perpStreams: BinancePerpStreams;
  readonly #spotAccountStream: BinanceSpotAccountStream;
  readonly #perpAccountStream: BinancePerpAccountStream;

  constructor(context: WireContext) {
    const { clock, exchange } = context;
    this.#clock = clock;
    const spot = context.feed('binance:spot');
    const ids = context.random.fork('update-ids');
    const firstId = () => 40_000_000_000 + Math.floor(ids.next() * 1e9);
    this.#spotStreams = new BinanceStreams(spot.markets, clock, spot.gate, firstId);
    const spotAccount = new BinanceSpotAccount(exchange, spot, clock);
    const spotDesk = new AccountDesk(exchange, 'binance:spot', clock, spotAccount.calls());
    this.#spotAccountStream = new BinanceSpotAccountStream(exchange, clock, spot.gate);
    this.#spotRest = new BinanceRest(spot, clock, (market) => this.#spotStreams.lastUpdateId(market), spotDesk);
    spot.gate.onRestart(() => this.#spotStreams.restart());
    spot.listen(this.#spotStreams);
    const perp = context.feed('binance:perp');
    const perpIds = context.random.fork('contract-update-ids');
    const firstPerpId = () => 9_000_000_000_000 + Math.floor(perpIds.next() * 1e12);
    this.#perpStreams = new BinancePerpStreams(perp.markets, clock, perp.gate, firstPerpId);
    this.#perpAccountStream = new BinancePerpAccountStream(
      exchange,
      clock,
      perp.gate,
      context.random.fork('listen-keys'),
    );
    const perpDesk = new AccountDesk(exchange, 'binance:perp', clock, {
      ...new BinancePerpAccount(exchange, perp, clock).calls(),
      ...new BinanceAlgoService(exchange, perp, clock).calls(),
      ...this.#perpAccountStream.keys.calls(),
    });
    this.#perpRest = new BinancePerpRest(perp, clock, (market) => this.#perpStreams.versionOf(market), perpDesk);
    perp.gate.onRestart(() => this.#perpStreams.restart());
    perp.listen(this.#perpStreams);
  }

  start(): void {
    this.#spotStreams.start();
    this.#perpStreams.start();
    this.#spotAccountStream.start();
    this.#perpAccountStream.start();
  }

  stop(): void {
    this.#spotStreams.stop();
    this.#perpStreams.stop();
    this.#spotAccountStream.stop();
    this.#perpAccountStream.stop();
  }

  feedOf({ host }: Address): FeedId {
    return partOf(host) === 'perp' ? 'binance:perp' : 'binance:spot';
  }

  announces({ path }: Address): 'here' | null {
    return path === SYSTEM_STATUS ? 'here' : null;
  }

  request(request: HttpRequest): VenueAnswer {
    return partOf(ask(request)?.host ?? '') === 'perp'
      ? this.#perpRest.request(request)
      : this.#spotRest.request(request);
  }

  connect({ host, path, query }: Address, socket: ServerSocket): ServerSocketEvents | null {
    const part = partOf(host);
    if (part === 'spot-account-sockets') return this.#spotAccountStream.connect({ host, path }, socket);
    if (part !== 'perp') return this.#spotStreams.connect(path, query, socket);
    return (
      this.#perpAccountStream.connect({ host, path, query }, socket) ?? this.#perpStreams.connect(path, query, socket)
    );
  }

  rateLimited(): HttpResponse {
    return json(
      429,
      {
        code: -1003,
        msg: 'Too many requests; current limit of IP is 6000 requests per minute. Please use the websocket for live updates to avoid polling the API.',
      },
      { 'retry-after': '30' },
    );
  }

  banned(): HttpResponse {
    const untilMs = Math.floor(this.#clock.wallMs()) + BAN_MS;
    return json(
      418,
      {
        code: -1003,
        msg: `Way too much request weight used; IP banned until ${untilMs}. Please use WebSocket Streams for live updates to avoid bans.`,
      },
      { 'retry-after': String(BAN_MS / 1000) },
    );
  }
}
