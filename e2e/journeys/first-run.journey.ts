import { expect, test } from '../launch/fixtures.ts';
import { Planner } from '../pages/planner.ts';
import { CrossbookWindow, VENUE_NAMES } from '../pages/window.ts';

test('[UI-11] first run: within ten seconds five practice venues quote, on paper, and the way on is shown', async ({
  workstation,
}) => {
  const { page } = workstation;
  const window = new CrossbookWindow(page);
  for (const venue of VENUE_NAMES) await expect(window.cell(venue)).toContainText('fresh', { timeout: 10_000 });
  await expect(window.statusBar.getByText('PRACTICE', { exact: true })).toBeVisible();
  await expect(window.statusBar).toContainText('more generous than reality');
  await expect(window.cell('Live entries')).toContainText('not armed');
  await expect(window.entries).toContainText('allowed');
  await expect(page.getByRole('note', { name: 'First steps' })).toBeVisible();

  const quotes = page.getByRole('table', { name: /^Bid and ask/ });
  for (const base of ['BTC', 'ETH', 'SOL']) {
    const row = quotes
      .getByRole('row')
      .filter({ has: page.getByRole('rowheader', { name: new RegExp(`^${base} in USDT *spot`) }) });
    // Bid and ask with an age in every venue that lists it.
    await expect(row.getByRole('cell').filter({ hasText: /\d\.\d.*\d\.\d/s })).toHaveCount(5);
  }

  // Nothing scrolls the status bar away, and it is there from every panel.
  for (const panel of ['Market', 'Auto Mode', 'Planner', 'Deals', 'Practice', 'Dashboard'] as const) {
    await window.open(panel);
    await page.mouse.wheel(0, 5_000);
    await expect(window.statusBar).toBeInViewport();
    await expect(window.killSwitch()).toBeInViewport();
  }
});

test('[PL-1] candidates are found and each is planned or rejected, for at least four different reasons', async ({
  workstation,
}) => {
  const window = new CrossbookWindow(workstation.page);
  await window.ready();
  await window.open('Planner');
  const planner = new Planner(workstation.page);
  await expect.poll(() => planner.count(), { timeout: 30_000 }).toBeGreaterThan(20);
  const seen = new Set<string>();
  await expect
    .poll(
      async () => {
        for (const reason of await planner.reasonsSeen()) seen.add(reason);
        return seen.size;
      },
      { timeout: 100_000, message: 'different reject reasons seen' },
    )
    .toBeGreaterThanOrEqual(4);
  await planner.select('Verdict').selectOption('Rejected');
  await expect.poll(() => planner.count()).toBeGreaterThan(0);
  // Only what was not planned is left; each has the shape of its verdict.
  await expect(planner.rows().filter({ hasText: '●planned' })).toHaveCount(0);
  await expect(planner.rows().filter({ hasText: '○' }).first()).toBeVisible();
});
