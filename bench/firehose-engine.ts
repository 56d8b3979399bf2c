import { monitorEventLoopDelay } from 'node:perf_hooks';
import { SystemClock } from '#main/app/system-clock';
import { startVirtualRun } from '#main/app/virtual-run';
import { BUILT_FEEDS, CommonScope, createFeed, hostsOf } from '#main/venues/feeds';
import { type LocalAddress, NetworkTransport } from '#main/venues/kit/network-transport';
import { VENUES } from '#shared/domain/ids';
import { SeededRandom } from '#shared/kernel/random';
import type { Transport } from '#shared/kernel/transport';
import { DEFAULT_SETTINGS } from '#shared/settings/settings';
import { FirehoseMeter } from './firehose-meter.ts';
import { openStores } from './firehose-stores.ts';
import { digits } from './measure.ts';
import { type MemoryCourse, type MemorySample, memoryCourse, memorySample } from './memory.ts';

/** How this program is told to be the process of the firehose's engine. */
export const FIREHOSE_ENGINE = 'firehose-engine';

/** What the engine's process is asked for: where the venues listen, and how long to measure. */
export interface EngineOrder {
  readonly port: number;
  readonly seed: number;
  readonly seconds: number;
}

export interface FirehoseResult {
  readonly feeds: number;
  readonly instruments: number;
  readonly seconds: number;
  readonly framesPerSecond: number;
  readonly medianBytes: number;
  readonly p99Bytes: number;
  /** Frames that arrived in one turn of the event loop. */
  readonly burstP50: number;
  readonly burstP99: number;
  /** How much later than due the event loop came round, ms: beyond the resolution of the measurement. */
  readonly loopDelayP50Ms: number;
  readonly loopDelayP99Ms: number;
  readonly loopDelayMaxMs: number;
  /** CPU time of this process over the time that passed: 1 is a whole core. */
  readonly cores: number;
  readonly cpuMicrosPerFrame: number;
  readonly freshShare: number;
  /** Flags of the process's Node, which decide how much garbage it lets lie. */
  readonly nodeFlags: readonly string[];
  readonly memory: MemoryCourse;
  /** Heap in use after a whole collection, when measuring began and when it was over, MB. */
  readonly heapMbAtStart: number;
  readonly heapMbAtEnd: number;
  readonly divergences: number;
  readonly deals: number;
}

/** With the named coins this makes about fifty instruments a feed. */
const MOST_BASES = 60;
const WARM_UP_MS = 20_000;
const RESOLUTION_MS = 1;
const SAMPLE_MS = 1_000;
const SAMPLES_PER_MINUTE = 60;

/** Ten feeds of the venues at `port`, the whole engine behind them, journal, paper books and reports on disk. */
export async function firehoseEngine({ port, seed, seconds }: EngineOrder): Promise<FirehoseResult> {
  const clock = new SystemClock((error) => {
    throw error;
  });
  const local: LocalAddress = { address: '127.0.0.1', port };
  const network = new NetworkTransport({
    redirect: new Map(BUILT_FEEDS.flatMap(hostsOf).map((host) => [host, local])),
  });
  const meter = new FirehoseMeter();
  const transport = counted(network, meter);
  const random = new SeededRandom(seed);
  const scope = new CommonScope(MOST_BASES);
  const stores = openStores(clock);
  const engineRun = startVirtualRun({
    clock,
    seed,
    settings: () => DEFAULT_SETTINGS,
    feeds: BUILT_FEEDS.map((feed) => createFeed(feed, { transport, clock, random, scope })),
    venues: VENUES,
    stores,
    keep: (report) => stores.reports.append(report),
  });
  await sleep(WARM_UP_MS);
  const heapMbAtStart = heapInUseMb();
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  const samples: MemorySample[] = [];
  meter.begin();
  delay.enable();
  const cpuBefore = process.cpuUsage();
  const startedMs = performance.now();
  while (performance.now() - startedMs < seconds * 1000) {
    await sleep(SAMPLE_MS);
    samples.push(memorySample());
  }
  const elapsedMs = performance.now() - startedMs;
  const cpu = process.cpuUsage(cpuBefore);
  delay.disable();
  const heapMbAtEnd = heapInUseMb();
  const { market } = engineRun.engine;
  const states = market.feeds();
  const instruments = states.reduce((sum, feed) => sum + feed.instruments, 0);
  const fresh = states.reduce((sum, feed) => sum + feed.fresh, 0);
  const { found, planned } = engineRun.engine.counts();
  await engineRun.stop();
  network.close();
  stores.close();
  clock.stop();
  const cpuMicros = cpu.user + cpu.system;
  const beyond = (nanos: number) => digits(Math.max(0, nanos / 1e6 - RESOLUTION_MS));
  return {
    feeds: states.length,
    instruments,
    seconds: digits(elapsedMs / 1000),
    framesPerSecond: Math.round((meter.frames / elapsedMs) * 1000),
    ...meter.sizes(),
    ...meter.bursts(),
    loopDelayP50Ms: beyond(delay.percentile(50)),
    loopDelayP99Ms: beyond(delay.percentile(99)),
    loopDelayMaxMs: beyond(delay.max),
    cores: digits(cpuMicros / 1000 / elapsedMs),
    cpuMicrosPerFrame: digits(cpuMicros / meter.frames),
    freshShare: digits(fresh / instruments),
    nodeFlags: process.execArgv,
    memory: memoryCourse(samples, SAMPLES_PER_MINUTE),
    heapMbAtStart,
    heapMbAtEnd,
    divergences: found,
    deals: planned,
  };
}

/** The same transport, every frame counted as it comes in. */
function counted(network: NetworkTransport, meter: FirehoseMeter): Transport {
  return {
    request: (request) => network.request(request),
    openSocket: (url, events) =>
      network.openSocket(url, {
        open: () => events.open(),
        ping: () => events.ping(),
        pong: () => events.pong(),
        closed: (code, reason) => events.closed(code, reason),
        message: (data) => {
          meter.count(data.length);
          events.message(data);
        },
      }),
  };
}

function heapInUseMb(): number {
  if (globalThis.gc === undefined) throw new Error('the engine’s process needs --expose-gc');
  globalThis.gc();
  return digits(memorySample().heapMb);
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
