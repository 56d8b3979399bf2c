import type { FeedId } from '#shared/domain/ids';
import type { HttpRequest, HttpResponse, ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import { json } from '../http.ts';
import { wholeMs } from '../instants.ts';
import type { Address, VenueWire, WireContext } from '../venue.ts';
import type { VenueClock } from '../venue-clock.ts';
import { BybitFeed } from './feed.ts';
import type { Category } from './rest.ts';
import { BybitRest, CATEGORIES, categoryOf } from './rest.ts';

const FEEDS = { spot: 'bybit:spot', linear: 'bybit:perp' } as const satisfies Record<Category, FeedId>;

/** Bybit v5: market API and public streams, spot and linear, behind one pair of hosts. */
export class BybitServer implements VenueWire {
  readonly hosts = ['api.bybit.com', 'stream.bybit.com'];
  readonly #clock: VenueClock;
  readonly #rest: BybitRest;
  readonly #streams: Readonly<Record<Category, BybitFeed>>;

  constructor(context: WireContext) {
    const { clock, random } = context;
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
    );
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
  }

  stop(): void {
    for (const category of CATEGORIES) this.#streams[category].stop();
  }

  /** By the path of a socket, by the category of a call; the time is for both. */
  feedOf({ path, query }: Address): FeedId | null {
    const category = CATEGORIES.find((one) => path === `/v5/public/${one}`) ?? categoryOf(query);
    return category === null ? null : FEEDS[category];
  }

  request(request: HttpRequest): HttpResponse {
    return this.#rest.request(request);
  }

  connect({ path }: Address, socket: ServerSocket): ServerSocketEvents | null {
    const category = CATEGORIES.find((one) => path === `/v5/public/${one}`);
    return category === undefined ? null : this.#streams[category].connect(socket);
  }

  rateLimited(): HttpResponse {
    const time = wholeMs(this.#clock.wallMs());
    return json(429, { retCode: 10006, retMsg: 'Too many visits!', result: {}, retExtInfo: {}, time });
  }
}
