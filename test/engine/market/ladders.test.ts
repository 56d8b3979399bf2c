import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, toDouble, wire } from '#shared/money/decimal';
import { MarketRig, spot } from '#support/market-rig';

const BTC = 'kraken:spot|BTC-USD' as const;

function rig() {
  const made = new MarketRig();
  made.connect(spot('kraken', 'BTC-USD', { priceTick: '0.1', lotStep: '0.00000001' }));
  return made;
}

describe('ladders in decimals', () => {
  it('[ID-4] gives back the digits the venue sent', () => {
    const made = rig();
    made.quote(
      BTC,
      [
        [30_000.1, 0.12345678],
        [30_000, 1],
      ],
      [[30_000.3, 0.1 + 0.2]],
    );
    const shown = made.market.ladder(BTC, 'bid', 20).levels.map(({ price, size }) => [wire(price), wire(size)]);
    expect(shown).toEqual([
      ['30000.1', '0.12345678'],
      ['30000', '1'],
    ]);
    expect(made.market.ladder(BTC, 'ask', 20).levels.map(({ size }) => wire(size))).toEqual(['0.3']);
    expect(made.market.ladder(BTC, 'bid', 1).levels).toHaveLength(1);
  });

  it('[ID-4] shows each state of the book, however often it is asked', () => {
    const made = rig();
    const best = (side: 'bid' | 'ask') => made.market.ladder(BTC, side, 5).levels.map(({ size }) => wire(size));
    made.quote(BTC, [[30_000, 1]], [[30_001, 2]]);
    expect([best('bid'), best('ask')]).toEqual([['1'], ['2']]);
    expect([best('bid'), best('ask')]).toEqual([['1'], ['2']]);
    made.quote(BTC, [[30_000, 3]], [[30_001, 4]]);
    expect([best('bid'), best('ask')]).toEqual([['3'], ['4']]);
    made.market.book(BTC).invalidate('gap');
    expect([best('bid'), best('ask')]).toEqual([[], []]);
  });

  it('[SD-2] a walk says what it filled, at which average and worst price', () => {
    const made = rig();
    made.quote(
      BTC,
      [
        [99, 1],
        [98, 2],
      ],
      [
        [100, 1],
        [102, 2],
      ],
    );
    const walk = (quantity: string) => {
      const result = made.market.walk(BTC, 'ask', decimal(quantity));
      return result && [wire(result.filled), wire(result.average), wire(result.worst)];
    };
    expect(walk('1')).toEqual(['1', '100', '100']);
    expect(walk('2')).toEqual(['2', '101', '102']);
    expect(walk('9')).toEqual(['3', wire(decimal('304').div(decimal('3'))), '102']);
    expect(walk('0')).toBeUndefined();
    made.market.book(BTC).invalidate('gap');
    expect(walk('1')).toBeUndefined();
    expect(made.market.ladder(BTC, 'ask', 5).levels).toEqual([]);
    expect(made.market.walk('okx:spot|BTC-USD', 'ask', decimal('1'))).toBeUndefined();
  });

  it('[SD-2] a larger walk never has a better average (seed 41)', () => {
    const levels = fc.uniqueArray(
      fc.record({ price: fc.integer({ min: 1000, max: 1200 }), size: fc.integer({ min: 1, max: 50 }) }),
      { selector: ({ price }) => price, minLength: 1, maxLength: 15 },
    );
    fc.assert(
      fc.property(levels, fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 400 }), (asks, a, b) => {
        const made = rig();
        made.quote(
          BTC,
          [[1, 1]],
          asks.map(({ price, size }) => [price / 10, size / 10]),
        );
        const [small, large] = [Math.min(a, b), Math.max(a, b)].map((lots) =>
          made.market.walk(BTC, 'ask', decimal((lots / 10).toFixed(1))),
        );
        expect(small?.filled.lte(large?.filled ?? '0')).toBe(true);
        expect(toDouble(small?.average ?? decimal('0'))).toBeLessThanOrEqual(
          toDouble(large?.average ?? decimal('0')) + 1e-9,
        );
        expect(small?.average.lte(small.worst)).toBe(true);
      }),
      { seed: 41, numRuns: 150 },
    );
  });
});
