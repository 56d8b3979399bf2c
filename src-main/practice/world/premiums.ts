import type { Random } from '#shared/kernel/random';
import type { Asset } from './assets.ts';
import { coinOf } from './assets.ts';
import type { MarketSpec } from './market-spec.ts';

/** How fast a coin's premium returns to its mean, and a market's own part to its, ms. */
const COIN_RETURN_MS = 2 * 3_600_000;
const OWN_RETURN_MS = 20 * 60_000;
const OWN_SPREAD_BPS = 1.2;
/** Once in this time the crowd leans far to one side, for about {@link CROWD_MS}. */
const CROWD_EVERY_MS = 8 * 3_600_000;
const CROWD_MS = 40 * 60_000;
const CROWD_RISE_MS = 60_000;

/** A value that wanders around its mean (Ornstein-Uhlenbeck, exact for any step). */
class Wander {
  readonly #mean: number;
  readonly #spread: number;
  readonly #returnMs: number;
  readonly #random: Random;
  value: number;

  constructor(mean: number, spread: number, returnMs: number, random: Random) {
    this.#mean = mean;
    this.#spread = spread;
    this.#returnMs = returnMs;
    this.#random = random;
    this.value = mean + spread * random.normal();
  }

  step(ms: number): void {
    const keep = Math.exp(-ms / this.#returnMs);
    const noise = this.#spread * Math.sqrt(1 - keep * keep) * this.#random.normal();
    this.value = this.#mean + (this.value - this.#mean) * keep + noise;
  }
}

class CoinPremium {
  readonly usual: Wander;
  readonly #random: Random;
  #crowdTarget = 0;
  #crowd = 0;

  constructor(asset: Asset, random: Random) {
    this.usual = new Wander(asset.premiumBps.mean, asset.premiumBps.spread, COIN_RETURN_MS, random);
    this.#random = random;
  }

  get bps(): number {
    return this.usual.value + this.#crowd;
  }

  step(ms: number): void {
    this.usual.step(ms);
    if (this.#random.next() < ms / CROWD_EVERY_MS) {
      const bps = 10 + 30 * this.#random.next();
      // Crowds lean long more often than short.
      this.#crowdTarget += this.#random.next() < 0.7 ? bps : -bps;
    }
    this.#crowdTarget *= Math.exp(-ms / CROWD_MS);
    this.#crowd += (this.#crowdTarget - this.#crowd) * (1 - Math.exp(-ms / CROWD_RISE_MS));
  }
}

/**
 * How far each perpetual stands above its index: a part that all perpetuals of a coin share (a few bps, at times tens)
 * and a smaller one of its own.
 */
export class Premiums {
  readonly #coins = new Map<string, CoinPremium>();
  readonly #own = new Map<MarketSpec, { readonly coin: CoinPremium; readonly own: Wander }>();

  constructor(assets: readonly Asset[], specs: readonly MarketSpec[], random: Random) {
    for (const asset of assets) this.#coins.set(asset.name, new CoinPremium(asset, random.fork(asset.name)));
    for (const spec of specs) {
      const coin = this.#coins.get(coinOf(spec.base));
      if (coin === undefined) throw new RangeError(`no coin for ${spec.feed} ${spec.instrument}`);
      const own = random.fork(`${spec.feed}/${spec.instrument}`);
      this.#own.set(spec, { coin, own: new Wander(own.normal(), OWN_SPREAD_BPS, OWN_RETURN_MS, own) });
    }
  }

  step(ms: number): void {
    for (const coin of this.#coins.values()) coin.step(ms);
    for (const { own } of this.#own.values()) own.step(ms);
  }

  /** Fraction of the index; 0 for a market that is no perpetual. */
  of(spec: MarketSpec): number {
    const found = this.#own.get(spec);
    return found === undefined ? 0 : (found.coin.bps + found.own.value) * 1e-4;
  }
}
