import type { OrderIntent } from '#shared/domain/order';
import { err, ok, type Result } from '#shared/kernel/result';

const instant = (ms: number): string => new Date(Math.floor(ms)).toISOString();

/**
 * The `order_configuration` of an order: base size and limit price always stated. A stop goes off when the last trade
 * reaches its price from the side that its purpose needs. The error says what Advanced Trade lacks.
 * https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/orders/create-order
 */
export function configurationOf(order: OrderIntent): Result<Readonly<Record<string, object>>, string> {
  const { kind, side, quantity: base_size, price: limit_price, expiresAtMs, trigger } = order;
  if (order.reduceOnly === true) return err('spot orders cannot be reduce-only');
  const sized = { base_size, limit_price };
  switch (kind) {
    case 'ioc':
      return ok({ sor_limit_ioc: sized });
    case 'fok':
      return ok({ limit_limit_fok: sized });
    case 'limit':
    case 'post-only': {
      const post_only = kind === 'post-only';
      if (expiresAtMs === null) return ok({ limit_limit_gtc: { ...sized, post_only } });
      return ok({ limit_limit_gtd: { ...sized, end_time: instant(expiresAtMs), post_only } });
    }
    case 'stop-loss':
    case 'take-profit': {
      if (trigger === undefined) return err('a stop needs a trigger price');
      if (trigger.by !== 'last') return err(`stops watch the last trade, not the ${trigger.by} price`);
      const up = (kind === 'take-profit') === (side === 'sell');
      const stop = {
        ...sized,
        stop_price: trigger.price,
        stop_direction: up ? 'STOP_DIRECTION_STOP_UP' : 'STOP_DIRECTION_STOP_DOWN',
      };
      if (expiresAtMs === null) return ok({ stop_limit_stop_limit_gtc: stop });
      return ok({ stop_limit_stop_limit_gtd: { ...stop, end_time: instant(expiresAtMs) } });
    }
    case 'oco':
      return err('the stop half of a bracket order cannot be given a limit price');
  }
}
