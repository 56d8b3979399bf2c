import { fork } from 'node:child_process';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { SystemClock } from '#main/app/system-clock';
import { startVirtualRun } from '#main/app/virtual-run';
import { ReplayTally } from '#main/replay/summary';
import { BUILT_FEEDS, CommonScope, createFeed, hostsOf } from '#main/venues/feeds';
import { type LocalAddress, NetworkTransport } from '#main/venues/kit/network-transport';
import { VENUES } from '#shared/domain/ids';
import { SeededRandom } from '#shared/kernel/random';
import type { Transport } from '#shared/kernel/transport';
import { DEFAULT_SETTINGS } from '#shared/settings/settings';
import { FIREHOSE_VENUES, type FirehoseOrder } from './firehose-venues.ts';
import { digits } from './measure.ts';

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
  readonly residentMbAtStart: number;
  readonly residentMbAtEnd: number;
  /** Least-squares slope of resident memory over the measured time, MB an hour. */
  readonly residentMbPerHour: number;
  readonly divergences: number;
}

const SEED = 17;
/** With the named coins this makes about fifty instruments a feed. */
const ASSETS = 45;
const MOST_BASES = 60;
const WARM_UP_MS = 20_000;
const RESOLUTION_MS = 1;
const SAMPLE_MS = 1_000;
/** How long the venues' process may take to listen. */
const START_TIMEOUT_MS = 60_000;

/**
 * Ten feeds of about fifty instruments over real sockets, the venues in a process of their own: every frame decoded,
 * written, detected on; the whole engine runs. The event loop's delay says whether one core keeps up.
 */
export async function benchFirehose(seconds: number, updatesPerSecond: number): Promise<FirehoseResult> {
  const order: FirehoseOrder = { seed: SEED, assets: ASSETS, updatesPerSecond };
  const venues = fork(process.argv[1] ?? '', [FIREHOSE_VENUES, JSON.stringify(order)], { execArgv: [] });
  try {
    const port = await portOf(venues);
    return await run(port, seconds);
  } finally {
    venues.kill();
  }
}

function portOf(venues: ReturnType<typeof fork>): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the venues did not start')), START_TIMEOUT_MS);
    venues.once('message', (message) => {
      clearTimeout(timer);
      resolve((message as { port: number }).port);
    });
    venues.once('exit', (code) => reject(new Error(`the venues ended with code ${code}`)));
  });
}

async function run(port: number, seconds: number): Promise<FirehoseResult> {
  const clock = new SystemClock((error) => {
    throw error;
  });
  const local: LocalAddress = { address: '127.0.0.1', port };
  const network = new NetworkTransport({
    redirect: new Map(BUILT_FEEDS.flatMap(hostsOf).map((host) => [host, local])),
  });
  const meter = new Meter();
  const transport: Transport = {
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
  const random = new SeededRandom(SEED);
  const scope = new CommonScope(MOST_BASES);
  const engineRun = startVirtualRun({
    clock,
    seed: SEED,
    settings: () => DEFAULT_SETTINGS,
    feeds: BUILT_FEEDS.map((feed) => createFeed(feed, { transport, clock, random, scope })),
    venues: VENUES,
    tally: new ReplayTally(Number.POSITIVE_INFINITY, () => Number.NaN),
  });
  await sleep(WARM_UP_MS);
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  const resident: number[] = [];
  meter.begin();
  delay.enable();
  const cpuBefore = process.cpuUsage();
  const startedMs = performance.now();
  while (performance.now() - startedMs < seconds * 1000) {
    await sleep(SAMPLE_MS);
    resident.push(process.memoryUsage.rss() / 1_048_576);
  }
  const elapsedMs = performance.now() - startedMs;
  const cpu = process.cpuUsage(cpuBefore);
  delay.disable();
  const { market } = engineRun.engine;
  const states = market.feeds();
  const instruments = states.reduce((sum, feed) => sum + feed.instruments, 0);
  const fresh = states.reduce((sum, feed) => sum + feed.fresh, 0);
  const divergences = engineRun.engine.counts().found;
  await engineRun.stop();
  network.close();
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
    residentMbAtStart: Math.round(resident[0] ?? Number.NaN),
    residentMbAtEnd: Math.round(resident.at(-1) ?? Number.NaN),
    residentMbPerHour: digits(slope(resident) * (3_600_000 / SAMPLE_MS)),
    divergences,
  };
}

/** Sizes and bursts of frames, in counts that do not grow with time. */
class Meter {
  frames = 0;
  #measuring = false;
  #inTurn = 0;
  readonly #bySize = new Uint32Array(4096);
  readonly #byBurst = new Uint32Array(4096);

  begin(): void {
    this.#measuring = true;
  }

  count(bytes: number): void {
    if (!this.#measuring) return;
    this.frames += 1;
    const size = Math.min(bytes, this.#bySize.length - 1);
    this.#bySize[size] = (this.#bySize[size] ?? 0) + 1;
    if (this.#inTurn === 0) setImmediate(this.#endTurn);
    this.#inTurn += 1;
  }

  sizes(): { medianBytes: number; p99Bytes: number } {
    return { medianBytes: at(this.#bySize, 0.5), p99Bytes: at(this.#bySize, 0.99) };
  }

  bursts(): { burstP50: number; burstP99: number } {
    return { burstP50: at(this.#byBurst, 0.5), burstP99: at(this.#byBurst, 0.99) };
  }

  readonly #endTurn = (): void => {
    const burst = Math.min(this.#inTurn, this.#byBurst.length - 1);
    this.#byBurst[burst] = (this.#byBurst[burst] ?? 0) + 1;
    this.#inTurn = 0;
  };
}

/** The value below which `share` of the counted ones lie. */
function at(counts: Uint32Array, share: number): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  for (let value = 0; value < counts.length; value += 1) {
    seen += counts[value] ?? 0;
    if (seen >= total * share) return value;
  }
  return Number.NaN;
}

/** Per sample. The first and last tenth are left out where there are enough: starting and ending are not growth. */
function slope(samples: readonly number[]): number {
  const cut = samples.length >= 60 ? Math.floor(samples.length / 10) : 0;
  const kept = samples.slice(cut, samples.length - cut);
  const meanX = (kept.length - 1) / 2;
  const meanY = kept.reduce((sum, value) => sum + value, 0) / kept.length;
  let above = 0;
  let below = 0;
  for (const [index, value] of kept.entries()) {
    above += (index - meanX) * (value - meanY);
    below += (index - meanX) ** 2;
  }
  return below === 0 ? 0 : above / below;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
