import type { Product } from '#shared/domain/ids';
import type { Budget, OrderProtocol } from '../../orders/adapter.ts';
import { OkxOrders } from './adapter.ts';
import { okxCapabilities } from './capabilities.ts';
import { SIGNING_WINDOW_MS } from './findings.ts';
import { okxHosts } from './hosts.ts';
import { okxVerdict } from './verdict.ts';

const per2s = (endpoints: readonly string[], weight: number, reserve = 0): Budget => ({
  endpoints,
  windowMs: 2_000,
  weight,
  reserve,
});

/**
 * What the venue allows a user, where it counts by instrument as if there were one only; what it counts by user alone is
 * halved, because spot and swaps of an account are two callers. https://www.okx.com/docs-v5/en/#overview-rate-limits
 */
const BUDGETS: readonly Budget[] = [
  per2s(['order-create'], 60, 20),
  per2s(['order-cancel'], 60),
  per2s(['orders-cancel'], 300),
  per2s(['algo-create'], 20, 6),
  per2s(['algo-cancel'], 20),
  per2s(['order-read'], 60),
  per2s(['orders-open'], 30, 6),
  per2s(['orders-history'], 20, 4),
  per2s(['orders-archive'], 10, 2),
  per2s(['fills'], 30, 6),
  per2s(['fills-history'], 5, 1),
  per2s(['algo-read'], 10),
  per2s(['algos-open'], 10, 2),
  per2s(['algos-history'], 10, 2),
  per2s(['config', 'fees'], 2),
  per2s(['balance'], 5),
  per2s(['positions'], 5),
  per2s(['instruments', 'leverage', 'leverage-set'], 10),
  // "1 request per second", by user and tag.
  { endpoints: ['dead-man'], windowMs: 1_100, weight: 1, reserve: 0 },
];

/** OKX spot. */
export const OKX_SPOT_ORDERS: OrderProtocol = okx('spot');

/** OKX linear swaps. */
export const OKX_PERP_ORDERS: OrderProtocol = okx('perp');

function okx(product: Product): OrderProtocol {
  return {
    feed: product === 'spot' ? 'okx:spot' : 'okx:perp',
    keyKind: 'okx',
    capabilities: okxCapabilities(product),
    client: 'okx',
    hosts: okxHosts,
    verdict: okxVerdict,
    budgets: BUDGETS,
    signingWindowMs: SIGNING_WINDOW_MS,
    create: (context) => new OkxOrders(product, context),
  };
}
