import type { Listing } from '#shared/domain/listing';
import type { OrderIntent } from '#shared/domain/order';
import { decimal, wire } from '#shared/money/decimal';
import { Digits } from './exact-text.ts';

const TRIGGERS = { last: 'last_price', mark: 'mark_price', index: 'index_price' } as const;

const digits = (text: string): Digits => new Digits(wire(decimal(text)));

/**
 * The parameters of `private/buy` or `private/sell`. Amounts are in base coin, prices and amounts JSON numbers. `skewMs` puts the
 * deadline into the venue's time.
 * https://docs.cdp.coinbase.com/api-reference/trading/private-buy
 */
export function orderParams(order: OrderIntent, listing: Listing, skewMs: number): Readonly<Record<string, unknown>> {
  const { kind, trigger, takeProfitPrice } = order;
  const base = {
    instrument_name: listing.symbol,
    amount: digits(order.quantity),
    price: digits(order.price),
    label: order.clientOrderId,
    reduce_only: order.reduceOnly === true,
    valid_until: Math.floor(order.createBeforeMs + skewMs),
  };
  switch (kind) {
    case 'post-only':
      // Without `reject_post_only` the venue would change the price instead.
      return { ...base, type: 'limit', time_in_force: 'good_til_cancelled', post_only: true, reject_post_only: true };
    case 'limit':
      return { ...base, type: 'limit', time_in_force: 'good_til_cancelled' };
    case 'ioc':
      return { ...base, type: 'limit', time_in_force: 'immediate_or_cancel' };
    case 'fok':
      return { ...base, type: 'limit', time_in_force: 'fill_or_kill' };
    case 'stop-loss':
    case 'take-profit':
    case 'oco': {
      if (trigger === undefined) throw new TypeError(`a ${kind} order needs a trigger`);
      const stop = {
        ...base,
        type: kind === 'take-profit' ? 'take_limit' : 'stop_limit',
        time_in_force: 'good_til_cancelled',
        trigger: TRIGGERS[trigger.by],
        trigger_price: digits(trigger.price),
      };
      if (kind !== 'oco') return stop;
      if (takeProfitPrice === undefined) throw new TypeError('an oco order needs a price to take the profit');
      const profit = {
        amount: digits(order.quantity),
        direction: order.side,
        type: 'limit',
        price: digits(takeProfitPrice),
        label: order.clientOrderId,
        reduce_only: order.reduceOnly === true,
        time_in_force: 'good_til_cancelled',
      };
      return {
        ...stop,
        linked_order_type: 'one_cancels_other',
        trigger_fill_condition: 'first_hit',
        otoco_config: [profit],
      };
    }
  }
}

export const methodOf = ({ side }: OrderIntent): string => (side === 'buy' ? 'private/buy' : 'private/sell');
