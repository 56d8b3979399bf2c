import type { FeedId } from '#shared/domain/ids';
import type { HttpRequest, HttpResponse, ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import { json } from '../http.ts';
import type { Address, VenueWire, WireContext } from '../venue.ts';
import { OkxFeed } from './feed.ts';
import { INST_TYPES } from './instruments.ts';
import { OkxRest } from './rest.ts';

/** OKX v5: public REST and public socket, spot and swaps behind one pair of hosts. */
export class OkxServer implements VenueWire {
  readonly hosts = ['www.okx.com', 'ws.okx.com'];
  readonly #rest: OkxRest;
  readonly #feed: OkxFeed;

  constructor(context: WireContext) {
    const { clock } = context;
    const feeds = { SPOT: context.feed('okx:spot'), SWAP: context.feed('okx:perp') };
    this.#feed = new OkxFeed(feeds, clock, context.random);
    this.#rest = new OkxRest(feeds, clock, (market) => this.#feed.seqId(market));
    for (const type of INST_TYPES) {
      const feed = feeds[type];
      feed.gate.onRestart(() => this.#feed.restart(feed.gate));
      feed.listen(this.#feed);
    }
  }

  start(): void {
    this.#feed.start();
  }

  stop(): void {
    this.#feed.stop();
  }

  /** A call tells by its instrument or type; a socket by what it subscribes to, later. */
  feedOf({ query }: Address): FeedId | null {
    const instId = query.get('instId');
    if (query.get('instType') === 'SWAP' || instId === 'ANY' || instId?.endsWith('-SWAP') === true) return 'okx:perp';
    return query.get('instType') === 'SPOT' || instId !== null ? 'okx:spot' : null;
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
