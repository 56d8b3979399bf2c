import type { Decimal } from '#shared/money/decimal';
import { ZERO } from '#shared/money/decimal';
import type { ExchangeAccount } from '../../../exchange/types.ts';
import type { MarketView } from '../../../world/world.ts';

/** What a contract has brought, settle currency, fees taken off and funding added. */
export interface Realised {
  /** Since the position was opened. */
  readonly current: Decimal;
  /** Ever. */
  readonly ever: Decimal;
  /** When the position was opened; `null` without one. */
  readonly openedAtMs: number | null;
}

export function realisedOf(account: ExchangeAccount, market: MarketView): Realised {
  let [current, ever, quantity] = [ZERO, ZERO, ZERO];
  let openedAtMs: number | null = null;
  for (const { order, quantity: size, realised, fee, atMs } of account.fills(market.spec.feed)) {
    if (order.request.market !== market) continue;
    if (quantity.eq(ZERO)) [current, openedAtMs] = [ZERO, atMs];
    quantity = order.request.side === 'buy' ? quantity.plus(size) : quantity.minus(size);
    current = current.plus(realised).minus(fee);
    ever = ever.plus(realised).minus(fee);
    if (quantity.eq(ZERO)) openedAtMs = null;
  }
  for (const payment of account.funding(market.spec.feed)) {
    if (payment.market !== market) continue;
    ever = ever.plus(payment.amount);
    if (openedAtMs !== null && payment.atMs >= openedAtMs) current = current.plus(payment.amount);
  }
  return { current, ever, openedAtMs };
}
