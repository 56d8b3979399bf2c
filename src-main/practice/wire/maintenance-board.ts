import type { FeedId } from '#shared/domain/ids';
import type { Cancel } from '#shared/kernel/time';
import type { VenueClock } from './venue-clock.ts';

/** One maintenance that the venue has announced, as its wires write it. Times are the venue's own, wall ms. */
export interface PlannedMaintenance {
  readonly number: number;
  readonly title: string;
  readonly feeds: readonly FeedId[];
  readonly announcedMs: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly begun: boolean;
}

const FIRST_NUMBER = 21;
const TITLE = 'Trading system upgrade';

/** What a venue has announced of its maintenance. Announcing and calling off is for who plays the venue; wires only read. */
export class MaintenanceBoard {
  readonly #clock: VenueClock;
  readonly #plans = new Map<FeedId, PlannedMaintenance>();
  readonly #timers = new Map<FeedId, Cancel>();
  #announced = 0;

  constructor(clock: VenueClock) {
    this.#clock = clock;
  }

  /** Announced and not over, oldest first. */
  plans(): readonly PlannedMaintenance[] {
    return [...new Set(this.#plans.values())];
  }

  isPlanned(feed: FeedId): boolean {
    return this.#plans.has(feed);
  }

  /** `turned` hears when the maintenance begins and when it is over; one that was announced before gives way to this one. */
  announce(feeds: readonly FeedId[], afterMs: number, lastsMs: number, turned: (begun: boolean) => void): void {
    for (const feed of feeds) this.callOff(feed);
    this.#announced += 1;
    const announcedMs = Math.floor(this.#clock.wallMs());
    // Venues plan in whole seconds.
    const fromMs = Math.ceil((announcedMs + afterMs) / 1000) * 1000;
    const plan = {
      number: FIRST_NUMBER + this.#announced,
      title: TITLE,
      feeds,
      announcedMs,
      fromMs,
      toMs: fromMs + lastsMs,
    };
    this.#put({ ...plan, begun: false });
    this.#after(feeds, fromMs, () => {
      this.#put({ ...plan, begun: true });
      this.#after(feeds, plan.toMs, () => {
        this.#forget(feeds);
        turned(false);
      });
      turned(true);
    });
  }

  /** It is taken back, or ends before its time. */
  callOff(feed: FeedId): void {
    this.#forget(this.#plans.get(feed)?.feeds ?? []);
  }

  #put(plan: PlannedMaintenance): void {
    for (const feed of plan.feeds) this.#plans.set(feed, plan);
  }

  #after(feeds: readonly FeedId[], atMs: number, run: () => void): void {
    const cancel = this.#clock.after(Math.max(0, atMs - this.#clock.wallMs()), run);
    for (const feed of feeds) this.#timers.set(feed, cancel);
  }

  #forget(feeds: readonly FeedId[]): void {
    for (const feed of feeds) {
      this.#timers.get(feed)?.();
      this.#timers.delete(feed);
      this.#plans.delete(feed);
    }
  }
}
