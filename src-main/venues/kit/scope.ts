import { type FeedId, isUsdLike } from '#shared/domain/ids';

/** Which pairs a feed reads. Books between two of USD, USDT and USDC are always read: conversions need them (ID-3). */
export interface PairScope {
  includes(base: string, quote: string): boolean;
  /** A feed read its catalogue: these are the bases it quotes in a currency we read. */
  offer(feed: FeedId, bases: ReadonlySet<string>): void;
  /** Told when what is included changed; returns the cancel. */
  onChanged(listener: () => void): () => void;
}

const QUOTES: readonly string[] = ['USD', 'USDT', 'USDC'];
export const isReadQuote = (quote: string): boolean => QUOTES.includes(quote);

const isConversion = (base: string, quote: string): boolean => isUsdLike(base) && isUsdLike(quote);

/** Exactly the named bases, whoever quotes them. */
export function listedScope(bases: readonly string[]): PairScope {
  const wanted = new Set(bases);
  return {
    includes: (base, quote) => isConversion(base, quote) || (isReadQuote(quote) && wanted.has(base)),
    offer: () => undefined,
    onChanged: () => () => undefined,
  };
}

/**
 * Every base that at least two feeds quote: what only one quotes diverges from nothing. Grows as feeds read their
 * catalogues, and shrinks when one drops a base. A base beyond `most` is left out, in the order of how many feeds quote
 * it, then by name, and {@link leftOut} says so.
 */
export class CommonScope implements PairScope {
  readonly #most: number;
  readonly #offers = new Map<FeedId, ReadonlySet<string>>();
  readonly #listeners = new Set<() => void>();
  #included: ReadonlySet<string> = new Set();
  #leftOut: readonly string[] = [];

  constructor(most = Number.POSITIVE_INFINITY) {
    this.#most = most;
  }

  get leftOut(): readonly string[] {
    return this.#leftOut;
  }

  includes(base: string, quote: string): boolean {
    return isConversion(base, quote) || (isReadQuote(quote) && this.#included.has(base));
  }

  offer(feed: FeedId, bases: ReadonlySet<string>): void {
    this.#offers.set(feed, bases);
    const counts = new Map<string, number>();
    for (const offered of this.#offers.values()) {
      for (const base of offered) counts.set(base, (counts.get(base) ?? 0) + 1);
    }
    const common = [...counts]
      .filter(([base, count]) => count >= 2 && !isUsdLike(base))
      .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
      .map(([base]) => base);
    this.#leftOut = common.slice(this.#most);
    const included = new Set(common.slice(0, this.#most));
    const same = included.size === this.#included.size && [...included].every((base) => this.#included.has(base));
    if (same) return;
    this.#included = included;
    for (const listener of [...this.#listeners]) listener();
  }

  onChanged(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** The coins read unless the user widens the scope. */
export const DEFAULT_BASES: readonly string[] = ['BTC', 'ETH', 'SOL'];
