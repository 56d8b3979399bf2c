import type { Venue } from '#shared/domain/ids';

/** RO-2: how long divergences of this kind have lived; implemented by the detector from those that ended. */
export interface LifetimeView {
  /**
   * Expected remaining life of a divergence of `base` bought on one venue and sold on another, ms. `evidence`: how many
   * ended ones it rests on; with 0 it is a stated prior. `source` says which in a word.
   */
  expected(
    base: string,
    buyVenue: Venue,
    sellVenue: Venue,
  ): { readonly lifetimeMs: number; readonly evidence: number; readonly source: string };
}
