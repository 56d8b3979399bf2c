import { expect, test } from '../launch/fixtures.ts';
import { sendRaw } from '../pages/raw-channel.ts';
import { CrossbookWindow } from '../pages/window.ts';

test('[KS-1] one key kills; it stays killed over a reload and a crash until a person types RE-ARM', async ({
  workstation,
}) => {
  const { page } = workstation;
  const window = new CrossbookWindow(page);
  await window.ready();
  await expect(window.entries).toContainText('allowed');
  await page.keyboard.press('Control+Shift+K');
  await expect(window.killed).toContainText('KILLED.');
  await expect(window.killed).toContainText('pressed Ctrl+Shift+K');
  await expect(window.entries).toContainText('blocked');
  await expect(window.lastCommand).toContainText('Kill switch: accepted');

  // Idempotent: again changes nothing.
  const before = await window.killed.innerText();
  await page.keyboard.press('Control+Shift+K');
  await expect(window.lastCommand).toContainText('Kill switch: accepted');
  expect(await window.killed.innerText()).toBe(before);

  await page.reload();
  await expect(window.killed).toContainText('KILLED.');

  await workstation.restart('kill');
  const after = new CrossbookWindow(workstation.page);
  await expect(after.killed).toContainText('KILLED.');
  await expect(after.entries).toContainText('blocked');

  // Without the word the engine does not re-arm, whoever asks.
  const refused = await sendRaw(workstation.page, 'kill.rearm', { confirm: 're-arm' }, 'raw-rearm-1');
  expect(refused.failure?.code).toBe('invalid-input');
  await expect(after.killed).toBeVisible();

  await after.killed.getByRole('button', { name: 'Re-arm…' }).click();
  const dialog = workstation.page.getByRole('dialog');
  const confirm = dialog.getByRole('button', { name: 'Re-arm', exact: true });
  const word = dialog.getByRole('textbox', { name: /RE-ARM/ });
  await word.fill('re-arm');
  await expect(confirm).toBeDisabled();
  await word.fill('RE-ARM');
  await confirm.click();
  await expect(after.killed).toHaveCount(0);
  await after.ready();
  await expect(after.entries).toContainText('allowed', { timeout: 30_000 });
});

test('[KS-1] each kill level says beforehand what it would do, and the button does the chosen one', async ({
  workstation,
}) => {
  const { page } = workstation;
  const window = new CrossbookWindow(page);
  await window.ready();
  await page.getByRole('button', { name: 'Choose kill level' }).click();
  const levels = page.getByRole('radiogroup', { name: 'What the kill switch does' });
  await expect(levels.getByText(/^Now: /)).toHaveCount(3);
  await levels.getByRole('radio').first().check({ force: true });
  await page.keyboard.press('Escape');
  await window.killSwitch().click();
  await expect(window.killed).toContainText('KILLED.');
  await expect(window.killed).toContainText('pressed the kill switch');
});
