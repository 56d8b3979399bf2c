import type { Locator, Page } from '@playwright/test';

/** Profiles, limits, venue stack, routing, runtime. */
export class AutoMode {
  readonly limits: Locator;
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
    this.limits = page.getByRole('form', { name: 'Risk limits' });
  }

  limit(label: string): Locator {
    return this.limits.getByRole('textbox', { name: label, exact: true });
  }

  /** What the window says is wrong with a limit. */
  problem(label: string): Locator {
    const field = this.#page.getByRole('textbox', { name: label, exact: true });
    return this.limits.getByRole('row').filter({ has: field }).getByRole('alert');
  }

  save(): Locator {
    return this.limits.getByRole('button', { name: 'Save limits' });
  }
}
