import { expect, type Locator, type Page } from '@playwright/test';
import { KEY_TERMS, type KeyKind } from '#shared/domain/credentials';

/** A key that the practice venues hand out, as the Practice panel shows it. */
export interface ShownKey {
  readonly name: string;
  readonly fields: readonly string[];
}

/** The keys to practise with, on the Practice panel. */
export async function practiceKey(page: Page, kind: KeyKind, name: string): Promise<ShownKey> {
  const card = page.getByRole('region', { name: 'Practice keys' });
  await card.getByRole('combobox', { name: 'Service of the practice keys' }).selectOption(kind);
  const key = card.getByRole('group').filter({ has: page.getByText(name, { exact: true }) });
  await expect(key).toHaveCount(1);
  await key.getByText(name, { exact: true }).click();
  return { name, fields: await key.getByRole('definition').allInnerTexts() };
}

/** The Keys panel. */
export class KeysPage {
  readonly table: Locator;
  readonly form: Locator;
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
    this.table = page.getByRole('region', { name: 'Keys', exact: true });
    this.form = page.getByRole('form', { name: 'New key' });
  }

  async choosePassphrase(passphrase: string): Promise<void> {
    const form = this.#page.getByRole('form', { name: 'Choose the passphrase' });
    await form.getByLabel('New passphrase').fill(passphrase);
    await form.getByLabel('Once more').fill(passphrase);
    await form.getByRole('button', { name: 'Choose' }).click();
    await expect(this.#page.getByRole('region', { name: 'Vault' })).toContainText('open');
  }

  /** Types a key and sends nothing. */
  async fill(kind: KeyKind, label: string, values: readonly string[]): Promise<void> {
    await this.form.getByLabel('Service').selectOption(kind);
    await this.form.getByLabel('Label').fill(label);
    for (const [index, field] of KEY_TERMS[kind].fields.entries()) {
      await this.form.getByLabel(field.label, { exact: true }).fill(values[index] ?? '');
    }
  }

  /** Fills the form and has the key checked; resolves when the venue has answered. */
  async add(kind: KeyKind, label: string, values: readonly string[]): Promise<void> {
    await this.fill(kind, label, values);
    await this.form.getByRole('button', { name: 'Check and save' }).click();
    await expect(this.form.getByRole('button', { name: 'Checking at the venue…' })).toHaveCount(0, { timeout: 60_000 });
  }

  row(label: string): Locator {
    return this.table.getByRole('row').filter({ has: this.#page.getByRole('rowheader', { name: label, exact: true }) });
  }
}

/** The Accounts panel. */
export class AccountsPage {
  readonly table: Locator;
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
    this.table = page.getByRole('region', { name: 'Accounts', exact: true });
  }

  /** A new spot account with a working inventory. */
  async add(label: string, venue: string, key: string, inventory: string): Promise<void> {
    await this.table.getByRole('button', { name: 'Add account' }).click();
    const form = this.#page.getByRole('form', { name: 'New account' });
    await form.getByLabel('Label').fill(label);
    await form.getByLabel('Service').selectOption(venue);
    const choice = form.getByLabel(/^Key: /);
    const option = choice.getByRole('option').filter({ hasText: key });
    await choice.selectOption(await option.getAttribute('value'));
    await form.getByLabel('Working inventory').fill(inventory);
    await form.getByRole('button', { name: 'Save account' }).click();
    await expect(form).toHaveCount(0);
  }

  /** Opens the account, turns one of its switches over and saves it. */
  async turn(label: string, name: 'Routing' | 'Enabled'): Promise<void> {
    await this.row(label)
      .getByRole('button', { name: `Edit ${label}` })
      .click();
    const form = this.#page.getByRole('form', { name: `Account ${label}` });
    await form.getByText(name, { exact: true }).click();
    await form.getByRole('button', { name: 'Save account' }).click();
    await expect(form).toHaveCount(0);
  }

  row(label: string): Locator {
    return this.table.getByRole('row').filter({ has: this.#page.getByRole('rowheader', { name: label, exact: true }) });
  }

  /** Presses Delete… and gives what then says what depends on it. */
  async askDelete(label: string): Promise<Locator> {
    await this.row(label)
      .getByRole('button', { name: `Delete ${label}` })
      .click();
    return this.#page.getByRole('alertdialog', { name: `Delete ${label}?` });
  }
}
