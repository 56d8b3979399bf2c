import { z } from 'zod';
import { type Decimal, tryDecimal, wire } from '../money/decimal.ts';
import { keyKindSchema } from './credentials.ts';
import { feedSchema, isUsdLike, productSchema, venueSchema } from './ids.ts';
import { sideSchema } from './order.ts';
import { decimalText } from './wire.ts';

/** Ids that a person's text is turned into; also the name of the account in the journal. */
export const accountIdSchema = z.string().regex(/^[a-z0-9-]{1,32}$/, 'use 1 to 32 of a-z, 0-9 and -');

const positive = decimalText.refine((text) => tryDecimal(text)?.gte('0') === true, 'must not be negative');
const within = (low: string, high: string) =>
  decimalText.refine((text) => {
    const value = tryDecimal(text);
    return value?.gte(low) === true && value.lte(high);
  }, `must lie between ${low} and ${high}`);

/** RK-3: what one currency of a venue's working inventory may be worth at most, USD: as much as paper may start with. */
export const INVENTORY_MAX_USD = '100000000';
/** Units of a coin at most, whatever it is worth: that much of the cheapest ones. */
const INVENTORY_MAX_UNITS = '10000000000000';

/** Why a line that is worth that much at a price of now is refused; `undefined` when it is not. */
export function inventoryTooDear(currency: string, quantity: Decimal, priceUsd: Decimal): string | undefined {
  const usd = quantity.times(priceUsd);
  if (usd.lte(INVENTORY_MAX_USD)) return undefined;
  return `${currency}: ${wire(quantity)} are worth ${usd.toFixed(0)} USD, above the hard maximum of ${INVENTORY_MAX_USD} USD.`;
}

const inventoryLineSchema = z
  .strictObject({ currency: z.string().regex(/^[A-Z0-9]{1,20}$/), quantity: positive })
  .superRefine(({ currency, quantity }, context) => {
    const most = isUsdLike(currency) ? INVENTORY_MAX_USD : INVENTORY_MAX_UNITS;
    const value = tryDecimal(quantity);
    if (value === undefined || value.lte(most)) return;
    const message = `${currency}: ${wire(value)} is above the hard maximum of ${most}.`;
    context.addIssue({ code: 'custom', path: ['quantity'], message });
  });

/** AC-1, IN-1: one account on one venue. */
export const accountSchema = z.strictObject({
  id: accountIdSchema,
  label: z.string().trim().min(1).max(40),
  venue: venueSchema,
  /** An unreadable mode means paper. */
  mode: z.enum(['paper', 'live']).catch('paper'),
  /** AC-1: see `ENTITIES`. */
  entity: z.string().min(1).max(24),
  products: z.array(productSchema).min(1).max(2),
  /** RO-1: the router may choose it. */
  routing: z.boolean(),
  enabled: z.boolean(),
  /** Worst planned loss of a deal, % of equity. */
  riskPerTradePct: within('0.05', '2'),
  maxConcurrent: z.int().min(1).max(20),
  /** IN-1: what deals may sell and spend, per currency; everything else on the account is never touched. */
  inventory: z.array(inventoryLineSchema).max(100),
  /** Keys by kind; `null` where none is chosen. */
  keys: z.partialRecord(keyKindSchema, z.string().nullable()),
});
export type Account = z.infer<typeof accountSchema>;

/** AC-1, AC-2: what is looked at before a key is trusted, in the order in which it is told. */
export const KEY_CHECKS = [
  'signature',
  'environment',
  'region',
  'ip',
  'expiry',
  'clock',
  'read',
  'trade',
  'withdrawal',
  'account',
  'position-mode',
  'margin-mode',
  'auto-borrow',
  'leverage',
  'self-trade',
] as const;
export const keyCheckSchema = z.enum(KEY_CHECKS);
export type KeyCheck = z.infer<typeof keyCheckSchema>;

/** One finding. `pass` and `fail` are proven; `unknown` could not be found out, which a key is not trusted on either. */
export const keyFindingSchema = z.object({
  check: keyCheckSchema,
  status: z.enum(['pass', 'fail', 'unknown', 'not-applicable']),
  /** What was found, in the venue's words where it has some. */
  cause: z.string(),
  /** What to do about it; empty for a pass. */
  remedy: z.string(),
});
export type KeyFinding = z.infer<typeof keyFindingSchema>;

/** `good`: may trade. `refused`: proven unfit. `unproven`: not everything could be found out; reads only. */
export const keyHealthSchema = z.object({
  feed: feedSchema,
  verdict: z.enum(['good', 'refused', 'unproven']),
  findings: z.array(keyFindingSchema),
  atMs: z.number(),
});
export type KeyHealth = z.infer<typeof keyHealthSchema>;

/** The checks that a key must pass to trade; any of them failing refuses it. */
export function verdictOfKey(findings: readonly KeyFinding[]): KeyHealth['verdict'] {
  if (findings.some(({ status }) => status === 'fail')) return 'refused';
  return findings.length === 0 || findings.some(({ status }) => status === 'unknown') ? 'unproven' : 'good';
}

/** What the account holds of one currency in one of the venue's wallets. */
export const holdingSchema = z.object({
  /** The venue's own word: spot, futures, unified. */
  wallet: z.string(),
  currency: z.string(),
  free: decimalText,
  locked: decimalText,
});
export type Holding = z.infer<typeof holdingSchema>;

export const positionSchema = z.object({
  feed: feedSchema,
  /** Canonical name where the catalogue has it, else the venue's symbol. */
  instrument: z.string(),
  side: z.enum(['long', 'short']),
  /** Base units. */
  quantity: decimalText,
  entryPrice: decimalText.nullable(),
  markPrice: decimalText.nullable(),
  liquidationPrice: decimalText.nullable(),
  /** Settle currency. */
  unrealised: decimalText.nullable(),
  leverage: decimalText.nullable(),
  marginMode: z.enum(['cross', 'isolated']).nullable(),
});
export type Position = z.infer<typeof positionSchema>;

/** EX-12: an order that Crossbook did not make. */
export const externalOrderSchema = z.object({
  feed: feedSchema,
  instrument: z.string(),
  venueOrderId: z.string(),
  side: sideSchema,
  quantity: decimalText,
  filled: decimalText,
  price: decimalText.nullable(),
});
export type ExternalOrder = z.infer<typeof externalOrderSchema>;

/** The account's own fee rates on one listing or product, bps. */
export const feeTierSchema = z.object({
  feed: feedSchema,
  /** Canonical name; `null` for the whole product. */
  instrument: z.string().nullable(),
  makerBps: decimalText,
  takerBps: decimalText,
});
export type FeeTier = z.infer<typeof feeTierSchema>;
