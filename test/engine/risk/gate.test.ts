import { describe, expect, it } from 'vitest';
import { paperCapabilities } from '#main/paper/venue-rules';
import { type AccountTerms, BUILT_IN_TERMS } from '#shared/domain/account-terms';
import type { OrderIntent } from '#shared/domain/order';
import { decimal } from '#shared/money/decimal';
import { announcedWait } from '#support/fake-market';
import { openDeal } from '#support/fake-portfolio';
import { bitcoin, PlanningRig, RIG_START_MS } from '#support/planning-rig';

function standing(): PlanningRig {
  const rig = new PlanningRig();
  rig.portfolio.deals.push(openDeal({ dealId: 'd1', buy: rig.binance.id, sell: rig.kraken.id }));
  return rig;
}

const entry: OrderIntent = {
  clientOrderId: 'd1-0',
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

const refused = (rig: PlanningRig, intent: OrderIntent): string => {
  const answer = rig.gate.approve(intent);
  return answer.ok ? 'approved' : answer.error.reason;
};

const stated = (changes: Partial<AccountTerms>): AccountTerms => ({ ...BUILT_IN_TERMS, label: 'Mine', ...changes });

const WAIT = announcedWait('binance:spot', RIG_START_MS + 300_000);

/** Everything that stops an entry and must not stop an order that reduces risk. */
const STOPS: readonly (readonly [string, string, (rig: PlanningRig) => unknown])[] = [
  ['halted', 'KS-1', (rig) => rig.kill.engage('flatten', 'window', 'test')],
  ['not-armed', 'AU-1', (rig) => (rig.auto = 'stopped')],
  ['halted', 'AU-1', (rig) => (rig.auto = 'paused')],
  ['breaker-open', 'CB-2', (rig) => rig.breakers.trip('global', 'turnover', 'test')],
  ['breaker-open', 'CB-2', (rig) => rig.breakers.trip('binance', 'reject-streak', 'test')],
  ['venue-disabled', 'RO-5', (rig) => rig.market.disabled.add('binance')],
  ['account-blocked', 'AC-1', (rig) => (rig.unfit = 'The key was revoked.')],
  ['venue-status', 'MD-8', (rig) => rig.market.list({ ...rig.binance, status: 'post-only' })],
  ['venue-status', 'MD-8', (rig) => rig.market.maintenance.set('binance:spot', WAIT)],
  [
    'stale-quote',
    'MD-2',
    (rig) => rig.market.stale.set(rig.binance.id, { fresh: false, cause: 'not-heard', detail: 'silent for 2 s' }),
  ],
  ['venue-unhealthy', 'VH-2', (rig) => rig.vetoes.add('binance')],
  ['order-rate', 'RK-3', (rig) => Array.from({ length: 60 }, () => rig.orderRate.record('binance'))],
  ['implausible-edge', 'RK-3', (rig) => rig.market.mids.set('BTC', '50600')],
  ['telemetry-incomplete', 'FCL', (rig) => rig.market.mids.delete('BTC')],
  ['telemetry-incomplete', 'RK-3', (rig) => (rig.portfolio.equity = undefined)],
  ['telemetry-incomplete', 'RK-1', (rig) => rig.portfolio.deals.splice(0)],
  ['drawdown-stop', 'RK-3', (rig) => (rig.portfolio.todayPct = '3.1')],
  ['daily-stop', 'PL-4', (rig) => rig.portfolio.results.set('default', '-2001')],
  [
    'budget-venue',
    'RK-2',
    (rig) => {
      rig.limit('strategyBudgetPct', '100');
      const notionalUsd = decimal('24800');
      rig.portfolio.deals.push(openDeal({ dealId: 'd2', venues: ['binance', 'okx'], notionalUsd }));
    },
  ],
  ['latency-risk', 'EX-4', (rig) => rig.clock.advanceBy(1000)],
  ['venue-disabled', 'RO-1', (rig) => rig.terms.set('binance', stated({ routing: false }))],
  ['venue-disabled', 'RO-1', (rig) => rig.terms.set('kraken', stated({ routing: false }))],
  ['venue-disabled', 'RO-1', (rig) => rig.terms.set('kraken', stated({ products: ['perp'] }))],
  [
    'budget-venue',
    'RK-3',
    (rig) => {
      // 50 USD of 100,000 USD.
      rig.terms.set('kraken', stated({ riskPerTradePct: decimal('0.05') }));
      const [deal] = rig.portfolio.deals.splice(0);
      if (deal !== undefined) rig.portfolio.deals.push({ ...deal, worstLossUsd: decimal('50.01') });
    },
  ],
  [
    'exposure-cap',
    'RK-3',
    (rig) => {
      rig.limit('riskPerTradePct', '0.05');
      const [deal] = rig.portfolio.deals.splice(0);
      if (deal !== undefined) rig.portfolio.deals.push({ ...deal, worstLossUsd: decimal('50.01') });
    },
  ],
  [
    'max-concurrent',
    'RO-1',
    (rig) => {
      rig.terms.set('kraken', stated({ maxConcurrent: 1 }));
      rig.portfolio.deals.push(openDeal({ dealId: 'd2', venues: ['okx', 'kraken'] }));
    },
  ],
];

describe('Gate', () => {
  it('[RK-1] approves an entry that passes every gate, unchanged', () => {
    const answer = standing().gate.approve(entry);
    expect(answer).toEqual({ ok: true, value: entry });
  });

  it.each(STOPS)('[RK-1] an entry is stopped by %s (%s), a hedge and an unwind are not', (reason, _rule, stop) => {
    const rig = standing();
    stop(rig);
    expect(refused(rig, entry)).toBe(reason);
    for (const purpose of ['hedge', 'unwind', 'flatten'] as const) {
      expect(refused(rig, { ...entry, purpose })).toBe('approved');
    }
  });

  it.each([
    ['unsupported-order', { price: '50000.05' }],
    ['unsupported-order', { quantity: '0.01005' }],
    ['lot-too-small', { quantity: '0.0001', price: '49900' }],
    ['unsupported-order', { clientOrderId: 'UPPER' }],
    ['unsupported-order', { quantity: 'much' }],
    ['unsupported-order', { venue: 'kraken' as const }],
    ['telemetry-incomplete', { listing: 'binance:spot|BTC-EUR' as const }],
  ])('[RK-1] the venue’s own rules bind every order: %s for %o', (reason, changes) => {
    const rig = standing();
    for (const purpose of ['entry', 'hedge', 'unwind', 'flatten'] as const) {
      expect(refused(rig, { ...entry, purpose, ...changes })).toBe(reason);
    }
  });

  it('[RK-3] an entry larger than the largest deal is refused with the cap named', () => {
    const rig = standing();
    const answer = rig.gate.approve({ ...entry, quantity: '0.1001' });
    expect(answer).toMatchObject({ ok: false, error: { reason: 'exposure-cap' } });
    expect(answer.ok ? '' : answer.error.detail).toContain('5000.00 of 5000.00 USD');
    expect(refused(rig, { ...entry, quantity: '0.1' })).toBe('approved');
  });

  it('[RK-1] the deal’s own notional does not count against its entry', () => {
    const rig = new PlanningRig();
    const notionalUsd = decimal('20000');
    rig.portfolio.deals.push(openDeal({ dealId: 'd1', buy: rig.binance.id, sell: rig.kraken.id, notionalUsd }));
    expect(refused(rig, entry)).toBe('approved');
    expect(refused(rig, { ...entry, dealId: 'd2' })).toBe('telemetry-incomplete');
  });

  it('[RO-6] a resting entry needs a bounded lifetime', () => {
    const rig = standing();
    expect(refused(rig, { ...entry, kind: 'post-only' })).toBe('unsupported-order');
    expect(refused(rig, { ...entry, kind: 'post-only', expiresAtMs: RIG_START_MS + 20_000 })).toBe('approved');
  });

  it('[EX-8] a rescue price is brought inside the venue’s band; an entry outside it is refused', () => {
    const rig = standing();
    rig.market.list(bitcoin('binance', 'USD', { priceBand: { below: '0.001', above: '0.001' } }));
    const hedge = rig.gate.approve({ ...entry, purpose: 'hedge', price: '50400' });
    expect(hedge).toMatchObject({ ok: true, value: { price: '50049.9', quantity: '0.01' } });
    expect(refused(rig, { ...entry, price: '50400' })).toBe('unsupported-order');
  });

  it('[AC-2] the engine never crosses itself, on one book under two names either', () => {
    const rig = standing();
    const dollar = bitcoin('coinbase', 'USDC', { bookId: rig.coinbase.id });
    rig.market.list(dollar);
    rig.market.rates.set('USD>USDC', { rate: '1', mid: '1' });
    const resting = {
      clientOrderId: 'd0-0',
      dealId: 'd0',
      account: 'paper',
      venue: 'coinbase' as const,
      listing: dollar.id,
      side: 'sell' as const,
      purpose: 'entry' as const,
      price: decimal('50030'),
      remaining: decimal('0.01'),
    };
    rig.working = [resting];
    const hedge: OrderIntent = { ...entry, purpose: 'hedge', venue: 'coinbase', listing: rig.coinbase.id };
    expect(refused(rig, { ...hedge, price: '50029.9' })).toBe('approved');
    expect(refused(rig, { ...hedge, price: '50030' })).toBe('conflicting-position');
    rig.working = [{ ...resting, account: 'other' }];
    expect(refused(rig, { ...hedge, price: '50030' })).toBe('approved');
  });
});

describe('[EX-14] a resting entry', () => {
  const resting: OrderIntent = { ...entry, kind: 'post-only', price: '49990', expiresAtMs: RIG_START_MS + 20_000 };
  const deadMan = { scope: 'account', cancelsStops: true, minS: 10, maxS: 120, renewEveryS: 20 } as const;

  it.each([
    ['ends by itself', true, null],
    ['is ended by a dead-man', false, deadMan],
  ])('is allowed where it %s', (_name, venueExpiry, guard) => {
    const rig = standing();
    rig.capabilities = { ...paperCapabilities('binance'), venueExpiry, deadMan: guard };
    expect(refused(rig, resting)).toBe('approved');
  });

  it('is refused where nothing would end it; a taking one is not, and neither is one that reduces risk', () => {
    const rig = standing();
    rig.capabilities = { ...paperCapabilities('binance'), venueExpiry: false, deadMan: null };
    expect(refused(rig, resting)).toBe('unsupported-order');
    expect(refused(rig, entry)).toBe('approved');
    expect(refused(rig, { ...resting, purpose: 'unwind' })).toBe('approved');
  });
});
