import { expect, test } from '../launch/fixtures.ts';
import { AutoMode } from '../pages/auto-mode.ts';
import { sendRaw } from '../pages/raw-channel.ts';
import { CrossbookWindow } from '../pages/window.ts';

const LIMIT = 'Max quote age';

test('[RK-3] a limit is changed, refused outside its hard bounds by window and engine, and kept over a restart', async ({
  workstation,
}) => {
  const window = new CrossbookWindow(workstation.page);
  const auto = new AutoMode(workstation.page);
  await window.ready();
  await window.open('Auto Mode');
  await expect(auto.limit(LIMIT)).toHaveValue('1500');

  await auto.limit(LIMIT).fill('10001');
  await expect(auto.problem(LIMIT)).toContainText('above the hard maximum of 10000');
  await auto.save().click();
  await expect(window.lastCommand).toContainText('Save limits: not sent; reason=out-of-bounds');
  await auto.limit(LIMIT).fill('much');
  await expect(auto.problem(LIMIT)).toContainText('is not a number');

  await auto.limit(LIMIT).fill('1200');
  await expect(auto.problem(LIMIT)).toHaveCount(0);
  await auto.save().click();
  await expect(window.lastCommand).toContainText('Save limits: accepted');

  // The engine holds the same bounds, whoever asks, and keeps what was.
  const refused = await sendRaw(workstation.page, 'limits.set', { limits: { maxQuoteAgeMs: '10001' } }, 'raw-limit-1');
  expect(refused.kind).toBe('failed');
  expect(refused.failure?.message).toContain('above the hard maximum of 10000');
  expect(refused.failure?.fields[0]?.path).toContain('maxQuoteAgeMs');
  const unknown = await sendRaw(workstation.page, 'limits.set', { limits: { noSuchLimit: '1' } }, 'raw-limit-2');
  expect(unknown.kind).toBe('failed');

  await workstation.restart('orderly');
  const again = new CrossbookWindow(workstation.page);
  await again.ready();
  await again.open('Auto Mode');
  await expect(new AutoMode(workstation.page).limit(LIMIT)).toHaveValue('1200');
});
