import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listingId, productOf } from '#shared/domain/ids';
import type { FaultName } from '#shared/domain/practice';
import { FeedHarness, type Listener } from '#support/feed-harness';
import { FeedCase, type FeedSubject } from './feed-case.ts';

const SEED = 11;

/** Every fault of PP-3 that concerns market data, switched on at the venue, felt by the feed, and got over (MD-3, PP-3). */
export function faultContract(subject: FeedSubject): void {
  const { feed } = subject;

  describe(`${feed} under the faults of its venue, seed ${SEED}`, () => {
    let harness: FeedHarness;
    let feedCase: FeedCase;
    beforeEach(() => {
      harness = new FeedHarness(SEED, { feeds: [feed] });
      feedCase = new FeedCase(feed, harness);
    });
    afterEach(() => harness.close());

    const on = (fault: FaultName, more: { amount?: number; instrument?: string } = {}) =>
      harness.fault({ feed, fault, on: true, ...more });
    const off = (fault: FaultName, more: { instrument?: string } = {}) =>
      harness.fault({ feed, fault, on: false, ...more });
    const ends = ({ sink }: Listener) => sink.connections.filter(({ state }) => state === 'disconnected').length;
    const felt = (listener: Listener, what: () => boolean, limitMs = 20_000) =>
      harness.until(what, limitMs, `${feed} feels it`).then(() => listener);

    it('[MD-3] duplicate: a delta that comes twice changes nothing', async () => {
      const listener = await feedCase.live();
      on('duplicate');
      await harness.run(5_000);
      expect(harness.world.faults.active()).toEqual([]);
      expect(listener.sink.faults).toEqual([]);
      await feedCase.equalsFresh(listener);
    });

    it('[MD-3] reorder: two deltas that change places never leave a wrong book', async () => {
      const listener = await feedCase.live();
      on('reorder');
      await harness.run(8_000);
      expect(harness.world.faults.active()).toEqual([]);
      await feedCase.equalsFresh(listener);
    });

    it('[MD-4] malformed: a cut delta is counted and costs at most its book', async () => {
      const listener = await feedCase.live();
      on('malformed');
      await felt(listener, () => listener.sink.faults.length > 0);
      await feedCase.equalsFresh(listener);
    });

    it('[MD-3] crossed: a book that stays crossed is distrusted and rebuilt', async () => {
      const listener = await feedCase.live();
      on('crossed');
      await felt(listener, () => listener.sink.invalidations.length > 0);
      expect(listener.sink.invalidations[0]?.cause).toMatch(/crossed|checksum/);
      await feedCase.equalsFresh(listener);
    });

    if (subject.checksummed === true) {
      it('[MD-3] bad-checksum: the book is invalid at once and rebuilt', async () => {
        const listener = await feedCase.live();
        on('bad-checksum');
        await felt(listener, () => listener.sink.faultsOf('checksum') > 0);
        expect(listener.sink.invalidations.length).toBeGreaterThan(0);
        await feedCase.equalsFresh(listener);
      });
    }

    it('[MD-3] service-restart: numbering that begins anew is a new book, not a frozen one', async () => {
      const listener = await feedCase.live();
      on('service-restart');
      await harness.run(3_000);
      await feedCase.equalsFresh(listener);
    });

    it('refuse-subscriptions: nothing is fresh while they last; the feed comes back by itself', async () => {
      const listener = await feedCase.live();
      on('refuse-subscriptions');
      on('disconnect');
      await harness.run(20_000);
      expect(listener.sink.valid()).toEqual([]);
      off('refuse-subscriptions');
      await harness.until(() => feedCase.allValid(listener), 120_000, 'every book valid again');
      await feedCase.equalsFresh(listener);
    });

    it('refuse-connections and reconnect-storm: bounded attempts, then every book again', async () => {
      const listener = await feedCase.live();
      on('refuse-connections');
      await harness.run(60_000);
      expect(listener.sink.valid()).toEqual([]);
      expect(listener.line.sockets).toBeLessThan(40);
      off('refuse-connections');
      on('reconnect-storm', { amount: 800 });
      const before = ends(listener);
      await harness.run(60_000);
      expect(ends(listener)).toBeGreaterThan(before);
      expect(listener.line.sockets).toBeLessThan(80);
      off('reconnect-storm');
      await feedCase.equalsFresh(listener);
    });

    it('[MD-2] silence and heartbeats-only: no book changes; data flows again afterwards', async () => {
      const listener = await feedCase.live();
      on('heartbeats-only');
      await harness.run(1_000);
      const { commits } = listener.sink;
      await harness.run(6_000);
      expect(listener.sink.commits).toBe(commits);
      off('heartbeats-only');
      on('silence');
      await harness.run(4_000);
      expect(listener.sink.commits).toBe(commits);
      off('silence');
      await feedCase.equalsFresh(listener);
    });

    it('[MD-2] latency and lagging show in the lag that is measured', async () => {
      const listener = await feedCase.live();
      await harness.run(5_000);
      const usual = Math.max(...listener.sink.lags.slice(-20));
      on('latency', { amount: 900 });
      await harness.run(6_000);
      expect(Math.min(...listener.sink.lags.slice(-20))).toBeGreaterThan(usual);
      expect(Math.min(...listener.sink.lags.slice(-20))).toBeGreaterThan(600);
      off('latency');
      await harness.run(4_000);
      expect(Math.max(...listener.sink.lags.slice(-10))).toBeLessThan(600);
      on('lagging', { amount: 3_000 });
      await harness.run(12_000);
      expect(Math.max(...listener.sink.lags.slice(-10))).toBeGreaterThan(2_000);
      off('lagging');
      await harness.run(6_000);
      expect(Math.max(...listener.sink.lags.slice(-10))).toBeLessThan(600);
      await feedCase.equalsFresh(listener);
    });

    it('[MD-6] clock-skew is measured, and goes when it goes', async () => {
      const listener = await feedCase.live();
      on('clock-skew', { amount: 3_000 });
      await harness.run(130_000);
      const skew = listener.sink.skews.at(-1)?.skewMs ?? Number.NaN;
      expect(Math.abs(skew - 3_000)).toBeLessThanOrEqual(subject.skewToleranceMs + 100);
      off('clock-skew');
      await harness.run(130_000);
      expect(Math.abs(listener.sink.skews.at(-1)?.skewMs ?? Number.NaN)).toBeLessThanOrEqual(
        subject.skewToleranceMs + 100,
      );
    });

    it('[VH-1] rate-limit and server-errors are reported, asked little, and got over', async () => {
      for (const fault of ['rate-limit', 'server-errors'] as const) {
        on(fault);
        const listener = harness.listen(feed);
        await harness.run(60_000);
        expect(listener.sink.valid()).toEqual([]);
        const outcomes = new Set(listener.sink.apiCalls.map(({ outcome }) => outcome));
        expect(outcomes).toContain(fault === 'rate-limit' ? 'rate-limited' : 'error');
        expect(listener.line.requests.length).toBeLessThan(40);
        off(fault);
        await harness.until(() => feedCase.allValid(listener), 120_000, 'every book valid');
        await feedCase.equalsFresh(listener);
      }
    });

    it('[MD-8] halt, post-only and delisting are known, and end', async () => {
      const instrument = subject.listings[1] ?? '';
      const id = listingId(feed, instrument);
      const listener = await feedCase.live({ catalogueEveryMs: 20_000 });
      const statusNow = () => listener.sink.statusOf(id);
      for (const [fault, known] of [
        ['halt', ['halted', 'maintenance', 'cancel-only']],
        ['post-only', ['post-only', 'halted', 'unknown', 'limit-only', 'cancel-only']],
      ] as const) {
        on(fault, { instrument });
        await harness.until(() => statusNow() !== 'normal', 40_000, `${fault} known`);
        expect(known).toContain(statusNow());
        off(fault, { instrument });
        await harness.until(() => statusNow() === 'normal', 40_000, `${fault} over`);
      }
      on('delist', { instrument });
      const left = () => !listener.sink.listings.has(id) || ['delisted', 'halted'].includes(statusNow() ?? '');
      await harness.until(left, 40_000, 'delisting known');
      off('delist', { instrument });
      await harness.until(() => statusNow() === 'normal' && listener.sink.listings.has(id), 40_000, 'listed again');
      expect(listener.sink.connections.filter(({ state }) => state === 'disconnected')).toEqual([]);
      expect(productOf(feed)).toBe(id.includes('-PERP') ? 'perp' : 'spot');
    });
  });
}
