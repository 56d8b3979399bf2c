import type { Deal, OrderRow } from '#shared/domain/deal';
import { type Decimal, decimal, wire, ZERO } from '#shared/money/decimal';
import { basePriceUsd, type DealRecord, type OrderRecord, positionOf } from '../journal/records.ts';
import type { DealResult } from '../ledger/deal-result.ts';

/** A deal for people (Deals panel, reports). `next`: what the engine will do next, in a sentence. */
export function dealReport(deal: DealRecord, ledger: { result(deal: DealRecord): DealResult }, next: string): Deal {
  const result = ledger.result(deal);
  const open = deal.closedAtMs === null;
  const unhedged = open ? positionOf(deal) : ZERO;
  return {
    id: deal.id,
    profile: deal.plan.profile,
    base: deal.plan.base,
    state: deal.state,
    plan: deal.plan,
    openedAtMs: deal.openedAtMs,
    closedAtMs: deal.closedAtMs,
    orders: deal.orders.map(orderRow),
    fills: deal.orders.flatMap((order) => order.fills),
    legs: deal.plan.legs.map((leg) => {
      const orders = deal.orders.filter((order) => order.intent.leg === leg.index);
      const { venue, listing, side } = leg;
      return {
        venue,
        listing,
        side,
        netBase: wire(sum(orders, (order) => order.netBase)),
        averagePrice: average(orders),
      };
    }),
    unhedgedBase: wire(unhedged),
    unhedgedUsd: wire(unhedged.abs().times(basePriceUsd(deal))),
    residueBase: wire(open ? ZERO : deal.residueBase),
    next: open ? next : 'Closed.',
    outcome: deal.outcome,
    expectedNetUsd: deal.plan.expectedNetUsd,
    realisedNetUsd: open ? null : wire(result.netUsd),
    costs: result.parts.map(({ part, expectedUsd, realisedUsd }) => ({
      part,
      expectedUsd: wire(expectedUsd),
      realisedUsd: wire(realisedUsd),
    })),
  };
}

function orderRow(order: OrderRecord): OrderRow {
  return {
    ...order.intent,
    state: order.state,
    venueOrderId: order.venueOrderId,
    filled: wire(order.filled),
    averagePrice: average([order]),
    inDoubt: order.inDoubt,
    reason: order.reason,
    createdAtMs: order.createdAtMs,
    updatedAtMs: order.updatedAtMs,
  };
}

const sum = (orders: readonly OrderRecord[], of: (order: OrderRecord) => Decimal): Decimal =>
  orders.reduce((total, order) => total.plus(of(order)), ZERO);

function average(orders: readonly OrderRecord[]): string | null {
  const filled = sum(orders, (order) => order.filled);
  if (filled.eq(ZERO)) return null;
  const price = sum(orders, (order) => order.notional).div(filled);
  return wire(decimal(price.round(12).toFixed()));
}
