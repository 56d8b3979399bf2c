import { type RowsTopic, TOPICS, type TopicName, type ValueTopic } from '#shared/contract/contract';
import type { ContractService } from '#shared/contract/service';

/** What one reading of a topic gave. */
export interface Reading {
  /** JSON text of a push, or `null` when there is nothing to tell or nothing fits. */
  readonly push: string | null;
  /** Changes are left that did not fit. */
  readonly more: boolean;
  /** Bytes the next part needs, when not even that fitted; else 0. */
  readonly needs: number;
}

/**
 * What one window was last told of one topic. Differences are taken against that, not against the engine's last
 * change, so a window that falls behind gets one later state instead of a queue of old ones. A part (a row, or a key of
 * a value) is made into text once, for comparing and for sending.
 */
export interface TopicView {
  /** The next reading begins a snapshot; what follows counts from its sequence. */
  restart(): void;
  /** A push of at most `allowance` bytes. Parts that did not fit come first next time: none waits for ever. */
  read(allowance: number): Reading;
  /** Why (a part of) the topic broke its own schema when last read and was withheld, or `null`. */
  problem(): string | null;
}

export function topicView(service: ContractService, topic: TopicName): TopicView {
  return isRows(topic) ? new RowsView(service, topic) : new ValueView(service, topic as ValueTopic);
}

const isRows = (topic: TopicName): topic is RowsTopic => TOPICS[topic].kind === 'rows';

/** Room for a push's own words around its parts. */
const ENVELOPE_BYTES = 160;
const NOTHING: Reading = { push: null, more: false, needs: 0 };

/** The list in a circle, beginning with what follows `last`. */
function* after<T>(list: readonly T[], last: number): Generator<T> {
  for (let step = 1; step <= list.length; step += 1) yield list[(last + step) % list.length] as T;
}

/** Parts are put in until one does not fit. */
class Room {
  readonly #whole: number;
  #left: number;
  needs = 0;
  full = false;

  constructor(allowance: number) {
    this.#whole = allowance - ENVELOPE_BYTES;
    this.#left = this.#whole;
  }

  put(text: string): boolean {
    const bytes = Buffer.byteLength(text) + 1;
    if (bytes <= this.#left) {
      this.#left -= bytes;
      return true;
    }
    this.full = true;
    if (this.#left === this.#whole) this.needs = bytes + ENVELOPE_BYTES;
    return false;
  }
}

/** One object, patched by top-level key. */
class ValueView implements TopicView {
  readonly #service: ContractService;
  readonly #topic: ValueTopic;
  #sequence = 0;
  #snapshotDue = true;
  /** JSON per top-level key, as last sent. */
  #sent = new Map<string, string>();
  /** The key told last: the next reading goes on behind it. */
  #last = '';
  #problem: string | null = null;

  constructor(service: ContractService, topic: ValueTopic) {
    this.#service = service;
    this.#topic = topic;
  }

  restart(): void {
    this.#snapshotDue = true;
  }

  read(allowance: number): Reading {
    const parsed = TOPICS[this.#topic].schema.safeParse(this.#service.value(this.#topic));
    this.#problem = parsed.success ? null : parsed.error.message;
    if (!parsed.success) return NOTHING;
    const parts = Object.entries(parsed.data).map(([key, part]) => [key, JSON.stringify(part)] as const);
    return this.#snapshotDue ? this.#snapshot(parts, allowance) : this.#delta(parts, allowance);
  }

  problem(): string | null {
    return this.#problem;
  }

  #snapshot(parts: readonly (readonly [string, string])[], allowance: number): Reading {
    const room = new Room(allowance);
    const value = objectText(parts);
    if (!room.put(value)) return { push: null, more: true, needs: room.needs };
    this.#snapshotDue = false;
    this.#sent = new Map(parts);
    return { ...NOTHING, push: this.#text('value-snapshot', `"value":${value}`) };
  }

  #delta(parts: readonly (readonly [string, string])[], allowance: number): Reading {
    const room = new Room(allowance);
    const patch: (readonly [string, string])[] = [];
    const last = parts.findIndex(([key]) => key === this.#last);
    for (const [key, text] of after(parts, last)) {
      if (this.#sent.get(key) === text) continue;
      if (!room.put(`${JSON.stringify(key)}:${text}`)) break;
      patch.push([key, text]);
      this.#sent.set(key, text);
      this.#last = key;
    }
    const push = patch.length === 0 ? null : this.#text('value-delta', `"patch":${objectText(patch)}`);
    return { push, more: room.full, needs: room.needs };
  }

  #text(kind: string, content: string): string {
    this.#sequence += 1;
    return `{"kind":"${kind}","topic":"${this.#topic}","sequence":${this.#sequence},${content}}`;
  }
}

const objectText = (parts: readonly (readonly [string, string])[]): string =>
  `{${parts.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join()}}`;

interface SentRow {
  readonly source: unknown;
  readonly text: string;
}

/** A keyed collection. A row that breaks its schema is withheld, and taken away if an earlier one was shown. */
class RowsView implements TopicView {
  readonly #service: ContractService;
  readonly #topic: RowsTopic;
  #sequence = 0;
  #snapshotDue = true;
  #sent = new Map<string, SentRow>();
  /** The row told last: the next reading goes on behind it. */
  #last: string | null = null;
  /** Why rows are withheld, by key. */
  readonly #broken = new Map<string, string>();

