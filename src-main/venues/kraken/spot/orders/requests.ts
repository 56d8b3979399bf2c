import type { Listing } from '#shared/domain/listing';
import type { OrderIntent } from '#shared/domain/order';
import { err, ok, type Result } from '#shared/kernel/result';
import { selfTradeEnds } from '../../../orders/adapter.ts';
import { altname } from './pair-names.ts';

/** "min now() + 2 seconds, max now() + 60 seconds", with room for the way there. */
export const LEAST_DEADLINE_MS = 3_000;
const MOST_DEADLINE_MS = 59_000;
/** "minimum 5 seconds". */
const LEAST_EXPIRY_MS = 5_500;
const MOST_EXPIRY_MS = 30 * 86_400_000;

/** AC-2. The one that takes is the newer of the two. */
const SELF_TRADE = { taker: 'cancel-newest', maker: 'cancel-oldest' } as const;

/** Why an order cannot be put in the venue's words. */
export interface Unsayable {
  readonly code: string;
  readonly message: string;
}

/**
 * The form of `AddOrder` without its deadline, which {@link deadlineOf} gives when it leaves. `nowMs`: our wall time;
 * `skewMs`: the venue's clock minus ours. The fee is asked for in the quote on both sides; a sell's would otherwise be
 * taken in the base.
 * https://docs.kraken.com/api-reference/trading/add-order
 */
export function addOrderForm(
  order: OrderIntent,
  listing: Listing,
  nowMs: number,
  skewMs: number,
): Result<Readonly<Record<string, string>>, Unsayable> {
  const venueNowMs = nowMs + skewMs;
  const kind = kindOf(order);
  if (!kind.ok) return kind;
  const times = timesOf(order, venueNowMs, skewMs);
  if (!times.ok) return times;
  return ok({
    pair: altname(listing),
    type: order.side,
    volume: order.quantity,
    ...kind.value,
    ...times.value,
    oflags: order.kind === 'post-only' ? 'post,fciq' : 'fciq',
    stptype: SELF_TRADE[selfTradeEnds(order.purpose)],
    cl_ord_id: order.clientOrderId,
  });
}

/**
 * EX-4: the deadline of a create that leaves at `leavesMs`, our wall time, in the venue's: the order's own where the venue takes
 * it, else the nearest that it takes.
 */
export function deadlineOf({ createBeforeMs }: OrderIntent, leavesMs: number, skewMs: number): string {
  const wantedMs = Math.max(createBeforeMs, leavesMs + LEAST_DEADLINE_MS);
  const deadlineMs = Math.min(wantedMs, leavesMs + MOST_DEADLINE_MS) + skewMs;
  return new Date(Math.floor(deadlineMs)).toISOString();
}

const no = (code: string, message: string): Result<never, Unsayable> => err({ code, message });

/** `price` is the limit of a plain order and the trigger of a stop, whose limit is `price2`. */
function kindOf(order: OrderIntent): Result<Readonly<Record<string, string>>, Unsayable> {
  if (order.reduceOnly === true) return no('UNSUPPORTED_ORDER', 'spot orders cannot be reduce-only');
  if (order.kind === 'oco') return no('UNSUPPORTED_ORDER', 'Kraken has no orders of which one cancels the other');
  if (order.kind !== 'stop-loss' && order.kind !== 'take-profit') return ok({ ordertype: 'limit', price: order.price });
  const { trigger } = order;
  if (trigger === undefined) return no('UNSUPPORTED_ORDER', `a ${order.kind} order needs a trigger`);
  if (trigger.by === 'mark') return no('UNSUPPORTED_ORDER', 'spot has no mark price to watch');
  return ok({ ordertype: `${order.kind}-limit`, price: trigger.price, price2: order.price, trigger: trigger.by });
}

function timesOf(
  { kind, expiresAtMs }: OrderIntent,
  venueNowMs: number,
  skewMs: number,
): Result<Readonly<Record<string, string>>, Unsayable> {
  if (kind === 'ioc' || kind === 'fok') return ok({ timeinforce: kind.toUpperCase() });
  if (expiresAtMs === null) return ok({ timeinforce: 'GTC' });
  // Whole seconds: rather sooner than later.
  const endsAtMs = Math.floor((expiresAtMs + skewMs) / 1000) * 1000;
  if (endsAtMs < venueNowMs + LEAST_EXPIRY_MS) {
    return no('UNSUPPORTED_ORDER', 'Kraken ends no order by itself within 5 s');
  }
  if (endsAtMs > venueNowMs + MOST_EXPIRY_MS) {
    return no('UNSUPPORTED_ORDER', 'Kraken ends no order by itself after more than a month');
  }
  return ok({ timeinforce: 'GTD', expiretm: String(endsAtMs / 1000) });
}
