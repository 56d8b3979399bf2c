import type { MarketView } from '#engine/market/view';
import type { Book } from '#engine/ports';
import type { PaperMarket } from '#main/paper/market';
import type { ListingId } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';

/** The engine's own market as the simulated venues see it. Attached once the engine exists; before that it is empty. */
export class PaperView implements PaperMarket {
  readonly #onBook: ((id: ListingId) => void)[] = [];
  readonly #onTrade: Parameters<PaperMarket['onTrade']>[0][] = [];
  #market: MarketView | undefined;

  attach(market: MarketView): void {
    this.#market = market;
  }

  listing(id: ListingId): Listing | undefined {
    return this.#market?.listing(id);
  }

  book(id: ListingId): Book | undefined {
    return this.#market?.book(id);
  }

  tradable(id: ListingId): boolean {
    return this.#market?.freshness(id).fresh === true && this.#market.listing(id)?.status === 'normal';
  }

  onBook(listener: (id: ListingId) => void): void {
    this.#onBook.push(listener);
  }

  onTrade(listener: Parameters<PaperMarket['onTrade']>[0]): void {
    this.#onTrade.push(listener);
  }

  bookChanged({ id }: Listing): void {
    for (const listener of this.#onBook) listener(id);
  }

  trade({ id }: Listing, price: number, size: number, takerSide: 'buy' | 'sell'): void {
    for (const listener of this.#onTrade) listener(id, price, size, takerSide);
  }
}
