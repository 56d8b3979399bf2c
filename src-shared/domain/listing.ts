import { z } from 'zod';
import { instrumentIdSchema, listingIdSchema, productSchema, venueSchema } from './ids.ts';
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
  /** Two listings with the same book id are one book under two names (ID-3); else equal to `id`. */
  bookId: listingIdSchema,
});
export type Listing = z.infer<typeof listingSchema>;
