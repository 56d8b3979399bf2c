import type { Listing } from '#shared/domain/listing';
import type { AdapterContext } from '../../orders/adapter.ts';

/**
 * Which symbols a question about all of them goes through: Binance answers for one symbol at a time. A catalogue of few is
 * gone through whole; of many, only those that this account is known to have orders in, or the address would be banned
 * for asking.
 */
export class AskedSymbols {
  readonly #context: Pick<AdapterContext, 'listings' | 'bySymbol'>;
  readonly #few: number;
  readonly #touched = new Set<string>();

  constructor(context: Pick<AdapterContext, 'listings' | 'bySymbol'>, few: number) {
    this.#context = context;
    this.#few = few;
  }

  /** Orders are or were given in it. */
  touch(symbol: string): void {
    this.#touched.add(symbol);
  }

  all(): readonly Listing[] {
    const listings = this.#context.listings();
    if (listings.length <= this.#few) return listings;
    return [...this.#touched].flatMap((symbol) => this.#context.bySymbol(symbol) ?? []);
  }
}
