import { VENUES, type Venue } from '#shared/domain/ids';
import type { VenueHealth } from '#shared/domain/market';
import type { Limits } from '#shared/settings/limits';
import { limitReader } from '../market/limit-reader.ts';
import type { Clock } from '../ports.ts';
import { type HealthInput, healthInputs, healthScore } from './inputs.ts';
import { ServiceRecord } from './service-record.ts';

/** VH-3: how long a vetoed venue must stay at or above the floor before it returns. */
export const STABILIZATION_MS = 30_000;
/** A longer gap between samples counts as this much watched time: one look does not speak for a minute. */
const LONGEST_SAMPLE_MS = 10_000;

export interface HealthTransition {
  readonly venue: Venue;
  readonly vetoed: boolean;
  readonly score: number;
  /** Epoch ms. */
  readonly atMs: number;
}

/** What the market knows of a venue now; `Market.evidence` gives it. */
export interface MarketEvidence {
  /** Instruments on feeds that connected at least once; 0 while there are none. */
  readonly instruments: number;
  readonly fresh: number;
  /** NaN while unmeasured. */
  readonly lagP95Ms: number;
}

export interface VenueHealthOptions {
  readonly clock: Clock;
  readonly limits: () => Limits;
  readonly evidence: (venue: Venue) => MarketEvidence;
  readonly onTransition: (transition: HealthTransition) => void;
  readonly stabilizationMs?: number;
}

interface Standing {
  readonly record: ServiceRecord;
  inputs: readonly HealthInput[];
  score: number;
  vetoed: boolean;
  /** It was above the floor once; until then a veto ends at the first score that passes. */
  proven: boolean;
  /** Since when a vetoed venue is back above the floor, monotonic ms; NaN while it is not. */
  recoveringMonoMs: number;
}

/**
 * VH-1 … VH-3. Readings may be recorded at any time; scores and vetoes change only in {@link sample}, which the engine
 * calls about once a second, so that asking is cheap and a transition never happens in the middle of a decision.
 */
export class VenueHealthMonitor {
  readonly #options: VenueHealthOptions;
  readonly #stabilizationMs: number;
  readonly #floor: () => number;
  readonly #maxFeedLagMs: () => number;
  readonly #ackDeadlineS: () => number;
  readonly #maxSlippageBps: () => number;
  readonly #standings: ReadonlyMap<Venue, Standing>;
  #sampledMonoMs = Number.NaN;

  constructor(options: VenueHealthOptions) {
    this.#options = options;
    this.#stabilizationMs = options.stabilizationMs ?? STABILIZATION_MS;
    this.#floor = limitReader(options.limits, 'venueHealthFloor');
    this.#maxFeedLagMs = limitReader(options.limits, 'maxFeedLagMs');
    this.#ackDeadlineS = limitReader(options.limits, 'ackDeadlineS');
    this.#maxSlippageBps = limitReader(options.limits, 'maxSlippageBps');
    this.#standings = new Map(VENUES.map((venue) => [venue, standing()]));
  }

  /** One REST call ended. A rate limit counts as half a failure: the venue lives, but it may not be asked. */
  recordApi(venue: Venue, milliseconds: number, outcome: 'ok' | 'error' | 'timeout' | 'rate-limited'): void {
    const { record } = this.#of(venue);
    const nowMs = this.#options.clock.monoMs();
    record.apiCalls.add(1, nowMs);
    record.apiFailures.add(outcome === 'ok' ? 0 : outcome === 'rate-limited' ? 0.5 : 1, nowMs);
    if (outcome === 'ok') record.roundTrip.record(milliseconds, nowMs);
  }

  /** A ping or server-time call came back, ms. */
  recordRoundTrip(venue: Venue, milliseconds: number): void {
    this.#of(venue).record.roundTrip.record(milliseconds, this.#options.clock.monoMs());
  }

  recordReconnect(venue: Venue): void {
    this.#of(venue).record.reconnects.add(1, this.#options.clock.monoMs());
  }

  /** An order was acknowledged after `milliseconds`. */
  recordAck(venue: Venue, milliseconds: number): void {
    const { record } = this.#of(venue);
    const nowMs = this.#options.clock.monoMs();
    record.acks.add(1, nowMs);
    record.ackTime.record(milliseconds, nowMs);
  }

