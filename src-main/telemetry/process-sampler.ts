import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';

/** What the process itself costs, for /healthz and diagnostics. */
export interface ProcessSample {
  readonly residentMb: number;
  readonly heapMb: number;
  /** How late timers ran since the last sample, ms; `null` before the first reading. */
  readonly loopDelayMs: { readonly p50: number; readonly p99: number; readonly max: number } | null;
}

const MEGABYTE = 1024 * 1024;
const NANOSECONDS_PER_MS = 1e6;
/** The monitor's own timer: its period is part of every reading and is taken off. */
const RESOLUTION_MS = 20;

const tenth = (value: number) => Math.round(value * 10) / 10;
const beyondPeriod = (nanoseconds: number) => tenth(Math.max(0, nanoseconds / NANOSECONDS_PER_MS - RESOLUTION_MS));

/** Samples memory and event-loop delay. The monitor's timer does not keep the process alive; {@link stop} ends it. */
export class ProcessSampler {
  readonly #delay: IntervalHistogram;

  constructor() {
    this.#delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    this.#delay.enable();
  }

  sample(): ProcessSample {
    const memory = process.memoryUsage();
    const delay = this.#delay;
    const loopDelayMs =
      delay.count === 0
        ? null
        : {
            p50: beyondPeriod(delay.percentile(50)),
            p99: beyondPeriod(delay.percentile(99)),
            max: beyondPeriod(delay.max),
          };
    delay.reset();
    return { residentMb: tenth(memory.rss / MEGABYTE), heapMb: tenth(memory.heapUsed / MEGABYTE), loopDelayMs };
  }

  stop(): void {
    this.#delay.disable();
  }
}
