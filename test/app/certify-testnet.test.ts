import { expect, test, vi } from 'vitest';
import { type CertifyOptions, certify, keepReport } from '#main/app/certify';
import type { CertifiedAccount } from '#main/app/certify-account';
import { credentialsOf } from '#main/app/practice-keys';
import { runUntil } from '#main/app/virtual-run';
import { certificationText } from '#main/certification/matrix';
import { InProcessTransport } from '#main/practice/in-process';
import { createPracticeWorld } from '#main/practice/practice';
import { CertificationFile, certificationName } from '#main/storage/certification-file';
import { type CertificationReport, checksOf } from '#shared/domain/certification';
import { keyKindOf } from '#shared/domain/credentials';
import { ENTITIES, feedsAt, whyNotTested } from '#shared/domain/entities';
import { FEEDS, type FeedId, productOf, VENUES, type Venue, venueOf } from '#shared/domain/ids';
import { SeededRandom } from '#shared/kernel/random';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { accountOf } from '#support/accounts';
import { WireCapture } from '#support/wire-capture';
import { scratchFolders } from '../storage/files.ts';

// Minutes of virtual time over a whole venue: slow on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const folder = scratchFolders();
const START_MS = Date.UTC(2026, 0, 5);

/** A person who allows everything. */
const ALLOWED = { plan: () => Promise.resolve(true), order: () => Promise.resolve(true) };

interface Place {
  readonly venue: Venue;
  readonly entity: string;
  /** Practice keys by the entity that they are of. */
  readonly key?: string;
  readonly venues?: 'live' | 'testnet';
  readonly changes?: Partial<CertifyOptions>;
  /** Nothing answers. */
  readonly unplugged?: boolean;
}

/** A certification over practice venues that stand under the hosts of the venues and of their test networks. */
async function certified({ venue, entity, key = entity, venues = 'testnet', changes, unplugged = false }: Place) {
  const clock = new VirtualClock(START_MS);
  const random = new SeededRandom(5);
  const products = ENTITIES[venue].find(({ id }) => id === entity)?.products ?? [];
  const own: FeedId[] = products.map((product): FeedId => `${venue}:${product}`);
  const world = createPracticeWorld({
    seed: 5,
    clock,
    world: 'synthetic',
    feeds: own,
    updatesPerSecond: 2,
    dislocations: { payablePerMinute: 0, smallPerMinute: 0 },
  });
  const servers = unplugged ? [] : world.servers;
  const network = new WireCapture(new InProcessTransport({ clock, servers, random: random.fork('network') }));
  world.start();
  const keys = world.exchange(venue).keys;
  const account: CertifiedAccount = {
    account: accountOf(venue, { entity, products: [...products], routing: false, mode: 'live' }),
    feeds: FEEDS.filter((feed) => venueOf(feed) === venue && (own.includes(feed) || venues === 'testnet')),
    credentials: (feed) => {
      const name = key === 'global' ? 'trading' : key;
      const found = keys.find((one) => one.kind === keyKindOf(feed) && one.name === name);
      return found === undefined ? undefined : credentialsOf(found);
    },
    close: () => undefined,
  };
  let report: CertificationReport | null = null;
  void certify({
    venues,
    halves: ['public', 'private'],
    seed: 1,
    feeds: null,
    bases: ['BTC'],
    clock,
    cancelled: () => false,
    done: () => undefined,
    live: { account, consent: venues === 'live' ? ALLOWED : null },
    network: { transport: network, feeds: FEEDS, stop: () => Promise.resolve() },
    ...changes,
  }).then((done) => {
    report = done;
  });
  for (let steps = 0; report === null && steps < 24_000; steps += 1) await runUntil(clock, clock.wallMs() + 50);
  world.stop();
  if (report === null) throw new Error('it did not end');
  return { report: report as CertificationReport, network, took: clock.wallMs() - START_MS };
}

const HOSTS: Readonly<Record<string, readonly string[]>> = {
  'binance testnet': ['stream.testnet.binance.vision', 'testnet.binance.vision', 'ws-api.testnet.binance.vision'],
  'binance demo': [
    'demo-api.binance.com',
    'demo-fapi.binance.com',
    'demo-fstream.binance.com',
    'demo-stream.binance.com',
    'demo-ws-api.binance.com',
  ],
  'bybit testnet': ['api-testnet.bybit.com', 'stream-testnet.bybit.com'],
  'okx demo': ['wspap.okx.com', 'www.okx.com'],
  'okx eea-demo': ['eea.okx.com', 'wseeapap.okx.com'],
  'okx us-demo': ['us.okx.com', 'wsuspap.okx.com'],
};
const TEST_PLACES = VENUES.flatMap((venue) =>
  ENTITIES[venue].filter((one) => one.test).map(({ id }) => ({ venue, entity: id, name: `${venue} ${id}` })),
);

