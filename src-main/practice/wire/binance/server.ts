import type { FeedId } from '#shared/domain/ids';
import type { HttpRequest, HttpResponse, ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import { json } from '../http.ts';
import type { Address, VenueWire, WireContext } from '../venue.ts';
import { BinanceRest } from './rest.ts';
import { BinanceStreams } from './streams.ts';

/** Binance spot: REST and market streams of one practice world. */
export class BinanceServer implements VenueWire {
  readonly hosts = ['api.binance.com', 'data-api.binance.vision', 'stream.binance.com', 'data-stream.binance.vision'];
  readonly #rest: BinanceRest;
  readonly #streams: BinanceStreams;

  constructor(context: WireContext) {
    const { clock } = context;
    const feed = context.feed('binance:spot');
    const ids = context.random.fork('update-ids');
    this.#streams = new BinanceStreams(
      feed.markets,
      clock,
      feed.gate,
      () => 40_000_000_000 + Math.floor(ids.next() * 1e9),
    );
    this.#rest = new BinanceRest(feed, clock, (market) => this.#streams.lastUpdateId(market));
    feed.gate.onRestart(() => this.#streams.restart());
    feed.listen(this.#streams);
  }

  start(): void {
    this.#streams.start();
  }

  stop(): void {
    this.#streams.stop();
  }

  feedOf(): FeedId {
    return 'binance:spot';
  }

  request(request: HttpRequest): HttpResponse {
    return this.#rest.request(request);
  }

  connect({ path, query }: Address, socket: ServerSocket): ServerSocketEvents | null {
    return this.#streams.connect(path, query, socket);
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
