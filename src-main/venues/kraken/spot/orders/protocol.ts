import type { OrderProtocol } from '../../../orders/adapter.ts';
import { KrakenSpotAdapter, MOST_SKEW_MS } from './adapter.ts';
import { KRAKEN_SPOT_CAPABILITIES } from './capabilities.ts';
import { krakenSpotVerdict } from './verdict.ts';

/** Calls that the counter of the key counts; orders and single cancels are the trading engine's. */
const COUNTED = [
  'cancel-all',
  'dead-man',
  'open-orders',
  'closed-orders',
  'order-query',
  'trades-history',
  'balances',
  'fees',
  'key-info',
  'socket-token',
];

/** Orders on Kraken spot. https://docs.kraken.com/exchange/guides/rest/introduction */
export const KRAKEN_SPOT_ORDERS: OrderProtocol = {
  feed: 'kraken:spot',
  keyKind: 'kraken',
  capabilities: KRAKEN_SPOT_CAPABILITIES,
  client: 'kraken',
  hosts: (entity) => (entity === 'global' ? ['api.kraken.com', 'ws-auth.kraken.com'] : undefined),
  verdict: krakenSpotVerdict,
  budgets: [
    // The lowest tier: at most 15, falling by one in three seconds. https://docs.kraken.com/exchange/guides/rest/ratelimits
    { endpoints: COUNTED, windowMs: 45_000, weight: 15, reserve: 3 },
    // The trading engine counts by pair and tier (60, 125 or 180) and refuses what is too much, definitely: this only ends
    // a run that nobody meant. https://docs.kraken.com/exchange/guides/general/ratelimits
    { endpoints: ['order-create'], windowMs: 60_000, weight: 180, reserve: 40 },
  ],
  signingWindowMs: MOST_SKEW_MS,
  create: (context) => new KrakenSpotAdapter(context),
};
