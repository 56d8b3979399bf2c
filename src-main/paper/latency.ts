import type { Random } from '#engine/ports';

/** Until a venue's round trip is measured. */
const UNMEASURED_MS = 80;
/** Spread of the one-way times: half of them lie within ±24 % of the median. */
const SIGMA = 0.35;
const SHORTEST_MS = 0.5;

/** How long one message travels, ms. */
export interface Travel {
  oneWayMs(random: Random): number;
}

/** One-way travel times of orders and answers: log-normal around half the measured round trip, seeded. */
export class Latency implements Travel {
  readonly #roundTripMs: () => number;

  /** `roundTripMs`: the venue's measured round trip, NaN while unmeasured. */
  constructor(roundTripMs: () => number) {
    this.#roundTripMs = roundTripMs;
  }

  /** Draws from `random`, which should belong to one message so that draws do not depend on what else happens. */
  oneWayMs(random: Random): number {
    const measured = this.#roundTripMs();
    const median = (Number.isFinite(measured) && measured > 0 ? measured : UNMEASURED_MS) / 2;
    return Math.max(SHORTEST_MS, median * Math.min(4, Math.max(0.4, Math.exp(SIGMA * random.normal()))));
  }
}
