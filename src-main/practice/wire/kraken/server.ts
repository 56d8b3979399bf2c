import type { FeedId } from '#shared/domain/ids';
import type { HttpRequest, HttpResponse, ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import { json } from '../http.ts';
import type { Address, VenueWire, WireContext } from '../venue.ts';
import { KrakenFeed } from './feed.ts';
import { KrakenRest } from './rest.ts';

/** Kraken spot: public REST and WebSocket v2 of one practice world. */
export class KrakenServer implements VenueWire {
  readonly hosts = ['api.kraken.com', 'ws.kraken.com'];
  readonly #rest: KrakenRest;
  readonly #feed: KrakenFeed;

  constructor(context: WireContext) {
    const feed = context.feed('kraken:spot');
    this.#rest = new KrakenRest(feed, context.clock);
    this.#feed = new KrakenFeed(feed, context.clock, context.random);
    feed.listen(this.#feed);
  }

  start(): void {
    this.#feed.start();
  }

  stop(): void {
    this.#feed.stop();
  }

  feedOf(): FeedId {
    return 'kraken:spot';
  }

  request(request: HttpRequest): HttpResponse {
    return this.#rest.request(request);
  }

  connect({ path }: Address, socket: ServerSocket): ServerSocketEvents | null {
    return this.#feed.connect(path, socket);
  }

  rateLimited(): HttpResponse {
    return json(429, { error: ['EGeneral:Too many requests'] });
  }
}
