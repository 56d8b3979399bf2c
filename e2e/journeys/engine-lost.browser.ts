// In the browser only: the desktop's window stands still with its main process.
import { expect, test } from '../launch/fixtures.ts';
import { CrossbookWindow } from '../pages/window.ts';

test('[UI-3] an engine that stops answering marks the whole window and disables commands until it is back', async ({
  workstation,
}) => {
  const { page } = workstation;
  const window = new CrossbookWindow(page);
  await window.ready();
  workstation.freeze?.(true);
  await expect(page.getByRole('alert').filter({ hasText: 'ENGINE LOST.' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Pause auto mode' })).toBeDisabled();
  workstation.freeze?.(false);
  await expect(page.getByRole('alert').filter({ hasText: 'ENGINE LOST.' })).toHaveCount(0);
  await window.ready();
  await expect(page.getByRole('button', { name: 'Pause auto mode' })).toBeEnabled();
});
