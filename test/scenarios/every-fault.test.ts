import { afterEach, expect, test, vi } from 'vitest';
import { practicedFeeds } from '#main/app/practiced-feeds';
import { runUntil, startVirtualRun } from '#main/app/virtual-run';
import { InProcessTransport } from '#main/practice/in-process';
import { createPracticeWorld } from '#main/practice/practice';
import { BUILT_FEEDS, createFeed, listedScope } from '#main/venues/feeds';
import { type FeedId, feedOfListing, type ListingId, VENUES, venueOf } from '#shared/domain/ids';
import type { TradingStatus } from '#shared/domain/listing';
import type { FeedState, StaleCause } from '#shared/domain/market';
import type { Candidate } from '#shared/domain/plan';
import { type FaultName, faultTerms, MARKET_FAULTS, type MarketFault } from '#shared/domain/practice';
import { SeededRandom } from '#shared/kernel/random';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { decimal } from '#shared/money/decimal';
import { SMALL_DEALS } from '#support/practice-run';

vi.setConfig({ testTimeout: 120_000 });

const START_MS = Date.UTC(2026, 0, 5);
const STEP_MS = 50;
/** A feed that was hit is whole again after this at the latest: backoff, pauses after 429, a skew measured anew. */
const RECOVERY_MS = 100_000;
/** A fault shows within this; most do at once, an interval when the venue next tells of it. */
const SHOWS_WITHIN_MS = 120_000;
const HOUR_MS = 3_600_000;
/** Candidates that were being judged when the fault showed. */
const IN_FLIGHT_MS = 200;
/** Books of other feeds that may be quiet at a moment without being at fault. */
const OTHERS_SHARE = 0.6;

/** The whole engine over ten feeds of one coin, and what it decided. */
class World {
  readonly clock = new VirtualClock(START_MS);
  readonly world = createPracticeWorld({
    seed: 11,
    clock: this.clock,
    world: 'synthetic',
    updatesPerSecond: 2,
    dislocations: { payablePerMinute: 40, smallPerMinute: 10 },
  });
  readonly verdicts: Candidate[] = [];
  readonly feed: FeedId;
  /** Instruments of the feed when nothing is wrong. */
  listed = 0;
  numbered: ReadonlyMap<ListingId, number> = new Map();
  readonly #run: ReturnType<typeof startVirtualRun>;
  /** Feeds that were not fresh although nothing was done to them. */
  readonly astray = new Set<string>();
  #watching = '';
  #exempt: readonly FeedId[] = [];

