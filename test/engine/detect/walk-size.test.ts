import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { walkSize, walkSizeExact } from '#engine/detect/walk-size';
import { decimal, toDouble, wire } from '#shared/money/decimal';
import { type Level, MarketRig, spot } from '#support/market-rig';

const BUY = 'coinbase:spot|BTC-USD' as const;
const SELL = 'kraken:spot|BTC-USD' as const;

function rig(asks: readonly Level[], bids: readonly Level[]) {
  const made = new MarketRig();
  made.connect(spot('coinbase', 'BTC-USD'), spot('kraken', 'BTC-USD'));
  made.quote(BUY, [[1, 1]], asks);
  made.quote(SELL, bids, [[1e6, 1]]);
  const doubles = (rate: number, cost: number, least: number, most: number) =>
    walkSize(made.market.book(BUY), made.market.book(SELL), rate, cost, least, most);
  const exact = (rate: string, cost: string, least: string, most: string) =>
    walkSizeExact(
      made.market.ladder(BUY, 'ask', 5000),
      made.market.ladder(SELL, 'bid', 5000),
      decimal(rate),
      decimal(cost),
      decimal(least),
      decimal(most),
    );
  return { doubles, exact };
}

describe('size of a divergence', () => {
  it('[SD-2] walks both ladders until the marginal net edge falls below the minimum', () => {
    const { doubles, exact } = rig(
      [
        [100, 1],
        [100.1, 2],
        [100.3, 5],
      ],
      [
        [100.5, 1.5],
        [100.4, 1],
        [100.2, 9],
      ],
    );
    // Level pairs: 100/100.5 for 1, 100.1/100.5 for 0.5, 100.1/100.4 for 1, 100.1/100.2 for 0.5, then 100.3/100.2.
    expect(doubles(1, 20, 5, 100)).toMatchObject({ base: 2.5, worstBuy: 100.1, worstSell: 100.4 });
    expect(doubles(1, 20, 5, 100).avgBuy).toBeCloseTo((100 + 100.1 * 1.5) / 2.5, 12);
    expect(doubles(1, 20, 5, 100).avgSell).toBeCloseTo((100.5 * 1.5 + 100.4) / 2.5, 12);
    expect(doubles(1, 20, 5, 100).marginalNetBps).toBeCloseTo((100.4 / 100.1 - 1) * 1e4 - 20, 9);
    expect(doubles(1, 0, 0, 100).base).toBe(3);
    expect(doubles(1, 20, 5, 1.2)).toMatchObject({ base: 1.2, worstBuy: 100.1 });
    const decided = exact('1', '20', '5', '100');
    expect(decided && [wire(decided.base), wire(decided.worstBuy), wire(decided.worstSell)]).toEqual([
      '2.5',
      '100.1',
      '100.4',
    ]);
  });

  it('[SD-2] nothing pays: 0 and no prices, and no decimal size', () => {
    const { doubles, exact } = rig([[100, 1]], [[100.1, 1]]);
    expect(doubles(1, 10, 3, 5)).toEqual({
      base: 0,
      avgBuy: Number.NaN,
      avgSell: Number.NaN,
      marginalNetBps: Number.NaN,
      worstBuy: Number.NaN,
      worstSell: Number.NaN,
    });
    expect(exact('1', '10', '3', '5')).toBeUndefined();
    expect(exact('1', '0', '0', '0')).toBeUndefined();
    expect(rig([], [[100, 1]]).exact('1', '0', '0', '5')).toBeUndefined();
  });

  it('[SD-2] [ID-3] the conversion rate moves the edge', () => {
    const { doubles } = rig([[100, 1]], [[100.1, 1]]);
    expect(doubles(0.9989, 0, 0, 5).base).toBe(0);
    expect(doubles(1.0001, 0, 0, 5).base).toBe(1);
  });

  const side = (from: number, direction: 1 | -1) =>
    fc
      .array(fc.record({ step: fc.integer({ min: 1, max: 30 }), lots: fc.integer({ min: 1, max: 90 }) }), {
        minLength: 1,
        maxLength: 12,
      })
      .map((steps) => {
        let price = from;
        return steps.map(({ step, lots }): Level => {
          price += direction * step;
          return [price / 100, lots / 10];
        });
      });
  const costs = fc.integer({ min: 0, max: 60 });

  it('[SD-2] more cost never gives more size, more room never less, and averages only get worse (seed 61)', () => {
    fc.assert(
      fc.property(
        side(9950, 1),
        side(10_080, -1),
        costs,
        costs,
        fc.integer({ min: 1, max: 80 }),
        (asks, bids, a, b, most) => {
          const { doubles } = rig(asks, bids);
          const cheap = doubles(1, Math.min(a, b), 3, most);
          const dear = doubles(1, Math.max(a, b), 3, most);
          const roomy = doubles(1, Math.max(a, b), 3, most * 2);
          expect(dear.base).toBeLessThanOrEqual(cheap.base);
          expect(dear.base).toBeLessThanOrEqual(roomy.base);
          if (dear.base === 0) return;
          expect(dear.marginalNetBps).toBeGreaterThanOrEqual(3 - 1e-9);
          expect(dear.avgBuy).toBeLessThanOrEqual(roomy.avgBuy + 1e-9);
          expect(dear.avgSell).toBeGreaterThanOrEqual(roomy.avgSell - 1e-9);
        },
      ),
      { seed: 61, numRuns: 150 },
    );
  });

  it('[SD-2] [ID-4] doubles and decimals agree (seed 62)', () => {
    fc.assert(
      fc.property(
        side(9950, 1),
        side(10_080, -1),
        costs,
        fc.integer({ min: 1, max: 500 }),
        (asks, bids, cost, lots) => {
          const { doubles, exact } = rig(asks, bids);
          // Off by half a thousandth of a basis point from any level's edge, so that no tie is broken by rounding.
          const least = 3.000517;
          const fast = doubles(0.9998, cost, least, lots / 10);
          const decided = exact('0.9998', String(cost), String(least), (lots / 10).toFixed(1));
          expect(fast.base).toBeCloseTo(decided === undefined ? 0 : toDouble(decided.base), 9);
          if (decided === undefined) return;
          expect(fast.avgBuy).toBeCloseTo(toDouble(decided.avgBuy), 9);
          expect(fast.avgSell).toBeCloseTo(toDouble(decided.avgSell), 9);
          expect(fast.marginalNetBps).toBeCloseTo(toDouble(decided.marginalNetBps), 6);
          expect([fast.worstBuy, fast.worstSell]).toEqual([toDouble(decided.worstBuy), toDouble(decided.worstSell)]);
        },
      ),
      { seed: 62, numRuns: 200 },
    );
  });
});
