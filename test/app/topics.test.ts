import { afterEach, expect, test, vi } from 'vitest';
import { QUERIES, TOPIC_NAMES, TOPICS, type TopicName } from '#shared/contract/contract';
import { VENUES } from '#shared/domain/ids';
import { PracticeService } from '#support/practice-service';
import { scratchFolders } from '../storage/files.ts';

vi.setConfig({ testTimeout: 60_000 });

const folder = scratchFolders();
let practice: PracticeService;

afterEach(() => practice.stop());

function begin(): PracticeService {
  practice = new PracticeService(7, folder());
  return practice;
}

/** What a window would read of a topic, as one list. */
function items(topic: TopicName): readonly unknown[] {
  const { service } = practice;
  switch (topic) {
    case 'status':
    case 'runtime':
    case 'performance':
    case 'settings':
    case 'practice':
    case 'vault':
      return [service.value(topic)];
    default:
      return service.rows(topic);
  }
}

/** Every topic's items that its schema refuses or changes, with the reason. */
function violations(): readonly string[] {
  return TOPIC_NAMES.flatMap((topic) =>
    items(topic).flatMap((item) => {
      const parsed = TOPICS[topic].schema.safeParse(item);
      if (!parsed.success) return [`${topic}: ${parsed.error.message} in ${JSON.stringify(item)}`];
      // What the schema would strip never reaches the window: it would be missing there without a word.
      return JSON.stringify(parsed.data).length === JSON.stringify(item).length
        ? []
        : [`${topic}: carries what its schema does not know: ${JSON.stringify(item)}`];
    }),
  );
}

test('every topic is what the contract says, from before the first frame to a killed engine', async () => {
  const { run, service } = begin();
  const look = (when: string) => expect(violations(), when).toEqual([]);
  look('before anything is known');
  expect(service.value('status').venues.map(({ venue }) => venue)).toEqual(VENUES);
  for (let second = 0; second < 12; second += 1) {
    await run.forMs(1_000);
    look(`after ${second + 1} s`);
  }
  await run.until('an open deal with a fill', () => run.openDeals().some((deal) => deal.fills.length > 0));
  look('with a filled leg');
  await run.until('closed deals', () => run.closed.length >= 3);
  look('with closed deals');
  run.world.faults.apply({ feed: 'okx:spot', fault: 'silence', on: true });
  run.world.faults.apply({ feed: 'bybit:spot', fault: 'disconnect', on: true });
  await run.forMs(2_500);
  look('with a silent venue');
  expect(service.value('status')).toMatchObject({ failover: 'degraded' });
  await run.forMs(15_000);
  look('with a breaker open');
  run.engine.engageKill('flatten', 'a test', 'to see it');
  await run.forMs(2_000);
  look('killed');
  for (const topic of TOPIC_NAMES) expect(items(topic).length, topic).toBeGreaterThan(0);
});

test('what the status says why nothing is entered follows the engine: starting, no prices, then nothing', async () => {
  const { run, service } = begin();
  const codes = () => service.value('status').blocks.map(({ code }) => code);
  expect(codes()).toEqual(['engine-recovering', 'no-inventory']);
  await run.until('inventory', () => !codes().includes('no-inventory'), 30_000);
  await run.until('nothing in the way', () => codes().length === 0, 30_000);
  run.engine.setAuto('paused');
  expect(service.value('status')).toMatchObject({ auto: 'paused', blocks: [{ code: 'halted' }] });
  run.engine.setAuto('stopped');
  expect(codes()).toEqual(['not-armed']);
  run.engine.engageKill('stop-entries', 'a test', 'to see it');
  expect(service.value('status')).toMatchObject({
    blocks: [{ code: 'halted' }],
    failover: 'halted',
    kill: { by: 'a test' },
  });
});

test('performance, deals and runtime agree with the ledger', async () => {
  const { run, service } = begin();
  await run.until('closed deals', () => run.closed.length >= 4);
  run.engine.setAuto('stopped');
  await run.until('all closed', () => run.openDeals().length === 0, 60_000);
  const performance = service.value('performance');
  const total = run.closed.reduce((sum, deal) => sum + Number(deal.realisedNetUsd), 0);
  expect(performance.dealsClosed).toBe(run.closed.length);
  expect(Number(performance.realisedUsd)).toBeCloseTo(total, 3);
  expect(Number(performance.equityUsd) - Number(performance.startingUsd)).toBeCloseTo(total, 3);
  const fills = run.closed.flatMap((deal) => deal.fills);
  expect(performance.makerFills + performance.takerFills).toBe(fills.length);
  expect(
    service
      .rows('deals')
      .map(({ id }) => id)
      .sort(),
  ).toEqual(run.closed.map(({ id }) => id).sort());
  const runtime = service.value('runtime');
  expect(runtime.executed).toBe(run.closed.length);
  for (const { venue, currency, quantity, target, drift } of runtime.inventory) {
    expect(Number(quantity) - Number(target)).toBeCloseTo(Number(drift), 8);
    const paper = run.paper.balances('paper', venue).find((balance) => balance.currency === currency);
    expect(paper?.total).toBe(quantity);
  }
});

test('quote rows stay the same object while nothing of them changed', async () => {
  const { run, service } = begin();
  await run.forMs(8_000);
  const before = service.rows('quotes');
  expect(service.rows('quotes')).toEqual(before);
  for (const [index, row] of service.rows('quotes').entries()) expect(row).toBe(before[index]);
  await run.forMs(3_000);
  const after = service.rows('quotes');
  expect(after.some((row, index) => row !== before[index])).toBe(true);
});

test('every query answers as the contract says, and says so when there is nothing', async () => {
  const { run, service } = begin();
  await run.until('a deal', () => run.closed.length > 0);
  practice.keepReports();
  const preview = await service.query('kill.preview', { level: 'flatten' });
  expect(preview.ok && QUERIES['kill.preview'].output.parse(preview.value).sentence).toMatch(/^No new entries\./);
  const [closed] = run.closed;
  const deal = await service.query('deal.get', { id: closed?.id ?? '' });
  expect(deal.ok && QUERIES['deal.get'].output.parse(deal.value)).toEqual(closed);
  const list = await service.query('reports.list', { limit: 2 });
  const rows = list.ok ? QUERIES['reports.list'].output.parse(list.value) : [];
  expect(rows.map(({ cycle }) => cycle)).toEqual([
    service.value('status').cycle - 1,
    service.value('status').cycle - 2,
  ]);
  const report = await service.query('report.get', { cycle: rows[0]?.cycle ?? -1 });
  expect(report.ok && QUERIES['report.get'].output.parse(report.value)).toMatchObject({
    candidates: rows[0]?.candidates,
  });
  expect(await service.query('deal.get', { id: 'd999' })).toMatchObject({ ok: false, error: { code: 'not-found' } });
  expect(await service.query('report.get', { cycle: 999 })).toMatchObject({ ok: false, error: { code: 'not-found' } });
});
