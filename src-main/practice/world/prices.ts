import type { Random } from '#shared/kernel/random';

const YEAR_MS = 365 * 24 * 3_600_000;

interface Asset {
  readonly name: string;
  readonly startUsd: number;
  /** Annual volatility, fraction. */
  readonly volatility: number;
  /** Correlation with the common factor. */
  readonly correlation: number;
}

const ASSETS: readonly Asset[] = [
  { name: 'BTC', startUsd: 92_400, volatility: 0.45, correlation: 0.95 },
  { name: 'ETH', startUsd: 3_150, volatility: 0.6, correlation: 0.85 },
  { name: 'SOL', startUsd: 138, volatility: 0.8, correlation: 0.78 },
];

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

/**
 * The prices everybody would agree on: correlated geometric random walks for the coins, a slow return to a mean a few
 * bps from par for the stablecoins, all in USD.
 */
export class EfficientPrices {
  readonly #random: Random;
  readonly #logUsd = new Map<string, number>(ASSETS.map((asset) => [asset.name, Math.log(asset.startUsd)]));
  readonly #offParBps = new Map<string, number>(COINS.map((coin) => [coin.name, coin.meanBps]));

  constructor(random: Random) {
    this.#random = random;
  }

  /** One step of `stepMs`. */
  step(stepMs: number): void {
    const common = this.#random.normal();
    const root = Math.sqrt(stepMs / YEAR_MS);
    for (const asset of ASSETS) {
      const own = this.#random.normal();
      const shock = asset.correlation * common + Math.sqrt(1 - asset.correlation ** 2) * own;
      this.#logUsd.set(asset.name, (this.#logUsd.get(asset.name) ?? 0) + asset.volatility * root * shock);
    }
    for (const coin of COINS) {
      const keep = Math.exp(-stepMs / coin.returnMs);
      const deviation = (this.#offParBps.get(coin.name) ?? coin.meanBps) - coin.meanBps;
      const noise = coin.spreadBps * Math.sqrt(1 - keep * keep) * this.#random.normal();
      this.#offParBps.set(coin.name, coin.meanBps + deviation * keep + noise);
    }
  }

  /** USD per unit. @throws {RangeError} for a currency this world does not have. */
  usd(currency: string): number {
    if (currency === 'USD') return 1;
    const offPar = this.#offParBps.get(currency);
    if (offPar !== undefined) return 1 + offPar * 1e-4;
    const log = this.#logUsd.get(currency);
    if (log === undefined) throw new RangeError(`the synthetic world has no price for ${currency}`);
    return Math.exp(log);
  }

  /** Quote per base. */
  price(base: string, quote: string): number {
    return this.usd(base) / this.usd(quote);
  }
}
