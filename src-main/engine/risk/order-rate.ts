import { VENUE_NAMES, type Venue } from '#shared/domain/ids';
import type { Clock } from '#shared/kernel/time';
import type { LimitValues } from './limits.ts';
import { type Refusal, refusal } from './refusal.ts';

const WINDOW_MS = 60_000;

/**
 * Orders sent per venue in the last minute. Every order counts; only entries wait for the limit (RK-1). Rescues may
 * pass it, and passing it by {@link RUNAWAY_FACTOR} is a breach that opens the global breaker (CB-1).
 */
export class OrderRate {
  readonly #clock: Clock;
  readonly #limits: LimitValues;
  readonly #sent = new Map<Venue, number[]>();

  /** A program that sends twice what it was allowed is not rescuing any more. */
  static readonly RUNAWAY_FACTOR = 2;

  constructor(options: { readonly clock: Clock; readonly limits: LimitValues }) {
    this.#clock = options.clock;
    this.#limits = options.limits;
  }

  /** Call for each order that leaves, whatever its purpose. */
  record(venue: Venue): void {
    const times = this.#recent(venue);
    times.push(this.#clock.monoMs());
  }

  count(venue: Venue): number {
    return this.#recent(venue).length;
  }

  /** Why another entry on `venue` must wait, or `undefined`. */
  blocked(venue: Venue): Refusal | undefined {
    const limit = this.#limits.double('ordersPerMinute');
    const sent = this.count(venue);
    if (sent < limit) return undefined;
    return refusal(
      'order-rate',
      `${sent} orders went to ${VENUE_NAMES[venue]} in the last minute; the limit is ${limit}.`,
    );
  }

  /** The reading of a runaway rate on any venue, or `undefined`. */
  breach(): string | undefined {
    const bound = this.#limits.double('ordersPerMinute') * OrderRate.RUNAWAY_FACTOR;
    for (const venue of this.#sent.keys()) {
      const sent = this.count(venue);
      if (sent > bound) return `${sent} orders to ${VENUE_NAMES[venue]} in a minute, bound ${bound}`;
    }
    return undefined;
  }

  #recent(venue: Venue): number[] {
    let times = this.#sent.get(venue);
    if (times === undefined) {
      times = [];
      this.#sent.set(venue, times);
    }
    const oldest = this.#clock.monoMs() - WINDOW_MS;
    let gone = 0;
    while (gone < times.length && (times[gone] as number) <= oldest) gone += 1;
    if (gone > 0) times.splice(0, gone);
    return times;
  }
}
