import type { Capabilities } from '#shared/domain/capabilities';
import { LEAST_DEADLINE_MS } from './requests.ts';

const API = 'https://docs.kraken.com/api-reference';

/**
 * Kraken spot. There is no pair of orders of which one cancels the other. The switch takes every order of the account with it,
 * stops included; Kraken advises 60 s, renewed every 15 to 30 s. A create deadline is at least two seconds ahead when it
 * arrives, to which the way there is added.
 */
export const KRAKEN_SPOT_CAPABILITIES: Capabilities = {
  orderKinds: ['post-only', 'ioc', 'limit', 'fok', 'stop-loss', 'take-profit'],
  // Free text; longer ones would have to be UUIDs.
  clientOrderId: { maxLength: 18, pattern: '^[A-Za-z0-9-]{1,18}$' },
  resolvesByClientId: true,
  createDeadline: true,
  leastDeadlineS: LEAST_DEADLINE_MS / 1000,
  venueExpiry: true,
  reduceOnly: false,
  stopTriggers: ['last', 'index'],
  deadMan: { scope: 'account', cancelsStops: true, minS: 30, maxS: 86_400, renewEveryS: 15 },
  selfTradePrevention: true,
  fillStream: 'each',
  historyDays: 3_650,
  sources: {
    orderKinds: `${API}/trading/add-order`,
    clientOrderId: 'https://docs.kraken.com/exchange/guides/general/clordid',
    resolvesByClientId: `${API}/account-data/get-closed-orders`,
    createDeadline: `${API}/trading/add-order`,
    venueExpiry: `${API}/trading/add-order`,
    reduceOnly: `${API}/trading/add-order`,
    stopTriggers: `${API}/trading/add-order`,
    deadMan: `${API}/trading/cancel-all-orders-after-x`,
    selfTradePrevention: `${API}/trading/add-order`,
    fillStream: 'https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/executions',
    historyDays: `${API}/account-data/get-trades-history`,
  },
};
