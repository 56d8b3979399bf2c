/** Middle value; the mean of the middle two of an even number. NaN of none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Linear between neighbours. NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

/** Two things done alternately in one process, so that whatever slows the machine slows both. */
export interface Comparison {
  /** Median over rounds of the median time of each, µs. */
  readonly micros: number;
  readonly baselineMicros: number;
  /** Median over rounds of the rounds' own ratios. */
  readonly ratio: number;
  /** Lowest and highest ratio of any round. */
  readonly spread: readonly [number, number];
  readonly rounds: number;
}

/** One round's times, µs, of the thing and of what it is compared with. */
export interface Round {
  readonly times: readonly number[];
  readonly baseline: readonly number[];
}

export function compare(rounds: readonly Round[]): Comparison {
  const ratios = rounds.map(({ times, baseline }) => median(times) / median(baseline));
  return {
    micros: digits(median(rounds.map(({ times }) => median(times)))),
    baselineMicros: digits(median(rounds.map(({ baseline }) => median(baseline)))),
    ratio: digits(median(ratios)),
    spread: [digits(Math.min(...ratios)), digits(Math.max(...ratios))],
    rounds: rounds.length,
  };
}

/** Microseconds that `run` takes. */
export function timed(run: () => void): number {
  const startedMs = performance.now();
  run();
  return (performance.now() - startedMs) * 1000;
}

/** Three significant digits: what a measurement here is worth. */
export const digits = (value: number): number => Number(value.toPrecision(3));
