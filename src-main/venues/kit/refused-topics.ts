import type { Cancel, Clock } from '#shared/kernel/time';
import type { Topic } from './protocol.ts';

/** A subscription may have been refused for the moment only. */
export const REFUSED_RETRY_MS = 60_000;

/** Topics that the venue refused on one connection: asked for again a minute later, all together. */
export class RefusedTopics {
  readonly #clock: Clock;
  readonly #ask: (topics: readonly Topic[]) => void;
  #topics: Topic[] = [];
  #cancel: Cancel = () => undefined;

  constructor(clock: Clock, ask: (topics: readonly Topic[]) => void) {
    this.#clock = clock;
    this.#ask = ask;
  }

  add(topic: Topic): void {
    if (this.#topics.some(({ kind, symbol }) => kind === topic.kind && symbol === topic.symbol)) return;
    this.#topics.push(topic);
    if (this.#topics.length > 1) return;
    this.#cancel = this.#clock.after(REFUSED_RETRY_MS, () => {
      const due = this.#topics;
      this.#topics = [];
      this.#ask(due);
    });
  }

  /** The connection is gone: the next one asks for everything. */
  clear(): void {
    this.#topics = [];
    this.#cancel();
  }
}