  constructor(feed: FeedId) {
    this.feed = feed;
    const { clock, world } = this;
    const random = new SeededRandom(11);
    const transport = new InProcessTransport({ clock, servers: world.servers, random: random.fork('network') });
    const scope = listedScope(['BTC']);
    this.#run = startVirtualRun({
      clock,
      seed: 11,
      settings: () => SMALL_DEALS,
      feeds: practicedFeeds(world).map((name) =>
        createFeed(name, { transport, clock, random: random.fork('feeds'), scope, catalogueEveryMs: 8_000 }),
      ),
      venues: VENUES,
      tally: {
        verdict: (candidate) => this.verdicts.push(candidate),
        dealOpened: () => undefined,
        dealClosed: () => undefined,
        flickered: () => undefined,
        cycleEnded: () => undefined,
      },
    });
    world.start();
  }

  get engine() {
    return this.#run.engine;
  }

  state(feed: FeedId = this.feed): FeedState {
    const found = this.engine.market.feeds().find((one) => one.feed === feed);
    if (found === undefined) throw new Error(`no ${feed}`);
    return found;
  }

  /** Why books of the feed are not fresh. */
  causes(): readonly StaleCause[] {
    const { market } = this.engine;
    const own = market.listings().filter(({ id }) => feedOfListing(id) === this.feed);
    return own.flatMap(({ id }) => {
      const freshness = market.freshness(id);
      return freshness.fresh ? [] : [freshness.cause];
    });
  }

  whole(feed: FeedId = this.feed): boolean {
    const { fresh, instruments } = this.state(feed);
    return instruments > 0 && fresh === instruments;
  }

  /** The number at which each book of the feed stands. */
  sequences(): ReadonlyMap<ListingId, number> {
    const { market } = this.engine;
    const own = market.listings().filter(({ id }) => feedOfListing(id) === this.feed);
    return new Map(own.map(({ id }) => [id, market.book(id)?.sequence ?? Number.NaN]));
  }

  /** A book stands at a lower number than when the fault was switched on. */
  renumbered(): boolean {
    return [...this.sequences()].some(([id, sequence]) => sequence < (this.numbered.get(id) ?? Number.NaN));
  }

  /** Trading statuses of the feed's instruments. */
  statuses(): readonly TradingStatus[] {
    const own = this.engine.market.listings().filter(({ id }) => feedOfListing(id) === this.feed);
    return own.map(({ status: one }) => one);
  }

  /** Of the feed's perpetuals, as known now. */
  fundingIntervals(): readonly (number | null)[] {
    const { market } = this.engine;
    const own = market.listings().filter(({ id }) => feedOfListing(id) === this.feed);
    return own.map(({ id }) => market.funding(id)?.intervalMs ?? null);
  }

  apply(fault: FaultName, on: boolean, amount?: number): boolean {
    return this.world.faults.apply({ feed: this.feed, fault, on, ...(amount === undefined ? {} : { amount }) }).ok;
  }

  /** From here on every other feed is to stay fresh, but those of the exempt; `fault` names what is going on. */
  watchOthers(exempt: readonly FeedId[], fault: FaultName): void {
    this.#watching = fault;
    this.#exempt = [this.feed, ...exempt];
  }

  async forMs(milliseconds: number): Promise<void> {
    const endMs = this.clock.wallMs() + milliseconds;
    while (this.clock.wallMs() < endMs) {
      await runUntil(this.clock, Math.min(endMs, this.clock.wallMs() + STEP_MS));
      if (this.#watching !== '') this.#lookAtOthers();
    }
  }

  async until(what: string, holds: () => boolean, withinMs: number): Promise<void> {
    const endMs = this.clock.wallMs() + withinMs;
    while (!holds()) {
      if (this.clock.wallMs() >= endMs) {
        throw new Error(`${what}: not within ${withinMs} ms; ${JSON.stringify(this.state())} ${this.causes().join()}`);
      }
      await this.forMs(STEP_MS);
    }
  }

  /** Verdicts from `fromMs` on of pairs with a leg on the feed. */
  saidOf(fromMs: number): readonly Candidate[] {
    return this.verdicts.filter(
      ({ atMs, buy, sell }) =>
        atMs >= fromMs && (feedOfListing(buy) === this.feed || feedOfListing(sell) === this.feed),
    );
  }

  async stop(): Promise<void> {
    await this.#run.stop();
    this.world.stop();
  }

  #lookAtOthers(): void {
    for (const state of this.engine.market.feeds()) {
      if (this.#exempt.includes(state.feed) || state.fresh >= state.instruments * OTHERS_SHARE) continue;
      this.astray.add(`${this.#watching}: ${state.feed} ${state.fresh}/${state.instruments} ${state.reason ?? ''}`);
    }
  }
}

let world: World;

afterEach(() => world.stop());

/** What reached the feed that cannot be right, counted. */
const faultsOf = ({ gaps, checksumErrors, decodeErrors, reconnects }: FeedState): number =>
  gaps + checksumErrors + decodeErrors + reconnects;

interface Expected {
  /** True once the fault shows, for the right reason; `before` is the feed as it was. */
  readonly shows: (before: FeedState) => boolean;
  readonly amount?: number;
  /** No book of the feed may be traded for as long as the fault is on: nothing is planned with it. */
  readonly excludes: boolean;
}

const caused = (causes: readonly StaleCause[]): boolean => world.causes().some((cause) => causes.includes(cause));

const stale = (causes: readonly StaleCause[], amount?: number): Expected => ({
  shows: () => world.state().fresh === 0 && caused(causes),
  excludes: true,
  ...(amount === undefined ? {} : { amount }),
});
/** The same, over in a moment. */
const dropped = (causes: readonly StaleCause[]): Expected => ({ shows: () => caused(causes), excludes: false });
/** Something reaches the feed that cannot be used: it is counted, and the book is not fresh until it is rebuilt. */
const rejected: Expected = { shows: (before) => faultsOf(world.state()) > faultsOf(before), excludes: false };
/** The books are right all the same. */
const borne: Expected = { shows: () => world.whole(), excludes: false };
/** MD-8. Venues have words of their own; none of them is `normal`. */
const closed: Expected = {
  shows: () => world.statuses().length < world.listed || world.statuses().some((one) => one !== 'normal'),
  excludes: false,
};

