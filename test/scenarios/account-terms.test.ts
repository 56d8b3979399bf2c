import { afterEach, expect, test, vi } from 'vitest';
import { type AccountTerms, BUILT_IN_TERMS } from '#shared/domain/account-terms';
import type { Venue } from '#shared/domain/ids';
import { isFinal } from '#shared/domain/order';
import { type Decimal, decimal, ZERO } from '#shared/money/decimal';
import { PracticeRun, type PracticeRunOptions } from '#support/practice-run';

vi.setConfig({ testTimeout: 120_000 });

const runs: PracticeRun[] = [];
afterEach(async () => {
  for (const run of runs.splice(0)) await run.stop();
});

function started(options: Partial<PracticeRunOptions> = {}): PracticeRun {
  const run = new PracticeRun({ seed: 7, ...options });
  runs.push(run);
  return run;
}

const onOne =
  (venue: Venue, changes: Partial<AccountTerms>) =>
  (asked: Venue): AccountTerms =>
    asked === venue ? { ...BUILT_IN_TERMS, label: 'Mine', ...changes } : BUILT_IN_TERMS;

const touching = (run: PracticeRun, venue: Venue) =>
  run.engine.portfolio.openDeals().filter(({ venues }) => venues.includes(venue));

const lineOf = (run: PracticeRun, venue: Venue, currency: string) =>
  run.engine.portfolio.balanceLines().find((line) => line.venue === venue && line.currency === currency);

/** The whole of what is allocated on a venue now, with other quantities where they are named. */
function want(run: PracticeRun, venue: Venue, changes: Readonly<Record<string, Decimal>>): void {
  const lines = run.engine.portfolio
    .balanceLines()
    .filter((line) => line.venue === venue)
    .map(({ currency, target }) => ({ currency, quantity: changes[currency] ?? target }));
  run.wanted = [{ venue, account: 'paper', lines }];
}

for (const broker of ['simulated', 'practice'] as const) {
  test(`[RO-1] [RK-1] seed 7, ${broker} broker: routing of a venue is switched off while it runs: open deals end there, no entry goes there, the others trade on`, async () => {
    const run = started({ broker });
    await run.until('an open deal with a leg on Kraken', () => touching(run, 'kraken').length > 0, 300_000);
    const open = touching(run, 'kraken').map(({ dealId }) => dealId);
    run.terms = onOne('kraken', { routing: false });
    run.engine.accountsChanged();
    const offMs = run.clock.wallMs();
    expect(run.engine.unrouted('kraken')).toContain('routing off');
    expect(run.engine.unrouted('okx')).toBeUndefined();
    await run.until('its deals ended', () => touching(run, 'kraken').length === 0);
    for (const id of open) expect(run.engine.deal(id)?.state).toBe('closed');
    await run.forMs(30_000);
    const since = run.openedSince(offMs);
    expect(since.length, 'the others go on').toBeGreaterThan(0);
    for (const { plan } of since) {
      expect(plan.legs.map(({ venue }) => venue)).not.toContain('kraken');
      expect(plan.rescue.map(({ listing }) => listing?.split(':')[0])).not.toContain('kraken');
    }
    const entries = run.ordersSince(offMs).filter(({ venue, purpose }) => venue === 'kraken' && purpose === 'entry');
    expect(entries).toEqual([]);
    const said = run
      .saidOf('kraken', offMs)
      .flatMap(({ verdict }) =>
        verdict.kind === 'reject' && verdict.reason === 'venue-disabled' ? [verdict.detail] : [],
      );
    expect(new Set(said)).toEqual(
      new Set(['The account “Mine” on Kraken has routing off; it is switched on again on Accounts.']),
    );
    run.terms = () => BUILT_IN_TERMS;
    run.engine.accountsChanged();
    const onMs = run.clock.wallMs();
    await run.until(
      'a deal on Kraken again',
      () => run.openedSince(onMs).some(({ plan }) => plan.legs.some(({ venue }) => venue === 'kraken')),
      300_000,
    );
  });

  test(`[IN-1] [RK-3] seed 7, ${broker} broker: the inventory of a venue is cut and raised while deals run; nothing of it is a result, the venue holds what the ledger says`, async () => {
    const run = started({ broker });
    await run.until('the first deals', () => run.closed.length > 2);
    await run.until('a deal under way on Bybit', () => touching(run, 'bybit').length > 0, 300_000);
    const ledger = run.engine.portfolio;
    const before = { equity: ledger.equityUsd() ?? ZERO, result: ledger.totalResultUsd() };
    const bitcoins = lineOf(run, 'bybit', 'BTC')?.target ?? ZERO;
    want(run, 'bybit', { BTC: bitcoins.times('0.25'), ETH: ZERO });
    run.engine.accountsChanged();
    expect(ledger.totalResultUsd().eq(before.result)).toBe(true);
    expect((ledger.equityUsd() ?? ZERO).lt(before.equity)).toBe(true);
    await run.until(
      'all of it left',
      () => run.engine.inventoryKept('bybit').length === 0 || run.closed.length > 60,
      300_000,
    );
    expect(lineOf(run, 'bybit', 'BTC')?.target.lt(bitcoins)).toBe(true);
    const cutMs = run.clock.wallMs();
    const equity = ledger.equityUsd() ?? ZERO;
    const drawdown = ledger.drawdownFromPeakPct();
    const result = ledger.totalResultUsd();
    want(run, 'bybit', { BTC: bitcoins.times('4'), ETH: decimal('20') });
    run.engine.accountsChanged();
    expect(run.engine.inventoryKept('bybit')).toEqual([]);
    expect(lineOf(run, 'bybit', 'BTC')?.target.eq(bitcoins.times('4'))).toBe(true);
    expect(lineOf(run, 'bybit', 'ETH')?.target.toFixed()).toBe('20');
    expect(ledger.totalResultUsd().eq(result)).toBe(true);
    expect((ledger.equityUsd() ?? ZERO).gt(equity)).toBe(true);
    expect(ledger.drawdownFromPeakPct().minus(drawdown).abs().lte('0.000000001')).toBe(true);
    // It is used …
    await run.until(
      'a deal that sells on Bybit',
      () =>
        run
          .openedSince(cutMs)
          .some(({ plan }) => plan.legs.some(({ venue, side }) => venue === 'bybit' && side === 'sell')),
      300_000,
    );
    if (broker === 'simulated') {
      want(run, 'bybit', {});
      await run.until('nothing on its way', () => run.openDeals().length === 0 && run.differences().length === 0);
    } else {
      // … and the comparison with the venue, once a minute (EX-10), finds nothing missing.
      await run.forMs(70_000);
      expect(run.engine.waitingFor()).toBeUndefined();
    }
    for (const { held, target } of ledger.balanceLines()) {
      expect(held.gte(ZERO)).toBe(true);
      expect(target.gte(ZERO)).toBe(true);
    }
  });
}

