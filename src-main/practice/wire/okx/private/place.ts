import type { HttpResponse } from '#shared/kernel/transport';
import type { Decimal } from '#shared/money/decimal';
import { tryDecimal, ZERO } from '#shared/money/decimal';
import type { PlaceRequest, TimeInForce } from '../../../exchange/types.ts';
import type { MarketView } from '../../../world/world.ts';
import type { Message } from '../../message.ts';
import { stringAt } from '../../message.ts';
import { failed, missing } from '../answers.ts';
import type { Call, Desk } from './desk.ts';
import { ordIdOf } from './ids.ts';
import type { Refused } from './refusals.ts';
import { refusalOf, refused } from './refusals.ts';
import { baseOf } from './rows.ts';

const CLIENT_ID = /^[A-Za-z0-9]{1,32}$/;
export const TAG = /^[A-Za-z0-9]{1,16}$/;
const TIME_IN_FORCE: Readonly<Record<string, TimeInForce>> = {
  limit: 'gtc',
  post_only: 'post-only',
  fok: 'fok',
  ioc: 'ioc',
  market: 'gtc',
};
const SELF_TRADE: Readonly<Record<string, PlaceRequest['selfTrade']>> = {
  cancel_taker: 'cancel-taker',
  cancel_maker: 'cancel-maker',
  cancel_both: 'cancel-both',
};
const REQUIRED = ['instId', 'tdMode', 'side', 'ordType', 'sz'] as const;
const MOST_ORDERS = 20;
/** What the venue has and this one does not, so that nobody relies on it here. */
const ABSENT = ['attachAlgoOrds', 'closeFraction', 'slippagePct', 'quickMgnType'] as const;

export const isRefused = (value: object): value is Refused => 'code' in value && 'message' in value;
const wrongField = (name: string): Refused => refused('51000', `Parameter ${name}  error`);

/** What orders and algo orders have in common. */
export interface Common {
  readonly market: MarketView;
  readonly side: 'buy' | 'sell';
  readonly reduceOnly: boolean;
  readonly tag: string;
}

/** Market, side and modes of a new order. https://www.okx.com/docs-v5/en/#order-book-trading-trade-post-place-order */
export function readCommon(desk: Desk, call: Call, body: Message): Common | Refused {
  const { modes } = call.book.account;
  const market = desk.market(stringAt(body, 'instId') ?? '');
  if (market === undefined) {
    return refused('51001', "Instrument ID, Instrument ID code, or Spread ID doesn't exist.");
  }
  if (ABSENT.some((name) => body[name] !== undefined))
    return refused('50062', 'This feature is currently unavailable.');
  const swap = market.spec.product === 'perp';
  if (swap && modes.accountLevel === 'spot') return refused('51010', 'Request unsupported under current account mode');
  // Spot and futures mode trade spot without margin; the others always with.
  const mode = swap || modes.accountLevel === 'multi-currency' || modes.accountLevel === 'portfolio' ? 'cross' : 'cash';
  if (body.tdMode !== mode) return wrongField('tdMode');
  const side = body.side;
  if (side !== 'buy' && side !== 'sell') return wrongField('side');
  const posSide = body.posSide ?? '';
  if (swap ? modes.positionMode === 'hedge' || (posSide !== '' && posSide !== 'net') : posSide !== '') {
    return wrongField('posSide');
  }
  const reduceOnly = body.reduceOnly === true || body.reduceOnly === 'true';
  if (body.reduceOnly !== undefined && !['true', 'false'].includes(String(body.reduceOnly))) {
    return wrongField('reduceOnly');
  }
  if (reduceOnly && !swap) {
    return refused('51139', 'Reduce-only feature is unavailable for the spot transactions by spot mode.');
  }
  const { tag } = body;
  if (tag !== undefined && tag !== '' && !(typeof tag === 'string' && TAG.test(tag))) return wrongField('tag');
  return { market, side, reduceOnly, tag: typeof tag === 'string' ? tag : '' };
}

/** A positive number from text; `null` when it is not one. */
export function positive(value: unknown): Decimal | null {
  const number = typeof value === 'string' || typeof value === 'number' ? tryDecimal(String(value)) : undefined;
  return number?.gt(ZERO) === true ? number : null;
}

