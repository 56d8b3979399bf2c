import { describe, expect, it } from 'vitest';
import { refusal } from '#engine/risk/refusal';
import { decimal, ZERO } from '#shared/money/decimal';
import { BINANCE, bitcoinAt, DealRig, type DealRigOptions, KRAKEN, OKX } from '../../support/deal-rig.ts';
import { ladderOf } from '../../support/plans.ts';

async function started(options: DealRigOptions = {}): Promise<DealRig> {
  const rig = new DealRig(options);
  await rig.recover();
  return rig;
}
const sentOf = (rig: DealRig) => rig.told.filter((text) => text.startsWith('sent'));

/** Sold in two fills; the first one's hedge locks all but 10 USD at its bound, and uses 490 USD less. */
it('[EX-7] a hedge waits for what an earlier one of the deal locks, before it goes elsewhere', async () => {
  const rig = await started();
  rig.market.show(
    KRAKEN,
    [
      ['50050.0', '0.99'],
      ['50049.9', '0.01'],
    ],
    [['50050.1', '2']],
  );
  const id = rig.open({
    entry: { listing: KRAKEN, side: 'sell', price: '50050.0', limit: '50040.0' },
    hedge: { listing: BINANCE, price: '50000.0', limit: '50485.0' },
    quantity: '0.995',
    rescue: ladderOf(
      BINANCE,
      KRAKEN,
      { retry: '50600.0', elsewhere: [OKX, '50600.0'], unwind: '50200.0', wide: '50700.0' },
      'buy',
    ),
  });
  await rig.run(2_000);
  expect(rig.deal(id).orders.map(({ purpose, venue, filled }) => [purpose, venue, filled])).toEqual([
    ['entry', 'kraken', '0.995'],
    ['hedge', 'binance', '0.99'],
    ['hedge', 'binance', '0.005'],
  ]);
  expect(rig.deal(id)).toMatchObject({ state: 'closed', outcome: 'completed', residueBase: '0' });
  expect(rig.differences()).toEqual([]);
});

describe('taking deals', () => {
  it('[EX-1] [EX-7] [CO-3] enters, hedges what filled, closes balanced and books what it cost', async () => {
    const rig = await started();
    const id = rig.open();
    await rig.run(2_000);
    const deal = rig.deal(id);
    expect(deal).toMatchObject({ state: 'closed', outcome: 'completed', unhedgedBase: '0', residueBase: '0' });
    expect(rig.told).toEqual([
      'sent entry binance buy 0.1 @ 50010.0',
      'fill buy 0.1',
      'slippage binance 0.00 0.00',
      'sent hedge kraken sell 0.1 @ 50040',
      'fill sell 0.1',
      'slippage kraken 0.00 0.00',
      `closed ${id} completed`,
    ]);
    // 0.1 × (50050 − 50000) − 2 bps of 5000 − 2 bps of 5005
    expect(deal.realisedNetUsd).toBe('2.999');
    expect(deal.costs.find((line) => line.part === 'fees')).toMatchObject({ expectedUsd: '-2', realisedUsd: '-2.001' });
    expect(rig.differences()).toEqual([]);
    expect(rig.ledger.equityUsd()?.minus(decimal('300000')).toFixed()).toBe('2.999');
  });

  it('[CO-2] [CO-3] realised parts sum exactly to the realised net, slippage against the touch the plan saw', async () => {
    const rig = await started();
    rig.market.show(
      BINANCE,
      [['49999.9', '2']],
      [
        ['50000.0', '0.04'],
        ['50007.0', '1'],
      ],
    );
    const id = rig.open();
    await rig.run(2_000);
    const deal = rig.deal(id);
    const sum = deal.costs.reduce((total, line) => total.plus(decimal(line.realisedUsd)), ZERO);
    expect(sum.toFixed()).toBe(deal.realisedNetUsd);
    // 0.06 bought 7 above the touch
    expect(deal.costs.find((line) => line.part === 'slippage')?.realisedUsd).toBe('-0.42');
  });

  it('[EX-7] sells first and buys back so much that the fee taken in the coin is covered', async () => {
    const listings = [
      bitcoinAt('binance', { feeCurrency: 'received', takerFeeBps: '10' }),
      bitcoinAt('kraken'),
      bitcoinAt('okx'),
    ];
    const rig = await started({ listings });
    const id = rig.open({
      entry: { listing: KRAKEN, side: 'sell', price: '50050.0', limit: '50040.0' },
      hedge: { listing: BINANCE, price: '50000.0', limit: '50010.0' },
      quantity: '0.5',
      rescue: [],
    });
    await rig.run(2_000);
    const deal = rig.deal(id);
    expect(deal.outcome).toBe('completed');
    // 0.5 / 0.999 = 0.5005005…, cut to the lot; what the fee leaves over is under the lot.
    expect(deal.orders[1]?.quantity).toBe('0.5005');
    expect(deal.residueBase).toBe('-0.0000005');
    expect(rig.differences()).toEqual([]);
  });

  it('[EX-7] hedges only what filled of a thin book', async () => {
    const rig = await started();
    rig.market.show(
      BINANCE,
      [['49999.9', '2']],
      [
        ['50000.0', '0.03'],
        ['50100.0', '5'],
      ],
    );
    const id = rig.open();
    await rig.run(2_000);
    expect(sentOf(rig)).toEqual(['sent entry binance buy 0.1 @ 50010.0', 'sent hedge kraken sell 0.03 @ 50040']);
    expect(rig.deal(id)).toMatchObject({ outcome: 'completed', residueBase: '0' });
  });

  it('closes without a trace on the books when nothing fills', async () => {
    const rig = await started();
    rig.market.show(BINANCE, [['50099.9', '2']], [['50100.0', '5']]);
    const id = rig.open();
    await rig.run(2_000);
    expect(rig.deal(id)).toMatchObject({ state: 'closed', outcome: 'no-fill', realisedNetUsd: '0' });
    expect(rig.differences()).toEqual([]);
  });

  it('[EX-3] closes when the venue definitely refuses the entry', async () => {
    const rig = await started();
    rig.market.frozen.add(BINANCE);
    const id = rig.open();
    await rig.run(2_000);
    expect(rig.deal(id)).toMatchObject({ outcome: 'no-fill' });
    expect(rig.told).toContain('rejected entry NOT_TRADING');
  });

  it('[RK-1] a deal the gate refuses leaves no row and sends nothing', async () => {
    const rig = await started();
    const before = rig.journal.state.rows;
    rig.refuse = () => refusal('order-rate', 'too many');
    expect(rig.runner.open(rig.plan())).toEqual({ ok: false, error: refusal('order-rate', 'too many') });
    expect(rig.journal.state.rows).toBe(before);
    expect(rig.submitted).toEqual([]);
  });

  it('[FCL] a plan that expired is not sent', async () => {
    const rig = await started();
    const plan = rig.plan();
    await rig.run(30_000);
    expect(rig.runner.open(plan)).toMatchObject({ ok: false, error: { reason: 'latency-risk' } });
  });
});

