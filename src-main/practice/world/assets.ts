import type { Random } from '#shared/kernel/random';

export interface Asset {
  readonly name: string;
  readonly startUsd: number;
  /** Annual volatility, fraction. */
  readonly volatility: number;
  /** Correlation with the common factor. */
  readonly correlation: number;
  /** Mean and spread of the premium of its perpetuals, bps. */
  readonly premiumBps: { readonly mean: number; readonly spread: number };
}

/** The coins that every world has. */
export const NAMED_ASSETS: readonly Asset[] = [
  { name: 'BTC', startUsd: 92_400, volatility: 0.45, correlation: 0.95, premiumBps: { mean: 1, spread: 6 } },
  { name: 'ETH', startUsd: 3_150, volatility: 0.6, correlation: 0.85, premiumBps: { mean: 1.5, spread: 6 } },
  { name: 'SOL', startUsd: 138, volatility: 0.8, correlation: 0.78, premiumBps: { mean: 0, spread: 7 } },
  { name: 'HYPE', startUsd: 31.2, volatility: 1.1, correlation: 0.6, premiumBps: { mean: 5, spread: 9 } },
  { name: 'PEPE', startUsd: 0.00000712, volatility: 1.2, correlation: 0.65, premiumBps: { mean: 2, spread: 8 } },
];

/** A base that is a multiple of another coin (ID-6). */
export const MULTIPLES: Readonly<Record<string, { readonly of: string; readonly units: number }>> = {
  '1000PEPE': { of: 'PEPE', units: 1000 },
};

/** The coin behind a base: `PEPE` of `1000PEPE`. */
export const coinOf = (base: string): string => MULTIPLES[base]?.of ?? base;

/** Invented coins `A001`, `A002`, …: many instruments for a bench. Each is drawn from its own stream. */
export function inventAssets(count: number, random: Random): Asset[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `A${String(index + 1).padStart(3, '0')}`;
    const own = random.fork(name);
    return {
      name,
      startUsd: Number((0.05 * 10_000 ** own.next()).toPrecision(5)),
      volatility: 0.6 + 0.8 * own.next(),
      correlation: 0.4 + 0.5 * own.next(),
      premiumBps: { mean: 4 * own.next(), spread: 5 + 4 * own.next() },
    };
  });
}
