import type { Random } from '#shared/kernel/random';
import type { Asset } from './assets.ts';
import { MULTIPLES } from './assets.ts';

const YEAR_MS = 365 * 24 * 3_600_000;

interface Stablecoin {
  readonly name: string;
  readonly meanBps: number;
  /** Stationary standard deviation, bps. */
  readonly spreadBps: number;
  /** Time constant of the return to the mean, ms. */
  readonly returnMs: number;
}

const COINS: readonly Stablecoin[] = [
  { name: 'USDT', meanBps: -4, spreadBps: 2.5, returnMs: 30 * 60_000 },
  { name: 'USDC', meanBps: -0.5, spreadBps: 1, returnMs: 20 * 60_000 },
];

/** These draw from one stream; every other coin has its own, so that one coin more moves nothing else. */
const TOGETHER: readonly string[] = ['BTC', 'ETH', 'SOL'];
/** A depeg takes its way with this time constant, ms: a price is not teleported. */
const DEPEG_MS = 2_000;

interface Walk {
  readonly asset: Asset;
  readonly random: Random;
  logUsd: number;
}

/**
 * The prices everybody would agree on: correlated geometric random walks for the coins, a slow return to a mean a few
 * bps from par for the stablecoins, all in USD.
 */
export class EfficientPrices {
  readonly #random: Random;
  readonly #walks: readonly Walk[];
  readonly #offParBps = new Map<string, number>(COINS.map((coin) => [coin.name, coin.meanBps]));
  readonly #usd = new Map<string, number>([['USD', 1]]);
  #depegTargetBps = 0;
  #depegBps = 0;

  constructor(assets: readonly Asset[], random: Random) {
    this.#random = random;
    this.#walks = assets.map((asset) => ({
      asset,
      random: TOGETHER.includes(asset.name) ? random : random.fork(asset.name),
      logUsd: Math.log(asset.startUsd),
    }));
    this.#refresh();
  }

  /** USDT moves to this many bps below where it would be. */
  depeg(bps: number): void {
    this.#depegTargetBps = bps;
  }

  /** One step of `stepMs`. */
  step(stepMs: number): void {
    const common = this.#random.normal();
    const root = Math.sqrt(stepMs / YEAR_MS);
    for (const walk of this.#walks) {
      const { volatility, correlation } = walk.asset;
      const own = walk.random.normal();
      walk.logUsd += volatility * root * (correlation * common + Math.sqrt(1 - correlation ** 2) * own);
    }
    for (const coin of COINS) {
      const keep = Math.exp(-stepMs / coin.returnMs);
      const deviation = (this.#offParBps.get(coin.name) ?? coin.meanBps) - coin.meanBps;
      const noise = coin.spreadBps * Math.sqrt(1 - keep * keep) * this.#random.normal();
      this.#offParBps.set(coin.name, coin.meanBps + deviation * keep + noise);
    }
    this.#depegBps += (this.#depegTargetBps - this.#depegBps) * (1 - Math.exp(-stepMs / DEPEG_MS));
    this.#refresh();
  }

  /** USD per unit. @throws {RangeError} for a currency this world does not have. */
  usd(currency: string): number {
    const usd = this.#usd.get(currency);
    if (usd === undefined) throw new RangeError(`the synthetic world has no price for ${currency}`);
    return usd;
  }

  /** Quote per base. */
  price(base: string, quote: string): number {
    return this.usd(base) / this.usd(quote);
  }

  #refresh(): void {
    for (const { asset, logUsd } of this.#walks) this.#usd.set(asset.name, Math.exp(logUsd));
    for (const [name, { of, units }] of Object.entries(MULTIPLES)) this.#usd.set(name, this.usd(of) * units);
    for (const [name, bps] of this.#offParBps) {
      this.#usd.set(name, 1 + (name === 'USDT' ? bps - this.#depegBps : bps) * 1e-4);
    }
  }
}
