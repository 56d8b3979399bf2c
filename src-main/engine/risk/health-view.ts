import type { Venue } from '#shared/domain/ids';

/** VH-1, VH-2 as decisions read them. */
export interface HealthView {
  /** 0 (worst) … 1 (best); NaN while unmeasured, which stops entries (FCL). */
  score(venue: Venue): number;
  /** Under the floor, or not yet back from its stabilization window (VH-3). */
  vetoed(venue: Venue): boolean;
}
