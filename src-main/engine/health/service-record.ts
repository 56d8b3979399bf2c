import { DecayingHistogram } from '../market/decaying-histogram.ts';

const MINUTE = 60_000;
const SERVICE_HALF_LIFE_MS = 5 * MINUTE;
const CALLS_HALF_LIFE_MS = 2 * MINUTE;
const SLIPPAGE_HALF_LIFE_MS = 60 * MINUTE;
const MARKET_HALF_LIFE_MS = 20_000;

/** A sum whose parts fade by half every half-life. */
class DecayingSum {
  readonly #halfLifeMs: number;
  #sum = 0;
  #atMs = Number.NaN;

  constructor(halfLifeMs: number) {
    this.#halfLifeMs = halfLifeMs;
  }

  add(amount: number, monoMs: number): void {
    this.#sum = this.at(monoMs) + amount;
    this.#atMs = monoMs;
  }

  at(monoMs: number): number {
    if (Number.isNaN(this.#atMs)) return 0;
    return this.#sum * 2 ** (-Math.max(0, monoMs - this.#atMs) / this.#halfLifeMs);
  }
}

/** What was measured of one venue's service, in rolling windows with exponential decay (VH-1). */
export class ServiceRecord {
  /** Seconds watched, and seconds × share of fresh quotes. */
  readonly watchedS = new DecayingSum(MARKET_HALF_LIFE_MS);
  readonly freshS = new DecayingSum(MARKET_HALF_LIFE_MS);
  readonly apiCalls = new DecayingSum(CALLS_HALF_LIFE_MS);
  readonly apiFailures = new DecayingSum(CALLS_HALF_LIFE_MS);
  readonly reconnects = new DecayingSum(SERVICE_HALF_LIFE_MS);
  readonly acks = new DecayingSum(SERVICE_HALF_LIFE_MS);
  readonly rejects = new DecayingSum(SERVICE_HALF_LIFE_MS);
  readonly slippageCount = new DecayingSum(SLIPPAGE_HALF_LIFE_MS);
  /** Realised less expected slippage, bps, summed. */
  readonly slippageExcess = new DecayingSum(SLIPPAGE_HALF_LIFE_MS);
  readonly roundTrip = new DecayingHistogram(SERVICE_HALF_LIFE_MS);
  readonly ackTime = new DecayingHistogram(SERVICE_HALF_LIFE_MS);
  /** p95 of event lag as the market last measured it, ms; NaN while unmeasured. */
  lagP95Ms = Number.NaN;
}
