import type { FeedId } from '#shared/domain/ids';
import type { HttpRequest, HttpResponse, ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import { ask } from '../http.ts';
import type { Address, VenueAnswer, VenueWire, WireContext } from '../venue.ts';
import { KrakenFuturesFeed } from './feed.ts';
import { FuturesAccount } from './private/account.ts';
import { FuturesPrivateFeed } from './private/feed.ts';
import { FuturesGatekeeper } from './private/gatekeeper.ts';
import { FuturesPrivateRest } from './private/rest.ts';
import { KrakenFuturesRest } from './rest.ts';

/** Kraken Futures: REST and stream of linear perpetuals, on one host. */
export class KrakenFuturesServer implements VenueWire {
  readonly hosts = ['futures.kraken.com'];
  readonly #rest: KrakenFuturesRest;
  readonly #feed: KrakenFuturesFeed;
  readonly #privateRest: FuturesPrivateRest;
  readonly #privateFeed: FuturesPrivateFeed;

  constructor(context: WireContext) {
    const { clock, exchange } = context;
    const feed = context.feed('kraken:perp');
    this.#rest = new KrakenFuturesRest(feed, clock);
    this.#feed = new KrakenFuturesFeed(feed, clock);
    feed.listen(this.#feed);
    const account = new FuturesAccount(feed, clock);
    const gatekeeper = new FuturesGatekeeper(exchange, clock);
    this.#privateRest = new FuturesPrivateRest(feed, exchange, clock, { gatekeeper, account });
    const random = context.random.fork('challenges');
    this.#privateFeed = new FuturesPrivateFeed(feed.gate, exchange, clock, { gatekeeper, account, random });
  }

  start(): void {
    this.#feed.start();
    this.#privateFeed.start();
  }

  stop(): void {
    this.#feed.stop();
    this.#privateFeed.stop();
  }

  feedOf(): FeedId {
    return 'kraken:perp';
  }

  request(request: HttpRequest): VenueAnswer {
    const path = ask(request)?.path;
    return path !== undefined && this.#privateRest.serves(path)
      ? this.#privateRest.request(request, path)
      : this.#rest.request(request);
  }

  /** Public and private feeds come over one socket. */
  connect({ path }: Address, socket: ServerSocket): ServerSocketEvents | null {
    const events = this.#feed.connect(path, socket);
    if (events === null) return null;
    const session = this.#privateFeed.session(socket);
    return {
      ...events,
      message: (text) => {
        if (!session.message(text)) events.message(text);
      },
      closed: (code) => {
        session.closed();
        events.closed(code);
      },
    };
  }

  rateLimited(): HttpResponse {
    return this.#rest.rateLimited();
  }
}
