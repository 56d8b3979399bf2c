import { expect, type Locator, type Page } from '@playwright/test';

export type PanelName = 'Dashboard' | 'Market' | 'Auto Mode' | 'Planner' | 'Deals' | 'Accounts' | 'Keys' | 'Practice';
export const VENUE_NAMES = ['Binance', 'Coinbase', 'Bybit', 'OKX', 'Kraken'] as const;

/** What is on screen whatever the panel: status bar, navigation, the last command's result. */
export class CrossbookWindow {
  readonly page: Page;
  readonly statusBar: Locator;
  readonly entries: Locator;
  readonly lastCommand: Locator;
  readonly killed: Locator;

  constructor(page: Page) {
    this.page = page;
    this.statusBar = page.getByRole('region', { name: 'Status bar' });
    this.entries = page.getByRole('status', { name: 'New entries' });
    this.lastCommand = page.getByLabel('Last command');
    this.killed = page.getByRole('region', { name: 'Kill switch engaged' });
  }

  /** The status bar's cell that begins with `name`. */
  cell(name: string): Locator {
    return this.statusBar
      .getByRole('list', { name: 'State of venues and engine' })
      .getByRole('listitem')
      .filter({ hasText: new RegExp(`^${name}`) });
  }

  async open(panel: PanelName): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Panels' }).getByRole('button', { name: panel }).click();
    await expect(this.page.getByRole('heading', { level: 1, name: panel })).toBeVisible();
  }

  /**
   * All five venues quote and the engine runs: the state every journey begins from. A venue that answered slowly while a
   * busy machine started is vetoed first, and comes back within a minute.
   */
  async ready(): Promise<void> {
    for (const venue of VENUE_NAMES) await expect(this.cell(venue)).toContainText('fresh', { timeout: 60_000 });
    await expect(this.cell('Engine')).toContainText('running');
  }

  killSwitch(): Locator {
    return this.page.getByRole('button', { name: 'Kill switch', exact: true });
  }
}

/** A number as the window writes it: thousands, a true minus, a plus. */
export const numberIn = (text: string): string => text.trim().replaceAll(',', '').replace('−', '-').replace(/^\+/, '');
