import { describe, expect, it } from 'vitest';
import type { Divergence } from '#engine/detect/divergence';
import { LifetimeStats } from '#engine/detect/lifetimes';
import { PairIdentity } from '#engine/plan/identity';
import { Planner } from '#engine/plan/planner';
import { Quarantine } from '#engine/plan/quarantine';
import { AccountRules } from '#engine/risk/account-rules';
import { Breakers } from '#engine/risk/breakers';
import { Exposure } from '#engine/risk/exposure';
import { KillSwitch } from '#engine/risk/kill-switch';
import { LimitValues } from '#engine/risk/limits';
import { OrderRate } from '#engine/risk/order-rate';
import { Pacing } from '#engine/risk/pacing';
import { Permission } from '#engine/risk/permission';
import { FillTimeStats } from '#engine/route/fill-times';
import { Router } from '#engine/route/router';
import { VenueScorer } from '#engine/route/scorer';
import { VenueChecks } from '#engine/route/venue-checks';
import { paperCapabilities } from '#main/paper/venue-rules';
import { BUILT_IN_TERMS } from '#shared/domain/account-terms';
import { planSchema } from '#shared/domain/plan';
import { decimal, ZERO } from '#shared/money/decimal';
import { DEFAULT_SETTINGS } from '#shared/settings/settings';
import { FakePortfolio } from '#support/fake-portfolio';
import { type Level, MarketRig, spot } from '#support/market-rig';

const fees = { makerFeeBps: '0', takerFeeBps: '2', priceTick: '0.1' };
const tether = spot('binance', 'BTC-USDT', fees);
const dollar = spot('kraken', 'BTC-USD', fees);
const third = spot('okx', 'BTC-USDT', fees);
const parity = spot('kraken', 'USDT-USD');

/** The planner as the engine wires it, over the market that feeds really write into. */
function wired() {
  const rig = new MarketRig();
  const { clock, market } = rig;
  const portfolio = new FakePortfolio();
  const settings = () => DEFAULT_SETTINGS;
  const limits = new LimitValues(settings);
  const health = { score: () => 0.9, vetoed: () => false };
  const breakers = new Breakers({ clock, limits, health, market, record: () => undefined });
  const orders = { working: () => [] };
  const kill = new KillSwitch({ clock, portfolio, orders, record: () => undefined, changed: () => undefined });
  const rules = new AccountRules({ terms: () => BUILT_IN_TERMS, portfolio });
  const checks = new VenueChecks({ market, health, breakers, rules });
  const planner = new Planner({
    clock,
    market,
    portfolio,
    health,
    settings,
    limits,
    breakers,
    router: new Router({
      market,
      scorer: new VenueScorer({ market, health, portfolio, checks }),
      settings,
      fillTimes: new FillTimeStats(),
      lifetimes: new LifetimeStats(() => limits.double('divergenceMinMs')),
    }),
    rules,
    exposure: new Exposure({ portfolio, limits, settings }),
    orderRate: new OrderRate({ clock, limits }),
    pacing: new Pacing({ clock, limits }),
    permission: new Permission({ auto: () => 'running', kill, breakers, broken: () => undefined }),
    quarantine: new Quarantine(() => undefined),
    identity: new PairIdentity(market, clock),
    unfit: () => undefined,
    capabilities: () => ({
      ...paperCapabilities('binance'),
      clientOrderId: { maxLength: 36, pattern: '^[a-z0-9-]+$' },
    }),
    nextPlanId: () => 'plan-1',
  });
  rig.connect(tether, dollar, third, parity);
  for (const { venue } of [tether, dollar, third]) {
    portfolio.hold(venue, 'BTC', '1');
    portfolio.hold(venue, 'USDT', '50000');
    portfolio.hold(venue, 'USD', '50000');
  }
  return { rig, planner };
}

const around = (mid: number): [Level[], Level[]] => {
  const steps = [0, 1, 2, 3, 4];
  return [
    steps.map((step) => [Number((mid - 0.5 - step * 0.1).toFixed(1)), 0.5]),
    steps.map((step) => [Number((mid + 0.5 + step * 0.1).toFixed(1)), 0.5]),
  ];
};

/** Quotes everything once a second for `seconds`, ending with Kraken `apart` above the others. */
function run({ rig }: ReturnType<typeof wired>, seconds: number, apart: number): void {
  for (let second = 0; second < seconds; second += 1) {
    rig.clock.advanceBy(1000);
    const mid = 50_000 + (second % 3);
    const last = second === seconds - 1;
    rig.quote(tether.id, ...around(last ? 50_000 : mid));
    rig.quote(third.id, ...around(last ? 50_000 : mid));
    rig.quote(dollar.id, ...around(last ? 50_000 + apart : mid));
    for (const { venue } of [tether, dollar, third]) rig.market.frame(`${venue}:spot`, 300, 5);
    rig.quote(parity.id, [[0.9999, 1_000_000]], [[1.0001, 1_000_000]]);
  }
}

const divergence = (rig: MarketRig, grossBps: number): Divergence => ({
  key: `${tether.id}>${dollar.id}`,
  base: 'BTC',
  buy: tether,
  sell: dollar,
  firstSeenMonoMs: rig.clock.monoMs() - 100,
  grossBps,
  lastSeenMonoMs: rig.clock.monoMs(),
});

describe('Planner over the real market', () => {
  it('[ID-3] [PL-3] plans across two dollar currencies through the stablecoin book, carried', () => {
    const whole = wired();
    run(whole, 12, 60);
    const { plan, candidate } = whole.planner.judge(divergence(whole.rig, 11), DEFAULT_SETTINGS.profiles[0] ?? never());
    expect(candidate.verdict).toEqual({ kind: 'plan', planId: 'plan-1' });
    expect(planSchema.safeParse(plan).success).toBe(true);
    expect(plan?.conversion).toMatchObject({ from: 'USD', to: 'USDT', handling: 'carried', through: [parity.id] });
    expect(Number(plan?.waterfall.parts.find((row) => row.part === 'conversion')?.bps)).toBeCloseTo(-1, 1);
    expect(plan?.inputs.map((quote) => quote.listing)).toEqual([tether.id, dollar.id, parity.id]);
    const sum = plan?.waterfall.parts.reduce((total, row) => total.plus(decimal(row.bps)), ZERO);
    expect(sum?.toFixed()).toBe(plan?.waterfall.netBps);
  });

  it('[FCL] does not plan before volatility is measured', () => {
    const whole = wired();
    run(whole, 3, 60);
    const { candidate } = whole.planner.judge(divergence(whole.rig, 11), DEFAULT_SETTINGS.profiles[0] ?? never());
    expect(candidate.verdict).toMatchObject({ reason: 'telemetry-incomplete' });
  });

  it('[MD-3] an invalid book is stale at once', () => {
    const whole = wired();
    run(whole, 12, 60);
    whole.rig.market.book(dollar.id).invalidate('sequence gap');
    const { candidate } = whole.planner.judge(divergence(whole.rig, 11), DEFAULT_SETTINGS.profiles[0] ?? never());
    expect(candidate.verdict).toMatchObject({ reason: 'stale-quote' });
  });
});

function never(): never {
  throw new Error('the default settings have a profile');
}
