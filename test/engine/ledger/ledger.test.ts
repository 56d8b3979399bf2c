import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DealRecord } from '#engine/journal/records';
import { JournalState } from '#engine/journal/state';
import { Ledger } from '#engine/ledger/ledger';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { type Decimal, decimal, ZERO } from '#shared/money/decimal';
import { BINANCE, DEAL_START_MS, DealRig, KRAKEN } from '../../support/deal-rig.ts';

const DAY_MS = 86_400_000;

/** Starting inventory + fills − fees by venue and currency, summed from the raw rows. */
function expectedBalances(rig: DealRig): Map<string, Decimal> {
  const sums = new Map<string, Decimal>();
  const add = (key: string, amount: Decimal) => sums.set(key, (sums.get(key) ?? ZERO).plus(amount));
  for (const { entry } of rig.store.readAll()) {
    if (entry.kind === 'inventory-allocated') add(`${entry.venue} ${entry.currency}`, decimal(entry.quantity));
    if (entry.kind !== 'fill') continue;
    const { fill } = entry;
    const venue = fill.listing.slice(0, fill.listing.indexOf(':'));
    const sign = fill.side === 'buy' ? decimal('1') : decimal('-1');
    add(`${venue} BTC`, decimal(fill.quantity).times(sign));
    add(`${venue} USD`, decimal(fill.quantity).times(decimal(fill.price)).times(sign).times(decimal('-1')));
    add(`${venue} ${fill.feeCurrency}`, decimal(fill.fee).times(decimal('-1')));
  }
  return sums;
}

