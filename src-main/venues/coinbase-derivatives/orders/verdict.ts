import type { FailureKind } from '#engine/ports';
import { coinbaseVerdict } from '../../coinbase/orders/verdict.ts';
import { isObject } from '../../kit/json.ts';
import type { Verdict } from '../../orders/adapter.ts';

/**
 * https://docs.deribit.com/articles/errors. Rejected are the codes by which the gateway says what is wrong with a request:
 * nothing was done. Every other code is in doubt: 10001 error, 11031 other_error, 11094 internal_server_error, 13888
 * timed_out, 13008 request_failed among them.
 */
const REJECTED: ReadonlySet<string> = new Set([
  '-32602', // Invalid params
  '-32601', // Method not found
  '10002', // qty_too_low
  '10003', // order_overlap
  '10004', // order_not_found
  '10005', // price_too_low
  '10006', // price_too_low4idx
  '10007', // price_too_high
  '10008', // price_too_high4idx
  '10009', // not_enough_funds
  '10010', // already_closed
  '10011', // price_not_allowed
  '10012', // book_closed
  '10013', // pme_max_total_open_orders
  '10014', // pme_max_future_open_orders
  '10016', // pme_max_future_open_orders_size
  '10018', // non_pme_max_future_position_size
  '10019', // locked_by_admin
  '10020', // invalid_or_unsupported_instrument
  '10021', // invalid_amount
  '10022', // invalid_quantity
  '10023', // invalid_price
  '10025', // invalid_order_id
  '10026', // price_precision_exceeded
  '10027', // non_integer_contract_amount
  '10029', // not_owner_of_order
  '10030', // must_be_websocket_request
  '10031', // invalid_args_for_instrument
  '10032', // whole_cost_too_low
  '10034', // stop_price_too_high
  '10035', // stop_price_too_low
  '10043', // price_wrong_tick
  '10044', // stop_price_wrong_tick
  '11008', // already_filled
  '11029', // invalid_arguments
  '11030', // other_reject
  '11035', // no_more_stops
  '11036', // invalid_stoppx_for_index_or_last
  '11043', // bad_argument
  '11044', // not_open_order
  '11047', // unsupported_arg_combination
  '11049', // bad_arguments
  '11050', // bad_request
  '11054', // post_only_reject
]);

const KINDS: Readonly<Record<string, FailureKind>> = {
  '10028': 'rate-limit', // too_many_requests
  '10040': 'transient', // retry
  '10041': 'transient', // settlement_in_progress
  '10047': 'transient', // matching_engine_queue_full
  '11051': 'maintenance', // system_maintenance
  '9999': 'authentication', // api_not_enabled
  '10000': 'authentication', // authorization_required
  '11042': 'authentication', // permission_denied
  '12005': 'authentication', // country_is_banned
  '13001': 'authentication', // account_not_activated
  '13002': 'authentication', // account_blocked
  '13004': 'authentication', // invalid_credentials
  '13009': 'authentication', // unauthorized
  '13021': 'authentication', // forbidden
};

/** Both say that the access token is not taken: the request did not run, and a new token may open the same. */
export const isTokenRefused = (code: string): boolean => code === '13009' || code === '13004';

/** Sorts what the gateway answers; codes count, whatever HTTP status they come with. */
export const gatewayVerdict: Verdict = (error) => {
  const { status, body, text, call } = error;
  if (call.endpoint === 'key-permissions') return coinbaseVerdict(error);
  if (isObject(body) && isObject(body.error)) return codeVerdict(body.error);
  const judged = (kind: FailureKind, code: string) => ({
    kind,
    code,
    message: text.trim().slice(0, 160),
    retryAfterMs: null,
  });
  if (status === 429) return judged('rate-limit', 'HTTP_429');
  if (status === 401 || status === 403) return judged('authentication', `HTTP_${status}`);
  if (status === 503) return judged('maintenance', 'HTTP_503');
  if (status >= 500) return judged(call.kind === 'create' ? 'in-doubt' : 'transient', `HTTP_${status}`);
  if (status !== 200) return judged('in-doubt', `HTTP_${status}`);
  return isObject(body) && body.result !== undefined ? null : judged('in-doubt', 'UNREADABLE');
};

function codeVerdict(error: Readonly<Record<string, unknown>>): Exclude<ReturnType<Verdict>, null> {
  const code = String(error.code ?? '');
  const reason = isObject(error.data) ? [error.data.param, error.data.reason].filter(Boolean).join(' ') : error.data;
  const words = [error.message, reason].filter((word) => typeof word === 'string' && word !== '').join(': ');
  return {
    kind: REJECTED.has(code) ? 'rejected' : (KINDS[code] ?? 'in-doubt'),
    code,
    message: words.slice(0, 200) || `error ${code}`,
    retryAfterMs: null,
  };
}
