import { describe, expect, test } from 'vitest';
import type { FeedId } from '#shared/domain/ids';
import { FEEDS } from '#shared/domain/ids';
import { NOTICE_FAULTS } from '#shared/domain/practice';
import type { Json, Stand } from './client.ts';
import { at, cause, lift, list, parse, stand } from './client.ts';
import { FEED_CLIENTS } from './feed-clients.ts';

const AFTER_S = 400;
const LASTS_MS = 300_000;
const SILENT: readonly FeedId[] = ['binance:spot', 'binance:perp', 'coinbase:perp'];

/** One announcement as its venue writes it: when it begins and ends, and the word for how it stands. */
interface Written {
  readonly fromMs: number;
  readonly toMs: number;
  readonly state: Json;
  readonly concerns: Json;
}

const BYBIT = 'https://api.bybit.com/v5/system/status';
const OKX = 'https://www.okx.com/api/v5/system/status';
const KRAKEN = 'https://api.kraken.com/0/public/MaintenanceSchedule';
const COINBASE = 'https://status.exchange.coinbase.com/api/v2/scheduled-maintenances';

const rows = async (here: Stand, url: string, ...path: string[]): Promise<Json[]> => {
  const { status, body } = await here.get(url);
  expect(status, url).toBe(200);
  return list(at(parse(body), ...path));
};
const bybit = async (here: Stand): Promise<Written[]> =>
  (await rows(here, BYBIT, 'result', 'list')).map((row) => ({
    fromMs: Number(at(row, 'begin')),
    toMs: Number(at(row, 'end')),
    state: at(row, 'state'),
    concerns: at(row, 'product'),
  }));
const okx = async (here: Stand): Promise<Written[]> =>
  (await rows(here, OKX, 'data')).map((row) => ({
    fromMs: Number(at(row, 'begin')),
    toMs: Number(at(row, 'end')),
    state: at(row, 'state'),
    concerns: at(row, 'serviceType'),
  }));
const kraken = async (here: Stand): Promise<Written[]> =>
  (await rows(here, KRAKEN, 'result', 'events')).map((row) => ({
    fromMs: Date.parse(String(at(row, 'expected_start_utc'))),
    toMs: Date.parse(String(at(row, 'expected_end_utc'))),
    state: at(row, 'phase'),
    concerns: at(row, 'affected_services', 0),
  }));
const coinbase = async (here: Stand): Promise<Written[]> => {
  const both = await Promise.all(
    ['upcoming', 'active'].map((which) => rows(here, `${COINBASE}/${which}.json`, 'scheduled_maintenances')),
  );
  return both.flat().map((row) => ({
    fromMs: Date.parse(String(at(row, 'scheduled_for'))),
    toMs: Date.parse(String(at(row, 'scheduled_until'))),
    state: at(row, 'status'),
    concerns: at(row, 'components', 0, 'name'),
  }));
};

const VENUES: readonly {
  readonly feed: FeedId;
  readonly written: (here: Stand) => Promise<Written[]>;
  readonly concerns: Json;
  /** The venue's words while it is to come and while it is under way; `null`: it leaves the list when it begins. */
  readonly words: readonly [string, string | null];
}[] = [
  { feed: 'bybit:spot', written: bybit, concerns: [2], words: ['scheduled', 'ongoing'] },
  { feed: 'bybit:perp', written: bybit, concerns: [1], words: ['scheduled', 'ongoing'] },
  { feed: 'okx:spot', written: okx, concerns: '5', words: ['scheduled', 'ongoing'] },
  { feed: 'okx:perp', written: okx, concerns: '5', words: ['scheduled', 'ongoing'] },
  { feed: 'kraken:spot', written: kraken, concerns: 'spot_trading', words: ['approaching_30m', null] },
  { feed: 'kraken:perp', written: kraken, concerns: 'futures_trading', words: ['approaching_30m', null] },
  { feed: 'coinbase:spot', written: coinbase, concerns: 'Trading', words: ['scheduled', 'in_progress'] },
];

test('[PP-3] every feed either announces maintenance or refuses to, in words', () => {
  expect(NOTICE_FAULTS).toEqual(['announced-maintenance']);
  expect([...VENUES.map(({ feed }) => feed), ...SILENT].sort()).toEqual([...FEEDS].sort());
  const { practice } = stand();
  for (const feed of SILENT) {
    expect(practice.faults.apply({ feed, fault: 'announced-maintenance', on: true })).toEqual({
      ok: false,
      error: `${feed} announces no maintenance that a program could read`,
    });
  }
  expect(practice.faults.active()).toEqual([]);
});

