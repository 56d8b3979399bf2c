import type { z } from 'zod';
import type { RowsTopic, TopicName, ValueTopic } from '#shared/contract/contract';
import type { Push } from '#shared/contract/messages';

export type TopicPush = Extract<Push, { topic: TopicName }>;

/** Where a one-object topic goes. `problem` says why the present value is not to be believed. */
export interface ValueSink<T> {
  snapshot(value: T): void;
  patch(patch: Partial<T>): void;
  forget(): void;
  problem(text: string): void;
}

/** Where a keyed collection goes. */
export interface RowsSink<T> {
  /** `missing`: rows that come with the next changes. */
  snapshot(rows: T[], missing: number): void;
  change(upserts: T[], removes: string[], missing: number): void;
  forget(): void;
  problem(text: string): void;
}

/**
 * Follows one topic: takes snapshots at any time, deltas only in their order. `accept` tells what to do next: `taken`;
 * `gap` (a delta is missing: ask for a new snapshot now); `unreadable` (the data breaks the contract: ask again later).
 */
export interface TopicFeed {
  readonly topic: TopicName;
  accept(push: TopicPush): 'taken' | 'gap' | 'unreadable';
  /** Deltas are ignored until the next snapshot. */
  pause(): void;
  /** As {@link pause}, and what was known is unknown again: nobody tells of it any more. */
  forget(): void;
  problem(text: string): void;
}

export function valueFeed<Shape extends z.ZodRawShape, Config extends z.core.$ZodObjectConfig>(
  topic: ValueTopic,
  schema: z.ZodObject<Shape, Config>,
  sink: ValueSink<z.infer<z.ZodObject<Shape, Config>>>,
): TopicFeed {
  const patchSchema = schema.partial();
  let sequence: number | null = null;
  return {
    topic,
    problem: sink.problem,
    pause: () => {
      sequence = null;
    },
    forget: () => {
      sequence = null;
      sink.forget();
    },
    accept(push) {
      if (push.kind === 'value-snapshot') {
        const parsed = schema.safeParse(push.value);
        sequence = parsed.success ? push.sequence : null;
        if (!parsed.success) return 'unreadable';
        sink.snapshot(parsed.data);
        return 'taken';
      }
      if (push.kind !== 'value-delta') return 'unreadable';
      if (sequence === null) return 'taken';
      if (push.sequence !== sequence + 1) return 'gap';
      const parsed = patchSchema.safeParse(push.patch);
      if (!parsed.success) return 'unreadable';
      sequence = push.sequence;
      sink.patch(parsed.data as Partial<z.infer<z.ZodObject<Shape, Config>>>);
      return 'taken';
    },
  };
}

export function rowsFeed<T>(topic: RowsTopic, schema: z.ZodType<T>, sink: RowsSink<T>): TopicFeed {
  const rowsSchema = schema.array();
  let sequence: number | null = null;
  return {
    topic,
    problem: sink.problem,
    pause: () => {
      sequence = null;
    },
    forget: () => {
      sequence = null;
      sink.forget();
    },
    accept(push) {
      if (push.kind === 'rows-snapshot') {
        const parsed = rowsSchema.safeParse(push.rows);
        sequence = parsed.success ? push.sequence : null;
        if (!parsed.success) return 'unreadable';
        sink.snapshot(parsed.data, push.missing);
        return 'taken';
      }
      if (push.kind !== 'rows-delta') return 'unreadable';
      if (sequence === null) return 'taken';
      if (push.sequence !== sequence + 1) return 'gap';
      const parsed = rowsSchema.safeParse(push.upserts);
      if (!parsed.success) return 'unreadable';
      sequence = push.sequence;
      sink.change(parsed.data, push.removes, push.missing);
      return 'taken';
    },
  };
}
