import type { VenueAccountBroker } from '#engine/ports';
import type { DeadMan } from '#shared/domain/capabilities';
import type { Listing } from '#shared/domain/listing';
import { isResident, type OrderIntent } from '#shared/domain/order';
import { ok } from '#shared/kernel/result';
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
 * through, the venue cancels, which is what it is for, and nothing more rests before it is armed anew.
 */
export class DeadManGuard {
  readonly #options: DeadManGuardOptions;
  readonly #resting = new Map<string, Listing>();
  /** Until when the venue surely holds, by symbol where it is set by symbol: our monotonic ms. */
  readonly #heldUntilMs = new Map<string, number>();
  /** One command at a time: a disarming that overtook an arming would leave orders unheld. */
  #turn: Promise<unknown> = Promise.resolve();
  #renewal: Cancel | null = null;
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
    this.#resting.set(clientOrderId, listing);
    const why = this.#holds(listing) ? null : await this.#inTurn(() => this.#arm(listing));
    if (why !== null) this.ended(clientOrderId);
    return why;
  }

  /** The order rests no more, or never did. */
  ended(clientOrderId: string): void {
    const listing = this.#resting.get(clientOrderId);
    if (listing === undefined) return;
    this.#resting.delete(clientOrderId);
    if (this.#resting.size === 0) {
      this.#renewal?.();
      this.#renewal = null;
    }
    if (this.#needs(listing) || !this.#heldUntilMs.delete(this.#nameOf(listing))) return;
    void this.#inTurn(async () => {
      // If this does not get through it runs out with nothing left to cancel.
      if (!this.#needs(listing)) await this.#options.set(null, [listing]);
      return null;
    });
  }

  /** What it was holding ends with the timer at the venue. */
  stop(): void {
    this.#stopped = true;
    this.#renewal?.();
    this.#renewal = null;
  }

  #nameOf({ id }: Listing): string {
    return this.#options.terms.scope === 'symbol' ? id : '';
  }

  #needs(listing: Listing): boolean {
    const name = this.#nameOf(listing);
    return [...this.#resting.values()].some((other) => this.#nameOf(other) === name);
  }

  /** Until the renewal after the next one, at least. */
  #holds(listing: Listing): boolean {
    const { clock, terms } = this.#options;
    const untilMs = this.#heldUntilMs.get(this.#nameOf(listing)) ?? Number.NEGATIVE_INFINITY;
    return untilMs - clock.monoMs() > (terms.renewEveryS ?? 0) * 1000;
  }

  #inTurn(act: () => Promise<string | null>): Promise<string | null> {
    const done = this.#turn.then(act).catch((error: unknown) => `its dead-man cannot be set: ${String(error)}`);
    this.#turn = done;
    return done;
  }

  async #arm(listing: Listing): Promise<string | null> {
    if (this.#stopped) return 'it is being stopped';
    if (this.#holds(listing)) return null;
    const { terms, others, clock } = this.#options;
    // Anew for each symbol where it is set by symbol, and once it has run out: others may have come since.
    const isFirst = (this.#heldUntilMs.get(this.#nameOf(listing)) ?? Number.NEGATIVE_INFINITY) <= clock.monoMs();
    if (isFirst && terms.scope !== 'connection') {
      const there = await others();
      if (!there.ok) return `open orders cannot be read: ${there.error.message}`;
      if (there.value > 0) return `its dead-man would cancel ${there.value} orders that are not ours`;
    }
    const why = await this.#set();
    if (why === null) this.#renewLater();
    return why;
  }

  /** Arms or renews it for everything that rests. */
  async #set(): Promise<string | null> {
    const { terms, set, clock } = this.#options;
    const wanted = (terms.renewEveryS ?? 1) * (MISSED_RENEWALS + 1);
    const seconds = Math.min(terms.maxS ?? wanted, Math.max(terms.minS ?? wanted, wanted));
    const listings = new Map([...this.#resting.values()].map((listing) => [listing.id, listing]));
    const askedMs = clock.monoMs();
    const done = await set(seconds, [...listings.values()]);
    if (!done.ok) {
      // It may be armed all the same: as long as it counts as set, what ends disarms it.
      const unclear =
        done.error.kind === 'rejected' ? [] : [...listings.values()].map((listing) => this.#nameOf(listing));
      for (const name of unclear) {
        if (!this.#heldUntilMs.has(name)) this.#heldUntilMs.set(name, Number.NEGATIVE_INFINITY);
      }
      return `its dead-man cannot be armed: ${done.error.message}`;
    }
    if (this.#stopped) return 'it is being stopped';
    for (const listing of listings.values()) this.#heldUntilMs.set(this.#nameOf(listing), askedMs + seconds * 1000);
    return null;
  }

  #renewLater(): void {
    const { terms, clock } = this.#options;
    if (terms.renewEveryS === null) return;
    this.#renewal?.();
    this.#renewal = clock.after(terms.renewEveryS * 1000, () => {
      void this.#inTurn(() => (this.#resting.size === 0 || this.#stopped ? Promise.resolve(null) : this.#set())).then(
        () => {
          if (this.#resting.size > 0 && !this.#stopped) this.#renewLater();
        },
      );
    });
  }
}

/** The guard of a broker whose venue has such a dead-man. */
export const guardOf = (broker: VenueAccountBroker, terms: DeadMan, clock: Clock): DeadManGuard =>
  new DeadManGuard({
    terms,
    venueExpiry: broker.capabilities.venueExpiry,
    clock,
    set: (seconds, listings) =>
      broker.deadMan(
        seconds,
        listings.map(({ id }) => id),
      ),
    others: async () => {
      const external = await broker.externalOrders();
      return external.ok ? ok(external.value.length) : external;
    },
  });
