import type { FeeTier, Holding } from '#shared/domain/account';
import { isTestEntity } from '#shared/domain/entities';
import type { Listing } from '#shared/domain/listing';
import type { OrderIntent } from '#shared/domain/order';
import { err, ok } from '#shared/kernel/result';
import { decimal, wire } from '#shared/money/decimal';
import {
  type AdapterContext,
  type Answer,
  type OrderAdapter,
  type OrderRef,
  type PrivateSink,
  urgencyOf,
} from '../../orders/adapter.ts';
import { ask, unreadable } from '../../orders/ask.ts';
import { refused } from '../../orders/failures.ts';
import { cancelling, creating, isGone, read } from './calls.ts';
import { spotFindings } from './findings.ts';
import {
  ackSchema,
  cancelledListSchema,
  cancelledSchema,
  listAckSchema,
  spotAccountSchema,
  tradeFeesSchema,
} from './messages.ts';
import { isListId, listId } from './names.ts';
import { SpotHistory } from './spot-history.ts';
import { ocoFields, spotFields } from './spot-requests.ts';
import { spotStream } from './spot-stream.ts';
import { AskedSymbols } from './symbols.ts';

/** Up to this many symbols are gone through for executions: each costs 20 of 6000 a minute. */
const FEW_SYMBOLS = 30;

type Cancelled = Answer<'cancelled' | 'gone'>;

/** Binance spot. Nothing here decides. */
export class BinanceSpotAdapter implements OrderAdapter {
  readonly #context: AdapterContext;
  readonly #symbols: AskedSymbols;
  readonly #history: SpotHistory;

  constructor(context: AdapterContext) {
    this.#context = context;
    this.#symbols = new AskedSymbols(context, FEW_SYMBOLS);
    this.#history = new SpotHistory(context, this.#symbols);
  }

