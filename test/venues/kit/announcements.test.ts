import { expect, it } from 'vitest';
import { type Announced, Announcements } from '#main/venues/kit/maintenance';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { RecordingSink } from '#support/recording-sink';

const START_MS = Date.UTC(2026, 10, 23, 1);
const HOUR_MS = 3_600_000;
const FEED = 'okx:spot';

/** What the sink hears of these announcements. */
function told(...announced: readonly Announced[]) {
  const sink = new RecordingSink();
  const place = 'www.okx.com/api/v5/system/status';
  const source = { kind: 'with-status', place, read: () => announced } as const;
  new Announcements({ feed: FEED, source, clock: new VirtualClock(START_MS), sink }).answered([null]);
  const reading = sink.maintenanceReadings.at(-1);
  return reading?.kind === 'windows' ? reading.windows : null;
}
const announced = (more: Partial<Announced>): Announced => ({
  id: 'a',
  title: 'Trading system upgrade',
  fromMs: START_MS + HOUR_MS,
  toMs: START_MS + 2 * HOUR_MS,
  state: 'announced',
  ...more,
});

it('[MD-8] two announcements that nothing tells apart are one, over the whole of both', () => {
  const later = announced({ toMs: START_MS + 3 * HOUR_MS, state: 'under-way' });
  for (const both of [
    [announced({}), later],
    [later, announced({})],
  ]) {
    expect(told(...both)).toMatchObject([
      { id: 'a', fromMs: START_MS + HOUR_MS, toMs: START_MS + 3 * HOUR_MS, state: 'under-way' },
    ]);
  }
  expect(told(announced({ toMs: null }), announced({}))).toMatchObject([{ toMs: null }]);
  expect(told(announced({}), announced({ id: 'b' }))).toHaveLength(2);
});

it('[MD-8] an end that is not after its begin is no end', () => {
  expect(told(announced({ toMs: START_MS }))).toMatchObject([{ fromMs: START_MS + HOUR_MS, toMs: null }]);
  expect(told(announced({ toMs: START_MS + HOUR_MS }))).toMatchObject([{ toMs: null }]);
});
