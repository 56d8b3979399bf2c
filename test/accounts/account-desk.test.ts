import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AccountDesk } from '#main/accounts/account-desk';
import { type Keychain, NO_KEYCHAIN } from '#main/storage/vault/keychain';
import { Vault } from '#main/storage/vault/vault';
import type { Account, KeyFinding } from '#shared/domain/account';
import { NO_CAPABILITIES } from '#shared/domain/capabilities';
import { KEY_KINDS, KEY_TERMS, type KeyKind } from '#shared/domain/credentials';
import type { FeedId } from '#shared/domain/ids';
import { NO_ACCOUNTS, type StoredAccounts } from '#shared/domain/stored-accounts';
import { err, ok } from '#shared/kernel/result';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { decimal } from '#shared/money/decimal';
import { accountOf, credentialsOf, FakeBroker, findingsWith, PLANTED, soundFindings } from '#support/accounts';
import { fakeKeychain } from '#support/fake-keychain';

const PASSPHRASE = 'a passphrase for tests';
const NO_WITHDRAWAL: KeyFinding = {
  check: 'withdrawal',
  status: 'fail',
  cause: 'The key can withdraw.',
  remedy: 'Make a key without the withdrawal permission.',
};

class Rig {
  readonly clock = new VirtualClock(Date.UTC(2026, 10, 2));
  readonly folder = mkdtempSync(join(tmpdir(), 'desk-'));
  readonly keychain: Keychain;
  readonly vault: Vault;
  readonly brokers: FakeBroker[] = [];
  readonly alarms: string[] = [];
  readonly problems: string[] = [];
  stored: StoredAccounts = NO_ACCOUNTS;
  saving: 'works' | 'fails' = 'works';
  changes = 0;
  kept: string[] = [];
  work = { deals: 0, orders: 0 };
  findings: (feed: FeedId) => readonly KeyFinding[] = () => soundFindings;
  readonly desk: AccountDesk;

  constructor(keychain: Keychain) {
    this.keychain = keychain;
    this.vault = new Vault({ path: join(this.folder, 'vault.json'), keychain });
    this.desk = this.#desk();
  }

  #desk = () =>
    new AccountDesk({
      clock: this.clock,
      vault: this.vault,
      store: {
        save: (stored) => {
          if (this.saving === 'fails') return err('The accounts were not saved: no space left.');
          this.stored = stored;
          return ok(undefined);
        },
      },
      stored: NO_ACCOUNTS,
      make: (feed, { account, credentials }) => {
        const broker = new FakeBroker(feed, account, credentials, this.findings(feed));
        this.brokers.push(broker);
        return ok(broker);
      },
      capabilitiesOf: () => NO_CAPABILITIES,
      workOn: () => this.work,
      accountsChanged: () => {
        this.changes += 1;
      },
      inventoryKept: () => this.kept,
      trades: (_venue, currency) => (currency === 'XYZ' ? false : undefined),
      priceUsd: (currency) => (currency === 'BTC' ? decimal('50000') : undefined),
      problem: (text) => this.problems.push(text),
      acted: (account, feed, { kind, symbol }) => this.alarms.push(`${account.id} ${feed}: ${kind} of ${symbol}`),
      alarm: (account, feed, reason) => this.alarms.push(`${account.id} ${feed}: ${reason}`),
    });

  async open(): Promise<this> {
    await this.vault.load();
    if (!this.vault.state().keychain.usable) await this.desk.openVault(PASSPHRASE);
    this.desk.start();
    return this;
  }

  add(kind: KeyKind, label: string = kind) {
    return this.desk.ring.add({ kind, label, entity: 'global' }, credentialsOf(kind));
  }

  /** A kept key and an account that uses it, connected. */
  async connected(kind: KeyKind, changes: Partial<Account> = {}): Promise<string> {
    const added = await this.add(kind);
    if (!added.ok) throw new Error(added.error.message);
    const { id } = added.value.record;
    const products = KEY_TERMS[kind].feeds.map((feed) => (feed.endsWith('spot') ? 'spot' : 'perp'));
    const saved = this.desk.saveAccount(
      accountOf(KEY_TERMS[kind].venue, { keys: { [kind]: id }, products, ...changes }),
    );
    if (!saved.ok) throw new Error(saved.error.message);
    await this.settled();
    return id;
  }

