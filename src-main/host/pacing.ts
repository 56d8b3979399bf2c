/** Topic messages a window gets in any second, over all topics, and the least time between two of one topic. */
export const MESSAGES_PER_SECOND = 10;
export const TOPIC_GAP_MS = 250;

/**
 * Says when a topic may be sent: at most {@link MESSAGES_PER_SECOND} messages in any window of one second and at most
 * one per topic in {@link TOPIC_GAP_MS}. Times are monotonic ms.
 */
export class Pacing {
  readonly #lastByTopic = new Map<string, number>();
  /** Times of the last messages, oldest first. */
  readonly #recent: number[] = [];

  mayPush(nowMs: number): boolean {
    const oldest = this.#recent.length < MESSAGES_PER_SECOND ? undefined : this.#recent[0];
    return oldest === undefined || nowMs - oldest >= 1000;
  }

  mayPushTopic(topic: string, nowMs: number): boolean {
    return nowMs - this.lastOf(topic) >= TOPIC_GAP_MS;
  }

  /** When the topic was last read for sending; −Infinity if never. */
  lastOf(topic: string): number {
    return this.#lastByTopic.get(topic) ?? Number.NEGATIVE_INFINITY;
  }

  /** The topic was read, and sent if there was anything to tell. */
  tried(topic: string, nowMs: number): void {
    this.#lastByTopic.set(topic, nowMs);
  }

  pushed(nowMs: number): void {
    this.#recent.push(nowMs);
    if (this.#recent.length > MESSAGES_PER_SECOND) this.#recent.shift();
  }
}
