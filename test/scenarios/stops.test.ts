import { afterEach, expect, test, vi } from 'vitest';
import type { RejectReason } from '#shared/domain/reject';
import { DEFAULT_SETTINGS, type Settings } from '#shared/settings/settings';
import { PracticeRun, SMALL_DEALS } from '#support/practice-run';

vi.setConfig({ testTimeout: 60_000 });

let run: PracticeRun;

afterEach(() => run.stop());

const settings = (limits: Partial<Settings['limits']>, dailyStopPct = '10'): Settings => ({
  ...SMALL_DEALS,
  limits: { ...SMALL_DEALS.limits, ...limits },
  profiles: DEFAULT_SETTINGS.profiles.map((profile) => ({ ...profile, dailyStopPct })),
});

/** A run whose first deal turns out, while the process is down, to have cost this much of 100,000 USD. */
async function afterLosing(lossUsd: string, given: Settings): Promise<number> {
  run = new PracticeRun({ seed: 7, settings: () => given });
  await run.until('a deal', () => run.closed.length > 0);
  await run.until('all closed', () => run.openDeals().length === 0, 60_000);
  run.crash();
  const dealId = run.closed[0]?.id ?? '';
  const entry = {
    kind: 'deal-closed',
    dealId,
    outcome: 'unwound',
    realisedNetUsd: `-${lossUsd}`,
    residueBase: '0',
  } as const;
  run.journal.append(run.clock.wallMs(), [entry]);
  run.restart();
  return run.clock.wallMs();
}

const said = (fromMs: number, reason: RejectReason) =>
  run.verdicts.filter(({ atMs, verdict }) => atMs >= fromMs && verdict.kind === 'reject' && verdict.reason === reason);

test.each([
  [
    '[RK-3] drawdown of the day',
    'drawdown-stop',
    '700',
    settings({ drawdownPerDayPct: '0.5', strategyLossPerDayPct: '10' }),
    /Drawdown of the day is 0\.\d+ %; the limit is 0\.5 %/,
  ],
  [
    '[RK-3] loss of the strategy in a day',
    'daily-stop',
    '500',
    settings({}),
    /The spread strategy lost \d+\.\d+ USD today; its stop is 39\d\.\d+ USD/,
  ],
  [
    '[PL-4] daily stop of the profile',
    'daily-stop',
    '300',
    settings({}, '0.2'),
    /Profile “All pairs” lost \d+\.\d+ USD today; its stop is 19\d\.\d+ USD/,
  ],
] as const)('%s: entries stop with %s, and nothing is killed', async (_rule, reason, lossUsd, given, sentence) => {
  const fromMs = await afterLosing(lossUsd, given);
  await run.until(reason, () => said(fromMs, reason).length > 0, 60_000);
  await run.forMs(10_000);
  for (const { verdict } of said(fromMs, reason))
    expect(verdict).toMatchObject({ detail: expect.stringMatching(sentence) });
  expect(run.engine.stops()).toMatchObject([{ reason }]);
  expect(run.openedSince(fromMs)).toEqual([]);
  expect(run.engine.kill.engaged()).toBe(false);
});

test('[KS-1] [RK-3] drawdown from the peak kills trading at “flatten”, and stays latched', async () => {
  const fromMs = await afterLosing('2500', settings({ drawdownFromPeakPct: '2', drawdownPerDayPct: '15' }));
  await run.until('the kill', () => run.engine.kill.engaged(), 10_000);
  expect(run.engine.kill.state()).toMatchObject({ level: 'flatten', by: 'drawdown-stop' });
  expect(run.engine.kill.state().reason).toMatch(/^drawdown from peak is 2\.\d+ %, the limit is 2 %$/);
  run.restart();
  await run.forMs(16_000);
  expect(run.engine.kill.state()).toMatchObject({ engaged: true, level: 'flatten', by: 'drawdown-stop' });
  expect(run.openedSince(fromMs)).toEqual([]);

  // A person who re-arms takes the latch off, not the stop.
  run.engine.rearm('a person');
  await run.until('drawdown-stop', () => said(fromMs, 'drawdown-stop').length > 0, 60_000);
  await run.forMs(5_000);
  expect(run.engine.kill.engaged()).toBe(false);
  expect(run.openedSince(fromMs)).toEqual([]);
});
