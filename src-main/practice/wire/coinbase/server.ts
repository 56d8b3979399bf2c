import type { FeedId } from '#shared/domain/ids';
import type { HttpRequest, HttpResponse, ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import type { PracticeExchange } from '../../exchange/types.ts';
import { answered, ask, json } from '../http.ts';
import type { Address, VenueAnswer, VenueWire, WireContext } from '../venue.ts';
import { CoinbaseFeed } from './feed.ts';
import { BookKeeping } from './private/book-keeping.ts';
import { CdpTokens } from './private/cdp-token.ts';
import { CoinbasePrivateRest } from './private/rest.ts';
import { CoinbaseUserFeed } from './private/user-feed.ts';
import { CoinbaseRest } from './rest.ts';
import { STATUS_PAGE, StatusPage } from './status-page.ts';

const FEED = 'coinbase:spot';
const USER = 'advanced-trade-ws-user.coinbase.com';

/** Coinbase Advanced Trade: REST, public and signed, market data socket and user socket of one practice world. */
export class CoinbaseServer implements VenueWire {
  readonly hosts = ['api.coinbase.com', 'advanced-trade-ws.coinbase.com', USER, STATUS_PAGE];
  readonly #exchange: PracticeExchange;
  readonly #rest: CoinbaseRest;
  readonly #statusPage: StatusPage;
  readonly #privateRest: CoinbasePrivateRest;
  readonly #feed: CoinbaseFeed;
  readonly #userFeed: CoinbaseUserFeed;

  constructor({ clock, exchange, maintenance, feed: feedOf }: WireContext) {
    const feed = feedOf(FEED);
    const tokens = new CdpTokens(exchange, clock);
    const books = new BookKeeping(exchange);
    this.#exchange = exchange;
    this.#statusPage = new StatusPage(maintenance, clock);
    this.#rest = new CoinbaseRest(feed, clock);
    this.#privateRest = new CoinbasePrivateRest(feed, clock, tokens, books);
    this.#feed = new CoinbaseFeed(feed, clock);
    this.#userFeed = new CoinbaseUserFeed(feed.gate, clock, tokens, books);
    feed.listen(this.#feed);
  }

  start(): void {
    this.#feed.start();
    this.#userFeed.start();
  }

  stop(): void {
    this.#feed.stop();
    this.#userFeed.stop();
  }

  feedOf(): FeedId {
    return FEED;
  }

  announces({ host }: Address): 'apart' | null {
    return host === STATUS_PAGE ? 'apart' : null;
  }

  request(request: HttpRequest): VenueAnswer {
    const asked = ask(request);
    if (asked?.host === STATUS_PAGE) return this.#statusPage.request(asked);
    if (asked === null || !CoinbasePrivateRest.isPrivate(asked)) return this.#rest.request(request);
    if (this.#exchange.inMaintenance(FEED)) {
      return json(503, { error: 'UNAVAILABLE', error_details: 'maintenance', message: 'maintenance' });
    }
    const { answer, what } = this.#privateRest.request(request, asked);
    return answered(answer, this.#exchange.answerTo(FEED, what));
  }

  connect({ host, path }: Address, socket: ServerSocket): ServerSocketEvents | null {
    return host === USER ? this.#userFeed.connect(path, socket) : this.#feed.connect(path, socket);
  }

  rateLimited(): HttpResponse {
    return json(429, { errors: [{ id: 'rate_limit_exceeded', message: 'Too many requests' }] });
  }
}