/** A client's id: `null` when there is none, `undefined` when it cannot be one. */
export function clientId(value: unknown): string | null | undefined {
  if (value === undefined || value === '') return null;
  return typeof value === 'string' && CLIENT_ID.test(value) ? value : undefined;
}

/** POST trade/order. */
export function placeOrder(desk: Desk, call: Call): HttpResponse {
  if (Array.isArray(call.body)) return failed(400, '50002', 'JSON syntax error');
  const order = call.body as Message;
  const hole = REQUIRED.find((name) => !order[name]);
  if (hole !== undefined) return missing(hole);
  return late(desk, call) ?? desk.results([placeOne(desk, call, order)]);
}

/** POST trade/batch-orders: at most twenty. */
export function placeOrders(desk: Desk, call: Call): HttpResponse {
  if (!Array.isArray(call.body) || call.body.length === 0) return failed(400, '50002', 'JSON syntax error');
  const orders: readonly Message[] = call.body;
  if (orders.length > MOST_ORDERS) return failed(200, '51111', `Maximum ${MOST_ORDERS} orders can be placed in bulk.`);
  const hole = REQUIRED.find((name) => orders.some((order) => !order[name]));
  if (hole !== undefined) return missing(hole);
  return late(desk, call) ?? desk.results(orders.map((order) => placeOne(desk, call, order)));
}

/** Whether the request's own deadline has passed. https://www.okx.com/docs-v5/en/#overview-transaction-timeouts */
function late({ nowMs }: Desk, { expTime }: Call): HttpResponse | null {
  if (expTime === null) return null;
  if (!/^\d{13}$/.test(expTime)) return failed(400, '51000', 'Parameter expTime  error');
  if (Number(expTime) >= nowMs) return null;
  return failed(
    200,
    '50036',
    "The expTime can't be earlier than the current system time. Please adjust the expTime and try again.",
  );
}

function placeOne(desk: Desk, call: Call, order: Message): { readonly row: object; readonly refused: Refused | null } {
  const clOrdId = stringAt(order, 'clOrdId') ?? '';
  const request = readOrder(desk, call, order);
  if (isRefused(request)) return { row: { clOrdId, ordId: '' }, refused: request };
  const createBeforeMs = call.expTime === null ? null : Number(call.expTime);
  const placed = call.book.account.place({ ...request, createBeforeMs });
  if (!placed.ok) return { row: { clOrdId, ordId: '' }, refused: refusalOf(placed.error, request) };
  return { row: { clOrdId, ordId: ordIdOf(placed.value) }, refused: null };
}

function readOrder(desk: Desk, call: Call, body: Message): PlaceRequest | Refused {
  const common = readCommon(desk, call, body);
  if (isRefused(common)) return common;
  const { market, side } = common;
  const { spec } = market;
  const type = stringAt(body, 'ordType') ?? '';
  const timeInForce = TIME_IN_FORCE[type];
  if (timeInForce === undefined) return wrongField('ordType');
  const clientOrderId = clientId(body.clOrdId);
  if (clientOrderId === undefined) return wrongField('clOrdId');
  const size = positive(body.sz);
  if (size === null) return wrongField('sz');
  const isMarket = type === 'market';
  const price = isMarket ? null : positive(body.px);
  if (!isMarket && price === null) return wrongField('px');
  // Of spot market buys the size is worth in the quote unless told otherwise.
  const byQuote =
    isMarket && spec.product === 'spot' && (body.tgtCcy ?? (side === 'buy' ? 'quote_ccy' : 'base_ccy')) === 'quote_ccy';
  const stp = stringAt(body, 'stpMode') ?? 'cancel_maker';
  const selfTrade = SELF_TRADE[stp];
  if (selfTrade === undefined) return wrongField('stpMode');
  if (timeInForce === 'fok' && selfTrade === 'cancel-both') {
    return refused(
      '54036',
      "You can't place fill or kill orders when self-trade prevention is set to both maker and taker orders.",
    );
  }
  return {
    ...common,
    type: isMarket ? 'market' : 'limit',
    timeInForce,
    quantity: byQuote ? null : baseOf(spec, size),
    quoteAmount: byQuote ? size : null,
    price,
    clientOrderId,
    trigger: null,
    ocoGroup: null,
    createBeforeMs: null,
    expiresAtMs: null,
    selfTrade,
  };
}
