import type { Venue } from '#shared/domain/ids';
import type { Random } from '#shared/kernel/random';
import type { MarketSpec } from './market-spec.ts';
import { isStableMarket } from './market-spec.ts';

/** One market leaving the rest: it jumps by `bps` (signed) and comes back with the time constant `decayMs`. */
export interface Dislocation {
  readonly instrument: string;
  readonly venue: Venue;
  readonly bps: number;
  readonly decayMs: number;
  readonly startMonoMs: number;
}

/** How often markets leave the rest: once over the spot markets of the large coins, once more over all others. */
export interface DislocationRates {
  /** 30 bps and more on venues whose published fees such a gap can pay for. */
  readonly payablePerMinute: number;
  /** A few bps anywhere; they do not pay. */
  readonly smallPerMinute: number;
}

export const DEFAULT_RATES: DislocationRates = { payablePerMinute: 10, smallPerMinute: 40 };

/** Where payable ones happen: the venues with low entry fees most, Kraken seldom and further, Coinbase never. */
const PAYABLE: readonly {
  readonly venue: Venue;
  readonly weight: number;
  readonly fromBps: number;
  readonly toBps: number;
}[] = [
  { venue: 'binance', weight: 0.28, fromBps: 30, toBps: 60 },
  { venue: 'bybit', weight: 0.3, fromBps: 30, toBps: 60 },
  { venue: 'okx', weight: 0.3, fromBps: 30, toBps: 60 },
  { venue: 'kraken', weight: 0.12, fromBps: 45, toBps: 75 },
];

/** A dislocation under this is over, bps. */
const OVER_BPS = 0.2;
/** It rises to its size within this, ms: a market order takes its way, a price is not teleported. */
const RISE_MS = 40;

/** Draws dislocations and says how far each market stands from the rest now. */
export class Dislocations {
  readonly #random: Random;
  readonly #specs: readonly MarketSpec[];
  readonly #active = new Map<MarketSpec, Dislocation[]>();

  constructor(specs: readonly MarketSpec[], random: Random) {
    this.#specs = specs;
    this.#random = random;
  }

  /** Starts one of the given kind and returns its market; `null` when no market of this world qualifies. */
  start(kind: 'payable' | 'small', monoMs: number): MarketSpec | null {
    const drawn = kind === 'payable' ? this.#drawPayable() : this.#drawSmall();
    if (drawn === null) return null;
    const { spec, bps, decayMs } = drawn;
    const signed = this.#random.next() < 0.5 ? -bps : bps;
    const list = this.#active.get(spec) ?? [];
    list.push({ instrument: spec.instrument, venue: spec.venue, bps: signed, decayMs, startMonoMs: monoMs });
    this.#active.set(spec, list);
    return spec;
  }

  /** Signed distance of a market from the rest, bps. Finished dislocations are forgotten on the way. */
  bps(spec: MarketSpec, monoMs: number): number {
    const list = this.#active.get(spec);
    if (list === undefined) return 0;
    let total = 0;
    const alive = list.filter((one) => {
      const age = monoMs - one.startMonoMs;
      const left = one.bps * Math.min(1, (age + 5) / RISE_MS) * Math.exp(-age / one.decayMs);
      total += left;
      return age < RISE_MS || Math.abs(left) > OVER_BPS;
    });
    if (alive.length === 0) this.#active.delete(spec);
    else this.#active.set(spec, alive);
    return total;
  }

  #drawPayable(): { spec: MarketSpec; bps: number; decayMs: number } | null {
    let pick = this.#random.next() * PAYABLE.reduce((sum, one) => sum + one.weight, 0);
    const place = PAYABLE.find((one) => {
      pick -= one.weight;
      return pick < 0;
    });
    const markets = this.#specs.filter((spec) => spec.venue === place?.venue && !isStableMarket(spec));
    const spec = markets[Math.floor(this.#random.next() * markets.length)];
    if (place === undefined || spec === undefined) return null;
    const bps = place.fromBps + (place.toBps - place.fromBps) * this.#random.next();
    return { spec, bps, decayMs: this.#between(800, 5_000) };
  }

  #drawSmall(): { spec: MarketSpec; bps: number; decayMs: number } | null {
    const spec = this.#specs[Math.floor(this.#random.next() * this.#specs.length)];
    if (spec === undefined) return null;
    const bps = isStableMarket(spec) ? 0.5 + this.#random.exponential(0.7) : 2 + this.#random.exponential(5);
    return { spec, bps: Math.min(bps, 20), decayMs: this.#between(100, 3_000) };
  }

  /** Log-uniform. */
  #between(from: number, to: number): number {
    return from * (to / from) ** this.#random.next();
  }
}
