import { describe, expect, it } from 'vitest';
import { showsDeal } from '../../../src-renderer/panels/deals/filter.ts';
import { matches } from '../../../src-renderer/panels/planner/filter.ts';
import { EMPTY_PLANNER_FILTER } from '../../../src-renderer/store/ui-state.ts';
import { spot } from '../fixtures/market-sample.ts';
import { sampleCandidate } from '../fixtures/plan-sample.ts';
import { sampleCandidates, sampleDeals } from '../fixtures/sample.ts';

describe('planner filter', () => {
  const all = sampleCandidates();
  const count = (change: object) => all.filter((row) => matches(row, { ...EMPTY_PLANNER_FILTER, ...change })).length;

  it('[PL-1] hides nothing until it is set', () => {
    expect(count({})).toBe(all.length);
  });

  it('every verdict is shown by exactly one of planned and rejected', () => {
    expect(count({ verdict: 'plan' })).toBeGreaterThan(0);
    expect(count({ verdict: 'plan' }) + count({ verdict: 'reject' })).toBe(all.length);
  });

  it('filters by base, by venue on either side, and by reason', () => {
    const candidate = sampleCandidate('BTC', spot('binance', 'BTC-USDT'), spot('kraken', 'BTC-USD'), 1);
    const shows = (change: object) => matches(candidate, { ...EMPTY_PLANNER_FILTER, ...change });
    expect([shows({ base: 'BTC' }), shows({ base: 'ETH' })]).toEqual([true, false]);
    expect([shows({ venue: 'kraken' }), shows({ venue: 'binance' }), shows({ venue: 'okx' })]).toEqual([
      true,
      true,
      false,
    ]);
    const reason = candidate.verdict.kind === 'reject' ? candidate.verdict.reason : '';
    expect([shows({ reason }), shows({ reason: 'halted' })]).toEqual([true, false]);
  });

  it('every typed word must occur, in any order and case', () => {
    const candidate = sampleCandidate('BTC', spot('binance', 'BTC-USDT'), spot('kraken', 'BTC-USD'), 1);
    const shows = (text: string) => matches(candidate, { ...EMPTY_PLANNER_FILTER, text });
    expect([shows('KRAKEN binance'), shows('kraken okx'), shows('  ')]).toEqual([true, false, true]);
  });
});

describe('deal filter', () => {
  const deals = sampleDeals();
  it('splits open from closed and searches', () => {
    const ids = (filter: Parameters<typeof showsDeal>[1]) =>
      deals.filter((deal) => showsDeal(deal, filter)).map(({ id }) => id);
    expect(ids({ show: 'open', text: '' })).toEqual(['d-32']);
    expect(ids({ show: 'closed', text: '' })).toHaveLength(deals.length - 1);
    expect(ids({ show: 'all', text: 'd-32 kraken' })).toEqual(['d-32']);
    expect(ids({ show: 'all', text: 'okx' })).toEqual([]);
  });
});
