/** Least time between two messages of one window: at most eight a second, so that jitter never makes it more than ten. */
export const MESSAGE_GAP_MS = 125;
/** Least time between two messages that carry topics. */
export const TOPICS_GAP_MS = 250;
/** What one window gets in any second, all kinds of messages together. */
export const BYTES_PER_SECOND = 180_000;
/** With no more than this sent in the last second, one thing larger than a second's budget may go, alone. */
const NEARLY_NOTHING_BYTES = 4_000;

/** How much and how often one window may be told, counted over the last second. Times are monotonic ms. */
export class Pacing {
  readonly #sent: { readonly atMs: number; readonly bytes: number }[] = [];
  #lastMs = Number.NEGATIVE_INFINITY;
  #lastTopicsMs = Number.NEGATIVE_INFINITY;

  mayTalk(nowMs: number): boolean {
    return nowMs - this.#lastMs >= MESSAGE_GAP_MS;
  }

  mayTellTopics(nowMs: number): boolean {
    return this.mayTalk(nowMs) && nowMs - this.#lastTopicsMs >= TOPICS_GAP_MS;
  }

  /** Bytes that may be sent now; below zero after something larger than the budget. */
  left(nowMs: number): number {
    while (this.#sent[0] !== undefined && nowMs - this.#sent[0].atMs >= 1000) this.#sent.shift();
    return this.#sent.reduce((left, { bytes }) => left - bytes, BYTES_PER_SECOND);
  }

  /** Whether something of this size may go when `used` bytes are in the message already. */
  fits(bytes: number, used: number, nowMs: number): boolean {
    const left = this.left(nowMs) - used;
    return bytes <= left || left >= BYTES_PER_SECOND - NEARLY_NOTHING_BYTES;
  }

  sent(bytes: number, topics: boolean, nowMs: number): void {
    this.#sent.push({ atMs: nowMs, bytes });
    this.#lastMs = nowMs;
    if (topics) this.#lastTopicsMs = nowMs;
  }
}
