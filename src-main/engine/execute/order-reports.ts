import type { Fill } from '#shared/domain/order';
import type { Clock } from '#shared/kernel/time';
import { bpsOf, type Decimal, decimal, toDouble, ZERO } from '#shared/money/decimal';
import { type DealRecord, type OrderRecord, quoteOf } from '../journal/records.ts';
import { referencePrice } from '../ledger/deal-result.ts';
import type { ExecutionListener } from './listener.ts';
import type { OrderMemory } from './order-memory.ts';

export interface OrderReportsOptions {
  readonly clock: Clock;
  readonly listener: ExecutionListener;
  readonly knowsPrice: (currency: string) => boolean;
}

/** What an order's fills and its end teach others: slippage, waiting times, fees nobody expected. */
export class OrderReports {
  readonly #options: OrderReportsOptions;

  constructor(options: OrderReportsOptions) {
    this.#options = options;
  }

  filled(deal: DealRecord, order: OrderRecord, fill: Fill, memory: OrderMemory): void {
    const { listener, knowsPrice } = this.#options;
    this.#waited(order, memory, true);
    const ordinary = fill.feeCurrency === deal.plan.base || fill.feeCurrency === quoteOf(fill.listing);
    if (!ordinary && !knowsPrice(fill.feeCurrency)) {
      const text = `${order.intent.venue} took a fee of ${fill.fee} ${fill.feeCurrency}, which has no price: results leave it out.`;
      listener.alarm(`fee:${order.intent.venue}:${fill.feeCurrency}`, text);
    }
    listener.filled(deal.id, fill);
  }

  ended(deal: DealRecord, order: OrderRecord, memory: OrderMemory): void {
    this.#waited(order, memory, false);
    memory.cancelling = false;
    const { intent } = order;
    const leg = deal.plan.legs[intent.leg];
    const planned = intent.purpose === 'entry' || intent.purpose === 'hedge';
    if (intent.kind !== 'ioc' || !planned || leg?.listing !== intent.listing || order.filled.eq(ZERO)) return;
    const touch = referencePrice(deal, leg);
    const adverse = (price: Decimal): number => {
      const bps = toDouble(bpsOf(price.minus(touch), touch));
      return intent.side === 'buy' ? bps : -bps;
    };
    const realised = order.notional.div(order.filled);
    this.#options.listener.slippage(intent.venue, adverse(decimal(leg.price)), adverse(realised));
  }

  #waited(order: OrderRecord, memory: OrderMemory, filled: boolean): void {
    if (order.intent.kind !== 'post-only' || memory.waitReported || memory.acknowledgedMonoMs === null) return;
    memory.waitReported = true;
    const waitedMs = this.#options.clock.monoMs() - memory.acknowledgedMonoMs;
    this.#options.listener.waited(order.intent.listing, waitedMs, filled);
  }
}
