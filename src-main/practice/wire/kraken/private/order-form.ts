import { tryDecimal, ZERO } from '#shared/money/decimal';
import type { PlaceRequest, TimeInForce } from '../../../exchange/types.ts';
import type { MarketView } from '../../../world/world.ts';
import { findPair } from '../pairs.ts';

/** Order types that this venue takes here; the value says how a type is triggered. */
const TYPES: Readonly<Record<string, { readonly limit: boolean; readonly trigger: 'stop' | 'profit' | null }>> = {
  limit: { limit: true, trigger: null },
  market: { limit: false, trigger: null },
  'stop-loss': { limit: false, trigger: 'stop' },
  'stop-loss-limit': { limit: true, trigger: 'stop' },
  'take-profit': { limit: false, trigger: 'profit' },
  'take-profit-limit': { limit: true, trigger: 'profit' },
};
const TIMES: Readonly<Record<string, TimeInForce>> = { GTC: 'gtc', GTD: 'gtc', IOC: 'ioc', FOK: 'fok' };
const SELF_TRADE: Readonly<Record<string, PlaceRequest['selfTrade']>> = {
  'cancel-newest': 'cancel-taker',
  'cancel-oldest': 'cancel-maker',
  'cancel-both': 'cancel-both',
};
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$|^[0-9a-f]{32}$/i;
const FREE_TEXT = /^[\x20-\x7e]{1,18}$/;
const FLAGS = ['post', 'fcib', 'fciq', 'nompp', 'viqc'];
/** "min now() + 2 seconds, max now() + 60 seconds". */
const DEADLINE_MS = { min: 2_000, max: 60_000 };
const LEAST_EXPIRY_S = 5;
const MOST_EXPIRY_MS = 31 * 86_400_000;

const bad = (what: string): string => `EGeneral:Invalid arguments:${what}`;

/** What an order of this form asks for, beside its fee's currency. */
export interface FormedOrder {
  readonly request: PlaceRequest;
  /** `validate`: it is looked at and not placed. */
  readonly validateOnly: boolean;
}

/** An `AddOrder` form as the venue reads it, or what it says against it. `nowMs`: the venue's wall time. */
export function readOrder(form: URLSearchParams, listed: readonly MarketView[], nowMs: number): FormedOrder | string {
  const market = findPair(listed, form.get('pair') ?? '');
  if (market === undefined) return 'EQuery:Unknown asset pair';
  const side = form.get('type');
  if (side !== 'buy' && side !== 'sell') return bad('type');
  const kind = TYPES[form.get('ordertype') ?? ''];
  if (kind === undefined) return bad('ordertype');
  if (form.has('leverage') || form.get('reduce_only') === 'true') return 'EOrder:Trading agreement required';
  const flags = (form.get('oflags') ?? '').split(',').filter((flag) => flag !== '');
  if (flags.some((flag) => !FLAGS.includes(flag)) || (flags.includes('fcib') && flags.includes('fciq'))) {
    return bad('oflags');
  }
  const volume = tryDecimal(form.get('volume') ?? '');
  if (volume === undefined || volume.lte(ZERO)) return bad('volume');
  const prices = readPrices(form, kind, side);
  if (typeof prices === 'string') return prices;
  const times = readTimes(form, nowMs);
  if (typeof times === 'string') return times;
  const isPost = flags.includes('post');
  if (isPost && (form.get('ordertype') !== 'limit' || times.timeInForce !== 'gtc')) return bad('oflags');
  const selfTrade = SELF_TRADE[form.get('stptype') ?? 'cancel-newest'];
  if (selfTrade === undefined) return bad('stptype');
  const clientOrderId = form.get('cl_ord_id');
  if (clientOrderId !== null && form.has('userref')) return bad('cl_ord_id');
  if (clientOrderId !== null && !UUID.test(clientOrderId) && !FREE_TEXT.test(clientOrderId)) return bad('cl_ord_id');
  const isByValue = flags.includes('viqc');
  if (isByValue && (kind.limit || side !== 'buy')) return bad('oflags');
  return {
    validateOnly: form.get('validate') === 'true' || form.get('validate') === '1',
    request: {
      market,
      side,
      type: kind.limit ? 'limit' : 'market',
      timeInForce: isPost ? 'post-only' : kind.limit ? times.timeInForce : 'ioc',
      quantity: isByValue ? null : volume,
      quoteAmount: isByValue ? volume : null,
      price: prices.limit,
      clientOrderId,
      reduceOnly: false,
      trigger: prices.trigger,
      ocoGroup: null,
      createBeforeMs: times.createBeforeMs,
      expiresAtMs: times.expiresAtMs,
      selfTrade,
    },
  };
}

