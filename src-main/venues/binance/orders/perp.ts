import { z } from 'zod';
import type { FeeTier, Holding, Position } from '#shared/domain/account';
import type { Listing } from '#shared/domain/listing';
import type { OrderIntent } from '#shared/domain/order';
import { err, ok } from '#shared/kernel/result';
import { decimal, max, wire, ZERO } from '#shared/money/decimal';
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
import { cancelling, creating, isGone, isMissing, read } from './calls.ts';
import { perpFindings } from './findings.ts';
import {
  ackSchema,
  algoAckSchema,
  cancelledSchema,
  commissionSchema,
  countdownSchema,
  doneSchema,
  leverageSchema,
  perpBalancesSchema,
  positionsSchema,
  symbolConfigsSchema,
} from './messages.ts';
import { algoId, isAlgoId } from './names.ts';
import { PerpHistory } from './perp-history.ts';
import { algoFields, perpFields } from './perp-requests.ts';
import { perpStream } from './perp-stream.ts';
import { actualOf, priceOrNull } from './rows.ts';
import { bps } from './spot.ts';
import { AskedSymbols } from './symbols.ts';

/** Up to this many symbols are gone through for executions: each costs 5 of 2400 a minute. */
const FEW_SYMBOLS = 60;

type Cancelled = Answer<'cancelled' | 'gone'>;

/** Binance USDⓈ-M. Nothing here decides. */
export class BinancePerpAdapter implements OrderAdapter {
  readonly #context: AdapterContext;
  readonly #symbols: AskedSymbols;
  readonly #history: PerpHistory;

  constructor(context: AdapterContext) {
    this.#context = context;
    this.#symbols = new AskedSymbols(context, FEW_SYMBOLS);
    this.#history = new PerpHistory(context, this.#symbols);
  }

