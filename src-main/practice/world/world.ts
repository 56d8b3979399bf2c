import type { FeedId } from '#shared/domain/ids';
import type { TradingStatus } from '#shared/domain/listing';
import type { BookChange, WorldBook } from './book.ts';
import type { CandleSource } from './candles.ts';
import type { MarketSpec } from './market-spec.ts';

/** A taker's order against the touch; price in ticks, size in lots. `id` grows by one per market. */
export interface WorldTrade {
  readonly id: number;
  readonly price: number;
  readonly size: number;
  readonly taker: 'buy' | 'sell';
  /** Wall time, ms. */
  readonly atMs: number;
}

/** One funding payment that has been made. */
export interface Settlement {
  /** UTC epoch ms, a multiple of the interval. */
  readonly atMs: number;
  /** Fraction of notional for `intervalMs`, positive when longs paid; no more decimals than the venue's rate. */
  readonly rate: number;
  readonly intervalMs: number;
}

/** The funding side of a perpetual now (MD-7). */
export interface PerpView {
  /** Quote units per base unit, a plain double: each wire writes as many decimals as its venue does. */
  readonly markPrice: number;
  readonly indexPrice: number;
  /**
   * Fraction of notional for one `intervalMs`, positive when longs pay. `snapshot`: the estimate that the coming
   * settlement will fix. `continuous`: fixed for the running interval. At most {@link RATE_DECIMALS} decimals.
   */
  readonly fundingRate: number;
  /** The estimate for the interval after, for one `intervalMs`. */
  readonly predictedRate: number;
  readonly intervalMs: number;
  /** UTC epoch ms. */
  readonly nextSettlementMs: number;
  readonly accrual: 'snapshot' | 'continuous';
  /** Oldest first, the newest last: at least 30 from the start on, at most {@link KEPT_SETTLEMENTS}. */
  readonly settlements: readonly Settlement[];
  /** Open contracts counted in lots (base units × 10^sizeDecimals). */
  readonly openInterestLots: number;
  /** Largest rate either way for one `intervalMs`. */
  readonly rateCap: number;
}

/** Decimals of every funding rate, by accrual. */
export const RATE_DECIMALS: Readonly<Record<PerpView['accrual'], number>> = { snapshot: 8, continuous: 12 };
export const KEPT_SETTLEMENTS = 400;

/** One market as its venue's servers see it. */
export interface MarketView {
  readonly spec: MarketSpec;
  readonly book: WorldBook;
  readonly status: TradingStatus;
  readonly candles: CandleSource;
  /** The latest trades, oldest first; at most {@link RECENT_TRADES}. */
  readonly recentTrades: readonly WorldTrade[];
  /** `null` for spot. The object lives as long as the market; its values change. */
  readonly perp: PerpView | null;
}

export const RECENT_TRADES = 50;

/** What a venue hears of its own markets, in the order in which it happens there. */
export interface MarketListener {
  /** The book already holds `changes`; there is at least one. */
  bookChanged(market: MarketView, changes: readonly BookChange[]): void;
  /** Comes before the change of the book that the trades made. */
  traded(market: MarketView, trades: readonly WorldTrade[]): void;
  statusChanged(market: MarketView): void;
  /** Perpetuals: mark, index or rates moved; about once a second, and at once when the interval changed. */
  referenceChanged?(market: MarketView): void;
  /** Perpetuals: a settlement was made; `perp` already speaks of the next one. */
  settled?(market: MarketView, settlement: Settlement): void;
}

/** The market behind all practice venues. Deterministic: clients reading it never change what happens in it (PP-4). */
export interface World {
  readonly kind: 'synthetic' | 'recorded';
  /** The markets of one feed, always the same objects in the same order, delisted ones included. */
  marketsOf(feed: FeedId): readonly MarketView[];
  listen(feed: FeedId, listener: MarketListener): void;
  /** The whole feed is down: nothing is sent, REST answers unavailable. */
  isOut(feed: FeedId): boolean;
  /** MD-8. Anything but `normal` stops trades; `halted`, `maintenance` and `delisted` also freeze the book. */
  setStatus(feed: FeedId, instrument: string, status: TradingStatus): void;
  /** MD-7: the funding interval of a perpetual from now on; `null` gives it its usual one again. */
  setFundingInterval(feed: FeedId, instrument: string, intervalMs: number | null): void;
  /** USDT goes to this many bps below its usual price within seconds; 0 brings it back. False when this world cannot. */
  depeg(bps: number): boolean;
  start(): void;
  stop(): void;
}
