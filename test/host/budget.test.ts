import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Dispatcher } from '#main/host/dispatch';
import { Session } from '#main/host/session';
import { type RowsTopic, TOPIC_NAMES, TOPICS, type TopicName } from '#shared/contract/contract';
import type { QuoteRow } from '#shared/contract/rows';
import { FEEDS, listingId, venueOf } from '#shared/domain/ids';
import { every } from '#shared/kernel/time';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { FakeService } from '#support/fake-service';
import { candidate, deal, marketView, NOW_MS, notification, quotes, status } from '#support/sample-topics';
import { WindowReplica } from '#support/window-replica';

/** What the project promises of one window's line. */
const MOST_MESSAGES = 10;
const MOST_BYTES = 200_000;

function open(service = new FakeService()) {
  const clock = new VirtualClock(NOW_MS);
  const replica = new WindowReplica(clock);
  const fail = (problem: string) => {
    throw new Error(problem);
  };
  const session = new Session(service, new Dispatcher(service, fail), clock, replica, fail);
  const subscribe = (topics: readonly TopicName[]) => {
    for (const [id, topic] of topics.entries()) session.receive({ kind: 'subscribe', id, topic });
  };
  return { service, clock, replica, session, subscribe };
}

/** Ten feeds × 50 coins; `turn` changes every row. */
const manyQuotes = (turn: number): QuoteRow[] => {
  const [sample] = quotes;
  if (sample === undefined) throw new Error('the sample has quotes');
  return FEEDS.flatMap((feed) =>
    Array.from({ length: 50 }, (_, coin) => ({
      ...sample,
      venue: venueOf(feed),
      base: `C${coin}`,
      listing: listingId(feed, feed.endsWith(':spot') ? `C${coin}-USDT` : `C${coin}-USDT-PERP`),
      bidSize: `0.${turn + 1}`,
      freshAtMs: NOW_MS + turn,
    })),
  );
};

