import type { FeedId } from '#shared/domain/ids';
import type { HttpRequest, HttpResponse, ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import { json } from '../http.ts';
import type { Address, VenueWire, WireContext } from '../venue.ts';
import { OkxFeed } from './feed.ts';
import { OkxRest } from './rest.ts';

/** OKX v5 spot: public REST and public socket of one practice world. */
export class OkxServer implements VenueWire {
  readonly hosts = ['www.okx.com', 'ws.okx.com'];
  readonly #rest: OkxRest;
  readonly #feed: OkxFeed;

  constructor(context: WireContext) {
    const { clock } = context;
    const feed = context.feed('okx:spot');
    this.#feed = new OkxFeed(feed.markets, clock, feed.gate, context.random);
    this.#rest = new OkxRest(feed, clock, (market) => this.#feed.seqId(market));
    feed.gate.onRestart(() => this.#feed.restart());
    feed.listen(this.#feed);
  }

  start(): void {
    this.#feed.start();
  }

  stop(): void {
    this.#feed.stop();
  }

  feedOf(): FeedId {
    return 'okx:spot';
  }

  request(request: HttpRequest): HttpResponse {
    return this.#rest.request(request);
  }

  connect({ path }: Address, socket: ServerSocket): ServerSocketEvents | null {
    return this.#feed.connect(path, socket);
  }

  rateLimited(): HttpResponse {
    return json(429, { code: '50011', data: [], msg: 'Too Many Requests' });
  }
}
