/**
 * CRC-32 (IEEE 802.3) put together from parts. `R(c, bytes)` is the register after `bytes` when it held `c` before; it is
 * linear, so that `R(c, a b) = R(R(c, a), zeros of b's length) xor R(0, b)`: parts that did not change need not be read
 * again. The usual checksum is `~R(-1, bytes)`. Registers are signed 32-bit numbers.
 */

/** Longest part: a price and a size of 21 digits before and 20 after the point, the most that `toFixed` gives. */
const MOST_BYTES = 84;

const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let register = byte;
  for (let bit = 0; bit < 8; bit += 1) register = register & 1 ? (register >>> 1) ^ 0xedb88320 : register >>> 1;
  return register;
});

/** `R(register, byte)`. */
export const crcByte = (register: number, byte: number): number =>
  (TABLE[(register ^ byte) & 255] as number) ^ (register >>> 8);

/** For each length: what each of the four bytes of a register becomes after that many zero bytes. */
export const AFTER_ZEROS = new Int32Array((MOST_BYTES + 1) * 1024);
for (let place = 0; place < 1024; place += 1) AFTER_ZEROS[place] = (place & 255) << (8 * (place >>> 8));
for (let place = 1024; place < AFTER_ZEROS.length; place += 1) {
  AFTER_ZEROS[place] = crcByte(AFTER_ZEROS[place - 1024] as number, 0);
}

/** `R(register, zeros of that length)`; the length is at most 84. */
export function crcAfter(register: number, length: number): number {
  const from = length << 10;
  return (
    (AFTER_ZEROS[from + (register & 255)] as number) ^
    (AFTER_ZEROS[from + 256 + ((register >>> 8) & 255)] as number) ^
    (AFTER_ZEROS[from + 512 + ((register >>> 16) & 255)] as number) ^
    (AFTER_ZEROS[from + 768 + (register >>> 24)] as number)
  );
}
