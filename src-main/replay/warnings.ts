import type { RecordedInstrument } from './bars.ts';

const MAX_NAMES = 6;

/** A few names, and how many more there are. */
export function namesOf(names: ReadonlySet<string>): string {
  const shown = [...names].slice(0, MAX_NAMES).join(', ');
  return names.size > MAX_NAMES ? `${shown} and ${names.size - MAX_NAMES} more` : shown;
}

/** `2023-03-04 16:59` (UTC). */
export const minuteOf = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');

/** Minutes under two hours, else hours with one digit. */
export function lengthOf(ms: number): string {
  const minutes = ms / 60_000;
  return minutes < 120 ? `${Math.round(minutes)} min` : `${Math.round(minutes / 6) / 10} h`;
}

/** Names what a recording lacks of an instrument: missing bars with the longest run, and bars in which nothing traded. */
export function gapWarning(
  { listing, bars }: RecordedInstrument,
  barMs: number,
  fromMs: number,
  toMs: number,
): readonly string[] {
  let zeroVolume = 0;
  let gaps = 0;
  let missing = 0;
  let longestMs = 0;
  let longestFromMs = fromMs;
  let expectedMs = fromMs;
  const gapUntil = (openMs: number) => {
    const lengthMs = openMs - expectedMs;
    if (lengthMs <= 0) return;
    gaps += 1;
    missing += lengthMs / barMs;
    if (lengthMs > longestMs) {
      longestMs = lengthMs;
      longestFromMs = expectedMs;
    }
  };
  for (let index = 0; index < bars.length; index += 1) {
    const bar = bars.at(index);
    if (bar === undefined) continue;
    if (bar.volume === 0) zeroVolume += 1;
    gapUntil(bar.openMs);
    expectedMs = bar.openMs + barMs;
  }
  gapUntil(toMs);
  const warnings: string[] = [];
  if (gaps > 0) {
    const longest = `${lengthOf(longestMs)} from ${minuteOf(longestFromMs)} UTC`;
    warnings.push(`${listing}: ${missing} bars are missing in ${gaps} gaps; the longest lasts ${longest}.`);
  }
  if (zeroVolume > 0) {
    warnings.push(`${listing}: nothing traded in ${zeroVolume} bars; they show a price, and nothing fills in them.`);
  }
  return warnings;
}
