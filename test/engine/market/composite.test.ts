import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VENUES } from '#shared/domain/ids';
import { MarketRig, spot } from '#support/market-rig';

const id = (venue: (typeof VENUES)[number], instrument = 'BTC-USD') => `${venue}:spot|${instrument}` as const;

function rig(mids: readonly number[], size = 1) {
  const made = new MarketRig();
  made.connect(...VENUES.slice(0, mids.length).map((venue) => spot(venue, 'BTC-USD')));
  mids.forEach((mid, index) => {
    made.quote(id(VENUES[index] ?? 'kraken'), [[mid - 0.5, size]], [[mid + 0.5, size]]);
  });
  return made;
}

describe('composite', () => {
  it('[MD-5] without a contributor there is no mid and no volatility', () => {
    const made = rig([]);
    expect(made.market.composite('BTC')).toBeUndefined();
    expect(made.market.volatilityBps('BTC')).toBe(Number.NaN);
  });

  it('[MD-5] takes only fresh books of healthy venues in normal trading', () => {
    const made = rig([10_000, 10_001, 10_002, 10_003]);
    made.vetoed.add('binance');
    made.market.status(id('coinbase'), 'auction');
    made.market.book(id('bybit')).invalidate('gap');
    expect(made.market.composite('BTC')).toMatchObject({ mid: '10003', contributors: [id('okx')] });
    made.vetoed.add('okx');
    expect(made.market.composite('BTC')).toBeUndefined();
  });

  it('[MD-5] leaves outliers out and says which', () => {
    const made = rig([10_000, 10_001, 10_002, 10_001, 10_100]);
    const composite = made.market.composite('BTC');
    expect(composite?.outliers).toEqual([id('kraken')]);
    expect(composite?.contributors).toHaveLength(4);
    expect(composite?.bestBid).toBe(id('bybit'));
    expect(composite?.bestAsk).toBe(id('binance'));
  });

  it('[MD-5] weighs by the thinner side’s depth near the touch', () => {
    const made = new MarketRig();
    made.connect(spot('binance', 'BTC-USD'), spot('okx', 'BTC-USD'));
    made.quote(id('binance'), [[9999, 3]], [[10_001, 3]]);
    // 100 BTC on one side only, and depth 20 bps away, weigh nothing more.
    made.quote(
      id('okx'),
      [
        [10_001, 1],
        [9981, 50],
      ],
      [[10_003, 100]],
    );
    expect(Number(made.market.composite('BTC')?.mid)).toBeCloseTo(10_000.5, 1);
  });

  it('[MD-5] [ID-3] converts stablecoin quotes at their worth, and counts one book under two names once', () => {
    const made = new MarketRig();
    made.connect(
      spot('coinbase', 'BTC-USD'),
      spot('coinbase', 'BTC-USDC', { bookId: id('coinbase') }),
      spot('kraken', 'BTC-USDT'),
      spot('kraken', 'USDT-USD'),
    );
    made.quote(id('coinbase'), [[9999, 1]], [[10_001, 1]]);
    made.quote(id('coinbase', 'BTC-USDC'), [[9999, 1]], [[10_001, 1]]);
    made.quote(id('kraken', 'BTC-USDT'), [[10_009, 1]], [[10_011, 1]]);
    expect(made.market.composite('BTC')?.contributors).toEqual([id('coinbase')]);
    made.quote(id('kraken', 'USDT-USD'), [[0.9989, 1e6]], [[0.9991, 1e6]]);
    const composite = made.market.composite('BTC');
    expect(composite?.contributors).toEqual([id('coinbase'), id('kraken', 'BTC-USDT')]);
    expect(Number(composite?.mid)).toBeCloseTo((10_000 + 10_010 * 0.999) / 2, 0);
    // Off its peg it is no measure of a dollar price.
    made.update(
      id('kraken', 'USDT-USD'),
      [
        [0.9989, 0],
        [0.98, 1],
      ],
      [
        [0.9991, 0],
        [0.9802, 1],
      ],
    );
    expect(made.market.composite('BTC')?.contributors).toEqual([id('coinbase')]);
  });

  it('[MD-5] confidence falls with fewer contributors, older quotes and wider dispersion', () => {
    const full = rig([10_000, 10_000, 10_000, 10_000]);
    const confidence = (made: MarketRig) => made.market.composite('BTC')?.confidence ?? Number.NaN;
    expect(confidence(full)).toBeCloseTo(1 - 1 / 16, 9);
    expect(confidence(rig([10_000, 10_000]))).toBeCloseTo(1 - 1 / 4, 9);
    expect(confidence(rig([10_000, 10_004, 10_000, 10_004]))).toBeLessThan(confidence(full));
    full.clock.advanceBy(750);
    expect(confidence(full)).toBeCloseTo((1 - 1 / 16) * 0.75, 9);
  });

  it('[MD-5] lies between its contributors, who lie closer to the median than any outlier (seed 31)', () => {
    const mids = fc.array(fc.integer({ min: 9000, max: 11_000 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(mids, fc.integer({ min: 1, max: 9 }), (values, size) => {
        const made = rig(values, size);
        const composite = made.market.composite('BTC');
        const value = (listing: string) =>
          values[VENUES.findIndex((venue) => listing.startsWith(`${venue}:`))] as number;
        const inside = (composite?.contributors ?? []).map(value);
        const outside = (composite?.outliers ?? []).map(value);
        expect(inside.length + outside.length).toBe(values.length);
        expect(inside.length).toBeGreaterThan(0);
        expect(Number(composite?.mid)).toBeGreaterThanOrEqual(Math.min(...inside) - 1e-4);
        expect(Number(composite?.mid)).toBeLessThanOrEqual(Math.max(...inside) + 1e-4);
        const sorted = [...values].sort((a, b) => a - b);
        const middle = ((sorted[(sorted.length - 1) >> 1] as number) + (sorted[sorted.length >> 1] as number)) / 2;
        const furthest = Math.max(...inside.map((mid) => Math.abs(mid - middle)));
        for (const mid of outside) expect(Math.abs(mid - middle)).toBeGreaterThan(furthest);
        expect(composite?.confidence).toBeGreaterThan(0);
        expect(composite?.confidence).toBeLessThan(1);
      }),
      { seed: 31, numRuns: 200 },
    );
  });

  it('[MD-5] volatility is the root of squared returns over time, whatever the sampling, NaN until eight', () => {
    for (const [everyMs, stepBps] of [
      [1000, 2],
      [4000, 4],
    ] as const) {
      const made = rig([10_000]);
      let mid = 10_000;
      const move = (up: boolean) => {
        const next = mid * Math.exp((up ? stepBps : -stepBps) / 10_000);
        made.clock.advanceBy(everyMs);
        made.update(
          id('binance'),
          [
            [mid - 0.5, 0],
            [next - 0.5, 1],
          ],
          [
            [mid + 0.5, 0],
            [next + 0.5, 1],
          ],
        );
        mid = next;
      };
      for (let index = 0; index < 7; index += 1) move(index % 2 === 0);
      expect(made.market.volatilityBps('BTC')).toBe(Number.NaN);
      for (let index = 0; index < 60; index += 1) move(index % 2 === 0);
      // 2 bps a second and 4 bps in four seconds are both 2 bps per √second.
      expect(made.market.volatilityBps('BTC')).toBeCloseTo(2, 1);
    }
  });
});
