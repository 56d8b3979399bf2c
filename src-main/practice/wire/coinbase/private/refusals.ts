import type { ExchangeRefusal } from '../../../exchange/types.ts';
import type { Refusal } from './configuration.ts';

const words = (error: string, message: string, preview = `PREVIEW_${error}`): Refusal => ({ error, message, preview });
/** Some reasons have a word of their own in the preview's list alone. */
const previewed = (preview: string, message: string): Refusal => ({
  error: 'UNKNOWN_FAILURE_REASON',
  message,
  preview,
});

/** https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/orders/create-order: the failure reasons. */
export const REFUSALS: Readonly<Record<ExchangeRefusal, Refusal>> = {
  'unknown-market': words('INVALID_PRODUCT_ID', 'valid product_id is required'),
  'not-trading': words('TRADING_DISABLED', 'Trading is disabled for this product'),
  'post-only-phase': previewed('PREVIEW_NOT_ALLOWED_BY_MARKET_STATE', 'Only post-only orders are accepted'),
  'price-tick': words('INVALID_PRICE_PRECISION', 'Too many decimals in order price'),
  'lot-step': words('INVALID_SIZE_PRECISION', 'Too many decimals in order amount'),
  'min-quantity': previewed('PREVIEW_INVALID_BASE_SIZE_TOO_SMALL', 'Order size is too small'),
  'min-notional': previewed('PREVIEW_INVALID_QUOTE_SIZE_TOO_SMALL', 'Order value is too small'),
  'price-band': words('LIMIT_PRICE_TOO_FAR_FROM_MARKET', 'Limit price is too far from market'),
  'would-take': words('INVALID_LIMIT_PRICE_POST_ONLY', 'Limit price would execute immediately'),
  'would-not-fill': words('INVALID_NO_LIQUIDITY', 'Not enough liquidity'),
  'insufficient-balance': words('INSUFFICIENT_FUND', 'Insufficient balance in source account'),
  'insufficient-margin': words('INSUFFICIENT_FUND', 'Insufficient balance in source account'),
  'reduce-only': words('REDUCE_ONLY_NOT_ALLOWED_ON_SPOT_PRODUCTS', 'Reduce only is not allowed on spot products'),
  'duplicate-client-id': words('DUPLICATE_CLIENT_ORDER_ID', 'Client order id is used already'),
  deadline: words('END_TIME_IS_IN_THE_PAST', 'End time is in the past'),
  'self-trade': words('COMMANDER_REJECTED_NEW_ORDER', 'Order would trade with an order of its own'),
  'would-trigger': words('STOP_ALREADY_TRIGGERED', 'The stop price is met already', 'PREVIEW_STOP_TRIGGERED'),
  'too-many-orders': words('COMMANDER_REJECTED_NEW_ORDER', 'Too many open orders'),
  leverage: words('INVALID_LEVERAGE', 'Invalid leverage'),
  'position-mode': words('INVALID_REQUEST', 'Invalid request'),
};
