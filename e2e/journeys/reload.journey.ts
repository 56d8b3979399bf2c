import { expect, test } from '../launch/fixtures.ts';
import { AutoMode } from '../pages/auto-mode.ts';
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
