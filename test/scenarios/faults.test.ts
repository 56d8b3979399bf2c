import { afterEach, expect, test, vi } from 'vitest';
import { healthReport } from '#main/app/health-report';
import { feedOfListing, type Venue, venueOf } from '#shared/domain/ids';
import type { FeedState } from '#shared/domain/market';
import { PracticeRun, SMALL_DEALS } from '#support/practice-run';

vi.setConfig({ testTimeout: 60_000 });

let run: PracticeRun;

afterEach(() => run.stop());

/** A run that trades, on the venue as well as on others. */
async function trading(venue: Venue, catalogueEveryMs?: number): Promise<void> {
  run = new PracticeRun({ seed: 7, ...(catalogueEveryMs === undefined ? {} : { catalogueEveryMs }) });
  await run.until('deals', () => run.closed.length >= 3);
  expect(feed(venue).fresh).toBe(feed(venue).instruments);
}

function feed(venue: Venue): FeedState {
  const found = run.engine.market.feeds().find((state) => state.venue === venue);
  if (found === undefined) throw new Error(`no feed of ${venue}`);
  return found;
}

const reasonsOf = (venue: Venue, fromMs: number): readonly string[] => [
  ...new Set(run.saidOf(venue, fromMs).map(({ verdict }) => (verdict.kind === 'plan' ? 'plan' : verdict.reason))),
];

/** Deals with a leg on the venue opened from then on. */
const dealsOn = (venue: Venue, fromMs: number) =>
  run.openedSince(fromMs).filter(({ plan }) => plan.legs.some((leg) => venueOf(feedOfListing(leg.listing)) === venue));

const entriesOn = (venue: Venue, fromMs: number) =>
  run.ordersSince(fromMs).filter((order) => order.venue === venue && order.purpose === 'entry');

/** Until the venue is traded on again. */
const tradedAgain = (venue: Venue, fromMs: number) =>
  run.until(`a deal on ${venue} again`, () => dealsOn(venue, fromMs).length > 0, 180_000);

test('[MD-2] [SD-3] [CB-2] a venue that falls silent: stale-quote, no entry there, others trade on, it comes back', async () => {
  await trading('okx');
  run.world.faults.apply({ feed: 'okx:spot', fault: 'silence', on: true });
  // Two seconds: `maxQuoteAgeMs` of 1.5 s, and what was decided before travels.
  await run.forMs(2_000);
  const quietFromMs = run.clock.wallMs();
  await run.forMs(25_000);
  expect(feed('okx').fresh).toBe(0);
  expect(reasonsOf('okx', quietFromMs)).toEqual(['stale-quote']);
  expect(entriesOn('okx', quietFromMs)).toEqual([]);
  expect(dealsOn('okx', quietFromMs)).toEqual([]);
  expect(run.openedSince(quietFromMs).length, 'deals elsewhere').toBeGreaterThan(0);
  expect(run.engine.breakers.all().find(({ scope }) => scope === 'okx')).toMatchObject({
    state: 'open',
    cause: 'stale-ratio',
  });

  run.world.faults.apply({ feed: 'okx:spot', fault: 'silence', on: false });
  await run.until('okx fresh', () => feed('okx').fresh === feed('okx').instruments, 30_000);
  expect(feed('okx').reconnects).toBeGreaterThan(0);
  await tradedAgain('okx', run.clock.wallMs());
});

test('[MD-3] broken and refused connections: every book of the venue is stale at once, rebuilt within seconds of coming back, traded again', async () => {
  await trading('bybit');
  const { epoch, reconnects } = feed('bybit');
  run.world.faults.apply({ feed: 'bybit:spot', fault: 'refuse-connections', on: true });
  await run.until('bybit disconnected', () => feed('bybit').connection !== 'connected', 1_000);
  const downFromMs = run.clock.wallMs();
  expect(feed('bybit').fresh).toBe(0);
  // Long enough for the market to offer something there.
  await run.forMs(12_000);
  const openAgainMs = run.clock.wallMs();
  run.world.faults.apply({ feed: 'bybit:spot', fault: 'refuse-connections', on: false });
  await run.until('a book of bybit is back', () => feed('bybit').fresh > 0, 10_000);
  const during = run.saidOf('bybit', downFromMs).filter(({ atMs }) => atMs < run.clock.wallMs() - 20);
  expect(during.length).toBeGreaterThan(0);
  for (const { verdict } of during) expect(verdict).toMatchObject({ kind: 'reject', reason: 'stale-quote' });
  await run.until('bybit fresh', () => feed('bybit').fresh === feed('bybit').instruments, 10_000);
  expect(run.clock.wallMs() - openAgainMs).toBeLessThan(10_000);
  expect(feed('bybit').epoch).toBeGreaterThan(epoch);
  expect(feed('bybit').reconnects).toBe(reconnects + 1);
  await tradedAgain('bybit', run.clock.wallMs());
});

