import { type Decimal, tryDecimal } from '#shared/money/decimal';
import type { PlaceRequest } from '../../../exchange/types.ts';
import { isRecord, type Message } from '../../message.ts';

/** The venue's word for what is wrong with an order, and its sentence. */
export interface Refusal {
  readonly error: string;
  readonly message: string;
  readonly preview: string;
}

/** A request that cannot be read at all is answered with HTTP 400. */
export interface Unreadable {
  readonly unreadable: string;
}

type Terms = Pick<
  PlaceRequest,
  'type' | 'timeInForce' | 'quantity' | 'quoteAmount' | 'price' | 'trigger' | 'expiresAtMs'
>;

const UNSUPPORTED: Refusal = {
  error: 'UNSUPPORTED_ORDER_CONFIGURATION',
  message: 'The order configuration was invalid',
  preview: 'PREVIEW_INVALID_ORDER_CONFIG',
};
const NO_BRACKETS: Refusal = {
  error: 'BRACKET_ORDER_NOT_SUPPORTED',
  message: 'Bracket orders are not supported on this product',
  preview: 'PREVIEW_BRACKET_ORDER_NOT_SUPPORTED',
};
const NO_END_TIME: Refusal = {
  error: 'GTD_ORDERS_MUST_HAVE_END_TIME',
  message: 'GTD orders must have an end time',
  preview: 'PREVIEW_GTD_ORDERS_MUST_HAVE_END_TIME',
};
const PAST_END_TIME: Refusal = {
  error: 'END_TIME_IS_IN_THE_PAST',
  message: 'End time is in the past',
  preview: 'PREVIEW_END_TIME_IS_IN_THE_PAST',
};

/**
 * One `order_configuration`, which has exactly one member.
 * https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/orders/create-order
 */
export function readConfiguration(
  configuration: Message,
  { side, nowMs }: { readonly side: 'buy' | 'sell'; readonly nowMs: number },
): Terms | Refusal | Unreadable {
  const [name, ...others] = Object.keys(configuration);
  const fields = name === undefined ? undefined : configuration[name];
  if (name === undefined || others.length > 0 || !isRecord(fields)) return UNSUPPORTED;
  for (const field of ['base_size', 'quote_size', 'limit_price', 'stop_price']) {
    if (fields[field] !== undefined && typeof fields[field] !== 'string') {
      return { unreadable: `invalid value for string type: ${field}` };
    }
  }
  const quantity = amount(fields.base_size);
  const price = amount(fields.limit_price);
  const base: Terms = {
    type: 'limit',
    timeInForce: 'gtc',
    quantity,
    quoteAmount: null,
    price,
    trigger: null,
    expiresAtMs: null,
  };
  if (name === 'market_market_ioc') {
    const quoteAmount = amount(fields.quote_size);
    if ((quantity === null) === (quoteAmount === null) || (quoteAmount !== null && side === 'sell')) return UNSUPPORTED;
    return { ...base, type: 'market', timeInForce: 'ioc', quoteAmount, price: null };
  }
  if (name.startsWith('trigger_bracket')) return NO_BRACKETS;
  if (quantity === null || price === null) return UNSUPPORTED;
  switch (name) {
    case 'limit_limit_gtc':
      return { ...base, timeInForce: fields.post_only === true ? 'post-only' : 'gtc' };
    case 'limit_limit_gtd':
      return until(fields, nowMs, { ...base, timeInForce: fields.post_only === true ? 'post-only' : 'gtc' });
    case 'sor_limit_ioc':
      return { ...base, timeInForce: 'ioc' };
    case 'limit_limit_fok':
      return { ...base, timeInForce: 'fok' };
    case 'stop_limit_stop_limit_gtc':
      return stopped(fields, base);
    case 'stop_limit_stop_limit_gtd': {
      const ended = until(fields, nowMs, base);
      return 'error' in ended ? ended : stopped(fields, ended);
    }
    default:
      return UNSUPPORTED;
  }
}

function until(fields: Message, nowMs: number, terms: Terms): Terms | Refusal {
  const endMs = typeof fields.end_time === 'string' ? Date.parse(fields.end_time) : Number.NaN;
  if (Number.isNaN(endMs)) return NO_END_TIME;
  return endMs <= nowMs ? PAST_END_TIME : { ...terms, expiresAtMs: endMs };
}

/** Stops watch the last trade: there is no other kind. */
function stopped(fields: Message, terms: Terms): Terms | Refusal {
  const price = amount(fields.stop_price);
  const direction = fields.stop_direction;
  if (price === null) return UNSUPPORTED;
  if (direction === 'STOP_DIRECTION_STOP_UP') return { ...terms, trigger: { price, by: 'last', when: 'rises-to' } };
  if (direction === 'STOP_DIRECTION_STOP_DOWN') return { ...terms, trigger: { price, by: 'last', when: 'falls-to' } };
  return UNSUPPORTED;
}

function amount(value: unknown): Decimal | null {
  const read = typeof value === 'string' ? tryDecimal(value) : undefined;
  return read === undefined || read.lte('0') ? null : read;
}
