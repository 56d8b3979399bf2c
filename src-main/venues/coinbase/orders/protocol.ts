import type { OrderProtocol } from '../../orders/adapter.ts';
import { CoinbaseSpotAdapter } from './adapter.ts';
import { COINBASE_SPOT_CAPABILITIES } from './capabilities.ts';
import { coinbaseVerdict } from './verdict.ts';

/** Orders on Advanced Trade spot. https://docs.cdp.coinbase.com/api-reference/advanced-trade-api */
export const COINBASE_SPOT_ORDERS: OrderProtocol = {
  feed: 'coinbase:spot',
  keyKind: 'coinbase',
  capabilities: COINBASE_SPOT_CAPABILITIES,
  client: 'coinbase',
  hosts: (entity) => (entity === 'global' ? ['api.coinbase.com', 'advanced-trade-ws-user.coinbase.com'] : undefined),
  verdict: coinbaseVerdict,
  // Thirty private requests a second for the user, other programs included.
  budgets: [{ windowMs: 1_000, weight: 24, reserve: 8 }],
  signingWindowMs: 60_000,
  create: (context) => new CoinbaseSpotAdapter(context),
};
