import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Growth } from '#engine/ledger/growth';
import { type Decimal, decimal, max, ZERO } from '#shared/money/decimal';

const START_MS = Date.UTC(2026, 0, 5, 20);
const HOUR_MS = 3_600_000;

/** Equal up to the eighteenth place that a division rounds. */
const near = (a: Decimal, b: Decimal): boolean => a.minus(b).abs().lte('0.000000001');

const moves = fc.array(
  fc.record({
    kind: fc.constantFrom('deal' as const, 'deal' as const, 'allocate' as const),
    cents: fc.integer({ min: -40_000, max: 60_000 }),
    hours: fc.integer({ min: 0, max: 9 }),
  }),
  { minLength: 1, maxLength: 25 },
);
const usd = (cents: number): Decimal => decimal((cents / 100).toFixed(2));

/** Everything that a change of the allocation may not move; daily losses as a share of equity, which daily stops are. */
function standing(growth: Growth, nowMs: number) {
  const equity = growth.equityUsd() ?? ZERO;
  const loss = growth.lossTodayUsd(nowMs);
  return {
    result: growth.resultUsd(),
    today: growth.resultTodayUsd(nowMs),
    mine: growth.resultTodayUsd(nowMs, 'mine'),
    fromPeak: growth.drawdownFromPeakPct(),
    fallToday: growth.drawdownTodayPct(nowMs),
    lossShare: equity.gt(ZERO) ? loss.div(equity) : ZERO,
  };
}

describe('growth', () => {
  it('[RK-3] seed 51: a change of the allocation moves no result, no drawdown and no share of the day’s loss', () => {
    let changes = 0;
    let fallen = 0;
    fc.assert(
      fc.property(moves, (drawn) => {
        const growth = new Growth();
        growth.allocate(usd(100_000));
        let nowMs = START_MS;
        for (const { kind, cents, hours } of drawn) {
          nowMs += hours * HOUR_MS;
          const equity = growth.equityUsd() ?? ZERO;
          if (kind === 'deal') {
            // Deals lose a part of what there is, not more.
            const change = usd(cents);
            growth.book(nowMs, cents % 2 === 0 ? 'mine' : 'other', equity.plus(change).gt(ZERO) ? change : ZERO);
            continue;
          }
          const before = standing(growth, nowMs);
          const change = usd(cents * 3);
          growth.allocate(equity.plus(change).gt(ZERO) ? change : ZERO);
          const after = standing(growth, nowMs);
          changes += 1;
          if (before.fromPeak.gt('1')) fallen += 1;
          expect(after.result.eq(before.result)).toBe(true);
          expect(after.today.eq(before.today)).toBe(true);
          expect(after.mine.eq(before.mine)).toBe(true);
          expect(near(after.fromPeak, before.fromPeak), `${after.fromPeak} was ${before.fromPeak}`).toBe(true);
          expect(near(after.fallToday, before.fallToday)).toBe(true);
          expect(near(after.lossShare, before.lossShare), `${after.lossShare} was ${before.lossShare}`).toBe(true);
        }
      }),
      { seed: 51, numRuns: 400 },
    );
    expect(changes).toBeGreaterThan(500);
    expect(fallen).toBeGreaterThan(100);
  });

  it('[RK-3] seed 52: with one allocation, drawdown is the fall from the best equity over that, exactly', () => {
    fc.assert(
      fc.property(moves, (drawn) => {
        const growth = new Growth();
        growth.allocate(usd(7_000_000));
        growth.allocate(usd(3_000_000));
        let nowMs = START_MS;
        let result = ZERO;
        let best = ZERO;
        for (const { cents, hours } of drawn) {
          nowMs += hours * HOUR_MS;
          growth.book(nowMs, 'mine', usd(cents));
          result = result.plus(usd(cents));
          best = max(best, result);
          const whole = decimal('100000').plus(best);
          const fall = best.minus(result).div(whole).times('100');
          expect(growth.drawdownFromPeakPct().eq(fall)).toBe(true);
          expect(growth.lossTodayUsd(nowMs).eq(growth.resultTodayUsd(nowMs))).toBe(true);
        }
      }),
      { seed: 52, numRuns: 200 },
    );
  });

  it('[RK-3] a deposit does not lift a daily stop, a withdrawal does not set one off', () => {
    const growth = new Growth();
    growth.allocate(decimal('10000'));
    growth.book(START_MS, 'mine', decimal('-50'));
    growth.allocate(decimal('9950'));
    expect(growth.resultTodayUsd(START_MS).toFixed()).toBe('-50');
    expect(growth.lossTodayUsd(START_MS).toFixed()).toBe('-100');
    growth.allocate(decimal('-14925'));
    expect(growth.lossTodayUsd(START_MS).toFixed()).toBe('-25');
    // What is lost from now on counts as it is.
    growth.book(START_MS, 'mine', decimal('-5'));
    expect(growth.lossTodayUsd(START_MS).toFixed()).toBe('-30');
    expect(growth.lossTodayUsd(START_MS, 'mine').toFixed()).toBe('-30');
    expect(growth.lossTodayUsd(START_MS, 'nobody').toFixed()).toBe('0');
    expect(growth.lossTodayUsd(START_MS + 25 * HOUR_MS).toFixed()).toBe('0');
  });

  it('[RK-3] taking everything out and paying it in again does not forget a drawdown', () => {
    const growth = new Growth();
    growth.allocate(decimal('1000'));
    growth.book(START_MS, 'mine', decimal('-100'));
    expect(growth.drawdownFromPeakPct().toFixed()).toBe('10');
    growth.allocate(decimal('-1000'));
    expect(growth.drawdownFromPeakPct().toFixed()).toBe('10');
    growth.allocate(decimal('100'));
    growth.allocate(decimal('5000'));
    expect(growth.equityUsd()?.toFixed()).toBe('5000');
    expect(growth.drawdownFromPeakPct().toFixed()).toBe('10');
    growth.book(START_MS, 'mine', decimal('500'));
    expect(growth.drawdownFromPeakPct().round(9).toFixed()).toBe('1');
  });

  it('[RK-3] a loss while nothing is allocated does not switch the drawdown off', () => {
    const growth = new Growth();
    growth.allocate(decimal('1000'));
    growth.allocate(decimal('-1000'));
    // A late fill of a deal that was closed.
    growth.book(START_MS, 'mine', decimal('-10'));
    growth.allocate(decimal('1010'));
    expect(growth.equityUsd()?.toFixed()).toBe('1000');
    expect(growth.drawdownFromPeakPct().toFixed()).toBe('0');
    growth.book(START_MS, 'mine', decimal('-250'));
    expect(growth.drawdownFromPeakPct().toFixed()).toBe('25');
    expect(growth.drawdownTodayPct(START_MS).toFixed()).toBe('25');
    expect(growth.lossTodayUsd(START_MS).toFixed()).toBe('-260');
  });

  it('[RK-3] what is allocated before the first result is where everything begins', () => {
    const growth = new Growth();
    for (const part of ['400', '600', '-250']) growth.allocate(decimal(part));
    expect(growth.equityUsd()?.toFixed()).toBe('750');
    expect(growth.drawdownFromPeakPct().toFixed()).toBe('0');
    growth.book(START_MS, 'mine', decimal('-75'));
    expect(growth.drawdownFromPeakPct().toFixed()).toBe('10');
  });
});
