import type { Random } from '#shared/kernel/random';
import type { Clock } from '#shared/kernel/time';
import { Pauses } from './pauses.ts';
import type { ServerTime } from './protocol.ts';
import type { RestClient } from './rest-client.ts';

const FIRST_SAMPLES = 5;
const LATER_SAMPLES = 3;
const PERIOD_MS = 60_000;
const TIMEOUT_MS = 5_000;
/** Samples are this far apart, so that a clock told in whole seconds is read at different parts of its second. */
const SPACING_MS = 230;

/** The venue's clock was ahead of ours by something in [lowMs, highMs]. */
export interface SkewBounds {
  readonly lowMs: number;
  readonly highMs: number;
  readonly roundTripMs: number;
}

/**
 * What one answer proves: the venue read its clock after we sent and before we received, and shows it cut to its
 * resolution. So its true time lay in [earliest, earliest + resolution) at some moment of ours in [sent, received].
 */
export function skewBounds(sentWallMs: number, receivedWallMs: number, time: ServerTime): SkewBounds {
  return {
    lowMs: time.earliestMs - receivedWallMs,
    highMs: time.earliestMs + time.resolutionMs - sentWallMs,
    roundTripMs: receivedWallMs - sentWallMs,
  };
}

/** What all samples have in common; `null` without one, and when they contradict each other (a clock was set meanwhile). */
export function commonBounds(samples: readonly SkewBounds[]): SkewBounds | null {
  const lowMs = Math.max(...samples.map((sample) => sample.lowMs));
  const highMs = Math.min(...samples.map((sample) => sample.highMs));
  if (samples.length === 0 || lowMs > highMs) return null;
  return { lowMs, highMs, roundTripMs: Math.min(...samples.map((sample) => sample.roundTripMs)) };
}

/**
 * The skew in the middle of its bounds. With one sample of a fine clock this is the classic estimate with half the round
 * trip taken off; with a clock of whole seconds the samples narrow it.
 */
export const middleOf = ({ lowMs, highMs }: SkewBounds): number => (lowMs + highMs) / 2;

/** Two undisciplined clocks run apart by less than this: 200 parts in a million. */
const DRIFT_MS_PER_MS = 200 / 1_000_000;

/** What earlier samples proved, as far as it still holds `elapsedMs` later. */
export function aged(bounds: SkewBounds, elapsedMs: number): SkewBounds {
  const driftMs = elapsedMs * DRIFT_MS_PER_MS;
  return { ...bounds, lowMs: bounds.lowMs - driftMs, highMs: bounds.highMs + driftMs };
}

/** Measures a venue's clock against ours (MD-6): several samples at start, then every minute. */
export class SkewMeter {
  readonly #rest: RestClient;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #path: string;
  readonly #read: (body: unknown) => ServerTime;
  readonly #report: (skewMs: number, roundTripMs: number) => void;
  readonly #pauses: Pauses;
  #proven: { readonly bounds: SkewBounds; readonly atMonoMs: number } | null = null;

  constructor(options: {
    rest: RestClient;
    clock: Clock;
    random: Random;
    path: string;
    read: (body: unknown) => ServerTime;
    report: (skewMs: number, roundTripMs: number) => void;
  }) {
    this.#rest = options.rest;
    this.#clock = options.clock;
    this.#pauses = new Pauses(options.clock);
    this.#random = options.random;
    this.#path = options.path;
    this.#read = options.read;
    this.#report = options.report;
  }

  async run(): Promise<void> {
    let wanted = FIRST_SAMPLES;
    while (!this.#pauses.stopped) {
      const measured = this.#narrowed(await this.#collect(wanted));
      if (this.#pauses.stopped) return;
      if (measured !== null) this.#report(middleOf(measured), measured.roundTripMs);
      wanted = measured === null ? FIRST_SAMPLES : LATER_SAMPLES;
      await this.#pauses.wait(PERIOD_MS * (measured === null ? 0.1 : 1) * (0.9 + 0.2 * this.#random.next()));
    }
  }

  stop(): void {
    this.#pauses.stop();
  }

  /**
   * What the new samples and the earlier ones prove together: a clock told in whole seconds is known better with each
   * round. When they contradict each other a clock was set, and only the new ones count.
   */
  #narrowed(samples: readonly SkewBounds[]): SkewBounds | null {
    const fresh = commonBounds(samples);
    if (fresh === null) return null;
    const atMonoMs = this.#clock.monoMs();
    const earlier = this.#proven === null ? [] : [aged(this.#proven.bounds, atMonoMs - this.#proven.atMonoMs)];
    const both = commonBounds([fresh, ...earlier]) ?? fresh;
    this.#proven = { bounds: both, atMonoMs };
    return { ...both, roundTripMs: fresh.roundTripMs };
  }

  async #collect(wanted: number): Promise<SkewBounds[]> {
    const samples: SkewBounds[] = [];
    for (let i = 0; i < wanted; i += 1) {
      if (i > 0) await this.#pauses.wait(SPACING_MS);
      if (this.#pauses.stopped) break;
      const answer = await this.#rest.get('time', this.#path, 1, TIMEOUT_MS);
      if (!answer.ok) continue;
      const { sentWallMs, receivedWallMs, response } = answer.value;
      try {
        samples.push(skewBounds(sentWallMs, receivedWallMs, this.#read(JSON.parse(response.body))));
      } catch {
        // Not this venue's time: this sample says nothing, the next may.
      }
    }
    return samples;
  }
}
