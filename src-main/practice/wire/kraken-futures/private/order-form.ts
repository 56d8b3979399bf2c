import type { Decimal } from '#shared/money/decimal';
import { tryDecimal, ZERO } from '#shared/money/decimal';
import type { PlaceRequest, TimeInForce } from '../../../exchange/types.ts';
import type { MarketView } from '../../../world/world.ts';
import { symbolOf } from '../symbols.ts';

/** What an order type is to the book; `trigger` for those that wait. */
const TYPES: Readonly<Record<string, { readonly time: TimeInForce; readonly trigger: 'stop' | 'profit' | null }>> = {
  lmt: { time: 'gtc', trigger: null },
  post: { time: 'post-only', trigger: null },
  ioc: { time: 'ioc', trigger: null },
  fok: { time: 'fok', trigger: null },
  mkt: { time: 'ioc', trigger: null },
  stp: { time: 'gtc', trigger: 'stop' },
  take_profit: { time: 'gtc', trigger: 'profit' },
};
const SIGNALS: Readonly<Record<string, 'last' | 'mark' | 'index'>> = { last: 'last', mark: 'mark', index: 'index' };
const LONGEST_CLIENT_ID = 100;

/** Why an order is not placed: a status of the order, or an error of the call. */
export type FormError = { readonly status: string } | { readonly error: string };

const status = (text: string): FormError => ({ status: text });
const missing: FormError = { error: 'requiredArgumentMissing' };
const invalid: FormError = { error: 'invalidArgument' };

/** A `sendorder` call as the venue reads it. `nowMs`: its wall time. Parameters that it does not know are ignored. */
export function readOrder(
  params: URLSearchParams,
  listed: readonly MarketView[],
  nowMs: number,
): PlaceRequest | FormError {
  const [type, symbol, side] = [params.get('orderType'), params.get('symbol'), params.get('side')];
  if (type === null || symbol === null || side === null || !params.has('size')) return missing;
  const kind = TYPES[type];
  if (kind === undefined) return status('invalidOrderType');
  if (side !== 'buy' && side !== 'sell') return status('invalidSide');
  const market = listed.find(({ spec }) => symbolOf(spec) === symbol.toUpperCase());
  if (market === undefined) return { error: 'contractNotFound' };
  const size = amount(params.get('size'));
  if (size === null || size === 'bad') return status('invalidSize');
  const limit = amount(params.get('limitPrice'));
  const stop = amount(params.get('stopPrice'));
  if (limit === 'bad' || stop === 'bad') return status('invalidPrice');
  const isMarket = type === 'mkt' || (kind.trigger !== null && limit === null);
  if ((!isMarket && limit === null) || (kind.trigger !== null && stop === null)) return status('invalidPrice');
  const by = SIGNALS[params.get('triggerSignal') ?? 'last'];
  if (by === undefined) return invalid;
  const clientOrderId = params.get('cliOrdId');
  if (clientOrderId !== null && clientOrderId.length > LONGEST_CLIENT_ID) return status('clientOrderIdTooLong');
  const before = params.get('processBefore');
  const beforeMs = before === null ? null : Date.parse(before);
  if (Number.isNaN(beforeMs)) return invalid;
  if (beforeMs !== null && nowMs > beforeMs) return status('wouldProcessAfterSpecifiedTime');
  const rises = (kind.trigger === 'stop') === (side === 'buy');
  return {
    market,
    side,
    type: isMarket ? 'market' : 'limit',
    timeInForce: isMarket ? 'ioc' : kind.time,
    quantity: size,
    quoteAmount: null,
    price: isMarket ? null : limit,
    clientOrderId,
    reduceOnly: params.get('reduceOnly') === 'true',
    trigger: kind.trigger === null || stop === null ? null : { price: stop, by, when: rises ? 'rises-to' : 'falls-to' },
    ocoGroup: null,
    createBeforeMs: beforeMs,
    expiresAtMs: null,
    selfTrade: 'cancel-taker',
  };
}

function amount(text: string | null): Decimal | null | 'bad' {
  if (text === null || text === '') return null;
  const value = tryDecimal(text);
  return value === undefined || value.lte(ZERO) ? 'bad' : value;
}
