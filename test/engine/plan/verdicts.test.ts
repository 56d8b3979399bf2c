import { describe, expect, it } from 'vitest';
import { candidateSchema } from '#shared/domain/plan';
import type { RejectReason } from '#shared/domain/reject';
import { decimal } from '#shared/money/decimal';
import { announcedWait } from '#support/fake-market';
import { openDeal } from '#support/fake-portfolio';
import { bitcoin, book, PlanningRig } from '#support/planning-rig';

/** What makes a rig that would plan refuse, for each reason this planner gives. */
const BREAKS: readonly (readonly [RejectReason, string, (rig: PlanningRig) => unknown])[] = [
  ['venue-disabled', 'RO-5', (rig) => rig.market.disabled.add('kraken')],
  ['venue-status', 'MD-8', (rig) => rig.market.list({ ...rig.binance, status: 'cancel-only' })],
  ['venue-status', 'MD-8', (rig) => rig.market.delist(rig.kraken.id)],
  ['venue-status', 'MD-8', (rig) => rig.market.maintenance.set('kraken:spot', announcedWait('kraken:spot', 0))],
  [
    'stale-quote',
    'MD-2',
    (rig) => rig.market.stale.set(rig.kraken.id, { fresh: false, cause: 'not-heard', detail: 'silent for 2 s' }),
  ],
  ['implausible-edge', 'ID-6', (rig) => rig.market.quote(rig.kraken.id, ...book('51500.0', '51500.1'))],
  ['implausible-edge', 'RK-3', (rig) => rig.market.mids.set('BTC', '50600')],
  ['telemetry-incomplete', 'FCL', (rig) => rig.market.mids.delete('BTC')],
  ['telemetry-incomplete', 'FCL', (rig) => (rig.market.volatility = Number.NaN)],
  ['telemetry-incomplete', 'FCL', (rig) => rig.market.latencies.set(rig.kraken.id, Number.NaN)],
  ['telemetry-incomplete', 'FCL', (rig) => rig.scores.set('kraken', Number.NaN)],
  ['telemetry-incomplete', 'RK-3', (rig) => (rig.portfolio.equity = undefined)],
  ['telemetry-incomplete', 'RK-3', (rig) => (rig.portfolio.revaluationPct = undefined)],
  ['venue-unhealthy', 'VH-2', (rig) => rig.vetoes.add('binance')],
  ['breaker-open', 'CB-2', (rig) => rig.breakers.trip('kraken', 'reject-streak', '5 orders rejected in a row')],
  ['breaker-open', 'CB-2', (rig) => rig.breakers.trip('global', 'turnover', '11 times equity')],
  ['fees-kill', 'CO-1', (rig) => rig.market.list({ ...rig.binance, takerFeeBps: '11', makerFeeBps: '11' })],
  [
    'slippage-kill',
    'RK-3',
    (rig) => {
      rig.market.list({ ...rig.binance, minQuantity: '1' }, { ...rig.kraken, minQuantity: '1' });
      rig.market.quote(
        rig.binance.id,
        [
          ['49999.9', '0.01'],
          ['49900', '5'],
        ],
        [
          ['50000', '0.01'],
          ['50046', '5'],
        ],
      );
      rig.market.quote(
        rig.kraken.id,
        [
          ['50050', '0.01'],
          ['50004', '5'],
        ],
        [['50050.1', '5']],
      );
    },
  ],
  ['latency-risk', 'CO-1', (rig) => (rig.market.volatility = 60)],
  ['below-min-edge', 'CO-2', (rig) => rig.market.quote(rig.kraken.id, ...book('50021.0', '50021.1'))],
  [
    'insufficient-depth',
    'SD-2',
    (rig) => {
      rig.market.quote(rig.binance.id, [['49999.9', '0.00001']], [['50000', '0.00001']]);
      rig.market.quote(rig.kraken.id, [['50050', '0.00001']], [['50050.1', '0.00001']]);
    },
  ],
  ['lot-too-small', 'SD-2', (rig) => thinEdge(rig)],
  ['no-inventory', 'IN-1', (rig) => rig.portfolio.hold('kraken', 'BTC', '0')],
  ['no-inventory', 'IN-1', (rig) => rig.portfolio.hold('binance', 'USD', '1')],
  ['budget-venue', 'RK-2', (rig) => rig.portfolio.deals.push(other(rig, '19999', ['kraken', 'okx'], '25000'))],
  ['budget-global', 'RK-2', (rig) => wideBudgets(rig)],
  ['exposure-cap', 'RK-3', (rig) => rig.portfolio.deals.push(other(rig, '20000', ['okx', 'coinbase']))],
  ['exposure-cap', 'RK-3', (rig) => (rig.portfolio.residues = '251')],
  ['exposure-cap', 'EX-8', (rig) => (rig.portfolio.unhedged = '150')],
  ['turnover', 'RK-3', (rig) => (rig.portfolio.turnover = '1000000')],
  ['order-rate', 'RK-3', (rig) => repeat(60, () => rig.orderRate.record('binance'))],
  ['cooldown', 'PL-4', (rig) => rig.pacing.dealClosed(rig.profile, 'BTC', true)],
  ['max-concurrent', 'PL-4', (rig) => repeat(3, () => rig.pacing.dealOpened('default'))],
  [
    'max-concurrent',
    'PL-1',
    (rig) => rig.portfolio.deals.push(openDeal({ dealId: 'd1', buy: rig.binance.id, sell: rig.kraken.id })),
  ],
  [
    'conflicting-position',
    'EX-10',
    (rig) => rig.portfolio.deals.push(openDeal({ dealId: 'd1', buy: rig.okx.id, sell: rig.binance.id })),
  ],
  ['conflicting-position', 'ID-3', (rig) => rig.market.list({ ...rig.kraken, bookId: rig.binance.id })],
  ['daily-stop', 'PL-4', (rig) => rig.portfolio.results.set('default', '-2000')],
  ['daily-stop', 'RK-3', (rig) => rig.portfolio.results.set('all', '-400')],
  ['drawdown-stop', 'RK-3', (rig) => (rig.portfolio.todayPct = '3')],
  ['drawdown-stop', 'RK-3', (rig) => (rig.portfolio.peakPct = '8')],
  ['drawdown-stop', 'RK-3', (rig) => (rig.portfolio.revaluationPct = '15')],
  ['unsupported-order', 'AC-2', (rig) => (rig.capabilities = undefined)],
  ['unsupported-order', 'SD-1', (rig) => rig.market.list({ ...rig.kraken, product: 'perp' })],
  ['no-protective-exit', 'EX-9', (rig) => onlyKinds(rig, ['post-only'])],
  ['no-protective-exit', 'EX-9', (rig) => narrowBands(rig)],
  ['not-armed', 'AU-1', (rig) => (rig.auto = 'stopped')],
  ['halted', 'AU-1', (rig) => (rig.auto = 'paused')],
  ['halted', 'KS-1', (rig) => rig.kill.engage('stop-entries', 'window', 'test')],
];

