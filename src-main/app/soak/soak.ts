import { InProcessTransport } from '#main/practice/in-process';
import { createPracticeWorld } from '#main/practice/practice';
import { ReplayTally } from '#main/replay/summary';
import { createFeed, listedScope } from '#main/venues/feeds';
import { type FeedId, VENUES } from '#shared/domain/ids';
import type { FaultName } from '#shared/domain/practice';
import { SeededRandom } from '#shared/kernel/random';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { DEFAULT_SETTINGS } from '#shared/settings/settings';
import { practicedFeeds } from '../practiced-feeds.ts';
import { runUntil, startVirtualRun } from '../virtual-run.ts';
import { type HeapSample, heapSlope, sampleHeap, settledSamples } from './heap.ts';
import { DEFAULT_PACE, type FaultPace, FaultSchedule } from './schedule.ts';
import { sameVenue, Watchdog } from './watchdog.ts';

/** A fixed beginning, so that two runs of a seed differ in nothing. */
const EPOCH_MS = Date.UTC(2026, 0, 5);
const STEP_MS = 1_000;
/** Backoff, a pause after 429, a skew measured anew: the longest of them and some. */
const RECOVERY_BOUND_MS = 180_000;
/** What happens once is over at once; its traces are not. */
const JUST_HAPPENED_MS = 5_000;
const HEAP_SAMPLES = 48;
/** Growth of the settled heap that is called a leak, MB per virtual hour … */
const LEAK_MB_PER_HOUR = 1;
/** … in runs long enough for windows of an hour to have filled. */
const LEAST_HOURS_TO_JUDGE = 4;

export interface SoakOptions {
  readonly seed: number;
  readonly hours: number;
  readonly bases: readonly string[];
  /** Mean changes of each book a second. */
  readonly updatesPerSecond: number;
  readonly pace?: FaultPace;
  readonly onProgress: (doneMs: number, totalMs: number) => void;
  /** True ends it early. */
  readonly cancelled: () => boolean;
}

export interface SoakReport {
  readonly verdict: 'PASS' | 'FAIL';
  readonly seed: number;
  readonly virtualHours: number;
  readonly feeds: readonly FeedId[];
  readonly frames: number;
  readonly framesPerSecond: number;
  readonly faults: Readonly<Partial<Record<FaultName, number>>>;
  readonly faultCount: number;
  /** Feeds that were not fresh again in time, each in one sentence. */
  readonly stuck: readonly string[];
  readonly worstRecoveryMs: number;
  readonly heap: {
    readonly samples: readonly HeapSample[];
    /** MB per virtual hour after the warm-up; `null` where Node does not tell. */
    readonly slopeMbPerHour: number | null;
    /** False also where the run is too short to tell. */
    readonly leak: boolean;
  };
  readonly candidates: number;
  readonly deals: number;
  readonly decisionsHash: string;
  readonly realSeconds: number;
  readonly virtualHoursPerMinute: number;
}

/**
 * The whole engine over the practice venues in virtual time while things go wrong at random. `realMs` tells the time that
 * really passes.
 */
export async function soak(options: SoakOptions, realMs: () => number): Promise<SoakReport> {
  const { seed, hours, bases, updatesPerSecond, pace = DEFAULT_PACE, cancelled } = options;
  const startedMs = realMs();
  const clock = new VirtualClock(EPOCH_MS);
  const random = new SeededRandom(seed);
  const world = createPracticeWorld({ seed, clock, world: 'synthetic', updatesPerSecond });
  const transport = new InProcessTransport({ clock, servers: world.servers, random: random.fork('network') });
  const names = practicedFeeds(world);
  const scope = listedScope(bases);
  const feeds = names.map((feed) => createFeed(feed, { transport, clock, random: random.fork('feeds'), scope }));
  const tally = new ReplayTally(Number.POSITIVE_INFINITY, () => Number.NaN);
  const run = startVirtualRun({ clock, seed, settings: () => DEFAULT_SETTINGS, feeds, venues: VENUES, tally });
  const apply = (command: Parameters<typeof world.faults.apply>[0]) => world.faults.apply(command).ok;
  const schedule = new FaultSchedule(names, random.fork('faults'), pace, apply, EPOCH_MS);
  const watchdog = new Watchdog(names, RECOVERY_BOUND_MS);
  const touchedMs = new Map<FeedId, number>();
  const heap: HeapSample[] = [];
  const totalMs = hours * 3_600_000;
  const sampleEveryMs = totalMs / HEAP_SAMPLES;
  world.start();
  let doneMs = 0;
  while (doneMs < totalMs && !cancelled()) {
    doneMs = Math.min(doneMs + STEP_MS, totalMs);
    await runUntil(clock, EPOCH_MS + doneMs);
    const nowMs = clock.wallMs();
    for (const feed of schedule.tick(nowMs)) touchedMs.set(feed, nowMs);
    const faulty = (feed: FeedId) =>
      names.some(
        (other) =>
          sameVenue(feed, other) &&
          (schedule.isOn(other) || nowMs - (touchedMs.get(other) ?? Number.NEGATIVE_INFINITY) < JUST_HAPPENED_MS),
      );
    watchdog.look(nowMs, run.engine.market.feeds(), faulty);
    if (doneMs >= (heap.length + 1) * sampleEveryMs) {
      const sample = sampleHeap(doneMs);
      if (sample !== null) heap.push(sample);
    }
    options.onProgress(doneMs, totalMs);
  }
  const frames = world.state().feeds.reduce((sum, { framesSent }) => sum + framesSent, 0);
  const slope = heapSlope(settledSamples(heap));
  const leak = slope !== null && slope > LEAK_MB_PER_HOUR && hours >= LEAST_HOURS_TO_JUDGE;
  const realSeconds = (realMs() - startedMs) / 1000;
  const report: SoakReport = {
    verdict: watchdog.stuck.length === 0 && !leak ? 'PASS' : 'FAIL',
    seed,
    virtualHours: doneMs / 3_600_000,
    feeds: names,
    frames,
    framesPerSecond: doneMs === 0 ? 0 : Math.round(frames / (doneMs / 1000)),
    faults: Object.fromEntries([...schedule.counts].sort(([a], [b]) => (a < b ? -1 : 1))),
    faultCount: [...schedule.counts.values()].reduce((sum, count) => sum + count, 0),
    stuck: watchdog.stuck,
    worstRecoveryMs: watchdog.worstRecoveryMs,
    heap: { samples: heap, slopeMbPerHour: slope === null ? null : Math.round(slope * 1000) / 1000, leak },
    candidates: run.engine.counts().found,
    deals: run.engine.deals().length,
    decisionsHash: run.recorder.decisionsHash(),
    realSeconds: Math.round(realSeconds * 10) / 10,
    virtualHoursPerMinute: realSeconds > 0 ? Math.round((doneMs / 60 / realSeconds / 1000) * 100) / 100 : 0,
  };
  await run.stop();
  world.stop();
  return report;
}
