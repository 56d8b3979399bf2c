import type { HttpRequest, HttpResponse, ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import { accept } from '../accept.ts';
import type { VenueGate } from '../gate.ts';
import type { PracticeVenue, WireContext } from '../venue.ts';
import { BybitFeed } from './feed.ts';
import { BybitRest } from './rest.ts';

/** Bybit v5 spot: market API and public stream of one practice world. */
export class BybitServer implements PracticeVenue {
  readonly hosts = ['api.bybit.com', 'stream.bybit.com'];
  readonly gate: VenueGate;
  readonly #rest: BybitRest;
  readonly #feed: BybitFeed;

  constructor({ world, clock, random, gate }: WireContext) {
    this.gate = gate;
    const markets = world.marketsOf('bybit');
    this.#feed = new BybitFeed(markets, clock, gate, random);
    this.#rest = new BybitRest(markets, clock, gate, (market) => this.#feed.version(market));
    world.listen('bybit', this.#feed);
  }

  start(): void {
    this.#feed.start();
  }

  stop(): void {
    this.#feed.stop();
  }

  request(request: HttpRequest): HttpResponse {
    return this.#rest.request(request);
  }

  connect(url: string, socket: ServerSocket): ServerSocketEvents {
    return accept(this.gate, url, socket, ({ path }) => this.#feed.connect(path, socket));
  }
}
