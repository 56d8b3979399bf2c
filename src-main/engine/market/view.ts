import type { FeedLatency } from '#shared/contract/rows';
import type { FundingSettlement, FundingState } from '#shared/domain/funding';
import type { FeedId, ListingId, Venue } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import type { Composite, FeedState, StaleCause } from '#shared/domain/market';
import type { QuoteSnapshot } from '#shared/domain/plan';
import type { Result } from '#shared/kernel/result';
import type { Decimal } from '#shared/money/decimal';
import type { Book } from '../ports.ts';
import type { EntriesWait } from './maintenance.ts';
import type { Transfers } from './transfers.ts';

export type Freshness =
  | { readonly fresh: true }
  | { readonly fresh: false; readonly cause: StaleCause; readonly detail: string };

/** Price levels from the best outwards, exact; sizes in base units. */
export interface Ladder {
  readonly levels: readonly { readonly price: Decimal; readonly size: Decimal }[];
}

/** Result of walking a ladder: `filled` < the wanted quantity when the book was too thin. */
export interface Walk {
  readonly filled: Decimal;
  /** Average price, quote per base. */
  readonly average: Decimal;
  /** Worst price touched. */
  readonly worst: Decimal;
}

/** ID-3: what converting really costs now, for an amount, through the side of the book that would be crossed. */
export interface ConversionQuote {
  readonly from: string;
  readonly to: string;
  /** Units of `to` received for one unit of `from`. */
  readonly rate: Decimal;
  /** Units of `to` per `from` at mid, for attributing the conversion's cost. */
  readonly midRate: Decimal;
  readonly through: readonly ListingId[];
  readonly ageMs: number;
}
export type ConversionProblem = 'stale-conversion' | 'depeg' | 'insufficient-depth';

/** What the rest of the engine may ask of the market. Ages are monotonic ms. */
export interface MarketView {
  /** All listings by feed and id, in a stable order. */
  listings(): readonly Listing[];
  listing(id: ListingId): Listing | undefined;
  /** Listings of a base asset, stablecoin books excluded. */
  listingsOf(base: string): readonly Listing[];
  bases(): readonly string[];
  book(id: ListingId): Book | undefined;
  freshness(id: ListingId): Freshness;
  /** Age of the channel's last sign of life, ms (MD-2); Infinity when never heard. */
  ageMs(id: ListingId): number;
  /** Measured p95 of event lag plus half the round trip on the listing's feed, ms; NaN while unmeasured. */
  latencyMs(id: ListingId): number;
  /** Exact touch and ages; `undefined` while the book is empty on a side or invalid. */
  snapshot(id: ListingId): QuoteSnapshot | undefined;
  /** `side` of the book that is read: 'ask' to buy, 'bid' to sell. */
  ladder(id: ListingId, side: 'bid' | 'ask', maxLevels: number): Ladder;
  walk(id: ListingId, side: 'bid' | 'ask', quantity: Decimal): Walk | undefined;
  composite(base: string): Composite | undefined;
  /** Realised volatility of the composite mid, bps per √second, exponentially weighted; NaN while unmeasured. */
  volatilityBps(base: string): number;
  /** Converts an `amount` of `from`. Same currency: rate 1, no books. */
  convert(from: string, to: string, amount: Decimal): Result<ConversionQuote, ConversionProblem>;
  /** Hot path: executable touch rate as a double, NaN when not fresh or depegged. */
  rate(from: string, to: string): number;
  /**
   * Mid of a fresh listing against the composite mid of its base, both in USD at what the stablecoins are worth, bps;
   * NaN without either.
   */
  basisBps(id: ListingId): number;
  /** MD-7; `undefined` for what has no funding: spot. */
  funding(id: ListingId): FundingState | undefined;
  /** Hot path: fraction of notional for an hour of holding, positive when longs pay; NaN while it may not be used. */
  fundingPerHour(id: ListingId): number;
  /** The latest `limit` settlements, oldest first. */
  fundingHistory(id: ListingId, limit: number): readonly FundingSettlement[];
  /** MD-8: both `unknown` where the venue's public side tells nothing. */
  transfersOf(venue: Venue, currency: string): Transfers;
  /** MD-8: announced maintenance for which a feed takes no new entries now. */
  entriesWait(feed: FeedId): EntriesWait | undefined;
  feeds(): readonly FeedState[];
  /** Event lag of a feed's updates over the last minutes (TE-2). */
  latency(feed: FeedId): FeedLatency;
  venueEnabled(venue: Venue): boolean;
}
