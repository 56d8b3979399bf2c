import type { Capabilities } from '#shared/domain/capabilities';
import type { FeedId } from '#shared/domain/ids';
import type { OrderProtocol } from '../../orders/adapter.ts';
import { BybitOrders } from './adapter.ts';
import { bybitHosts } from './hosts.ts';
import type { Category } from './requests.ts';
import { BYBIT_SIGNING_WINDOW_MS } from './terms.ts';
import { bybitVerdict } from './verdict.ts';

const DOCS = 'https://bybit-exchange.github.io/docs/v5';

const SHARED: Omit<Capabilities, 'orderKinds' | 'reduceOnly' | 'stopTriggers'> = {
  clientOrderId: { maxLength: 36, pattern: '^[A-Za-z0-9_-]{1,36}$' },
  resolvesByClientId: true,
  // The receive window of a create ends with its deadline.
  createDeadline: true,
  venueExpiry: false,
  // Cancelling on disconnection is agreed upon with the venue account by account, and cannot be read back as ours.
  deadMan: null,
  selfTradePrevention: true,
  fillStream: 'each',
  historyDays: 730,
  sources: {
    orderKinds: `${DOCS}/order/create-order`,
    clientOrderId: `${DOCS}/order/create-order`,
    resolvesByClientId: `${DOCS}/order/open-order`,
    createDeadline: `${DOCS}/guide#parameters`,
    stopTriggers: `${DOCS}/order/create-order`,
    deadMan: `${DOCS}/order/dcp`,
    selfTradePrevention: `${DOCS}/smp`,
    fillStream: `${DOCS}/websocket/private/execution`,
    historyDays: `${DOCS}/order/execution`,
  },
};

/**
 * Spot conditional orders take no direction: which way the price must move is read from where it stands when the order
 * arrives, so a stop that comes late would wait for the wrong one. None is relied on.
 */
export const BYBIT_SPOT_ORDERS: OrderProtocol = bybit('bybit:spot', 'spot', {
  ...SHARED,
  orderKinds: ['post-only', 'ioc', 'limit', 'fok'],
  reduceOnly: false,
  stopTriggers: [],
});

export const BYBIT_PERP_ORDERS: OrderProtocol = bybit('bybit:perp', 'linear', {
  ...SHARED,
  orderKinds: ['post-only', 'ioc', 'limit', 'fok', 'stop-loss', 'take-profit'],
  reduceOnly: true,
  stopTriggers: ['last', 'mark', 'index'],
  sources: { ...SHARED.sources, reduceOnly: `${DOCS}/order/create-order` },
});

function bybit(feed: FeedId, category: Category, capabilities: Capabilities): OrderProtocol {
  return {
    feed,
    keyKind: 'bybit',
    capabilities,
    client: 'bybit',
    hosts: bybitHosts,
    verdict: bybitVerdict,
    // Per key and second; by address 600 in 5 s, which both products share.
    // https://bybit-exchange.github.io/docs/v5/rate-limit
    budgets: [
      { endpoints: ['order-create'], windowMs: 1_000, weight: 10, reserve: 4 },
      { endpoints: ['order-cancel', 'order-cancel-all'], windowMs: 1_000, weight: 10, reserve: 0 },
      { endpoints: ['order-open', 'order-history', 'executions'], windowMs: 1_000, weight: 40, reserve: 10 },
      { endpoints: ['fees', 'key', 'positions', 'leverage', 'account'], windowMs: 1_000, weight: 10, reserve: 0 },
      { windowMs: 5_000, weight: 280, reserve: 80 },
    ],
    signingWindowMs: BYBIT_SIGNING_WINDOW_MS,
    create: (context) => new BybitOrders(category, context),
  };
}
