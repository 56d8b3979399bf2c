import type { Locator, Page } from '@playwright/test';
import { numberIn } from './window.ts';

/** Every candidate with its verdict, and the chosen one's reasons. */
export class Planner {
  readonly shown: Locator;
  readonly detail: Locator;
  readonly #page: Page;
  readonly #filters: Locator;

  constructor(page: Page) {
    this.#page = page;
    this.#filters = page.getByRole('search', { name: 'Filter candidates' });
    this.shown = page.getByRole('status', { name: 'Candidates shown' });
    this.detail = page.getByRole('complementary', { name: 'Candidate' });
  }

  select(name: 'Base' | 'Venue' | 'Verdict' | 'Reject reason' | 'Cycle'): Locator {
    return this.#filters.getByRole('combobox', { name, exact: true });
  }

  /** Candidates that pass the filter. */
  async count(): Promise<number> {
    return Number(numberIn((await this.shown.innerText()).split(' of ')[0] ?? ''));
  }

  /** Reject reasons that at least one candidate has now. */
  async reasonsSeen(): Promise<string[]> {
    const select = this.select('Reject reason');
    const seen: string[] = [];
    for (const reason of (await select.getByRole('option').allInnerTexts()).slice(1)) {
      await select.selectOption(reason);
      if ((await this.count()) > 0) seen.push(reason);
    }
    await select.selectOption({ index: 0 });
    return seen;
  }

  /** Number of plans the newest listed cycle that has any made; opens that cycle. 0 when no cycle has one yet. */
  async openCycleWithPlans(): Promise<number> {
    const select = this.select('Cycle');
    for (const text of await select.getByRole('option').allInnerTexts()) {
      const plans = Number(/(\d+) planned$/.exec(text)?.[1] ?? 0);
      if (plans === 0) continue;
      await select.selectOption(text);
      return plans;
    }
    return 0;
  }

  rows(): Locator {
    return this.#page
      .getByRole('region', { name: 'Candidates' })
      .getByRole('row')
      .filter({ has: this.#page.getByRole('gridcell') });
  }
}

/** The parts of a shown waterfall in order, and its net: decimal text in bps. */
export async function readWaterfall(inside: Locator): Promise<{ parts: string[]; net: string }> {
  const rows = inside.getByRole('table', { name: /^Waterfall from gross to net/ }).locator('tbody tr');
  const values: string[] = [];
  for (const row of await rows.all()) values.push(numberIn(await row.locator('td').first().innerText()));
  return { parts: values.slice(0, -1), net: values.at(-1) ?? '' };
}