test('[RO-1] [RK-3] seed 7: fewer deals at once and less risk, stated while it runs, bind from the next deal on', async () => {
  const run = started();
  await run.until('the first deals', () => run.closed.length > 2);
  const ledger = run.engine.portfolio;
  run.terms = onOne('okx', { maxConcurrent: 1, riskPerTradePct: decimal('0.05') });
  run.engine.accountsChanged();
  await run.until('nothing open there', () => touching(run, 'okx').length === 0);
  const fromMs = run.clock.wallMs();
  const endMs = fromMs + 120_000;
  while (run.clock.wallMs() < endMs) {
    await run.forMs(250);
    expect(touching(run, 'okx').length).toBeLessThanOrEqual(1);
  }
  const there = run.openedSince(fromMs).filter(({ plan }) => plan.legs.some(({ venue }) => venue === 'okx'));
  expect(there.length).toBeGreaterThan(2);
  const most = (ledger.equityUsd() ?? ZERO).times('0.0005').times('1.001');
  for (const { plan } of there) expect(decimal(plan.worstLossUsd).lte(most)).toBe(true);
});

test('[IN-1] [PP-1] seed 7: it dies while the inventory is raised; the next life pays in what is missing, once', async () => {
  const run = started();
  await run.until('the first deals', () => run.closed.length > 2);
  const before = lineOf(run, 'kraken', 'BTC')?.target ?? ZERO;
  for (const times of ['2', '3']) {
    want(run, 'kraken', { BTC: before.times(times) });
    // Dead between the venue's books and the journal's row: the row is what the next life has to write.
    const append = run.journal.append.bind(run.journal);
    run.journal.append = () => {
      run.crash();
      throw new Error('dead');
    };
    expect(() => run.engine.accountsChanged()).toThrow('dead');
    run.journal.append = append;
    run.restart();
    await run.until('what is wanted', () => lineOf(run, 'kraken', 'BTC')?.target.eq(before.times(times)) === true);
  }
  await run.until('no open deal', () => run.engine.phase() === 'running' && run.openDeals().length === 0, 300_000);
  const total = run.paper.balances('paper', 'kraken').find(({ currency }) => currency === 'BTC')?.total;
  expect(decimal(total ?? '0').eq(lineOf(run, 'kraken', 'BTC')?.held ?? ZERO)).toBe(true);
});

test('[RO-1] [RK-3] seed 7: risk is tightened while entries rest: those are withdrawn at once, what filled is hedged to the end', async () => {
  const run = started();
  const restingOn = (venue: Venue) =>
    run
      .openDeals()
      .filter(({ plan, orders }) => {
        const entry = orders.findLast(({ purpose }) => purpose === 'entry');
        return plan.legs.some((leg) => leg.venue === venue) && entry?.kind === 'post-only' && !isFinal(entry.state);
      })
      .map(({ id }) => id);
  await run.until('an entry that rests with a leg on Kraken', () => restingOn('kraken').length > 0, 300_000);
  const there = restingOn('kraken');
  run.terms = onOne('kraken', { riskPerTradePct: decimal('0.0001') });
  run.engine.accountsChanged();
  await run.forMs(1_000);
  expect(restingOn('kraken')).toEqual([]);
  await run.until('its deals ended', () => touching(run, 'kraken').length === 0);
  for (const id of there) {
    const deal = run.engine.deal(id);
    expect(deal).toMatchObject({ state: 'closed' });
    expect(deal?.orders.filter(({ purpose }) => purpose === 'entry').map(({ state }) => state)).not.toContain(
      'expired',
    );
  }
  const reasons = run.entries('deal-state').flatMap(({ dealId, reason }) => (there.includes(dealId) ? [reason] : []));
  expect(reasons).toContainEqual(expect.stringContaining('“Mine” on Kraken may risk 0.0001 % of equity on a deal'));
  expect(run.differences()).toEqual([]);
});
