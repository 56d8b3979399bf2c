import { describe, expect, it } from 'vitest';
import type { WorkingEntry } from '#engine/risk/entry-limits';
import { type AccountTerms, BUILT_IN_TERMS } from '#shared/domain/account-terms';
import { decimal } from '#shared/money/decimal';
import { openDeal } from '#support/fake-portfolio';
import { PlanningRig } from '#support/planning-rig';

const stated = (changes: Partial<AccountTerms>): AccountTerms => ({ ...BUILT_IN_TERMS, label: 'Mine', ...changes });

/** An entry of 0.1 BTC, 5,000 USD, that rests on Binance with its hedge on Kraken: as large as a deal may be. */
function resting(): { rig: PlanningRig; entry: WorkingEntry } {
  const rig = new PlanningRig();
  const { binance, kraken } = rig;
  const deal = openDeal({ dealId: 'd1', buy: binance.id, sell: kraken.id, notionalUsd: decimal('5000') });
  rig.portfolio.deals.push({ ...deal, worstLossUsd: decimal('50') });
  return { rig, entry: { dealId: 'd1', listing: binance, quantity: decimal('0.1'), price: decimal('49990') } };
}

const NONE = new Set<string>();

describe('EntryLimits, of an entry that rests', () => {
  it('[RK-3] one that is within them stays, also when equity drifted a little under it', () => {
    const { rig, entry } = resting();
    rig.terms.set('kraken', stated({ riskPerTradePct: decimal('0.05') }));
    expect(rig.entryLimits.resting(entry, NONE)).toBeUndefined();
    rig.portfolio.equity = '99500';
    expect(rig.entryLimits.leaving(entry)?.reason).toBe('budget-venue');
    expect(rig.entryLimits.resting(entry, NONE)).toBeUndefined();
  });

  it.each<readonly [string, (rig: PlanningRig) => unknown]>([
    ['budget-venue', (rig) => rig.terms.set('kraken', stated({ riskPerTradePct: decimal('0.04') }))],
    ['budget-venue', (rig) => rig.terms.set('binance', stated({ riskPerTradePct: decimal('0.04') }))],
    ['venue-disabled', (rig) => rig.terms.set('kraken', stated({ routing: false }))],
    ['exposure-cap', (rig) => rig.limit('maxDealNotionalPct', '4')],
    ['daily-stop', (rig) => rig.portfolio.results.set('default', '-2001')],
    ['drawdown-stop', (rig) => (rig.portfolio.todayPct = '3.1')],
    ['implausible-edge', (rig) => rig.market.mids.set('BTC', '50600')],
    ['telemetry-incomplete', (rig) => rig.market.mids.delete('BTC')],
    ['telemetry-incomplete', (rig) => (rig.portfolio.equity = undefined)],
    ['telemetry-incomplete', (rig) => rig.portfolio.deals.splice(0)],
  ])('[RK-3] [RO-1] it is not allowed any more: %s', (reason, tighten) => {
    const { rig, entry } = resting();
    tighten(rig);
    expect(rig.entryLimits.resting(entry, NONE)?.reason).toBe(reason);
  });

  it('[RO-1] fewer deals at once: those that yield are not counted, those that do not are', () => {
    const { rig, entry } = resting();
    rig.portfolio.deals.push(openDeal({ dealId: 'd2', venues: ['okx', 'kraken'] }));
    rig.terms.set('kraken', stated({ maxConcurrent: 1 }));
    expect(rig.entryLimits.resting(entry, NONE)?.reason).toBe('max-concurrent');
    expect(rig.entryLimits.resting(entry, new Set(['d2']))).toBeUndefined();
  });

  it('[RK-3] only what it may still execute is counted', () => {
    const { rig, entry } = resting();
    rig.limit('maxDealNotionalPct', '4');
    expect(rig.entryLimits.resting({ ...entry, quantity: decimal('0.08') }, NONE)).toBeUndefined();
  });
});
