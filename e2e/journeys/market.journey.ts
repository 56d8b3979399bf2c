import { expect, test } from '../launch/fixtures.ts';
import { MarketPage } from '../pages/market.ts';
import { CrossbookWindow } from '../pages/window.ts';

test('[UI-5] Market by keyboard: a coin found by its name, a feed chosen, its book and funding read', async ({
  workstation,
}) => {
  const { page } = workstation;
  const window = new CrossbookWindow(page);
  const market = new MarketPage(page);
  await window.ready();
  await window.open('Market');
  await expect(market.feeds).toHaveAccessibleName('BTC on ten feeds');

  await market.search.fill('et');
  await expect(page.getByText('Enter shows ETH')).toBeVisible();
  await market.search.press('Enter');
  await expect(market.feeds).toHaveAccessibleName('ETH on ten feeds');
  for (const feed of ['Binance spot', 'Coinbase spot', 'Bybit perp', 'OKX perp', 'Kraken spot']) {
    await expect(market.row(feed)).toContainText('fresh');
  }

  await market.choice('OKX spot').click();
  await expect(market.book).toHaveAccessibleName(/^Book of OKX ETH-/);
  await expect(market.book.locator('tbody tr')).toHaveCount(20);
  await expect(market.funding).toContainText('Spot pays no funding');
  // Arrow keys go from feed to feed; the perpetual stands under its spot.
  while (!(await market.choice('OKX perp').getAttribute('aria-pressed'))?.includes('true')) {
    await page.keyboard.press('ArrowDown');
  }
  await expect(market.choice('OKX perp')).toBeFocused();
  await expect(market.book).toHaveAccessibleName(/^Book of OKX ETH-USD[CT]-PERP$/);
  await expect(market.row('OKX perp')).toContainText(/[+−]?0\.\d{4} %/);
  await expect(market.row('OKX perp')).toContainText(/per \d+ h/);
  await expect(market.row('OKX perp')).toContainText(/in \d+:\d\d:\d\d/);
  await expect(market.funding.getByRole('row')).not.toHaveCount(1);
  await expect(page.getByRole('list', { name: 'Share of updates by lag' })).toBeVisible();
  await expect(market.health.getByRole('row', { name: /^OKX perp connected/ })).toBeVisible();

  // UI-10: the choice is the user's and survives a reload.
  await page.reload();
  await expect(market.feeds).toHaveAccessibleName('ETH on ten feeds');
  await expect(market.choice('OKX perp')).toHaveAttribute('aria-pressed', 'true');

  await market.search.fill('nothing like it');
  await expect(page.getByText('No feed lists NOTHING LIKE IT.')).toBeVisible();
});