  constructor(service: ContractService, topic: RowsTopic) {
    this.#service = service;
    this.#topic = topic;
  }

  restart(): void {
    this.#snapshotDue = true;
  }

  read(allowance: number): Reading {
    if (this.#snapshotDue) {
      this.#sent = new Map();
      this.#last = null;
    }
    const room = new Room(allowance);
    const keyName = TOPICS[this.#topic].key;
    const rows = this.#service.rows(this.#topic).map((source): readonly [string, unknown] => {
      return [String((source as Record<string, unknown>)[keyName]), source];
    });
    const removes = this.#gone(rows, room);
    const upserts = this.#changed(rows, room, removes);
    const missing = Math.max(0, rows.length - this.#sent.size - this.#broken.size);
    if (this.#snapshotDue && room.needs === 0) {
      this.#snapshotDue = false;
      return {
        push: this.#text('rows-snapshot', `"rows":[${upserts.join()}]`, missing),
        more: room.full,
        needs: 0,
      };
    }
    const nothing = upserts.length === 0 && removes.length === 0;
    const content = `"upserts":[${upserts.join()}],"removes":${JSON.stringify(removes)}`;
    const push = nothing ? null : this.#text('rows-delta', content, missing);
    return { push, more: room.full, needs: room.needs };
  }

  problem(): string | null {
    const [first] = this.#broken;
    return first === undefined ? null : `${first[0]}: ${first[1]}`;
  }

  /** Keys that were told and are no longer there. */
  #gone(rows: readonly (readonly [string, unknown])[], room: Room): string[] {
    const present = new Set(rows.map(([key]) => key));
    for (const key of this.#broken.keys()) if (!present.has(key)) this.#broken.delete(key);
    const removes: string[] = [];
    for (const key of this.#sent.keys()) {
      if (present.has(key)) continue;
      if (!room.put(JSON.stringify(key))) break;
      this.#sent.delete(key);
      removes.push(key);
    }
    return removes;
  }

  /** Texts of rows that differ from what was told; rows that became unreadable are added to `removes`. */
  #changed(rows: readonly (readonly [string, unknown])[], room: Room, removes: string[]): string[] {
    const upserts: string[] = [];
    if (room.full) return upserts;
    const { schema } = TOPICS[this.#topic];
    const last = rows.findIndex(([key]) => key === this.#last);
    for (const [key, source] of after(rows, last)) {
      const before = this.#sent.get(key);
      if (before !== undefined && before.source === source) continue;
      const parsed = schema.safeParse(source);
      if (!parsed.success) {
        this.#broken.set(key, parsed.error.message);
        if (this.#sent.delete(key)) removes.push(key);
        continue;
      }
      this.#broken.delete(key);
      const text = JSON.stringify(parsed.data);
      if (before?.text !== text) {
        if (!room.put(text)) break;
        upserts.push(text);
        this.#last = key;
      }
      this.#sent.set(key, { source, text });
    }
    return upserts;
  }

  #text(kind: string, content: string, missing: number): string {
    this.#sequence += 1;
    return `{"kind":"${kind}","topic":"${this.#topic}","sequence":${this.#sequence},${content},"missing":${missing}}`;
  }
}