describe('Planner', () => {
  it('[PL-1] a divergence that pays gets a plan', () => {
    const rig = new PlanningRig();
    const judged = rig.judge();
    expect(judged.candidate.verdict).toEqual({ kind: 'plan', planId: 'plan-1' });
    expect(judged.plan?.id).toBe('plan-1');
    expect(candidateSchema.safeParse(judged.candidate).success).toBe(true);
  });

  it.each(BREAKS)('[PL-2] %s (%s)', (reason, _rule, spoil) => {
    const rig = new PlanningRig();
    spoil(rig);
    const judged = rig.judge();
    expect(judged.candidate.verdict).toMatchObject({ kind: 'reject', reason });
    expect(judged.plan).toBeUndefined();
    expect(judged.changed).toBe(true);
    expect(candidateSchema.safeParse(judged.candidate).success).toBe(true);
    if (judged.candidate.verdict.kind === 'reject') expect(judged.candidate.verdict.detail).toMatch(/^[^ ].{8,}[.)]$/);
  });

  it('[SD-3] a flicker is not traded', () => {
    const rig = new PlanningRig();
    expect(rig.verdict(49)).toBe('divergence-too-young');
  });

  it('[SD-3] an old divergence may be rested for but not taken', () => {
    const rig = new PlanningRig();
    expect(rig.judge(4001).plan?.makerTaker.chosen).toBe('maker');
    const taking = new PlanningRig();
    onlyKinds(taking, ['ioc']);
    expect(taking.verdict(4000)).toBe('plan');
    taking.planner.ended(taking.divergence().key);
    expect(taking.verdict(4001)).toBe('divergence-too-old');
  });

  it('[SD-3] a replay states how ages are judged on bars', () => {
    const rig = new PlanningRig({ ages: { minimumFactor: 0, maximumFactor: 100, recheckMs: 250 } });
    onlyKinds(rig, ['ioc']);
    expect(rig.verdict(0)).toBe('plan');
    rig.planner.ended(rig.divergence().key);
    expect(rig.verdict(400_000)).toBe('plan');
    rig.planner.ended(rig.divergence().key);
    expect(rig.verdict(400_001)).toBe('divergence-too-old');
  });

  it.each([
    ['stale-conversion', 'stale-conversion'],
    ['depeg', 'depeg'],
  ] as const)('[ID-3] %s without a usable stablecoin book', (problem, reason) => {
    const rig = acrossCurrencies();
    rig.market.rates.set('USDT>USD', problem);
    expect(rig.verdict()).toBe(reason);
  });

  it('[ID-3] carried currency has a cap, and less is carried than it leaves', () => {
    const rig = acrossCurrencies();
    const free = rig.judge().candidate;
    expect(free.verdict.kind).toBe('plan');
    rig.planner.ended(rig.divergence().key);
    rig.portfolio.carried.set('USD', '14000');
    const tight = rig.judge();
    expect(Number(tight.plan?.notionalUsd)).toBeLessThan(1000);
    expect(tight.plan?.conversion).toMatchObject({ handling: 'carried', from: 'USD', to: 'USDT' });
    rig.planner.ended(rig.divergence().key);
    rig.portfolio.carried.set('USD', '15000');
    expect(rig.verdict()).toBe('exposure-cap');
  });

  it('[CO-1] conversion is priced at the executable rate against mid', () => {
    const rig = acrossCurrencies();
    rig.market.rates.set('USD>USDT', { rate: '0.9998', mid: '1' });
    const bps = rig.judge().candidate.waterfall?.parts.find((row) => row.part === 'conversion')?.bps;
    expect(Number(bps)).toBeCloseTo(-2, 1);
  });

  it('[PL-1] the market’s reasons come before ours, so that a stopped engine still says what it would do', () => {
    const rig = new PlanningRig();
    rig.auto = 'stopped';
    rig.kill.engage('flatten', 'window', 'test');
    rig.portfolio.todayPct = '5';
    rig.market.quote(rig.kraken.id, ...book('50021.0', '50021.1'));
    expect(rig.verdict()).toBe('below-min-edge');
    rig.market.quote(rig.kraken.id, ...book('50050.0', '50050.1'));
    expect(rig.verdict()).toBe('drawdown-stop');
    rig.portfolio.todayPct = '0';
    rig.clock.advanceBy(250);
    expect(rig.verdict()).toBe('halted');
    rig.kill.rearm('trader');
    rig.clock.advanceBy(250);
    const { candidate } = rig.judge();
    expect(candidate.verdict).toMatchObject({ reason: 'not-armed' });
    expect(candidate.waterfall).not.toBeNull();
    expect(candidate.alternates.length).toBeGreaterThan(0);
  });
});

