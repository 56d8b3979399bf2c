import { z } from 'zod';
import { decimal, tryDecimal, wire } from '#shared/money/decimal';

/** A JSON number as text, which Kraken may write with an exponent (`5.494e-6`): plain digits, the same value. */
export const amount = z
  .string()
  .refine((text) => tryDecimal(text) !== undefined, 'expected a number')
  .transform((text) => wire(decimal(text)));
