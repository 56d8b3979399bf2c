import type { HttpResponse } from '#shared/kernel/transport';
import type { ExchangeRefusal, PlaceRequest, TimeInForce } from '../../../exchange/types.ts';
import type { MarketView } from '../../../world/world.ts';
import { failed, invalidSymbol } from '../answers.ts';
import { deadlineOf, outsideWindow } from './gatekeeper.ts';
import {
  amount,
  BadParameter,
  badTimeInForce,
  badType,
  clientId,
  notRequired,
  required,
  requiredAmount,
  selfTradeOf,
  sideOf,
} from './parameters.ts';

/** Names an order or a list on spot. */
const LEGAL_ID = /^[a-zA-Z0-9-_]{1,36}$/;
const USUAL_SELF_TRADE = 'EXPIRE_MAKER';
const TIMES: Readonly<Record<string, TimeInForce>> = { GTC: 'gtc', IOC: 'ioc', FOK: 'fok' };

/** Order types, and which of the fields each takes. */
const TYPES: Readonly<Record<string, { limit: boolean; trigger: 'stop' | 'profit' | null; maker?: true }>> = {
  LIMIT: { limit: true, trigger: null },
  LIMIT_MAKER: { limit: true, trigger: null, maker: true },
  MARKET: { limit: false, trigger: null },
  STOP_LOSS: { limit: false, trigger: 'stop' },
  STOP_LOSS_LIMIT: { limit: true, trigger: 'stop' },
  TAKE_PROFIT: { limit: false, trigger: 'profit' },
  TAKE_PROFIT_LIMIT: { limit: true, trigger: 'profit' },
};

/** Where an order's fields stand: plain, or with the prefix of one half of a list. */
type Named = (name: string) => string;
const plain: Named = (name) => name;
const half =
  (prefix: 'above' | 'below'): Named =>
  (name) =>
    `${prefix}${name[0]?.toUpperCase()}${name.slice(1)}`;

/** One new order. @throws {BadParameter} for what the venue refuses before it looks at money. */
export function readSpotOrder(params: URLSearchParams, market: MarketView): PlaceRequest {
  return read(params, market, plain, 'newClientOrderId', null);
}

/**
 * Both halves of an OCO, the one that waits for its trigger first
 * (https://developers.binance.com/docs/binance-spot-api-docs/rest-api/trading-endpoints#new-order-list---oco-trade).
 */
export function readOco(
  params: URLSearchParams,
  market: MarketView,
  group: string,
): { readonly waiting: PlaceRequest; readonly profit: PlaceRequest } {
  const side = sideOf(params);
  const of = (prefix: 'above' | 'below') => read(params, market, half(prefix), `${prefix}ClientOrderId`, group);
  const [above, below] = [of('above'), of('below')];
  const [waiting, profit] = side === 'sell' ? [below, above] : [above, below];
  if (waiting.trigger === null || waiting.trigger.when !== (side === 'sell' ? 'falls-to' : 'rises-to')) {
    throw new BadParameter(
      side === 'sell'
        ? failed(400, -1197, 'A stop loss order in a sell OCO must be below.')
        : failed(400, -1196, 'A stop loss order in a buy OCO must be above.'),
    );
  }
  if (profit.timeInForce !== 'post-only' && profit.trigger?.when !== (side === 'sell' ? 'rises-to' : 'falls-to')) {
    throw new BadParameter(failed(400, -1158, 'Order type not supported in OCO.'));
  }
  const target = profit.trigger?.price ?? profit.price;
  const stop = waiting.trigger.price;
  if (target === null || (side === 'sell' ? target.lte(stop) : target.gte(stop))) {
    throw new BadParameter(failed(400, -2010, 'The relationship of the prices for the orders is not correct.'));
  }
  return { waiting, profit };
}

export const listIdOf = (params: URLSearchParams, name: string): string | null => clientId(params, name, LEGAL_ID);

function read(
  params: URLSearchParams,
  market: MarketView,
  named: Named,
  idName: string,
  ocoGroup: string | null,
): PlaceRequest {
  const side = sideOf(params);
  const terms = TYPES[required(params, named('type'))];
  if (terms === undefined) return badType();
  const quoteAmount = amount(params, 'quoteOrderQty');
  if (quoteAmount !== null && (terms.limit || terms.trigger !== null)) notRequired('quoteOrderQty');
  const trigger = terms.trigger === null ? null : requiredAmount(params, named('stopPrice'));
  if (trigger === null && params.has(named('stopPrice'))) notRequired(named('stopPrice'));
  if (!terms.limit && params.has(named('price'))) notRequired(named('price'));
  const rises = (terms.trigger === 'stop') === (side === 'buy');
  return {
    market,
    side,
    type: terms.limit ? 'limit' : 'market',
    timeInForce: timeOf(params, named, terms),
    quantity: quoteAmount === null ? requiredAmount(params, 'quantity') : null,
    quoteAmount,
    price: terms.limit ? requiredAmount(params, named('price')) : null,
    clientOrderId: clientId(params, idName, LEGAL_ID),
    reduceOnly: false,
    trigger: trigger === null ? null : { price: trigger, by: 'last', when: rises ? 'rises-to' : 'falls-to' },
    ocoGroup,
    createBeforeMs: deadlineOf(params),
    expiresAtMs: null,
    selfTrade: selfTradeOf(params, USUAL_SELF_TRADE),
  };
}

function timeOf(params: URLSearchParams, named: Named, terms: { limit: boolean; maker?: true }): TimeInForce {
  const name = named('timeInForce');
  if (terms.maker === true || !terms.limit) {
    if (params.has(name)) throw new BadParameter(failed(400, -1114, 'TimeInForce parameter sent when not required.'));
    return terms.maker === true ? 'post-only' : 'ioc';
  }
  return TIMES[required(params, name)] ?? badTimeInForce();
}

const filter = (name: string): HttpResponse => failed(400, -1013, `Filter failure: ${name}`);
const rejected = (msg: string): HttpResponse => failed(400, -2010, msg);

/** Why an order was refused, in the spot API's words. */
export function spotRefusal(refusal: ExchangeRefusal): HttpResponse {
  switch (refusal) {
    case 'unknown-market':
      return invalidSymbol();
    case 'not-trading':
    case 'post-only-phase':
      return failed(400, -1013, 'Market is closed.');
    case 'price-tick':
      return filter('PRICE_FILTER');
    case 'lot-step':
    case 'min-quantity':
      return filter('LOT_SIZE');
    case 'min-notional':
      return filter('NOTIONAL');
    case 'price-band':
      return filter('PERCENT_PRICE_BY_SIDE');
    case 'too-many-orders':
      return filter('MAX_NUM_ORDERS');
    case 'would-take':
      return rejected('Order would immediately match and take.');
    case 'would-trigger':
      return rejected('Order would trigger immediately.');
    case 'insufficient-balance':
    case 'insufficient-margin':
      return rejected('Account has insufficient balance for requested action.');
    case 'duplicate-client-id':
      return rejected('Duplicate order sent.');
    case 'deadline':
      return outsideWindow();
    case 'would-not-fill':
    case 'self-trade':
    case 'reduce-only':
    case 'position-mode':
    case 'leverage':
      return rejected('This action is disabled on this account.');
  }
}
