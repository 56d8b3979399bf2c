import { type Decimal, decimal, max, wire, ZERO } from '#shared/money/decimal';
import { Share } from './share.ts';
import { dayStart } from './windows.ts';

export interface DayPrices {
  readonly dayMs: number;
  /** USD for one unit, by currency. */
  readonly prices: Readonly<Record<string, string>>;
}

type PriceUsd = (currency: string) => Decimal | undefined;
/** Held on all venues together, by currency. */
type Holdings = ReadonlyMap<string, Decimal>;

/**
 * RK-3: what the inventory lost in value since the UTC day was opened. What is allocated during the day counts from the
 * price it came at, on average with what was there; what leaves takes its part of the change along. So neither is a change
 * of value of what stays.
 */
export class Revaluation {
  readonly #priceUsd: PriceUsd;
  readonly #share = new Share();
  #opened: DayPrices | undefined;

  constructor(priceUsd: PriceUsd) {
    this.#priceUsd = priceUsd;
  }

  open({ dayMs, prices }: DayPrices): void {
    this.#opened = { dayMs, prices };
  }

  /** `quantity` of a currency was allocated at `priceUsd`, or left (negative), where `held` was held in all before. */
  allocated(currency: string, held: Decimal, quantity: Decimal, priceUsd: Decimal): void {
    if (this.#opened === undefined || quantity.lte(ZERO)) return;
    const before = max(held, ZERO);
    const opened = this.#opened.prices[currency];
    // Of what was there already nobody knows what it was worth when the day began: it stays unknown.
    if (opened === undefined && before.gt(ZERO)) return;
    const worth = before.times(decimal(opened ?? '0')).plus(quantity.times(priceUsd));
    const prices = { ...this.#opened.prices, [currency]: wire(worth.div(before.plus(quantity))) };
    this.#opened = { ...this.#opened, prices };
  }

  /** %, positive is a loss; `undefined` while the day is not open or something held has no price. */
  percent(nowMs: number, holdings: Holdings): Decimal | undefined {
    const opened = this.#opened;
    if (opened?.dayMs !== dayStart(nowMs)) return undefined;
    let before = ZERO;
    let now = ZERO;
    for (const [currency, held] of holdings) {
      if (currency === 'USD' || held.eq(ZERO)) continue;
      const openedAt = opened.prices[currency];
      const price = this.#priceUsd(currency);
      if (openedAt === undefined || price === undefined) return undefined;
      before = before.plus(held.times(decimal(openedAt)));
      now = now.plus(held.times(price));
    }
    return this.#share.percent(before.minus(now), before);
  }

  /** Prices to open the day with; `undefined` when it is open already or something held has no price yet. */
  toOpen(
    nowMs: number,
    holdings: Holdings,
  ): { readonly dayMs: number; readonly prices: Record<string, string> } | undefined {
    const dayMs = dayStart(nowMs);
    if (this.#opened?.dayMs === dayMs) return undefined;
    const prices: Record<string, string> = {};
    for (const [currency, held] of holdings) {
      if (currency === 'USD') continue;
      const price = this.#priceUsd(currency);
      if (price !== undefined) prices[currency] = price.toFixed();
      // A coin that was taken out of the inventory may be listed nowhere any more.
      else if (!held.eq(ZERO)) return undefined;
    }
    return { dayMs, prices };
  }
}
