/** Wall milliseconds as the venues write them. Fractions of a millisecond fill the micro- and nanosecond digits. */

const seconds = (wallMs: number): string => new Date(Math.floor(wallMs)).toISOString().slice(0, 19);

const fraction = (wallMs: number, digits: number): string =>
  Math.floor((wallMs - Math.floor(wallMs / 1000) * 1000) * 1e6)
    .toString()
    .padStart(9, '0')
    .slice(0, digits);

/** `2024-10-04T07:04:40Z` */
export const isoSeconds = (wallMs: number): string => `${seconds(wallMs)}Z`;
/** `2024-10-04T07:04:40.825Z` */
export const isoMillis = (wallMs: number): string => `${seconds(wallMs)}.${fraction(wallMs, 3)}Z`;
/** `2024-10-04T07:04:40.825062Z` */
export const isoMicros = (wallMs: number): string => `${seconds(wallMs)}.${fraction(wallMs, 6)}Z`;
/** `2024-10-04T07:04:40.825062088Z` */
export const isoNanos = (wallMs: number): string => `${seconds(wallMs)}.${fraction(wallMs, 9)}Z`;
/** Nanoseconds since the epoch as decimal digits. */
export const epochNanos = (wallMs: number): string => `${Math.floor(wallMs / 1000)}${fraction(wallMs, 9)}`;
/** Whole milliseconds. */
export const wholeMs = (wallMs: number): number => Math.floor(wallMs);
