import { z } from 'zod';
import { failureSchema, TOPICS } from './contract.ts';

/** Window → engine. `submissionId` makes a command idempotent (UI-6): the same id is answered, not run, again. */
export const requestSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('query'), id: z.int(), name: z.string(), input: z.unknown() }),
  z.strictObject({
    kind: z.literal('command'),
    id: z.int(),
    name: z.string(),
    input: z.unknown(),
    submissionId: z.string().min(8).max(64),
  }),
  /** Answered by `reply` (ok), then a snapshot. Subscribing again gives a new snapshot. */
  z.strictObject({
    kind: z.literal('subscribe'),
    id: z.int(),
    topic: z.enum(Object.keys(TOPICS) as (keyof typeof TOPICS)[]),
  }),
  z.strictObject({
    kind: z.literal('unsubscribe'),
    id: z.int(),
    topic: z.enum(Object.keys(TOPICS) as (keyof typeof TOPICS)[]),
  }),
]);
export type Request = z.infer<typeof requestSchema>;

const topicName = z.enum(Object.keys(TOPICS) as (keyof typeof TOPICS)[]);

/** Engine → window. `sequence` counts per subscription from the snapshot's. */
export const pushSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('reply'), id: z.int(), ok: z.literal(true), value: z.unknown() }),
  z.object({ kind: z.literal('failed'), id: z.int(), ok: z.literal(false), failure: failureSchema }),
  z.object({ kind: z.literal('value-snapshot'), topic: topicName, sequence: z.int(), value: z.unknown() }),
  z.object({
    kind: z.literal('value-delta'),
    topic: topicName,
    sequence: z.int(),
    patch: z.record(z.string(), z.unknown()),
  }),
  /** `missing`: rows that come with the next deltas, because all at once would exceed the line's budget. */
  z.object({
    kind: z.literal('rows-snapshot'),
    topic: topicName,
    sequence: z.int(),
    rows: z.array(z.unknown()),
    missing: z.int(),
  }),
  z.object({
    kind: z.literal('rows-delta'),
    topic: topicName,
    sequence: z.int(),
    upserts: z.array(z.unknown()),
    removes: z.array(z.string()),
    missing: z.int(),
  }),
  /** Sent about once a second with the engine's wall clock, so that the window knows that it lives and how old values are. */
  z.object({ kind: z.literal('pulse'), wallMs: z.number() }),
]);
export type Push = z.infer<typeof pushSchema>;

/** One message on the line: everything that was due, in order. One push that cannot be read spoils no other. */
export const batchSchema = z.object({ kind: z.literal('batch'), pushes: z.array(z.unknown()) });
export interface Batch {
  readonly kind: 'batch';
  readonly pushes: readonly Push[];
}

/**
 * A connection between one window and the engine, whatever carries it: requests one way, JSON texts of a {@link Batch}
 * the other. The web host speaks them over one WebSocket; Electron over one `MessagePort`-like channel exposed by the
 * preload as `window.crossbook`.
 */
export interface Channel {
  send(request: Request): void;
  onMessage(listener: (text: string) => void): () => void;
  onState(listener: (state: 'connecting' | 'open' | 'lost') => void): () => void;
}