/** Everything that can change does, as at the worst moment of a market: every topic whole, every 50 ms. */
function changeAll(service: FakeService, turn: number): void {
  service.set('status', { ...status, cycle: turn });
  service.set('runtime', {
    ...service.value('runtime'),
    executed: turn,
    bestVenues: Array.from({ length: 50 }, (_, coin) => ({
      base: `C${coin}`,
      mid: `${turn}.5`,
      confidence: 0.9,
      bestBid: 'okx' as const,
      bestAsk: 'kraken' as const,
      contributors: 10,
      atMs: NOW_MS + turn,
    })),
  });
  service.set('performance', {
    ...service.value('performance'),
    candidatesFound: turn,
    curve: Array.from({ length: 2_000 }, (_, point) => ({ atMs: NOW_MS + point, equityUsd: `100000.${turn}` })),
  });
  service.set('practice', { ...service.value('practice'), seed: turn });
  service.setRows('quotes', manyQuotes(turn));
  service.setRows(
    'feeds',
    service.rows('feeds').map((feed) => ({ ...feed, frames: turn })),
  );
  service.setRows(
    'candidates',
    Array.from({ length: 1_500 }, (_, n) => ({ ...candidate, key: `c${n}`, ageMs: turn })),
  );
  service.setRows(
    'deals',
    Array.from({ length: 200 }, (_, n) => ({ ...deal, id: `d${n}`, next: `step ${turn}` })),
  );
  service.setRows('notifications', [{ ...notification, count: turn }]);
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

test('ten feeds of fifty coins, everything changing all the time: ten messages and 200 KB a second, and nothing starves', async () => {
  const { service, clock, replica, session, subscribe } = open();
  let turn = 0;
  const stop = every(clock, 50, () => {
    turn += 1;
    changeAll(service, turn);
  });
  changeAll(service, 0);
  subscribe(TOPIC_NAMES);
  let asked = 0;
  const toldAt = new Map<TopicName, number>();
  for (let step = 0; step < 120; step += 1) {
    for (const query of ['market.view', 'feed.latency']) {
      asked += 1;
      const input = query === 'market.view' ? { base: 'BTC', ladder: null, levels: 20 } : { feed: 'okx:perp' };
      session.receive({ kind: 'query', id: 1_000 + asked, name: query, input });
    }
    await settled();
    clock.advanceBy(500);
    for (const topic of TOPIC_NAMES) {
      const known =
        TOPICS[topic].kind === 'value' ? replica.value(topic) !== undefined : replica.rows(topic as RowsTopic).size > 0;
      if (known && !toldAt.has(topic)) toldAt.set(topic, clock.monoMs());
    }
  }
  const busiest = replica.busiestSecond();
  expect(busiest.messages).toBeLessThanOrEqual(MOST_MESSAGES);
  expect(busiest.bytes).toBeLessThanOrEqual(MOST_BYTES);
  // The budget is used, not merely kept.
  expect(replica.messages.reduce((sum, { bytes }) => sum + bytes, 0) / 60).toBeGreaterThan(100_000);
  expect([...toldAt.keys()].sort()).toEqual([...TOPIC_NAMES].sort());
  expect(replica.replies.filter((id) => id >= 1_000).length).toBeGreaterThanOrEqual(asked - 2);
  // Status is of the last half second, and the least urgent rows have all come and go on changing.
  expect(turn - (replica.value('status') as { cycle: number }).cycle).toBeLessThanOrEqual(10);
  expect(replica.rows('quotes').size).toBe(500);
  const oldest = Math.min(...[...replica.rows('quotes').values()].map((row) => (row as QuoteRow).freshAtMs ?? 0));
  expect(turn - (oldest - NOW_MS)).toBeLessThan(turn / 2);
  stop();
  clock.advanceBy(60_000);
  expectSame(service, replica, TOPIC_NAMES);
});

test('a Dashboard over 500 quotes is whole and exact at every look a second apart', async () => {
  const { service, clock, replica, subscribe } = open();
  service.setRows('quotes', manyQuotes(0));
  subscribe(['status', 'settings', 'feeds', 'quotes', 'performance', 'deals', 'notifications']);
  clock.advanceBy(1_500);
  expect(replica.rows('quotes').size).toBe(500);
  let turn = 0;
  const stop = every(clock, 500, () => {
    turn += 1;
    service.setRows('quotes', manyQuotes(turn));
  });
  clock.advanceBy(30_000);
  const ages = [...replica.rows('quotes').values()].map((row) => turn - ((row as QuoteRow).freshAtMs ?? 0) + NOW_MS);
  // No row is further behind than what a second's budget takes to go round.
  expect(Math.max(...ages) * 500).toBeLessThanOrEqual(2_500);
  stop();
  expect(replica.busiestSecond().bytes).toBeLessThanOrEqual(MOST_BYTES);
});

test('an answer larger than what is left of the second waits for the next, and topics wait for it', async () => {
  const { service, clock, replica, session, subscribe } = open();
  service.onQuery = async (name) =>
    name === 'reports.list'
      ? {
          ok: true,
          value: Array.from({ length: 400 }, (_, n) => ({
            cycle: n,
            fromMs: 1e12,
            toMs: 1e12,
            candidates: 1,
            plans: 0,
            opened: 0,
            closed: 0,
            complete: true,
          })),
        }
      : { ok: true, value: marketView };
  subscribe(['candidates', 'deals']);
  const stop = every(clock, 50, () => changeAll(service, clock.monoMs()));
  clock.advanceBy(3_000);
  for (let id = 500; id < 506; id += 1)
    session.receive({ kind: 'query', id, name: 'reports.list', input: { limit: 500 } });
  await settled();
  const fromMs = clock.monoMs();
  while (replica.replies.filter((id) => id >= 500).length < 6) {
    clock.advanceBy(50);
    expect(clock.monoMs() - fromMs).toBeLessThan(6_000);
  }
  stop();
  expect(replica.busiestSecond().bytes).toBeLessThanOrEqual(MOST_BYTES);
});

/** What the window holds is what the engine says. */
function expectSame(service: FakeService, replica: WindowReplica, topics: readonly TopicName[]): void {
  for (const topic of topics) {
    const terms = TOPICS[topic];
    if (terms.kind === 'value') {
      expect(replica.value(topic), topic).toEqual(service.value(topic as 'status'));
    } else {
      const rows = service
        .rows(topic as RowsTopic)
        .map((row) => [String((row as unknown as Record<string, unknown>)[terms.key]), row]);
      expect(new Map(replica.rows(topic as RowsTopic)), topic).toEqual(new Map(rows as [string, unknown][]));
    }
  }
}

const SEED = 31_337;
test(`whatever changes, comes and goes, in any order and amount, the window ends with the same rows within the budget (seed ${SEED})`, () => {
  const step = fc.record({
    topic: fc.constantFrom('deals' as const, 'candidates' as const, 'notifications' as const),
    changed: fc.uniqueArray(fc.nat({ max: 60 }), { maxLength: 40 }),
    gone: fc.uniqueArray(fc.nat({ max: 60 }), { maxLength: 20 }),
    /** Characters of text in a changed row: some are larger than a whole message usually is. */
    size: fc.constantFrom(0, 50, 2_000, 30_000, 90_000),
    waitMs: fc.nat({ max: 700 }),
    again: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const { service, clock, replica, session, subscribe } = open();
      const topics: TopicName[] = ['status', 'deals', 'candidates', 'notifications'];
      subscribe(topics);
      for (const [turn, { topic, changed, gone, size, waitMs, again }] of steps.entries()) {
        const text = `${turn} ${'x'.repeat(size)}`;
        const make = (n: number) => {
          if (topic === 'deals') return { ...deal, id: `k${n}`, next: text };
          if (topic === 'candidates') return { ...candidate, key: `k${n}`, profile: text };
          return { ...notification, id: `k${n}`, text };
        };
        const { key } = TOPICS[topic];
        const rows = new Map(
          service.rows(topic).map((row) => [String((row as unknown as Record<string, unknown>)[key]), row]),
        );
        for (const n of gone) rows.delete(`k${n}`);
        // At most a megabyte in all: what is never lost must also come to an end.
        for (const n of changed.slice(0, size > 2_000 ? 3 : 40)) rows.set(`k${n}`, make(n));
        service.setRows(topic, [...rows.values()] as never);
        if (again) session.receive({ kind: 'subscribe', id: 50 + turn, topic });
        clock.advanceBy(waitMs);
      }
      clock.advanceBy(90_000);
      expectSame(service, replica, topics);
      const busiest = replica.busiestSecond();
      expect(busiest.messages).toBeLessThanOrEqual(MOST_MESSAGES);
      expect(busiest.bytes).toBeLessThanOrEqual(MOST_BYTES);
      session.close();
    }),
    { seed: SEED, numRuns: 60 },
  );
}, 60_000);
