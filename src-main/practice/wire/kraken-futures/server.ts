import type { FeedId } from '#shared/domain/ids';
import type { Random } from '#shared/kernel/random';
import type { HttpRequest, HttpResponse, ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import { ask } from '../http.ts';
import type { Address, VenueAnswer, VenueWire, WireContext } from '../venue.ts';
import { KrakenFuturesFeed } from './feed.ts';
import { FuturesAccount } from './private/account.ts';
import { FuturesPrivateFeed } from './private/feed.ts';
import { FuturesGatekeeper } from './private/gatekeeper.ts';
import { FuturesPrivateRest } from './private/rest.ts';
import { KrakenFuturesRest } from './rest.ts';

/** The demo is another place with keys of its own; everything else is as on the venue itself. */
const DEMO = 'demo-futures.kraken.com';

/** The private side of one place. */
interface Place {
  readonly rest: FuturesPrivateRest;
  readonly feed: FuturesPrivateFeed;
}

/** Kraken Futures and its demo: REST and stream of linear perpetuals, on one host each. */
export class KrakenFuturesServer implements VenueWire {
  readonly hosts = ['futures.kraken.com', DEMO];
  readonly #rest: KrakenFuturesRest;
  readonly #feed: KrakenFuturesFeed;
  readonly #live: Place;
  readonly #demo: Place;

  constructor(context: WireContext) {
    const { clock, exchange } = context;
    const feed = context.feed('kraken:perp');
    this.#rest = new KrakenFuturesRest(feed, clock);
    this.#feed = new KrakenFuturesFeed(feed, clock);
    feed.listen(this.#feed);
    const account = new FuturesAccount(feed, clock);
    const place = (entity: string, random: Random): Place => {
      const gatekeeper = new FuturesGatekeeper(exchange, clock, entity);
      return {
        rest: new FuturesPrivateRest(feed, exchange, clock, { gatekeeper, account }),
        feed: new FuturesPrivateFeed(feed.gate, exchange, clock, { gatekeeper, account, random }),
      };
    };
    this.#live = place('global', context.random.fork('challenges'));
    this.#demo = place('demo', context.random.fork('challenges of the demo'));
  }

  start(): void {
    this.#feed.start();
    this.#live.feed.start();
    this.#demo.feed.start();
  }

  stop(): void {
    this.#feed.stop();
    this.#live.feed.stop();
    this.#demo.feed.stop();
  }

  feedOf(): FeedId {
    return 'kraken:perp';
  }

  request(request: HttpRequest): VenueAnswer {
    const asked = ask(request);
    const { rest } = this.#placeOf(asked?.host);
    return asked !== null && rest.serves(asked.path) ? rest.request(request, asked.path) : this.#rest.request(request);
  }

  #placeOf(host: string | undefined): Place {
    return host === DEMO ? this.#demo : this.#live;
  }

  /** Public and private feeds come over one socket. */
  connect({ host, path }: Address, socket: ServerSocket): ServerSocketEvents | null {
    const events = this.#feed.connect(path, socket);
    if (events === null) return null;
    const session = this.#placeOf(host).feed.session(socket);
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
