import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { protocolOf } from '#main/venues/feeds';
import type { FeedId } from '#shared/domain/ids';
import type { MaintenanceReading } from '#shared/domain/maintenance';
import { FeedHarness, type Listener } from '#support/feed-harness';
import type { FeedSubject } from './feed-case.ts';

const SEED = 23;
/** Longer than two looks at the announcements are ever apart. */
const NEXT_LOOK_MS = 150_000;

const lastOf = ({ sink }: Listener): MaintenanceReading | undefined => sink.maintenanceReadings.at(-1);
const windowsOf = (listener: Listener) => {
  const last = lastOf(listener);
  return last?.kind === 'windows' ? last.windows : null;
};

/** MD-8: announced maintenance, read from the practice venue as it would be from the real one. */
export function maintenanceContract({ feed }: FeedSubject): void {
  const source = protocolOf(feed).maintenance;

  describe(`${feed} and announced maintenance, seed ${SEED}`, () => {
    let harness: FeedHarness;
    beforeEach(() => {
      harness = new FeedHarness(SEED, { feeds: neededFeeds(feed) });
    });
    afterEach(() => harness.close());

    const announce = (on: boolean, amount?: number) =>
      harness.world.faults.apply({
        feed,
        fault: 'announced-maintenance',
        on,
        ...(amount === undefined ? {} : { amount }),
      });
    const told = (listener: Listener, what: () => boolean) =>
      harness.until(what, NEXT_LOOK_MS, `told otherwise than ${JSON.stringify(lastOf(listener))}`);

    if (source.kind === 'none') {
      it('[MD-8] says that nothing is announced, and its practice venue refuses to announce', async () => {
        const listener = harness.listen(feed);
        await harness.run(5_000);
        expect(listener.sink.maintenanceReadings).toEqual([{ kind: 'not-announced', why: source.why }]);
        expect(announce(true)).toEqual({
          ok: false,
          error: `${feed} announces no maintenance that a program could read`,
        });
      });
      return;
    }

    it('[MD-8] none, announced, under way, over; until it begins the feed is undisturbed', async () => {
      const listener = harness.listen(feed);
      await told(listener, () => windowsOf(listener)?.length === 0);
      const announcedMs = harness.clock.wallMs();
      expect(announce(true, 300).ok).toBe(true);
      await told(listener, () => windowsOf(listener)?.length === 1);
      const [window] = windowsOf(listener) ?? [];
      expect(window).toMatchObject({ feed, title: 'Trading system upgrade', state: 'announced', source: source.place });
      expect(Math.abs((window?.fromMs ?? 0) - announcedMs - 300_000)).toBeLessThan(2_000);
      expect((window?.toMs ?? 0) - (window?.fromMs ?? 0)).toBe(300_000);
      await harness.run((window?.fromMs ?? 0) - harness.clock.wallMs());
      expect(listener.sink.connections.filter(({ state }) => state === 'disconnected')).toEqual([]);
      await harness.run(80_000);
      expect(windowsOf(listener)).toMatchObject([{ id: window?.id, state: 'under-way' }]);
      await harness.run((window?.toMs ?? 0) - harness.clock.wallMs());
      await told(listener, () => windowsOf(listener)?.length === 0);
      // What a catalogue says of instruments that stand still is another matter.
      expect(listener.sink.faults.filter(({ sample }) => !sample.startsWith('catalogue:'))).toEqual([]);
    });

    it('[MD-8] one that is called off is gone with the next look', async () => {
      const listener = harness.listen(feed);
      expect(announce(true, 3_600).ok).toBe(true);
      await told(listener, () => windowsOf(listener)?.length === 1);
      announce(false);
      await told(listener, () => windowsOf(listener)?.length === 0);
    });

    it('[MD-8] [MD-4] [VH-1] what cannot be read is said, costs the venue no health, and what was read stands', async () => {
      const listener = harness.listen(feed);
      const [host = '', path = ''] = source.place.split(/(?=\/)(.*)/s);
      const isPage = (url: string) => url.startsWith(`https://${host}${path}`);
      announce(true, 3_600);
      await told(listener, () => windowsOf(listener)?.length === 1);
      const calls = () => listener.sink.apiCalls.filter(({ outcome }) => outcome !== 'ok');
      for (const [answer, why] of [
        [{ status: 503, headers: {}, body: 'away' }, 'HTTP 503'],
        [{ status: 200, headers: {}, body: '<html>' }, /JSON|not what it should be/],
        [
          { status: 200, headers: {}, body: '{"result":{"list":"none"},"code":"0","data":"none"}' },
          /not what it should be/,
        ],
      ] as const) {
        listener.sink.maintenanceReadings.length = 0;
        listener.line.answers = (request, real) => (isPage(request.url) ? answer : real);
        await told(listener, () => lastOf(listener)?.kind === 'unreadable');
        const { why: said = '' } = lastOf(listener) as { why?: string };
        expect(said).toContain(source.place);
        expect(said).toMatch(why);
      }
      // Where the venue's status is read from the same answers, its failures are the status's own.
      if (source.kind === 'polled') expect([calls(), listener.sink.faults]).toEqual([[], []]);
      expect(listener.sink.connections.filter(({ state }) => state === 'disconnected')).toEqual([]);
      listener.line.answers = (_request, real) => real;
      await told(listener, () => windowsOf(listener)?.length === 1);
    });

    it('[MD-8] announcements are asked for once in two minutes or so, and more often when one is near', async () => {
      if (source.kind !== 'polled') return;
      const listener = harness.listen(feed);
      const asked = () => listener.line.requests.filter(({ url }) => url === source.urls[0]).length;
      await harness.run(600_000);
      expect(asked()).toBeGreaterThanOrEqual(4);
      expect(asked()).toBeLessThanOrEqual(7);
      announce(true, 600);
      await told(listener, () => windowsOf(listener)?.length === 1);
      const before = asked();
      await harness.run(240_000);
      expect(asked() - before).toBeGreaterThanOrEqual(3);
    });
  });
}

/** Kraken's schedule lies on the host of its spot side. */
const neededFeeds = (feed: FeedId): readonly FeedId[] => (feed === 'kraken:perp' ? ['kraken:spot', feed] : [feed]);
