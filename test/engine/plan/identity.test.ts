import { describe, expect, it } from 'vitest';
import { pairsAside, unconfirmable } from '#engine/plan/aside';
import { PairIdentity, PROOF_MS } from '#engine/plan/identity';
import { Quarantine } from '#engine/plan/quarantine';
import { MarketRig, spot } from '#support/market-rig';
import { PlanningRig } from '#support/planning-rig';

const KRAKEN = spot('kraken', 'BTC-USD');
const OKX = spot('okx', 'BTC-USD');
const PAIR = `${KRAKEN.id}~${OKX.id}`;

class IdentityRig extends MarketRig {
  readonly identity = new PairIdentity(this.market, this.clock);

  constructor() {
    super();
    this.connect(KRAKEN, OKX);
    this.mids(100, 100);
  }

  mids(kraken: number, okx: number): void {
    this.quote(KRAKEN.id, [[kraken - 0.1, 1]], [[kraken + 0.1, 1]]);
    this.quote(OKX.id, [[okx - 0.1, 1]], [[okx + 0.1, 1]]);
  }

  pass(ms: number): void {
    for (let left = ms; left > 0; left -= 1000) {
      this.clock.advanceBy(1000);
      this.identity.sample();
    }
  }

  get doubted(): boolean {
    return this.identity.doubt(KRAKEN, OKX) !== undefined;
  }
}

describe('[ID-6] two listings are one asset while their prices say so', () => {
  it('3 % apart is one asset, more is not, either way round', () => {
    const rig = new IdentityRig();
    expect(rig.doubted).toBe(false);
    rig.mids(102.99, 100);
    expect(rig.doubted).toBe(false);
    rig.mids(100, 103.01);
    expect(rig.identity.doubt(KRAKEN, OKX)).toBe(
      'Their mids are 3.0 % apart, more than 3.0 %: they may not be one asset.',
    );
    expect(rig.identity.doubt(OKX, KRAKEN)).toContain('apart');
  });

  it('a garbled moment is forgotten as soon as they agree', () => {
    const rig = new IdentityRig();
    rig.mids(100, 150);
    expect(rig.doubted).toBe(true);
    rig.clock.advanceBy(500);
    rig.mids(100, 100);
    expect(rig.doubted).toBe(false);
  });

  it('after more than a moment they must agree for the whole window without a break', () => {
    const rig = new IdentityRig();
    rig.mids(100, 150);
    rig.pass(5_000);
    rig.mids(100, 100);
    rig.pass(PROOF_MS - 5_000);
    expect(rig.identity.doubt(KRAKEN, OKX)).toContain('agreeing for 6 s');
    rig.mids(100, 110);
    rig.pass(1_000);
    rig.mids(100, 100);
    rig.pass(PROOF_MS);
    expect(rig.doubted).toBe(true);
    rig.pass(1_000);
    expect(rig.doubted).toBe(false);
    expect(rig.identity.doubts()).toEqual([]);
  });

  it('what cannot be compared does not agree', () => {
    const rig = new IdentityRig();
    rig.mids(100, 150);
    rig.pass(5_000);
    rig.mids(100, 100);
    rig.pass(300_000);
    rig.market.book(OKX.id).invalidate('gap');
    rig.pass(1_000);
    rig.mids(100, 100);
    rig.pass(PROOF_MS - 1_000);
    expect(rig.doubted).toBe(true);
  });

  it('is sampled without a divergence, and shown', () => {
    const rig = new IdentityRig();
    rig.mids(100, 150);
    rig.pass(2_000);
    const quarantine = new Quarantine(() => undefined);
    const shown = () => pairsAside(quarantine, rig.identity, rig.clock.monoMs());
    expect(shown()).toEqual([
      {
        pair: PAIR,
        kind: 'doubted',
        reason: 'Their mids are more than 3 % apart; last read 50.0 %.',
        returnsInMs: null,
      },
    ]);
    rig.mids(100, 100);
    rig.pass(1_000);
    expect(shown()[0]?.returnsInMs).toBe(PROOF_MS);
    quarantine.lift(PAIR);
    expect(shown()).toEqual([]);
  });

  it('mids are compared in one currency', () => {
    const rig = new MarketRig();
    const tether = spot('binance', 'BTC-USDT');
    rig.connect(KRAKEN, tether, spot('kraken', 'USDT-USD'));
    rig.limits = { ...rig.limits, depegGuardBps: '500' };
    rig.quote('kraken:spot|USDT-USD', [[0.96, 1]], [[0.961, 1]]);
    rig.quote(KRAKEN.id, [[99.9, 1]], [[100.1, 1]]);
    rig.quote(tether.id, [[104.1, 1]], [[104.3, 1]]);
    expect(new PairIdentity(rig.market, rig.clock).doubt(KRAKEN, tether)).toBeUndefined();
  });
});

