import type { Cancel, Clock } from '#shared/kernel/time';
import { every } from '#shared/kernel/time';
import type { ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import type { BookChange } from '../../world/book.ts';
import { ASK, BID } from '../../world/book.ts';
import type { MarketListener, MarketView, WorldTrade } from '../../world/world.ts';
import type { FeedGate } from '../gate.ts';
import { wholeMs } from '../instants.ts';
import type { Batch } from './batch.ts';
import { clear, emptyBatch, gather, sides } from './batch.ts';
import { BinanceSockets } from './sockets.ts';
import { price8, size8, symbolOf } from './symbols.ts';

const BATCH_MS = 100;
const SLOW_BATCHES = 10;
const MESSAGES_PER_SECOND = 5;

interface Book {
  readonly market: MarketView;
  readonly symbol: string;
  updateId: number;
  readonly fast: Batch;
  readonly slow: Batch;
}

/** The touch of a book moved: best prices came or went. */
export const touched = (market: MarketView, changes: readonly BookChange[]): boolean =>
  [BID, ASK].some((side) => {
    const best = market.book.levels(side === BID ? BID : ASK)[0]?.price;
    return changes.some(
      (change) => change.side === side && (best === undefined || change.price === best || change.size === 0),
    );
  });

/** Binance's spot market streams (https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams). */
export class BinanceStreams implements MarketListener {
  readonly #clock: Clock;
  readonly #gate: FeedGate;
  readonly #sockets: BinanceSockets;
  readonly #books = new Map<MarketView, Book>();
  readonly #firstUpdateId: () => number;
  #cancel: Cancel = () => {};
  #batches = 0;

  constructor(markets: readonly MarketView[], clock: Clock, gate: FeedGate, firstUpdateId: () => number) {
    this.#clock = clock;
    this.#gate = gate;
    this.#sockets = new BinanceSockets(clock, gate, MESSAGES_PER_SECOND);
    this.#firstUpdateId = firstUpdateId;
    for (const market of markets) {
      const updateId = firstUpdateId();
      const symbol = symbolOf(market.spec);
      this.#books.set(market, { market, symbol, updateId, fast: emptyBatch(updateId), slow: emptyBatch(updateId) });
    }
  }

  start(): void {
    this.#sockets.start();
    this.#cancel = every(this.#clock, BATCH_MS, () => this.#flush());
  }

  stop(): void {
    this.#sockets.stop();
    this.#cancel();
  }

  /** The venue restarts: update ids begin elsewhere and every connection ends. */
  restart(): void {
    for (const book of this.#books.values()) {
      book.updateId = this.#firstUpdateId();
      for (const batch of [book.fast, book.slow]) clear(batch, book.updateId);
    }
    this.#gate.dropConnections();
  }

  lastUpdateId(market: MarketView): number {
    return this.#books.get(market)?.updateId ?? 0;
  }

  connect(path: string, query: URLSearchParams, socket: ServerSocket): ServerSocketEvents | null {
    return this.#sockets.connect(path, query, socket);
  }

  bookChanged(market: MarketView, changes: readonly BookChange[]): void {
    const book = this.#books.get(market);
    if (book === undefined) return;
    for (const batch of [book.fast, book.slow]) gather(batch, changes, book.updateId + 1);
    book.updateId += changes.length;
    if (!touched(market, changes)) return;
    this.#sockets.tell(`${book.symbol.toLowerCase()}@bookTicker`, 'book', () => bookTicker(book));
  }

  traded(market: MarketView, trades: readonly WorldTrade[]): void {
    const { spec } = market;
    const symbol = symbolOf(spec);
    const lower = symbol.toLowerCase();
    const now = wholeMs(this.#clock.wallMs());
    for (const trade of trades) {
      const price = price8(spec, trade.price);
      const size = size8(spec, trade.size);
      const maker = trade.taker === 'sell';
      const at = wholeMs(trade.atMs);
      this.#sockets.tell(
        `${lower}@trade`,
        'data',
        () =>
          `{"e":"trade","E":${now},"s":"${symbol}","t":${trade.id},"p":"${price}","q":"${size}","T":${at},"m":${maker},"M":true}`,
      );
      this.#sockets.tell(
        `${lower}@aggTrade`,
        'data',
        () =>
          `{"e":"aggTrade","E":${now},"s":"${symbol}","a":${trade.id},"p":"${price}","q":"${size}","f":${trade.id},"l":${trade.id},"T":${at},"m":${maker},"M":true}`,
      );
    }
  }

  /** The status of a symbol is only in the exchange information. */
  statusChanged(): void {}

  #flush(): void {
    this.#batches += 1;
    const slow = this.#batches % SLOW_BATCHES === 0;
    for (const book of this.#books.values()) {
      const lower = book.symbol.toLowerCase();
      this.#flushBatch(book, book.fast, `${lower}@depth@100ms`);
      if (slow) this.#flushBatch(book, book.slow, `${lower}@depth`);
    }
  }

  #flushBatch(book: Book, batch: Batch, stream: string): void {
    if (batch.firstId === 0) return;
    if (this.#sockets.wanted(stream)) {
      for (const told of this.#gate.told(book.market, [])) batch.bids.set(told.price, told.size);
      const frame = depthUpdate(book, batch, wholeMs(this.#clock.wallMs()));
      this.#sockets.tell(stream, 'book', () => frame, this.#gate.fateOf(stream));
    }
    clear(batch, book.updateId);
  }
}

const depthUpdate = ({ market, symbol, updateId }: Book, batch: Batch, now: number): string =>
  `{"e":"depthUpdate","E":${now},"s":"${symbol}","U":${batch.firstId},"u":${updateId},${sides(market.spec, batch, price8, size8)}}`;

function bookTicker({ market, symbol, updateId }: Book): string {
  const { spec, book } = market;
  const [bid, ask] = [book.bids[0], book.asks[0]];
  return `{"u":${updateId},"s":"${symbol}","b":"${price8(spec, bid?.price ?? 0)}","B":"${size8(spec, bid?.size ?? 0)}","a":"${price8(spec, ask?.price ?? 0)}","A":"${size8(spec, ask?.size ?? 0)}"}`;
}
