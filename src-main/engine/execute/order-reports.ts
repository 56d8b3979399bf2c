import type { Fill, OrderIntent } from '#shared/domain/order';
import type { Clock } from '#shared/kernel/time';
import { bpsOf, type Decimal, decimal, toDouble, ZERO } from '#shared/money/decimal';
import { type DealRecord, type OrderRecord, quoteOf } from '../journal/records.ts';
import type { MarketView } from '../market/view.ts';
import type { ExecutionListener } from './listener.ts';
import type { OrderMemory, Promised } from './order-memory.ts';

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

  ended(order: OrderRecord, memory: OrderMemory): void {
    this.#waited(order, memory, false);
    memory.cancelling = false;
    const { promised } = memory;
    if (promised === null || order.filled.eq(ZERO)) return;
    const { side, venue } = order.intent;
    const adverse = (price: Decimal): number => {
      const bps = toDouble(bpsOf(price.minus(promised.touch), promised.touch));
      return side === 'buy' ? bps : -bps;
    };
    const realised = order.notional.div(order.filled);
    this.#options.listener.slippage(venue, adverse(promised.average), adverse(realised));
  }

  #waited(order: OrderRecord, memory: OrderMemory, filled: boolean): void {
    if (order.intent.kind !== 'post-only' || memory.waitReported || memory.acknowledgedMonoMs === null) return;
    memory.waitReported = true;
    const waitedMs = this.#options.clock.monoMs() - memory.acknowledgedMonoMs;
    this.#options.listener.waited(order.intent.listing, waitedMs, filled);
  }
}

/** What of the market a promise is read from. */
export type PromiseSource = Pick<MarketView, 'freshness' | 'ladder' | 'walk'>;

/**
 * VH-1: what a venue's execution is measured against. The book as it stands when the order leaves, not as the plan saw
 * it: what the market moved while an entry rested says nothing about the venue that hedges it. A book that is not fresh
 * promises nothing.
 */
export function promiseOf(order: OrderIntent, market: PromiseSource): Promised | null {
  const side = order.side === 'buy' ? 'ask' : 'bid';
  if (!market.freshness(order.listing).fresh) return null;
  const touch = market.ladder(order.listing, side, 1).levels[0]?.price;
  const walked = market.walk(order.listing, side, decimal(order.quantity));
  return touch === undefined || walked === undefined ? null : { touch, average: walked.average };
}
