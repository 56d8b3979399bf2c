import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { SystemClock } from '#main/app/system-clock';
import { createWorkstation, type Workstation } from '#main/app/workstation';
import { NetworkTransport } from '#main/venues/kit/network-transport';
import { VenueBroker } from '#main/venues/orders/venue-broker';
import { type Credentials, KEY_KINDS, KEY_TERMS, type KeyKind } from '#shared/domain/credentials';
import { FEEDS } from '#shared/domain/ids';
import type { FaultName, PracticeKeyRow } from '#shared/domain/practice';
import type { HttpRequest, HttpResponse } from '#shared/kernel/transport';
import { accountOf } from '#support/accounts';
import { SecretSearch } from '#support/secret-search';
import { WindowLine } from '#support/window-line';
import { scratchFolders } from '../storage/files.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

const folder = scratchFolders();
const PASSPHRASE = 'the vault’s own päss “phrase” 71';
const NEXT_PASSPHRASE = 'another one, chosen later & kept';
const WRONG_PASSPHRASE = 'nearly the vault’s own passphrase';
const PROFILE_PASSPHRASE = 'for the exported profile only 42';

/** The practice keys that the program is given: what it never met it cannot know. */
const GIVEN: readonly string[] = ['trading', 'withdrawal', 'expired', 'other-ip'];

const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  vi.restoreAllMocks();
});

/** Everything that this process prints. */
function printed(): readonly string[] {
  const lines: string[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      lines.push(String(chunk));
      return true;
    });
  }
  for (const name of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, name).mockImplementation((...args) => void lines.push(args.map(String).join(' ')));
  }
  return lines;
}

/** A venue that answers with everything it was told and the whole key it was told it with, cut by us at ever other places. */
class Echo {
  readonly #keys: readonly PracticeKeyRow[];
  shape: 'off' | 'json' | 'text' = 'off';
  answered = 0;
  /** Kinds of key that a venue said the secrets of. */
  readonly saidBack = new Set<KeyKind>();

  constructor(keys: readonly PracticeKeyRow[]) {
    this.#keys = keys;
    const { request } = NetworkTransport.prototype;
    const answer = (asked: HttpRequest, answered: HttpResponse) => this.#answer(asked, answered);
    vi.spyOn(NetworkTransport.prototype, 'request').mockImplementation(async function (
      this: NetworkTransport,
      asked: HttpRequest,
    ) {
      return answer(asked, await request.call(this, asked));
    });
  }

  #answer(asked: HttpRequest, answer: HttpResponse): HttpResponse {
    if (this.shape === 'off' || !isSigned(asked)) return answer;
    this.answered += 1;
    const asSent = [...Object.values(asked.headers), asked.url, asked.body ?? ''];
    const sent = asSent.join(' ');
    // Coinbase is told the name of a key inside a token.
    const tokens = [...sent.matchAll(/eyJ[\w-]+/g)].map(([part]) => Buffer.from(part, 'base64url').toString());
    const names = [sent, ...tokens].join(' ');
    const own = this.#keys.find(({ fields }) => names.includes(fields.apiKey ?? fields.keyName ?? '-'));
    if (own !== undefined) this.saidBack.add(own.kind);
    const secrets = Object.values(own?.fields ?? {});
    const told = [...secrets, ...asSent];
    const turn = this.answered % told.length;
    const words = `${'.'.repeat((this.answered * 13) % 150)}${[...told.slice(turn), ...told.slice(0, turn)].join(' ')}`;
    const body =
      this.shape === 'text'
        ? words
        : JSON.stringify({
            ...{ code: '50113', msg: words, retCode: 10004, retMsg: words, success: false, result: 'error' },
            ...{ error: asked.url.includes('kraken.com/0/') ? [words] : words, message: words, error_details: words },
            ...{ errors: [{ message: words }], data: [{ sCode: words.slice(0, 40), sMsg: words }] },
          });
    return { ...answer, status: [400, 401, 200][this.answered % 3] ?? 400, body };
  }
}

