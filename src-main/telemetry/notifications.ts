import type { Notification } from '#shared/domain/safety';

type Kind = Notification['kind'];

/** What happened: `condition` names it for good (`breaker:kraken`), so that repeats are grouped under it (UI-7). */
export interface Occurrence {
  readonly kind: Kind;
  readonly condition: string;
  readonly text: string;
  readonly atMs: number;
  /** False for something that is over as soon as it is said; a lasting condition stays active until cleared. */
  readonly lasting: boolean;
}

const DEFAULT_CAPACITY = 500;

/** Dropped first to last when room is needed. An alarm that stands, or that nobody acknowledged, is never dropped. */
const DROP_ORDER: readonly ((n: Notification) => boolean)[] = [
  (n) => !n.active && n.acknowledged,
  (n) => n.kind === 'message' && !n.active,
  (n) => n.kind === 'message',
  (n) => n.kind === 'prompt' && !n.active,
  (n) => n.kind === 'alert' && !n.active,
  (n) => n.kind === 'alert' && n.acknowledged,
  (n) => n.kind === 'alert',
];

interface Entry {
  readonly condition: string;
  readonly notification: Notification;
}

/** The condition under which alarms are folded together when there are too many to list. */
const FOLDED = 'notifications:folded';

/**
 * UI-7: what people must be told. Repeats of a condition are one entry with a count; acknowledging says somebody saw it
 * and never clears the condition; a condition that cleared, was acknowledged and came back is a new entry. Ids count
 * entries from 1, so the same run gives the same ids (PP-4). Holds at most `capacity` entries: when alarms alone exceed
 * it, the oldest are folded into one alarm that counts them.
 */
export class Notifications {
  /** By id, in order of their last occurrence. */
  readonly #entries = new Map<string, Entry>();
  /** The latest id of each listed condition. */
  readonly #latest = new Map<string, string>();
  readonly #capacity: number;
  readonly #changed: (notification: Notification) => void;
  readonly #clean: (text: string) => string;
  #begun = 0;

  /** `changed` is told of every new, repeated, acknowledged or cleared entry; `clean` takes secrets out of a text (SE-1). */
  constructor(
    changed: (notification: Notification) => void,
    capacity = DEFAULT_CAPACITY,
    clean: (text: string) => string = (text) => text,
  ) {
    this.#changed = changed;
    this.#clean = clean;
    this.#capacity = capacity;
  }

  raise(occurrence: Occurrence): Notification {
    const raised = this.#record(occurrence);
    while (this.#entries.size > this.#capacity) this.#dropOne();
    return raised;
  }

  /** The condition is over. Unacknowledged alarms stay listed. Unknown or already cleared: nothing happens. */
  clear(condition: string): void {
    const entry = this.#find(condition);
    if (entry?.notification.active) this.#put({ condition, notification: { ...entry.notification, active: false } });
  }

  /** Somebody saw it. False when there is no such entry. */
  acknowledge(id: string): boolean {
    const entry = this.#entries.get(id);
    if (entry === undefined) return false;
    if (!entry.notification.acknowledged) {
      this.#put({ condition: entry.condition, notification: { ...entry.notification, acknowledged: true } });
    }
    return true;
  }

  /** Newest first. */
  list(): readonly Notification[] {
    return [...this.#entries.values()].map((entry) => entry.notification).reverse();
  }

  /** Alarms that nobody acknowledged or whose condition stands: what the status bar counts. */
  alarms(): number {
    let count = 0;
    for (const { notification } of this.#entries.values()) {
      if (notification.kind === 'alarm' && (notification.active || !notification.acknowledged)) count += 1;
    }
    return count;
  }

  #record({ kind, condition, text, atMs, lasting }: Occurrence): Notification {
    const standing = this.#standing(condition, kind);
    if (standing === undefined) this.#begun += 1;
    const notification: Notification = {
      id: standing?.id ?? `${this.#begun}`,
      kind,
      text: this.#clean(text),
      atMs,
      count: (standing?.count ?? 0) + 1,
      acknowledged: standing?.acknowledged ?? false,
      active: lasting,
    };
    // Deleted first: a repeat moves to the end, so iteration stays in order of the last occurrence.
    this.#entries.delete(notification.id);
    this.#latest.set(condition, notification.id);
    this.#put({ condition, notification });
    return notification;
  }

  /** The entry an occurrence repeats: one that still stands, or that nobody acknowledged yet. */
  #standing(condition: string, kind: Kind): Notification | undefined {
    const notification = this.#find(condition)?.notification;
    if (notification === undefined || notification.kind !== kind) return undefined;
    return notification.active || !notification.acknowledged ? notification : undefined;
  }

  #find(condition: string): Entry | undefined {
    const id = this.#latest.get(condition);
    return id === undefined ? undefined : this.#entries.get(id);
  }

  #put(entry: Entry): void {
    this.#entries.set(entry.notification.id, entry);
    this.#changed(entry.notification);
  }

  #dropOne(): void {
    const entries = [...this.#entries.values()];
    for (const droppable of DROP_ORDER) {
      const entry = entries.find(({ notification }) => droppable(notification));
      if (entry !== undefined) {
        this.#remove(entry);
        return;
      }
    }
    const oldest = entries.find(({ condition }) => condition !== FOLDED);
    if (oldest !== undefined) this.#fold(oldest);
  }

  #fold(entry: Entry): void {
    const { kind, text, atMs } = entry.notification;
    this.#remove(entry);
    this.#record({
      kind: 'alarm',
      condition: FOLDED,
      text: `Too many to list: earlier ones were folded together; the log has each. Last folded ${kind}: ${text}`,
      atMs,
      lasting: false,
    });
  }

  #remove({ condition, notification }: Entry): void {
    this.#entries.delete(notification.id);
    if (this.#latest.get(condition) === notification.id) this.#latest.delete(condition);
  }
}
