import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Revaluation } from '#engine/ledger/revaluation';
import { type Decimal, decimal, ZERO } from '#shared/money/decimal';

const DAY_MS = 86_400_000;
const OPENED: Readonly<Record<string, string>> = { BTC: '52000', ETH: '3000', USDT: '1' };
const NOW: Readonly<Record<string, string>> = { BTC: '50000', ETH: '2400', USDT: '1' };
/** ETH fell most. */
const DEEPEST = 20;

describe('revaluation', () => {
  it('[RK-3] seed 61: whatever comes and goes, the loss of value lies between none and that of the coin that fell most; what leaves a single coin does not move it', () => {
    let left = 0;
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            currency: fc.constantFrom('BTC', 'ETH', 'USDT'),
            hundredths: fc.integer({ min: -300, max: 300 }),
          }),
          { minLength: 1, maxLength: 30 },
        ),
        (changes) => {
          const held = new Map<string, Decimal>([
            ['USD', decimal('1000')],
            ['BTC', decimal('3')],
          ]);
          const revaluation = new Revaluation((currency) => decimal(NOW[currency] ?? '0'));
          expect(revaluation.percent(DAY_MS, held)).toBeUndefined();
          revaluation.open({ dayMs: DAY_MS, prices: OPENED });
          expect(revaluation.percent(DAY_MS, held)?.toFixed(6)).toBe('3.846154');
          for (const { currency, hundredths } of changes) {
            const before = held.get(currency) ?? ZERO;
            const asked = decimal(String(hundredths)).div(decimal('100'));
            const quantity = before.plus(asked).lt(ZERO) ? ZERO.minus(before) : asked;
            const alone = [...held].every(([name, amount]) => name === currency || name === 'USD' || amount.eq(ZERO));
            const was = revaluation.percent(DAY_MS, held);
            revaluation.allocated(currency, before, quantity, decimal(NOW[currency] ?? '0'));
            held.set(currency, before.plus(quantity));
            const reading = revaluation.percent(DAY_MS, held);
            if (reading === undefined || was === undefined) throw new Error('no reading');
            expect(reading.gte(ZERO) && reading.lte(decimal(String(DEEPEST)))).toBe(true);
            if (alone && quantity.lt(ZERO) && held.get(currency)?.gt(ZERO) === true) {
              left += 1;
              expect(reading.toFixed(9)).toBe(was.toFixed(9));
            }
          }
        },
      ),
      { seed: 61, numRuns: 300 },
    );
    expect(left).toBeGreaterThan(50);
  });

  it('[FCL] [RK-3] what was held when the day began without a price stays unknown, whatever comes', () => {
    const revaluation = new Revaluation(() => decimal('5'));
    const held = new Map([['SOL', decimal('2')]]);
    revaluation.open({ dayMs: 0, prices: {} });
    expect(revaluation.percent(0, held)).toBeUndefined();
    revaluation.allocated('SOL', decimal('2'), decimal('1'), decimal('5'));
    held.set('SOL', decimal('3'));
    expect(revaluation.percent(0, held)).toBeUndefined();
    expect(revaluation.percent(DAY_MS, held)).toBeUndefined();
  });
});