type Prices = Pick<PlaceRequest, 'trigger'> & { readonly limit: PlaceRequest['price'] };

/** `price` is the limit of a plain order and the trigger of a triggered one, whose limit is `price2`. */
function readPrices(
  form: URLSearchParams,
  kind: { readonly limit: boolean; readonly trigger: 'stop' | 'profit' | null },
  side: 'buy' | 'sell',
): Prices | string {
  const first = readPrice(form.get('price'));
  const second = readPrice(form.get('price2'));
  if (first === 'bad') return bad('price');
  if (second === 'bad') return bad('price2');
  if (kind.trigger === null) {
    if (kind.limit && first === null) return bad('price');
    return { limit: kind.limit ? first : null, trigger: null };
  }
  if (first === null) return bad('price');
  if (kind.limit && second === null) return bad('price2');
  const by = form.get('trigger') ?? 'last';
  if (by !== 'last' && by !== 'index') return bad('trigger');
  const rises = (kind.trigger === 'stop') === (side === 'buy');
  return {
    limit: kind.limit ? second : null,
    trigger: { price: first, by, when: rises ? 'rises-to' : 'falls-to' },
  };
}

/** Relative prices (`+`, `-`, `#`, `%`) are not served. */
function readPrice(text: string | null) {
  if (text === null || text === '' || text === '0') return null;
  const value = tryDecimal(text);
  return value === undefined || value.lte(ZERO) ? 'bad' : value;
}

interface Times {
  readonly timeInForce: TimeInForce;
  readonly createBeforeMs: number | null;
  readonly expiresAtMs: number | null;
}

function readTimes(form: URLSearchParams, nowMs: number): Times | string {
  const word = form.get('timeinforce') ?? 'GTC';
  const timeInForce = TIMES[word];
  if (timeInForce === undefined) return bad('timeinforce');
  if ((form.get('starttm') ?? '0') !== '0') return bad('starttm');
  const expiresAtMs = readExpiry(form.get('expiretm'), nowMs);
  if (expiresAtMs === 'bad' || (word === 'GTD') !== (expiresAtMs !== null)) return bad('expiretm');
  const deadline = form.get('deadline');
  if (deadline === null) return { timeInForce, createBeforeMs: null, expiresAtMs };
  const createBeforeMs = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(deadline) ? Date.parse(deadline) : Number.NaN;
  if (!Number.isFinite(createBeforeMs) || createBeforeMs > nowMs + DEADLINE_MS.max) return bad('deadline');
  // Too near is told apart from past only by the venue's clock: both are refused before anything is created.
  if (createBeforeMs <= nowMs) return 'EService:Deadline elapsed';
  if (createBeforeMs < nowMs + DEADLINE_MS.min) return bad('deadline');
  return { timeInForce, createBeforeMs, expiresAtMs };
}

function readExpiry(text: string | null, nowMs: number): number | null | 'bad' {
  if (text === null || text === '0') return null;
  const relative = /^[+ ](\d{1,8})$/.exec(text);
  const at = relative === null ? Number(text) * 1000 : nowMs + Number(relative[1]) * 1000;
  if (!/^[+ ]?\d{1,10}(\.\d+)?$/.test(text)) return 'bad';
  return at < nowMs + LEAST_EXPIRY_S * 1000 || at > nowMs + MOST_EXPIRY_MS ? 'bad' : at;
}
