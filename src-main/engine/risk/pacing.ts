import type { Clock } from '#shared/kernel/time';
import type { Profile } from '#shared/settings/settings';
import type { LimitValues } from './limits.ts';
import { type Refusal, refusal } from './refusal.ts';

/** PL-4: trades per cycle and cool-downs, kept apart for each profile and symbol. */
export class Pacing {
  readonly #clock: Clock;
  readonly #limits: LimitValues;
  readonly #opened = new Map<string, number>();
  /** Monotonic ms until which a profile's symbol waits. */
  readonly #waits = new Map<string, number>();

  constructor(options: { readonly clock: Clock; readonly limits: LimitValues }) {
    this.#clock = options.clock;
    this.#limits = options.limits;
  }

  /** A new reporting cycle of the profile begins. */
  beginCycle(profileId: string): void {
    this.#opened.delete(profileId);
  }

  /** A deal of the profile was opened from a plan. */
  dealOpened(profileId: string): void {
    this.#opened.set(profileId, this.openedThisCycle(profileId) + 1);
  }

  openedThisCycle(profileId: string): number {
    return this.#opened.get(profileId) ?? 0;
  }

  /** A deal closed. `failed`: it was unwound, or a leg could not complete; a plain `no-fill` is no failure. */
  dealClosed(profile: Profile, base: string, failed: boolean): void {
    const seconds = Math.max(profile.cooldownS, failed ? this.#limits.double('cooldownArbS') : 0);
    if (seconds === 0) return;
    this.#waits.set(`${profile.id}/${base}`, this.#clock.monoMs() + seconds * 1000);
  }

  /** Why the profile opens no further deal on `base` now, or `undefined`. */
  blocked(profile: Profile, base: string): Refusal | undefined {
    const most = Math.min(profile.maxTradesPerCycle, this.#limits.double('maxTradesPerCycle'));
    const opened = this.openedThisCycle(profile.id);
    if (opened >= most) {
      return refusal('max-concurrent', `${opened} deals were opened in this cycle; the limit is ${most}.`);
    }
    const waitMs = (this.#waits.get(`${profile.id}/${base}`) ?? 0) - this.#clock.monoMs();
    if (waitMs <= 0) return undefined;
    return refusal('cooldown', `${base} cools down for another ${Math.ceil(waitMs / 1000)} s.`);
  }
}
