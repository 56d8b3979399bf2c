import type { Listing } from '#shared/domain/listing';
import type { MarketView } from '../market/view.ts';
import type { Book } from '../ports.ts';
import type { Divergence } from './divergence.ts';

/** One direction between two quote currencies, with the last rate it had. */
export interface Exchange {
  readonly from: string;
  readonly to: string;
  /** Units of `to` for one of `from`; the last one known while none is executable. NaN until there was one. */
  rate: number;
  /** No executable rate now: fresh books are missing or a coin is off its peg. */
  stale: boolean;
  /** Number of the market event for which the rate was last read, and of the last one that changed it. */
  readAt: number;
  changedAt: number;
  readonly pairs: Pair[];
}

/** A divergence while it lives. */
export interface LiveDivergence extends Divergence {
  buy: Listing;
  sell: Listing;
  peakBps: number;
  /** A quote or conversion it needs was not fresh when last looked at. */
  stale: boolean;
  /** It was never stale, so its lifetime is a measurement. */
  measured: boolean;
  ended: boolean;
}

/** An ordered pair: buy one listing's asks, sell into the other's bids. */
export interface Pair {
  readonly key: string;
  readonly buy: Listing;
  readonly sell: Listing;
  readonly buyBook: Book;
  readonly sellBook: Book;
  readonly exchange: Exchange;
  live: LiveDivergence | undefined;
}

/** Every ordered pair of the coins in scope, reachable from either listing and from the exchange it converts through. */
export class PairIndex {
  readonly #byListing = new Map<string, Pair[]>();
  readonly #exchanges = new Map<string, Exchange>();

  /** Pairs two listings of a coin unless they are one book (ID-3). `previous`: whose last rates are carried over. */
  constructor(market: MarketView, scope: (base: string) => boolean, previous: PairIndex | undefined) {
    for (const base of market.bases()) {
      if (!scope(base)) continue;
      const listings = market.listingsOf(base);
      for (const buy of listings) {
        for (const sell of listings) if (buy.bookId !== sell.bookId) this.#add(market, buy, sell, previous);
      }
    }
  }

  of(listing: Listing): readonly Pair[] {
    return this.#byListing.get(listing.id) ?? [];
  }

  exchanges(): IterableIterator<Exchange> {
    return this.#exchanges.values();
  }

  *all(): IterableIterator<Pair> {
    for (const exchange of this.#exchanges.values()) yield* exchange.pairs;
  }

  /** Last rate known of an exchange, NaN when there was none. */
  rate(exchangeKey: string): number {
    return this.#exchanges.get(exchangeKey)?.rate ?? Number.NaN;
  }

  #add(market: MarketView, buy: Listing, sell: Listing, previous: PairIndex | undefined): void {
    const buyBook = market.book(buy.id);
    const sellBook = market.book(sell.id);
    if (buyBook === undefined || sellBook === undefined) return;
    const exchange = this.#exchange(sell.quote, buy.quote, previous);
    const pair: Pair = { key: `${buy.id}>${sell.id}`, buy, sell, buyBook, sellBook, exchange, live: undefined };
    exchange.pairs.push(pair);
    this.#listing(buy).push(pair);
    this.#listing(sell).push(pair);
  }

  #listing(listing: Listing): Pair[] {
    const known = this.#byListing.get(listing.id);
    if (known !== undefined) return known;
    const pairs: Pair[] = [];
    this.#byListing.set(listing.id, pairs);
    return pairs;
  }

  #exchange(from: string, to: string, previous: PairIndex | undefined): Exchange {
    const key = `${from}>${to}`;
    const known = this.#exchanges.get(key);
    if (known !== undefined) return known;
    const rate = from === to ? 1 : (previous?.rate(key) ?? Number.NaN);
    const exchange: Exchange = { from, to, rate, stale: from !== to, readAt: -1, changedAt: -1, pairs: [] };
    this.#exchanges.set(key, exchange);
    return exchange;
  }
}
