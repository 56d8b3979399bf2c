import { z } from 'zod';
import { instrumentIdSchema, isUsdLike, listingIdSchema, productSchema, venueSchema } from './ids.ts';
import { decimalText } from './wire.ts';

/** MD-8. Only `normal` allows entries; `unknown` never does. */
export const TRADING_STATUSES = [
  'normal',
  'cancel-only',
  'post-only',
  'limit-only',
  'auction',
  'maintenance',
  'halted',
  'delisted',
  'unknown',
] as const;
export const tradingStatusSchema = z.enum(TRADING_STATUSES);
export type TradingStatus = z.infer<typeof tradingStatusSchema>;

/** Where a fee rate comes from; shown beside it (CO-1). */
export const feeSourceSchema = z.enum(['account', 'published', 'file', 'practice']);

/**
 * MD-7. `snapshot`: paid at each settlement to who holds then; `continuous`: accrues with time, as on Kraken Futures.
 * `intervalMs` is what the catalogue reports for this instrument; `null` where only the live feed tells it.
 */
export const fundingTermsSchema = z.object({
  accrual: z.enum(['snapshot', 'continuous']),
  intervalMs: z.number().positive().nullable(),
});
export type FundingTerms = z.infer<typeof fundingTermsSchema>;

/** ID-2: one instrument as its venue's own catalogue describes it. Steps and minimums are in base or quote units. */
export const listingSchema = z.object({
  id: listingIdSchema,
  venue: venueSchema,
  product: productSchema,
  instrument: instrumentIdSchema,
  base: z.string(),
  quote: z.string(),
  /** The venue's own symbol, as its WebSocket writes it. */
  symbol: z.string(),
  /** Smallest price increment, quote per base. */
  priceTick: decimalText,
  /** Smallest quantity increment, base units. */
  lotStep: decimalText,
  minQuantity: decimalText,
  /** Smallest price × quantity, quote units; `0` where the venue states none. */
  minNotional: decimalText,
  /** Fees in bps of notional by side of the book; which currency they are taken in. */
  makerFeeBps: decimalText,
  takerFeeBps: decimalText,
  feeSource: feeSourceSchema,
  /** `received`: in what the trade delivers (base of a buy, quote of a sell), else always the quote. */
  feeCurrency: z.enum(['received', 'quote']),
  /** Widest accepted distance of an order price from the reference, fraction; `null` where the venue states none. */
  priceBand: z.object({ below: decimalText, above: decimalText }).nullable(),
  status: tradingStatusSchema,
  /** What profit, margin and funding are counted in; the quote for spot. */
  settle: z.string(),
  /** Base units in one unit of the venue's own quantity: `1` where the venue counts in base units (ID-6). */
  contractSize: decimalText,
  /** Units of the underlying coin in one unit of base: `1000` for `1000PEPE` (ID-6). */
  unitsPerBase: decimalText,
  /** `null` for spot. */
  funding: fundingTermsSchema.nullable(),
  /** Two listings with the same book id are one book under two names (ID-3); else equal to `id`. */
  bookId: listingIdSchema,
});
export type Listing = z.infer<typeof listingSchema>;

/** IN-1: whether deals on a listing work with a currency as inventory: coins and dollars of spot against dollars. */
export const worksWith = ({ product, base, quote }: Listing, currency: string): boolean =>
  product === 'spot' && isUsdLike(quote) && (base === currency || quote === currency);
