import type { Venue } from '#shared/domain/ids';

/** RO-2: how long divergences of this kind have lived; implemented from the detector's ended divergences. */
export interface LifetimeView {
  /**
   * Expected lifetime of a divergence of `base` bought on one venue and sold on another. `evidence`: how many ended
   * ones it rests on; with 0, `ms` is a stated prior. `source` says which in words.
   */
  expectedLifetimeMs(
    base: string,
    buyVenue: Venue,
    sellVenue: Venue,
  ): { readonly ms: number; readonly evidence: number; readonly source: string };
}