describe('[ID-6] planning', () => {
  it('a pair in doubt is refused, and planned when a person confirmed it', () => {
    const rig = new PlanningRig();
    // A wide book: its mid is far off and yet nothing of it can be crossed at an implausible edge.
    rig.market.quote(rig.binance.id, [['44000', '1']], [['50000', '1']]);
    expect(rig.judge().candidate.verdict).toMatchObject({
      reason: 'implausible-edge',
      detail: expect.stringContaining('may not be one asset'),
    });
    expect(rig.quarantineRows).toEqual([]);
    rig.quarantine.lift([rig.binance.id, rig.kraken.id].sort().join('~'));
    expect(rig.quarantineRows).toMatchObject([{ lifted: true }]);
    expect(rig.verdict()).not.toBe('implausible-edge');
  });

  it('what a person confirmed is set aside again by a new implausible edge', () => {
    const rig = new PlanningRig();
    const pair = [rig.binance.id, rig.kraken.id].sort().join('~');
    expect(rig.quarantine.lift(pair)).toBe(false);
    rig.planner.judge({ ...rig.divergence(60), grossBps: 250 }, rig.profile);
    expect(rig.quarantine.reason(rig.kraken.id, rig.binance.id)).toContain('250.0 bps');
    const restored = new Quarantine(() => undefined);
    restored.restore(rig.quarantineRows);
    expect(restored.confirmed(rig.binance.id, rig.kraken.id)).toBe(false);
    expect(restored.all()).toHaveLength(1);
    expect(rig.quarantine.lift(pair)).toBe(true);
    expect(rig.quarantineRows.map(({ lifted }) => lifted)).toEqual([true, false, true]);
  });

  it('[RO-3] a failover may not go where a pair is set aside', () => {
    const rig = new PlanningRig();
    expect(rig.planner.replan(rig.profile, rig.binance, rig.kraken).ok).toBe(true);
    rig.quarantine.add(rig.binance.id, rig.kraken.id, 'odd');
    const again = rig.planner.replan(rig.profile, rig.binance, rig.kraken);
    expect(again).toMatchObject({ ok: false, error: { reason: 'implausible-edge' } });
  });

  it('different units are different assets', () => {
    const rig = new PlanningRig();
    rig.market.list({ ...rig.kraken, unitsPerBase: '1000' });
    expect(rig.judge().candidate.verdict).toMatchObject({
      reason: 'implausible-edge',
      detail: expect.stringContaining('1 and 1000 coins'),
    });
  });

  it('a person can only confirm what could be one asset', () => {
    const rig = new PlanningRig();
    expect(unconfirmable(rig.market, rig.binance.id, rig.kraken.id)).toBeUndefined();
    expect(unconfirmable(rig.market, rig.binance.id, 'okx:spot|NONE-USD')).toBe(
      'No catalogue lists okx:spot|NONE-USD.',
    );
    expect(unconfirmable(rig.market, rig.binance.id, rig.binance.id)).toContain('one book');
    rig.market.list(spot('bybit', 'ETH-USD'), { ...rig.kraken, unitsPerBase: '1000' });
    expect(unconfirmable(rig.market, rig.binance.id, 'bybit:spot|ETH-USD')).toContain('different coins');
    expect(unconfirmable(rig.market, rig.binance.id, rig.kraken.id)).toContain('different units');
  });
});
