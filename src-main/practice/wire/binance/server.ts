import type { FeedId } from '#shared/domain/ids';
import type { HttpRequest, HttpResponse, ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import { ask, json } from '../http.ts';
import type { Address, VenueWire, WireContext } from '../venue.ts';
import { BinancePerpRest } from './perp-rest.ts';
import { BinancePerpStreams } from './perp-streams.ts';
import { BinanceRest } from './rest.ts';
import { BinanceStreams } from './streams.ts';

const PERP_HOSTS: readonly string[] = ['fapi.binance.com', 'fstream.binance.com'];

/** Binance: REST and market streams of spot and of USDⓈ-M perpetuals, each on hosts of their own. */
export class BinanceServer implements VenueWire {
  readonly hosts = [
    'api.binance.com',
    'data-api.binance.vision',
    'stream.binance.com',
    'data-stream.binance.vision',
    ...PERP_HOSTS,
  ];
  readonly #spotRest: BinanceRest;
  readonly #spotStreams: BinanceStreams;
  readonly #perpRest: BinancePerpRest;
  readonly #perpStreams: BinancePerpStreams;

  constructor(context: WireContext) {
    const { clock } = context;
    const spot = context.feed('binance:spot');
    const ids = context.random.fork('update-ids');
    const firstId = () => 40_000_000_000 + Math.floor(ids.next() * 1e9);
    this.#spotStreams = new BinanceStreams(spot.markets, clock, spot.gate, firstId);
    this.#spotRest = new BinanceRest(spot, clock, (market) => this.#spotStreams.lastUpdateId(market));
    spot.gate.onRestart(() => this.#spotStreams.restart());
    spot.listen(this.#spotStreams);
    const perp = context.feed('binance:perp');
    const perpIds = context.random.fork('contract-update-ids');
    const firstPerpId = () => 9_000_000_000_000 + Math.floor(perpIds.next() * 1e12);
    this.#perpStreams = new BinancePerpStreams(perp.markets, clock, perp.gate, firstPerpId);
    this.#perpRest = new BinancePerpRest(perp, clock, (market) => this.#perpStreams.versionOf(market));
    perp.gate.onRestart(() => this.#perpStreams.restart());
    perp.listen(this.#perpStreams);
  }

  start(): void {
    this.#spotStreams.start();
    this.#perpStreams.start();
  }

  stop(): void {
    this.#spotStreams.stop();
    this.#perpStreams.stop();
  }

  feedOf({ host }: Address): FeedId {
    return PERP_HOSTS.includes(host) ? 'binance:perp' : 'binance:spot';
  }

  request(request: HttpRequest): HttpResponse {
    const perp = PERP_HOSTS.includes(ask(request)?.host ?? '');
    return perp ? this.#perpRest.request(request) : this.#spotRest.request(request);
  }

  connect({ host, path, query }: Address, socket: ServerSocket): ServerSocketEvents | null {
    const streams = PERP_HOSTS.includes(host) ? this.#perpStreams : this.#spotStreams;
    return streams.connect(path, query, socket);
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
}
