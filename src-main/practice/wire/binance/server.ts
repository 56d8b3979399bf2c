import type { HttpRequest, HttpResponse, ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import type { MarketView } from '../../world/world.ts';
import { accept } from '../accept.ts';
import type { VenueGate } from '../gate.ts';
import type { PracticeVenue, WireContext } from '../venue.ts';
import { BinanceRest } from './rest.ts';
import { BinanceStreams } from './streams.ts';

/** Binance spot: REST and market streams of one practice world. */
export class BinanceServer implements PracticeVenue {
  readonly hosts = ['api.binance.com', 'data-api.binance.vision', 'stream.binance.com', 'data-stream.binance.vision'];
  readonly gate: VenueGate;
  readonly #rest: BinanceRest;
  readonly #streams: BinanceStreams;

  constructor({ world, clock, random, gate }: WireContext) {
    this.gate = gate;
    const markets = world.marketsOf('binance');
    const ids = random.fork('update-ids');
    this.#streams = new BinanceStreams(markets, clock, gate, () => 40_000_000_000 + Math.floor(ids.next() * 1e9));
    this.#rest = new BinanceRest(markets, clock, gate, (market: MarketView) => this.#streams.lastUpdateId(market));
    world.listen('binance', this.#streams);
  }

  start(): void {
    this.#streams.start();
  }

  stop(): void {
    this.#streams.stop();
  }

  request(request: HttpRequest): HttpResponse {
    return this.#rest.request(request);
  }

  connect(url: string, socket: ServerSocket): ServerSocketEvents {
    return accept(this.gate, url, socket, ({ path, query }) => this.#streams.connect(path, query, socket));
  }
}
