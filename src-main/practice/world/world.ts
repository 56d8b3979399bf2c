import type { Venue } from '#shared/domain/ids';
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

/** One market as its venue's servers see it. */
export interface MarketView {
  readonly spec: MarketSpec;
  readonly book: WorldBook;
  readonly status: TradingStatus;
  readonly candles: CandleSource;
  /** The latest trades, oldest first; at most {@link RECENT_TRADES}. */
  readonly recentTrades: readonly WorldTrade[];
}

export const RECENT_TRADES = 50;

/** What a venue hears of its own markets, in the order in which it happens there. */
export interface MarketListener {
  /** The book already holds `changes`; there is at least one. */
  bookChanged(market: MarketView, changes: readonly BookChange[]): void;
  /** Comes before the change of the book that the trades made. */
  traded(market: MarketView, trades: readonly WorldTrade[]): void;
  statusChanged(market: MarketView): void;
}

/** The market behind all practice venues. Deterministic: clients reading it never change what happens in it (PP-4). */
export interface World {
  readonly kind: 'synthetic' | 'recorded';
  marketsOf(venue: Venue): readonly MarketView[];
  listen(venue: Venue, listener: MarketListener): void;
  /** The whole venue is down: nothing is sent, REST answers unavailable. */
  isOut(venue: Venue): boolean;
  /** MD-8. Anything but `normal` stops trades; `halted`, `maintenance` and `delisted` also freeze the book. */
  setStatus(venue: Venue, instrument: string, status: TradingStatus): void;
  start(): void;
  stop(): void;
}
