import { decimal, tryDecimal, ZERO } from '#shared/money/decimal';

/** What stands where a value is unknown (UI-3): never a zero. */
export const DASH = '—';
const MINUS = '−';

/** `1234567.5` → `1,234,567.50` with `places` digits after the point; without `places` every digit it has. */
export function plain(text: string | null, places?: number): string {
  const value = text === null ? undefined : tryDecimal(text);
  if (value === undefined) return DASH;
  const fixed = places === undefined ? value.toFixed() : value.toFixed(places);
  // A loss too small for the places shown is still not written as −0.00.
  const digits = /^-0(\.0+)?$/.test(fixed) ? fixed.slice(1) : fixed;
  const [whole = '', fraction] = digits.replace('-', '').split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${digits.startsWith('-') ? MINUS : ''}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** With `+` or `−` always written; zero has no sign. */
export function signed(text: string | null, places?: number): string {
  const shown = plain(text, places);
  const value = text === null ? undefined : tryDecimal(text);
  return value?.gt(ZERO) && /[1-9]/.test(shown) ? `+${shown}` : shown;
}

export type Direction = 'up' | 'down' | 'flat' | 'unknown';

/** Which way a result points, as shown at `places`. */
export function direction(text: string | null, places?: number): Direction {
  const value = text === null ? undefined : tryDecimal(text);
  if (value === undefined) return 'unknown';
  const shown = places === undefined ? value : decimal(value.toFixed(places));
  return shown.gt(ZERO) ? 'up' : shown.lt(ZERO) ? 'down' : 'flat';
}

/** Digits that keep a price readable at its size; the exact digits are in the title. */
export function pricePlaces(text: string): number {
  const value = tryDecimal(text);
  if (value === undefined) return 2;
  const size = value.abs();
  if (size.gte(decimal('1000'))) return 2;
  if (size.gte(decimal('10'))) return 3;
  return 5;
}

export const price = (text: string | null): string => (text === null ? DASH : plain(text, pricePlaces(text)));
export const usd = (text: string | null, places = 2): string => plain(text, places);
export const bps = (text: string | null, places = 2): string => signed(text, places);

/** A ratio 0..1 as `97 %`; `null` is unknown. */
export const percentOf = (ratio: number | null, places = 0): string =>
  ratio === null || !Number.isFinite(ratio) ? DASH : `${(ratio * 100).toFixed(places)} %`;

/** A score 0..1 as `0.97`. */
export const score = (value: number | null): string => (value === null ? DASH : value.toFixed(2));

/** Made once: a format of its own for each number costs more than the rest of its cell. */
const GROUPED = new Intl.NumberFormat('en-US');
export const count = (value: number | null): string => (value === null ? DASH : GROUPED.format(value));

/** A share of counts, or unknown when nothing was counted. */
export const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