test('every test network is looked at below', () => {
  expect(TEST_PLACES.map(({ name }) => name).sort()).toEqual(Object.keys(HOSTS).sort());
});

test.for(TEST_PLACES)(
  '[AC-1] [EX-9] $name: both halves pass, and nothing but its own hosts is reached',
  async (place) => {
    const { report, network } = await certified(place);
    expect(report.verdict, certificationText(report)).toBe('PASS');
    expect(report).toMatchObject({ venues: 'testnet', halves: ['public', 'private'] });
    expect(network.hosts).toEqual(HOSTS[place.name]);
    const simulated = network.requests.map(({ request }) => request.headers['x-simulated-trading']);
    expect(new Set(simulated)).toEqual(new Set([place.venue === 'okx' ? '1' : undefined]));
    for (const feed of FEEDS.filter((one) => venueOf(one) === place.venue)) {
      const why = whyNotTested(feed, place.entity);
      const statuses = new Set(Object.values(report.feeds[feed] ?? {}).map(({ status }) => status));
      if (why === undefined) expect(statuses).toContain('PASS');
      else expect(statuses).toEqual(new Set(['NOT SUPPORTED']));
    }
  },
);

test('[AC-1] what a test network lacks stands in the matrix with its reason, and does not make it pass', async () => {
  const { report } = await certified({ venue: 'binance', entity: 'testnet', unplugged: true });
  const rows = Object.entries(report.feeds['binance:perp'] ?? {});
  expect(rows.map(([check]) => check)).toEqual([...checksOf('public'), ...checksOf('private')]);
  for (const [, result] of rows) {
    expect(result).toMatchObject({
      status: 'NOT SUPPORTED',
      ms: null,
      detail: expect.stringContaining('can be tried at the entity “Binance Demo Trading”, not at this one'),
    });
  }
  expect(report.verdict).toBe('FAIL');
  const text = certificationText(report);
  expect(text).toContain('TEST network Binance Spot Testnet');
  expect(text.match(/NOT SUPPORTED binance:perp/g)).toHaveLength(1);
});

test.for(TEST_PLACES)(
  '$name without a network: FAIL with its reason within two minutes, nothing sent',
  async (place) => {
    const { report, network, took } = await certified({ ...place, unplugged: true });
    expect(report.verdict).toBe('FAIL');
    expect(took).toBeLessThan(120_000);
    expect(network.written()).toEqual([]);
    for (const feed of feedsAt(keyKindOf(`${place.venue}:perp`), place.entity)) {
      expect(report.feeds[feed]?.catalogue).toMatchObject({
        status: 'FAIL',
        detail: expect.stringContaining('no venue at'),
      });
      expect(report.feeds[feed]?.authentication).toMatchObject({
        status: 'FAIL',
        detail: expect.stringContaining('no book'),
      });
    }
  },
);

const TEST_ONLY = new Set(
  Object.values(HOSTS)
    .flat()
    .filter((host) => !['www.okx.com', 'eea.okx.com', 'us.okx.com'].includes(host)),
);

test.for(VENUES)('[AC-1] a live run on %s reaches no test network, good key or test key', async (venue) => {
  for (const key of ['global', ENTITIES[venue].find(({ test: is }) => is)?.id ?? 'other-entity']) {
    const { report, network } = await certified({
      venue,
      entity: 'global',
      key,
      venues: 'live',
      changes: { halves: ['private'] },
    });
    expect(network.hosts.filter((host) => TEST_ONLY.has(host))).toEqual([]);
    expect(network.requests.filter(({ request }) => request.headers['x-simulated-trading'] !== undefined)).toEqual([]);
    for (const feed of FEEDS.filter((one) => venueOf(one) === venue && productOf(one) === 'perp')) {
      expect(report.feeds[feed]?.authentication?.status).toBe(key === 'global' ? 'PASS' : 'FAIL');
    }
  }
});

test('the report of a test network lies apart: that of the venues stays as it was', async () => {
  const path = folder();
  const { report } = await certified({ venue: 'binance', entity: 'testnet', unplugged: true });
  const practice: CertificationReport = { ...report, venues: 'practice', verdict: 'PASS' };
  expect(keepReport(path, practice)).toMatchObject({ ok: true });
  expect(keepReport(path, report)).toMatchObject({ ok: true });
  const at = (venues: CertificationReport['venues']) =>
    new CertificationFile(`${path}/${certificationName(venues)}`).load();
  expect(at('practice')).toMatchObject({ ok: true, value: { venues: 'practice', verdict: 'PASS' } });
  expect(at('live')).toEqual(at('practice'));
  expect(at('testnet')).toMatchObject({ ok: true, value: { venues: 'testnet', network: 'Binance Spot Testnet' } });
});
