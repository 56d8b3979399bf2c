import type { FundingSettlement, FundingState } from '#shared/domain/funding';
import type { FeedId, ListingId } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import { type Clock, FUNDING_RATE, type FundingStore } from '../../ports.ts';
import type { FeedRecord } from '../feed-record.ts';
import type { Listed } from '../listed.ts';
import { SettlementHistory } from './history.ts';
import { Reference } from './reference.ts';
import { type FundingMoment, fundingState, hourlyRate, intervalOf } from './state.ts';

/** A rate may be told this long before its interval is missed: a catalogue or a second channel brings it at times. */
const INTERVAL_AWAITED_MS = 60_000;

/** What a person should know about funding (MD-7); each is told once, not per frame. */
export interface FundingListener {
  intervalChanged(listing: ListingId, fromMs: number, toMs: number): void;
  /** Perpetuals of a feed whose rate is told without an interval, all of them; empty when there are none any more. */
  intervalsMissing(feed: FeedId, listings: readonly ListingId[]): void;
  /** The settlement history cannot be kept on disk; `null` when it can be again. */
  historyFailed(message: string | null): void;
}

export interface FundingOptions {
  readonly clock: Clock;
  readonly store?: FundingStore | undefined;
  readonly listener: FundingListener;
  /** The socket that carries a listing is connected and was heard within the limit (MD-2). */
  readonly heard: (listed: Listed) => boolean;
}

/** MD-7: funding, mark and index of every perpetual as its venue tells them now, and its settlements. */
export class Funding {
  readonly #options: FundingOptions;
  readonly #references = new Map<ListingId, Reference>();
  readonly #history: SettlementHistory;
  readonly #rateSinceMonoMs = new Map<ListingId, number>();
  readonly #missing = new Map<FeedId, string>();

  constructor(options: FundingOptions) {
    this.#options = options;
    const { store, listener } = options;
    this.#history = new SettlementHistory({ store, storeFailed: (message) => listener.historyFailed(message) });
  }

  /** {@link FeedSink.reference}; `null`: the feed no longer hears of it. */
  told(listed: Listed, values: Float64Array | null, monoMs: number): void {
    const reference = this.#of(listed.listing.id);
    if (values === null) {
      reference.forget();
      return;
    }
    reference.take(values, monoMs);
    this.#noteInterval(listed.listing, reference);
  }

  /** {@link FeedSink.settlements}. */
  settled(listing: ListingId, rows: readonly FundingSettlement[]): void {
    this.#history.add(listing, rows);
  }

  /** The feed is gone: nothing it told is heard any more. */
  disconnected(feed: FeedRecord): void {
    for (const { listing } of feed.listed) this.#references.get(listing.id)?.forget();
  }

  /** The catalogue may tell other terms than before. */
  catalogueChanged(feed: FeedRecord): void {
    for (const { listing } of feed.listed) {
      if (listing.funding !== null) this.#noteInterval(listing, this.#of(listing.id));
    }
  }

  /** Once a second while the feed is heard: rates that have waited too long for their interval. */
  inspect(feed: FeedRecord, nowMs: number): void {
    const missing: ListingId[] = [];
    for (const { listing } of feed.listed) {
      const reference = this.#references.get(listing.id);
      if (reference === undefined) continue;
      const waits =
        listing.status !== 'delisted' &&
        !Number.isNaN(reference.at(FUNDING_RATE)) &&
        Number.isNaN(intervalOf(listing, reference));
      if (!waits) {
        this.#rateSinceMonoMs.delete(listing.id);
        continue;
      }
      const since = this.#rateSinceMonoMs.get(listing.id) ?? nowMs;
      this.#rateSinceMonoMs.set(listing.id, since);
      if (nowMs - since >= INTERVAL_AWAITED_MS) missing.push(listing.id);
    }
    const text = missing.join(' ');
    if (text === (this.#missing.get(feed.feed) ?? '')) return;
    this.#missing.set(feed.feed, text);
    this.#options.listener.intervalsMissing(feed.feed, missing);
  }

  /** `undefined` for what has no funding terms. */
  state(listed: Listed): FundingState | undefined {
    const { listing } = listed;
    if (listing.funding === null) return undefined;
    return fundingState({ ...listing, funding: listing.funding }, this.#of(listing.id), this.#moment(listed));
  }

  /** Fraction of notional for an hour of holding; NaN while the rate may not be used. */
  perHour(listed: Listed): number {
    const reference = this.#references.get(listed.listing.id);
    if (reference === undefined || listed.listing.funding === null) return Number.NaN;
    return hourlyRate(listed.listing, reference, this.#moment(listed));
  }

  /** The latest `limit` settlements, oldest first. */
  history(listing: ListingId, limit: number): readonly FundingSettlement[] {
    return this.#history.latest(listing, limit);
  }

  #of(id: ListingId): Reference {
    let reference = this.#references.get(id);
    if (reference === undefined) {
      reference = new Reference(id);
      this.#references.set(id, reference);
    }
    return reference;
  }

  #noteInterval(listing: Listing, reference: Reference): void {
    const now = intervalOf(listing, reference);
    const before = reference.intervalMs;
    if (Number.isNaN(now) || now === before) return;
    reference.intervalMs = now;
    if (Number.isNaN(before)) return;
    reference.change = { fromMs: before, toMs: now, atMs: this.#options.clock.wallMs() };
    this.#options.listener.intervalChanged(listing.id, before, now);
  }

  #moment(listed: Listed): FundingMoment {
    const { clock, heard } = this.#options;
    return { monoMs: clock.monoMs(), wallMs: clock.wallMs(), skewMs: listed.feed.skewMs, heard: heard(listed) };
  }
}