describe('[EX-7] residues', () => {
  it('counts what is under the minimum and clears it with a later hedge', async () => {
    const rig = await started();
    rig.market.show(
      BINANCE,
      [['49999.9', '2']],
      [
        ['50000.0', '0.0004'],
        ['50100.0', '5'],
      ],
    );
    const first = rig.open();
    await rig.run(2_000);
    expect(rig.deal(first)).toMatchObject({ state: 'closed', outcome: 'unwound', residueBase: '0.0004' });
    expect(rig.ledger.residuesUsd().toFixed()).toBe('20');

    rig.market.show(BINANCE, [['49999.9', '2']], [['50000.0', '5']]);
    const second = rig.open();
    await rig.run(2_000);
    expect(rig.deal(second).orders.map((order) => order.quantity)).toEqual(['0.1', '0.1004']);
    expect(rig.deal(second)).toMatchObject({ outcome: 'completed', residueBase: '0' });
    expect(rig.ledger.residuesUsd().toFixed()).toBe('0');
    expect(rig.differences()).toEqual([]);
  });

  it('clears them as soon as what has piled up reaches the minimum', async () => {
    const rig = await started();
    for (const _ of [1, 2]) {
      rig.market.show(
        BINANCE,
        [['49999.9', '2']],
        [
          ['50000.0', '0.0004'],
          ['50100.0', '5'],
        ],
      );
      rig.open();
      await rig.run(2_000);
      rig.market.show(BINANCE, [['49999.9', '2']], [['50100.0', '5']]);
    }
    expect(sentOf(rig).at(-1)).toBe('sent hedge kraken sell 0.0008 @ 50040');
    expect(rig.ledger.residue('BTC').toFixed()).toBe('0');
    expect(rig.differences()).toEqual([]);
  });
});

