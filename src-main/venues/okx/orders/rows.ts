import type { Listing } from '#shared/domain/listing';
import type { Liquidity } from '#shared/domain/order';
import { decimal, ONE, wire, ZERO } from '#shared/money/decimal';
import type { VenueFill, VenueOrder } from '../../orders/adapter.ts';
import type { AlgoRow, FillRow, OrderEventRow, OrderRow } from './messages.ts';

export type BySymbol = (symbol: string) => Listing | undefined;

/** https://www.okx.com/docs-v5/en/#order-book-trading-trade-get-order-details; a word that is not here is unknown (EX-6). */
const ORDER_STATES: Readonly<Record<string, VenueOrder['state']>> = {
  live: 'open',
  partially_filled: 'open',
  filled: 'filled',
  canceled: 'cancelled',
  mmp_canceled: 'cancelled',
};

/** `effective`: it became an order, which has a state of its own. */
export const ALGO_STATES: Readonly<Record<string, VenueOrder['state'] | 'effective'>> = {
  live: 'open',
  effective: 'effective',
  partially_effective: 'effective',
  canceled: 'cancelled',
  order_failed: 'rejected',
  partially_failed: 'rejected',
};

const named = (id: string): string | null => (id === '' ? null : id);

/** Contracts as base units; of an instrument that the catalogue does not know the venue's own number. */
function baseText(size: string, listing: Listing | undefined): string {
  const contract = listing === undefined ? ONE : decimal(listing.contractSize);
  return contract.eq(ONE) ? size : wire(decimal(size).times(contract));
}

/** The venue writes what was paid as a negative number. Digits stay as they came. */
function paidText(fee: string): string {
  if (decimal(fee).eq(ZERO)) return '0';
  return fee.startsWith('-') ? fee.slice(1) : `-${fee}`;
}

/** Forced executions name no side of the book: they take. @throws {TypeError} for any other word. */
function liquidityOf(execType: string): Liquidity {
  if (execType === 'M') return 'maker';
  if (execType === 'T' || execType === '') return 'taker';
  throw new TypeError(`execType ${execType}`);
}

/** A fee of nothing may name no currency. @throws {TypeError} when a fee does not say what it is paid in. */
function feeCurrencyOf(fee: string, currency: string, instId: string, listing: Listing | undefined): string {
  if (currency !== '') return currency;
  if (!decimal(fee).eq(ZERO)) throw new TypeError(`a fee of ${fee} without a currency`);
  return listing?.settle ?? instId.split('-')[1] ?? '';
}

export function venueOrder(row: OrderRow, bySymbol: BySymbol): VenueOrder {
  const listing = bySymbol(row.instId);
  return {
    venueOrderId: row.ordId,
    clientOrderId: named(row.clOrdId) ?? named(row.algoClOrdId),
    listing: listing?.id ?? null,
    symbol: row.instId,
    side: row.side,
    quantity: baseText(row.sz, listing),
    price: named(row.px),
    filled: baseText(row.accFillSz, listing),
    state: ORDER_STATES[row.state] ?? 'unknown',
    status: row.state,
    atMs: row.uTime,
  };
}

/** The execution told with an order; `null` when there is none. @throws {TypeError} when one is there but not whole. */
export function streamedFill(row: OrderEventRow, bySymbol: BySymbol): VenueFill | null {
  if (row.tradeId === '' || row.fillSz === '' || decimal(row.fillSz).eq(ZERO)) return null;
  if (row.fillPx === '' || row.fillFee === '' || row.fillTime === '') throw new TypeError('an execution with holes');
  const listing = bySymbol(row.instId);
  return {
    tradeId: row.tradeId,
    venueOrderId: row.ordId,
    clientOrderId: named(row.clOrdId) ?? named(row.algoClOrdId),
    listing: listing?.id ?? null,
    symbol: row.instId,
    side: row.side,
    quantity: baseText(row.fillSz, listing),
    price: row.fillPx,
    fee: paidText(row.fillFee),
    feeCurrency: feeCurrencyOf(row.fillFee, row.fillFeeCcy, row.instId, listing),
    liquidity: liquidityOf(row.execType),
    atMs: row.fillTime,
  };
}

/** Executions of an algo order that triggered carry no client id here: its order tells it. @throws {TypeError} */
export function venueFill(row: FillRow, bySymbol: BySymbol): VenueFill {
  const listing = bySymbol(row.instId);
  return {
    tradeId: row.tradeId,
    venueOrderId: row.ordId,
    clientOrderId: named(row.clOrdId),
    listing: listing?.id ?? null,
    symbol: row.instId,
    side: row.side,
    quantity: baseText(row.fillSz, listing),
    price: row.fillPx,
    fee: paidText(row.fee),
    feeCurrency: feeCurrencyOf(row.fee, row.feeCcy, row.instId, listing),
    liquidity: liquidityOf(row.execType),
    atMs: row.fillTime === '' ? row.ts : row.fillTime,
  };
}

/**
 * An algo order before it triggers, or after it ended without. One of someone else's that closes whatever the position
 * then is has no quantity of its own: 0.
 */
export function venueAlgo(row: AlgoRow, bySymbol: BySymbol): VenueOrder {
  const listing = bySymbol(row.instId);
  const state = ALGO_STATES[row.state] ?? 'unknown';
  const bound = row.slOrdPx === '' ? row.tpOrdPx : row.slOrdPx;
  return {
    venueOrderId: row.algoId,
    clientOrderId: named(row.algoClOrdId),
    listing: listing?.id ?? null,
    symbol: row.instId,
    side: row.side,
    quantity: row.sz === '' ? '0' : baseText(row.sz, listing),
    price: bound === '' || bound === '-1' ? null : bound,
    filled: '0',
    state: state === 'effective' ? 'open' : state,
    status: row.state,
    atMs: row.uTime === '' ? row.cTime : row.uTime,
  };
}
