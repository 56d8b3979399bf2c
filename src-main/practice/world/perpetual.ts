import type { Random } from '#shared/kernel/random';
import type { PerpView, Settlement } from './world.ts';
import { KEPT_SETTLEMENTS, RATE_DECIMALS } from './world.ts';

export const HOUR_MS = 3_600_000;
const EIGHT_HOURS_MS = 8 * HOUR_MS;
/** The mark follows the premium with this time constant, ms. */
const MARK_MS = 30_000;
/** Interest and the band in which the premium does not move the rate, fraction for eight hours. */
const INTEREST = 0.0001;
const BAND = 0.0005;
/** Largest rate either way: for eight hours where funding is paid at settlements, for one hour where it accrues. */
const SNAPSHOT_CAP = 0.02;
const CONTINUOUS_CAP = 0.0025;
const INVENTED_SETTLEMENTS = 60;

const clamp = (value: number, limit: number): number => Math.max(-limit, Math.min(limit, value));

/** Largest rate either way for one interval. */
function capOf(accrual: PerpView['accrual'], intervalMs: number): number {
  return accrual === 'snapshot'
    ? (SNAPSHOT_CAP * intervalMs) / EIGHT_HOURS_MS
    : (CONTINUOUS_CAP * intervalMs) / HOUR_MS;
}

/**
 * The rate of one interval from the mean premium. Snapshot venues: premium + clamp(interest - premium, ±5 bps) for eight
 * hours, scaled to the interval, within a cap (the formula that Binance, Bybit and OKX publish). Continuous venues: the
 * premium itself, spread over eight hours.
 */
export function rateOf(accrual: PerpView['accrual'], meanPremium: number, intervalMs: number): number {
  const eightHours = accrual === 'snapshot' ? meanPremium + clamp(INTEREST - meanPremium, BAND) : meanPremium;
  const rate = clamp((eightHours * intervalMs) / EIGHT_HOURS_MS, capOf(accrual, intervalMs));
  // Adding 0 turns -0 into 0, which is written without a sign.
  return Number(rate.toFixed(RATE_DECIMALS[accrual])) + 0;
}

export interface PerpetualTerms {
  readonly accrual: PerpView['accrual'];
  readonly intervalMs: number;
  /** Mean premium and its spread from which the past is invented, fractions. */
  readonly usualPremium: { readonly mean: number; readonly spread: number };
  readonly openInterestLots: number;
}

/** Mark, index and funding of one perpetual. */
export class Perpetual implements PerpView {
  readonly accrual: PerpView['accrual'];
  readonly settlements: Settlement[] = [];
  markPrice: number;
  indexPrice: number;
  fundingRate = 0;
  predictedRate = 0;
  openInterestLots: number;
  #intervalMs: number;
  readonly #usualIntervalMs: number;
  #nextSettlementMs: number;
  #smoothed: number;
  /** Premium × time of the running interval, and the time, ms. */
  #sum = 0;
  #weight = 0;
  #lastMs: number;
  readonly #random: Random;

  constructor(terms: PerpetualTerms, indexPrice: number, premium: number, wallMs: number, random: Random) {
    this.accrual = terms.accrual;
    this.#intervalMs = terms.intervalMs;
    this.#usualIntervalMs = terms.intervalMs;
    this.openInterestLots = terms.openInterestLots;
    this.#random = random;
    this.#smoothed = premium;
    this.indexPrice = indexPrice;
    this.markPrice = indexPrice * (1 + premium);
    this.#lastMs = wallMs;
    this.#nextSettlementMs = this.#boundaryAfter(wallMs);
    this.#inventPast(terms, premium, wallMs);
  }

  get intervalMs(): number {
    return this.#intervalMs;
  }

  get nextSettlementMs(): number {
    return this.#nextSettlementMs;
  }

  get rateCap(): number {
    return capOf(this.accrual, this.#intervalMs);
  }

  /** Time has come to `wallMs` with this index and premium. Returns the settlements that were due, oldest first. */
  tick(indexPrice: number, premium: number, wallMs: number): readonly Settlement[] {
    const elapsed = Math.max(0, wallMs - this.#lastMs);
    this.#lastMs = wallMs;
    this.#smoothed += (premium - this.#smoothed) * (1 - Math.exp(-elapsed / MARK_MS));
    this.indexPrice = indexPrice;
    this.markPrice = indexPrice * (1 + this.#smoothed);
    this.#sum += this.#smoothed * elapsed;
    this.#weight += elapsed;
    this.openInterestLots = Math.max(1, Math.round(this.openInterestLots * (1 + 1e-5 * this.#random.normal())));
    const due: Settlement[] = [];
    while (wallMs >= this.#nextSettlementMs) due.push(this.#settle());
    this.#rates();
    return due;
  }

  /** The interval from now on; `null`: the usual one. */
  setInterval(intervalMs: number | null): void {
    this.#intervalMs = intervalMs ?? this.#usualIntervalMs;
    this.#nextSettlementMs = this.#boundaryAfter(this.#lastMs);
    if (this.accrual === 'continuous') this.fundingRate = this.#estimate();
    this.#rates();
  }

  #settle(): Settlement {
    if (this.accrual === 'snapshot') this.#rates();
    const settlement = { atMs: this.#nextSettlementMs, rate: this.fundingRate, intervalMs: this.#intervalMs };
    this.settlements.push(settlement);
    if (this.settlements.length > KEPT_SETTLEMENTS) this.settlements.shift();
    if (this.accrual === 'continuous') this.fundingRate = this.#estimate();
    this.#sum = 0;
    this.#weight = 0;
    this.#nextSettlementMs += this.#intervalMs;
    return settlement;
  }

  #rates(): void {
    const running = this.#estimate();
    if (this.accrual === 'snapshot') {
      this.fundingRate = running;
      this.predictedRate = rateOf(this.accrual, this.#smoothed, this.#intervalMs);
    } else {
      this.predictedRate = running;
    }
  }

  /** The rate that the mean premium of the running interval gives. */
  #estimate(): number {
    const mean = this.#weight > 0 ? this.#sum / this.#weight : this.#smoothed;
    return rateOf(this.accrual, mean, this.#intervalMs);
  }

  #boundaryAfter(wallMs: number): number {
    return (Math.floor(wallMs / this.#intervalMs) + 1) * this.#intervalMs;
  }

  /** Past settlements that lead up to the premium of now, and the part of the running interval that is already over. */
  #inventPast({ usualPremium, intervalMs }: PerpetualTerms, premium: number, wallMs: number): void {
    const keep = Math.exp(-intervalMs / (12 * HOUR_MS));
    const past: number[] = [];
    let mean = premium;
    for (let n = 0; n <= INVENTED_SETTLEMENTS; n += 1) {
      const noise = usualPremium.spread * Math.sqrt(1 - keep * keep) * this.#random.normal();
      mean = usualPremium.mean + (mean - usualPremium.mean) * keep + noise;
      past.push(mean);
    }
    const lastMs = this.#nextSettlementMs - intervalMs;
    for (let n = INVENTED_SETTLEMENTS; n >= 1; n -= 1) {
      const rate = rateOf(this.accrual, past[n] ?? premium, intervalMs);
      this.settlements.push({ atMs: lastMs - (n - 1) * intervalMs, rate, intervalMs });
    }
    this.#weight = wallMs - lastMs;
    this.#sum = premium * this.#weight;
    if (this.accrual === 'continuous') this.fundingRate = rateOf(this.accrual, past[0] ?? premium, intervalMs);
    this.#rates();
  }
}