  async create(order: OrderIntent, listing: Listing): Promise<Answer<{ readonly venueOrderId: string }>> {
    this.#symbols.touch(listing.symbol);
    const { kind, trigger, takeProfitPrice, clientOrderId } = order;
    const terms = { urgency: urgencyOf(order.purpose), createBeforeMs: order.createBeforeMs };
    if (trigger !== undefined && trigger.by !== 'last') {
      return err(refused('UNSUPPORTED_ORDER', `Binance spot cannot watch the ${trigger.by} price`));
    }
    if (kind !== 'oco') {
      const call = creating('order-create', 'privatePostOrder', spotFields(order, kind, listing), terms);
      const answer = await ask(this.#context.caller, call, ackSchema);
      if (!answer.ok) return answer;
      if (answer.value.clientOrderId !== clientOrderId) return err(unreadable('the answer speaks of another order'));
      return ok({ venueOrderId: answer.value.orderId });
    }
    if (trigger === undefined || takeProfitPrice === undefined) {
      return err(refused('UNSUPPORTED_ORDER', 'an OCO needs a trigger and a price to take the profit'));
    }
    const fields = ocoFields(order, trigger.price, takeProfitPrice, listing);
    const call = creating('oco-create', 'privatePostOrderListOco', fields, terms);
    const answer = await ask(this.#context.caller, call, listAckSchema);
    if (!answer.ok) return answer;
    if (answer.value.listClientOrderId !== clientOrderId) return err(unreadable('the answer speaks of another list'));
    return ok({ venueOrderId: listId(answer.value.orderListId) });
  }

  async cancel(order: OrderRef): Promise<Cancelled> {
    this.#symbols.touch(order.listing.symbol);
    if (isListId(order.venueOrderId)) return this.#cancelList(order);
    const params = { symbol: order.listing.symbol, origClientOrderId: order.clientOrderId };
    const done = await this.#cancelled(cancelling('order-cancel', 'privateDeleteOrder', params));
    return done.ok && done.value === 'gone' && order.resident ? this.#cancelList(order) : done;
  }

  async cancelAll(listing: Listing | null): Promise<Answer<{ readonly cancelled: number | null }>> {
    if (listing !== null) return this.#cancelSymbol(listing.symbol);
    const open = await this.#history.open();
    if (!open.ok) return open;
    let cancelled = 0;
    for (const symbol of new Set(open.value.map((order) => order.symbol))) {
      const done = await this.#cancelSymbol(symbol);
      if (!done.ok) return done;
      cancelled += done.value.cancelled;
    }
    return ok({ cancelled });
  }

  look(order: OrderRef, sinceMs: number): ReturnType<OrderAdapter['look']> {
    this.#symbols.touch(order.listing.symbol);
    return this.#history.look(order, sinceMs);
  }

  openOrders(): ReturnType<OrderAdapter['openOrders']> {
    return this.#history.open();
  }

  fills(sinceMs: number, listing: Listing | null): ReturnType<OrderAdapter['fills']> {
    return this.#history.fills(sinceMs, listing);
  }

  async holdings(): Promise<Answer<readonly Holding[]>> {
    const call = read('account', 'privateGetAccount', { omitZeroBalances: 'true' }, 20);
    const account = await ask(this.#context.caller, call, spotAccountSchema);
    if (!account.ok) return account;
    return ok(
      account.value.balances.map(({ asset, free, locked }) => ({ wallet: 'spot', currency: asset, free, locked })),
    );
  }

  positions(): ReturnType<OrderAdapter['positions']> {
    return Promise.resolve(ok([]));
  }

  async fees(): Promise<Answer<readonly FeeTier[]>> {
    const { caller, bySymbol, entity } = this.#context;
    if (isTestEntity('binance', entity)) return this.#feesOfAccount();
    const answer = await ask(caller, read('fees', 'sapiGetAssetTradeFee', {}, 1), tradeFeesSchema);
    if (!answer.ok) return answer;
    const rates: FeeTier[] = [];
    for (const { symbol, makerCommission, takerCommission } of answer.value) {
      const listing = bySymbol(symbol);
      if (listing === undefined) continue;
      const { instrument } = listing;
      rates.push({ feed: 'binance:spot', instrument, makerBps: bps(makerCommission), takerBps: bps(takerCommission) });
    }
    return ok(rates);
  }

  /** The test networks have no call for the rates of each symbol. */
  async #feesOfAccount(): Promise<Answer<readonly FeeTier[]>> {
    const call = read('account', 'privateGetAccount', { omitZeroBalances: 'true' }, 20);
    const account = await ask(this.#context.caller, call, spotAccountSchema);
    if (!account.ok) return account;
    const { commissionRates: rates } = account.value;
    if (rates === undefined) return err(unreadable('fees: the account tells no commission rates'));
    return ok([{ feed: 'binance:spot', instrument: null, makerBps: bps(rates.maker), takerBps: bps(rates.taker) }]);
  }

  findings(): ReturnType<OrderAdapter['findings']> {
    return spotFindings(this.#context);
  }

  stream(sink: PrivateSink): ReturnType<OrderAdapter['stream']> {
    return spotStream(this.#context, sink);
  }

  #cancelList({ listing, clientOrderId }: OrderRef): Promise<Cancelled> {
    const params = { symbol: listing.symbol, listClientOrderId: clientOrderId };
    return this.#cancelled(cancelling('list-cancel', 'privateDeleteOrderList', params));
  }

  async #cancelled(call: ReturnType<typeof cancelling>): Promise<Cancelled> {
    const answer = await ask(this.#context.caller, call, cancelledSchema);
    if (answer.ok) return ok('cancelled');
    return isGone(answer.error) ? ok('gone') : answer;
  }

  /** A list counts as one. */
  async #cancelSymbol(symbol: string): Promise<Answer<{ readonly cancelled: number }>> {
    const call = cancelling('cancel-all', 'privateDeleteOpenOrders', { symbol });
    const answer = await ask(this.#context.caller, call, cancelledListSchema);
    if (answer.ok) return ok({ cancelled: answer.value.length });
    return isGone(answer.error) ? ok({ cancelled: 0 }) : answer;
  }
}

/** A rate as a fraction, in basis points. */
export const bps = (rate: string): string => wire(decimal(rate).times('10000'));
