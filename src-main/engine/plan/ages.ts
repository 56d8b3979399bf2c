/**
 * SD-3: how the limits on a divergence's age are read. Live, they are taken as they are. Where time moves in bars, an
 * age is a multiple of the bar and says nothing about a flicker or a frozen feed, so a replay states its own factors.
 */
export interface AgePolicy {
  readonly minimumFactor: number;
  readonly maximumFactor: number;
  /**
   * Where stage 1 and the recorded verdict differ (it seems to pay but inventory, a cap, permission or age refuse it; or
   * its reason not to pay is another one now), it is priced exactly again at most this often, ms: those reasons change
   * with our own state, or from one to the next with each tick.
   */
  readonly recheckMs: number;
}

export const LIVE_AGES: AgePolicy = { minimumFactor: 1, maximumFactor: 1, recheckMs: 250 };