  /** An order was definitely rejected. */
  recordReject(venue: Venue): void {
    this.#of(venue).record.rejects.add(1, this.#options.clock.monoMs());
  }

  /** A taker order's slippage, bps, as planned and as filled. */
  recordSlippage(venue: Venue, expectedBps: number, realisedBps: number): void {
    const { record } = this.#of(venue);
    const nowMs = this.#options.clock.monoMs();
    record.slippageCount.add(1, nowMs);
    record.slippageExcess.add(realisedBps - expectedBps, nowMs);
  }

  /** Takes the market's readings, scores every venue and moves its veto. */
  sample(): void {
    const nowMs = this.#options.clock.monoMs();
    const elapsedMs = nowMs - this.#sampledMonoMs;
    this.#sampledMonoMs = nowMs;
    const watchedS = elapsedMs > 0 ? Math.min(elapsedMs, LONGEST_SAMPLE_MS) / 1000 : 0;
    const scales = {
      maxFeedLagMs: this.#maxFeedLagMs(),
      ackDeadlineMs: this.#ackDeadlineS() * 1000,
      maxSlippageBps: this.#maxSlippageBps(),
    };
    for (const [venue, one] of this.#standings) {
      const { instruments, fresh, lagP95Ms } = this.#options.evidence(venue);
      if (instruments > 0) {
        one.record.watchedS.add(watchedS, nowMs);
        one.record.freshS.add((watchedS * fresh) / instruments, nowMs);
      }
      one.record.lagP95Ms = lagP95Ms;
      one.inputs = healthInputs(one.record, scales, nowMs);
      one.score = healthScore(one.inputs);
      this.#moveVeto(venue, one, nowMs);
    }
  }

  /** 0 … 1 as of the last sample; 0 without evidence. */
  score(venue: Venue): number {
    return this.#of(venue).score;
  }

  /** VH-2: no new entries; exits and hedges go on. True until evidence first passes the floor. */
  vetoed(venue: Venue): boolean {
    return this.#of(venue).vetoed;
  }

  /** All venues, in table order, with every input visible. */
  states(): readonly VenueHealth[] {
    const wallMs = this.#options.clock.wallMs();
    const nowMs = this.#options.clock.monoMs();
    return [...this.#standings].map(([venue, one]) => ({
      venue,
      score: one.score,
      vetoed: one.vetoed,
      returnsAtMs: one.vetoed && one.proven ? wallMs + this.#untilReturnMs(one, nowMs) : null,
      inputs: [...one.inputs],
    }));
  }

  #of(venue: Venue): Standing {
    return this.#standings.get(venue) as Standing;
  }

  /** The earliest return of a venue still below the floor is a whole window away. */
  #untilReturnMs(one: Standing, nowMs: number): number {
    if (Number.isNaN(one.recoveringMonoMs)) return this.#stabilizationMs;
    return Math.max(0, one.recoveringMonoMs + this.#stabilizationMs - nowMs);
  }

  #moveVeto(venue: Venue, one: Standing, nowMs: number): void {
    if (one.score < this.#floor()) {
      one.recoveringMonoMs = Number.NaN;
      if (!one.vetoed) this.#set(venue, one, true);
      return;
    }
    if (!one.vetoed) return;
    if (Number.isNaN(one.recoveringMonoMs)) one.recoveringMonoMs = nowMs;
    if (one.proven && nowMs - one.recoveringMonoMs < this.#stabilizationMs) return;
    one.proven = true;
    one.recoveringMonoMs = Number.NaN;
    this.#set(venue, one, false);
  }

  #set(venue: Venue, one: Standing, vetoed: boolean): void {
    one.vetoed = vetoed;
    this.#options.onTransition({ venue, vetoed, score: one.score, atMs: this.#options.clock.wallMs() });
  }
}

const standing = (): Standing => ({
  record: new ServiceRecord(),
  inputs: [],
  score: 0,
  vetoed: true,
  proven: false,
  recoveringMonoMs: Number.NaN,
});
