import type { Capabilities } from '#shared/domain/capabilities';

const API = 'https://docs.cdp.coinbase.com/api-reference';
const GUIDE = 'https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/guides/derivatives';

/**
 * The Global Derivatives gateway. Only a session's end can end a resting order (`good_til_day`), no time of ours. Cancel on
 * disconnect is always on and takes the orders of its connection alone: resting ones are sent over it, stops are not, so
 * it leaves them.
 */
export const COINBASE_PERP_CAPABILITIES: Capabilities = {
  orderKinds: ['post-only', 'ioc', 'limit', 'fok', 'stop-loss', 'take-profit', 'oco'],
  clientOrderId: { maxLength: 64, pattern: '^[A-Za-z0-9_-]+$' },
  resolvesByClientId: true,
  createDeadline: true,
  venueExpiry: false,
  reduceOnly: true,
  stopTriggers: ['mark', 'last', 'index'],
  deadMan: { scope: 'connection', cancelsStops: false, minS: null, maxS: null, renewEveryS: null },
  selfTradePrevention: true,
  fillStream: 'each',
  historyDays: 30,
  sources: {
    orderKinds: `${API}/trading/private-buy`,
    clientOrderId: `${GUIDE}/technical`,
    resolvesByClientId: `${API}/trading/private-get_order_history_by_instrument`,
    createDeadline: `${API}/trading/private-buy`,
    venueExpiry: `${GUIDE}/overview`,
    reduceOnly: `${API}/trading/private-buy`,
    stopTriggers: `${API}/trading/private-buy`,
    deadMan: `${API}/session-management/private-enable_cancel_on_disconnect`,
    selfTradePrevention: `${API}/account-management/private-get_account_summary`,
    fillStream: `${API}/coinbase-deribit-app-api/websocket/user/usertradesinstrument_nameinterval`,
    historyDays: `${API}/trading/private-get_user_trades_by_currency_and_time`,
  },
};
