import type { OrderProtocol } from '../../orders/adapter.ts';
import { hostsAt } from '../../test-networks.ts';
import { SIGNING_WINDOW_MS } from './findings.ts';
import { HISTORY_DAYS } from './history.ts';
import { PERP_NAMES } from './names.ts';
import { BinancePerpAdapter } from './perp.ts';
import { binanceVerdict } from './verdict.ts';

const DOCS = 'https://developers.binance.com/docs/derivatives/usds-margined-futures';

/**
 * Binance USDⓈ-M. An order's own end lies ten minutes ahead at least and post-only orders have none, so it protects no
 * resting entry. Whether the countdown spares conditional orders is not documented: they are taken to go with it.
 */
export const BINANCE_PERP_ORDERS: OrderProtocol = {
  feed: 'binance:perp',
  keyKind: 'binance',
  capabilities: {
    orderKinds: ['post-only', 'ioc', 'limit', 'fok', 'stop-loss', 'take-profit'],
    clientOrderId: PERP_NAMES,
    resolvesByClientId: true,
    createDeadline: true,
    venueExpiry: false,
    reduceOnly: true,
    stopTriggers: ['mark', 'last'],
    // "Call this endpoint at 30s intervals with a countdownTime of 120000."
    deadMan: { scope: 'symbol', cancelsStops: true, minS: 5, maxS: 120, renewEveryS: 30 },
    selfTradePrevention: true,
    fillStream: 'each',
    // "AND created time + 3 days < current time", of orders that ended without an execution.
    historyDays: HISTORY_DAYS.perp,
    sources: {
      orderKinds: `${DOCS}/trade/rest-api/New-Order`,
      clientOrderId: `${DOCS}/trade/rest-api/New-Order`,
      resolvesByClientId: `${DOCS}/trade/rest-api/Query-Order`,
      createDeadline: `${DOCS}/general-info#timing-security`,
      venueExpiry: `${DOCS}/trade/rest-api/New-Order`,
      reduceOnly: `${DOCS}/trade/rest-api/New-Order`,
      stopTriggers: `${DOCS}/trade/rest-api/New-Algo-Order`,
      deadMan: `${DOCS}/trade/rest-api/Auto-Cancel-All-Open-Orders`,
      selfTradePrevention: `${DOCS}/trade/rest-api/New-Order`,
      fillStream: `${DOCS}/user-data-streams/Event-Order-Update`,
      historyDays: `${DOCS}/trade/rest-api/Query-Order`,
    },
  },
  client: 'binanceusdm',
  // What a key may do is asked of the spot host.
  hosts: (entity) => hostsAt('binance', entity, ['fapi.binance.com', 'fstream.binance.com', 'api.binance.com']),
  verdict: binanceVerdict,
  // The venue's own count is of the address, which market data uses too.
  budgets: [
    { windowMs: 60_000, weight: 2_400, reserve: 400, usedHeader: 'x-mbx-used-weight-1m' },
    {
      endpoints: ['order-create', 'algo-create'],
      windowMs: 10_000,
      weight: 300,
      reserve: 60,
      usedHeader: 'x-mbx-order-count-10s',
    },
    {
      endpoints: ['order-create', 'algo-create'],
      windowMs: 60_000,
      weight: 1_200,
      reserve: 200,
      usedHeader: 'x-mbx-order-count-1m',
    },
  ],
  signingWindowMs: SIGNING_WINDOW_MS,
  create: (context) => new BinancePerpAdapter(context),
};
