import { z } from 'zod';
import { credentialsSchema, keyKindSchema } from './credentials.ts';
import { feedSchema } from './ids.ts';

const ONCE_ORDERS = { kind: 'once', unit: null, amount: null, side: 'orders' } as const;
const SWITCH_ORDERS = { kind: 'switch', unit: null, amount: null, side: 'orders' } as const;

/**
 * PP-3: what can be made to go wrong on a practice feed. `switch` faults stay on until switched off, `once` faults happen
 * to the next thing they fit. `amount` has the unit named here; `instrument` is canonical and needed where it says so.
 */
export const FAULTS = {
  latency: { kind: 'switch', unit: 'ms', amount: 400, text: 'Every frame and answer leaves later' },
  lagging: { kind: 'switch', unit: 'ms', amount: 5000, text: 'Frames leave later and later, up to the amount' },
  disconnect: { kind: 'once', unit: null, amount: null, text: 'Every socket breaks without a closing handshake' },
  'refuse-connections': { kind: 'switch', unit: null, amount: null, text: 'New sockets are refused, open ones break' },
  'reconnect-storm': { kind: 'switch', unit: 'ms', amount: 1500, text: 'Every socket breaks again after the amount' },
  silence: { kind: 'switch', unit: null, amount: null, text: 'Sockets stay open and hear nothing; REST answers 503' },
  'heartbeats-only': { kind: 'switch', unit: null, amount: null, text: 'Heartbeats and pongs go on, data does not' },
  gap: { kind: 'once', unit: null, amount: null, text: 'The next book delta is lost' },
  duplicate: { kind: 'once', unit: null, amount: null, text: 'The next book delta comes twice' },
  reorder: { kind: 'once', unit: null, amount: null, text: 'The next two book deltas of one instrument change places' },
  'bad-checksum': { kind: 'once', unit: null, amount: null, text: 'The next checksum is wrong (Kraken spot, OKX)' },
  crossed: { kind: 'once', unit: null, amount: null, text: 'The next book delta crosses the book, and it stays so' },
  malformed: { kind: 'once', unit: null, amount: null, text: 'The next book delta is cut in the middle' },
  'rate-limit': { kind: 'switch', unit: null, amount: null, text: 'REST answers 429 with the venue’s own words' },
  'server-errors': { kind: 'switch', unit: null, amount: null, text: 'REST answers 502' },
  'refuse-subscriptions': { kind: 'switch', unit: null, amount: null, text: 'New subscriptions are refused' },
  'service-restart': { kind: 'once', unit: null, amount: null, text: 'The venue restarts: numbering begins anew' },
  'clock-skew': { kind: 'switch', unit: 'ms', amount: 3000, text: 'The venue’s clock is ahead by the amount' },
  halt: { kind: 'switch', unit: null, amount: null, instrument: true, text: 'Trading of the instrument is halted' },
  'post-only': { kind: 'switch', unit: null, amount: null, instrument: true, text: 'The instrument is post-only' },
  delist: { kind: 'switch', unit: null, amount: null, instrument: true, text: 'The instrument leaves the catalogue' },
  'funding-interval': {
    kind: 'switch',
    unit: 'h',
    amount: 4,
    instrument: true,
    text: 'The instrument’s funding interval becomes the amount (perpetuals)',
  },
  depeg: { kind: 'switch', unit: 'bps', amount: 150, text: 'USDT trades below par by the amount, on every venue' },
  'announced-maintenance': {
    kind: 'switch',
    unit: 's',
    amount: 900,
    side: 'notices',
    text: 'The venue announces maintenance that begins after the amount, stands still for five minutes, and trades again',
  },
  'accept-then-5xx': { ...ONCE_ORDERS, text: 'The next order is accepted and answered with 502' },
  'accept-then-silence': { ...ONCE_ORDERS, text: 'The next order is accepted and its answer is lost' },
  'late-fill': { ...ONCE_ORDERS, text: 'The next cancel is confirmed, and the rest of its order fills all the same' },
  'unknown-status': { ...ONCE_ORDERS, text: 'The next order that is told of has a status nobody knows' },
  'partial-fills': { ...SWITCH_ORDERS, text: 'Takers get at most half of what is displayed' },
  'duplicate-events': { ...SWITCH_ORDERS, text: 'Private events come twice' },
  'reorder-events': { ...SWITCH_ORDERS, text: 'Neighbouring private events change places' },
  'silent-private': { ...SWITCH_ORDERS, text: 'Private sockets stay open and hear of no event' },
  'reject-orders': { ...SWITCH_ORDERS, text: 'Every order is refused: the market does not trade' },
  ban: { ...SWITCH_ORDERS, text: 'Every call is answered with the venue’s own ban' },
  maintenance: { ...SWITCH_ORDERS, text: 'Every signed call is answered with the venue’s own words for maintenance' },
  'revoke-keys': { ...SWITCH_ORDERS, text: 'The keys of the feed are revoked' },
  'auto-deleverage': {
    ...ONCE_ORDERS,
    instrument: true,
    text: 'The venue closes half of every position in the instrument (perpetuals)',
  },
  liquidate: { ...ONCE_ORDERS, text: 'The venue liquidates every position of the feed (perpetuals)' },
} as const satisfies Record<string, FaultTerms>;

