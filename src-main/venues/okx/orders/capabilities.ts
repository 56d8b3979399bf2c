import type { Capabilities } from '#shared/domain/capabilities';
import type { Product } from '#shared/domain/ids';

const DOCS = 'https://www.okx.com/docs-v5/en/';

/** What OKX guarantees for orders, by product. */
export const okxCapabilities = (product: Product): Capabilities => ({
  orderKinds: ['post-only', 'ioc', 'limit', 'fok', 'stop-loss', 'take-profit', 'oco'],
  clientOrderId: { maxLength: 32, pattern: '^[A-Za-z0-9]{1,32}$' },
  resolvesByClientId: true,
  // Header `expTime`. Algo orders do not take it: their signature is dated so that its thirty seconds end with the deadline.
  createDeadline: true,
  venueExpiry: false,
  reduceOnly: product === 'perp',
  // "Spot trading only supports using the last price as trigger price" (51415).
  stopTriggers: product === 'perp' ? ['last', 'mark', 'index'] : ['last'],
  deadMan: {
    // By the mark that resting orders of a product carry: "orders with other tags or no tags will remain unaffected".
    scope: 'product',
    // Waiting orders carry none.
    cancelsStops: false,
    minS: 10,
    maxS: 120,
    renewEveryS: 15,
  },
  selfTradePrevention: true,
  fillStream: 'each',
  // Older ended orders and executions lie in archives of three months.
  historyDays: 90,
  sources: {
    orderKinds: `${DOCS}#order-book-trading-trade-post-place-order`,
    clientOrderId: `${DOCS}#order-book-trading-trade-post-place-order`,
    resolvesByClientId: `${DOCS}#order-book-trading-trade-get-order-details`,
    createDeadline: `${DOCS}#overview-transaction-timeouts`,
    venueExpiry: `${DOCS}#order-book-trading-trade-post-place-order`,
    reduceOnly: `${DOCS}#order-book-trading-trade-post-place-order`,
    stopTriggers: `${DOCS}#order-book-trading-algo-trading-post-place-algo-order`,
    deadMan: `${DOCS}#order-book-trading-trade-post-cancel-all-after`,
    selfTradePrevention: `${DOCS}#order-book-trading-trade-post-place-order`,
    fillStream: `${DOCS}#order-book-trading-trade-ws-order-channel`,
    historyDays: `${DOCS}#order-book-trading-trade-get-order-history-last-3-months`,
  },
});
