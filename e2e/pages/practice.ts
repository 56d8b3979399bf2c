import type { Locator, Page } from '@playwright/test';

/** The practice world and its faults. */
export class PracticePage {
  readonly form: Locator;
  readonly active: Locator;
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
    this.form = page.getByRole('form', { name: 'Fault' });
    this.active = page.getByRole('region', { name: /^Faults that are on/ });
  }

  async switchOn(feed: string, fault: string): Promise<void> {
    await this.form.getByRole('combobox', { name: 'Feed' }).selectOption({ label: feed });
    await this.form.getByRole('combobox', { name: 'Fault' }).selectOption(fault);
    await this.form.getByRole('button', { name: 'Switch on' }).click();
  }

  async switchOff(feed: string, fault: string): Promise<void> {
    await this.#page.getByRole('button', { name: `Switch off ${fault} on ${feed}` }).click();
  }
}
