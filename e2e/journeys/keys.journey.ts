import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { KEY_KINDS, KEY_TERMS } from '#shared/domain/credentials';
import { VENUE_NAMES } from '#shared/domain/ids';
import { expect, test } from '../launch/fixtures.ts';
import { AccountsPage, KeysPage, practiceKey, type ShownKey } from '../pages/keys.ts';
import { CrossbookWindow } from '../pages/window.ts';

const PASSPHRASE = 'a passphrase for the journey';

/** The secret fields of a key: what must be found nowhere. */
const secretsOf = (kind: (typeof KEY_KINDS)[number], { fields }: ShownKey): readonly string[] =>
  KEY_TERMS[kind].fields.flatMap(({ secret }, index) => (secret ? [(fields[index] ?? '').trim()] : []));

/** Every file below a folder that holds one of these texts, whole or in base64. */
function filesWith(folder: string, texts: readonly string[]): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((name) => {
    const path = join(folder, name);
    if (!statSync(path).isFile()) return [];
    const bytes = readFileSync(path);
    const found = texts.some((text) => bytes.includes(text) || bytes.includes(Buffer.from(text).toString('base64')));
    return found ? [name] : [];
  });
}

test("[SE-1] [AC-1] each venue's key is checked, kept and used; a wrong one and one that can withdraw are refused; an account in use is deleted", async ({
  workstation,
}) => {
  const { page, dataDir } = workstation;
  const window = new CrossbookWindow(page);
  const keys = new KeysPage(page);
  const accounts = new AccountsPage(page);
  await window.ready();
  await window.open('Practice');
  const good = new Map<(typeof KEY_KINDS)[number], ShownKey>();
  for (const kind of KEY_KINDS) good.set(kind, await practiceKey(page, kind, 'trading'));
  const withdrawing = await practiceKey(page, 'binance', 'withdrawal');
  const expired = await practiceKey(page, 'bybit', 'expired');

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

  await window.open('Accounts');
  for (const kind of KEY_KINDS.filter((one) => one !== 'kraken-futures')) {
    const { venue } = KEY_TERMS[kind];
    const label = `${VENUE_NAMES[venue]} main`;
    await accounts.add(label, venue, `My ${kind}`, 'BTC 0.1');
    await expect(accounts.row(label)).toContainText('spot ready', { timeout: 30_000 });
  }
  await accounts.row('Kraken main').getByRole('button', { name: 'Show Kraken main' }).click();
  await expect(page.getByRole('region', { name: 'Balances' })).toContainText('BTC');
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

  // Nothing that was written or shown holds a secret.
  const planted = [...good, ['binance', withdrawing] as const].flatMap(([kind, key]) => secretsOf(kind, key));
  expect(planted.length).toBeGreaterThan(6);
  expect(filesWith(dataDir, [...planted, PASSPHRASE])).toEqual([]);
  await window.open('Keys');
  const shown = await page.locator('body').innerText();
  for (const secret of planted) expect(shown).not.toContain(secret);
});

test('[SE-1] a locked vault opens by its own passphrase alone', async ({
  workstation,
}) => {
  const { page } = workstation;
  const window = new CrossbookWindow(page);
  const keys = new KeysPage(page);
  await window.ready();
  await window.open('Practice');
  const key = await practiceKey(page, 'kraken', 'trading');
  await window.open('Keys');
  await keys.choosePassphrase(PASSPHRASE);
  await keys.add('kraken', 'Mine', key.fields);
  await page.getByRole('button', { name: 'Lock the vault' }).click();
  const form = page.getByRole('form', { name: 'Open the vault' });
  await form.getByLabel('Passphrase').fill('not the right passphrase');
  await form.getByRole('button', { name: 'Open' }).click();
  await expect(form.getByRole('alert')).toContainText('the passphrase is wrong');
  await expect(page.getByRole('region', { name: 'Vault' })).toContainText('locked');
  await form.getByLabel('Passphrase').fill(PASSPHRASE);
  await form.getByRole('button', { name: 'Open' }).click();
  await expect(page.getByRole('region', { name: 'Vault' })).toContainText('Open; sealed by a passphrase.');
});
