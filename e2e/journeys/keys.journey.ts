import type { Page } from '@playwright/test';
import { KEY_KINDS, KEY_TERMS, type KeyKind } from '#shared/domain/credentials';
import { VENUE_NAMES } from '#shared/domain/ids';
import { SecretSearch } from '#support/secret-search';
import { expect, test } from '../launch/fixtures.ts';
import { AccountsPage, KeysPage, practiceKey, type ShownKey } from '../pages/keys.ts';
import { Planner } from '../pages/planner.ts';
import { CrossbookWindow } from '../pages/window.ts';

const PASSPHRASE = 'Quill&lantern 41, kept for journeys';
/** The venues are asked over real sockets, on a machine that may be busy. */
const ASKED = { timeout: 60_000 };

/** The secret fields of a key: what must be found nowhere. */
const secretsOf = (kind: KeyKind, { fields }: ShownKey): readonly string[] =>
  KEY_TERMS[kind].fields.flatMap(({ secret }, index) => (secret ? [(fields[index] ?? '').trim()] : []));

/** Keys to practise with, taken from the Practice panel. */
async function practiceKeys(page: Page, kinds: readonly KeyKind[]): Promise<ReadonlyMap<KeyKind, ShownKey>> {
  await new CrossbookWindow(page).open('Practice');
  const keys = new Map<KeyKind, ShownKey>();
  for (const kind of kinds) keys.set(kind, await practiceKey(page, kind, 'trading'));
  return keys;
}

/** Everything the page holds on to: what it stored, what stands in its fields, what it shows. */
const keptByPage = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const fields = [...document.querySelectorAll('input, textarea')] as HTMLInputElement[];
    return [
      JSON.stringify({ ...localStorage }),
      JSON.stringify({ ...sessionStorage }),
      document.cookie,
      location.href,
      ...fields.map(({ value }) => value),
      document.body.innerText,
    ].join('\n');
  });

test("[SE-1] [AC-1] each venue's key is checked and kept; a wrong one, one that can withdraw and one that is over are refused; no secret stays anywhere", async ({
  workstation,
}) => {
  const { page, dataDir } = workstation;
  const window = new CrossbookWindow(page);
  const keys = new KeysPage(page);
  await window.ready();
  const good = await practiceKeys(page, KEY_KINDS);
  const withdrawing = await practiceKey(page, 'binance', 'withdrawal');
  const expired = await practiceKey(page, 'bybit', 'expired');
  const search = new SecretSearch();
  search.plant('the passphrase', PASSPHRASE);
  for (const [kind, key] of [...good, ['binance', withdrawing], ['bybit', expired]] as const) {
    for (const secret of secretsOf(kind, key)) search.plant(`${kind} ${key.name}`, secret);
  }

  await window.open('Keys');
  await keys.choosePassphrase(PASSPHRASE);
  await keys.add('binance', 'Can withdraw', withdrawing.fields);
  await expect(keys.form.getByRole('alert')).toContainText('withdraw');
  await keys.add('bybit', 'Over', expired.fields);
  await expect(keys.form.getByRole('alert')).toContainText('The key was not kept.');
  const okx = good.get('okx')?.fields ?? [];
  await keys.add('okx', 'Wrong secret', [okx[0] ?? '', 'ABCDEF0123456789ABCDEF0123456789', okx[2] ?? '']);
  await expect(keys.form.getByRole('alert')).toContainText('The key was not kept.');
  await expect(keys.table).toContainText('No key is kept');

  for (const [kind, { fields }] of good) {
    await keys.add(kind, `My ${kind}`, fields);
    await expect(keys.form.getByRole('status')).toContainText('was checked and kept');
    await expect(keys.row(`My ${kind}`)).toContainText('may trade');
  }
  expect(search.foundIn(await keptByPage(page))).toEqual([]);

  // Typed and not sent: gone with the panel.
  await keys.fill('okx', 'Not sent', okx);
  expect(search.foundIn(await keptByPage(page))).not.toEqual([]);
  await window.open('Accounts');
  expect(search.foundIn(await keptByPage(page))).toEqual([]);
  await window.open('Keys');
  expect(search.foundIn(await keptByPage(page))).toEqual([]);
  await workstation.restart('orderly');
  await new CrossbookWindow(workstation.page).open('Keys');
  expect(search.foundIn(await keptByPage(workstation.page))).toEqual([]);
  expect(search.foundBelow(dataDir)).toEqual([]);
});