interface FaultTerms {
  readonly kind: 'switch' | 'once';
  readonly unit: 'ms' | 's' | 'bps' | 'h' | null;
  /** Default amount; `null` for a fault without one. */
  readonly amount: number | null;
  readonly instrument?: true;
  /** It concerns orders and accounts, or what the venue says of times to come; left out: market data. */
  readonly side?: 'orders' | 'notices';
  readonly text: string;
}

export type FaultName = keyof typeof FAULTS;
export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];
export const faultTerms = (name: FaultName): FaultTerms => FAULTS[name];
/** Those that only orders and accounts show. */
export type OrderFault = {
  [Name in FaultName]: (typeof FAULTS)[Name] extends { side: 'orders' } ? Name : never;
}[FaultName];
/** Those that a venue's announcements show before anything else does. */
export type NoticeFault = {
  [Name in FaultName]: (typeof FAULTS)[Name] extends { side: 'notices' } ? Name : never;
}[FaultName];
export type MarketFault = Exclude<FaultName, OrderFault | NoticeFault>;
export const isOrderFault = (name: FaultName): name is OrderFault => faultTerms(name).side === 'orders';
export const ORDER_FAULTS: readonly OrderFault[] = FAULT_NAMES.filter(isOrderFault);
export const NOTICE_FAULTS: readonly NoticeFault[] = FAULT_NAMES.filter(
  (name): name is NoticeFault => faultTerms(name).side === 'notices',
);
/** Those that market data shows. */
export const MARKET_FAULTS: readonly MarketFault[] = FAULT_NAMES.filter(
  (name): name is MarketFault => faultTerms(name).side === undefined,
);

/** One order to the practice world; `on: false` only for a `switch` fault. */
export const faultCommandSchema = z.strictObject({
  feed: feedSchema,
  fault: z.enum(FAULT_NAMES as [FaultName, ...FaultName[]]),
  on: z.boolean(),
  /** Left out: the fault's default. */
  amount: z.number().positive().max(86_400_000).optional(),
  /** Left out where the fault needs one: the feed's first instrument. */
  instrument: z.string().max(40).optional(),
});
export type FaultCommand = z.infer<typeof faultCommandSchema>;

export const activeFaultSchema = z.object({
  feed: feedSchema,
  fault: z.enum(FAULT_NAMES as [FaultName, ...FaultName[]]),
  amount: z.number().nullable(),
  instrument: z.string().nullable(),
  sinceMs: z.number(),
});
export type ActiveFault = z.infer<typeof activeFaultSchema>;

/**
 * A key that the practice venues hand out, whole: it opens nothing but this machine's practice venues. `text` says what it
 * is good for.
 */
export const practiceKeySchema = z.object({
  kind: keyKindSchema,
  name: z.string(),
  text: z.string(),
  fields: credentialsSchema,
});
export type PracticeKeyRow = z.infer<typeof practiceKeySchema>;

/** The practice world as the Practice panel shows it. */
export const practiceStateSchema = z.object({
  world: z.enum(['synthetic', 'recorded', 'none']),
  note: z.string(),
  seed: z.int().nullable(),
  feeds: z.array(
    z.object({ feed: feedSchema, instruments: z.array(z.string()), sockets: z.int(), framesSent: z.int() }),
  ),
  active: z.array(activeFaultSchema),
});
export type PracticeState = z.infer<typeof practiceStateSchema>;
