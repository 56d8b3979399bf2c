import type { Side, TriggerBy } from '#shared/domain/order';
import { type Decimal, decimal, ZERO } from '#shared/money/decimal';
import type { PlaceRequest } from '../../../exchange/types.ts';
import { ASK, BID } from '../../../world/book.ts';
import type { MarketView } from '../../../world/world.ts';
import { isRecord, type Message } from '../../message.ts';
import { nameOf, priceOf } from '../instruments.ts';
import type { OrderNote } from './order-words.ts';
import { failed, type Outcome, REFUSALS, wrong } from './outcomes.ts';

const DAY_MS = 86_400_000;
/** Daily settlement, when orders that are good till day end. */
const SETTLEMENT_MS = 8 * 3_600_000;
const TRIGGERS: Readonly<Record<string, TriggerBy>> = { last_price: 'last', mark_price: 'mark', index_price: 'index' };

export interface Form {
  readonly request: PlaceRequest;
  readonly note: OrderNote;
}
export const isForm = (form: Form | Outcome): form is Form => 'request' in form;

/**
 * `private/buy` and `private/sell`, and the secondary orders of linked ones. Prices and sizes are JSON numbers: text is
 * refused. https://docs.cdp.coinbase.com/api-reference/trading/private-buy
 */
export function readForm(
  params: Message,
  side: Side,
  at: { readonly market: MarketView; readonly nowMs: number; readonly ocoRef: string | null },
): Form | Outcome {
  const { market, nowMs, ocoRef } = at;
  const numbers = { price: params.price, trigger_price: params.trigger_price, valid_until: params.valid_until };
  for (const [name, value] of Object.entries(numbers)) {
    if (value !== undefined && typeof value !== 'number') return wrong(name, 'must be a number');
  }
  const quantity = quantityOf(params, market);
  if (!('plus' in quantity)) return quantity;
  const label = params.label ?? '';
  if (typeof label !== 'string' || label.length > 64) return wrong('label');
  const type = params.type ?? 'limit';
  const stop = type === 'stop_limit' ? 'stop' : type === 'take_limit' ? 'take' : null;
  if (type !== 'limit' && type !== 'market' && stop === null) return wrong('type');
  const price = amount(params.price);
  if (type !== 'market' && price === null) return wrong('price', 'missing');
  const inForce = params.time_in_force ?? 'good_til_cancelled';
  const timeInForce =
    type === 'market' || inForce === 'immediate_or_cancel'
      ? 'ioc'
      : inForce === 'fill_or_kill'
        ? 'fok'
        : inForce === 'good_til_cancelled' || inForce === 'good_til_day'
          ? 'gtc'
          : null;
  if (timeInForce === null) return wrong('time_in_force');
  if (params.post_only === true && (timeInForce !== 'gtc' || stop !== null))
    return failed(11047, 'unsupported_arg_combination');
  if (params.reject_post_only === true && params.post_only !== true)
    return failed(11047, 'unsupported_arg_combination');
  const trigger = triggerOf(params, side, stop);
  if (trigger !== null && 'error' in trigger) return trigger;
  if (trigger !== null && 'result' in trigger) return trigger;
  const rejects = params.reject_post_only === true;
  const postOnly = params.post_only === true;
  return {
    note: { label, rejectPostOnly: rejects, ocoRef, trigger: stop },
    request: {
      market,
      side,
      type: type === 'market' ? 'market' : 'limit',
      timeInForce: postOnly ? 'post-only' : timeInForce,
      quantity,
      quoteAmount: null,
      price:
        postOnly && !rejects && price !== null ? behindTouch(market, side, price) : type === 'market' ? null : price,
      clientOrderId: null,
      reduceOnly: params.reduce_only === true,
      trigger,
      ocoGroup: ocoRef,
      createBeforeMs: typeof params.valid_until === 'number' ? params.valid_until : null,
      expiresAtMs: inForce === 'good_til_day' ? nextSettlement(nowMs) : null,
      // `self_trading_reject_mode` of the account.
      selfTrade: 'cancel-maker',
    },
  };
}

/** The market of `instrument_name`. */
export function marketOf(markets: readonly MarketView[], params: Message): MarketView | Outcome {
  const name = params.instrument_name;
  if (typeof name !== 'string') return wrong('instrument_name', 'missing');
  return markets.find(({ spec }) => nameOf(spec) === name) ?? { error: REFUSALS['unknown-market'] };
}

/** Secondary orders of `otoco_config`; `null` when it cannot be read. */
export function secondaries(params: Message): readonly Message[] | null {
  const { otoco_config: config } = params;
  return Array.isArray(config) && config.every(isRecord) ? config : null;
}

function quantityOf(params: Message, market: MarketView): Decimal | Outcome {
  const { amount: asked, contracts } = params;
  if (asked === undefined && contracts === undefined) return wrong('amount', 'missing');
  if (asked !== undefined && typeof asked !== 'number') return wrong('amount', 'must be a number');
  if (contracts !== undefined && typeof contracts !== 'number') return wrong('contracts', 'must be a number');
  const step = decimal((1 / 10 ** market.spec.sizeDecimals).toFixed(market.spec.sizeDecimals));
  const ofContracts = amount(contracts)?.times(step) ?? null;
  const ofAmount = amount(asked);
  if (ofContracts !== null && ofAmount !== null && !ofContracts.eq(ofAmount))
    return wrong('amount', 'must match contracts');
  return ofAmount ?? ofContracts ?? failed(10021, 'invalid_amount');
}

function triggerOf(params: Message, side: Side, stop: OrderNote['trigger']): PlaceRequest['trigger'] | Outcome {
  if (stop === null) return null;
  const price = amount(params.trigger_price);
  const by = TRIGGERS[String(params.trigger)];
  if (price === null) return wrong('trigger_price', 'missing');
  if (by === undefined) return wrong('trigger');
  return { price, by, when: (stop === 'stop') === (side === 'buy') ? 'rises-to' : 'falls-to' };
}

/** "The price will be changed to be just below the spread." */
function behindTouch(market: MarketView, side: Side, price: Decimal): Decimal {
  const opposite = market.book.best(side === 'buy' ? ASK : BID);
  if (opposite === undefined) return price;
  const digits = market.spec.priceDecimals;
  const edge = decimal(priceOf(market.spec, opposite.price + (side === 'buy' ? -1 : 1)).toFixed(digits));
  return (side === 'buy' ? price.gt(edge) : price.lt(edge)) ? edge : price;
}

function nextSettlement(nowMs: number): number {
  const today = Math.floor(nowMs / DAY_MS) * DAY_MS + SETTLEMENT_MS;
  return today > nowMs ? today : today + DAY_MS;
}

function amount(value: unknown): Decimal | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return null;
  const read = decimal(String(value));
  return read.gt(ZERO) ? read : null;
}
