import type { HttpRequest, HttpResponse, ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import { accept } from '../accept.ts';
import type { VenueGate } from '../gate.ts';
import type { PracticeVenue, WireContext } from '../venue.ts';
import { OkxFeed } from './feed.ts';
import { OkxRest } from './rest.ts';

/** OKX v5 spot: public REST and public socket of one practice world. */
export class OkxServer implements PracticeVenue {
  readonly hosts = ['www.okx.com', 'ws.okx.com'];
  readonly gate: VenueGate;
  readonly #rest: OkxRest;
  readonly #feed: OkxFeed;

  constructor({ world, clock, random, gate }: WireContext) {
    this.gate = gate;
    const markets = world.marketsOf('okx');
    this.#feed = new OkxFeed(markets, clock, gate, random);
    this.#rest = new OkxRest(markets, clock, gate, (market) => this.#feed.seqId(market));
    world.listen('okx', this.#feed);
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
