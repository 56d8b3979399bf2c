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
  readonly exchange: Exchange;
  /** Divergences of it are planned; of others it is only counted that they were there. */
  readonly planned: boolean;
  readonly buyBook: Book;
  readonly sellBook: Book;
  /** The pairs reached from either listing. */
  readonly ofBuy: ListingPairs;
  readonly ofSell: ListingPairs;
  live: LiveDivergence | undefined;
  /** Where it is not planned: since when its edge stands, monotonic ms; NaN while there is none. */
  standingMonoMs: number;
  /** Where it is not planned: the edge that stands was counted. */
  counted: boolean;
}

/** All pairs a listing is part of. */
export interface ListingPairs {
  /** Where it is bought: its ask counts. */
  readonly buying: Pair[];
  /** Where it is sold: its bid counts. */
  readonly selling: Pair[];
  readonly book: Book;
  /** The touch its pairs were last looked at with; NaN before the first time. */
  bid: number;
  ask: number;
  /** Divergences that live among them. */
  live: number;
}

export interface PairIndexOptions {
  readonly market: MarketView;
  readonly scope: (base: string) => boolean;
  readonly planned: (buy: Listing, sell: Listing) => boolean;
}

/** Every ordered pair of the coins in scope, reachable from either listing and from the exchange it converts through. */
export class PairIndex {
  readonly #byListing = new Map<string, ListingPairs>();
  readonly #exchanges = new Map<string, Exchange>();

  /**
   * Pairs two listings of a coin unless they are one book (ID-3) or count in different units (ID-6). `previous`: whose
   * last rates are carried over.
   */
  constructor(options: PairIndexOptions, previous: PairIndex | undefined) {
    const { market, scope } = options;
    for (const base of market.bases()) {
      if (!scope(base)) continue;
      const listings = market.listingsOf(base);
      for (const buy of listings) {
        for (const sell of listings) {
          if (buy.bookId === sell.bookId || buy.unitsPerBase !== sell.unitsPerBase) continue;
          this.#add(options, buy, sell, previous);
        }
      }
    }
  }

  of(listing: Listing): ListingPairs | undefined {
    return this.#byListing.get(listing.id);
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

  #add({ market, planned }: PairIndexOptions, buy: Listing, sell: Listing, previous: PairIndex | undefined): void {
    const buyBook = market.book(buy.id);
    const sellBook = market.book(sell.id);
    if (buyBook === undefined || sellBook === undefined) return;
    const exchange = this.#exchange(sell.quote, buy.quote, previous);
    const ofBuy = this.#listing(buy, buyBook);
    const ofSell = this.#listing(sell, sellBook);
    const pair: Pair = {
      key: `${buy.id}>${sell.id}`,
      buy,
      sell,
      exchange,
      planned: planned(buy, sell),
      buyBook,
      sellBook,
      ofBuy,
      ofSell,
      live: undefined,
      standingMonoMs: Number.NaN,
      counted: false,
    };
    exchange.pairs.push(pair);
    ofBuy.buying.push(pair);
    ofSell.selling.push(pair);
  }

  #listing(listing: Listing, book: Book): ListingPairs {
    const known = this.#byListing.get(listing.id);
    if (known !== undefined) return known;
    const made: ListingPairs = { buying: [], selling: [], book, bid: Number.NaN, ask: Number.NaN, live: 0 };
    this.#byListing.set(listing.id, made);
    return made;
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