  async create(order: OrderIntent, listing: Listing): Promise<Answer<{ readonly venueOrderId: string }>> {
    this.#symbols.touch(listing.symbol);
    const { kind, trigger } = order;
    const terms = { urgency: urgencyOf(order.purpose), createBeforeMs: order.createBeforeMs };
    if (kind === 'oco') return err(refused('UNSUPPORTED_ORDER', 'USDⓈ-M has no OCO'));
    if (kind !== 'stop-loss' && kind !== 'take-profit') {
      const venueMs = this.#context.clock.wallMs() + this.#context.skewMs();
      const fields = perpFields(order, kind, listing, venueMs);
      const call = creating('order-create', 'fapiPrivatePostOrder', fields, terms);
      const answer = await ask(this.#context.caller, call, ackSchema);
      if (!answer.ok) return answer;
      const told = answer.value;
      if (told.clientOrderId !== order.clientOrderId) return err(unreadable('the answer speaks of another order'));
      return ok({ venueOrderId: told.orderId });
    }
    const fields = trigger === undefined ? undefined : algoFields(order, kind, trigger, listing);
    if (fields === undefined) return err(refused('UNSUPPORTED_ORDER', `no ${kind} order on the ${trigger?.by} price`));
    const call = creating('algo-create', 'fapiPrivatePostAlgoOrder', fields, terms);
    const answer = await ask(this.#context.caller, call, algoAckSchema);
    if (!answer.ok) return answer;
    if (answer.value.clientAlgoId !== order.clientOrderId) return err(unreadable('the answer speaks of another order'));
    return ok({ venueOrderId: algoId(answer.value.algoId) });
  }

  async cancel(order: OrderRef): Promise<Cancelled> {
    this.#symbols.touch(order.listing.symbol);
    if (order.resident || isAlgoId(order.venueOrderId)) return this.#cancelAlgo(order);
    return this.#cancelInEngine(order.listing, { origClientOrderId: order.clientOrderId });
  }

  async cancelAll(listing: Listing | null): Promise<Answer<{ readonly cancelled: number | null }>> {
    const open = listing === null ? await this.#history.open() : null;
    if (open !== null && !open.ok) return open;
    const symbols = listing === null ? (open?.value ?? []).map(({ symbol }) => symbol) : [listing.symbol];
    for (const symbol of new Set(symbols)) {
      for (const [endpoint, method] of [
        ['cancel-all', 'fapiPrivateDeleteAllOpenOrders'],
        ['cancel-all-algo', 'fapiPrivateDeleteAlgoOpenOrders'],
      ] as const) {
        const done = await ask(this.#context.caller, cancelling(endpoint, method, { symbol }), doneSchema);
        if (!done.ok) return done;
      }
    }
    return ok({ cancelled: null });
  }

  /** One timer for each symbol; it takes all open orders of the symbol with it. */
  readonly deadMan = async (seconds: number | null, listings: readonly Listing[]): Promise<Answer<void>> => {
    const countdownTime = seconds === null ? 0 : Math.round(seconds * 1000);
    // One that fails leaves the others their turn.
    const failed: Answer<void>[] = [];
    for (const { symbol } of listings) {
      const call = cancelling('dead-man', 'fapiPrivatePostCountdownCancelAll', { symbol, countdownTime }, 10);
      const answer = await ask(this.#context.caller, call, countdownSchema);
      if (!answer.ok) failed.push(answer);
      else if (answer.value.symbol !== symbol || Number(answer.value.countdownTime) !== countdownTime) {
        failed.push(err(unreadable('the answer speaks of another timer')));
      }
    }
    return failed[0] ?? ok(undefined);
  };

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
    const call = read('balances', 'fapiPrivateV3GetBalance', {}, 5);
    const rows = await ask(this.#context.caller, call, perpBalancesSchema);
    if (!rows.ok) return rows;
    return ok(
      rows.value.map(({ asset, balance, availableBalance }) => ({
        wallet: 'futures',
        currency: asset,
        free: availableBalance,
        // Profit that is not realised yet can be available without being in the wallet.
        locked: wire(max(decimal(balance).minus(decimal(availableBalance)), ZERO)),
      })),
    );
  }

  async positions(): Promise<Answer<readonly Position[]>> {
    const { caller, bySymbol } = this.#context;
    const rows = await ask(caller, read('positions', 'fapiPrivateV3GetPositionRisk', {}, 5), positionsSchema);
    if (!rows.ok) return rows;
    const configs = await ask(caller, read('symbol-config', 'fapiPrivateGetSymbolConfig', {}, 5), symbolConfigsSchema);
    if (!configs.ok) return configs;
    return ok(
      rows.value
        .filter(({ positionAmt }) => !decimal(positionAmt).eq(ZERO))
        .map((row) => {
          const config = configs.value.find(({ symbol }) => symbol === row.symbol);
          const quantity = decimal(row.positionAmt);
          return {
            feed: 'binance:perp',
            instrument: bySymbol(row.symbol)?.instrument ?? row.symbol,
            side: quantity.lt(ZERO) ? 'short' : 'long',
            quantity: wire(quantity.abs()),
            entryPrice: row.entryPrice,
            markPrice: row.markPrice,
            liquidationPrice: priceOrNull(row.liquidationPrice),
            unrealised: row.unRealizedProfit,
            leverage: config?.leverage ?? null,
            marginMode: config === undefined ? null : config.marginType === 'CROSSED' ? 'cross' : 'isolated',
          };
        }),
    );
  }

  /** Rates are an account's by the currency that a contract settles in: one contract of each is asked for. */
  async fees(): Promise<Answer<readonly FeeTier[]>> {
    const bySettle = new Map<string, Listing[]>();
    for (const listing of this.#context.listings()) {
      bySettle.set(listing.settle, [...(bySettle.get(listing.settle) ?? []), listing]);
    }
    const tiers: FeeTier[] = [];
    for (const listings of bySettle.values()) {
      const [{ symbol } = { symbol: '' }] = listings;
      const call = read('fees', 'fapiPrivateGetCommissionRate', { symbol }, 20);
      const rate = await ask(this.#context.caller, call, commissionSchema);
      if (!rate.ok) return rate;
      const makerBps = bps(rate.value.makerCommissionRate);
      const takerBps = bps(rate.value.takerCommissionRate);
      for (const { instrument } of listings) tiers.push({ feed: 'binance:perp', instrument, makerBps, takerBps });
    }
    return ok(tiers);
  }

  readonly setLeverage = async ({ symbol }: Listing, leverage: string): Promise<Answer<void>> => {
    if (!/^[1-9]\d{0,2}$/.test(leverage)) return err(refused('LEVERAGE', `${leverage} is no leverage of USDⓈ-M`));
    const { caller } = this.#context;
    const set = cancelling('leverage', 'fapiPrivatePostLeverage', { symbol, leverage });
    const done = await ask(caller, { ...set, urgency: 'entry' }, leverageSchema);
    if (!done.ok) return done;
    const call = read('symbol-config', 'fapiPrivateGetSymbolConfig', { symbol }, 5);
    const configs = await ask(caller, call, symbolConfigsSchema);
    if (!configs.ok) return configs;
    const config = configs.value.find((row) => row.symbol === symbol);
    if (config !== undefined && decimal(config.leverage).eq(decimal(leverage))) return ok(undefined);
    return err(unreadable(`${symbol} has leverage ${config?.leverage ?? 'unknown'} after ${leverage} was set`));
  };

  findings(): ReturnType<OrderAdapter['findings']> {
    return perpFindings(this.#context);
  }

  stream(sink: PrivateSink): ReturnType<OrderAdapter['stream']> {
    return perpStream(this.#context, sink);
  }

  /** What was triggered meanwhile has become an order of the matching engine. */
  async #cancelAlgo({ listing, clientOrderId }: OrderRef): Promise<Cancelled> {
    const done = await this.#cancelled(
      cancelling('algo-cancel', 'fapiPrivateDeleteAlgoOrder', { clientAlgoId: clientOrderId }),
    );
    if (!done.ok || done.value === 'cancelled') return done;
    const algo = await this.#history.algo({ clientAlgoId: clientOrderId });
    if (!algo.ok) return isMissing(algo.error) ? ok('gone') : algo;
    const actual = actualOf(algo.value);
    if (actual !== null) return this.#cancelInEngine(listing, { orderId: actual });
    if (algo.value.algoStatus !== 'TRIGGERING' && algo.value.algoStatus !== 'NEW') return ok('gone');
    return err(unreadable(`${clientOrderId} cannot be cancelled while it is ${algo.value.algoStatus}`));
  }

  #cancelInEngine({ symbol }: Listing, by: Readonly<Record<string, string>>): Promise<Cancelled> {
    return this.#cancelled(cancelling('order-cancel', 'fapiPrivateDeleteOrder', { symbol, ...by }));
  }

  async #cancelled(call: ReturnType<typeof cancelling>): Promise<Cancelled> {
    const answer = await ask(this.#context.caller, call, z.union([doneSchema, cancelledSchema]));
    if (answer.ok) return ok('cancelled');
    return isGone(answer.error) ? ok('gone') : answer;
  }
}