describe('verdicts over time', () => {
  it('[PL-1] a verdict is recorded when it changes; meanwhile it is only counted', () => {
    const rig = new PlanningRig();
    rig.market.quote(rig.kraken.id, ...book('50021.0', '50021.1'));
    const first = rig.judge();
    rig.market.quote(rig.kraken.id, ...book('50021.5', '50021.6'));
    const second = rig.judge();
    expect([first.changed, second.changed]).toEqual([true, false]);
    expect(second.candidate).toBe(first.candidate);
    expect(rig.planner.takeCounts('default')).toEqual({ judged: 2, plans: 0, rejects: { 'below-min-edge': 1 } });
    expect(rig.planner.takeCounts('default')).toEqual({ judged: 0, plans: 0, rejects: {} });
    rig.market.quote(rig.kraken.id, ...book('50050.0', '50050.1'));
    expect(rig.judge()).toMatchObject({ changed: true, plan: { id: 'plan-1' } });
  });

  it('[PL-1] a plan is made once, and not again before a recheck', () => {
    const rig = new PlanningRig();
    expect(rig.judge().plan?.id).toBe('plan-1');
    const again = rig.judge();
    expect(again.plan).toBeUndefined();
    expect(again.changed).toBe(false);
    expect(again.recheckInMs).toBe(250);
    rig.clock.advanceBy(250);
    expect(rig.judge().plan?.id).toBe('plan-2');
  });

  it('[SD-3] says when a divergence that is too young is to be judged again', () => {
    const rig = new PlanningRig();
    const divergence = rig.divergence(0);
    expect(rig.planner.judge(divergence, rig.profile).recheckInMs).toBe(50);
    rig.clock.advanceBy(50);
    expect(rig.planner.judge(divergence, rig.profile).plan?.id).toBe('plan-1');
  });

  it('[FCL] what was missing is looked at again, though the edge seems the same', () => {
    const rig = new PlanningRig();
    rig.market.quote(rig.kraken.id, ...book('50021.0', '50021.1'));
    rig.market.mids.delete('BTC');
    expect(rig.judge()).toMatchObject({ recheckInMs: 250, candidate: { verdict: { reason: 'telemetry-incomplete' } } });
    rig.market.mids.set('BTC', '50010');
    expect(rig.verdict()).toBe('telemetry-incomplete');
    rig.clock.advanceBy(250);
    expect(rig.verdict()).toBe('below-min-edge');
    expect(rig.judge().recheckInMs).toBeUndefined();
  });

  it('[PL-4] profiles are judged apart', () => {
    const rig = new PlanningRig();
    const other = { ...rig.profile, id: 'other' };
    rig.pacing.dealOpened('default');
    rig.pacing.dealOpened('default');
    rig.pacing.dealOpened('default');
    expect(rig.verdict()).toBe('max-concurrent');
    expect(rig.planner.judge(rig.divergence(), other).candidate.verdict.kind).toBe('plan');
    rig.planner.beginCycle('default', 7);
    rig.clock.advanceBy(250);
    expect(rig.judge().candidate).toMatchObject({ cycle: 7, verdict: { kind: 'plan' } });
  });

  it('[ID-6] an implausible edge that is no flicker sets the pair aside, both ways, until it is lifted', () => {
    const rig = new PlanningRig();
    const wild = { ...rig.divergence(10), grossBps: 250 };
    expect(rig.planner.judge(wild, rig.profile).candidate.verdict).toMatchObject({ reason: 'implausible-edge' });
    expect(rig.quarantineRows).toEqual([]);
    rig.planner.ended(wild.key);
    rig.planner.judge({ ...rig.divergence(60), grossBps: 250 }, rig.profile);
    expect(rig.quarantineRows).toMatchObject([{ pair: `${rig.binance.id}~${rig.kraken.id}`, lifted: false }]);
    expect(rig.verdict()).toBe('implausible-edge');
    const back = rig.divergence(60, rig.kraken, rig.binance);
    expect(rig.planner.judge(back, rig.profile).candidate.verdict).toMatchObject({ reason: 'implausible-edge' });
    expect(rig.quarantine.lift(`${rig.binance.id}~${rig.kraken.id}`)).toBe(true);
    expect(rig.verdict()).toBe('plan');
  });
});

