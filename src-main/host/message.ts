import type { TopicName } from '#shared/contract/contract';

/** A message's own words around its texts. */
export const BATCH_BYTES = 32;

/** What is told first when not all of it fits: what a person must know, then what can be read a moment later. */
export const URGENCY: Readonly<Record<TopicName, number>> = {
  status: 0,
  notifications: 1,
  deals: 2,
  settings: 3,
  vault: 4,
  keys: 5,
  accounts: 6,
  practice: 7,
  feeds: 8,
  performance: 9,
  runtime: 10,
  candidates: 11,
  quotes: 12,
};

/** The texts of one message as it is put together. */
export class Message {
  readonly #texts: string[] = [];
  bytes = BATCH_BYTES;
  /** Some of them are of topics. */
  topics = false;

  get empty(): boolean {
    return this.#texts.length === 0;
  }

  add(text: string): void {
    this.#texts.push(text);
    this.bytes += Buffer.byteLength(text) + 1;
  }

  /** JSON of the whole batch. */
  text(): string {
    return `{"kind":"batch","pushes":[${this.#texts.join()}]}`;
  }
}
