import type { Capabilities } from '#shared/domain/capabilities';

const API = 'https://docs.kraken.com/api-reference/order-management';

/**
 * Kraken Futures. Orders do not end by themselves, and none cancels another. The switch takes every order of the account with
 * it, triggers included; Kraken advises 60 s, renewed every 15 to 20 s.
 */
export const KRAKEN_PERP_CAPABILITIES: Capabilities = {
  orderKinds: ['post-only', 'ioc', 'limit', 'fok', 'stop-loss', 'take-profit'],
  clientOrderId: { maxLength: 100, pattern: '^[A-Za-z0-9_-]{1,100}$' },
  resolvesByClientId: true,
  createDeadline: true,
  venueExpiry: false,
  reduceOnly: true,
  stopTriggers: ['last', 'mark', 'index'],
  deadMan: { scope: 'account', cancelsStops: true, minS: 30, maxS: 86_400, renewEveryS: 15 },
  selfTradePrevention: true,
  fillStream: 'each',
  historyDays: 30,
  sources: {
    orderKinds: `${API}/send-order`,
    clientOrderId: `${API}/send-order`,
    resolvesByClientId: 'https://docs.kraken.com/api/docs/futures-api/history/get-order-events',
    createDeadline: `${API}/send-order`,
    venueExpiry: `${API}/send-order`,
    reduceOnly: `${API}/send-order`,
    stopTriggers: `${API}/send-order`,
    deadMan: `${API}/dead-man-s-switch`,
    selfTradePrevention: 'https://docs.kraken.com/api-reference/trading-settings/get-self-trade-strategy',
    fillStream: 'https://docs.kraken.com/api/docs/futures-api/websocket/fills',
    historyDays: 'https://docs.kraken.com/api/docs/futures-api/history/get-execution-events',
  },
};
