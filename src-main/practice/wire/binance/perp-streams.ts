import type { Cancel, Clock } from '#shared/kernel/time';
import { every } from '#shared/kernel/time';
import type { ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import type { BookChange } from '../../world/book.ts';
import type { MarketListener, MarketView, PerpView, WorldTrade } from '../../world/world.ts';
import type { FeedGate } from '../gate.ts';
import { wholeMs } from '../instants.ts';
import type { Batch } from './batch.ts';
import { clear, emptyBatch, gather, sides } from './batch.ts';
import { contractStatus, NEVER_MS, ONBOARD_MS, priceOf, rateOf, referenceOf, sizeOf } from './contracts.ts';
import { BinanceSockets } from './sockets.ts';
import { touched } from './streams.ts';
import { symbolOf } from './symbols.ts';

const MESSAGES_PER_SECOND = 10;
/** Ids are shared by all contracts: those between two changes of a book belong to others. */
const IDS_PER_CHANGE = 7;
const MARK_MS = 1_000;
const SLOW_MARKS = 3;

/** How often `<symbol>@depth…` tells of changes. */
const SPEEDS = [
  { suffix: '@100ms', everyMs: 100 },
  { suffix: '', everyMs: 250 },
  { suffix: '@500ms', everyMs: 500 },
] as const;

interface Book {
  readonly market: MarketView;
  readonly symbol: string;
  readonly lower: string;
  updateId: number;
  /** When the last change was made. */
  changedMs: number;
  readonly batches: readonly Batch[];
}

/**
 * Binance's USDⓈ-M market streams. Books and single trades are told under `/public`, everything else under `/market`; a
 * stream asked for under the other is acknowledged and never says a word.
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams
 */
export class BinancePerpStreams implements MarketListener {
  readonly #clock: Clock;
  readonly #gate: FeedGate;
  readonly #public: BinanceSockets;
  readonly #market: BinanceSockets;
  readonly #books = new Map<MarketView, Book>();
  readonly #firstUpdateId: () => number;
  #cancels: Cancel[] = [];
  #marks = 0;

  constructor(markets: readonly MarketView[], clock: Clock, gate: FeedGate, firstUpdateId: () => number) {
    this.#clock = clock;
    this.#gate = gate;
    this.#public = new BinanceSockets(clock, gate, MESSAGES_PER_SECOND);
    this.#market = new BinanceSockets(clock, gate, MESSAGES_PER_SECOND);
    this.#firstUpdateId = firstUpdateId;
    for (const market of markets) {
      const symbol = symbolOf(market.spec);
      const updateId = firstUpdateId();
      const batches = SPEEDS.map(() => emptyBatch(updateId));
      const changedMs = clock.wallMs();
      this.#books.set(market, { market, symbol, lower: symbol.toLowerCase(), updateId, changedMs, batches });
    }
  }

  start(): void {
    this.#public.start();
    this.#market.start();
    this.#cancels = SPEEDS.map(({ suffix, everyMs }, index) =>
      every(this.#clock, everyMs, () => this.#flush(suffix, index)),
    );
    this.#cancels.push(every(this.#clock, MARK_MS, () => this.#tellMarks()));
  }

  stop(): void {
    this.#public.stop();
    this.#market.stop();
    for (const cancel of this.#cancels.splice(0)) cancel();
  }

  /** The venue restarts: update ids begin elsewhere and every connection ends. */
  restart(): void {
    for (const book of this.#books.values()) {
      book.updateId = this.#firstUpdateId();
      for (const batch of book.batches) clear(batch, book.updateId);
    }
    this.#gate.dropConnections();
  }

  /** Where the book stands and when it got there. */
  versionOf(market: MarketView): { readonly updateId: number; readonly changedMs: number } {
    return this.#books.get(market) ?? { updateId: 0, changedMs: this.#clock.wallMs() };
  }

  connect(path: string, query: URLSearchParams, socket: ServerSocket): ServerSocketEvents | null {
    if (path.startsWith('/public/')) return this.#public.connect(path.slice('/public'.length), query, socket);
    if (path.startsWith('/market/')) return this.#market.connect(path.slice('/market'.length), query, socket);
    return null;
  }

  bookChanged(market: MarketView, changes: readonly BookChange[]): void {
    const book = this.#books.get(market);
    if (book === undefined) return;
    for (const batch of book.batches) gather(batch, changes, book.updateId + IDS_PER_CHANGE);
    book.updateId += changes.length * IDS_PER_CHANGE;
    book.changedMs = this.#clock.wallMs();
    if (!touched(market, changes)) return;
    this.#public.tell(`${book.lower}@bookTicker`, 'book', () => bookTicker(book, this.#clock.wallMs()));
  }

  traded(market: MarketView, trades: readonly WorldTrade[]): void {
    const book = this.#books.get(market);
    if (book === undefined) return;
    const { symbol, lower } = book;
    const { spec } = market;
    const now = wholeMs(this.#clock.wallMs());
    for (const { id, price, size, taker, atMs } of trades) {
      const bargain = `"p":"${priceOf(spec, price)}","q":"${sizeOf(spec, size)}"`;
      const maker = taker === 'sell';
      const at = wholeMs(atMs);
      this.#public.tell(
        `${lower}@trade`,
        'data',
        () =>
          `{"e":"trade","E":${now},"T":${at},"s":"${symbol}","t":${id},${bargain},"X":"MARKET","m":${maker},"st":1}`,
      );
      this.#market.tell(
        `${lower}@aggTrade`,
        'data',
        () =>
          `{"e":"aggTrade","E":${now},"a":${id},"s":"${symbol}",${bargain},"nq":"${sizeOf(spec, size)}","f":${id},"l":${id},"T":${at},"m":${maker},"st":1}`,
      );
    }
  }

  statusChanged(market: MarketView): void {
    const symbol = symbolOf(market.spec);
    const now = wholeMs(this.#clock.wallMs());
    this.#market.tell(
      '!contractInfo',
      'data',
      () =>
        `{"e":"contractInfo","E":${now},"s":"${symbol}","ct":"PERPETUAL","dt":${NEVER_MS},"ot":${ONBOARD_MS},"cs":"${contractStatus(market.status)}","st":1}`,
    );
  }

  #tellMarks(): void {
    this.#marks += 1;
    const now = wholeMs(this.#clock.wallMs());
    for (const { market, symbol, lower } of this.#books.values()) {
      const { perp } = market;
      if (perp === null || market.status === 'delisted') continue;
      const frame = () => markPriceUpdate(symbol, perp, now);
      this.#market.tell(`${lower}@markPrice@1s`, 'data', frame);
      if (this.#marks % SLOW_MARKS === 0) this.#market.tell(`${lower}@markPrice`, 'data', frame);
    }
  }

  #flush(suffix: string, index: number): void {
    for (const book of this.#books.values()) {
      const batch = book.batches[index];
      if (batch === undefined || batch.firstId === 0) continue;
      const stream = `${book.lower}@depth${suffix}`;
      if (this.#public.wanted(stream)) {
        for (const told of this.#gate.told(book.market, [])) batch.bids.set(told.price, told.size);
        const frame = depthUpdate(book, batch, this.#clock.wallMs());
        this.#public.tell(stream, 'book', () => frame, this.#gate.fateOf(stream));
      }
      clear(batch, book.updateId);
    }
  }
}

const depthUpdate = ({ market, symbol, updateId, changedMs }: Book, batch: Batch, wallMs: number): string =>
  `{"e":"depthUpdate","E":${wholeMs(wallMs)},"T":${wholeMs(changedMs)},"s":"${symbol}","ps":"${symbol}","U":${batch.firstId},"u":${updateId},"pu":${batch.previousId},${sides(market.spec, batch, priceOf, sizeOf)},"st":1}`;

const markPriceUpdate = (symbol: string, perp: PerpView, now: number): string =>
  `{"e":"markPriceUpdate","E":${now},"s":"${symbol}","p":"${referenceOf(perp.markPrice)}","ap":"${referenceOf(perp.markPrice)}","P":"${referenceOf(perp.indexPrice)}","i":"${referenceOf(perp.indexPrice)}","r":"${rateOf(perp.fundingRate)}","T":${perp.nextSettlementMs},"st":1}`;

function bookTicker({ market, symbol, updateId, changedMs }: Book, wallMs: number): string {
  const { spec, book } = market;
  const [bid, ask] = [book.bids[0], book.asks[0]];
  const quote = `"b":"${priceOf(spec, bid?.price ?? 0)}","B":"${sizeOf(spec, bid?.size ?? 0)}","a":"${priceOf(spec, ask?.price ?? 0)}","A":"${sizeOf(spec, ask?.size ?? 0)}"`;
  return `{"e":"bookTicker","u":${updateId},"s":"${symbol}","ps":"${symbol}",${quote},"T":${wholeMs(changedMs)},"E":${wholeMs(wallMs)},"st":1}`;
}
