/** Heap in use after a collection, MB, at a virtual time. */
export interface HeapSample {
  readonly atMs: number;
  readonly usedMb: number;
}

const HOUR_MS = 3_600_000;
/** The first part of a run fills caches and windows that have bounds. */
const WARM_UP_SHARE = 0.25;

/** Samples without the warm-up. */
export const settledSamples = (samples: readonly HeapSample[]): readonly HeapSample[] =>
  samples.slice(Math.floor(samples.length * WARM_UP_SHARE));

/** Least-squares slope, MB per virtual hour; `null` with fewer than three samples. */
export function heapSlope(samples: readonly HeapSample[]): number | null {
  if (samples.length < 3) return null;
  const hours = samples.map(({ atMs }) => atMs / HOUR_MS);
  const meanHours = mean(hours);
  const meanMb = mean(samples.map(({ usedMb }) => usedMb));
  let covariance = 0;
  let variance = 0;
  for (const [index, { usedMb }] of samples.entries()) {
    const distance = (hours[index] as number) - meanHours;
    covariance += distance * (usedMb - meanMb);
    variance += distance * distance;
  }
  return variance === 0 ? null : covariance / variance;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Collects twice, so that what finalizers freed is gone too. `null` where Node does not expose its collector. */
export function sampleHeap(atMs: number): HeapSample | null {
  if (globalThis.gc === undefined) return null;
  globalThis.gc();
  globalThis.gc();
  return { atMs, usedMb: process.memoryUsage().heapUsed / 1_000_000 };
}
