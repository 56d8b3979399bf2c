import type { Decimal } from '#shared/money/decimal';
import { ZERO } from '#shared/money/decimal';
import type { ExchangeFill, ExchangeOrder } from '../../../exchange/types.ts';
import { isLive, statusOf } from './statuses.ts';

/** One step of an order as its account's stream tells it. */
export interface OrderStep {
  readonly order: ExchangeOrder;
  /** `NEW`, `TRADE`, `CANCELED`, `EXPIRED`, `REJECTED`, `TRADE_PREVENTION`, `CALCULATED`. */
  readonly execution: string;
  readonly status: string;
  /** Cumulative base units up to this step. */
  readonly filled: Decimal;
  readonly filledValue: Decimal;
  readonly fill: ExchangeFill | null;
}

/**
 * Turns what an account hears of its orders into the steps that Binance tells: NEW once (again when a trigger was met),
 * one TRADE for each execution with the sum up to it, and one end.
 */
export class OrderStory {
  readonly #told = new WeakMap<ExchangeOrder, { triggered: boolean; ended: boolean }>();
  readonly #tell: (step: OrderStep) => void;

  constructor(tell: (step: OrderStep) => void) {
    this.#tell = tell;
  }

  changed(order: ExchangeOrder): void {
    const told = this.#begun(order);
    if (order.triggered && !told.triggered) {
      told.triggered = true;
      this.#step(order, 'NEW', 'NEW');
    }
    if (isLive(order) || order.state === 'filled' || told.ended) return;
    told.ended = true;
    const status = statusOf(order);
    this.#step(order, status === 'EXPIRED_IN_MATCH' ? 'TRADE_PREVENTION' : status, status);
  }

  filled(fill: ExchangeFill): void {
    const { order } = fill;
    const told = this.#begun(order);
    if (order.triggered && !told.triggered) {
      told.triggered = true;
      this.#step(order, 'NEW', 'NEW');
    }
    let [filled, filledValue] = [ZERO, ZERO];
    for (const one of order.fills) {
      if (one.tradeNumber > fill.tradeNumber) continue;
      filled = filled.plus(one.quantity);
      filledValue = filledValue.plus(one.quantity.times(one.price));
    }
    const status = filled.eq(order.quantity) ? 'FILLED' : 'PARTIALLY_FILLED';
    const execution = fill.cause === 'order' ? 'TRADE' : 'CALCULATED';
    this.#tell({ order, execution, status, filled, filledValue, fill });
  }

  #begun(order: ExchangeOrder): { triggered: boolean; ended: boolean } {
    let told = this.#told.get(order);
    if (told === undefined) {
      told = { triggered: false, ended: false };
      this.#told.set(order, told);
      // A refused order has no beginning.
      if (order.state !== 'rejected') {
        this.#tell({ order, execution: 'NEW', status: 'NEW', filled: ZERO, filledValue: ZERO, fill: null });
      }
    }
    return told;
  }

  #step(order: ExchangeOrder, execution: string, status: string): void {
    const { filled, filledValue } = order;
    this.#tell({ order, execution, status, filled, filledValue, fill: null });
  }
}
