import { afterEach, expect, test, vi } from 'vitest';
import { canonical } from '#main/telemetry/canonical';
import { VENUES } from '#shared/domain/ids';
import { decimal } from '#shared/money/decimal';
import { PracticeRun, type PracticeRunOptions } from '#support/practice-run';

vi.setConfig({ testTimeout: 120_000 });

const runs: PracticeRun[] = [];
afterEach(async () => {
  for (const run of runs.splice(0)) await run.stop();
});

function started(options: Partial<PracticeRunOptions>): PracticeRun {
  const run = new PracticeRun({ seed: 7, ...options });
  runs.push(run);
  return run;
}

/** What was traded, whoever filled it: venues write their decimals as they please and round fees to their own digits. */
const traded = (run: PracticeRun) =>
  [...run.closed]
    .sort((a, b) => a.openedAtMs - b.openedAtMs || (a.id < b.id ? -1 : 1))
    .map(({ openedAtMs, base, outcome, orders, fills }) => ({
      openedAtMs,
      base,
      outcome,
      orders: orders.map(
        ({ listing, side, kind, quantity, price }) => `${side} ${quantity} ${listing} ${kind} ${price}`,
      ),
      fills: fills.map(
        ({ listing, side, quantity, price, fee, feeCurrency, liquidity }) =>
          `${side} ${decimal(quantity).toFixed()} ${listing} at ${decimal(price).toFixed()}, ${liquidity}, fee ${decimal(fee).round(7).toFixed()} ${feeCurrency}`,
      ),
    }));

/** Where the ledger and what the practice venues hold of it differ: they hold more than was allocated. */
function unaccounted(run: PracticeRun, before: ReadonlyMap<string, string>): readonly string[] {
  return run.engine.portfolio.balanceLines().flatMap(({ venue, currency, held }) => {
    const { account } = tradingKey(run, venue);
    const wallet = account.wallets.includes('spot') ? 'spot' : (account.wallets[0] ?? '');
    const total = account.holdings(wallet).find((row) => row.currency === currency)?.total;
    const own = total?.minus(before.get(`${venue} ${currency}`) ?? '0');
    return own?.eq(held) === true ? [] : [`${venue} ${currency}: ${own?.toFixed()} there, ${held.toFixed()} here`];
  });
}

function tradingKey(run: PracticeRun, venue: (typeof VENUES)[number]) {
  const key = run.world.exchange(venue).keys.find(({ name, kind }) => name === 'trading' && kind === venue);
  if (key === undefined) throw new Error(`${venue} has no trading key`);
  return key;
}

/** What the accounts held before anything was paid in. */
const held = (run: PracticeRun): ReadonlyMap<string, string> =>
  new Map(
    VENUES.flatMap((venue) => {
      const { account } = tradingKey(run, venue);
      const wallet = account.wallets.includes('spot') ? 'spot' : (account.wallets[0] ?? '');
      return account.holdings(wallet).map(({ currency, total }) => [`${venue} ${currency}`, total.toFixed()] as const);
    }),
  );

test('[PP-1] [PP-2] seed 7: real brokers on practice accounts make the same deals as the simulated broker', async () => {
  const simulated = started({ broker: 'simulated', travelMs: 1 });
  const real = started({ broker: 'practice', travelMs: 1 });
  await simulated.forMs(60_000);
  await real.forMs(60_000);
  expect(simulated.closed.length).toBeGreaterThan(20);
  expect(traded(real)).toEqual(traded(simulated));
});

test('[PP-4] [PP-2] seed 7: a virtual minute on practice accounts twice gives the same journal, byte for byte', async () => {
  const journals: string[][] = [];
  for (let turn = 0; turn < 2; turn += 1) {
    const run = started({ broker: 'practice' });
    await run.forMs(60_000);
    expect(run.closed.length).toBeGreaterThan(10);
    journals.push(run.journal.readAll().map(canonical));
  }
  expect(journals[1]).toEqual(journals[0]);
});

test('[EX-1] [EX-11] seed 7: the engine dies again and again while it trades on real protocols; the ledger says what the venues hold', async () => {
  const run = started({ broker: 'practice' });
  const before = held(run);
  await run.until('the first deals', () => run.closed.length > 2);
  for (let life = 0; life < 6; life += 1) {
    await run.until('an order under way', () => run.openDeals().length > 0);
    await run.forMs(life * 3);
    run.restart();
    await run.forMs(10_000);
  }
  await run.until('every deal closed', () => run.engine.phase() === 'running' && run.openDeals().length === 0);
  await run.forMs(5_000);
  expect(run.openDeals()).toEqual([]);
  expect(unaccounted(run, before)).toEqual([]);
  const sent = run.entries('order-pending').map(({ order }) => order.clientOrderId);
  expect(new Set(sent).size).toBe(sent.length);
});

test('[AC-1] seed 7: keys revoked while it runs block their account alone; the others trade on', async () => {
  const run = started({ broker: 'practice' });
  await run.until('the first deals', () => run.closed.length > 2);
  const revoked = run.world.faults.apply({ feed: 'bybit:spot', fault: 'revoke-keys', on: true });
  expect(revoked.ok).toBe(true);
  const fromMs = run.clock.wallMs();
  await run.until('its refusal', () =>
    run
      .saidOf('bybit', fromMs)
      .some(({ verdict }) => verdict.kind === 'reject' && verdict.reason === 'account-blocked'),
  );
  const blockedMs = run.clock.wallMs();
  await run.forMs(30_000);
  expect(run.ordersSince(blockedMs).filter(({ venue, purpose }) => venue === 'bybit' && purpose === 'entry')).toEqual(
    [],
  );
  expect(run.openedSince(blockedMs).length, 'the others go on').toBeGreaterThan(0);
  run.world.faults.apply({ feed: 'bybit:spot', fault: 'revoke-keys', on: false });
});
