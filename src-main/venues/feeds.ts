import type { MarketFeed } from '#engine/ports';
import type { Venue } from '#shared/domain/ids';
import type { Random } from '#shared/kernel/random';
import type { Clock } from '#shared/kernel/time';
import type { Transport } from '#shared/kernel/transport';
import { BINANCE } from './binance/protocol.ts';
import { BYBIT } from './bybit/protocol.ts';
import { COINBASE } from './coinbase/protocol.ts';
import { VenueFeed } from './kit/feed.ts';
import type { VenueProtocol } from './kit/protocol.ts';
import { DEFAULT_SCOPE, type PairScope } from './kit/scope.ts';
import { KRAKEN } from './kraken/protocol.ts';
import { OKX } from './okx/protocol.ts';

export { DEFAULT_SCOPE, type PairScope } from './kit/scope.ts';

export const PROTOCOLS: Readonly<Record<Venue, VenueProtocol>> = {
  binance: BINANCE,
  coinbase: COINBASE,
  bybit: BYBIT,
  okx: OKX,
  kraken: KRAKEN,
};

/** The hosts each venue's spot side is reached on: what a practice transport must answer for. */
export const VENUE_HOSTS: Readonly<Record<Venue, readonly string[]>> = {
  binance: BINANCE.hosts,
  coinbase: COINBASE.hosts,
  bybit: BYBIT.hosts,
  okx: OKX.hosts,
  kraken: KRAKEN.hosts,
};

export interface FeedOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  /** The feed draws from its own fork. */
  readonly random: Random;
  /** Default: BTC, ETH and SOL in USD, USDT and USDC. Stablecoin books are always read. */
  readonly scope?: PairScope;
  /** Default: five minutes. It is how a trading status that changed is learned (MD-8). */
  readonly catalogueEveryMs?: number;
}

/** The spot market data of a venue, over any transport and clock. Nothing happens before `start`. */
export function createFeed(venue: Venue, options: FeedOptions): MarketFeed {
  return new VenueFeed(PROTOCOLS[venue], {
    transport: options.transport,
    clock: options.clock,
    random: options.random,
    scope: options.scope ?? DEFAULT_SCOPE,
    catalogueEveryMs: options.catalogueEveryMs ?? 300_000,
  });
}
