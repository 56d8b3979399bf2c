import type { Listing } from '#shared/domain/listing';
import type { AdapterContext } from '../../orders/adapter.ts';

/**
 * Which symbols a question about all of them goes through: Binance answers for one symbol at a time. A catalogue of few is
 * gone through whole; of many, those that Crossbook ever gave this account orders in and those with an open order, or the
 * address would be banned for asking. What others execute elsewhere is none of ours (EX-12).
 */
export class AskedSymbols {
  readonly #context: Pick<AdapterContext, 'listings' | 'bySymbol' | 'listing' | 'traded'>;
  readonly #few: number;
  readonly #touched = new Set<string>();

  constructor(context: Pick<AdapterContext, 'listings' | 'bySymbol' | 'listing' | 'traded'>, few: number) {
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
    const { bySymbol, listing, traded } = this.#context;
    const given = [...(traded?.() ?? [])].flatMap((id) => listing(id) ?? []);
    const touched = [...this.#touched].flatMap((symbol) => bySymbol(symbol) ?? []);
    return [...new Map([...given, ...touched].map((one) => [one.id, one])).values()];
  }
}
