import { describe, expect, it } from 'vitest';
import { Maintenance } from '#engine/market/maintenance';
import { type MaintenanceWindow, maintenanceWords } from '#shared/domain/maintenance';
import { VirtualClock } from '#shared/kernel/virtual-clock';

const START_MS = Date.UTC(2026, 10, 23, 0, 48);
const MINUTE_MS = 60_000;
const FEED = 'kraken:spot';

/** Announced for 02:00 to 04:00 unless said otherwise. */
const windowOf = (changes: Partial<MaintenanceWindow> = {}): MaintenanceWindow => ({
  feed: FEED,
  id: '33',
  title: 'Order Entry System Maintenance',
  fromMs: Date.UTC(2026, 10, 23, 2),
  toMs: Date.UTC(2026, 10, 23, 4),
  state: 'announced',
  source: 'api.kraken.com/0/public/MaintenanceSchedule',
  readAtMs: START_MS,
  ...changes,
});

function rig() {
  const clock = new VirtualClock(START_MS);
  const share = { stopped: 0, leadMin: 10 };
  const maintenance = new Maintenance({ clock, leadMin: () => share.leadMin, stoppedShare: () => share.stopped });
  const told = (...windows: readonly MaintenanceWindow[]) => maintenance.take(FEED, { kind: 'windows', windows });
  /** Entries wait at this minute after 00:00 UTC; ticks on the way. */
  const waitsAt = (hours: number, minutes: number) => {
    const untilMs = Date.UTC(2026, 10, 23, hours, minutes);
    while (clock.wallMs() < untilMs) {
      clock.advanceBy(Math.min(30_000, untilMs - clock.wallMs()));
      maintenance.sample();
    }
    return maintenance.entriesWait(FEED) !== undefined;
  };
  return { clock, share, maintenance, told, waitsAt };
}

describe('[MD-8] entries wait', () => {
  it('from the lead on until the end, and not before or after', () => {
    const { told, waitsAt, maintenance } = rig();
    told(windowOf());
    expect([waitsAt(1, 49), waitsAt(1, 50), waitsAt(2, 0), waitsAt(3, 59)]).toEqual([false, true, true, true]);
    expect(maintenance.entriesWait(FEED)?.begun).toBe(true);
    expect(waitsAt(4, 0)).toBe(false);
    expect(maintenance.standing(FEED).windows).toEqual([]);
  });

  it('by the lead of the settings as they are now; no lead is the window alone', () => {
    const { told, waitsAt, share } = rig();
    told(windowOf());
    share.leadMin = 120;
    expect(waitsAt(0, 48)).toBe(true);
    share.leadMin = 0;
    expect([waitsAt(1, 59), waitsAt(2, 0)]).toEqual([false, true]);
  });

  it('over overlapping windows without a gap, and never for a feed that announced nothing', () => {
    const { told, waitsAt, maintenance } = rig();
    const second = windowOf({ id: '34', fromMs: Date.UTC(2026, 10, 23, 3), toMs: Date.UTC(2026, 10, 23, 5) });
    told(second, windowOf());
    expect(maintenance.standing(FEED).windows.map(({ id }) => id)).toEqual(['33', '34']);
    expect([waitsAt(4, 0), waitsAt(4, 59), waitsAt(5, 0)]).toEqual([true, true, false]);
    expect(maintenance.entriesWait('okx:spot')).toBeUndefined();
  });

  it('no longer once the venue called it off or is done early', () => {
    const { told, waitsAt } = rig();
    told(windowOf());
    expect(waitsAt(1, 55)).toBe(true);
    told();
    expect(waitsAt(2, 30)).toBe(false);
  });

  it('longer than announced where the venue still calls it under way after its end, until it no longer does', () => {
    const { told, waitsAt, clock } = rig();
    told(windowOf({ state: 'under-way' }));
    expect(waitsAt(4, 1)).toBe(true);
    told(windowOf({ state: 'under-way', readAtMs: clock.wallMs() }));
    expect(waitsAt(5, 0)).toBe(true);
    told();
    expect(waitsAt(5, 1)).toBe(false);
  });

  it('not for ever where the venue’s next word on its end never comes', () => {
    const { told, waitsAt } = rig();
    told(windowOf({ state: 'under-way' }));
    expect([waitsAt(4, 2), waitsAt(4, 3)]).toEqual([true, false]);
  });

  it('with an open end until the venue says it is over', () => {
    const { told, waitsAt } = rig();
    told(windowOf({ toMs: null }));
    expect(waitsAt(9, 0)).toBe(true);
    told();
    expect(waitsAt(9, 1)).toBe(false);
  });

  it('with an open end until it was seen to stand still and trades again', () => {
    const { told, waitsAt, share } = rig();
    told(windowOf({ toMs: null }));
    share.stopped = 1;
    expect(waitsAt(1, 55)).toBe(true);
    // Still before it begins: what trades normally then proves nothing.
    share.stopped = 0;
    expect(waitsAt(2, 5)).toBe(true);
    share.stopped = 1;
    expect(waitsAt(2, 30)).toBe(true);
    // One instrument of many that is halted is no standstill.
    share.stopped = 0.1;
    expect(waitsAt(2, 31)).toBe(false);
  });

  it('for one that was put off after it had begun and was over, when its new time comes', () => {
    const { told, waitsAt, share } = rig();
    told(windowOf({ toMs: null }));
    share.stopped = 1;
    expect(waitsAt(2, 5)).toBe(true);
    share.stopped = 0;
    expect(waitsAt(2, 30)).toBe(false);
    told(windowOf({ fromMs: Date.UTC(2026, 10, 23, 6), toMs: null }));
    expect([waitsAt(5, 49), waitsAt(5, 50), waitsAt(6, 30)]).toEqual([false, true, true]);
  });
});

