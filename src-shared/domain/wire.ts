import { z } from 'zod';
import { tryDecimal } from '../money/decimal.ts';

/** A decimal as a string: how money, prices and quantities cross every boundary (ID-4). */
export const decimalText = z.string().refine((text) => tryDecimal(text) !== undefined, 'expected a decimal number');
export type DecimalText = string;
