import type { Listing } from '#shared/domain/listing';
import type { OrderIntent } from '#shared/domain/order';
import { err, ok, type Result } from '#shared/kernel/result';
import { contracts } from './units.ts';

/** Each kind has an order type of its own: a time in force would be ignored. */
const TYPES = {
  'post-only': 'post',
  ioc: 'ioc',
  limit: 'lmt',
  fok: 'fok',
  'stop-loss': 'stp',
  'take-profit': 'take_profit',
} as const;

/**
 * The parameters of `sendorder`. `skewMs`: the venue's clock minus ours. A stop's limit is the worst price at which it may
 * be filled, and what it watches is always stated: the venue would watch the last trade.
 * https://docs.kraken.com/api-reference/order-management/send-order
 */
export function sendOrderParams(
  order: OrderIntent,
  listing: Listing,
  skewMs: number,
): Result<Readonly<Record<string, string>>, string> {
  const { kind, trigger } = order;
  if (kind === 'oco') return err('Kraken Futures has no orders of which one cancels the other');
  const isStop = kind === 'stop-loss' || kind === 'take-profit';
  if (isStop && trigger === undefined) return err(`a ${kind} order needs a trigger`);
  return ok({
    processBefore: new Date(Math.floor(order.createBeforeMs + skewMs)).toISOString(),
    orderType: TYPES[kind],
    symbol: listing.symbol,
    side: order.side,
    size: contracts(order.quantity, listing),
    limitPrice: order.price,
    ...(isStop && trigger !== undefined ? { stopPrice: trigger.price, triggerSignal: trigger.by } : {}),
    reduceOnly: order.reduceOnly === true ? 'true' : 'false',
    cliOrdId: order.clientOrderId,
  });
}