describe('[MD-8] what cannot be read', () => {
  it('neither ends a wait nor begins one, and is told with the time since when', () => {
    const { told, waitsAt, maintenance, clock } = rig();
    told(windowOf());
    clock.advanceBy(MINUTE_MS);
    maintenance.take(FEED, { kind: 'unreadable', why: 'HTTP 503' });
    clock.advanceBy(MINUTE_MS);
    maintenance.take(FEED, { kind: 'unreadable', why: 'HTTP 502' });
    expect(maintenance.standing(FEED)).toMatchObject({
      windows: [{ id: '33' }],
      readAtMs: START_MS,
      unreadableSinceMs: START_MS + MINUTE_MS,
      note: 'HTTP 502',
    });
    expect([waitsAt(1, 30), waitsAt(1, 55)]).toEqual([false, true]);
    told(windowOf());
    expect(maintenance.standing(FEED)).toMatchObject({ unreadableSinceMs: null, note: null });
  });

  it('a venue that announces nothing says so and is never waited for', () => {
    const { maintenance } = rig();
    maintenance.take(FEED, { kind: 'not-announced', why: 'prose only' });
    expect(maintenance.standing(FEED)).toEqual({
      windows: [],
      readAtMs: null,
      unreadableSinceMs: null,
      note: 'prose only',
      entriesWait: false,
    });
  });
});

describe('[UI-1] a window in words', () => {
  const at = (hours: number, minutes: number, day = 23) => Date.UTC(2026, 10, day, hours, minutes);
  it.each([
    [windowOf(), at(0, 48), 'maintenance 02:00 to 04:00 UTC, in 1 h 12 min'],
    [windowOf(), at(1, 59) + 30_000, 'maintenance 02:00 to 04:00 UTC, in less than a minute'],
    [windowOf(), at(3, 12), 'maintenance 02:00 to 04:00 UTC, under way, 48 min left'],
    [windowOf(), at(4, 12), 'maintenance 02:00 to 04:00 UTC, not over yet'],
    [windowOf({ toMs: null }), at(1, 0), 'maintenance from 02:00 UTC, end open, in 1 h'],
    [windowOf({ toMs: null }), at(5, 30), 'maintenance from 02:00 UTC, end open, under way for 3 h 30 min'],
    [windowOf(), at(1, 0, 21), 'maintenance 23 Nov 02:00 to 04:00 UTC, in 2 d 1 h'],
    [windowOf({ toMs: at(1, 0, 24) }), at(1, 0), 'maintenance 02:00 to 24 Nov 01:00 UTC, in 1 h'],
  ])('%#: %s', (window, nowMs, words) => {
    expect(maintenanceWords(window, nowMs)).toBe(`${words}: Order Entry System Maintenance`);
  });
});
