import type { BarColumn } from './bars.ts';

export interface Ordered {
  readonly bars: BarColumn;
  /** Rows that stood after a later one. */
  readonly unsorted: number;
  /** Rows whose time another, earlier row of the file already had. */
  readonly duplicates: number;
}

/** Bars in ascending order of time, the first of each time kept. A column already so is returned as it is. */
export function inOrder(bars: BarColumn): Ordered {
  let unsorted = 0;
  let duplicates = 0;
  for (let index = 1; index < bars.length; index += 1) {
    if (bars.openMs(index) < bars.openMs(index - 1)) unsorted += 1;
    if (bars.openMs(index) === bars.openMs(index - 1)) duplicates += 1;
  }
  if (unsorted === 0 && duplicates === 0) return { bars, unsorted, duplicates };
  const byTime = Array.from({ length: bars.length }, (_, index) => index).sort(
    (a, b) => bars.openMs(a) - bars.openMs(b) || a - b,
  );
  const kept = byTime.filter((at, index) => index === 0 || bars.openMs(at) !== bars.openMs(byTime[index - 1] ?? -1));
  return { bars: bars.pick(kept), unsorted, duplicates: bars.length - kept.length };
}
