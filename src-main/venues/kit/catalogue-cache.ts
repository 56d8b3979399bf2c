import type { FeedId } from '#shared/domain/ids';
import type { CatalogueMarket } from './protocol.ts';

/** A feed's catalogue as it was last read whole. */
export interface CachedCatalogue {
  readonly atMs: number;
  readonly markets: readonly CatalogueMarket[];
}

/** Keeps the last catalogue of each feed. Neither call throws: a cache that cannot be read or written is as good as none. */
export interface CatalogueCache {
  load(feed: FeedId): CachedCatalogue | null;
  save(feed: FeedId, catalogue: CachedCatalogue): void;
}
