import Big, { type RoundingMode } from 'big.js';

/**
 * Exact decimal arithmetic for everything that reaches an order, the journal, the ledger, a wire or the screen (ID-4).
 * Strict mode: a plain number cannot become a decimal without going through {@link fromDouble}, which names its scale.
 */
const Decimal = Big();
Decimal.strict = true;
// Division is the one inexact operation. Eighteen places leave nothing that matters of 10^12 units of anything.
Decimal.DP = 18;
Decimal.RM = Big.roundHalfEven;
Decimal.NE = -40;
Decimal.PE = 40;

export type Decimal = Big;

const PATTERN = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/;

/** Reads a decimal as venues, files and forms write it. @throws TypeError when the text is not a decimal. */
export function decimal(text: string): Decimal {
  if (!PATTERN.test(text)) throw new TypeError(`not a decimal number: ${JSON.stringify(text.slice(0, 40))}`);
  return new Decimal(text);
}

/** Like {@link decimal}, or `undefined` when the text is not a decimal. */
export function tryDecimal(text: string): Decimal | undefined {
  return PATTERN.test(text) ? new Decimal(text) : undefined;
}

/**
 * The decimal a double stands for at `decimals` places after the point: books hold prices and sizes as doubles, the
 * catalogue says how many digits they had on the wire, and 15 significant digits bring those digits back exactly.
 */
export function fromDouble(value: number, decimals: number): Decimal {
  if (!Number.isFinite(value)) throw new TypeError(`not a finite number: ${value}`);
  return new Decimal(value.toFixed(Math.min(decimals, 20)));
}

/** The nearest double; for ratios, charts and detection only. */
export const toDouble = (value: Decimal): number => Number(value.toString());

export const ZERO: Decimal = new Decimal('0');
export const ONE: Decimal = new Decimal('1');
export const BPS: Decimal = new Decimal('10000');
/** One basis point as a fraction; multiplying by it is exact and far cheaper than dividing by {@link BPS}. */
export const ONE_BP: Decimal = new Decimal('0.0001');

/** The wire form of a decimal: plain digits, no exponent, no trailing zeros. */
export function wire(value: Decimal): string {
  return value.eq(ZERO) ? '0' : value.toFixed();
}

export const min = (a: Decimal, b: Decimal): Decimal => (a.lt(b) ? a : b);
export const max = (a: Decimal, b: Decimal): Decimal => (a.gt(b) ? a : b);

/** Places that rounding to a step of 1, 0.1, 0.01, … cuts at; `undefined` for any other step. */
const placesOf = ({ c, e }: Decimal): number | undefined => (c.length === 1 && c[0] === 1 ? -e : undefined);

/** Most steps are powers of ten: cutting digits is exact and far cheaper than dividing. */
function toMultiple(value: Decimal, step: Decimal, mode: RoundingMode): Decimal {
  const places = placesOf(step);
  return places === undefined ? value.div(step).round(0, mode).times(step) : value.round(places, mode);
}

/** Largest multiple of `step` not above `value` (for quantities: never more than was meant). `step` > 0. */
export function floorTo(value: Decimal, step: Decimal): Decimal {
  return toMultiple(value, step, value.lt(ZERO) ? Big.roundUp : Big.roundDown);
}

/** Smallest multiple of `step` not below `value`. `step` > 0. */
export function ceilTo(value: Decimal, step: Decimal): Decimal {
  return toMultiple(value, step, value.lt(ZERO) ? Big.roundDown : Big.roundUp);
}

/** `part` of `whole` in basis points. @throws when `whole` is zero. */
export const bpsOf = (part: Decimal, whole: Decimal): Decimal => part.div(whole).times(BPS);

/** `bps` basis points of `amount`. */
export const applyBps = (amount: Decimal, bps: Decimal): Decimal => amount.times(bps).times(ONE_BP);

/** Places after the point that a step such as `0.001` or `5` needs. */
export function decimalsOf(step: Decimal): number {
  const text = step.toFixed();
  const point = text.indexOf('.');
  return point < 0 ? 0 : text.length - point - 1;
}