describe('the ledger', () => {
  it('[RK-3] [CO-3] seed 20261102: equals starting inventory plus fills minus fees exactly, and a restart gives the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            ask: fc.integer({ min: 499_000, max: 500_300 }),
            size: fc.integer({ min: 1, max: 3000 }),
            bid: fc.integer({ min: 499_800, max: 500_900 }),
            sells: fc.boolean(),
          }),
          { minLength: 1, maxLength: 6 },
        ),
        async (books) => {
          const rig = new DealRig();
          await rig.recover();
          for (const { ask, size, bid, sells } of books) {
            const price = (tenths: number) => (tenths / 10).toFixed(1);
            rig.market.show(
              BINANCE,
              [[price(ask - 1), '1']],
              [
                [price(ask), (size / 10_000).toFixed(4)],
                [price(ask + 40), '1'],
              ],
            );
            rig.market.show(
              KRAKEN,
              [
                [price(bid), '0.05'],
                [price(bid - 30), '2'],
              ],
              [[price(bid + 1), '1']],
            );
            const legs = sells
              ? {
                  entry: { listing: KRAKEN, side: 'sell' as const, price: '50050.0', limit: '50000.0' },
                  hedge: { listing: BINANCE, price: '50000.0', limit: '50100.0' },
                  rescue: [],
                }
              : {};
            rig.open(legs);
            await rig.run(4_000);
          }
          const expected = expectedBalances(rig);
          for (const line of rig.ledger.balanceLines()) {
            expect(line.held.toFixed(), `${line.venue} ${line.currency}`).toBe(
              expected.get(`${line.venue} ${line.currency}`)?.toFixed(),
            );
          }
          expect(rig.differences()).toEqual([]);
          const before = portrait(rig);
          rig.crash();
          expect(portrait(rig)).toEqual(before);
        },
      ),
      { seed: 20261102, numRuns: 40 },
    );
  });

  it('[IN-1] reserves what open deals may still need and gives it back when they close', async () => {
    const rig = new DealRig();
    await rig.recover();
    const free = () =>
      [rig.ledger.available('paper', 'binance', 'USD'), rig.ledger.available('paper', 'kraken', 'BTC')].map((amount) =>
        amount.toFixed(),
      );
    expect(free()).toEqual(['50000', '1']);
    rig.open({ kind: 'post-only', entry: { listing: BINANCE, side: 'buy', price: '49999.9', limit: '50005.0' } });
    // 0.1 × 50,005 and 2 bps of it on one side, 0.1 BTC on the other.
    expect(free()).toEqual(['44998.4999', '0.9']);
    await rig.run(500);
    rig.market.trade(BINANCE, 49990, 1, 'sell');
    await rig.run(30_000);
    expect(rig.ledger.drift('paper', 'kraken', 'BTC')).toEqual({ target: decimal('1'), drift: decimal('-0.1') });
    expect(rig.journal.state.openCount).toBe(0);
    expect(free()[1]).toBe('0.9');
  });

  it('[RK-3] counts results of the UTC day and the rolling 24 h, the worse of the two, per profile too', async () => {
    const rig = new DealRig();
    await rig.recover();
    rig.open({ hedge: { listing: KRAKEN, price: '50050.0', limit: '49000.0' } });
    await rig.run(2_000);
    const gain = rig.ledger.resultTodayUsd();
    expect(gain.toFixed()).toBe('2.999');
    expect(rig.ledger.resultTodayUsd('default').eq(gain)).toBe(true);
    expect(rig.ledger.resultTodayUsd('other').toFixed()).toBe('0');
    expect(rig.ledger.turnoverTodayUsd().toFixed()).toBe('10005');
    // Past midnight the day's result is 0 and the rolling one still 2.999: the worse counts.
    await rig.run(DEAL_START_MS - Math.floor(DEAL_START_MS / DAY_MS) * DAY_MS);
    expect(rig.ledger.resultTodayUsd().toFixed()).toBe('0');
    expect(rig.ledger.turnoverTodayUsd().toFixed()).toBe('10005');
    await rig.run(DAY_MS);
    expect(rig.ledger.turnoverTodayUsd().toFixed()).toBe('0');
  });

  it('[RK-3] measures drawdown from the peak ever and of the last 24 h', async () => {
    const rig = new DealRig();
    await rig.recover();
    rig.open();
    await rig.run(2_000);
    expect(rig.ledger.drawdownFromPeakPct().toFixed()).toBe('0');
    rig.market.show(KRAKEN, [['49900.0', '2']], [['50050.1', '2']]);
    rig.open({ hedge: { listing: KRAKEN, price: '50050.0', limit: '49000.0' } });
    await rig.run(2_000);
    // Lost 0.1 × 100 and fees of 1.998 from a peak of 300,002.999
    const lost = rig.ledger.drawdownFromPeakPct().toFixed(8);
    expect(lost).toBe(decimal('11.998').div(decimal('300002.999')).times(decimal('100')).toFixed(8));
    expect(rig.ledger.drawdownTodayPct().toFixed(8)).toBe(lost);
    await rig.run(DAY_MS + 10_000);
    expect(rig.ledger.drawdownTodayPct().toFixed()).toBe('0');
    expect(rig.ledger.drawdownFromPeakPct().toFixed(8)).toBe(lost);
    expect(rig.ledger.equityCurve().map((point) => Number(point.equityUsd).toFixed(3))).toEqual([
      '300000.000',
      '300002.999',
      '299991.001',
    ]);
  });

  it('[RK-3] revaluation is unknown until the day is opened with prices, then measured from them, over restarts', async () => {
    const rig = new DealRig();
    expect(rig.ledger.revaluationTodayPct()).toBeUndefined();
    const day = rig.ledger.dayToOpen();
    expect(day).toEqual({ dayMs: Date.UTC(2026, 0, 5), prices: { BTC: '50000' } });
    if (day === undefined) throw new Error('no day');
    rig.journal.record([{ kind: 'day-opened', ...day, prices: { BTC: '62500' } }]);
    expect(rig.ledger.dayToOpen()).toBeUndefined();
    expect(rig.ledger.revaluationTodayPct()?.toFixed()).toBe('20');
    rig.crash();
    expect(rig.ledger.revaluationTodayPct()?.toFixed()).toBe('20');
    await rig.run(DAY_MS);
    expect(rig.ledger.revaluationTodayPct()).toBeUndefined();
  });

  it('[RK-3] [FCL] a coin without a price keeps the day from being opened for as long as some of it is held, no longer', () => {
    const prices = new Map([
      ['BTC', '50000'],
      ['LUNA', '2'],
    ]);
    const priceUsd = (currency: string) => {
      const price = prices.get(currency);
      return price === undefined ? undefined : decimal(price);
    };
    const ledger = new Ledger({ clock: new VirtualClock(DEAL_START_MS), state: new JournalState(), priceUsd });
    const allocate = (currency: string, quantity: string) =>
      ledger.apply({
        sequence: 1,
        atMs: DEAL_START_MS,
        entry: {
          kind: 'inventory-allocated',
          account: 'paper',
          venue: 'kraken',
          currency,
          quantity,
          priceUsd: prices.get(currency) ?? '0',
        },
      });
    allocate('BTC', '1');
    allocate('LUNA', '10');
    prices.delete('LUNA');
    expect(ledger.dayToOpen()).toBeUndefined();
    allocate('LUNA', '-10');
    expect(ledger.dayToOpen()?.prices).toEqual({ BTC: '50000' });
  });

  it('[EX-8] integrates unhedged exposure over time, per deal and over the hour', async () => {
    const rig = new DealRig();
    await rig.recover();
    rig.limit('unhedgedPerDeal', '600');
    rig.market.frozen.add(KRAKEN);
    const slow = rig.plan().rescue.map((step) => (step.action === 'retry-hedge' ? { ...step, attempts: 1000 } : step));
    const id = rig.open({ rescue: slow });
    await rig.run(1_000);
    const filledAtMs = rig.deal(id).fills[0]?.atMs ?? 0;
    await rig.run(9_000);
    const spent = Number(rig.ledger.unhedgedOf(id).toFixed(6));
    // 5,000 of 300,000 USD is 1.667 % for each second since the row of the fill was written.
    const seconds = (rig.clock.wallMs() - filledAtMs) / 1000;
    expect(spent).toBeGreaterThan((seconds - 0.1) * (5 / 3));
    expect(spent).toBeLessThanOrEqual(seconds * (5 / 3));
    expect(rig.ledger.unhedgedLastHour().toFixed(6)).toBe(spent.toFixed(6));
    rig.market.frozen.delete(KRAKEN);
    await rig.run(2_000);
    expect(rig.deal(id).state).toBe('closed');
    expect(rig.ledger.unhedgedOf(id).toFixed()).toBe('0');
    const hour = rig.ledger.unhedgedLastHour();
    rig.crash();
    expect(rig.ledger.unhedgedLastHour().toFixed()).toBe(hour.toFixed());
    await rig.run(3_700_000);
    expect(rig.ledger.unhedgedLastHour().toFixed()).toBe('0');
  });

  it('[ID-3] sums what deals without a conversion leg shift from one dollar currency to another', async () => {
    const rig = new DealRig();
    await rig.recover();
    rig.open({ carried: true });
    await rig.run(2_000);
    // Both legs are in USD here: 5,005 in, 5,000 out.
    expect(rig.ledger.carriedUsd('USD').toFixed()).toBe('5');
    expect(rig.ledger.carriedUsd('USDT').toFixed()).toBe('0');
  });

  it('shows the proposed deal to the gate among the open ones, and only while it judges', () => {
    const rig = new DealRig();
    const plan = rig.plan();
    const seen = rig.ledger.proposing('d1', plan, () => rig.ledger.openDeals());
    expect(seen).toMatchObject([
      { dealId: 'd1', profile: 'default', buy: BINANCE, sell: KRAKEN, venues: ['binance', 'kraken'] },
    ]);
    expect(seen[0]?.notionalUsd.toFixed()).toBe('5000');
    expect(rig.ledger.openDeals()).toEqual([]);
  });

  it('[FCL] equity is unknown while nothing is allocated', () => {
    const empty = new Ledger({ clock: new VirtualClock(0), state: new JournalState(), priceUsd: () => undefined });
    expect(empty.equityUsd()).toBeUndefined();
    expect(empty.dayToOpen()).toBeUndefined();
    expect(empty.available('paper', 'kraken', 'USD').toFixed()).toBe('0');
  });
});

const resultsOf = (rig: DealRig, deal: DealRecord) => rig.ledger.result(deal).netUsd.toFixed();

/** Everything the ledger says, as text. */
function portrait(rig: DealRig) {
  return {
    balances: rig.ledger.balanceLines().map((line) => `${line.venue} ${line.currency} ${line.held.toFixed()}`),
    equity: rig.ledger.equityUsd()?.toFixed(),
    total: rig.ledger.totalResultUsd().toFixed(),
    residues: rig.ledger.residuesUsd().toFixed(),
    turnover: rig.ledger.turnoverTodayUsd().toFixed(),
    hour: rig.ledger.unhedgedLastHour().toFixed(),
    curve: rig.ledger.equityCurve(),
    deals: [...rig.journal.state.deals()].map((deal) => [deal.id, deal.outcome, resultsOf(rig, deal)]),
  };
}