  /** The brokers of accounts, not those a key was checked with. */
  get working(): readonly FakeBroker[] {
    return this.brokers.filter(({ account, stopped }) => account !== 'check' && !stopped);
  }

  /** Lets promises of fakes answer: they take no time of the clock. */
  async settled(): Promise<void> {
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
  }

  async stop(): Promise<void> {
    await this.desk.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A keychain opens the vault at once; only what is about locking waits for a passphrase's derivation. */
const withRig =
  (run: (rig: Rig) => Promise<void>, keychain: Keychain = fakeKeychain()) =>
  async () => {
    const rig = await new Rig(keychain).open();
    try {
      await run(rig);
    } finally {
      await rig.stop();
    }
  };

test(
  '[EX-12] a key serves one enabled account: a second one is refused by name, and taken once the first is disabled',
  withRig(async (rig) => {
    const id = await rig.connected('kraken', { id: 'first', label: 'First', mode: 'live' });
    const second = accountOf('kraken', {
      id: 'second',
      label: 'Second',
      mode: 'live',
      products: ['spot'],
      keys: { kraken: id },
    });
    const refused = rig.desk.saveAccount(second);
    expect(refused.ok ? [] : refused.error.fields).toEqual([
      { path: 'keys.kraken', message: expect.stringContaining('serves “First”') },
    ]);
    expect(rig.stored.accounts.map((account) => account.id)).toEqual(['first']);
    expect(rig.desk.saveAccount({ ...second, enabled: false }).ok).toBe(true);
    const [first] = rig.stored.accounts;
    if (first === undefined) throw new Error('the first account is gone');
    expect(rig.desk.saveAccount({ ...first, enabled: false }).ok).toBe(true);
    expect(rig.desk.saveAccount(second).ok).toBe(true);
  }),
);

test.each(KEY_KINDS)('[SE-1] a %s key is checked on each of its feeds, sealed, and shown masked', async (kind) =>
  withRig(async (rig) => {
    const added = await rig.add(kind);
    expect(added.ok).toBe(true);
    expect(rig.brokers.map(({ feed, stopped }) => [feed, stopped])).toEqual(
      KEY_TERMS[kind].feeds.map((feed) => [feed, true]),
    );
    const [row] = rig.desk.keyRows();
    expect(row).toMatchObject({ kind, active: true, usedBy: [] });
    const shown = JSON.stringify([rig.desk.keyRows(), rig.desk.accountRows(), rig.stored]);
    for (const { name, secret } of KEY_TERMS[kind].fields) {
      const value = credentialsOf(kind)[name] ?? '';
      if (secret && kind !== 'coinbase') expect(shown).not.toContain(value);
    }
    expect(shown).not.toContain(PLANTED);
    expect(shown).not.toContain('PRIVATE KEY');
    expect(readFileSync(join(rig.folder, 'vault.json'), 'utf8')).not.toContain(PLANTED);
  })(),
);

test(
  '[SE-1] a key that can withdraw is refused and nothing of it is kept',
  withRig(async (rig) => {
    rig.findings = () => findingsWith(NO_WITHDRAWAL);
    const added = await rig.add('binance');
    expect(added.ok ? '' : added.error.message).toContain('can withdraw');
    expect(added.ok ? '' : added.error.remedy).toContain('without the withdrawal permission');
    expect(rig.desk.keyRows()).toEqual([]);
    expect(rig.vault.ids()).toEqual([]);
  }),
);

test.each(['signature', 'environment', 'region', 'ip', 'expiry', 'clock', 'read'] as const)(
  '[AC-1] a key whose %s is wrong is refused with its own cause and remedy',
  async (check) =>
    withRig(async (rig) => {
      rig.findings = () => findingsWith({ check, status: 'fail', cause: `Bad ${check}.`, remedy: `Mend ${check}.` });
      const added = await rig.add('okx');
      expect(added.ok ? '' : `${added.error.message} ${added.error.remedy}`).toContain(`Bad ${check}. Mend ${check}.`);
      expect(rig.vault.ids()).toEqual([]);
    })(),
);

test(
  '[SE-1] a key nobody could check is not kept',
  withRig(async (rig) => {
    rig.findings = () =>
      findingsWith({ check: 'withdrawal', status: 'unknown', cause: 'No answer.', remedy: 'Try again later.' });
    expect((await rig.add('bybit')).ok).toBe(false);
    expect(rig.vault.ids()).toEqual([]);
  }),
);

test(
  '[SE-1] a key of which nothing was found out about withdrawals is not kept',
  withRig(async (rig) => {
    rig.findings = () => soundFindings.filter(({ check }) => check !== 'withdrawal');
    expect((await rig.add('bybit')).ok).toBe(false);
    expect(rig.vault.ids()).toEqual([]);
  }),
);

test(
  '[AC-1] a person who checks a key, or reads its account again, has the running connection look at it at once',
  withRig(async (rig) => {
    const id = await rig.connected('bybit');
    const [spot, perp] = rig.working;
    if (spot === undefined || perp === undefined) throw new Error('not connected');
    const made = rig.brokers.length;
    spot.turn({ ...spot.state(), kind: 'blocked', reason: 'Turned away.' });
    expect((await rig.desk.ring.check(id)).ok).toBe(true);
    expect([spot.checks, perp.checks]).toEqual([2, 2]);
    // Asked through those that use it: nobody else signs with the key meanwhile.
    expect(rig.brokers).toHaveLength(made);
    await rig.desk.refresh('bybit-main');
    expect([spot.checks, perp.checks]).toEqual([3, 2]);
    rig.desk.ring.activate(id, false);
    expect((await rig.desk.ring.check(id)).ok).toBe(true);
    expect(rig.brokers.length).toBe(made + 2);
  }),
);

test(
  '[AC-1] a key that its venue does not know is asked no more questions; one that may only read is read on',
  withRig(async (rig) => {
    await rig.connected('bybit', { products: ['spot'] });
    const [spot] = rig.working;
    if (spot === undefined) throw new Error('not connected');
    const blocked = (check: KeyFinding['check']) => {
      const findings = findingsWith({ check, status: 'fail', cause: `Bad ${check}.`, remedy: '' });
      const health = { feed: spot.feed, verdict: 'refused' as const, findings: [...findings], atMs: 1 };
      spot.turn({ ...spot.state(), kind: 'blocked', reason: `Bad ${check}.`, health });
    };
    const read = async () => {
      rig.clock.advanceBy(30_000);
      await rig.settled();
      return spot.reads;
    };
    const before = await read();
    blocked('trade');
    expect(await read()).toBe(before + 1);
    blocked('signature');
    expect(await read()).toBe(before + 1);
    expect(rig.desk.accountRows()[0]?.balances).toMatchObject({
      value: [{ currency: 'BTC' }],
      problem: 'Bad signature.',
    });
  }),
);

test(
  '[AC-1] the alarm of an account ends with the account, and with the product that it was about',
  withRig(async (rig) => {
    rig.findings = (feed) =>
      feed.endsWith('perp') ? findingsWith({ ...NO_WITHDRAWAL, check: 'read' }) : soundFindings;
    await rig.connected('binance');
    expect(rig.alarms.at(-1)).toBe('binance-main binance:perp: The key can withdraw.');
    const account = rig.desk.accountRows()[0]?.account;
    if (account === undefined) throw new Error('no account');
    rig.desk.saveAccount({ ...account, products: ['spot'] });
    expect(rig.alarms.at(-1)).toBe('binance-main binance:perp: null');
    rig.desk.saveAccount(account);
    await rig.settled();
    expect(rig.alarms.at(-1)).toBe('binance-main binance:perp: The key can withdraw.');
    rig.desk.deleteAccount(account.id);
    await rig.settled();
    expect(rig.alarms.at(-1)).toBe('binance-main binance:perp: null');
  }),
);

test(
  '[AC-1] a key that works for spot alone is kept; its perpetual feed is blocked with its reason',
  withRig(async (rig) => {
    rig.findings = (feed) =>
      feed.endsWith('perp')
        ? findingsWith({ check: 'read', status: 'fail', cause: 'No futures permission.', remedy: 'Allow futures.' })
        : soundFindings;
    await rig.connected('binance');
    const feeds = rig.desk.accountRows()[0]?.feeds.map(({ feed, state, reason }) => [feed, state, reason]);
    expect(feeds).toEqual([
      ['binance:spot', 'ready', ''],
      ['binance:perp', 'blocked', 'No futures permission.'],
    ]);
    expect(rig.alarms).toContain('binance-main binance:perp: No futures permission.');
  }),
);

test(
  'fields are checked before any venue is asked, and messages never repeat a value',
  withRig(async (rig) => {
    const key = { kind: 'kraken', label: 'k', entity: 'global' } as const;
    const added = await rig.desk.ring.add(key, { apiKey: 'two words', secret: PLANTED });
    expect(added.ok ? [] : added.error.fields.map(({ path }) => path)).toEqual(['fields.apiKey']);
    const second = await rig.desk.ring.add(key, { apiKey: 'one', secret: `${PLANTED}!` });
    expect(second.ok ? [] : second.error.fields.map(({ path }) => path)).toEqual(['fields.secret']);
    expect(JSON.stringify([added, second])).not.toContain(PLANTED);
    expect(rig.brokers).toEqual([]);
  }),
);

test(
  '[SE-1] Coinbase: its JSON file is read, PEM line ends and all; an Ed25519 key is refused in words',
  withRig(async (rig) => {
    const { keyName, privateKey } = credentialsOf('coinbase');
    const key = { kind: 'coinbase', label: 'c', entity: 'global' } as const;
    expect((await rig.desk.ring.addFile(key, '{"name": "x"}')).ok).toBe(false);
    expect((await rig.desk.ring.addFile({ ...key, kind: 'okx' }, '{}')).ok).toBe(false);
    const file = JSON.stringify({ name: keyName, privateKey: (privateKey ?? '').replaceAll('\n', '\\n') });
    expect((await rig.desk.ring.addFile(key, file)).ok).toBe(true);
    const bad = await rig.desk.ring.add(
      { ...key, label: 'd' },
      {
        keyName: keyName ?? '',
        privateKey:
          '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----',
      },
    );
    expect(bad.ok ? '' : bad.error.message).toContain('Ed25519');
  }),
);

test(
  '[AC-1] an account connects each product by its own key; disabled, without a key or locked it says why not',
  withRig(async (rig) => {
    const spot = await rig.add('kraken');
    const futures = await rig.add('kraken-futures');
    if (!spot.ok || !futures.ok) throw new Error('not kept');
    const account = accountOf('kraken', { keys: { kraken: spot.value.record.id } });
    expect(rig.desk.saveAccount(account).ok).toBe(true);
    await rig.settled();
    expect(rig.working.map(({ feed }) => feed)).toEqual(['kraken:spot']);
    expect(rig.desk.accountRows()[0]?.feeds[1]).toMatchObject({ state: 'off', reason: 'No key is chosen for it.' });
    rig.desk.saveAccount({
      ...account,
      keys: { kraken: spot.value.record.id, 'kraken-futures': futures.value.record.id },
    });
    await rig.settled();
    expect(rig.working.map(({ feed }) => feed)).toEqual(['kraken:spot', 'kraken:perp']);
    rig.desk.lockVault();
    expect(rig.working).toEqual([]);
    expect(rig.desk.accountRows()[0]?.feeds[0]?.reason).toContain('vault is locked');
    await rig.desk.openVault(PASSPHRASE);
    expect(rig.working).toHaveLength(2);
    rig.desk.saveAccount({ ...account, enabled: false });
    expect(rig.working).toEqual([]);
  }, NO_KEYCHAIN),
);

test(
  'a key of another venue, entity or product is refused at the field it is in',
  withRig(async (rig) => {
    const okx = await rig.add('okx');
    if (!okx.ok) throw new Error('not kept');
    const saved = rig.desk.saveAccount(accountOf('kraken', { keys: { kraken: okx.value.record.id } }));
    expect(saved.ok ? [] : saved.error.fields.map(({ path }) => path)).toEqual(['keys.kraken']);
    const eea = rig.desk.saveAccount(accountOf('okx', { entity: 'eea', keys: { okx: okx.value.record.id } }));
    expect(eea.ok ? '' : eea.error.message).toContain('another entity');
    expect(rig.desk.accountRows()).toEqual([]);
  }),
);

test(
  'balances come with their age; a reading that fails keeps what was read and says why',
  withRig(async (rig) => {
    await rig.connected('bybit');
    const before = rig.desk.accountRows()[0]?.balances;
    // One unified wallet, read by both feeds, is shown once.
    expect(before?.value).toEqual([{ wallet: 'spot', currency: 'BTC', free: '1', locked: '0' }]);
    for (const broker of rig.working) {
      broker.failure = { kind: 'maintenance', code: '10016', message: 'Under maintenance', retryAtMonoMs: null };
    }
    await rig.clock.runUntil(rig.clock.wallMs() + 31_000, () => rig.settled());
    await rig.settled();
    const after = rig.desk.accountRows()[0]?.balances;
    expect(after?.value).toEqual(before?.value);
    expect(after?.atMs).toBe(before?.atMs);
    expect(after?.problem).toContain('Under maintenance');
  }),
);

test(
  '[AC-1] a key revoked while running blocks its account alone and is told once it changes',
  withRig(async (rig) => {
    await rig.connected('okx');
    await rig.connected('bybit');
    const okx = rig.working.filter(({ venue }) => venue === 'okx');
    for (const broker of okx) broker.turn({ ...broker.state(), kind: 'blocked', reason: 'The key was revoked.' });
    const rows = rig.desk.accountRows();
    expect(rows.find(({ id }) => id === 'okx-main')?.feeds.map(({ state }) => state)).toEqual(['blocked', 'blocked']);
    expect(rows.find(({ id }) => id === 'bybit-main')?.feeds.map(({ state }) => state)).toEqual(['ready', 'ready']);
    expect(new Set(rig.alarms)).toEqual(
      new Set(['okx-main okx:spot: The key was revoked.', 'okx-main okx:perp: The key was revoked.']),
    );
  }),
);

test(
  '[EX-15] what a venue did to a position is told',
  withRig(async (rig) => {
    await rig.connected('okx');
    const perp = rig.working.find(({ feed }) => feed === 'okx:perp');
    perp?.act({ kind: 'liquidation', listing: null, symbol: 'BTC-USDT-SWAP', quantity: '0.1', text: '', atMs: 1 });
    expect(rig.alarms).toEqual(['okx-main okx:perp: liquidation of BTC-USDT-SWAP']);
  }),
);

test(
  'deleting says what depends on it; with open deals it is refused; a deleted key disconnects its accounts',
  withRig(async (rig) => {
    const keyId = await rig.connected('okx');
    const dependents = rig.desk.accountDependents('okx-main');
    expect(dependents.ok ? dependents.value.sentences.join(' ') : '').toContain('connected for spot and perp');
    const ofKey = rig.desk.keyDependents(keyId);
    expect(ofKey.ok ? ofKey.value.sentences.join(' ') : '').toContain('“okx main” uses it');
    rig.work = { deals: 1, orders: 0 };
    expect(rig.desk.deleteAccount('okx-main').ok).toBe(false);
    expect((await rig.desk.deleteKey(keyId)).ok).toBe(false);
    rig.work = { deals: 0, orders: 0 };
    expect((await rig.desk.deleteKey(keyId)).ok).toBe(true);
    expect(rig.working).toEqual([]);
    expect(rig.vault.ids()).toEqual([]);
    expect(rig.desk.accountRows()[0]?.account.keys).toEqual({ okx: null });
    expect(rig.desk.deleteAccount('okx-main').ok).toBe(true);
    expect(rig.desk.deleteAccount('okx-main').ok).toBe(false);
  }),
);

test(
  'what cannot be written did not happen',
  withRig(async (rig) => {
    rig.saving = 'fails';
    const added = await rig.add('okx');
    expect(added.ok ? '' : added.error.message).toContain('no space left');
    expect(rig.desk.keyRows()).toEqual([]);
    expect(rig.vault.ids()).toEqual([]);
    expect(rig.desk.saveAccount(accountOf('okx')).ok).toBe(false);
    expect(rig.desk.accountRows()).toEqual([]);
  }),
);

test(
  'an exported profile opens elsewhere with its passphrase alone; keys are checked again, accounts come as paper and disabled',
  withRig(async (rig) => {
    await rig.connected('okx', { mode: 'live' });
    await rig.connected('kraken');
    const unused = await rig.add('bybit', 'put aside');
    if (unused.ok) rig.desk.ring.activate(unused.value.record.id, false);
    const exported = await rig.desk.exportProfile('the profile passphrase');
    if (!exported.ok) throw new Error(exported.error.message);
    expect(exported.value.content).not.toContain(PLANTED);
    const other = await new Rig(fakeKeychain()).open();
    try {
      expect((await other.desk.importProfile(exported.value.content, 'not the passphrase')).ok).toBe(false);
      expect((await other.desk.importProfile('{}', 'the profile passphrase')).ok).toBe(false);
      other.findings = (feed) => (feed === 'kraken:spot' ? findingsWith(NO_WITHDRAWAL) : soundFindings);
      const imported = await other.desk.importProfile(exported.value.content, 'the profile passphrase');
      if (!imported.ok) throw new Error(imported.error.message);
      expect(imported.value).toMatchObject({ accounts: 2, keys: 2 });
      // One that was put aside stays so.
      expect(other.desk.keyRows().map(({ label, active }) => [label, active])).toEqual([
        ['okx', true],
        ['put aside', false],
      ]);
      expect(imported.value.skipped).toHaveLength(1);
      const [kraken, okx] = other.desk.accountRows();
      expect(kraken?.account.keys).toEqual({ kraken: null });
      expect(okx?.account).toMatchObject({ mode: 'paper', enabled: false });
      expect(okx?.force.inForce).toBe(false);
      if (okx !== undefined) expect(other.desk.saveAccount({ ...okx.account, enabled: true }).ok).toBe(true);
      await other.settled();
      expect(other.desk.accountRows()[1]?.feeds.map(({ state }) => state)).toEqual(['ready', 'ready']);
      const twice = await other.desk.importProfile(exported.value.content, 'the profile passphrase');
      expect(twice.ok ? twice.value.accounts : -1).toBe(0);
    } finally {
      await other.stop();
    }
  }),
);

test(
  '[SE-1] a locked vault gives nothing away: no export, no deletion that leaves secrets behind',
  withRig(async (rig) => {
    const id = await rig.connected('okx');
    rig.desk.lockVault();
    expect((await rig.desk.exportProfile('the profile passphrase')).ok).toBe(false);
    expect((await rig.desk.deleteKey(id)).ok).toBe(false);
    expect((await rig.desk.ring.check(id)).ok).toBe(false);
  }),
);

test(
  '[SE-1] [EX-9] a lock ends no connection that open work needs: it takes no entries, ends with that work, and is told in words',
  withRig(async (rig) => {
    await rig.connected('okx');
    await rig.connected('kraken', { products: ['spot'] });
    const [okx] = rig.working.filter(({ venue }) => venue === 'okx');
    if (okx === undefined) throw new Error('not connected');
    // An order of the engine's that its journal books a moment later counts too.
    okx.workingOrders = 1;
    const told = rig.desk.lockVault();
    const sentence =
      '“okx main” (spot and perp) stays connected for 1 working order; no entry leaves, and it ends with that work.';
    expect(told).toEqual([sentence]);
    expect(rig.vault.open).toBe(false);
    expect(rig.vault.ids()).toEqual([]);
    expect(rig.working.map(({ feed }) => feed)).toEqual(['okx:spot', 'okx:perp']);
    expect(rig.working.map(({ closed }) => closed)).toEqual([
      expect.stringContaining('vault is locked'),
      expect.stringContaining('no entry leaves'),
    ]);
    expect(rig.desk.vaultState()).toMatchObject({ state: 'locked', staying: [sentence] });
    const stays = () => rig.desk.accountRows().flatMap(({ feeds }) => feeds.map((feed) => feed.stays !== null));
    expect(stays()).toEqual([false, true, true]);
    // Nothing of it is shown, exported or deleted meanwhile, and it is not ended on another way.
    expect((await rig.desk.exportProfile('the profile passphrase')).ok).toBe(false);
    expect(rig.desk.deleteAccount('okx-main').ok).toBe(false);
    rig.clock.advanceBy(5_000);
    expect(rig.working).toHaveLength(2);
    okx.workingOrders = 0;
    rig.clock.advanceBy(1_000);
    expect(rig.working).toEqual([]);
    expect(rig.desk.vaultState().staying).toEqual([]);
    expect(stays()).toEqual([false, false, false]);
  }),
);

test(
  '[SE-1] [KS-1] open deals keep their account through a lock; opened again it takes entries as before',
  withRig(async (rig) => {
    await rig.connected('bybit', { products: ['spot'] });
    const made = rig.brokers.length;
    rig.work = { deals: 2, orders: 1 };
    expect(rig.desk.lockVault()[0]).toContain('for 2 open deals and 1 working order;');
    expect((await rig.desk.openVault(PASSPHRASE)).ok).toBe(true);
    expect(rig.working.map(({ closed }) => closed)).toEqual([null]);
    expect(rig.brokers).toHaveLength(made);
    expect(rig.desk.vaultState().staying).toEqual([]);
  }, NO_KEYCHAIN),
);

test(
  '[EX-9] while work is open on an account its key stays active and its keys, entity and products stay as they are',
  withRig(async (rig) => {
    const id = await rig.connected('okx');
    const account = rig.desk.accountRows()[0]?.account;
    if (account === undefined) throw new Error('no account');
    rig.work = { deals: 1, orders: 0 };
    const blocked = '1 open deal on it: hedges and cancels need the account.';
    expect(rig.desk.activateKey(id, false)).toMatchObject({ ok: false, error: { message: blocked } });
    const ends: readonly Partial<Account>[] = [{ keys: {} }, { products: ['spot'] }, { enabled: false }];
    for (const changes of ends) {
      expect(rig.desk.saveAccount({ ...account, ...changes })).toMatchObject({
        ok: false,
        error: { message: blocked },
      });
    }
    expect(rig.working).toHaveLength(2);
    expect(rig.desk.saveAccount({ ...account, label: 'Other', products: ['perp', 'spot'] }).ok).toBe(true);
    expect(rig.working).toHaveLength(2);
    rig.work = { deals: 0, orders: 0 };
    expect(rig.desk.activateKey(id, false).ok).toBe(true);
    expect(rig.working).toEqual([]);
  }),
);

test(
  '[EX-9] open work whose account cannot be connected raises the alarm, and takes it back when it is over',
  withRig(async (rig) => {
    const id = await rig.connected('okx', { products: ['spot'] });
    rig.desk.lockVault();
    expect(rig.alarms).toEqual([]);
    rig.work = { deals: 1, orders: 0 };
    rig.desk.ring.rename(id, 'as after a start with a locked vault');
    expect(rig.alarms).toEqual([
      'okx-main okx:spot: The vault is locked: open it on the Keys panel. It is needed for 1 open deal.',
    ]);
    rig.work = { deals: 0, orders: 0 };
    rig.clock.advanceBy(1_000);
    expect(rig.alarms.at(-1)).toBe('okx-main okx:spot: null');
  }),
);

test(
  '[IN-1] paper trading follows the one enabled paper account of a venue; a second is refused with what to do',
  withRig(async (rig) => {
    const main = accountOf('kraken', { label: 'Main', products: ['spot'], riskPerTradePct: '0.25' });
    const spare = accountOf('kraken', { id: 'kraken-spare', label: 'Spare', enabled: false });
    const live = accountOf('kraken', { id: 'kraken-live', label: 'Live', mode: 'live' });
    for (const one of [main, spare, live]) expect(rig.desk.saveAccount(one).ok).toBe(true);
    const second = rig.desk.saveAccount({ ...spare, enabled: true });
    if (second.ok) throw new Error('a second paper account was taken');
    expect(second.error).toEqual({
      message: 'Paper trading on Kraken follows “Main” already, and can follow one account only.',
      remedy: 'Disable that one first, or save this one disabled.',
      fields: [],
    });
    expect(rig.desk.accountRows().map(({ account, force }) => [account.label, force.inForce, force.text])).toEqual([
      ['Live', false, 'Shown and checked; nothing is traded on it yet.'],
      ['Main', true, 'Paper trading on Kraken follows it.'],
      ['Spare', false, 'Off: “Main” states the terms on Kraken.'],
    ]);
    expect(rig.desk.terms.of('kraken')).toMatchObject({ label: 'Main', products: ['spot'], maxConcurrent: 3 });
    expect(rig.desk.saveAccount({ ...main, routing: false })).toEqual({
      ok: true,
      value: 'Paper trading on Kraken follows it: no new deal goes there.',
    });
    expect(rig.desk.terms.of('kraken').routing).toBe(false);
    expect(rig.desk.terms.of('okx')).toMatchObject({ label: null, riskPerTradePct: null, maxConcurrent: null });
    expect(rig.desk.saveAccount({ ...main, enabled: false }).ok).toBe(true);
    expect(rig.desk.terms.of('kraken')).toMatchObject({ label: null });
    expect(rig.desk.accountRows()[2]?.force.text).toBe('Off: built-in terms hold on Kraken.');
    expect(rig.desk.saveAccount({ ...spare, enabled: true }).ok).toBe(true);
    expect(rig.desk.terms.of('kraken')).toMatchObject({ label: 'Spare' });
    expect(rig.changes).toBe(6);
  }),
);

test(
  '[IN-1] saving says what is in force and what waits; a currency that the venue does not trade is refused',
  withRig(async (rig) => {
    const inventory = [{ currency: 'BTC', quantity: '0.5' }];
    const main = accountOf('kraken', { label: 'Main', inventory });
    rig.kept = ['0.2 BTC stay allocated: open orders and deals may need them.'];
    expect(rig.desk.saveAccount(main)).toEqual({
      ok: true,
      value: 'Paper trading on Kraken follows it. 0.2 BTC stay allocated: open orders and deals may need them.',
    });
    expect(rig.desk.accountRows()[0]?.force.kept).toEqual(rig.kept);
    expect(rig.desk.terms.wanted(['kraken', 'okx'], 'paper')).toMatchObject([
      { venue: 'kraken', account: 'paper', lines: [{ currency: 'BTC' }] },
    ]);
    const odd = { ...main, inventory: [...inventory, { currency: 'XYZ', quantity: '1' }] };
    const refused = rig.desk.saveAccount(odd);
    expect(refused).toMatchObject({ ok: false, error: { message: 'Kraken lists nothing that is traded in XYZ.' } });
    // What binds nothing may say what it likes.
    expect(rig.desk.saveAccount({ ...odd, enabled: false }).ok).toBe(true);
    expect(rig.desk.terms.wanted(['kraken'], 'paper')).toEqual([]);
    const told = rig.desk.accountDependents(main.id);
    expect(told.ok ? told.value.sentences : []).toEqual([]);
    expect(rig.desk.saveAccount(main).ok).toBe(true);
    const binding = rig.desk.accountDependents(main.id);
    expect(binding.ok ? binding.value.sentences : []).toContain(
      'Paper trading on Kraken goes on by built-in terms, with the inventory that is allocated now.',
    );
  }),
);

test(
  '[RK-3] [IN-1] a line of the inventory has a hard bound in USD, named beside its field; of what has no price the engine finds out',
  withRig(async (rig) => {
    const most = accountOf('kraken', { inventory: [{ currency: 'BTC', quantity: '2000' }] });
    expect(rig.desk.saveAccount(most).ok).toBe(true);
    const message = 'BTC: 2000.1 are worth 100005000 USD, above the hard maximum of 100000000 USD.';
    const over = rig.desk.saveAccount({ ...most, inventory: [{ currency: 'BTC', quantity: '2000.1' }] });
    expect(over).toMatchObject({ ok: false, error: { message, fields: [{ path: 'inventory', message }] } });
    expect(rig.stored.accounts).toEqual([most]);
    expect(rig.desk.saveAccount({ ...most, inventory: [{ currency: 'ETH', quantity: '2000000' }] }).ok).toBe(true);
  }),
);
