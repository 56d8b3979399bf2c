import { digits } from './measure.ts';

/** Memory of a process at one moment, MB. */
export interface MemorySample {
  readonly residentMb: number;
  /** V8's heap, garbage that was not collected yet included. */
  readonly heapMb: number;
  /** Outside V8's heap but owned by its objects: buffers of sockets above all. */
  readonly externalMb: number;
}

/** One minute of samples. */
export interface MemoryMinute {
  /** Minutes since measuring began, from 1. */
  readonly minute: number;
  /** The most that was resident in it. */
  readonly residentMb: number;
  /** The least the heap was in it: what was left right after a collection, so what is really in use. */
  readonly heapMb: number;
  readonly externalMb: number;
}

/** How memory went over the measured time. */
export interface MemoryCourse {
  readonly minutes: readonly MemoryMinute[];
  /** Minutes that were taken for warming up and are left out of the slopes. */
  readonly warmUpMinutes: number;
  /** Least-squares slopes over the minutes after the warm-up, MB an hour; `null` with fewer than three of them. */
  readonly residentMbPerHour: number | null;
  readonly heapMbPerHour: number | null;
}

const MB = 1_048_576;
/** Bounded windows fill and code is compiled in the first minutes: a third of the time, but no longer than this. */
const LONGEST_WARM_UP_MINUTES = 10;
const LEAST_MINUTES = 3;

export function memorySample(): MemorySample {
  const { rss, heapUsed, external } = process.memoryUsage();
  return { residentMb: rss / MB, heapMb: heapUsed / MB, externalMb: external / MB };
}

/** By minute, and how it rises after the warm-up. A last minute that is not full counts as one. */
export function memoryCourse(samples: readonly MemorySample[], samplesPerMinute: number): MemoryCourse {
  const minutes: MemoryMinute[] = [];
  for (let from = 0; from < samples.length; from += samplesPerMinute) {
    const within = samples.slice(from, from + samplesPerMinute);
    minutes.push({
      minute: minutes.length + 1,
      residentMb: digits(Math.max(...within.map(({ residentMb }) => residentMb))),
      heapMb: digits(Math.min(...within.map(({ heapMb }) => heapMb))),
      externalMb: digits(Math.min(...within.map(({ externalMb }) => externalMb))),
    });
  }
  const warmUpMinutes = Math.min(LONGEST_WARM_UP_MINUTES, Math.floor(minutes.length / 3));
  const kept = minutes.slice(warmUpMinutes);
  const perHour = (read: (minute: MemoryMinute) => number) =>
    kept.length < LEAST_MINUTES ? null : digits(slope(kept.map(read)) * 60);
  return {
    minutes,
    warmUpMinutes,
    residentMbPerHour: perHour(({ residentMb }) => residentMb),
    heapMbPerHour: perHour(({ heapMb }) => heapMb),
  };
}

/** Least squares, per step. */
function slope(values: readonly number[]): number {
  const meanX = (values.length - 1) / 2;
  const meanY = values.reduce((sum, value) => sum + value, 0) / values.length;
  let above = 0;
  let below = 0;
  for (const [index, value] of values.entries()) {
    above += (index - meanX) * (value - meanY);
    below += (index - meanX) ** 2;
  }
  return above / below;
}
