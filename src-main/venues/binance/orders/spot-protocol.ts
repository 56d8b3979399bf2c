import type { OrderProtocol } from '../../orders/adapter.ts';
import { hostsAt } from '../../test-networks.ts';
import { SIGNING_WINDOW_MS } from './findings.ts';
import { HISTORY_DAYS } from './history.ts';
import { SPOT_NAMES } from './names.ts';
import { BinanceSpotAdapter } from './spot.ts';
import { binanceVerdict } from './verdict.ts';

const DOCS = 'https://developers.binance.com/docs/binance-spot-api-docs';

/** Binance spot. A stop or a list lies on the venue without a dead-man, and no order can carry its own end. */
export const BINANCE_SPOT_ORDERS: OrderProtocol = {
  feed: 'binance:spot',
  keyKind: 'binance',
  capabilities: {
    orderKinds: ['post-only', 'ioc', 'limit', 'fok', 'stop-loss', 'take-profit', 'oco'],
    clientOrderId: SPOT_NAMES,
    resolvesByClientId: true,
    createDeadline: true,
    venueExpiry: false,
    reduceOnly: false,
    stopTriggers: ['last'],
    deadMan: null,
    selfTradePrevention: true,
    fillStream: 'each',
    // "Order was canceled or expired with no executed qty over 90 days ago and has been archived."
    historyDays: HISTORY_DAYS.spot,
    sources: {
      orderKinds: `${DOCS}/rest-api/trading-endpoints#new-order-trade`,
      clientOrderId: `${DOCS}/rest-api/trading-endpoints#new-order-trade`,
      resolvesByClientId: `${DOCS}/rest-api/account-endpoints#query-order-user_data`,
      createDeadline: `${DOCS}/rest-api/request-security#timing-security`,
      venueExpiry: `${DOCS}/enums#time-in-force-timeinforce`,
      stopTriggers: `${DOCS}/rest-api/trading-endpoints#new-order-trade`,
      deadMan: `${DOCS}/rest-api/trading-endpoints`,
      selfTradePrevention: `${DOCS}/faqs/stp_faq`,
      fillStream: `${DOCS}/user-data-stream#order-update`,
      historyDays: `${DOCS}/errors#-2026-order_archived`,
    },
  },
  client: 'binance',
  hosts: (entity) => hostsAt('binance', entity, ['api.binance.com', 'ws-api.binance.com']),
  verdict: binanceVerdict,
  // The venue's own count is of the address, which market data uses too.
  budgets: [
    { windowMs: 60_000, weight: 6_000, reserve: 1_000, usedHeader: 'x-mbx-used-weight-1m' },
    {
      endpoints: ['order-create', 'oco-create'],
      windowMs: 10_000,
      weight: 100,
      reserve: 30,
      usedHeader: 'x-mbx-order-count-10s',
    },
    {
      endpoints: ['order-create', 'oco-create'],
      windowMs: 86_400_000,
      weight: 200_000,
      reserve: 5_000,
      usedHeader: 'x-mbx-order-count-1d',
    },
  ],
  signingWindowMs: SIGNING_WINDOW_MS,
  create: (context) => new BinanceSpotAdapter(context),
};
