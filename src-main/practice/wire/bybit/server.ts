import type { FeedId } from '#shared/domain/ids';
import type { HttpRequest, HttpResponse, ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import { json, text } from '../http.ts';
import { wholeMs } from '../instants.ts';
import type { Address, VenueAnswer, VenueWire, WireContext } from '../venue.ts';
import type { VenueClock } from '../venue-clock.ts';
import { BybitFeed } from './feed.ts';
import { SYSTEM_STATUS } from './maintenance.ts';
import { BYBIT_HOSTS } from './private/gatekeeper.ts';
import { BybitPrivateRest } from './private/rest.ts';
import { BybitPrivateStream } from './private/stream.ts';
import type { Category } from './rest.ts';
import { BybitRest, CATEGORIES, categoryOf } from './rest.ts';

const FEEDS = { spot: 'bybit:spot', linear: 'bybit:perp' } as const satisfies Record<Category, FeedId>;

/** Bybit v5, spot and linear: market API, public streams and accounts behind one pair of hosts for each entity. */
export class BybitServer implements VenueWire {
  readonly hosts = Object.keys(BYBIT_HOSTS);
  readonly #clock: VenueClock;
  readonly #rest: BybitRest;
  readonly #streams: Readonly<Record<Category, BybitFeed>>;
  readonly #accounts: BybitPrivateRest;
  readonly #events: BybitPrivateStream;

  constructor(context: WireContext) {
    const { clock, random, exchange, maintenance } = context;
    this.#clock = clock;
    const [spot, linear] = [context.feed(FEEDS.spot), context.feed(FEEDS.linear)];
    this.#streams = {
      spot: new BybitFeed(spot, clock, random),
      linear: new BybitFeed(linear, clock, random.fork('linear')),
    };
    this.#rest = new BybitRest(
      {
        spot: { feed: spot, version: (market) => this.#streams.spot.numbersOf(market) },
        linear: { feed: linear, version: (market) => this.#streams.linear.numbersOf(market) },
      },
      clock,
      maintenance,
    );
    const shelves = { spot, linear };
    this.#accounts = new BybitPrivateRest(shelves, exchange, clock);
    const { gatekeeper } = this.#accounts;
    this.#events = new BybitPrivateStream(shelves, exchange, gatekeeper, clock, random.fork('private'));
    for (const [category, feed] of [
      ['spot', spot],
      ['linear', linear],
    ] as const) {
      const stream = this.#streams[category];
      feed.gate.onRestart(() => stream.restart());
      feed.listen(stream);
    }
  }

  start(): void {
    for (const category of CATEGORIES) this.#streams[category].start();
    this.#events.start();
  }

  stop(): void {
    for (const category of CATEGORIES) this.#streams[category].stop();
    this.#events.stop();
  }

  /** By the path of a socket, by the category of a call; the time is for both. */
  feedOf({ path, query }: Address): FeedId | null {
    const category = CATEGORIES.find((one) => path === `/v5/public/${one}`) ?? categoryOf(query);
    return category === null ? null : FEEDS[category];
  }

  feedOfCall(request: HttpRequest): FeedId | null {
    return this.#accounts.serves(request) ? this.#accounts.feedOf(request) : null;
  }

  announces({ path }: Address): 'here' | null {
    return path === SYSTEM_STATUS ? 'here' : null;
  }

  request(request: HttpRequest): VenueAnswer {
    return this.#accounts.serves(request) ? this.#accounts.request(request) : this.#rest.request(request);
  }

  connect({ host, path }: Address, socket: ServerSocket): ServerSocketEvents | null {
    if (path === '/v5/private') return this.#events.connect(host, socket);
    const category = CATEGORIES.find((one) => path === `/v5/public/${one}`);
    return category === undefined ? null : this.#streams[category].connect(socket);
  }

  rateLimited(): HttpResponse {
    const time = wholeMs(this.#clock.wallMs());
    return json(429, { retCode: 10006, retMsg: 'Too many visits!', result: {}, retExtInfo: {}, time });
  }

  banned(): HttpResponse {
    return text(403, 'text/plain', '403, access too frequent');
  }
}
