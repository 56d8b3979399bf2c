import type { HttpRequest, HttpResponse, ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import { accept } from '../accept.ts';
import type { VenueGate } from '../gate.ts';
import type { PracticeVenue, WireContext } from '../venue.ts';
import { KrakenFeed } from './feed.ts';
import { KrakenRest } from './rest.ts';

/** Kraken spot: public REST and WebSocket v2 of one practice world. */
export class KrakenServer implements PracticeVenue {
  readonly hosts = ['api.kraken.com', 'ws.kraken.com'];
  readonly gate: VenueGate;
  readonly #rest: KrakenRest;
  readonly #feed: KrakenFeed;

  constructor({ world, clock, random, gate }: WireContext) {
    this.gate = gate;
    const markets = world.marketsOf('kraken');
    this.#rest = new KrakenRest(markets, clock, gate);
    this.#feed = new KrakenFeed(markets, clock, gate, random);
    world.listen('kraken', this.#feed);
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
