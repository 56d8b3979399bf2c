import type { Random } from '#shared/kernel/random';
import type { Clock } from '#shared/kernel/time';
import type { ServerSocket } from '#shared/kernel/transport';
import type { BookChange, Level, Side } from '../../world/book.ts';
import { ASK, BID } from '../../world/book.ts';
import type { MarketView } from '../../world/world.ts';
import type { FeedGate } from '../gate.ts';
import { amountOf, nameOf, priceOf } from './instruments.ts';
import { real } from './numbers.ts';

type Action = 'new' | 'change' | 'delete';

/** One book as the subscribers of its channel hold it, and what has happened since they were told. */
interface Told {
  readonly sides: readonly [Map<number, number>, Map<number, number>];
  readonly pending: readonly [Map<number, number>, Map<number, number>];
  changeId: number;
  changedAtMs: number;
}

/** Deribit's `change_id`: one counter for all instruments, so an instrument's own numbers leap. */
export class ChangeIds {
  readonly #random: Random;
  #last: number;

  constructor(random: Random) {
    this.#random = random;
    this.#last = 190_000_000_000 + Math.floor(random.next() * 1e9);
  }

  next(): number {
    this.#last += 1 + Math.floor(this.#random.next() * 40);
    return this.#last;
  }
}

export interface BookChannelOptions {
  readonly gate: FeedGate;
  readonly clock: Clock;
  readonly ids: ChangeIds;
  /** As its channels are called. */
  readonly interval: string;
  /** Who listens to a book; `undefined` for nobody. */
  readonly listeners: (channel: string) => Iterable<{ readonly socket: ServerSocket }> | undefined;
}

/**
 * `book.{instrument}.{interval}` (https://docs.deribit.com/subscriptions/orderbook/bookinstrument_nameinterval): the whole
 * book to each new subscriber, then what changed, collected over the interval.
 */
export class BookChannel {
  readonly #options: BookChannelOptions;
  readonly #told = new Map<MarketView, Told>();

  constructor(options: BookChannelOptions) {
    this.#options = options;
  }

  channelOf(market: MarketView): string {
    return `book.${nameOf(market.spec)}.${this.#options.interval}`;
  }

  /** A new subscriber's snapshot. What the others have not been told yet they are told first. */
  snapshot(market: MarketView, socket: ServerSocket): void {
    const { gate } = this.#options;
    this.#flush(market);
    const told = this.#told.get(market) ?? this.#begin(market);
    const { bids, asks } = market.book;
    const rows = (levels: readonly Level[]) => levels.map((level) => row(market, 'new', level)).join(',');
    gate.send(socket, this.#frame(market, told, 'snapshot', rows(bids), rows(asks), null), 'book');
  }

  changed(market: MarketView, changes: readonly BookChange[]): void {
    const told = this.#told.get(market);
    if (told === undefined) return;
    for (const { side, price, size } of changes) told.pending[side].set(price, size);
    told.changedAtMs = this.#options.clock.wallMs();
  }

  /** The interval is over. */
  flush(): void {
    for (const market of [...this.#told.keys()]) this.#flush(market);
  }

  #begin(market: MarketView): Told {
    const sideOf = (levels: readonly Level[]) => new Map(levels.map(({ price, size }) => [price, size]));
    const told: Told = {
      sides: [sideOf(market.book.bids), sideOf(market.book.asks)],
      pending: [new Map(), new Map()],
      changeId: this.#options.ids.next(),
      changedAtMs: this.#options.clock.wallMs(),
    };
    this.#told.set(market, told);
    return told;
  }

  #flush(market: MarketView): void {
    const { gate, ids, listeners } = this.#options;
    const told = this.#told.get(market);
    if (told === undefined) return;
    const channel = this.channelOf(market);
    const sessions = listeners(channel);
    if (sessions === undefined) {
      this.#told.delete(market);
      return;
    }
    const changes: BookChange[] = [...settle(told, BID), ...settle(told, ASK)];
    if (changes.length === 0) return;
    const rows: [string[], string[]] = [[], []];
    for (const { side, price, size } of sorted(gate.told(market, changes))) {
      const before = told.sides[side].get(price);
      const action: Action = size === 0 ? 'delete' : before === undefined ? 'new' : 'change';
      rows[side].push(row(market, action, { price, size }));
    }
    for (const { side, price, size } of changes) {
      if (size === 0) told.sides[side].delete(price);
      else told.sides[side].set(price, size);
    }
    const previous = told.changeId;
    told.changeId = ids.next();
    const frame = this.#frame(market, told, 'change', rows[BID].join(','), rows[ASK].join(','), previous);
    const fate = gate.fateOf(channel);
    for (const { socket } of sessions) gate.sendDelta(socket, frame, fate);
  }

  #frame(
    market: MarketView,
    told: Told,
    type: 'snapshot' | 'change',
    bids: string,
    asks: string,
    previous: number | null,
  ): string {
    const data =
      `"timestamp":${Math.floor(told.changedAtMs)},"type":"${type}","change_id":${told.changeId},` +
      `"instrument_name":"${nameOf(market.spec)}","bids":[${bids}],"asks":[${asks}]` +
      `${previous === null ? '' : `,"prev_change_id":${previous}`}`;
    return `{"jsonrpc":"2.0","method":"subscription","params":{"channel":"${this.channelOf(market)}","data":{${data}}}}`;
  }
}

/** What of the pending changes is news to the subscribers; nothing is pending afterwards. */
function settle(told: Told, side: Side): BookChange[] {
  const changes: BookChange[] = [];
  for (const [price, size] of told.pending[side]) {
    if ((told.sides[side].get(price) ?? 0) !== size) changes.push({ side, price, size });
  }
  told.pending[side].clear();
  return changes;
}

/** Bids descend, asks ascend. */
const sorted = (changes: readonly BookChange[]): BookChange[] =>
  [...changes].sort((a, b) => (a.side === BID ? b.price - a.price : a.price - b.price));

const row = ({ spec }: MarketView, action: Action, { price, size }: Level): string =>
  `["${action}",${real(priceOf(spec, price))},${real(amountOf(spec, size))}]`;
