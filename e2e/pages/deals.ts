import type { Locator, Page } from '@playwright/test';
import { numberIn } from './window.ts';

/** Every deal, and the chosen one whole. */
export class Deals {
  readonly shown: Locator;
  readonly detail: Locator;
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
    this.shown = page.getByRole('status', { name: 'Deals shown' });
    this.detail = page.getByRole('complementary', { name: 'Deal' });
  }

  async show(which: 'All' | 'Open' | 'Closed'): Promise<void> {
    await this.#page.getByRole('radiogroup', { name: 'Show deals' }).getByText(which, { exact: true }).click();
  }

  /** Deals there are in all, whatever the filter. */
  async total(): Promise<number> {
    return Number(numberIn((await this.shown.innerText()).split(' of ')[1] ?? ''));
  }

  rows(): Locator {
    return this.#page
      .getByRole('region', { name: 'Deals' })
      .getByRole('row')
      .filter({ has: this.#page.getByRole('gridcell') });
  }

  /** The shown deals' ids, newest first; read at one moment, for a new deal moves every row. */
  ids(): Promise<string[]> {
    return this.rows().locator('[role="gridcell"]:first-child').allInnerTexts();
  }

  /** Cells of a table of the chosen deal, under its heading, row by row. */
  async table(heading: string): Promise<string[][]> {
    const after = this.detail.locator(`h3:text-is("${heading}")`);
    const table = after.locator('xpath=following-sibling::*[1]/descendant-or-self::table');
    const rows = await table.locator('tbody tr').all();
    return Promise.all(rows.map(async (row) => row.locator('th, td').allInnerTexts()));
  }
}
