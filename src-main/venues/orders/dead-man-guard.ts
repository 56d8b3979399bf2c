import type { DeadMan } from '#shared/domain/capabilities';
import type { Listing } from '#shared/domain/listing';
import { isResident, type OrderIntent } from '#shared/domain/order';
import type { Cancel, Clock } from '#shared/kernel/time';
import type { Answer } from './adapter.ts';

/** It is set to run out after so many renewals have failed. */
const MISSED_RENEWALS = 3;

export interface DeadManGuardOptions {
  readonly terms: DeadMan;
  /** The venue ends resting orders at a time of their own. */
  readonly venueExpiry: boolean;
  readonly clock: Clock;
  /** Arms, renews or (`null`) disarms it at the venue. */
  readonly set: (seconds: number | null, listings: readonly Listing[]) => Promise<Answer<void>>;
  /** How many open orders of others it would take along; the error when that cannot be read. */
  readonly others: () => Promise<Answer<number>>;
}

/**
 * EX-14: holds the venue's dead-man armed for as long as an order of ours rests that would not end by itself. Where it
 * reaches orders that are not ours it is not armed, and nothing rests. A renewal that fails is tried again; if none gets
 * through, the venue cancels, which is what it is for.
 */
export class DeadManGuard {
  readonly #options: DeadManGuardOptions;
  readonly #resting = new Map<string, Listing>();
  #armed = false;
  #arming: Promise<string | null> | null = null;
  #renewal: Cancel = () => undefined;
  #stopped = false;

  constructor(options: DeadManGuardOptions) {
    this.#options = options;
  }

  /**
   * Why an order may not leave: it would rest for ever if we were gone and cannot be held, or a resident stop and a
   * dead-man that takes stops along would come together. `stops`: a resident order of ours is open. `null`: it may.
   */
  async refusal(order: OrderIntent, listing: Listing, stops: boolean): Promise<string | null> {
    const { terms, venueExpiry } = this.#options;
    if (isResident(order.kind)) {
      return terms.cancelsStops && this.#resting.size > 0 ? 'the armed dead-man would take it along' : null;
    }
    const ends = venueExpiry && order.expiresAtMs !== null;
    if (order.purpose !== 'entry' || (order.kind !== 'post-only' && order.kind !== 'limit') || ends) return null;
    if (terms.cancelsStops && stops) return 'its dead-man would take a resident stop along';
    return this.ready(order.clientOrderId, listing);
  }

  /** Before an order that is to rest leaves; `null` when it may, else why not. */
  async ready(clientOrderId: string, listing: Listing): Promise<string | null> {
    const known = [...this.#resting.values()].some(({ id }) => id === listing.id);
    this.#resting.set(clientOrderId, listing);
    const covered = this.#armed && (known || this.#options.terms.scope !== 'symbol');
    const why = covered ? null : await this.#arm();
    if (why !== null) this.ended(clientOrderId);
    return why;
  }

  /** The order rests no more, or never did. */
  ended(clientOrderId: string): void {
    const listing = this.#resting.get(clientOrderId);
    if (listing === undefined) return;
    this.#resting.delete(clientOrderId);
    const more = [...this.#resting.values()];
    const needed = this.#options.terms.scope === 'symbol' ? more.some(({ id }) => id === listing.id) : more.length > 0;
    if (!this.#armed || needed) return;
    if (more.length === 0) {
      this.#armed = false;
      this.#renewal();
    }
    // If this does not get through it runs out with nothing left to cancel.
    void this.#options.set(null, [listing]).catch(() => undefined);
  }

  /** What it was holding ends with the timer at the venue. */
  stop(): void {
    this.#stopped = true;
    this.#renewal();
  }

  #arm(): Promise<string | null> {
    this.#arming ??= this.#armNow().finally(() => {
      this.#arming = null;
    });
    return this.#arming;
  }

  async #armNow(): Promise<string | null> {
    const { terms, others } = this.#options;
    if (!this.#armed && terms.scope !== 'connection') {
      const there = await others();
      if (!there.ok) return `open orders cannot be read: ${there.error.message}`;
      if (there.value > 0) return `its dead-man would cancel ${there.value} orders that are not ours`;
    }
    const set = await this.#set();
    if (!set.ok) return `its dead-man cannot be armed: ${set.error.message}`;
    if (this.#stopped) return 'it is being stopped';
    this.#armed = true;
    this.#renewLater();
    return null;
  }

  #set(): Promise<Answer<void>> {
    const { terms, set } = this.#options;
    const wanted = (terms.renewEveryS ?? 1) * (MISSED_RENEWALS + 1);
    const seconds = Math.min(terms.maxS ?? wanted, Math.max(terms.minS ?? wanted, wanted));
    const listings = new Map([...this.#resting.values()].map((listing) => [listing.id, listing]));
    return set(seconds, [...listings.values()]);
  }

  #renewLater(): void {
    const { terms, clock } = this.#options;
    if (terms.renewEveryS === null) return;
    this.#renewal();
    this.#renewal = clock.after(terms.renewEveryS * 1000, () => {
      if (!this.#armed || this.#stopped) return;
      this.#set()
        .catch(() => undefined)
        .finally(() => {
          if (this.#armed && !this.#stopped) this.#renewLater();
        });
    });
  }
}
