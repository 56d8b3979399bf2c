import { expect, it } from 'vitest';
import type { OpenExposure } from '#engine/ledger/view';
import { MaintenanceWatch } from '#engine/maintenance-watch';
import type { MaintenanceNotice } from '#engine/observer';
import type { ListingId } from '#shared/domain/ids';
import { type MaintenanceStanding, type MaintenanceWindow, NOTHING_ANNOUNCED } from '#shared/domain/maintenance';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { openDeal } from '#support/fake-portfolio';

const START_MS = Date.UTC(2026, 10, 23, 1);
const FROM_MS = START_MS + 3_600_000;
const WINDOW: MaintenanceWindow = {
  feed: 'bybit:spot',
  id: 'b',
  title: 'Trading system upgrade',
  fromMs: FROM_MS,
  toMs: FROM_MS + 7_200_000,
  state: 'announced',
  source: 'api.bybit.com/v5/system/status',
  readAtMs: START_MS,
};
const BYBIT: ListingId = 'bybit:spot|BTC-USDT';
const KRAKEN: ListingId = 'kraken:spot|BTC-USD';
const OKX: ListingId = 'okx:spot|BTC-USDT';

function rig() {
  const clock = new VirtualClock(START_MS);
  const told: string[] = [];
  const state: { standing: MaintenanceStanding; deals: OpenExposure[] } = { standing: NOTHING_ANNOUNCED, deals: [] };
  const watch = new MaintenanceWatch({
    clock,
    market: { sampleMaintenance: () => undefined, maintenanceStandings: () => [['bybit:spot', state.standing]] },
    openDeals: () => state.deals,
    observer: {
      maintenance: ({ turn, text }: MaintenanceNotice) => void told.push(`${turn}: ${text}`),
      alert: (key, text) => void told.push(`alert ${key}: ${text}`),
      alarmCleared: (key) => void told.push(`cleared ${key}`),
    },
    entriesAgain: () => void told.push('entries are judged again'),
  });
  const tick = (standing: Partial<MaintenanceStanding>) => {
    state.standing = { ...NOTHING_ANNOUNCED, ...standing };
    told.length = 0;
    // Each turn is said once, however many ticks see it.
    for (let second = 0; second < 3; second += 1) watch.tick();
    return [...told];
  };
  return { clock, state, tick };
}

it('[MD-8] [UI-7] says once what is announced, when entries end, which deals need the venue, and when entries are possible again', () => {
  const { clock, state, tick } = rig();
  expect(tick({})).toEqual([]);
  expect(tick({ windows: [WINDOW] })).toEqual([
    'announced: Bybit spot announces maintenance 02:00 to 04:00 UTC, in 1 h: Trading system upgrade',
  ]);
  clock.advanceBy(50 * 60_000);
  state.deals = [
    openDeal({ dealId: 'd1', buy: KRAKEN, sell: BYBIT }),
    openDeal({ dealId: 'd2', buy: KRAKEN, sell: OKX }),
    openDeal({ dealId: 'd3', buy: BYBIT, sell: OKX }),
  ];
  const words = 'maintenance 02:00 to 04:00 UTC, in 10 min: Trading system upgrade';
  expect(tick({ windows: [WINDOW], entriesWait: true })).toEqual([
    `entries-end: No more entries on Bybit spot: ${words}`,
    `alert maintenance-deals:bybit:spot: Deals d1, d3 still need Bybit spot, exits and hedges go on: ${words}`,
  ]);
  clock.advanceBy(130 * 60_000);
  expect(tick({})).toEqual([
    'cleared maintenance-deals:bybit:spot',
    'entries-again: Bybit spot: entries are possible again, no maintenance is near.',
    'entries are judged again',
  ]);
});

it('[MD-8] says when a maintenance is moved or called off', () => {
  const { tick } = rig();
  tick({ windows: [WINDOW] });
  expect(tick({ windows: [{ ...WINDOW, toMs: null }] })).toEqual([
    'announced: Bybit spot moved its maintenance from 02:00 UTC, end open, in 1 h: Trading system upgrade',
  ]);
  expect(tick({})).toEqual(['withdrawn: Bybit spot called its maintenance off: Trading system upgrade']);
});

it('[MD-8] says once that announcements cannot be read, and when they can be again', () => {
  const { tick } = rig();
  const why = 'api.bybit.com/v5/system/status: HTTP 503';
  expect(tick({ unreadableSinceMs: START_MS, note: why })).toEqual([
    `unreadable: Bybit spot: its announcements of maintenance cannot be read (${why}); trading goes by its live status.`,
  ]);
  expect(tick({ windows: [] })).toEqual(['readable: Bybit spot: its announcements of maintenance are read again.']);
});
