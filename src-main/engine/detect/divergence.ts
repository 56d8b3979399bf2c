import type { Listing } from '#shared/domain/listing';

/**
 * SD-1: one ordered pair whose sell bid, converted, is above its buy ask. Doubles (ID-4): a plan re-prices in decimals.
 * The same object lives from when the divergence appears until it ends; the planner remembers verdicts on its key.
 */
export interface Divergence {
  /** `<buy listing>><sell listing>` */
  readonly key: string;
  readonly base: string;
  readonly buy: Listing;
  readonly sell: Listing;
  /** First seen, monotonic ms; the age is measured from here (SD-3). */
  readonly firstSeenMonoMs: number;
  /** Touch to touch after executable conversion, bps of the buy price. */
  grossBps: number;
  lastSeenMonoMs: number;
}

/** A divergence that ended: how long such ones live is what RO-2 weighs waiting against. */
export interface EndedDivergence {
  readonly key: string;
  readonly base: string;
  readonly lifetimeMs: number;
  readonly peakBps: number;
}