/** What each fault does to the feed that has it (PP-3). */
const EXPECTED: Readonly<Record<MarketFault, Expected>> = {
  latency: stale(['feed-lag', 'too-quiet'], 1_600),
  lagging: stale(['feed-lag']),
  disconnect: dropped(['disconnected', 'invalid-book', 'no-snapshot']),
  'refuse-connections': stale(['disconnected']),
  'reconnect-storm': dropped(['disconnected', 'invalid-book', 'no-snapshot']),
  silence: stale(['too-quiet', 'not-heard', 'disconnected']),
  // Where heartbeats are numbered together with data, their loss shows as a gap of the socket.
  'heartbeats-only': stale(['too-quiet', 'disconnected']),
  gap: rejected,
  duplicate: borne,
  reorder: rejected,
  'bad-checksum': rejected,
  crossed: rejected,
  malformed: rejected,
  'rate-limit': borne,
  'server-errors': borne,
  'refuse-subscriptions': stale(['invalid-book', 'no-snapshot']),
  // Where the venue sends snapshots that begin a new numbering, books are replaced in one go.
  'service-restart': { shows: () => caused(['disconnected', 'invalid-book']) || world.renumbered(), excludes: false },
  'clock-skew': stale(['feed-lag'], 5_000),
  halt: closed,
  'post-only': closed,
  delist: closed,
  // MD-7: another interval, or none that is known: never the old one for long.
  'funding-interval': {
    shows: () => world.fundingIntervals().some((intervalMs) => intervalMs !== 8 * HOUR_MS),
    amount: 1,
    excludes: false,
  },
  depeg: {
    shows: () => {
      const converted = world.engine.market.convert('USDT', 'USD', decimal('1000'));
      return !converted.ok && converted.error === 'depeg';
    },
    excludes: false,
  },
};

test.for(BUILT_FEEDS)(
  '[PP-3] [MD-2] [MD-3] [MD-8] %s: each fault excludes it for the right reason and nobody else, and it comes back',
  async (feed) => {
    world = new World(feed);
    await world.until('every feed whole', () => BUILT_FEEDS.every((one) => world.whole(one)), 60_000);
    await world.forMs(5_000);
    let tried = 0;
    for (const fault of MARKET_FAULTS) {
      const expected = EXPECTED[fault];
      // A venue has one clock; a depeg is everybody's.
      const sameClock = BUILT_FEEDS.filter((one) => venueOf(one) === venueOf(feed));
      world.watchOthers(fault === 'depeg' ? BUILT_FEEDS : fault === 'clock-skew' ? sameClock : [], fault);
      world.listed = world.statuses().length;
      world.numbered = world.sequences();
      const before = world.state();
      if (!world.apply(fault, true, expected.amount)) {
        expect(['bad-checksum', 'funding-interval']).toContain(fault);
        continue;
      }
      tried += 1;
      // A subscription is only refused when it is asked for.
      if (fault === 'refuse-subscriptions') world.apply('disconnect', true);
      await world.until(`${fault} shows`, () => expected.shows(before), SHOWS_WITHIN_MS);
      if (expected.excludes) {
        const fromMs = world.clock.wallMs() + IN_FLIGHT_MS;
        await world.forMs(2_500);
        const planned = world.saidOf(fromMs).filter(({ verdict }) => verdict.kind === 'plan');
        expect(planned, `${fault}: plans with ${feed}`).toEqual([]);
      }
      if (faultTerms(fault).kind === 'switch') expect(world.apply(fault, false)).toBe(true);
      const again = () =>
        world.whole() && world.statuses().length === world.listed && world.statuses().every((one) => one === 'normal');
      await world.until(`${fault} is over`, again, RECOVERY_MS);
      // A venue's clock is measured anew each minute, so its other feed may need that long.
      if (fault === 'clock-skew')
        await world.until('the venue', () => sameClock.every((one) => world.whole(one)), RECOVERY_MS);
    }
    expect([...world.astray]).toEqual([]);
    expect(tried).toBeGreaterThanOrEqual(MARKET_FAULTS.length - 2);
    // Others went on while this feed was out time and again.
    expect(world.engine.deals().length).toBeGreaterThan(0);
  },
);
