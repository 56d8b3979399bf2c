import { afterEach, expect, test, vi } from 'vitest';
import type { Profile } from '#shared/settings/settings';
import { PracticeRun, SMALL_DEALS } from '#support/practice-run';

vi.setConfig({ testTimeout: 60_000 });

let run: PracticeRun;

afterEach(() => run.stop());

const whole: Omit<Profile, 'id' | 'name' | 'pairScope'> = {
  enabled: true,
  account: 'paper',
  strategy: 'spread',
  intervalS: 5,
  maxTradesPerCycle: 3,
  cooldownS: 0,
  dailyStopPct: '2',
};
const bitcoin: Profile = { ...whole, id: 'bitcoin', name: 'Bitcoin', pairScope: ['BTC'] };
const others: Profile = { ...whole, id: 'others', name: 'The others', pairScope: ['ETH', 'SOL'] };
/** Whatever is planned for it fails, as a defect of a strategy would. */
const broken: Profile = {
  ...bitcoin,
  get account(): 'paper' {
    throw new Error('the strategy is broken');
  },
};

const stateOf = (id: string) => {
  const state = run.engine.profileStates().find(({ profile }) => profile === id);
  if (state === undefined) throw new Error(`no profile ${id}`);
  return state;
};

test('[AU-2] [PL-4] a profile that fails waits longer each time and is reported; the other trades on; it recovers', async () => {
  let first = broken;
  run = new PracticeRun({ seed: 7, settings: () => ({ ...SMALL_DEALS, profiles: [first, others] }) });
  const waits: string[] = [];
  await run.until(
    'four failures',
    () => {
      const told = run.run.notifications.list().find(({ text }) => text.includes('“bitcoin” failed'));
      const wait = /waits (\d+) s/.exec(told?.text ?? '')?.[1];
      if (wait !== undefined && wait !== waits.at(-1)) waits.push(wait);
      return waits.length === 4;
    },
    180_000,
  );
  expect(waits).toEqual(['1', '2', '4', '8']);
  expect(stateOf('bitcoin')).toMatchObject({ state: 'backing-off', error: 'Error: the strategy is broken' });
  await run.until('a deal of the other profile', () => run.openedSince(0).length >= 3);
  for (const { plan } of run.openedSince(0)) expect(plan.profile).toBe('others');
  expect(stateOf('others')).toMatchObject({ state: 'running', error: null });
  const reported = run.reports.flatMap(({ profiles }) => profiles);
  expect(reported).toContainEqual(
    expect.objectContaining({ profile: 'bitcoin', state: 'backing-off', error: 'Error: the strategy is broken' }),
  );
  for (const row of reported)
    if (row.profile === 'others') expect(row).toMatchObject({ state: 'running', error: null });

  first = bitcoin;
  const mendedAtMs = run.clock.wallMs();
  await run.until('the profile runs again', () => stateOf('bitcoin').state === 'running', 20_000);
  await run.until(
    'its deal',
    () => run.openedSince(mendedAtMs).some(({ plan }) => plan.profile === 'bitcoin'),
    120_000,
  );
  expect(stateOf('bitcoin').error).toBeNull();
});
