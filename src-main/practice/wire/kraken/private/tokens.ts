import type { Random } from '#shared/kernel/random';
import type { Clock } from '#shared/kernel/time';
import type { PracticeKey } from '../../../exchange/types.ts';

const LIFE_MS = 15 * 60_000;
const LENGTH = 43;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Tokens for private sockets: a subscription must be made with one while it is young, and then lives on. */
export class Tokens {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #held = new Map<string, { readonly key: PracticeKey; readonly untilMs: number }>();

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  issue(key: PracticeKey): string {
    const now = this.#clock.wallMs();
    for (const [token, { untilMs }] of this.#held) if (untilMs <= now) this.#held.delete(token);
    const token = Array.from({ length: LENGTH }, () => ALPHABET[Math.floor(this.#random.next() * 64)]).join('');
    this.#held.set(token, { key, untilMs: now + LIFE_MS });
    return token;
  }

  keyOf(token: string): PracticeKey | null {
    const held = this.#held.get(token);
    return held !== undefined && held.untilMs > this.#clock.wallMs() ? held.key : null;
  }
}
