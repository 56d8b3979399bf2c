import type { TriggerBy } from '#shared/domain/order';
import type { HttpResponse } from '#shared/kernel/transport';
import type { Decimal } from '#shared/money/decimal';
import type { ExchangeOrder, PlaceRequest } from '../../../exchange/types.ts';
import type { Message } from '../../message.ts';
import { stringAt } from '../../message.ts';
import { failed, missing } from '../answers.ts';
import { algoStateOf } from './account-book.ts';
import type { Call, Desk } from './desk.ts';
import { clientId, isRefused, positive, readCommon } from './place.ts';
import type { Refused } from './refusals.ts';
import { refusalOf, refused } from './refusals.ts';
import { baseOf } from './rows.ts';

const TRIGGERS: readonly TriggerBy[] = ['last', 'mark', 'index'];
const wrongField = (name: string): Refused => refused('51000', `Parameter ${name}  error`);

interface Half {
  readonly price: Decimal;
  readonly by: TriggerBy;
  /** `null` at market. */
  readonly limit: Decimal | null;
}

/**
 * POST trade/order-algo: one-way stops and one-cancels-the-other. Of a one-way order with both halves the stop-loss alone
 * counts. https://www.okx.com/docs-v5/en/#order-book-trading-algo-trading-post-place-algo-order
 */
export function placeAlgo(desk: Desk, call: Call): HttpResponse {
  if (Array.isArray(call.body)) return failed(400, '50002', 'JSON syntax error');
  const body = call.body as Message;
  for (const name of ['instId', 'tdMode', 'side', 'ordType', 'sz']) if (!body[name]) return missing(name);
  const algoClOrdId = stringAt(body, 'algoClOrdId') ?? '';
  const taken = take(desk, call, body);
  const algoId = typeof taken === 'string' ? taken : '';
  const row = { algoClOrdId, algoId, clOrdId: '' };
  return desk.results([{ row, refused: typeof taken === 'string' ? null : taken }]);
}

/** The id of the algo order, or why there is none. */
function take(desk: Desk, call: Call, body: Message): string | Refused {
  const common = readCommon(desk, call, body);
  if (isRefused(common)) return common;
  const { spec } = common.market;
  const { ordType: kind } = body;
  if (kind !== 'conditional' && kind !== 'oco') return refused('50062', 'This feature is currently unavailable.');
  const id = clientId(body.algoClOrdId);
  if (id === undefined) return wrongField('algoClOrdId');
  const before = id === null ? undefined : call.book.algo('', id);
  if (before !== undefined && algoStateOf(before) === 'live') {
    return refused('51065', 'algoClOrdId already exists.');
  }
  const size = positive(body.sz);
  if (size === null) return wrongField('sz');
  const [sl, tp] = [readHalf(body, 'sl'), readHalf(body, 'tp')];
  for (const half of [sl, tp]) if (half !== null && isRefused(half)) return half;
  if (sl === null && tp === null) return wrongField('slTriggerPx');
  if (kind === 'oco' && (sl === null || tp === null)) return wrongField(sl === null ? 'slTriggerPx' : 'tpTriggerPx');
  const halves = { sl: sl as Half | null, tp: kind === 'conditional' && sl !== null ? null : (tp as Half | null) };
  for (const half of Object.values(halves)) {
    if (spec.product === 'spot' && half !== null && half.by !== 'last') {
      return refused(
        '51415',
        'Unable to place order. Spot trading only supports using the last price as trigger price. Please select "Last" and try again.',
      );
    }
  }
  const ocoGroup = kind === 'oco' ? `okx ${call.book.account.id} ${call.book.algoCount + 1}` : null;
  const legs: Record<'sl' | 'tp', ExchangeOrder | null> = { sl: null, tp: null };
  for (const name of ['sl', 'tp'] as const) {
    const half = halves[name];
    if (half === null) continue;
    const falls = (name === 'sl') === (common.side === 'sell');
    const request: PlaceRequest = {
      ...common,
      type: half.limit === null ? 'market' : 'limit',
      timeInForce: 'gtc',
      quantity: baseOf(spec, size),
      quoteAmount: null,
      price: half.limit,
      clientOrderId: null,
      trigger: { price: half.price, by: half.by, when: falls ? 'falls-to' : 'rises-to' },
      ocoGroup,
      createBeforeMs: null,
      expiresAtMs: null,
      selfTrade: 'cancel-maker',
    };
    const placed = call.book.account.place(request);
    if (!placed.ok) {
      if (legs.sl !== null) call.book.account.cancel(legs.sl);
      return refusalOf(placed.error, request);
    }
    legs[name] = placed.value;
  }
  return call.book.addAlgo({ ...legs, algoClOrdId: id ?? '', feed: spec.feed, kind }).algoId;
}

/** `null` when the order has no such half. */
function readHalf(body: Message, name: 'sl' | 'tp'): Half | Refused | null {
  const [trigger, limit, by] = [body[`${name}TriggerPx`], body[`${name}OrdPx`], body[`${name}TriggerPxType`]];
  const given = (value: unknown): boolean => value !== undefined && value !== '';
  if (!given(trigger) && !given(limit)) return null;
  const price = positive(trigger);
  if (price === null) return wrongField(`${name}TriggerPx`);
  const kind = given(by) ? TRIGGERS.find((one) => one === by) : 'last';
  if (kind === undefined) return wrongField(`${name}TriggerPxType`);
  if (limit === '-1') return { price, by: kind, limit: null };
  const bound = positive(limit);
  return bound === null ? wrongField(`${name}OrdPx`) : { price, by: kind, limit: bound };
}
