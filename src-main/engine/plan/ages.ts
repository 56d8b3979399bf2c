/**
 * SD-3: how the limits on a divergence's age are read. Live, they are taken as they are. Where time moves in bars, an
 * age is a multiple of the bar and says nothing about a flicker or a frozen feed, so a replay states its own factors.
 */
export interface AgePolicy {
  readonly minimumFactor: number;
  readonly maximumFactor: number;
}

export const LIVE_AGES: AgePolicy = { minimumFactor: 1, maximumFactor: 1 };
