import type { OrderProtocol } from '../../../orders/adapter.ts';
import { hostsAt } from '../../../test-networks.ts';
import { KrakenFuturesAdapter, MOST_SKEW_MS } from './adapter.ts';
import { HISTORY } from './calls.ts';
import { KRAKEN_PERP_CAPABILITIES } from './capabilities.ts';
import { krakenFuturesVerdict } from './verdict.ts';

const CALLS = [
  'order-create',
  'order-cancel',
  'cancel-all',
  'dead-man',
  'open-orders',
  'order-status',
  'fills',
  'accounts',
  'positions',
  'leverage',
  'leverage-set',
  'self-trade',
];

/** Orders on Kraken Futures. https://docs.kraken.com/exchange/api-reference/futures-rest */
export const KRAKEN_PERP_ORDERS: OrderProtocol = {
  feed: 'kraken:perp',
  keyKind: 'kraken-futures',
  capabilities: KRAKEN_PERP_CAPABILITIES,
  client: 'krakenfutures',
  hosts: (entity) => hostsAt('kraken', entity, ['futures.kraken.com']),
  verdict: krakenFuturesVerdict,
  // https://docs.kraken.com/api/docs/guides/futures-rate-limits
  budgets: [
    { endpoints: CALLS, windowMs: 10_000, weight: 490, reserve: 150 },
    // A hundred in ten minutes. Readings leave half of it to the question what became of an order (EX-4).
    { endpoints: HISTORY, windowMs: 600_000, weight: 95, reserve: 48 },
  ],
  signingWindowMs: MOST_SKEW_MS,
  create: (context) => new KrakenFuturesAdapter(context),
};
