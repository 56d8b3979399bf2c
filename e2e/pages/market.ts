import type { Locator, Page } from '@playwright/test';

/** One coin on ten feeds. */
export class MarketPage {
  readonly feeds: Locator;
  readonly search: Locator;
  readonly book: Locator;
  readonly funding: Locator;
  readonly health: Locator;
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
    this.feeds = page.getByRole('table', { name: /on ten feeds$/ });
    this.search = page.getByRole('searchbox', { name: 'Search coin' });
    this.book = page.getByRole('region', { name: /^Book of / });
    this.funding = page.getByRole('region', { name: /^Funding history/ });
    this.health = page.getByRole('region', { name: 'Feed health' });
  }

  /** The row of a feed's first instrument, e.g. `OKX perp`. */
  row(feed: string): Locator {
    return this.feeds.getByRole('row', { name: new RegExp(`^${feed} `) }).first();
  }

  /** What chooses that row. */
  choice(feed: string): Locator {
    return this.row(feed).getByRole('button');
  }

  coin(base: string): Locator {
    return this.#page.getByRole('group', { name: 'Coins' }).getByRole('button', { name: base, exact: true });
  }
}