test.each([
  ['binance', 'gaps', () => run.world.faults.apply({ feed: 'binance:spot', fault: 'gap', on: true })],
  ['kraken', 'checksumErrors', () => run.world.faults.apply({ feed: 'kraken:spot', fault: 'bad-checksum', on: true })],
] as const)(
  '[MD-3] one bad frame of %s (%s): its book is stale until its snapshot, the rest of the venue is not',
  async (venue, counter, spoil) => {
    await trading(venue);
    const before = feed(venue);
    spoil();
    await run.until(counter, () => feed(venue)[counter] > before[counter], 30_000);
    const spoiled = run.engine.market
      .listings()
      .filter((listing) => listing.venue === venue && !run.engine.market.freshness(listing.id).fresh);
    expect(spoiled.map(({ id }) => run.engine.market.freshness(id))).toMatchObject([{ cause: 'invalid-book' }]);
    const spoiledId = spoiled[0]?.id;
    const atMs = run.clock.wallMs();
    await run.until('its snapshot', () => feed(venue).fresh === feed(venue).instruments, 10_000);
    const said = run.verdicts.filter(
      (row) =>
        row.atMs >= atMs && row.atMs < run.clock.wallMs() - 20 && (row.buy === spoiledId || row.sell === spoiledId),
    );
    for (const { verdict } of said) expect(verdict).toMatchObject({ kind: 'reject', reason: 'stale-quote' });
    expect(feed(venue)).toMatchObject({ epoch: before.epoch, [counter]: before[counter] + 1 });
  },
);

test('[MD-8] a venue that takes cancels only: venue-status, no entry with a leg there, others trade on, it comes back', async () => {
  await trading('okx', 10_000);
  const all = run.world.instruments.filter(({ feed }) => feed === 'okx:spot');
  for (const { instrument } of all) run.world.faults.setStatus('okx:spot', instrument, 'cancel-only');
  const listed = () => run.engine.market.listings().filter(({ id }) => feedOfListing(id) === 'okx:spot');
  const statuses = () => new Set(listed().map(({ status }) => status));
  await run.until('the new status', () => !statuses().has('normal'), 30_000);
  const fromMs = run.clock.wallMs();
  await run.forMs(20_000);
  expect(reasonsOf('okx', fromMs)).toEqual(['venue-status']);
  expect(entriesOn('okx', fromMs)).toEqual([]);
  expect(dealsOn('okx', fromMs)).toEqual([]);
  expect(run.openedSince(fromMs).length, 'deals elsewhere').toBeGreaterThan(0);

  for (const { instrument } of all) run.world.faults.setStatus('okx:spot', instrument, 'normal');
  await run.until('normal again', () => statuses().size === 1 && statuses().has('normal'), 30_000);
  await tradedAgain('okx', run.clock.wallMs());
});

test('[MD-8] [UI-7] announced maintenance: no entry there from its lead on, others trade on, nothing trips, it comes back', async () => {
  run = new PracticeRun({
    seed: 7,
    catalogueEveryMs: 10_000,
    settings: () => ({ ...SMALL_DEALS, limits: { ...SMALL_DEALS.limits, maintenanceLeadMin: '1' } }),
  });
  await run.until('deals', () => run.closed.length >= 3);
  const standing = () => feed('okx').maintenance;
  const announced = () => run.run.notifications.list().filter(({ text }) => text.includes('OKX spot'));
  expect(standing()).toMatchObject({ windows: [], entriesWait: false });
  expect(run.world.faults.apply({ feed: 'okx:spot', fault: 'announced-maintenance', on: true, amount: 80 }).ok).toBe(
    true,
  );
  await run.until('the announcement read', () => standing().windows.length === 1, 25_000);
  const fromMs = standing().windows[0]?.fromMs ?? 0;
  expect(standing().entriesWait).toBe(false);
  // The engine says it with its next tick.
  await run.forMs(1_100);
  expect(announced().map(({ kind }) => kind)).toEqual(['message']);
  const before = run.clock.wallMs();
  await run.until('its lead', () => standing().entriesWait, 60_000);
  expect(Math.abs(fromMs - run.clock.wallMs() - 60_000)).toBeLessThan(1_500);
  expect(dealsOn('okx', before - 20_000).length, 'deals there until then').toBeGreaterThan(0);

  await run.forMs(2_000);
  const waitFromMs = run.clock.wallMs();
  await run.until('it begins', () => run.clock.wallMs() >= fromMs + 10_000, 100_000);
  expect(reasonsOf('okx', waitFromMs)).toEqual(['venue-status']);
  const said = run.saidOf('okx', waitFromMs).map(({ verdict }) => (verdict.kind === 'reject' ? verdict.detail : ''));
  expect(said.some((detail) => /OKX spot: maintenance .* UTC, in .*: Trading system upgrade/.test(detail))).toBe(true);
  expect([entriesOn('okx', waitFromMs), dealsOn('okx', waitFromMs)]).toEqual([[], []]);
  expect(run.openedSince(waitFromMs).length, 'deals elsewhere').toBeGreaterThan(0);
  expect(run.engine.breakers.all().filter(({ scope, state }) => scope === 'okx' && state !== 'closed')).toEqual([]);
  const alerts = () => announced().filter(({ kind, text }) => kind === 'alert' && text.startsWith('No more entries'));
  expect(alerts()).toMatchObject([{ count: 1, active: true }]);
  const told = healthReport(run.engine, 'PRACTICE', run.clock).feeds.find((one) => one.feed === 'okx:spot');
  expect(told?.maintenance).toMatchObject({ entriesWait: true, unreadableForMs: null, note: null });
  expect(told?.maintenance.announced.join()).toMatch(/UTC, under way, .* left: Trading system upgrade$/);
  expect(told?.maintenance.readAgeMs ?? Infinity).toBeLessThan(25_000);

  // The venue is done early, and says so.
  run.world.faults.apply({ feed: 'okx:spot', fault: 'announced-maintenance', on: false });
  await run.until('over', () => !standing().entriesWait && standing().windows.length === 0, 25_000);
  await run.forMs(1_100);
  expect(alerts()).toMatchObject([{ count: 1, active: false }]);
  await tradedAgain('okx', run.clock.wallMs());
});
