import { expect, test, vi } from 'vitest';
import { heapSlope, settledSamples } from '#main/app/soak/heap';
import { FaultSchedule } from '#main/app/soak/schedule';
import { soak } from '#main/app/soak/soak';
import { Watchdog } from '#main/app/soak/watchdog';
import type { FeedId } from '#shared/domain/ids';
import { NOTHING_ANNOUNCED } from '#shared/domain/maintenance';
import type { FeedState } from '#shared/domain/market';
import { type FaultCommand, faultTerms, MARKET_FAULTS } from '#shared/domain/practice';
import { SeededRandom } from '#shared/kernel/random';

vi.setConfig({ testTimeout: 120_000 });

const HOUR_MS = 3_600_000;
const PACE = { warmUpMs: 120_000, leastPauseMs: 240_000, meanPauseMs: 60_000, shortestMs: 10_000, longestMs: 30_000 };

function schedule(seed: number, fits: (command: FaultCommand) => boolean = () => true) {
  const applied: string[] = [];
  const made = new FaultSchedule(
    ['okx:spot', 'kraken:perp'],
    new SeededRandom(seed).fork('faults'),
    PACE,
    (command) => {
      if (!fits(command)) return false;
      applied.push(`${command.feed} ${command.fault} ${command.on}`);
      return true;
    },
    0,
  );
  return { made, applied };
}

test('[PP-3] the same seed gives the same faults at the same times; every kind comes up, and each that is on goes off', () => {
  const runs = [1, 1, 2].map((seed) => {
    const { made, applied } = schedule(seed);
    const log: string[] = [];
    for (let nowMs = 0; nowMs <= 48 * HOUR_MS; nowMs += 1_000) {
      const before = applied.length;
      made.tick(nowMs);
      for (const line of applied.slice(before)) log.push(`${nowMs} ${line}`);
    }
    return { log, made };
  });
  expect(runs[0]?.log).toEqual(runs[1]?.log);
  expect(runs[0]?.log).not.toEqual(runs[2]?.log);
  expect([...(runs[0]?.made.counts.keys() ?? [])].sort()).toEqual([...MARKET_FAULTS].sort());
  const on = new Map<string, string>();
  for (const line of runs[0]?.log ?? []) {
    const [, feed = '', fault = '', state] = line.split(' ');
    if (state === 'false') expect(on.get(feed)).toBe(fault);
    // One thing at a time on a feed.
    else expect(on.has(feed)).toBe(false);
    on.delete(feed);
    if (state === 'true' && faultTerms(fault as (typeof MARKET_FAULTS)[number]).kind === 'switch') on.set(feed, fault);
  }
});

test('a fault that does not fit a feed is replaced by one that does', () => {
  const { made, applied } = schedule(4, ({ fault }) => fault === 'gap' || fault === 'silence');
  for (let nowMs = 0; nowMs <= 12 * HOUR_MS; nowMs += 1_000) made.tick(nowMs);
  expect(applied.length).toBeGreaterThan(20);
  expect(new Set(applied.map((line) => line.split(' ')[1]))).toEqual(new Set(['gap', 'silence']));
  expect([...made.counts.keys()].sort()).toEqual(['gap', 'silence']);
});

const state = (feed: FeedId, fresh: number): FeedState => ({
  feed,
  venue: 'okx',
  connection: 'disconnected',
  epoch: 1,
  instruments: 4,
  fresh,
  lastHeardAtMs: null,
  skewMs: null,
  roundTripMs: null,
  lagP50Ms: null,
  lagP99Ms: null,
  frames: 0,
  decodeErrors: 0,
  gaps: 0,
  checksumErrors: 0,
  reconnects: 0,
  reason: 'closed by the venue',
  maintenance: NOTHING_ANNOUNCED,
});

test('a feed is stuck when it is not fresh again within the bound after its fault, and only once for each time', () => {
  const watchdog = new Watchdog(['okx:spot'], 30_000);
  const look = (nowMs: number, fresh: number, faulty = false) =>
    watchdog.look(nowMs, [state('okx:spot', fresh)], () => faulty);
  look(0, 4);
  // Under its fault it may be down for as long as that lasts.
  for (let nowMs = 1_000; nowMs <= 100_000; nowMs += 1_000) look(nowMs, 0, true);
  for (let nowMs = 101_000; nowMs <= 121_000; nowMs += 1_000) look(nowMs, 1);
  expect(watchdog.stuck).toEqual([]);
  look(122_000, 3);
  expect(watchdog.worstRecoveryMs).toBe(21_000);
  for (let nowMs = 200_000; nowMs <= 400_000; nowMs += 1_000) look(nowMs, 2);
  expect(watchdog.stuck).toHaveLength(1);
  expect(watchdog.stuck[0]).toContain('okx:spot at 1970-01-01T00:03:51.000Z: 2 of 4 books fresh, disconnected');
  look(401_000, 4);
  for (let nowMs = 402_000; nowMs <= 500_000; nowMs += 1_000) look(nowMs, 0);
  expect(watchdog.stuck).toHaveLength(2);
});

test('a slope in MB an hour, without the warm-up, and none of too little', () => {
  const samples = Array.from({ length: 40 }, (_, index) => ({
    atMs: index * HOUR_MS,
    usedMb: index < 10 ? 20 * index : 200 + 0.5 * index + (index % 2),
  }));
  expect(heapSlope(settledSamples(samples))).toBeCloseTo(0.5, 1);
  expect(heapSlope(samples.slice(0, 2))).toBeNull();
});

test('[PP-4] a short soak: feeds recover, nothing is stuck, the same seed decides the same', async () => {
  const options = {
    seed: 5,
    hours: 0.06,
    bases: ['BTC'],
    updatesPerSecond: 1,
    pace: { warmUpMs: 20_000, leastPauseMs: 30_000, meanPauseMs: 20_000, shortestMs: 5_000, longestMs: 15_000 },
    onProgress: () => undefined,
    cancelled: () => false,
  };
  const first = await soak(options, () => 0);
  const second = await soak(options, () => 0);
  expect(first.stuck).toEqual([]);
  expect(first.faultCount).toBeGreaterThan(5);
  expect(first.worstRecoveryMs).toBeGreaterThan(0);
  expect(first.frames).toBeGreaterThan(10_000);
  expect(first.candidates).toBeGreaterThan(0);
  expect(second.decisionsHash).toBe(first.decisionsHash);
  expect(second.faults).toEqual(first.faults);
  expect(second.frames).toBe(first.frames);
  const cut = await soak({ ...options, cancelled: () => true }, () => 0);
  expect(cut.virtualHours).toBe(0);
});
