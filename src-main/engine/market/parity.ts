import { isUsdLike, USD_LIKE } from '#shared/domain/ids';
import { ASK, BID } from '../ports.ts';
import type { Listed } from './listed.ts';
import { isStablecoinBook, type Registry } from './registry.ts';

export const USD = 'USD';
const LIFE_MS = 50;

export interface ParitySources {
  readonly registry: Registry;
  readonly monoMs: () => number;
  /** Fresh and trading normally; a disabled venue may still be read for reference (RO-5). */
  readonly readable: (listed: Listed) => boolean;
  /** Grows with every change of a stablecoin book. */
  readonly version: () => number;
  readonly guardBps: () => number;
}

/**
 * What each dollar currency is worth in US dollars: the median of the mids of its fresh USD books; without one, of its
 * fresh books against the other stablecoins, taken at their own worth or, where that is unknown, at par.
 */
export class Parity {
  readonly #from: ParitySources;
  readonly #worth = new Map<string, number>();
  #version = -1;
  #monoMs = Number.NEGATIVE_INFINITY;
  #books: readonly Listed[] = [];
  #booksVersion = -1;

  constructor(sources: ParitySources) {
    this.#from = sources;
  }

  /** US dollars for one unit of a dollar currency at mid; 1 for USD; NaN while no fresh book tells. */
  worthUsd(currency: string): number {
    this.#refresh();
    return this.#worth.get(currency) ?? Number.NaN;
  }

  /** Further from par than the guard allows. A worth nobody knows is not called off its peg: it is stale. */
  depegged(currency: string): boolean {
    if (!isUsdLike(currency) || currency === USD) return false;
    return Math.abs(this.worthUsd(currency) - 1) * 10_000 > this.#from.guardBps();
  }

  #refresh(): void {
    const nowMs = this.#from.monoMs();
    if (this.#version === this.#from.version() && nowMs - this.#monoMs < LIFE_MS) return;
    this.#version = this.#from.version();
    this.#monoMs = nowMs;
    if (this.#booksVersion !== this.#from.registry.version) this.#collect();
    this.#worth.clear();
    this.#worth.set(USD, 1);
    const coins = USD_LIKE.filter((currency) => currency !== USD);
    for (const currency of coins) {
      const worth = this.#median(currency, (other) => (other === USD ? 1 : undefined));
      if (worth !== undefined) this.#worth.set(currency, worth);
    }
    const unknown = coins.filter((currency) => !this.#worth.has(currency));
    const derived = unknown.map((currency) =>
      this.#median(currency, (other) => (other === USD ? undefined : (this.#worth.get(other) ?? 1))),
    );
    unknown.forEach((currency, index) => {
      const worth = derived[index];
      if (worth !== undefined) this.#worth.set(currency, worth);
    });
  }

  /** Median over fresh books of `currency` against those others that `worthOf` has a worth for. */
  #median(currency: string, worthOf: (other: string) => number | undefined): number | undefined {
    const mids: number[] = [];
    for (const listed of this.#books) {
      const { base, quote } = listed.listing;
      if (base !== currency && quote !== currency) continue;
      const other = worthOf(base === currency ? quote : base);
      if (other === undefined || !this.#from.readable(listed)) continue;
      const mid = (listed.book.price(BID, 0) + listed.book.price(ASK, 0)) / 2;
      mids.push(base === currency ? mid * other : other / mid);
    }
    return mids.length === 0 ? undefined : median(mids);
  }

  #collect(): void {
    const seen = new Set<string>();
    this.#books = this.#from.registry.all().filter((listed) => {
      if (!isStablecoinBook(listed.listing) || listed.listing.product !== 'spot') return false;
      if (seen.has(listed.listing.bookId)) return false;
      seen.add(listed.listing.bookId);
      return true;
    });
    this.#booksVersion = this.#from.registry.version;
  }
}

/** Middle value, or the mean of the two middle ones. `values` is sorted in place and must not be empty. */
export function median(values: number[]): number {
  values.sort((a, b) => a - b);
  const middle = values.length >> 1;
  const upper = values[middle] as number;
  return values.length % 2 === 1 ? upper : ((values[middle - 1] as number) + upper) / 2;
}