test('[AC-1] [UI-5] accounts are connected by their keys; one in use says what depends on it before it is deleted', async ({
  workstation,
}) => {
  const { page } = workstation;
  const window = new CrossbookWindow(page);
  const keys = new KeysPage(page);
  const accounts = new AccountsPage(page);
  const kinds = KEY_KINDS.filter((one) => one !== 'kraken-futures');
  await window.ready();
  const good = await practiceKeys(page, kinds);
  await window.open('Keys');
  await keys.choosePassphrase(PASSPHRASE);
  for (const [kind, { fields }] of good) {
    await keys.add(kind, `My ${kind}`, fields);
    await expect(keys.row(`My ${kind}`)).toContainText('may trade');
  }

  await window.open('Accounts');
  for (const kind of kinds) {
    const { venue } = KEY_TERMS[kind];
    const label = `${VENUE_NAMES[venue]} main`;
    await accounts.add(label, venue, `My ${kind}`, 'BTC 0.1');
    await expect(accounts.row(label)).toContainText('spot ready', ASKED);
  }
  await accounts.row('Kraken main').getByRole('button', { name: 'Show Kraken main' }).click();
  await expect(page.getByRole('region', { name: 'Balances' })).toContainText('BTC', ASKED);
  await expect(page.getByRole('region', { name: 'What the venue guarantees' })).toContainText('post-only');

  // In use: it says so first, and can be kept.
  const asked = await accounts.askDelete('OKX main');
  await expect(asked).toContainText('It is connected for spot');
  await asked.getByRole('button', { name: 'Keep it' }).click();
  await expect(accounts.row('OKX main')).toContainText('spot ready');
  const again = await accounts.askDelete('OKX main');
  await again.getByRole('button', { name: 'Delete OKX main' }).click();
  await expect(accounts.row('OKX main')).toHaveCount(0);

  // A key that an account uses takes its connection along.
  await window.open('Keys');
  await expect(keys.row('My bybit')).toContainText('Bybit main');
  await keys.row('My bybit').getByRole('button', { name: 'Delete My bybit' }).click();
  const dialog = page.getByRole('alertdialog', { name: 'Delete My bybit?' });
  await expect(dialog).toContainText('“Bybit main” uses it');
  await dialog.getByRole('button', { name: 'Delete My bybit' }).click();
  await expect(keys.row('My bybit')).toHaveCount(0);
  await window.open('Accounts');
  await expect(accounts.row('Bybit main')).toContainText('spot off');
});

test('[RO-1] [IN-1] a paper account begins with what is allocated; with its routing off the Planner says that no deal goes there', async ({
  workstation,
}) => {
  const { page } = workstation;
  const window = new CrossbookWindow(page);
  const accounts = new AccountsPage(page);
  await window.ready();
  await window.open('Accounts');
  await accounts.table.getByRole('button', { name: 'Add account' }).click();
  const form = page.getByRole('form', { name: 'New account' });
  await form.getByLabel('Label').fill('Kraken paper');
  await form.getByLabel('Service').selectOption('kraken');
  const inventory = form.getByLabel('Working inventory');
  await expect(inventory).toHaveValue(/^BTC 0\.\d+\n(.+\n)*USD \d+/, ASKED);
  await form.getByText('Routing', { exact: true }).click();
  await form.getByRole('button', { name: 'Save account' }).click();
  await expect(form).toHaveCount(0);
  await expect(window.lastCommand).toContainText('Paper trading on Kraken follows it: no new deal goes there.');
  await expect(accounts.row('Kraken paper')).toContainText('no new deal goes there');
  await expect(window.cell('Kraken')).toContainText('not routed');

  await window.open('Planner');
  const planner = new Planner(page);
  await planner.select('Reject reason').selectOption('venue-disabled');
  await expect.poll(() => planner.count(), ASKED).toBeGreaterThan(0);
  await expect(planner.rows().first()).toContainText('Kraken');

  // A second one is refused; switched on again the first one stops nothing.
  await window.open('Accounts');
  await accounts.table.getByRole('button', { name: 'Add account' }).click();
  await form.getByLabel('Label').fill('Kraken other');
  await form.getByLabel('Service').selectOption('kraken');
  await expect(inventory).toHaveValue(/BTC/, ASKED);
  await form.getByRole('button', { name: 'Save account' }).click();
  await expect(form).toContainText('follows “Kraken paper” already');
  await form.getByRole('button', { name: 'Close' }).click();
  await accounts.turn('Kraken paper', 'Routing');
  await expect(accounts.row('Kraken paper')).toContainText('Paper trading on Kraken follows it.');
  await expect(window.cell('Kraken')).toContainText('fresh');
  await window.open('Planner');
  // The newest comes first; one that ended while routing was off keeps its last verdict until it comes again.
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await expect(planner.rows().filter({ hasText: 'Kraken' }).first()).not.toContainText('venue-disabled', ASKED);
});

test('[SE-1] a locked vault opens by its own passphrase alone', async ({ workstation }) => {
  const { page } = workstation;
  const window = new CrossbookWindow(page);
  const keys = new KeysPage(page);
  await window.ready();
  const key = (await practiceKeys(page, ['kraken'])).get('kraken');
  await window.open('Keys');
  await keys.choosePassphrase(PASSPHRASE);
  await keys.add('kraken', 'Mine', key?.fields ?? []);
  await expect(keys.row('Mine')).toContainText('may trade');
  await page.getByRole('button', { name: 'Lock the vault' }).click();
  const form = page.getByRole('form', { name: 'Open the vault' });
  await form.getByLabel('Passphrase').fill('not the right passphrase');
  await form.getByRole('button', { name: 'Open' }).click();
  await expect(form.getByRole('alert')).toContainText('the passphrase is wrong');
  await expect(page.getByRole('region', { name: 'Vault' })).toContainText('locked');
  await expect(form.getByLabel('Passphrase')).toHaveValue('');
  await form.getByLabel('Passphrase').fill(PASSPHRASE);
  await form.getByRole('button', { name: 'Open' }).click();
  await expect(page.getByRole('region', { name: 'Vault' })).toContainText('Open; sealed by a passphrase.');
});
