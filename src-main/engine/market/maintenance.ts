import type { FeedId } from '#shared/domain/ids';
import {
  type MaintenanceReading,
  type MaintenanceStanding,
  type MaintenanceWindow,
  maintenanceWords,
  NOTHING_ANNOUNCED,
} from '#shared/domain/maintenance';
import type { Clock } from '../ports.ts';

const MINUTE_MS = 60_000;
/** A maintenance that its venue calls under way is waited for so long past its end, for the venue's next word on it. */
const WORD_MS = 150_000;
/** More of a feed's instruments than this do not trade normally: the venue stands still. */
const STANDSTILL = 0.5;

/** Why a feed takes no new entries now (MD-8). */
export interface EntriesWait {
  readonly window: MaintenanceWindow;
  /** The window as a person reads it. */
  readonly words: string;
  /** It has begun; until then the lead runs. */
  readonly begun: boolean;
}

export interface MaintenanceOptions {
  readonly clock: Clock;
  /** How long before a window entries end, minutes. */
  readonly leadMin: () => number;
  /** Share of the feed's instruments that do not trade normally now, 0..1. */
  readonly stoppedShare: (feed: FeedId) => number;
}

interface Told {
  windows: readonly MaintenanceWindow[];
  readAtMs: number | null;
  unreadableSinceMs: number | null;
  note: string | null;
  /** Windows during which the venue was seen standing still, and of those the ones after which it traded again. */
  readonly stood: Set<string>;
  readonly ended: Set<string>;
}

/**
 * What venues announced of their maintenance (MD-8). From the lead before a window until it is over its feed takes no new
 * entries. A reading that fails changes nothing of that, neither way: announcements are an extra, the live status of venue
 * and instruments stays the guard.
 */
export class Maintenance {
  readonly #options: MaintenanceOptions;
  readonly #told = new Map<FeedId, Told>();

  constructor(options: MaintenanceOptions) {
    this.#options = options;
  }

  take(feed: FeedId, reading: MaintenanceReading): void {
    const told = this.#of(feed);
    const nowMs = this.#options.clock.wallMs();
    if (reading.kind === 'unreadable') {
      told.unreadableSinceMs ??= nowMs;
      told.note = reading.why;
      return;
    }
    told.unreadableSinceMs = null;
    if (reading.kind === 'not-announced') {
      told.note = reading.why;
      return;
    }
    told.note = null;
    told.readAtMs = nowMs;
    told.windows = [...reading.windows].sort((a, b) => a.fromMs - b.fromMs || (a.id < b.id ? -1 : 1));
    // Of one that is gone, or was put off, nothing seen before counts.
    const underWay = new Set(told.windows.filter(({ fromMs }) => fromMs <= nowMs).map(({ id }) => id));
    for (const seen of [told.stood, told.ended]) {
      for (const id of seen) if (!underWay.has(id)) seen.delete(id);
    }
  }

  /** Once a tick: whether the venue stands still, which is how the end of an open window is seen. */
  sample(): void {
    const nowMs = this.#options.clock.wallMs();
    for (const [feed, told] of this.#told) {
      for (const { id, fromMs } of told.windows) {
        if (nowMs < fromMs || told.ended.has(id)) continue;
        const stands = this.#options.stoppedShare(feed) > STANDSTILL;
        if (stands) told.stood.add(id);
        else if (told.stood.has(id)) told.ended.add(id);
      }
    }
  }

  /** Why the feed takes no new entries now, or `undefined`. Cheap while nothing is announced. */
  entriesWait(feed: FeedId): EntriesWait | undefined {
    const told = this.#told.get(feed);
    if (told === undefined || told.windows.length === 0) return undefined;
    const nowMs = this.#options.clock.wallMs();
    const fromMs = nowMs + this.#options.leadMin() * MINUTE_MS;
    const window = told.windows.find((one) => one.fromMs <= fromMs && !isOver(one, told, nowMs));
    if (window === undefined) return undefined;
    return { window, words: maintenanceWords(window, nowMs), begun: window.fromMs <= nowMs };
  }

  standing(feed: FeedId): MaintenanceStanding {
    const told = this.#told.get(feed);
    if (told === undefined) return NOTHING_ANNOUNCED;
    const nowMs = this.#options.clock.wallMs();
    return {
      windows: told.windows.filter((window) => !isOver(window, told, nowMs)),
      readAtMs: told.readAtMs,
      unreadableSinceMs: told.unreadableSinceMs,
      note: told.note,
      entriesWait: this.entriesWait(feed) !== undefined,
    };
  }

  /** Of every feed that was told of, in the order they first were. */
  standings(): readonly (readonly [FeedId, MaintenanceStanding])[] {
    return [...this.#told.keys()].map((feed) => [feed, this.standing(feed)] as const);
  }

  #of(feed: FeedId): Told {
    let told = this.#told.get(feed);
    if (told === undefined) {
      told = {
        windows: [],
        readAtMs: null,
        unreadableSinceMs: null,
        note: null,
        stood: new Set(),
        ended: new Set(),
      };
      this.#told.set(feed, told);
    }
    return told;
  }
}

/**
 * A window ends at its end. One with an open end, or that its venue still calls under way after its end, goes on until the
 * venue drops it or was seen to stand still and then to trade again.
 */
function isOver({ id, toMs, state, readAtMs }: MaintenanceWindow, { ended }: Told, nowMs: number): boolean {
  if (toMs !== null && nowMs < toMs) return false;
  if (ended.has(id)) return true;
  if (toMs === null) return false;
  if (state === 'announced') return true;
  // Its own word that it goes on is younger than its end.
  if (readAtMs >= toMs) return false;
  return nowMs >= toMs + WORD_MS;
}
