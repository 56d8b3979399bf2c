import { z } from 'zod';
import { VENUES, type Venue } from '../domain/ids.ts';
import { decimal, tryDecimal, wire } from '../money/decimal.ts';

/** A rebate larger than this, or a fee larger than {@link HIGHEST_BPS}, is a slip of the pen: 1 bp is 0.01 %. */
const LOWEST_BPS = '-10';
const HIGHEST_BPS = '1000';

const bps = z
  .string('write fees as text in basis points, for example "2.5"')
  .superRefine((text, context) => {
    const value = tryDecimal(text.trim());
    const add = (message: string) => context.addIssue({ code: 'custom', message });
    if (value === undefined) return add(`“${text}” is not a number of basis points`);
    if (value.lt(decimal(LOWEST_BPS))) return add(`${wire(value)} bps is below the least of ${LOWEST_BPS}`);
    if (value.gt(decimal(HIGHEST_BPS))) return add(`${wire(value)} bps is above the most of ${HIGHEST_BPS}`);
  })
  .transform((text) => wire(decimal(text.trim())));

/** Fees in basis points of notional; a negative maker fee is a rebate. */
export const feeTierSchema = z.strictObject({ makerBps: bps, takerBps: bps });
export type FeeTier = z.infer<typeof feeTierSchema>;

const perVenue = Object.fromEntries(VENUES.map((venue) => [venue, feeTierSchema.optional()])) as Record<
  Venue,
  z.ZodOptional<typeof feeTierSchema>
>;

/** A file of fee tiers: `default` for every venue it does not name. Whatever it leaves open stays as published. */
export const feeFileSchema = z
  .strictObject({ default: feeTierSchema.optional(), ...perVenue })
  .refine((file) => Object.values(file).some((tier) => tier !== undefined), 'it names neither "default" nor a venue');
export type FeeFile = z.infer<typeof feeFileSchema>;
