export interface Bucket {
  /** `null` for the last, open one. */
  readonly upToMs: number | null;
  readonly count: number;
}

export interface Bar {
  readonly label: string;
  /** Of all values, 0..1. */
  readonly share: number;
  /** Against the largest bar, 0..1. */
  readonly length: number;
}

/** At most this many bars: neighbours are put together, and empty ends are left out. */
const MOST_BARS = 14;

const boundText = (ms: number): string =>
  ms < 10 ? `${ms.toFixed(1)} ms` : ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;

/** Bars of a histogram, each named by the range it holds. None without values. */
export function barsOf(buckets: readonly Bucket[]): Bar[] {
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  if (!(total > 0)) return [];
  const first = buckets.findIndex(({ count }) => count > 0);
  const last = buckets.findLastIndex(({ count }) => count > 0);
  const held = buckets.slice(first, last + 1);
  const width = Math.ceil(held.length / MOST_BARS);
  const groups: { from: number; upTo: number | null; count: number }[] = [];
  for (let at = 0; at < held.length; at += width) {
    const part = held.slice(at, at + width);
    groups.push({
      from: buckets[first + at - 1]?.upToMs ?? 0,
      upTo: part.at(-1)?.upToMs ?? null,
      count: part.reduce((sum, { count }) => sum + count, 0),
    });
  }
  const most = Math.max(...groups.map(({ count }) => count));
  return groups.map(({ from, upTo, count }) => ({
    label: upTo === null ? `over ${boundText(from)}` : `to ${boundText(upTo)}`,
    share: count / total,
    length: count / most,
  }));
}
