import type { Exchange } from '#main/practice/exchange/exchange';
import type {
  AccountListener,
  ExchangeAccount,
  ExchangeOrder,
  ExchangeRefusal,
  PlaceRequest,
} from '#main/practice/exchange/types';
import { createPracticeWorld, type PracticeOptions, type PracticeWorld } from '#main/practice/practice';
import type { MarketView } from '#main/practice/world/world';
import { type FeedId, venueOf } from '#shared/domain/ids';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { type Decimal, decimal, wire } from '#shared/money/decimal';
import { START_MS } from '../client.ts';

/** An order in a few words; what is left out makes a resting limit order. */
export interface Asked {
  readonly side: PlaceRequest['side'];
  readonly quantity?: string;
  readonly quoteAmount?: string;
  readonly price?: string;
  readonly timeInForce?: PlaceRequest['timeInForce'];
  readonly type?: PlaceRequest['type'];
  readonly trigger?: { price: string; by: 'last' | 'mark' | 'index'; when: 'rises-to' | 'falls-to' };
  readonly more?: Partial<PlaceRequest>;
}

/** One feed of a practice world with one account of its venue, and what that account hears. */
export class Desk {
  readonly clock = new VirtualClock(START_MS);
  readonly practice: PracticeWorld;
  readonly exchange: Exchange;
  readonly account: ExchangeAccount;
  readonly market: MarketView;
  readonly heard: string[] = [];

  constructor(feed: FeedId, instrument: string, options: Partial<PracticeOptions> = {}, key = 'trading') {
    this.practice = createPracticeWorld({ seed: 7, world: 'synthetic', ...options, clock: this.clock });
    this.exchange = this.practice.exchange(venueOf(feed));
    this.account = this.exchange.keys.find(({ name, products }) => {
      return name === key && products.some((product) => feed.endsWith(product));
    })?.account as ExchangeAccount;
    this.market = this.exchange.market(feed, instrument);
    this.account.listen(listener(this.heard));
    this.practice.start();
  }

  /** Price of a level: `bid(0)` is the best bid. */
  bid(level = 0): string {
    return this.#price(this.market.book.bids[level]?.price);
  }

  ask(level = 0): string {
    return this.#price(this.market.book.asks[level]?.price);
  }

  /** Base units shown at a level. */
  askSize(level = 0): string {
    return this.#size(this.market.book.asks[level]?.size);
  }

  bidSize(level = 0): string {
    return this.#size(this.market.book.bids[level]?.size);
  }

  request({
    side,
    quantity,
    quoteAmount,
    price,
    timeInForce = 'gtc',
    type = 'limit',
    trigger,
    more,
  }: Asked): PlaceRequest {
    const of = (text: string | undefined): Decimal | null => (text === undefined ? null : decimal(text));
    return {
      market: this.market,
      side,
      type,
      timeInForce,
      quantity: of(quantity),
      quoteAmount: of(quoteAmount),
      price: of(price),
      clientOrderId: null,
      reduceOnly: false,
      trigger: trigger === undefined ? null : { ...trigger, price: decimal(trigger.price) },
      ocoGroup: null,
      createBeforeMs: null,
      expiresAtMs: null,
      selfTrade: 'cancel-taker',
      ...more,
    };
  }

  /** Places it; fails when it is refused. */
  place(asked: Asked): ExchangeOrder {
    const placed = this.account.place(this.request(asked));
    if (!placed.ok) throw new Error(`refused: ${placed.error}`);
    return placed.value;
  }

  refusal(asked: Asked): ExchangeRefusal | null {
    const placed = this.account.place(this.request(asked));
    return placed.ok ? null : placed.error;
  }

  total(currency: string): string {
    const wallet = this.account.walletOf(this.market);
    return wire(this.account.holdings(wallet).find((held) => held.currency === currency)?.total ?? decimal('0'));
  }

  locked(currency: string): string {
    const wallet = this.account.walletOf(this.market);
    return wire(this.account.holdings(wallet).find((held) => held.currency === currency)?.locked ?? decimal('0'));
  }

  #price(ticks = Number.NaN): string {
    return (ticks / 10 ** this.market.spec.priceDecimals).toFixed(this.market.spec.priceDecimals);
  }

  #size(lots = Number.NaN): string {
    return (lots / 10 ** this.market.spec.sizeDecimals).toFixed(this.market.spec.sizeDecimals);
  }
}

/** Writes down what an account hears, a line each. */
export function listener(heard: string[]): AccountListener {
  return {
    orderChanged: ({ number, state, filled, endedBy }) => {
      heard.push(`order ${number} ${state} ${wire(filled)}${endedBy === null ? '' : ` ${endedBy}`}`);
    },
    filled: ({ order, price, quantity, fee, feeCurrency, maker, cause }) => {
      const how = `${maker ? 'maker' : 'taker'} ${cause}`;
      heard.push(`fill ${order.number} ${wire(quantity)} @ ${wire(price)} fee ${wire(fee)} ${feeCurrency} ${how}`);
    },
    holdingChanged: (wallet, { currency, total, locked }) => {
      heard.push(`holding ${wallet} ${currency} ${wire(total)} ${wire(locked)}`);
    },
    positionChanged: ({ market, quantity, entryPrice }) => {
      heard.push(`position ${market.spec.instrument} ${wire(quantity)} @ ${wire(entryPrice)}`);
    },
    fundingPaid: (market, amount, rate) => heard.push(`funding ${market.spec.instrument} ${wire(amount)} ${rate}`),
  };
}
