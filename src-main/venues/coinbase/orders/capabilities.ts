import type { Capabilities } from '#shared/domain/capabilities';

const API = 'https://docs.cdp.coinbase.com/api-reference/advanced-trade-api';

/**
 * Advanced Trade spot. Bracket orders are left out: the bound of their stop half is the venue's own (5 % through the trigger)
 * and cannot be stated.
 */
export const COINBASE_SPOT_CAPABILITIES: Capabilities = {
  orderKinds: ['post-only', 'ioc', 'limit', 'fok', 'stop-loss', 'take-profit'],
  clientOrderId: { maxLength: 36, pattern: '^[A-Za-z0-9_-]+$' },
  resolvesByClientId: true,
  createDeadline: false,
  venueExpiry: true,
  reduceOnly: false,
  stopTriggers: ['last'],
  deadMan: null,
  selfTradePrevention: true,
  fillStream: 'cumulative',
  historyDays: 30,
  sources: {
    orderKinds: `${API}/rest-api/orders/create-order`,
    clientOrderId: `${API}/rest-api/orders/create-order`,
    resolvesByClientId: `${API}/rest-api/orders/list-orders`,
    createDeadline: `${API}/rest-api/orders/create-order`,
    venueExpiry: `${API}/rest-api/orders/create-order`,
    reduceOnly: `${API}/rest-api/orders/create-order`,
    stopTriggers: 'https://help.coinbase.com/en/coinbase/trading-and-funding/advanced-trade/order-types',
    deadMan: `${API}/rest-api/orders/cancel-order`,
    selfTradePrevention: 'https://docs.cdp.coinbase.com/exchange/concepts/matching-engine',
    fillStream: `${API}/websocket/user`,
    historyDays: `${API}/rest-api/orders/list-orders`,
  },
};
