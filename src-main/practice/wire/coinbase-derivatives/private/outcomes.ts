import type { ExchangeRefusal } from '../../../exchange/types.ts';
import { invalid, type RpcError } from '../json-rpc.ts';

export type Outcome = { readonly result: unknown } | { readonly error: RpcError };

export const failed = (code: number, message: string, data?: unknown): Outcome => ({
  error: data === undefined ? { code, message } : { code, message, data },
});
export const wrong = (param: string, reason?: string): Outcome => ({ error: invalid(param, reason) });

export const UNAUTHORIZED: RpcError = { code: 13009, message: 'unauthorized' };
export const INVALID_CREDENTIALS: RpcError = { code: 13004, message: 'invalid_credentials' };
export const FORBIDDEN: RpcError = { code: 13021, message: 'forbidden' };
export const MAINTENANCE: RpcError = { code: 11051, message: 'system_maintenance' };
export const WEBSOCKET_ONLY: RpcError = { code: 10030, message: 'must_be_websocket_request' };

/** https://docs.deribit.com/articles/errors */
export const REFUSALS: Readonly<Record<ExchangeRefusal, RpcError>> = {
  'unknown-market': { code: 10020, message: 'invalid_or_unsupported_instrument' },
  'not-trading': { code: 10012, message: 'book_closed' },
  'post-only-phase': { code: 11030, message: 'other_reject', data: 'post_only_phase' },
  'price-tick': { code: 10043, message: 'price_wrong_tick' },
  'lot-step': { code: 10021, message: 'invalid_amount' },
  'min-quantity': { code: 10002, message: 'qty_too_low' },
  'min-notional': { code: 10032, message: 'whole_cost_too_low' },
  'price-band': { code: 10007, message: 'price_too_high' },
  'would-take': { code: 11054, message: 'post_only_reject' },
  'would-not-fill': { code: 11030, message: 'other_reject', data: 'fok' },
  'insufficient-balance': { code: 10009, message: 'not_enough_funds' },
  'insufficient-margin': { code: 10009, message: 'not_enough_funds' },
  'reduce-only': { code: 11030, message: 'other_reject', data: 'reduce_only' },
  'duplicate-client-id': { code: 11030, message: 'other_reject', data: 'label' },
  deadline: { code: 13888, message: 'timed_out' },
  'self-trade': { code: 10003, message: 'order_overlap' },
  'would-trigger': { code: 11036, message: 'invalid_stoppx_for_index_or_last' },
  'too-many-orders': { code: 10014, message: 'pme_max_future_open_orders' },
  'position-mode': { code: 11030, message: 'other_reject', data: 'position_mode' },
  leverage: { code: 11030, message: 'other_reject', data: 'leverage' },
};
