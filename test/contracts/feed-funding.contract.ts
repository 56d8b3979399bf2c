import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ASK,
  BID,
  FUNDING_INTERVAL_MS,
  FUNDING_RATE,
  INDEX_PRICE,
  MARK_PRICE,
  NEXT_SETTLEMENT_MS,
  REFERENCE_TIME_MS,
} from '#engine/ports';
import { type ListingId, listingId } from '#shared/domain/ids';
import { decimal } from '#shared/money/decimal';
import { FeedHarness, type Listener } from '#support/feed-harness';
import { FeedCase, type FeedSubject } from './feed-case.ts';

const SEED = 13;
const HOUR_MS = 3_600_000;
/** Two minutes before every interval from one to eight hours ends. */
const START_MS = Date.UTC(2026, 9, 9, 15, 58, 0);

/** What a perpetual feed tells of funding, mark and index, and how it counts quantities (MD-7, ID-6). */
export function fundingContract(subject: FeedSubject): void {
  const { feed } = subject;

  describe(`${feed} funding, seed ${SEED}`, () => {
    let harness: FeedHarness;
    let feedCase: FeedCase;
    beforeEach(() => {
      harness = new FeedHarness(SEED, { startMs: START_MS, feeds: [feed] });
      feedCase = new FeedCase(feed, harness);
    });
    afterEach(() => harness.close());

    /** The latest value of each kind that was told of a listing; NaN for what was not. */
    const known = ({ sink }: Listener, id: ListingId): number[] => {
      const values = new Array<number>(7).fill(Number.NaN);
      for (const note of sink.references) {
        if (note.listing !== id) continue;
        if (note.values === null) values.fill(Number.NaN);
        note.values?.forEach((value, at) => {
          if (!Number.isNaN(value)) values[at] = value;
        });
      }
      return values;
    };
    const at = (values: readonly number[], place: number) => values[place] ?? Number.NaN;
    const intervalOf = (listener: Listener, id: ListingId) => {
      const told = at(known(listener, id), FUNDING_INTERVAL_MS);
      return Number.isNaN(told) ? (listener.sink.listings.get(id)?.funding?.intervalMs ?? Number.NaN) : told;
    };

    it('[MD-7] tells rate, interval, next settlement, mark and index of every perpetual', async () => {
      const listener = await feedCase.live();
      await harness.run(30_000);
      for (const id of feedCase.owned(listener)) {
        const values = known(listener, id);
        const book = listener.sink.book(id);
        const mid = (book.price(BID, 0) + book.price(ASK, 0)) / 2;
        expect(Math.abs(at(values, FUNDING_RATE))).toBeLessThan(0.05);
        expect([1, 2, 4, 8].map((hours) => hours * HOUR_MS)).toContain(intervalOf(listener, id));
        expect(at(values, MARK_PRICE) / mid).toBeCloseTo(1, 1);
        expect(at(values, INDEX_PRICE) / mid).toBeCloseTo(1, 1);
        expect(Math.abs(at(values, REFERENCE_TIME_MS) - harness.clock.wallMs())).toBeLessThan(30_000);
        if (subject.settles === false) continue;
        const untilNextMs = at(values, NEXT_SETTLEMENT_MS) - harness.clock.wallMs();
        expect(untilNextMs).toBeGreaterThan(0);
        expect(untilNextMs).toBeLessThanOrEqual(intervalOf(listener, id));
      }
      expect(listener.sink.faults).toEqual([]);
    });

    it('[MD-7] brings the history of settlements, oldest first, and each new one', async () => {
      const listener = await feedCase.live();
      await harness.run(30_000);
      for (const id of feedCase.owned(listener)) {
        const rows = listener.sink.settled.get(id) ?? [];
        expect(rows.length).toBeGreaterThanOrEqual(20);
        const times = rows.map(({ settledAtMs }) => settledAtMs);
        expect(times).toEqual([...times].sort((a, b) => a - b));
        expect(Math.max(...times)).toBeLessThanOrEqual(harness.clock.wallMs());
        for (const { rate } of rows) expect(decimal(rate).abs().lt(decimal('0.05'))).toBe(true);
      }
      const newest = () => {
        const [id] = feedCase.owned(listener);
        return Math.max(...(listener.sink.settled.get(id as ListingId) ?? []).map(({ settledAtMs }) => settledAtMs));
      };
      const before = newest();
      await harness.until(() => newest() > before, 10 * 60_000, 'a new settlement');
    });

    if (subject.changesInterval !== false) {
      it('[MD-7] follows a change of the interval while running', async () => {
        const instrument = subject.listings[0] ?? '';
        const id = listingId(feed, instrument);
        const listener = await feedCase.live({ catalogueEveryMs: 60_000 });
        await harness.run(20_000);
        const before = intervalOf(listener, id);
        const hours = before === 4 * HOUR_MS ? 8 : 4;
        harness.fault({ feed, fault: 'funding-interval', on: true, amount: hours, instrument });
        await harness.until(() => intervalOf(listener, id) === hours * HOUR_MS, 10 * 60_000, 'the new interval');
      });
    }

    it('[MD-7] takes back what it told when the socket that told it is lost', async () => {
      const listener = await feedCase.live();
      await harness.run(10_000);
      harness.fault({ feed, fault: 'disconnect', on: true });
      await harness.until(() => listener.sink.references.at(-1)?.values === null, 2_000, 'references taken back');
      await harness.run(30_000);
      for (const id of feedCase.owned(listener)) expect(at(known(listener, id), MARK_PRICE)).toBeGreaterThan(0);
    });

    it('[ID-6] tells sizes of books and trades in base units', async () => {
      const listener = await feedCase.live();
      await harness.run(10_000);
      for (const id of feedCase.owned(listener)) {
        const listing = listener.sink.listings.get(id);
        const book = listener.sink.book(id);
        const lot = Number(listing?.lotStep);
        const lots = book.size(BID, 0) / lot;
        expect(Math.abs(lots - Math.round(lots))).toBeLessThan(1e-6 * Math.max(1, lots));
        // The world's levels near the touch are worth thousands of dollars, not tens and not tens of millions.
        const worth = book.size(BID, 0) * book.price(BID, 0);
        expect(worth).toBeGreaterThan(5);
        expect(worth).toBeLessThan(20_000_000);
      }
      for (const { listing, size } of listener.sink.trades) {
        const lots = size / Number(listener.sink.listings.get(listing)?.lotStep);
        expect(Math.abs(lots - Math.round(lots))).toBeLessThan(1e-6 * Math.max(1, lots));
      }
    });
  });
}