function repeat(times: number, run: () => void): void {
  for (let index = 0; index < times; index += 1) run();
}

/** An open deal elsewhere that uses up a cap. */
function other(rig: PlanningRig, usd: string, venues: readonly ['kraken' | 'okx', 'okx' | 'coinbase'], dealCap = '') {
  if (dealCap !== '') rig.limit('strategyBudgetPct', '100');
  if (dealCap !== '') rig.limit('crossVenueExposurePct', '100');
  return openDeal({
    dealId: 'd9',
    base: 'ETH',
    venues,
    notionalUsd: decimal(dealCap === '' ? usd : dealCap),
  });
}

function wideBudgets(rig: PlanningRig): void {
  rig.limit('strategyBudgetPct', '100');
  rig.settings = { ...rig.settings, budgetMode: 'unified' };
  rig.portfolio.deals.push(openDeal({ dealId: 'd9', base: 'ETH', notionalUsd: decimal('30000') }));
}

/** The best level pays and holds less than a lot; the next one does not pay. */
function thinEdge(rig: PlanningRig): void {
  rig.limit('maxSlippageBps', '50');
  rig.market.quote(
    rig.binance.id,
    [['49999.9', '1']],
    [
      ['50000', '0.00019'],
      ['50048', '5'],
    ],
  );
  rig.market.quote(
    rig.kraken.id,
    [
      ['50050', '0.00019'],
      ['50002', '5'],
    ],
    [['50050.1', '1']],
  );
}

function onlyKinds(rig: PlanningRig, orderKinds: ('post-only' | 'ioc')[]): void {
  if (rig.capabilities !== undefined) rig.capabilities = { ...rig.capabilities, orderKinds };
}

/** Bands so narrow that the touch itself is outside them. */
function narrowBands(rig: PlanningRig): void {
  const priceBand = { below: '0.00001', above: '0.00001' };
  for (const listing of [rig.binance, rig.kraken]) {
    const touch = rig.market.snapshot(listing.id);
    const [low, high] = [Number(touch?.bid) - 2, Number(touch?.ask) + 2];
    rig.market.list({ ...listing, priceBand });
    if (listing === rig.binance) rig.market.quote(listing.id, ...book(low.toFixed(1), touch?.ask ?? ''));
    else rig.market.quote(listing.id, ...book(touch?.bid ?? '', high.toFixed(1)));
  }
}

/** Buying in USDT on Binance, selling in USD on Kraken, at par. */
function acrossCurrencies(): PlanningRig {
  const rig = new PlanningRig();
  const tether = bitcoin('binance', 'USDT');
  rig.market.list(tether);
  rig.market.quote(tether.id, ...book('49999.9', '50000.0'));
  rig.portfolio.hold('binance', 'USDT', '100000');
  for (const pair of ['USD>USDT', 'USDT>USD']) rig.market.rates.set(pair, { rate: '1', mid: '1' });
  const plain = rig.divergence.bind(rig);
  rig.divergence = (ageMs = 500) => plain(ageMs, tether, rig.kraken);
  return rig;
}
