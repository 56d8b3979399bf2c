import { expect, test } from '../launch/fixtures.ts';
import { MarketPage } from '../pages/market.ts';
import { PracticePage } from '../pages/practice.ts';
import { CrossbookWindow } from '../pages/window.ts';

test('[PP-3] [UI-1] a feed made silent is named everywhere it matters, every other goes on, and it comes back', async ({
  workstation,
}) => {
  const { page } = workstation;
  const window = new CrossbookWindow(page);
  const practice = new PracticePage(page);
  const market = new MarketPage(page);
  await window.ready();
  await window.open('Practice');
  await expect(practice.active).toContainText('None');
  await practice.switchOn('OKX perp', 'silence');
  await expect(window.lastCommand).toContainText('OKX perp: silence is on.');
  await expect(practice.active.getByRole('row', { name: /^OKX perp/ })).toContainText('silence');

  // Its spot is well: the status bar says which half is not.
  await expect(window.cell('OKX')).toContainText(/perp (stale|offline)/);
  await expect(window.cell('Kraken')).toContainText('fresh');
  await window.open('Market');
  await expect(market.row('OKX perp')).toContainText('stale: not heard');
  await expect(market.row('OKX spot')).toContainText('fresh');
  await expect(market.row('Bybit perp')).toContainText('fresh');
  await expect(market.row('Bybit perp')).not.toContainText('stale');

  await window.open('Practice');
  await practice.switchOff('OKX perp', 'silence');
  await expect(practice.active).toContainText('None');
  await expect(window.cell('OKX')).not.toContainText('perp', { timeout: 60_000 });
  await window.open('Market');
  await expect(market.row('OKX perp')).not.toContainText('stale', { timeout: 30_000 });
});
