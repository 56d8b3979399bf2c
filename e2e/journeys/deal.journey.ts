import { decimal, wire, ZERO } from '#shared/money/decimal';
import { expect, test } from '../launch/fixtures.ts';
import { Deals } from '../pages/deals.ts';
import { Planner, readWaterfall } from '../pages/planner.ts';
import { CrossbookWindow, numberIn } from '../pages/window.ts';

const sum = (parts: readonly string[]): string => wire(parts.reduce((total, part) => total.plus(decimal(part)), ZERO));

test('[CO-2] [EX-11] a deal from candidate to closed, booked against its plan; killed with -9 and started again every deal is still there, none twice, and it goes on', async ({
  workstation,
}) => {
  // Two lives of a workstation, each of which waits for deals.
  test.setTimeout(300_000);
  const { page } = workstation;
  const window = new CrossbookWindow(page);
  await window.ready();
  const planner = new Planner(page);
  await window.open('Planner');
  await expect
    .poll(() => planner.openCycleWithPlans(), { timeout: 110_000, message: 'a cycle with a plan' })
    .toBeGreaterThan(0);
  await planner.select('Verdict').selectOption('Planned');
  await planner.rows().first().click();
  await expect(planner.detail).toContainText('planned');

  // CO-2: every basis point is explained, exactly.
  const { parts, net } = await readWaterfall(planner.detail);
  expect(parts).toHaveLength(9);
  expect(sum(parts)).toBe(wire(decimal(net)));
  expect(Number(net)).toBeGreaterThan(0);

  await planner.detail.getByRole('button', { name: /^d\d+$/ }).click();
  const deals = new Deals(page);
  await expect(page.getByRole('heading', { level: 1, name: 'Deals' })).toBeVisible();
  // EX-8: whatever happens to its legs, a deal ends.
  await expect(deals.detail).toContainText(/closed: (completed|unwound|no fill)/, { timeout: 90_000 });

  const orders = await deals.table('Orders');
  expect(orders.length).toBeGreaterThan(0);
  await expect(deals.detail.getByRole('list', { name: 'Rescue ladder' }).getByRole('listitem').first()).toBeVisible();
  const dealWaterfall = await readWaterfall(deals.detail);
  expect(dealWaterfall.net).toBe(net);

  // CO-3: of a completed one both legs are filled, and expected against realised cost add up.
  await deals.show('Closed');
  const completed = deals.rows().filter({ hasText: 'completed' }).first();
  await expect(completed).toBeVisible({ timeout: 120_000 });
  await completed.click();
  await expect(deals.detail).toContainText('closed: completed');

  const fills = await deals.table('Fills');
  expect(fills.length).toBeGreaterThanOrEqual(2);
  const costs = await deals.table('Costs, expected and realised');
  const total = costs.at(-1) ?? [];
  expect(total[0]).toBe('Sum');
  for (const column of [1, 2]) {
    const parts = costs.slice(0, -1).map((row) => numberIn(row[column] ?? ''));
    const difference = decimal(sum(parts)).minus(decimal(numberIn(total[column] ?? '')));
    // Each is shown to 0.0001 USD.
    expect(Number(wire(difference.abs()))).toBeLessThanOrEqual(0.00006 * parts.length);
  }
  expect(costs.map((row) => row[0])).toContain('Fees');

  // The dashboard tells the same.
  await window.open('Dashboard');
  const recent = page.getByRole('region', { name: 'Recent deals' });
  await expect(recent.getByRole('row').filter({ hasText: 'completed' }).first()).toBeVisible();

  await window.open('Deals');
  await deals.show('All');
  const known = await deals.ids();
  expect(known.length).toBeGreaterThan(0);
  await workstation.restart('kill');

  const after = new CrossbookWindow(workstation.page);
  await after.ready();
  await after.open('Deals');
  const again = new Deals(workstation.page);
  await again.show('All');
  await expect.poll(() => again.total()).toBeGreaterThanOrEqual(known.length);
  const ids = await again.ids();
  expect(ids).toEqual(expect.arrayContaining(known));
  expect(new Set(ids).size).toBe(ids.length);
  // AU-1: trading resumes as it was left, and whatever was open comes to its end.
  const before = await again.total();
  await expect.poll(() => again.total(), { timeout: 110_000 }).toBeGreaterThan(before);
});