describe('[EX-8] when the hedge cannot complete', () => {
  /** The hedge's book falls away between plan and hedge. */
  const drained = (price: string): [[string, string][], [string, string][]] => [[[price, '2']], [['50050.1', '2']]];

  it('retries within the wider bound', async () => {
    const rig = await started();
    rig.market.show(KRAKEN, ...drained('49950.0'));
    const id = rig.open();
    await rig.run(3_000);
    expect(sentOf(rig).slice(1)).toEqual(['sent hedge kraken sell 0.1 @ 50040', 'sent hedge kraken sell 0.1 @ 49900']);
    expect(rig.deal(id).outcome).toBe('completed');
  });

  it('hedges on the next venue', async () => {
    const rig = await started();
    rig.market.show(KRAKEN, ...drained('49000.0'));
    const id = rig.open();
    await rig.run(3_000);
    expect(sentOf(rig).at(-1)).toBe('sent hedge okx sell 0.1 @ 49900');
    expect(rig.deal(id)).toMatchObject({ outcome: 'completed', unhedgedBase: '0' });
    expect(rig.differences()).toEqual([]);
  });

  it('unwinds the filled leg, and books that as the failed leg’s cost', async () => {
    const rig = await started();
    rig.market.show(KRAKEN, ...drained('49000.0'));
    rig.market.show(OKX, ...drained('49000.0'));
    const id = rig.open();
    await rig.run(3_000);
    expect(sentOf(rig).at(-1)).toBe('sent unwind binance sell 0.1 @ 49850');
    const deal = rig.deal(id);
    expect(deal).toMatchObject({ outcome: 'unwound', unhedgedBase: '0' });
    // Sold 0.1 at 49999.9 what was bought at 50000
    expect(deal.costs.find((line) => line.part === 'legFailure')?.realisedUsd).toBe('-0.01');
    expect(rig.differences()).toEqual([]);
  });

  it('unwinds wider when the own book fell too', async () => {
    const rig = await started();
    rig.market.show(KRAKEN, ...drained('49000.0'));
    rig.market.show(OKX, ...drained('49000.0'));
    const id = rig.open();
    await rig.run(60);
    rig.market.show(BINANCE, [['49500.0', '3']], [['49999.0', '3']]);
    await rig.run(4_000);
    expect(sentOf(rig).at(-1)).toBe('sent unwind binance sell 0.1 @ 49400');
    expect(rig.deal(id).outcome).toBe('unwound');
  });

  it('holds with an alarm when nothing is possible, and tries again on a health change', async () => {
    const rig = await started();
    rig.market.show(KRAKEN, ...drained('40000.0'));
    rig.market.show(OKX, ...drained('40000.0'));
    const id = rig.open();
    await rig.run(60);
    rig.market.show(BINANCE, [['40000.0', '3']], [['49999.0', '3']]);
    await rig.run(3_000);
    expect(rig.deal(id).state).toBe('holding');
    expect(rig.alarms.get(`deal:${id}`)).toContain('holding');
    rig.market.show(KRAKEN, [['50050.0', '2']], [['50050.1', '2']]);
    rig.runner.healthChanged();
    await rig.run(1_000);
    expect(rig.deal(id)).toMatchObject({ state: 'closed', outcome: 'completed' });
    expect(rig.alarms.size).toBe(0);
    expect(rig.differences()).toEqual([]);
  });

  it('tries a held deal again after a while without any change of health', async () => {
    const rig = await started();
    rig.limit('unhedgedPerDeal', '600');
    rig.market.show(KRAKEN, ...drained('40000.0'));
    rig.market.show(OKX, ...drained('40000.0'));
    const id = rig.open();
    await rig.run(60);
    rig.market.show(BINANCE, [['40000.0', '3']], [['49999.0', '3']]);
    await rig.run(3_000);
    rig.market.show(KRAKEN, [['50050.0', '2']], [['50050.1', '2']]);
    await rig.run(12_000);
    expect(rig.deal(id).outcome).toBe('completed');
  });

  it('a hedge without balance moves on to the next venue', async () => {
    const rig = await started();
    // 1 BTC lies on each venue.
    const first = rig.open({
      entry: { listing: OKX, side: 'buy', price: '50020.1', limit: '50025.0' },
      quantity: '0.95',
    });
    await rig.run(3_000);
    const second = rig.open();
    await rig.run(3_000);
    expect([first, second].map((deal) => rig.deal(deal).outcome)).toEqual(['completed', 'completed']);
    expect(sentOf(rig).slice(-2)).toEqual(['sent hedge kraken sell 0.05 @ 50040', 'sent hedge okx sell 0.05 @ 49900']);
    expect(rig.differences()).toEqual([]);
  });

  it('trips and unwinds when unhedged exposure × time is over its budget', async () => {
    const rig = await started();
    rig.limit('unhedgedPerDeal', '2');
    rig.market.frozen.add(KRAKEN);
    rig.market.show(OKX, ...drained('40000.0'));
    const rescue = rig.plan().rescue.map((step) => (step.action === 'retry-hedge' ? { ...step, attempts: 100 } : step));
    const id = rig.open({ rescue });
    // 5,000 USD of 300,000 for 1.2 s is 2 %·s.
    await rig.run(2_500);
    expect(rig.told).toContain(`breached ${id}`);
    expect(rig.told.filter((text) => text === `breached ${id}`)).toHaveLength(1);
    expect(rig.deal(id).outcome).toBe('unwound');
    expect(rig.differences()).toEqual([]);
  });
});
