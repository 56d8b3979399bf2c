import { crcAfter, crcByte } from './crc.ts';

const ZERO = 48;
const POINT = 46;
const POWERS_OF_TEN = Float64Array.from({ length: 21 }, (_, exponent) => Number(`1e${exponent}`));
/** Up to 2^50 the nearest whole number to a price times its power of ten is the number that was sent. */
const MOST_DIGITS = 15;
const LARGEST_SURE = 10 ** MOST_DIGITS - 1;
const BILLION = 1_000_000_000;
const MILLION = 1_000_000;
const THOUSAND = 1_000;

/**
 * The byte of a digit is its value xor 48. A register that starts at 0 stays 0 over zero bytes, so that the values of a
 * number's digits give the same register however many zeros lead them: a number is read three digits at a time without
 * asking where it begins, and the 48s of as many digits as it has are added after. For each group of three the register
 * of its digits' values when none, one, … four groups follow it.
 */
const GROUPS = Int32Array.from({ length: 5 * THOUSAND }, (_, place) => {
  const value = place % THOUSAND;
  let register = crcByte(0, Math.floor(value / 100));
  register = crcByte(register, Math.floor(value / 10) % 10);
  register = crcByte(register, value % 10);
  return crcAfter(register, 3 * Math.floor(place / THOUSAND));
});
const FORTY_EIGHTS = new Int32Array(MOST_DIGITS + 1);
for (let length = 1; length <= MOST_DIGITS; length += 1) {
  FORTY_EIGHTS[length] = crcByte(FORTY_EIGHTS[length - 1] as number, ZERO);
}

/**
 * `R(0, digits)` of a price and a size as the checksum reads them: at the pair's precision, without points and leading
 * zeros. Doubles stay in typed arrays: as an argument of a call that is not inlined each would be an object.
 */
export class DigitsCrc {
  readonly #priceDecimals: number;
  readonly #sizeDecimals: number;
  #crc = 0;
  #length = 0;
  #part = 0;

  /** Decimals of the pair, at most 20. */
  constructor(priceDecimals: number, sizeDecimals: number) {
    this.#priceDecimals = priceDecimals;
    this.#sizeDecimals = sizeDecimals;
  }

  get crc(): number {
    return this.#crc;
  }

  /** Digits there were. */
  get length(): number {
    return this.#length;
  }

  /** Of `prices[index]`, then `sizes[index]`. */
  take(prices: Float64Array, sizes: Float64Array, index: number): void {
    const price = this.#read(prices, index, this.#priceDecimals);
    const before = this.#part;
    const size = this.#read(sizes, index, this.#sizeDecimals);
    this.#crc = crcAfter(price, this.#part) ^ size;
    this.#length = before + this.#part;
  }

  /** `R(0, digits)` of one number; how many there were is left in `#part`. */
  #read(values: Float64Array, index: number, decimals: number): number {
    const scaled = Math.round((values[index] as number) * (POWERS_OF_TEN[decimals] as number));
    if (!(scaled <= LARGEST_SURE)) return this.#readText((values[index] as number).toFixed(decimals));
    const billions = Math.floor(scaled / BILLION) | 0;
    const rest = (scaled - billions * BILLION) | 0;
    const trillions = (billions / THOUSAND) | 0;
    const millions = (rest / MILLION) | 0;
    const thousands = ((rest - millions * MILLION) / THOUSAND) | 0;
    const ones = rest - millions * MILLION - thousands * THOUSAND;
    const digits = billions === 0 ? digitsOf(rest) : 9 + digitsOf(billions);
    this.#part = digits;
    return (
      (GROUPS[ones] as number) ^
      (GROUPS[1000 + thousands] as number) ^
      (GROUPS[2000 + millions] as number) ^
      (GROUPS[3000 + billions - trillions * THOUSAND] as number) ^
      (GROUPS[4000 + trillions] as number) ^
      (FORTY_EIGHTS[digits] as number)
    );
  }

  /** Beyond what a whole number in a double can be trusted with. */
  #readText(text: string): number {
    let register = 0;
    let length = 0;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === POINT || (length === 0 && code === ZERO)) continue;
      register = crcByte(register, code);
      length += 1;
    }
    this.#part = length;
    return register;
  }
}

/** Digits of a whole number below 2^31; none of 0. */
function digitsOf(value: number): number {
  // 1233 / 4096 is a little more than the logarithm of 2.
  const least = ((32 - Math.clz32(value)) * 1233) >>> 12;
  return value >= (POWERS_OF_TEN[least] as number) ? least + 1 : least;
}