const isSigned = ({ url, headers }: HttpRequest): boolean =>
  /signature=|\/private|\/derivatives\/api\/v3\/(?!tickers|instruments|history)|grant_type/i.test(url) ||
  Object.keys(headers).some((name) => /key|sign|auth/i.test(name));

const fieldsOf = (kind: KeyKind, row: PracticeKeyRow, altered: string | null = null): Credentials => ({
  ...row.fields,
  ...(altered === null ? {} : { [KEY_TERMS[kind].fields.find(({ secret }) => secret)?.name ?? 'secret']: altered }),
});

async function start(
  dataDir: string,
  passphrase: string,
): Promise<Workstation & { line: WindowLine; wrote: string[] }> {
  const started = await createWorkstation({
    dataDir,
    venues: 'practice',
    seed: 7,
    world: { kind: 'synthetic' },
    broker: 'practice',
    passphrase,
  });
  if (!started.ok) throw new Error(started.error.message);
  const workstation = started.value;
  const wrote: string[] = [];
  const clock = new SystemClock((problem) => wrote.push(workstation.report(problem)));
  const line = new WindowLine(workstation.service, clock, (problem) => wrote.push(workstation.report(problem)));
  ends.push(async () => {
    line.close();
    clock.stop();
    await workstation.stop();
  });
  return { ...workstation, line, wrote };
}

