import { isObject, type JsonObject } from '../../kit/json.ts';
import type { Verdict } from '../../orders/adapter.ts';

/**
 * Words with which the venue says that it made no order, and why: nothing was done. What is not among them is in doubt,
 * `UNKNOWN_FAILURE_REASON` and `COMMANDER_REJECTED_NEW_ORDER` included; so is `DUPLICATE_CLIENT_ORDER_ID`, which says
 * that there is one.
 * https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/orders/create-order
 */
const REFUSED: ReadonlySet<string> = new Set([
  'UNSUPPORTED_ORDER_CONFIGURATION',
  'INVALID_SIDE',
  'INVALID_PRODUCT_ID',
  'INVALID_SIZE_PRECISION',
  'INVALID_PRICE_PRECISION',
  'INSUFFICIENT_FUND',
  'INSUFFICIENT_FUNDS',
  'INVALID_LEDGER_BALANCE',
  'ORDER_ENTRY_DISABLED',
  'INELIGIBLE_PAIR',
  'INVALID_LIMIT_PRICE_POST_ONLY',
  'INVALID_LIMIT_PRICE',
  'INVALID_NO_LIQUIDITY',
  'UNTRADABLE_PRODUCT',
  'GEOFENCING_RESTRICTION',
  'MISSING_MARKET_TRADE_DATA',
  'BRACKET_ORDER_NOT_SUPPORTED',
  'FOK_DISABLED',
  'FOK_ONLY_ALLOWED_ON_LIMIT_ORDERS',
  'POST_ONLY_NOT_ALLOWED_WITH_FOK',
  'END_TIME_TOO_FAR_IN_FUTURE',
  'END_TIME_IS_IN_THE_PAST',
  'GTD_ORDERS_MUST_HAVE_END_TIME',
  'LIMIT_PRICE_TOO_FAR_FROM_MARKET',
  'LIMIT_ORDER_PRICE_EXCEEDS_PRICE_BAND_ON_BUY',
  'LIMIT_ORDER_PRICE_EXCEEDS_PRICE_BAND_ON_SELL',
  'STOP_ALREADY_TRIGGERED',
  'STOP_LOSS_PRICE_TOO_LOW',
  'STOP_LOSS_PRICE_TOO_HIGH',
  'TAKE_PROFIT_PRICE_TOO_LOW',
  'TAKE_PROFIT_PRICE_TOO_HIGH',
  'QUOTE_ORDERS_NOT_ALLOWED_FOR_PRODUCT',
  'PRODUCT_TRADING_HALTED',
  'TRADING_DISABLED',
  'BREACHED_RISK_LIMIT',
  'ASSET_BALANCE_INCREASE_REJECT',
  // Told by the preview alone.
  'INVALID_BASE_SIZE_TOO_LARGE',
  'INVALID_BASE_SIZE_TOO_SMALL',
  'INVALID_QUOTE_SIZE_TOO_LARGE',
  'INVALID_QUOTE_SIZE_TOO_SMALL',
  'INVALID_PRICE_TOO_LARGE',
  'INVALID_ORDER_CONFIG',
  'INVALID_STOP_PRICE',
  'INVALID_STOP_PRICE_PRECISION',
  'INVALID_LIMIT_PRICE_PRECISION',
  'STOP_PRICE_ABOVE_LIMIT_PRICE',
  'STOP_PRICE_BELOW_LIMIT_PRICE',
  'STOP_PRICE_ABOVE_LAST_TRADE_PRICE',
  'STOP_PRICE_BELOW_LAST_TRADE_PRICE',
  'STOP_TRIGGERED',
  'INSUFFICIENT_LEDGER_BALANCE',
  'BREACHED_PRICE_LIMIT',
  'NOT_ALLOWED_BY_MARKET_STATE',
  'INVALID_END_TIME',
  'COMPLIANCE_PURCHASE_LIMIT_EXCEEDED',
]);

type Judged = Exclude<ReturnType<Verdict>, null>;

const judged = (kind: Judged['kind'], code: string, message: string, retryAfterMs: number | null = null): Judged => ({
  kind,
  code,
  message: message === '' ? code : message,
  retryAfterMs,
});

/** Sorts what Advanced Trade answers. A refused order comes with HTTP 200. */
export const coinbaseVerdict: Verdict = ({ status, body, text, headers, call }) => {
  const told = isObject(body) ? body : {};
  const words = wordAt(told, 'message') || wordAt(told, 'error_details') || text.trim().slice(0, 160);
  if (status === 401) {
    return judged('authentication', 'UNAUTHORIZED', 'Coinbase refuses the key and does not say why (HTTP 401)');
  }
  if (status === 403) return judged('authentication', wordAt(told, 'error') || 'FORBIDDEN', words);
  if (status === 429) return judged('rate-limit', 'RATE_LIMITED', words, retryAfterMs(headers));
  if (status === 503) return judged('maintenance', 'HTTP_503', 'Coinbase is unavailable (HTTP 503)');
  if (status >= 500) return judged(call.kind === 'create' ? 'in-doubt' : 'transient', `HTTP_${status}`, words);
  if (status === 400) {
    const error = wordAt(told, 'error');
    return judged(error === 'INVALID_ARGUMENT' ? 'rejected' : 'in-doubt', error || 'HTTP_400', words);
  }
  if (status === 404) return judged(call.kind === 'create' ? 'in-doubt' : 'rejected', 'NOT_FOUND', words);
  if (status !== 200) return judged('in-doubt', `HTTP_${status}`, words);
  return call.endpoint === 'order-create' ? orderVerdict(told) : null;
};

function orderVerdict(body: JsonObject): Judged | null {
  if (body.success === true) return null;
  if (body.success !== false) return judged('in-doubt', 'UNREADABLE', 'the answer does not say whether it was created');
  const failure = isObject(body.error_response) ? body.error_response : {};
  const code =
    [
      wordAt(failure, 'new_order_failure_reason'),
      wordAt(failure, 'error'),
      wordAt(failure, 'preview_failure_reason').replace(/^PREVIEW_/, ''),
    ].find((word) => word !== '' && !word.startsWith('UNKNOWN_')) ?? 'UNKNOWN_FAILURE_REASON';
  const message = wordAt(failure, 'error_details') || wordAt(failure, 'message');
  return judged(REFUSED.has(code) ? 'rejected' : 'in-doubt', code, message);
}

const wordAt = (object: JsonObject, name: string): string => {
  const value = object[name];
  return typeof value === 'string' ? value.slice(0, 160) : '';
};

function retryAfterMs(headers: Readonly<Record<string, string>>): number | null {
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  return seconds > 0 ? seconds * 1000 : null;
}
