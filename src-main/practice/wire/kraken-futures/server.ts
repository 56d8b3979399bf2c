import type { FeedId } from '#shared/domain/ids';
import type { HttpRequest, HttpResponse, ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import type { Address, VenueWire, WireContext } from '../venue.ts';
import { KrakenFuturesFeed } from './feed.ts';
import { KrakenFuturesRest } from './rest.ts';

/** Kraken Futures: public REST and stream of linear perpetuals, on one host. */
export class KrakenFuturesServer implements VenueWire {
  readonly hosts = ['futures.kraken.com'];
  readonly #rest: KrakenFuturesRest;
  readonly #feed: KrakenFuturesFeed;

  constructor(context: WireContext) {
    const feed = context.feed('kraken:perp');
    this.#rest = new KrakenFuturesRest(feed, context.clock);
    this.#feed = new KrakenFuturesFeed(feed, context.clock);
    feed.listen(this.#feed);
  }

  start(): void {
    this.#feed.start();
  }

  stop(): void {
    this.#feed.stop();
  }

  feedOf(): FeedId {
    return 'kraken:perp';
  }

  request(request: HttpRequest): HttpResponse {
    return this.#rest.request(request);
  }

  connect({ path }: Address, socket: ServerSocket): ServerSocketEvents | null {
    return this.#feed.connect(path, socket);
  }

  rateLimited(): HttpResponse {
    return this.#rest.rateLimited();
  }
}
