import { describe, expect, it } from 'vitest';
import { decimal } from '#shared/money/decimal';
import { BINANCE, DealRig, KRAKEN } from '../../support/deal-rig.ts';
import type { PlanSketch } from '../../support/plans.ts';

const RESTING: Partial<PlanSketch> = {
  kind: 'post-only',
  entry: { listing: BINANCE, side: 'buy', price: '49999.9', limit: '50005.0' },
};
const sentOf = (rig: DealRig) => rig.told.filter((text) => text.startsWith('sent'));

async function resting(): Promise<{ rig: DealRig; id: string }> {
  const rig = new DealRig();
  await rig.recover();
  const id = rig.open(RESTING);
  await rig.run(500);
  expect(rig.deal(id).orders[0]?.state).toBe('accepted');
  return { rig, id };
}

describe('resting deals', () => {
  it('[EX-7] [PP-1] hedges each partial fill at once, and completes when the rest filled', async () => {
    const { rig, id } = await resting();
    // Two BTC stand ahead of it at its price.
    rig.market.trade(BINANCE, 49999.9, 2.04, 'sell');
    await rig.run(500);
    expect(rig.deal(id)).toMatchObject({ state: 'entering', unhedgedBase: '0' });
    rig.market.trade(BINANCE, 49999.8, 0.06, 'sell');
    await rig.run(1_000);
    expect(sentOf(rig)).toEqual([
      'sent entry binance buy 0.1 @ 49999.9',
      'sent hedge kraken sell 0.04 @ 50040',
      'sent hedge kraken sell 0.06 @ 50040',
    ]);
    expect(rig.deal(id)).toMatchObject({ state: 'closed', outcome: 'completed', residueBase: '0' });
    expect(rig.told).toContain('waited for a fill true');
    expect(rig.differences()).toEqual([]);
  });

  it('[EX-7] lets a fill under the minimum wait for more of it', async () => {
    const { rig, id } = await resting();
    rig.market.trade(BINANCE, 49999.9, 2.0003, 'sell');
    await rig.run(1_000);
    expect(rig.deal(id)).toMatchObject({ state: 'entering', unhedgedBase: '0.0003' });
    rig.market.trade(BINANCE, 49999.9, 0.0017, 'sell');
    await rig.run(1_000);
    expect(sentOf(rig).at(-1)).toBe('sent hedge kraken sell 0.002 @ 50040');
  });

  it('[RO-6] lives no longer than its lifetime', async () => {
    const { rig, id } = await resting();
    await rig.run(21_000);
    expect(rig.deal(id)).toMatchObject({ state: 'closed', outcome: 'no-fill' });
    expect(rig.deal(id).orders.map((order) => order.state)).toEqual(['expired']);
    expect(rig.told).toContain('waited in vain true');
  });

  it('[RO-6] is cancelled when its hedge no longer serves, and what filled stays hedged', async () => {
    const { rig, id } = await resting();
    rig.market.trade(BINANCE, 49999.9, 2.05, 'sell');
    await rig.run(300);
    rig.resting = () => ({ do: 'cancel', reason: 'the hedge is stale' });
    rig.runner.bookChanged(KRAKEN);
    await rig.run(2_000);
    expect(rig.deal(id).orders.map((order) => [order.purpose, order.state, order.filled])).toEqual([
      ['entry', 'cancelled', '0.05'],
      ['hedge', 'filled', '0.05'],
    ]);
    expect(rig.deal(id).outcome).toBe('completed');
  });

  it('[RK-3] [RO-1] is withdrawn when it would not be allowed now; its hedge and what filled are never', async () => {
    const { rig, id } = await resting();
    rig.market.trade(BINANCE, 49999.9, 2.05, 'sell');
    await rig.run(300);
    rig.forbidden = () => 'The account “Mine” on Kraken may have 1 at once; 2 open deals touch it.';
    rig.refuse = ({ purpose }) =>
      purpose === 'entry' ? { reason: 'max-concurrent', detail: 'no further one' } : undefined;
    // Not before somebody looks: a book says nothing of terms.
    rig.runner.bookChanged(KRAKEN);
    expect(rig.deal(id).orders[0]?.state).toBe('partial');
    rig.runner.tend();
    rig.forbidden = () => undefined;
    await rig.run(2_000);
    expect(rig.deal(id).orders.map((order) => [order.purpose, order.state, order.filled])).toEqual([
      ['entry', 'cancelled', '0.05'],
      ['hedge', 'filled', '0.05'],
    ]);
    expect(rig.deal(id)).toMatchObject({ outcome: 'completed', residueBase: '0' });
    expect(rig.differences()).toEqual([]);
  });

  it('[RO-1] of several entries that rest the younger give way to the older', async () => {
    const { rig, id } = await resting();
    const second = rig.open({ ...RESTING, quantity: '0.05' });
    await rig.run(500);
    // One at once: those that yield are not counted.
    rig.forbidden = (dealId, yielding) =>
      [id, second].some((other) => other !== dealId && !yielding.has(other)) ? 'one at once' : undefined;
    rig.runner.tend();
    await rig.run(1_000);
    expect(rig.deal(second)).toMatchObject({ state: 'closed', outcome: 'no-fill' });
    rig.forbidden = () => undefined;
    expect(rig.deal(id).orders[0]?.state).toBe('accepted');
  });

  it('[RO-6] is re-priced by cancelling it and working the rest at the new price, with the same end of life', async () => {
    const { rig, id } = await resting();
    rig.market.trade(BINANCE, 49999.9, 2.03, 'sell');
    await rig.run(300);
    rig.resting = () => ({ do: 'reprice', price: decimal('49998.5'), reason: 'the hedge book moved' });
    rig.runner.bookChanged(KRAKEN);
    rig.resting = () => ({ do: 'keep' });
    await rig.run(1_000);
    const [first, , second] = rig.deal(id).orders;
    expect(second).toMatchObject({ purpose: 'entry', price: '49998.5', quantity: '0.07', state: 'accepted' });
    expect(second?.expiresAtMs).toBe(first?.expiresAtMs);
    rig.market.trade(BINANCE, 49990, 1, 'sell');
    await rig.run(1_000);
    expect(rig.deal(id)).toMatchObject({ state: 'closed', outcome: 'completed', residueBase: '0' });
    expect(rig.differences()).toEqual([]);
  });

  it('[RO-6] bounds the rate of re-pricing', async () => {
    const { rig, id } = await resting();
    rig.settings = { ...rig.settings, routing: { ...rig.settings.routing, amendsPerMinute: 3 } };
    let price = 49999;
    rig.resting = () => {
      price -= 0.1;
      return { do: 'reprice', price: decimal(price.toFixed(1)), reason: 'moved' };
    };
    for (let at = 0; at < 30; at += 1) {
      rig.runner.bookChanged(KRAKEN);
      await rig.run(200);
    }
    expect(rig.deal(id)).toMatchObject({ state: 'closed', outcome: 'no-fill' });
    expect(rig.deal(id).orders).toHaveLength(4);
  });

  it('[EX-8] stops working the entry as soon as a hedge does not complete', async () => {
    const { rig, id } = await resting();
    rig.market.show(KRAKEN, [['49000.0', '2']], [['50050.1', '2']]);
    rig.market.trade(BINANCE, 49999.9, 2.05, 'sell');
    await rig.run(3_000);
    const deal = rig.deal(id);
    expect(deal.orders[0]).toMatchObject({ purpose: 'entry', state: 'cancelled', filled: '0.05' });
    expect(deal).toMatchObject({ state: 'closed', unhedgedBase: '0' });
  });

  it('[AC-2] [EX-7] a hedge that would meet our own resting entry has that cancelled first', async () => {
    const { rig, id } = await resting();
    const other = rig.open({
      entry: { listing: KRAKEN, side: 'buy', price: '50050.1', limit: '50060.0' },
      hedge: { listing: BINANCE, price: '49999.9', limit: '49990.0' },
    });
    await rig.run(3_000);
    expect(rig.deal(id)).toMatchObject({ state: 'closed', outcome: 'no-fill' });
    expect(rig.deal(other)).toMatchObject({ outcome: 'completed' });
    expect(rig.differences()).toEqual([]);
  });

  it('post-only that would take is refused by the venue and ends the deal', async () => {
    const rig = new DealRig();
    await rig.recover();
    const id = rig.open({ ...RESTING, entry: { listing: BINANCE, side: 'buy', price: '50000.0', limit: '50005.0' } });
    await rig.run(1_000);
    expect(rig.told).toContain('rejected entry POST_ONLY');
    expect(rig.deal(id)).toMatchObject({ outcome: 'no-fill' });
  });
});

