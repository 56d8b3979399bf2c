import type { FrameFault } from '#engine/ports';
import {
  FUNDING_INTERVAL_MS,
  FUNDING_RATE,
  INDEX_PRICE,
  MARK_PRICE,
  NEXT_SETTLEMENT_MS,
  PREDICTED_RATE,
} from '#engine/ports';
import { type FrameTarget, TRADE_PRICE, TRADE_SIZE } from '#main/venues/kit/decoder';
import type { Track } from '#main/venues/kit/track';
import type { FundingSettlement } from '#shared/domain/funding';
import type { TradingStatus } from '#shared/domain/listing';

export interface ToldTrade {
  readonly track: Track;
  readonly price: number;
  /** Base units. */
  readonly size: number;
  readonly takerSide: 'buy' | 'sell';
}

/** What one frame told of a perpetual, by name; what it did not tell is left out. */
export type ToldReference = Readonly<
  Partial<
    Record<
      'fundingRate' | 'predictedRate' | 'fundingIntervalMs' | 'nextSettlementMs' | 'markPrice' | 'indexPrice',
      number
    >
  >
>;

const REFERENCE_NAMES = [
  ['fundingRate', FUNDING_RATE],
  ['predictedRate', PREDICTED_RATE],
  ['fundingIntervalMs', FUNDING_INTERVAL_MS],
  ['nextSettlementMs', NEXT_SETTLEMENT_MS],
  ['markPrice', MARK_PRICE],
  ['indexPrice', INDEX_PRICE],
] as const;

/** Everything a decoder said of one frame. Resets and rebuilds it asks for are carried out by its owner afterwards. */
export class FrameStory implements FrameTarget {
  readonly faults: { readonly fault: FrameFault; readonly track: Track | null }[] = [];
  readonly trades: ToldTrade[] = [];
  readonly resyncs = new Map<Track, string>();
  references: { readonly track: Track; readonly values: ToldReference } | null = null;
  settlement: { readonly track: Track; readonly rate: string } | null = null;
  /** Taken without a fault, whether it brought anything new or not. */
  taken: Track | null = null;
  committed: Track | null = null;
  invalidated: { readonly track: Track; readonly cause: string } | null = null;
  brokenCause: string | null = null;
  refusal: string | null = null;
  ack = false;
  heartbeat = false;
  /** Words of the venue that change no book. */
  readonly notes: string[] = [];
  #resyncAll: string | null = null;

  get resyncAllCause(): string | null {
    return this.#resyncAll;
  }

  applied(track: Track | null): void {
    this.taken = track;
  }

  trade(track: Track, values: Float64Array, takerSide: 'buy' | 'sell'): void {
    this.trades.push({ track, price: values[TRADE_PRICE] as number, size: values[TRADE_SIZE] as number, takerSide });
  }

  reference(track: Track, values: Float64Array): void {
    const told: Partial<Record<keyof ToldReference, number>> = {};
    for (const [name, at] of REFERENCE_NAMES) {
      const value = values[at] as number;
      if (!Number.isNaN(value)) told[name] = value;
    }
    this.references = { track, values: told };
  }

  settled(track: Track, settlement: FundingSettlement): void {
    this.settlement = { track, rate: settlement.rate };
  }

  faulted(fault: FrameFault, track: Track | null): void {
    this.faults.push({ fault, track });
  }

  /** As a feed does it: at once, so that what follows in the same frame finds the book waiting. */
  resync(track: Track, cause: string): void {
    if (track.phase !== 'live') return;
    track.phase = 'awaiting';
    track.book.invalidate(cause);
    this.resyncs.set(track, cause);
  }

  resyncAll(cause: string): void {
    this.#resyncAll = cause;
  }

  broken(cause: string): void {
    this.brokenCause = cause;
  }

  accepted(): void {
    this.ack = true;
  }

  refused(_requestId: string | null, _symbol: string | null, message: string): void {
    this.refusal = message;
  }

  wantsSnapshot(): void {}

  venueStatus(status: TradingStatus): void {
    this.notes.push(`the venue's trading is ${status}`);
  }

  status(symbol: string, status: TradingStatus): void {
    this.notes.push(`trading of ${symbol} is ${status}`);
  }

  catalogueChanged(): void {
    this.notes.push('the catalogue changed');
  }

  idle(kind: 'heartbeat' | 'ack' | 'canary'): void {
    if (kind === 'ack') this.ack = true;
    else this.heartbeat = true;
  }
}
