import type { Random } from '#shared/kernel/random';
import type { Cancel, Clock } from '#shared/kernel/time';
import type { Track } from './track.ts';

const BACKOFF_BASE_MS = 500;
const BACKOFF_CAP_MS = 30_000;
/** A book that stayed live this long is rebuilt without delay the next time. */
const SETTLED_MS = 60_000;
/** A refused subscription may have been refused for the moment only. */
const REFUSED_RETRY_MS = 60_000;
const WATCH_MS = 1_000;

interface Attempt {
  count: number;
  askedMs: number;
  cancel: Cancel | null;
}

/**
 * Sees to it that every book that lost its snapshot gets a new one, each at a bounded rate: at once the first time,
 * then with growing pauses, so that a venue that keeps sending broken data is not hammered (MD-3).
 */
export class Rebuilder {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #overdueMs: number;
  readonly #ask: (track: Track) => void;
  readonly #attempts = new Map<Track, Attempt>();
  #watch: Cancel = () => undefined;

  /** `ask` requests a snapshot of a book from the venue; one that has not come after `overdueMs` is asked for again. */
  constructor(clock: Clock, random: Random, overdueMs: number, ask: (track: Track) => void) {
    this.#clock = clock;
    this.#random = random;
    this.#overdueMs = overdueMs;
    this.#ask = ask;
  }

  /** A new connection. */
  begin(): void {
    this.end();
    this.#tick();
  }

  /** A book was subscribed, its snapshot is on the way. */
  add(track: Track): void {
    this.#attempts.set(track, { count: 0, askedMs: this.#clock.monoMs(), cancel: null });
  }

  remove(track: Track): void {
    this.#attempts.get(track)?.cancel?.();
    this.#attempts.delete(track);
  }

  end(): void {
    this.#watch();
    for (const { cancel } of this.#attempts.values()) cancel?.();
    this.#attempts.clear();
  }

  /** The book is wrong. Its phase is already `awaiting`. */
  request(track: Track): void {
    const attempt = this.#attempts.get(track);
    if (attempt === undefined || attempt.cancel !== null) return;
    const now = this.#clock.monoMs();
    if (now - attempt.askedMs > SETTLED_MS + BACKOFF_CAP_MS) attempt.count = 0;
    const full = attempt.count === 0 ? 0 : Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** (attempt.count - 1));
    const pauseMs = full * (0.5 + 0.5 * this.#random.next());
    attempt.count += 1;
    attempt.cancel = this.#clock.after(pauseMs, () => {
      attempt.cancel = null;
      attempt.askedMs = this.#clock.monoMs();
      // The venue may have sent a snapshot of its own accord meanwhile.
      if (track.phase === 'awaiting') this.#ask(track);
    });
  }

  #tick(): void {
    this.#watch = this.#clock.after(WATCH_MS, () => {
      const now = this.#clock.monoMs();
      for (const [track, attempt] of this.#attempts) {
        const waitedMs = now - attempt.askedMs;
        if (track.phase === 'refused' && waitedMs >= REFUSED_RETRY_MS) track.phase = 'awaiting';
        if (track.phase === 'awaiting' && waitedMs >= this.#overdueMs) this.request(track);
      }
      this.#tick();
    });
  }
}