describe('[KS-1] kill switch', () => {
  it('stop-entries leaves the resting entry to its end and hedges what it still fills', async () => {
    const { rig, id } = await resting();
    expect(await rig.engage('stop-entries')).toEqual([
      { venue: 'binance', cancelled: 0, failed: 0, remaining: 1, flattening: 0 },
    ]);
    rig.market.trade(BINANCE, 49999.9, 2.1, 'sell');
    await rig.run(1_000);
    expect(rig.deal(id).outcome).toBe('completed');
    expect(rig.runner.open(rig.plan())).toMatchObject({ ok: false, error: { reason: 'halted' } });
  });

  it('cancel-orders cancels what adds risk and hedges what had filled', async () => {
    const { rig, id } = await resting();
    rig.market.trade(BINANCE, 49999.9, 2.05, 'sell');
    expect((await rig.engage('cancel-orders'))[0]).toEqual({
      venue: 'binance',
      cancelled: 1,
      failed: 0,
      remaining: 0,
      flattening: 0,
    });
    expect(rig.deal(id)).toMatchObject({ state: 'closed', outcome: 'completed', unhedgedBase: '0' });
  });

  it('flatten undoes what is filled instead of hedging it', async () => {
    const { rig, id } = await resting();
    rig.market.frozen.add(KRAKEN);
    rig.market.trade(BINANCE, 49999.9, 2.05, 'sell');
    expect((await rig.engage('flatten')).map((row) => row.venue)).toEqual(['binance', 'kraken']);
    expect(rig.deal(id)).toMatchObject({ state: 'closed', outcome: 'unwound', unhedgedBase: '0' });
    expect(sentOf(rig).at(-1)).toContain('sent flatten binance sell 0.05');
    expect(rig.differences()).toEqual([]);
  });

  it('one deal can be flattened without the kill switch', async () => {
    const { rig, id } = await resting();
    expect(rig.runner.flatten(id).ok).toBe(true);
    await rig.run(2_000);
    expect(rig.deal(id)).toMatchObject({ state: 'closed', outcome: 'no-fill' });
    expect(rig.runner.flatten(id)).toMatchObject({ ok: false });
  });

  it('[RO-6] is judged again by time alone, when no book says anything any more', async () => {
    const { rig, id } = await resting();
    rig.resting = () => ({ do: 'cancel', reason: 'the hedge fell silent' });
    rig.runner.tend();
    await rig.run(1_000);
    expect(rig.deal(id)).toMatchObject({ state: 'closed', outcome: 'no-fill' });
  });

  it('[VH-1] what the market moved while it rested is not held against the venue that hedges it', async () => {
    const { rig } = await resting();
    rig.market.show(KRAKEN, [['50045.0', '2']], [['50045.1', '2']]);
    rig.market.trade(BINANCE, 49999.9, 2.1, 'sell');
    await rig.run(1_000);
    expect(rig.told).toContain('slippage kraken 0.00 0.00');
  });

  it('[AU-2] a defect in one look at it is contained, and it is looked at again', async () => {
    const { rig, id } = await resting();
    rig.toleratesDefects = true;
    rig.resting = () => {
      throw new TypeError('a defect');
    };
    expect(() => rig.runner.bookChanged(KRAKEN)).not.toThrow();
    rig.resting = () => ({ do: 'keep' });
    expect(rig.told).toContain(`defect deal ${id}`);
    await rig.run(21_000);
    expect(rig.deal(id)).toMatchObject({ state: 'closed', outcome: 'no-fill' });
  });
});
