import type { Clock } from '#shared/kernel/time';

interface Pool {
  readonly burst: number;
  readonly perSecond: number;
}

/** The lowest tier. https://docs.deribit.com/articles/rate-limits */
const MATCHING: Pool = { burst: 20, perSecond: 5 };
const OTHERS: Pool = { burst: 100, perSecond: 20 };
const MATCHED = /^private\/(buy|sell|edit|cancel|cancel_by_label|cancel_all.*)$/;

/** Credits that refill all the time, one pool for what goes to the matching engine and one for the rest. */
export class Credits {
  readonly #clock: Clock;
  readonly #left = new Map<string, { credits: number; atMonoMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** False when they are used up. */
  take(user: string, method: string): boolean {
    const matched = MATCHED.test(method);
    const pool = matched ? MATCHING : OTHERS;
    const name = `${user} ${matched}`;
    const now = this.#clock.monoMs();
    const held = this.#left.get(name) ?? { credits: pool.burst, atMonoMs: now };
    const credits = Math.min(pool.burst, held.credits + ((now - held.atMonoMs) / 1000) * pool.perSecond);
    this.#left.set(name, { credits: credits < 1 ? credits : credits - 1, atMonoMs: now });
    return credits >= 1;
  }
}
