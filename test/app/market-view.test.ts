import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { QUERIES, type QueryInput } from '#shared/contract/contract';
import { FEEDS, listingId } from '#shared/domain/ids';
import { decimal, ZERO } from '#shared/money/decimal';
import { PracticeService } from '#support/practice-service';
import { scratchFolders } from '../storage/files.ts';

vi.setConfig({ testTimeout: 60_000 });

const folder = scratchFolders();
let practice: PracticeService;

beforeEach(async () => {
  practice = new PracticeService(7, folder());
  await practice.run.forMs(8_000);
});

afterEach(() => practice.stop());

const KRAKEN_BTC = listingId('kraken:spot', 'BTC-USD');

/** Asked as a window asks; what comes must be exactly what the contract knows. */
async function look(input: Partial<QueryInput<'market.view'>> = {}) {
  const answer = await practice.service.query('market.view', { base: 'BTC', ladder: KRAKEN_BTC, levels: 20, ...input });
  if (!answer.ok) throw new Error(answer.error.message);
  const parsed = QUERIES['market.view'].output.parse(answer.value);
  expect(parsed).toEqual(answer.value);
  return parsed;
}

test('[MD-1] one coin on every feed that lists it, in table order, with its touch, spread and age', async () => {
  const { rows, bases, base, composite } = await look({ base: null });
  expect([base, bases.includes('BTC')]).toEqual(['BTC', true]);
  const places = rows.map(({ feed }) => FEEDS.indexOf(feed));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(new Set(rows.map(({ venue }) => venue)).size).toBe(5);
  for (const { bid, ask, spreadBps, freshAtMs, stale, feed, funding } of rows) {
    expect(stale).toBeNull();
    expect(Number(ask)).toBeGreaterThan(Number(bid));
    const middle = (Number(ask) + Number(bid)) / 2;
    expect(spreadBps).toBeCloseTo(((Number(ask) - Number(bid)) / middle) * 10_000, 3);
    expect(practice.service.wallMs() - (freshAtMs ?? 0)).toBeLessThan(2_000);
    expect(funding === null).toBe(feed.endsWith(':spot'));
  }
  // MD-5: what the composite is made of is on screen; every mid is near it.
  expect(composite?.contributors.length).toBeGreaterThan(2);
  const basis = rows.map(({ basisBps }) => basisBps);
  expect(basis.some((value) => value !== null)).toBe(true);
});

test('[MD-7] a perpetual shows the funding its venue tells: rate, interval, next settlement, mark and index', async () => {
  // The run began at a settlement, which the venues book a little later.
  await practice.run.forMs(40_000);
  const perpetuals = (await look()).rows.filter(({ feed }) => feed.endsWith(':perp'));
  expect(perpetuals.length).toBeGreaterThan(0);
  for (const { listing, funding } of perpetuals) {
    expect(funding, listing).toMatchObject({ listing, problems: [] });
    expect(Number(funding?.markPrice), listing).toBeGreaterThan(0);
    const history = await practice.service.query('funding.history', { listing, limit: 10 });
    if (!history.ok) throw new Error(history.error.message);
    expect(QUERIES['funding.history'].output.parse(history.value)).toEqual(history.value);
    expect(history.value.rows.length, listing).toBeGreaterThan(1);
  }
});

test('the ladder is the chosen book: best first, exact, summed from the touch', async () => {
  const { ladder, rows } = await look();
  expect(ladder?.listing).toBe(KRAKEN_BTC);
  const row = rows.find(({ listing }) => listing === KRAKEN_BTC);
  expect([ladder?.bids[0]?.price, ladder?.asks[0]?.price]).toEqual([row?.bid, row?.ask]);
  for (const [levels, way] of [
    [ladder?.bids ?? [], -1],
    [ladder?.asks ?? [], 1],
  ] as const) {
    expect(levels).toHaveLength(20);
    let sum = ZERO;
    for (const [index, { price, size, cumulative }] of levels.entries()) {
      sum = sum.plus(decimal(size));
      expect(decimal(cumulative).eq(sum)).toBe(true);
      const before = levels[index - 1];
      if (before !== undefined) expect(Math.sign(Number(price) - Number(before.price))).toBe(way);
    }
  }
  expect((await look({ ladder: listingId('kraken:spot', 'ETH-USD') })).ladder).toBeNull();
});

test('[UI-3] a feed that fell silent is stale with its cause, its prices unknown once its book is not believed', async () => {
  await practice.service.command('practice.fault', { feed: 'kraken:spot', fault: 'refuse-connections', on: true });
  await practice.run.forMs(3_000);
  const { rows } = await look();
  const row = rows.find(({ listing }) => listing === KRAKEN_BTC);
  expect(row).toMatchObject({
    bid: null,
    ask: null,
    freshAtMs: null,
    spreadBps: null,
    stale: { cause: 'disconnected' },
  });
  const venue = practice.service.value('status').venues.find((one) => one.venue === 'kraken');
  expect(venue?.products.find(({ product }) => product === 'spot')).toMatchObject({ state: 'offline' });
  expect(venue?.reason).toMatch(/^spot: /);
});

test('a coin nobody lists has no rows; an instrument nobody lists has no history and says so', async () => {
  expect(await look({ base: 'NOPE' })).toMatchObject({ base: null, rows: [], composite: null, ladder: null });
  const listing = listingId('okx:perp', 'NOPE-USDT-PERP');
  expect(await practice.service.query('funding.history', { listing, limit: 5 })).toMatchObject({
    ok: false,
    error: { code: 'not-found' },
  });
});

test('[TE-2] the lag of every feed that speaks is a histogram with its quantiles', async () => {
  for (const { feed } of practice.service.rows('feeds')) {
    const answer = await practice.service.query('feed.latency', { feed });
    if (!answer.ok) throw new Error(answer.error.message);
    const { buckets, p50Ms, p99Ms, maxMs } = QUERIES['feed.latency'].output.parse(answer.value);
    expect(
      buckets.some(({ count }) => count > 0),
      feed,
    ).toBe(true);
    expect(p50Ms ?? Number.NaN).toBeLessThanOrEqual(p99Ms ?? Number.NaN);
    expect(maxMs).not.toBeNull();
  }
  expect(await practice.service.query('certification.latest', {})).toEqual({
    ok: true,
    value: { report: null, testnet: null },
  });
});
