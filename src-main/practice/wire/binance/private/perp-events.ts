import type { ExchangeOrder, ExchangePosition, WalletHolding } from '../../../exchange/types.ts';
import { wholeMs } from '../../instants.ts';
import { symbolOf } from '../symbols.ts';
import type { OrderStep } from './order-story.ts';
import { modeName } from './parameters.ts';
import {
  algoIdOf,
  algoStatusOf,
  algoTypeOf,
  averageOf,
  isAlgo,
  perpClientId,
  perpPrice,
  perpSize,
  perpTime,
  workingOf,
} from './perp-rows.ts';

/** `ORDER_TRADE_UPDATE` (https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams/Event-Order-Update). */
export function orderTradeUpdate(step: OrderStep, now: number): object {
  const { order, execution, status, filled, filledValue, fill } = step;
  const { request } = order;
  const type = fill !== null && fill.cause !== 'order' ? 'LIQUIDATION' : request.type.toUpperCase();
  const at = wholeMs(fill?.atMs ?? order.updatedAtMs);
  return {
    e: 'ORDER_TRADE_UPDATE',
    E: now,
    T: at,
    o: {
      s: symbolOf(request.market.spec),
      c: perpClientId(order),
      S: request.side.toUpperCase(),
      o: type,
      f: perpTime(request),
      q: perpSize(order, order.quantity),
      p: perpPrice(order, request.price),
      ap: averageOf({ filled, filledValue }),
      sp: '0',
      x: execution,
      X: status,
      i: order.number,
      l: fill === null ? '0' : perpSize(order, fill.quantity),
      z: perpSize(order, filled),
      L: fill === null ? '0' : perpPrice(order, fill.price),
      // Without a commission neither is pushed.
      ...(fill === null ? {} : { N: fill.feeCurrency, n: fill.fee.toFixed(8) }),
      T: at,
      t: fill?.tradeNumber ?? 0,
      b: '0',
      a: '0',
      m: fill?.maker ?? false,
      R: request.reduceOnly,
      wt: workingOf(request),
      ot: isAlgo(order) ? algoTypeOf(request) : type,
      ps: 'BOTH',
      cp: false,
      rp: fill === null ? '0' : fill.realised.toFixed(8),
      pP: false,
      si: 0,
      ss: 0,
      V: modeName(request.selfTrade),
      pm: 'NONE',
      gtd: request.expiresAtMs === null ? 0 : wholeMs(request.expiresAtMs),
    },
  };
}

/** `ALGO_UPDATE` (https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams/Event-Algo-Order-Update). */
export function algoUpdate(order: ExchangeOrder, now: number, status = algoStatusOf(order)): object {
  const { request, triggered } = order;
  return {
    e: 'ALGO_UPDATE',
    T: wholeMs(order.updatedAtMs),
    E: now,
    o: {
      caid: request.clientOrderId ?? `web_${order.number}`,
      aid: algoIdOf(order),
      at: 'CONDITIONAL',
      o: algoTypeOf(request),
      s: symbolOf(request.market.spec),
      S: request.side.toUpperCase(),
      ps: 'BOTH',
      f: perpTime(request),
      q: perpSize(order, order.quantity),
      X: status,
      ai: triggered ? String(order.number) : '',
      ap: triggered ? averageOf(order) : '0.00000',
      aq: triggered ? perpSize(order, order.filled) : '0.00000',
      act: triggered ? request.type.toUpperCase() : '0',
      tp: perpPrice(order, request.trigger?.price ?? null),
      p: perpPrice(order, request.price),
      V: modeName(request.selfTrade),
      wt: workingOf(request),
      pm: 'NONE',
      cp: false,
      pP: false,
      R: request.reduceOnly,
      tt: triggered ? wholeMs(order.updatedAtMs) : 0,
      gtd: 0,
      rm: '',
    },
  };
}

const accountUpdate = (reason: string, balances: readonly object[], positions: readonly object[], now: number) => ({
  e: 'ACCOUNT_UPDATE',
  E: now,
  T: now,
  a: { m: reason, B: balances, P: positions },
});

/** `ACCOUNT_UPDATE` for one asset of the wallet. */
export const balanceUpdate = (reason: string, { currency, total }: WalletHolding, now: number): object =>
  accountUpdate(reason, [{ a: currency, wb: total.toFixed(8), cw: total.toFixed(8), bc: '0' }], [], now);

/** `ACCOUNT_UPDATE` for one position. */
export const positionUpdate = (position: ExchangePosition, now: number): object => {
  const { market, quantity, entryPrice, unrealised, marginMode, margin } = position;
  const row = {
    s: symbolOf(market.spec),
    pa: quantity.toFixed(market.spec.sizeDecimals),
    ep: entryPrice.toFixed(8),
    bep: entryPrice.toFixed(8),
    cr: '0',
    up: unrealised.toFixed(8),
    mt: marginMode,
    iw: marginMode === 'isolated' ? margin.toFixed(8) : '0',
    ps: 'BOTH',
  };
  return accountUpdate('ORDER', [], [row], now);
};
