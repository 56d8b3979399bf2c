import { describe, expect, it } from 'vitest';
import { decimal, ZERO } from '#shared/money/decimal';
import { PlanningRig } from '#support/planning-rig';

/** Bought on Binance, sold on Kraken. */
const withWallets = (binance: [string, string], kraken: [string, string]) => {
  const rig = new PlanningRig();
  const state = (text: string) => text as 'open' | 'closed' | 'unknown';
  rig.market.wallets.set('binance BTC', { deposits: state(binance[0]), withdrawals: state(binance[1]) });
  rig.market.wallets.set('kraken BTC', { deposits: state(kraken[0]), withdrawals: state(kraken[1]) });
  return rig;
};

describe('[MD-8] moving the coin back', () => {
  it.each([
    [['open', 'closed'], ['open', 'open'], 'Withdrawals of BTC from Binance are closed'],
    [['open', 'open'], ['closed', 'open'], 'Deposits of BTC to Kraken are closed'],
  ] as [[string, string], [string, string], string][])(
    'closed on the way from %o to %o: no deal',
    (binance, kraken, words) => {
      const rig = withWallets(binance, kraken);
      expect(rig.judge().candidate.verdict).toMatchObject({
        kind: 'reject',
        reason: 'transfer-suspended',
        detail: expect.stringContaining(words),
      });
      expect(rig.planner.replan(rig.profile, rig.binance, rig.kraken)).toMatchObject({
        error: { reason: 'transfer-suspended' },
      });
    },
  );

  it('what is closed the other way does not matter to this one', () => {
    expect(withWallets(['closed', 'open'], ['open', 'closed']).verdict()).toBe('plan');
  });

  it('[CO-1] [CO-2] unknown is planned, priced and said, and the parts still sum to the net edge', () => {
    const inventoryOf = (rig: PlanningRig) => {
      // Away from its target on both venues, and both charge a maker fee: restoring costs something.
      for (const listing of [rig.binance, rig.kraken]) rig.market.list({ ...listing, makerFeeBps: '2' });
      const { waterfall } = rig.judge().candidate;
      if (waterfall === null) throw new Error('it was priced');
      const sum = waterfall.parts.reduce((total, { bps }) => total.plus(decimal(bps)), ZERO);
      expect(sum.eq(decimal(waterfall.netBps))).toBe(true);
      const part = waterfall.parts.find(({ part: name }) => name === 'inventory');
      return { bps: Number(part?.bps), note: part?.note };
    };
    const open = inventoryOf(new PlanningRig());
    const unknown = inventoryOf(withWallets(['open', 'unknown'], ['open', 'open']));
    expect(open.bps).toBeLessThan(0);
    expect(open.note).toBe('share of trading it back');
    expect(unknown.note).toBe('share of trading it back; moving BTC: unknown');
    expect(unknown.bps).toBeLessThan(open.bps);
    // 0.30 of the fees instead of 0.25; the sizes the two edges pay for may differ a little.
    expect(unknown.bps / open.bps).toBeCloseTo(1.2, 1);
  });
});
