import { expect, test } from 'vitest';
import type { CertificationCheck } from '#shared/domain/certification';
import { FEEDS, type FeedId } from '#shared/domain/ids';
import type { OrderIntent } from '#shared/domain/order';
import { openDeal } from '#support/fake-portfolio';
import { PlanningRig, RIG_START_MS } from '#support/planning-rig';
import { notSupported, protocolOfOrders } from './order-rig.ts';

const ENTRY: OrderIntent = {
  clientOrderId: 'x00000000000000001',
  dealId: 'd1',
  leg: 0,
  account: 'paper',
  venue: 'binance',
  listing: 'binance:spot|BTC-USD',
  side: 'buy',
  kind: 'ioc',
  purpose: 'entry',
  quantity: '0.01',
  price: '50000',
  createBeforeMs: RIG_START_MS + 1000,
  expiresAtMs: null,
};
const PROTECTED: Partial<OrderIntent> = { side: 'sell', purpose: 'flatten', price: '50000' };

/** An order that would rely on what a check looks at. */
const RELIES: Partial<Record<CertificationCheck, Partial<OrderIntent>>> = {
  'reduce-only': { ...PROTECTED, reduceOnly: true },
  'resident-stop': { ...PROTECTED, kind: 'stop-loss', trigger: { price: '49000', by: 'last' } },
  // What rests without an end of its own needs something at the venue that ends it (EX-14).
  'dead-man': { kind: 'post-only', price: '49990' },
};

/** The gate with the capabilities of a feed. */
function verdict(feed: FeedId, changes: Partial<OrderIntent>): string {
  const rig = new PlanningRig();
  rig.portfolio.deals.push(openDeal({ dealId: 'd1', buy: rig.binance.id, sell: rig.kraken.id }));
  rig.capabilities = protocolOfOrders(feed).capabilities;
  const answer = rig.gate.approve({ ...ENTRY, ...changes });
  return answer.ok ? 'approved' : answer.error.reason;
}

const rows = FEEDS.flatMap((feed) => notSupported(feed).map((check) => [feed, check] as const));

test.for(rows)('[EX-9] %s has no %s, and the gate lets no order rely on it', ([feed, check]) => {
  const changes = RELIES[check];
  if (changes === undefined) throw new Error(`nothing says what relies on ${check}`);
  expect(verdict(feed, ENTRY)).toBe('approved');
  expect(verdict(feed, changes)).toBe('unsupported-order');
});

test('[EX-9] where it is had, the gate lets the order through', () => {
  expect(verdict('okx:perp', RELIES['reduce-only'] ?? {})).toBe('approved');
  expect(verdict('okx:perp', RELIES['resident-stop'] ?? {})).toBe('approved');
  expect(verdict('okx:perp', { ...RELIES['dead-man'], expiresAtMs: RIG_START_MS + 20_000 })).toBe('approved');
});

test('[EX-9] a trigger that the venue cannot watch is refused', () => {
  const stop = { ...RELIES['resident-stop'], trigger: { price: '49000', by: 'mark' as const } };
  expect(verdict('binance:spot', RELIES['resident-stop'] ?? {})).toBe('approved');
  expect(verdict('binance:spot', stop)).toBe('unsupported-order');
});

test('[EX-14] nothing may rest where neither an expiry nor a dead-man would end it', () => {
  const bounded = { ...RELIES['dead-man'], expiresAtMs: RIG_START_MS + 20_000 };
  for (const feed of ['binance:spot', 'bybit:spot', 'bybit:perp'] as const) {
    expect(verdict(feed, bounded)).toBe('unsupported-order');
  }
  expect(verdict('coinbase:spot', bounded)).toBe('approved');
});