test('[SE-1] [AC-1] seed 7: whatever goes wrong with keys, no planted secret is in anything the program wrote or told', async () => {
  const dir = folder();
  const output = printed();
  const handlersBefore = new Set(process.listeners('uncaughtException'));
  const station = await start(dir, PASSPHRASE);
  const { service, line, wrote } = station;
  const onUncaught = process.listeners('uncaughtException').find((handler) => !handlersBefore.has(handler));
  if (onUncaught === undefined) throw new Error('nobody is told of uncaught errors');
  expect(service.value('vault').state).toBe('open');

  // Asked beside the window's line: showing a practice key whole is what that query is for.
  const asked = await service.query('practice.keys', {});
  if (!asked.ok) throw new Error(asked.error.message);
  const rows = asked.value.filter(({ name }) => GIVEN.includes(name));
  const search = new SecretSearch();
  const secrets: string[] = [];
  const plant = (name: string, secret: string) => {
    search.plant(name, secret);
    secrets.push(secret);
  };
  for (const { kind, name, fields } of rows) {
    for (const { name: field, secret } of KEY_TERMS[kind].fields) {
      const value = fields[field] ?? '';
      if (secret) plant(`${kind} ${name} ${field}`, value.trim());
      else search.plantWhole(`${kind} ${name} ${field}`, value);
    }
  }
  const altered: Readonly<Record<KeyKind, string>> = {
    binance: 'Mistyped0Secret1Of2Binance3Key',
    coinbase: rows.find(({ kind, name }) => kind === 'coinbase' && name === 'withdrawal')?.fields.privateKey ?? '',
    bybit: 'Mistyped secret with blanks; of "Bybit"',
    okx: 'ABCDEF0123456789ABCDEF0123456789',
    kraken: Buffer.from('a mistyped secret of Kraken spot, base64').toString('base64'),
    'kraken-futures': 'no+base64/at all: mistyped futures secret',
  };
  for (const kind of KEY_KINDS) if (kind !== 'coinbase') plant(`mistyped secret of ${kind}`, altered[kind]);
  for (const phrase of [PASSPHRASE, NEXT_PASSPHRASE, WRONG_PASSPHRASE, PROFILE_PASSPHRASE])
    plant('a passphrase', phrase);
  expect(secrets.length).toBeGreaterThan(20);
  const keyOf = (kind: KeyKind, name: string) => {
    const row = rows.find((one) => one.kind === kind && one.name === name);
    if (row === undefined) throw new Error(`${kind} has no key ${name}`);
    return row;
  };
  const everyFeed = async (fault: FaultName, on: boolean) => {
    for (const feed of FEEDS) await line.command('practice.fault', { feed, fault, on });
  };

  // Refused: mistyped, able to withdraw, over, of another address; files that are none.
  for (const kind of KEY_KINDS) {
    const save = (label: string, fields: Credentials) =>
      line.command('key.save', { kind, label, entity: 'global', fields });
    expect((await save('Mistyped', fieldsOf(kind, keyOf(kind, 'trading'), altered[kind]))).kind).toBe('failed');
    for (const { name } of rows.filter((one) => one.kind === kind && one.name !== 'trading')) {
      expect((await save(name, fieldsOf(kind, keyOf(kind, name)))).kind, `${kind} ${name}`).toBe('failed');
    }
  }
  const { keyName = '', privateKey = '' } = keyOf('coinbase', 'trading').fields;
  const files = [
    `{"name": "${keyName}", "privateKey": "${privateKey}"`,
    JSON.stringify({ name: keyName, private_key: privateKey }),
    JSON.stringify({ [privateKey]: keyName, name: 1 }),
    JSON.stringify({ name: 'organizations/none', privateKey }),
  ];
  for (const json of files) {
    const refused = await line.command('key.import', { kind: 'coinbase', label: 'File', entity: 'global', json });
    expect(refused.kind).toBe('failed');
  }

  // Kept and in use.
  const ids = new Map<KeyKind, string>();
  for (const kind of KEY_KINDS) {
    const input = { kind, label: `Key ${kind}`, entity: 'global' };
    const saved =
      kind === 'coinbase'
        ? await line.command('key.import', { ...input, json: JSON.stringify({ name: keyName, privateKey }) })
        : await line.command('key.save', { ...input, fields: fieldsOf(kind, keyOf(kind, 'trading')) });
    expect(saved, kind).toMatchObject({ kind: 'reply' });
    ids.set(kind, service.rows('keys').find(({ label }) => label === input.label)?.id ?? '');
  }
  for (const kind of KEY_KINDS.filter((one) => one !== 'kraken-futures')) {
    const { venue } = KEY_TERMS[kind];
    const own = KEY_KINDS.filter((one) => KEY_TERMS[one].venue === venue);
    const keys = Object.fromEntries(own.map((one) => [one, ids.get(one) ?? null]));
    expect(await line.command('account.save', accountOf(venue, { keys }))).toMatchObject({ kind: 'reply' });
  }
  const accounts = service.rows('accounts').map(({ id }) => id);
  expect(accounts).toHaveLength(5);
  const states = () => service.rows('accounts').flatMap(({ feeds }) => feeds.map(({ state }) => state));
  await vi.waitUntil(() => states().filter((state) => state === 'ready').length >= 8, {
    timeout: 60_000,
    interval: 100,
  });
  const lookAtAll = async () => {
    await Promise.all(accounts.map((id) => line.command('account.refresh', { id })));
    await Promise.all([...ids.values()].map((id) => line.command('key.check', { id })));
  };

  // Revoked while running; then whatever else a venue does to a call.
  await everyFeed('revoke-keys', true);
  await lookAtAll();
  await vi.waitUntil(() => states().every((state) => state === 'blocked'), { timeout: 60_000, interval: 100 });
  await line.command('practice.clear', {});
  for (const fault of ['ban', 'maintenance', 'server-errors', 'disconnect'] as const) {
    await everyFeed(fault, true);
    await lookAtAll();
    await line.command('practice.clear', {});
  }

  // A venue that says back whatever it was told.
  const echo = new Echo(rows);
  for (const shape of ['json', 'text'] as const) {
    echo.shape = shape;
    await lookAtAll();
    // Those that are held up ask little by now, and a key that is kept is not asked about again as another: others are.
    for (const kind of KEY_KINDS) {
      const label = `Echoed ${kind} ${shape}`;
      const fields = fieldsOf(kind, keyOf(kind, 'withdrawal'));
      await line.command('key.save', { kind, label, entity: 'global', fields });
    }
  }
  expect(echo.answered).toBeGreaterThan(40);
  expect([...echo.saidBack].sort()).toEqual([...KEY_KINDS].sort());
  echo.shape = 'off';

  // Vault and profile: exported, damaged, opened wrongly, sealed anew.
  const exported = await line.command('vault.export', { passphrase: PROFILE_PASSPHRASE });
  const content = exported.kind === 'reply' ? (exported.value as { content: string }).content : '';
  expect(content.length).toBeGreaterThan(1000);
  for (const [passphrase, text] of [
    [WRONG_PASSPHRASE, content],
    [PROFILE_PASSPHRASE, content.replace('"tag":"', '"tag":"A')],
    [PROFILE_PASSPHRASE, `{"format": "${secrets[0]}"`],
  ] as const) {
    expect((await line.command('vault.import', { passphrase, content: text })).kind).toBe('failed');
  }
  expect(await line.command('vault.import', { passphrase: PROFILE_PASSPHRASE, content })).toMatchObject({
    kind: 'reply',
  });
  expect((await line.command('vault.reseal', { to: 'keychain' })).kind).toBe('failed');
  expect((await line.command('vault.reseal', { to: 'passphrase', passphrase: NEXT_PASSPHRASE })).kind).toBe('reply');
  await line.command('vault.lock', {});
  expect((await line.command('vault.open', { passphrase: WRONG_PASSPHRASE })).kind).toBe('failed');
  expect((await line.command('vault.open', { passphrase: NEXT_PASSPHRASE })).kind).toBe('reply');

  // Defects of our own whose words are secrets.
  for (const method of ['holdings', 'checkKey'] as const) {
    const broken = vi.spyOn(VenueBroker.prototype, method).mockImplementation(() => {
      throw new Error(`a defect in ${method}: ${secrets.join(' ')} ${JSON.stringify(secrets)}`);
    });
    await lookAtAll();
    expect(broken).toHaveBeenCalled();
    broken.mockRestore();
  }
  for (const secret of [...secrets, secrets.join('\n'), Buffer.from(secrets.join()).toString('base64')]) {
    onUncaught(new Error(`uncaught with ${secret} in it`), 'uncaughtException');
  }
  expect(wrote.length).toBeGreaterThan(0);

  await line.query('account.dependents', { id: accounts[0] ?? '' });
  await vi.waitUntil(() => service.value('status').cycle > 1, { timeout: 20_000, interval: 100 });

  const told = [
    ...line.told,
    JSON.stringify(station.health()),
    JSON.stringify(service.rows('notifications')),
    ...wrote,
  ];
  for (const end of ends.splice(0).reverse()) await end();

  // Again on files that are damaged, with a passphrase that does not fit.
  for (const file of ['accounts.json', 'settings.json']) {
    writeFileSync(join(dir, file), `${readFileSync(join(dir, 'accounts.json'), 'utf8').slice(0, -20)}`);
  }
  const second = await start(dir, WRONG_PASSPHRASE);
  expect(second.service.value('vault').state).toBe('locked');
  expect(second.service.value('status').startupNotes.length).toBeGreaterThan(2);
  await vi.waitUntil(() => second.line.told.length > 3, { timeout: 20_000, interval: 50 });
  told.push(...second.line.told, ...second.wrote);
  for (const end of ends.splice(0).reverse()) await end();

  const findings = [
    ...search.foundBelow(dir),
    ...told.flatMap((text) => search.foundIn(text).map((name) => `told: ${name}`)),
    ...output.flatMap((text) => search.foundIn(text).map((name) => `printed: ${name}`)),
  ];
  vi.restoreAllMocks();
  expect([...new Set(findings)]).toEqual([]);

  // The same search finds what was planted on purpose, however it is written.
  const [first = '', other = ''] = secrets;
  writeFileSync(
    join(dir, 'on-purpose.txt'),
    `x${Buffer.from(`?${first}!`).toString('base64')} ${encodeURIComponent(PASSPHRASE)}`,
  );
  writeFileSync(join(dir, 'logs', 'on-purpose.log'), `cut in the middle: ${other.slice(0, 20)}`);
  const found = search.foundBelow(dir).join('\n');
  expect(found).toContain('on-purpose.txt: ');
  expect(found).toContain('a passphrase in a URL');
  expect(found).toContain('logs/on-purpose.log: beginning of');
});