describe.each(VENUES)('[PP-3] [MD-8] $feed', ({ feed, written, concerns, words }) => {
  const client = FEED_CLIENTS.find((one) => one.feed === feed);
  const together: readonly FeedId[] = feed.startsWith('okx') ? ['okx:spot', 'okx:perp'] : [feed];
  const small = () => stand({ feeds: together, updatesPerSecond: 1 });
  /** The catalogue without its numbers: its words change with statuses alone. */
  const catalogue = async (here: Stand): Promise<string> =>
    (await here.get(client?.catalogue ?? '')).body.replaceAll(/[-+\d.:TZ]+/g, '');
  const stillFeeds = (here: Stand): FeedId[] =>
    [...FEEDS].filter((one) => here.practice.exchange(one.split(':')[0] as 'okx').inMaintenance(one));

  test('announces in its own words, stands still from its begin to its end, and is as it was before', async () => {
    const here = small();
    expect(await written(here)).toEqual([]);
    const usual = await catalogue(here);
    const announcedMs = here.clock.wallMs();
    cause(here.practice, feed, 'announced-maintenance', { amount: AFTER_S });
    const [row, ...more] = await written(here);
    expect(more).toEqual([]);
    expect(row).toMatchObject({ state: words[0], concerns });
    const fromMs = row?.fromMs ?? 0;
    expect(Math.abs(fromMs - announcedMs - AFTER_S * 1000)).toBeLessThanOrEqual(1_000);
    expect((row?.toMs ?? 0) - fromMs).toBe(LASTS_MS);

    here.clock.advanceBy(fromMs - here.clock.wallMs() - 100);
    expect(stillFeeds(here)).toEqual([]);
    expect((await catalogue(here)) === usual).toBe(true);
    here.clock.advanceBy(100);
    expect(stillFeeds(here).sort()).toEqual([...together].sort());
    expect((await catalogue(here)) === usual).toBe(false);
    expect((await written(here)).map(({ state }) => state)).toEqual(words[1] === null ? [] : [words[1]]);
    expect(here.practice.faults.active()).toMatchObject([{ feed, fault: 'announced-maintenance', amount: AFTER_S }]);

    here.clock.advanceBy(LASTS_MS);
    expect([stillFeeds(here), await written(here), here.practice.faults.active()]).toEqual([[], [], []]);
    expect((await catalogue(here)) === usual).toBe(true);
  });

  test('is called off, or cut short, by switching it off; what else was switched on stays', async () => {
    const here = small();
    cause(here.practice, feed, 'announced-maintenance', { amount: AFTER_S });
    lift(here.practice, feed, 'announced-maintenance');
    expect([await written(here), here.practice.faults.active()]).toEqual([[], []]);
    here.clock.advanceBy(AFTER_S * 1000 + 5_000);
    expect(stillFeeds(here)).toEqual([]);

    cause(here.practice, feed, 'halt');
    cause(here.practice, feed, 'maintenance');
    const halted = await catalogue(here);
    cause(here.practice, feed, 'announced-maintenance', { amount: 10 });
    here.clock.advanceBy(15_000);
    expect((await catalogue(here)) === halted).toBe(false);
    lift(here.practice, feed, 'announced-maintenance');
    expect((await catalogue(here)) === halted).toBe(true);
    expect(stillFeeds(here)).toEqual([feed]);
    here.practice.faults.clear();
    expect(stillFeeds(here)).toEqual([]);
  });
});

test('[PP-3] the status page of Coinbase goes on when the venue does not', async () => {
  const here = stand();
  cause(here.practice, 'coinbase:spot', 'silence');
  expect(await coinbase(here)).toEqual([]);
  expect((await here.get('https://api.coinbase.com/api/v3/brokerage/time')).status).toBe(503);
});

test('[PP-4] whether announcements are read moves nobody else’s messages', async () => {
  const client = FEED_CLIENTS.find(({ feed }) => feed === 'kraken:spot');
  if (client === undefined) throw new Error('no kraken');
  const answeredAt = async (urls: readonly string[]): Promise<number> => {
    const here = stand();
    for (const url of urls) await here.get(url);
    const fromMs = here.clock.wallMs();
    await here.get(client.rest);
    return here.clock.wallMs() - fromMs;
  };
  const alone = await answeredAt([]);
  const pages = [KRAKEN, BYBIT, `${COINBASE}/active.json`, 'https://api.binance.com/sapi/v1/system/status'];
  expect(await answeredAt(pages)).toBeCloseTo(alone, 6);
});

test('[MD-8] Binance tells only what is so now', async () => {
  const here = stand();
  const said = async () => parse((await here.get('https://api.binance.com/sapi/v1/system/status')).body);
  expect(await said()).toEqual({ status: 0, msg: 'normal' });
  for (const { feed, instrument } of here.practice.instruments) {
    if (feed === 'binance:spot') here.practice.faults.setStatus(feed, instrument, 'maintenance');
  }
  expect(await said()).toEqual({ status: 1, msg: 'system_maintenance' });
});
