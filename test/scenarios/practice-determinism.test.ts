import { expect, test, vi } from 'vitest';

import { replayPractice } from '#main/app/replay';
import { canonical } from '#main/telemetry/canonical';
import { DEFAULT_SETTINGS } from '#shared/settings/settings';
import { PracticeRun } from '#support/practice-run';

vi.setConfig({ testTimeout: 60_000 });

const TWO_MINUTES = 120_000;

async function twoMinutes(seed: number) {
  const run = new PracticeRun({ seed, busy: false, settings: () => DEFAULT_SETTINGS });
  await run.forMs(TWO_MINUTES);
  const { recorder, engine } = run.run;
  const result = {
    decisionsHash: recorder.decisionsHash(),
    reports: run.reports.map(canonical),
    journal: run.journal.readAll().map(canonical),
    rejects: Object.keys(recorder.rejects()),
    completed: run.closed.filter((deal) => deal.outcome === 'completed').length,
    open: run.openDeals().length,
    differences: run.differences(),
    lines: engine.portfolio.balanceLines().length,
  };
  await run.stop();
  return result;
}

test('[PP-4] [TE-1] seed 7, two virtual minutes twice: same decisions, reports and journal, byte for byte', async () => {
  const first = await twoMinutes(7);
  const second = await twoMinutes(7);
  expect(first.reports.length).toBeGreaterThanOrEqual(22);
  expect(second.reports).toEqual(first.reports);
  expect(second.journal).toEqual(first.journal);
  expect(second.decisionsHash).toBe(first.decisionsHash);

  expect(first.completed, 'deals opened and closed').toBeGreaterThan(0);
  expect(first.rejects.length, first.rejects.join(' ')).toBeGreaterThanOrEqual(4);
  expect(first.lines).toBeGreaterThan(15);
  if (first.open === 0) expect(first.differences).toEqual([]);
});

test('[PP-4] another seed is another world; the replay command runs the very same one', async () => {
  const seven = await replayPractice({ seed: 7, hours: 15 / 3600, onProgress: () => undefined });
  const again = await replayPractice({ seed: 7, hours: 15 / 3600, onProgress: () => undefined });
  const eight = await replayPractice({ seed: 8, hours: 15 / 3600, onProgress: () => undefined });
  expect(seven.candidates).toBeGreaterThan(0);
  expect(again).toEqual(seven);
  expect(eight.decisionsHash).not.toBe(seven.decisionsHash);
});
