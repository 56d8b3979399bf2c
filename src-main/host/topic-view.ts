import { type RowsTopic, TOPICS, type TopicName, type ValueTopic } from '#shared/contract/contract';
import type { Push } from '#shared/contract/messages';
import type { ContractService } from '#shared/contract/service';

/**
 * What one window was last told of one topic. Differences are taken against that, not against the engine's last
 * change, so a window that falls behind gets one larger delta instead of a queue of small ones.
 */
export interface TopicView {
  /** The whole topic; what follows counts from its sequence. `undefined`: it cannot be told now (see `problem`). */
  snapshot(): Push | undefined;
  /** What changed since the last push, or `undefined` when nothing did. */
  delta(): Push | undefined;
  /** Why (a part of) the topic broke its own schema at the last reading and was withheld, or `null`. */
  problem(): string | null;
}

export function topicView(service: ContractService, topic: TopicName): TopicView {
  return isRows(topic) ? new RowsView(service, topic) : new ValueView(service, topic as ValueTopic);
}

const isRows = (topic: TopicName): topic is RowsTopic => TOPICS[topic].kind === 'rows';

/** One object, patched by top-level key. */
class ValueView implements TopicView {
  readonly #service: ContractService;
  readonly #topic: ValueTopic;
  #sequence = 0;
  /** JSON per top-level key, as last sent. */
  #sent = new Map<string, string>();
  #problem: string | null = null;

  constructor(service: ContractService, topic: ValueTopic) {
    this.#service = service;
    this.#topic = topic;
  }

  snapshot(): Push | undefined {
    const value = this.#read();
    if (value === undefined) return undefined;
    this.#sent = new Map(Object.entries(value).map(([key, part]) => [key, JSON.stringify(part)]));
    this.#sequence += 1;
    return { kind: 'value-snapshot', topic: this.#topic, sequence: this.#sequence, value };
  }

  delta(): Push | undefined {
    const value = this.#read();
    if (value === undefined) return undefined;
    const patch: Record<string, unknown> = {};
    for (const [key, part] of Object.entries(value)) {
      const text = JSON.stringify(part);
      if (this.#sent.get(key) === text) continue;
      this.#sent.set(key, text);
      patch[key] = part;
    }
    if (Object.keys(patch).length === 0) return undefined;
    this.#sequence += 1;
    return { kind: 'value-delta', topic: this.#topic, sequence: this.#sequence, patch };
  }

  problem(): string | null {
    return this.#problem;
  }

  #read(): Record<string, unknown> | undefined {
    const parsed = TOPICS[this.#topic].schema.safeParse(this.#service.value(this.#topic));
    this.#problem = parsed.success ? null : parsed.error.message;
    if (!parsed.success) return undefined;
    return parsed.data as Record<string, unknown>;
  }
}

interface SentRow {
  readonly source: unknown;
  readonly text: string;
}

/** A keyed collection. A row that breaks its schema is withheld, and taken away if an earlier one was shown. */
class RowsView implements TopicView {
  readonly #service: ContractService;
  readonly #topic: RowsTopic;
  #sequence = 0;
  #sent = new Map<string, SentRow>();
  #problem: string | null = null;

  constructor(service: ContractService, topic: RowsTopic) {
    this.#service = service;
    this.#topic = topic;
  }

  snapshot(): Push {
    this.#sent = new Map();
    const { upserts } = this.#advance();
    this.#sequence += 1;
    return { kind: 'rows-snapshot', topic: this.#topic, sequence: this.#sequence, rows: upserts };
  }

  delta(): Push | undefined {
    const { upserts, removes } = this.#advance();
    if (upserts.length === 0 && removes.length === 0) return undefined;
    this.#sequence += 1;
    return { kind: 'rows-delta', topic: this.#topic, sequence: this.#sequence, upserts, removes };
  }

  problem(): string | null {
    return this.#problem;
  }

  #advance(): { upserts: unknown[]; removes: string[] } {
    const { schema, key: keyName } = TOPICS[this.#topic];
    const next = new Map<string, SentRow>();
    const upserts: unknown[] = [];
    this.#problem = null;
    for (const source of this.#service.rows(this.#topic)) {
      const key = String((source as Record<string, unknown>)[keyName]);
      const before = this.#sent.get(key);
      if (before !== undefined && before.source === source) {
        next.set(key, before);
        continue;
      }
      const parsed = schema.safeParse(source);
      if (!parsed.success) {
        this.#problem = `${key}: ${parsed.error.message}`;
        continue;
      }
      const text = JSON.stringify(parsed.data);
      next.set(key, { source, text });
      if (before?.text !== text) upserts.push(parsed.data);
    }
    const removes = [...this.#sent.keys()].filter((key) => !next.has(key));
    this.#sent = next;
    return { upserts, removes };
  }
}
