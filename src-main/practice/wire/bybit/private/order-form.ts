import { lastOf } from '../../../exchange/measures.ts';
import type { PlaceRequest } from '../../../exchange/types.ts';
import type { MarketView } from '../../../world/world.ts';
import type { Message } from '../../message.ts';
import type { Category } from '../rest.ts';
import { Refused } from './answers.ts';
import { amountOf, required, textOf } from './parameters.ts';

const TIME_IN_FORCE = { GTC: 'gtc', IOC: 'ioc', FOK: 'fok', PostOnly: 'post-only' } as const;
const SELF_TRADE = {
  None: 'allow',
  CancelMaker: 'cancel-maker',
  CancelTaker: 'cancel-taker',
  CancelBoth: 'cancel-both',
} as const;
const WATCHED = { LastPrice: 'last', MarkPrice: 'mark', IndexPrice: 'index' } as const;
const CLIENT_ID = /^[A-Za-z0-9_-]{1,36}$/;

const wordOf = <Word>(words: Readonly<Record<string, Word>>, text: string, name: string): Word => {
  const word = Object.hasOwn(words, text) ? words[text] : undefined;
  if (word === undefined) throw new Refused(10001, `params error: ${name} invalid`);
  return word;
};

/**
 * The fields of a create as they are understood (https://bybit-exchange.github.io/docs/v5/order/create-order).
 * @throws {Refused}
 */
export function readOrder(params: Message, category: Category, market: MarketView): PlaceRequest {
  const side = wordOf({ Buy: 'buy', Sell: 'sell' } as const, required(params, 'side'), 'side');
  const type = wordOf({ Limit: 'limit', Market: 'market' } as const, required(params, 'orderType'), 'orderType');
  const amount = amountOf(params, 'qty', category);
  if (amount === null) throw new Refused(10001, 'params error: qty is required');
  const price = type === 'limit' ? amountOf(params, 'price', category) : null;
  if (type === 'limit' && price === null) throw new Refused(10001, 'params error: price is required');
  const clientOrderId = textOf(params, 'orderLinkId');
  if (clientOrderId !== null && !CLIENT_ID.test(clientOrderId)) {
    throw new Refused(10001, 'params error: orderLinkId invalid');
  }
  if (category === 'linear' && Number(textOf(params, 'positionIdx') ?? '0') !== 0) {
    throw new Refused(10001, 'position idx not match position mode');
  }
  const byValue = category === 'spot' && type === 'market' && isByValue(params, side);
  return {
    market,
    side,
    type,
    timeInForce:
      type === 'market' ? 'ioc' : wordOf(TIME_IN_FORCE, textOf(params, 'timeInForce') ?? 'GTC', 'timeInForce'),
    quantity: byValue ? null : amount,
    quoteAmount: byValue ? amount : null,
    price,
    clientOrderId,
    reduceOnly: category === 'linear' && params.reduceOnly === true,
    trigger: triggerOf(params, category, market),
    ocoGroup: null,
    // The receive window has been looked at: an order that is late never comes this far.
    createBeforeMs: null,
    expiresAtMs: null,
    selfTrade: wordOf(SELF_TRADE, textOf(params, 'smpType') ?? 'None', 'smpType'),
  };
}

/** Market buys on spot are by value unless told otherwise. */
function isByValue(params: Message, side: 'buy' | 'sell'): boolean {
  const unit = textOf(params, 'marketUnit');
  return unit === null ? side === 'buy' : unit === 'quoteCoin';
}

/** Contracts say from which side the price comes; on spot it is the one from which the last price is away. */
function triggerOf(params: Message, category: Category, market: MarketView): PlaceRequest['trigger'] {
  const price = amountOf(params, 'triggerPrice', category);
  if (price === null) return null;
  if (category === 'spot') {
    const last = lastOf(market);
    return { price, by: 'last', when: last !== null && price.lt(last) ? 'falls-to' : 'rises-to' };
  }
  const direction = textOf(params, 'triggerDirection');
  if (direction !== '1' && direction !== '2') throw new Refused(10001, 'TriggerDirection invalid');
  const by = wordOf(WATCHED, textOf(params, 'triggerBy') ?? 'LastPrice', 'triggerBy');
  return { price, by, when: direction === '1' ? 'rises-to' : 'falls-to' };
}
