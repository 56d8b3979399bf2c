import type { MarketFeed } from '#engine/ports';
import { FEEDS, type FeedId } from '#shared/domain/ids';
import type { Random } from '#shared/kernel/random';
import type { Clock } from '#shared/kernel/time';
import type { Transport } from '#shared/kernel/transport';
import { BINANCE_PERP, BINANCE_SPOT } from './binance/protocol.ts';
import { BYBIT_LINEAR, BYBIT_SPOT } from './bybit/protocol.ts';
import { COINBASE_SPOT } from './coinbase/protocol.ts';
import { COINBASE_PERP } from './coinbase-derivatives/protocol.ts';
import type { CatalogueCache } from './kit/catalogue-cache.ts';
import { VenueFeed } from './kit/feed.ts';
import type { VenueProtocol } from './kit/protocol.ts';
import { DEFAULT_BASES, listedScope, type PairScope } from './kit/scope.ts';
import { KRAKEN_PERP } from './kraken/futures/protocol.ts';
import { KRAKEN_SPOT } from './kraken/spot/protocol.ts';
import { OKX_PERP, OKX_SPOT } from './okx/protocol.ts';

export type { CatalogueCache } from './kit/catalogue-cache.ts';
export { CommonScope, DEFAULT_BASES, listedScope, type PairScope } from './kit/scope.ts';

/** How each feed speaks. */
export const PROTOCOLS: Readonly<Partial<Record<FeedId, VenueProtocol>>> = {
  'binance:spot': BINANCE_SPOT,
  'binance:perp': BINANCE_PERP,
  'coinbase:spot': COINBASE_SPOT,
  'coinbase:perp': COINBASE_PERP,
  'bybit:spot': BYBIT_SPOT,
  'bybit:perp': BYBIT_LINEAR,
  'okx:spot': OKX_SPOT,
  'okx:perp': OKX_PERP,
  'kraken:spot': KRAKEN_SPOT,
  'kraken:perp': KRAKEN_PERP,
};

/** @throws {RangeError} for a feed that is not built. */
export function protocolOf(feed: FeedId): VenueProtocol {
  const protocol = PROTOCOLS[feed];
  if (protocol === undefined) throw new RangeError(`no protocol for ${feed}`);
  return protocol;
}

/** Feeds that can be read, in the order of every table. */
export const BUILT_FEEDS: readonly FeedId[] = FEEDS.filter((feed) => PROTOCOLS[feed] !== undefined);

/** The hosts a feed is reached on: what a practice transport must answer for. */
export const hostsOf = (feed: FeedId): readonly string[] => protocolOf(feed).hosts;

export interface FeedOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  /** The feed draws from its own fork. */
  readonly random: Random;
  /** Default: {@link DEFAULT_BASES} in USD, USDT and USDC. Stablecoin books are always read. */
  readonly scope?: PairScope;
  /** Default: five minutes. It is how a trading status that changed is learned where no channel tells it (MD-8). */
  readonly catalogueEveryMs?: number;
  readonly cache?: CatalogueCache;
}

/** The market data of one feed, over any transport and clock. Nothing happens before `start`. */
export function createFeed(feed: FeedId, options: FeedOptions): MarketFeed {
  return new VenueFeed(protocolOf(feed), {
    transport: options.transport,
    clock: options.clock,
    random: options.random,
    scope: options.scope ?? listedScope(DEFAULT_BASES),
    catalogueEveryMs: options.catalogueEveryMs ?? 300_000,
    cache: options.cache ?? null,
  });
}
