import { expect, test } from '../launch/fixtures.ts';
import { AutoMode } from '../pages/auto-mode.ts';
import { Deals } from '../pages/deals.ts';
import { Planner } from '../pages/planner.ts';
import { CrossbookWindow } from '../pages/window.ts';

test('[UI-10] a reload in the middle keeps panel, filter and half-filled form, and shows the true state', async ({
  workstation,
}) => {
  const { page } = workstation;
  const window = new CrossbookWindow(page);
  const auto = new AutoMode(page);
  const planner = new Planner(page);
  await window.ready();
  await window.open('Planner');
  await planner.select('Base').selectOption('ETH');
  await window.open('Auto Mode');
  await auto.limit('Min net edge').fill('4.5');
  await page.getByRole('button', { name: 'Pause auto mode' }).click();
  await expect(window.lastCommand).toContainText('accepted');

  await page.reload();
  await window.ready();
  await expect(page.getByRole('heading', { level: 1, name: 'Auto Mode' })).toBeVisible();
  await expect(auto.limit('Min net edge')).toHaveValue('4.5');
  await expect(auto.limits).toContainText('1 change not saved');
  await expect(page.getByRole('group', { name: 'Auto mode' })).toContainText('paused');
  await expect(window.entries).toContainText('blocked');
  await window.open('Planner');
  await expect(planner.select('Base')).toHaveValue('ETH');
  await page.getByRole('button', { name: 'Start auto mode' }).click();
  await expect(window.entries).toContainText('allowed');
});

test('[EX-11] killed with -9 while it trades and started again: every deal is still there, none twice, and it goes on', async ({
  workstation,
}) => {
  const window = new CrossbookWindow(workstation.page);
  await window.ready();
  await window.open('Deals');
  const deals = new Deals(workstation.page);
  await expect.poll(() => deals.total(), { timeout: 110_000 }).toBeGreaterThanOrEqual(3);
  await workstation.restart('kill');

  const after = new CrossbookWindow(workstation.page);
  await after.ready();
  await after.open('Deals');
  const again = new Deals(workstation.page);
  await again.show('All');
  await expect.poll(() => again.total()).toBeGreaterThanOrEqual(3);
  const ids = await again.ids();
  expect(ids).toContain('d1');
  expect(new Set(ids).size).toBe(ids.length);
  // AU-1: trading resumes as it was left, and whatever was open comes to its end.
  const before = await again.total();
  await expect.poll(() => again.total(), { timeout: 110_000 }).toBeGreaterThan(before);
});
