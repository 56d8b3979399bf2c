/**
 * The double of a plain, unsigned decimal text as venues write prices and sizes; NaN for anything else. Checks only
 * what `Number` would let through (empty text, signs, spaces, hex, `Infinity`), because it runs for every level.
 */
export function unsignedDecimal(text: unknown): number {
  if (typeof text !== 'string') return Number.NaN;
  const first = text.charCodeAt(0);
  if (!(first >= 48 && first <= 57) || text.charCodeAt(1) > 57) return Number.NaN;
  const value = Number(text);
  return value < Number.POSITIVE_INFINITY ? value : Number.NaN;
}

/** {@link unsignedDecimal} that may carry a minus sign. */
export function signedDecimal(text: unknown): number {
  if (typeof text !== 'string') return Number.NaN;
  return text.startsWith('-') ? -unsignedDecimal(text.slice(1)) : unsignedDecimal(text);
}

/** A finite, not negative number as JSON gives it; NaN for anything else. */
export function unsignedNumber(value: unknown): number {
  return typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY ? value : Number.NaN;
}

/** A whole number that a double holds exactly, or NaN. */
export function wholeNumber(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : Number.NaN;
}

/** Milliseconds since 1970 as a JSON number or its digits; NaN for anything else. */
export function epochMs(value: unknown): number {
  const ms = typeof value === 'string' ? unsignedDecimal(value) : value;
  return typeof ms === 'number' && ms > 0 && Number.isSafeInteger(ms) ? ms : Number.NaN;
}

/** The shortest plain digits that read back as this double (`7.465e-7` becomes `0.0000007465`). */
export function plainDigits(value: number): string {
  const text = String(value);
  const exponent = text.indexOf('e-');
  if (exponent < 0) return text;
  const mantissa = text.slice(0, exponent);
  const digits = mantissa.replace('.', '');
  const point = mantissa.indexOf('.');
  const whole = point < 0 ? mantissa.length : point;
  return `0.${'0'.repeat(Number(text.slice(exponent + 2)) - whole)}${digits}`;
}

/** Epoch ms of an RFC 3339 time in UTC, fractions of a second kept down to the microsecond; NaN when it is none. */
export function rfc3339Ms(text: unknown): number {
  if (typeof text !== 'string' || text.length < 20 || text.length > 35) return Number.NaN;
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?Z$/.exec(text);
  if (match === null) return Number.NaN;
  const whole = Date.parse(`${match[1]}Z`);
  return match[2] === undefined ? whole : whole + Math.round(Number(match[2]) * 1_000_000) / 1000;
}
