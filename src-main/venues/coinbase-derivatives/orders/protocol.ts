import type { OrderProtocol } from '../../orders/adapter.ts';
import { GatewayAdapter } from './adapter.ts';
import { COINBASE_PERP_CAPABILITIES } from './capabilities.ts';
import { gatewaySigner } from './signer.ts';
import { gatewayVerdict } from './verdict.ts';

const MATCHED = ['order-create', 'order-cancel'];

/** Orders on Coinbase's Global Derivatives gateway. https://docs.cdp.coinbase.com/api-reference/coinbase-deribit-app-api */
export const COINBASE_PERP_ORDERS: OrderProtocol = {
  feed: 'coinbase:perp',
  keyKind: 'coinbase',
  capabilities: COINBASE_PERP_CAPABILITIES,
  client: null,
  signer: gatewaySigner,
  hosts: (entity) => (entity === 'global' ? ['drb.coinbase.com', 'api.coinbase.com'] : undefined),
  verdict: gatewayVerdict,
  // Credits of the lowest tier: 5 a second up to 20 for the matching engine, 20 a second up to 100 for the rest. Who uses
  // them up is disconnected. Orders over the trading socket have a share of their own. https://docs.deribit.com/articles/rate-limits
  budgets: [
    { endpoints: MATCHED, windowMs: 4_000, weight: 12, reserve: 6 },
    { windowMs: 1_000, weight: 18, reserve: 6 },
  ],
  signingWindowMs: 60_000,
  create: (context) => new GatewayAdapter(context),
};
