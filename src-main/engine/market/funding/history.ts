import type { FundingSettlement } from '#shared/domain/funding';
import type { ListingId } from '#shared/domain/ids';
import { tryDecimal } from '#shared/money/decimal';
import { type FundingStore, StorageError } from '../../ports.ts';

/** Settlements of one perpetual kept in memory, newest first out: a week of hourly ones, two months of 8 h. */
export const SETTLEMENTS_KEPT = 200;
/** Two gaps are one interval when they differ by less: settlements are stamped some seconds late at times. */
const SAME_GAP_MS = 60_000;

export interface SettlementHistoryOptions {
  /** Where it outlives the process; in memory only when left out. */
  readonly store?: FundingStore | undefined;
  /** Told when the store fails, and with `null` when it works again: history is not the journal, nothing stops. */
  readonly storeFailed: (message: string | null) => void;
}

/** Funding payments of the past (MD-7), bounded in memory and kept in the store. */
export class SettlementHistory {
  readonly #options: SettlementHistoryOptions;
  /** In order of time. */
  readonly #rows = new Map<ListingId, FundingSettlement[]>();
  #failing = false;

  constructor(options: SettlementHistoryOptions) {
    this.#options = options;
  }

  /** Takes in what a venue's history tells; rows already known, and rows that cannot be read, change nothing. */
  add(listing: ListingId, rows: readonly FundingSettlement[]): void {
    const known = this.#of(listing);
    const times = new Set(known.map(({ settledAtMs }) => settledAtMs));
    const oldest = known.length < SETTLEMENTS_KEPT ? Number.NEGATIVE_INFINITY : (known[0]?.settledAtMs ?? 0);
    const news: FundingSettlement[] = [];
    for (const row of rows) {
      const { settledAtMs, rate } = row;
      if (!Number.isSafeInteger(settledAtMs) || tryDecimal(rate) === undefined) continue;
      if (settledAtMs <= oldest || times.has(settledAtMs)) continue;
      times.add(settledAtMs);
      news.push(row);
    }
    if (news.length === 0) return;
    known.push(...news);
    known.sort((a, b) => a.settledAtMs - b.settledAtMs);
    if (known.length > SETTLEMENTS_KEPT) known.splice(0, known.length - SETTLEMENTS_KEPT);
    this.#stored((store) => store.add(listing, news));
  }

  /** The latest `limit`, oldest first, with the intervals their neighbours tell ({@link withIntervals}). */
  latest(listing: ListingId, limit: number): readonly FundingSettlement[] {
    const held = this.#of(listing);
    const rows = limit <= SETTLEMENTS_KEPT ? held : (this.#stored((store) => store.latest(listing, limit)) ?? held);
    return withIntervals(rows).slice(-limit);
  }

  /** Read from the store on first mention. */
  #of(listing: ListingId): FundingSettlement[] {
    let rows = this.#rows.get(listing);
    if (rows === undefined) {
      rows = [...(this.#stored((store) => store.latest(listing, SETTLEMENTS_KEPT)) ?? [])];
      this.#rows.set(listing, rows);
    }
    return rows;
  }

  #stored<T>(work: (store: FundingStore) => T): T | undefined {
    const { store, storeFailed } = this.#options;
    if (store === undefined) return undefined;
    try {
      const done = work(store);
      if (this.#failing) storeFailed(null);
      this.#failing = false;
      return done;
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      this.#failing = true;
      storeFailed(error.message);
      return undefined;
    }
  }
}

/**
 * Settlements in order of time, each with the interval it was for. Where the venue does not say it, it is the time since
 * the settlement before, but only when the gap next to it is the same: a gap that stands alone may be a missing row.
 */
export function withIntervals(rows: readonly FundingSettlement[]): readonly FundingSettlement[] {
  const gap = (index: number): number =>
    (rows[index]?.settledAtMs ?? Number.NaN) - (rows[index - 1]?.settledAtMs ?? Number.NaN);
  const same = (a: number, b: number): boolean => Math.abs(a - b) < SAME_GAP_MS;
  return rows.map((row, index) => {
    if (row.intervalMs !== null) return row;
    const before = gap(index);
    if (!same(before, gap(index - 1)) && !same(before, gap(index + 1))) return row;
    return { ...row, intervalMs: Math.round(before / SAME_GAP_MS) * SAME_GAP_MS };
  });
}
