import type { FeedId, Venue } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import type { Limits } from '#shared/settings/limits';
import type { Clock, FundingStore } from '../ports.ts';
import type { ChannelObserver } from './book-channel.ts';
import { CompositePricer } from './composite.ts';
import { Conversion } from './conversion.ts';
import { type AgePolicy, FreshnessJudge } from './freshness.ts';
import { Funding, type FundingListener } from './funding/funding.ts';
import { limitReader } from './limit-reader.ts';
import type { Listed } from './listed.ts';
import { Maintenance } from './maintenance.ts';
import { Parity } from './parity.ts';
import { heardAgeMs, type MarketParts } from './reader.ts';
import { Registry } from './registry.ts';
import { TransferStates } from './transfers.ts';

/** Told of what changed; everything is synchronous and inside the feed's call. */
export interface MarketListener {
  /** A book changed, or became invalid. */
  bookChanged(listing: Listing): void;
  trade(listing: Listing, price: number, size: number, takerSide: 'buy' | 'sell', venueTimeMs: number): void;
  feedChanged(feed: FeedId, reason: string): void;
  /** Listings came, left, or changed their terms or trading status. */
  catalogueChanged(feed: FeedId): void;
  /** What is worth knowing of funding (MD-7). */
  readonly funding: FundingListener;
  /** The engine distrusts a book that its feed believes in, or wants a silent one cross-checked over REST (MD-2). */
  resyncWanted(listing: Listing, reason: string): void;
}

/** Where measurements of a venue's service go (VH-1). */
export interface ServiceObserver {
  recordApi(venue: Venue, milliseconds: number, outcome: 'ok' | 'error' | 'timeout' | 'rate-limited'): void;
  recordRoundTrip(venue: Venue, milliseconds: number): void;
  recordReconnect(venue: Venue): void;
}

export interface MarketOptions {
  readonly clock: Clock;
  readonly limits: () => Limits;
  readonly enabled: (venue: Venue) => boolean;
  readonly health: (venue: Venue) => { readonly score: number; readonly vetoed: boolean };
  readonly service: ServiceObserver;
  readonly listener: MarketListener;
  /** Where settled funding outlives the process; in memory only when left out. */
  readonly fundingStore?: FundingStore | undefined;
  /** For data that does not come from live sockets. */
  readonly agePolicy?: AgePolicy;
}

export interface PartsObserver extends ChannelObserver {
  /** Grows with every change of a stablecoin book. */
  version(): number;
}

/** Builds what a market is made of and what each part reads of the others. */
export function marketParts(options: MarketOptions, observer: PartsObserver): MarketParts {
  const { clock, limits, enabled, health } = options;
  const registry = new Registry(observer);
  const judge = new FreshnessJudge(limits, options.agePolicy ?? {});
  const monoMs = () => clock.monoMs();
  const version = () => observer.version();
  const ageMs = (listed: Listed) => heardAgeMs(listed, clock.monoMs());
  const readable = (listed: Listed) =>
    listed.listing.status === 'normal' && judge.cause(listed.channel, clock.monoMs()) === undefined;
  const crossable = (listed: Listed) => enabled(listed.listing.venue) && readable(listed);
  const parity = new Parity({ registry, monoMs, readable, version, guardBps: limitReader(limits, 'depegGuardBps') });
  const conversion = new Conversion({ registry, parity, monoMs, crossable, ageMs, version });
  const composite = new CompositePricer({
    registry,
    parity,
    monoMs,
    wallMs: () => clock.wallMs(),
    readable,
    vetoed: (venue) => health(venue).vetoed,
    ageMs,
    maxHeardAgeMs: judge.maxHeardAgeMs,
  });
  const funding = new Funding({
    clock,
    store: options.fundingStore,
    listener: options.listener.funding,
    heard: (listed) => judge.heard(listed.channel, clock.monoMs()),
  });
  const transfers = new TransferStates();
  const maintenance = new Maintenance({
    clock,
    leadMin: limitReader(limits, 'maintenanceLeadMin'),
    stoppedShare: (feed) => registry.feed(feed).stoppedShare(),
  });
  return { clock, registry, judge, parity, conversion, composite, funding, transfers, maintenance, enabled, health };
}
