import { type RowsTopic, TOPICS, type TopicName } from '#shared/contract/contract';
import { batchSchema, type Push, pushSchema } from '#shared/contract/messages';
import type { Clock } from '#shared/kernel/time';

interface Held {
  sequence: number;
  value: Record<string, unknown>;
  readonly rows: Map<string, unknown>;
}

/** A window as strict as can be: keeps what it was told by the rules of the contract, and counts what came. */
export class WindowReplica {
  readonly messages: { readonly atMs: number; readonly bytes: number }[] = [];
  readonly replies: number[] = [];
  readonly #clock: Clock;
  readonly #held = new Map<TopicName, Held>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  send(text: string): void {
    this.messages.push({ atMs: this.#clock.monoMs(), bytes: Buffer.byteLength(text) });
    for (const push of batchSchema.parse(JSON.parse(text)).pushes) this.#take(pushSchema.parse(push));
  }

  congested(): boolean {
    return false;
  }

  drop(reason: string): void {
    throw new Error(`the line was dropped: ${reason}`);
  }

  value(topic: TopicName): unknown {
    return this.#held.get(topic)?.value;
  }

  rows(topic: RowsTopic): ReadonlyMap<string, unknown> {
    return this.#held.get(topic)?.rows ?? new Map();
  }

  /** The most messages, and the most bytes, that came in any one second. */
  busiestSecond(): { readonly messages: number; readonly bytes: number } {
    let messages = 0;
    let bytes = 0;
    for (const [index, first] of this.messages.entries()) {
      const within = this.messages.slice(index, index + 64).filter(({ atMs }) => atMs < first.atMs + 1000);
      messages = Math.max(messages, within.length);
      bytes = Math.max(
        bytes,
        within.reduce((sum, one) => sum + one.bytes, 0),
      );
    }
    return { messages, bytes };
  }

  #take(push: Push): void {
    if (push.kind === 'reply') this.replies.push(push.id);
    if (!('topic' in push)) return;
    const { topic } = push;
    const held = this.#held.get(topic);
    if (push.kind === 'value-snapshot' || push.kind === 'rows-snapshot') {
      const fresh: Held = { sequence: push.sequence, value: {}, rows: new Map() };
      this.#held.set(topic, fresh);
      if (push.kind === 'value-snapshot') fresh.value = push.value as Record<string, unknown>;
      else for (const row of push.rows) fresh.rows.set(keyOf(topic, row), row);
      return;
    }
    if (held === undefined || push.sequence !== held.sequence + 1) throw new Error(`${topic}: a delta out of order`);
    held.sequence = push.sequence;
    if (push.kind === 'value-delta') Object.assign(held.value, push.patch);
    else {
      for (const key of push.removes) {
        if (!held.rows.delete(key)) throw new Error(`${topic}: ${key} was taken away without having been told`);
      }
      for (const row of push.upserts) held.rows.set(keyOf(topic, row), row);
    }
  }
}

function keyOf(topic: TopicName, row: unknown): string {
  const terms = TOPICS[topic];
  if (terms.kind !== 'rows') throw new Error(`${topic} has no rows`);
  return String((row as Record<string, unknown>)[terms.key]);
}
