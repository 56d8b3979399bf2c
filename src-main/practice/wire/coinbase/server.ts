import type { FeedId } from '#shared/domain/ids';
import type { HttpRequest, HttpResponse, ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import { json } from '../http.ts';
import type { Address, VenueWire, WireContext } from '../venue.ts';
import { CoinbaseFeed } from './feed.ts';
import { CoinbaseRest } from './rest.ts';

/** Coinbase Advanced Trade: public REST and market data socket of one practice world. */
export class CoinbaseServer implements VenueWire {
  readonly hosts = ['api.coinbase.com', 'advanced-trade-ws.coinbase.com'];
  readonly #rest: CoinbaseRest;
  readonly #feed: CoinbaseFeed;

  constructor(context: WireContext) {
    const feed = context.feed('coinbase:spot');
    this.#rest = new CoinbaseRest(feed, context.clock);
    this.#feed = new CoinbaseFeed(feed, context.clock);
    feed.listen(this.#feed);
  }

  start(): void {
    this.#feed.start();
  }

  stop(): void {
    this.#feed.stop();
  }

  feedOf(): FeedId {
    return 'coinbase:spot';
  }

  request(request: HttpRequest): HttpResponse {
    return this.#rest.request(request);
  }

  connect({ path }: Address, socket: ServerSocket): ServerSocketEvents | null {
    return this.#feed.connect(path, socket);
  }

  rateLimited(): HttpResponse {
    return json(429, { errors: [{ id: 'rate_limit_exceeded', message: 'Too many requests' }] });
  }
}
