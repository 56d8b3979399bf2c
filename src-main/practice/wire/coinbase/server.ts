import type { HttpRequest, HttpResponse, ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import { accept } from '../accept.ts';
import type { VenueGate } from '../gate.ts';
import type { PracticeVenue, WireContext } from '../venue.ts';
import { CoinbaseFeed } from './feed.ts';
import { CoinbaseRest } from './rest.ts';

/** Coinbase Advanced Trade: public REST and market data socket of one practice world. */
export class CoinbaseServer implements PracticeVenue {
  readonly hosts = ['api.coinbase.com', 'advanced-trade-ws.coinbase.com'];
  readonly gate: VenueGate;
  readonly #rest: CoinbaseRest;
  readonly #feed: CoinbaseFeed;

  constructor({ world, clock, gate }: WireContext) {
    this.gate = gate;
    const markets = world.marketsOf('coinbase');
    this.#rest = new CoinbaseRest(markets, clock, gate);
    this.#feed = new CoinbaseFeed(markets, clock, gate);
    world.listen('coinbase', this.#feed);
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
