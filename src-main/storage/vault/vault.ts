import { existsSync, readFileSync } from 'node:fs';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import type { VaultState } from '#shared/contract/accounts';
import { type Credentials, credentialsSchema } from '#shared/domain/credentials';
import { err, ok, type Result } from '#shared/kernel/result';
import type { Keychain } from './keychain.ts';
import {
  isDataKey,
  newDataKey,
  newPassphraseKey,
  type OpenKey,
  passphraseKey,
  type Sealed,
  seal,
  sealedSchema,
  unseal,
} from './seal.ts';

const contentSchema = z.strictObject({ secrets: z.record(z.string(), credentialsSchema) });

/** Only the owner may read the file; what is in it is encrypted all the same. */
const FILE_MODE = 0o600;

const WRONG =
  'The vault does not open: the passphrase is wrong, or the file was changed. Nothing was lost; try again, or put back a copy of the file.';

const LOCKED_MEANWHILE = 'The vault was locked meanwhile; its file is as it was.';

/**
 * SE-1: the secrets of every key, encrypted in one file. What opens it is the keychain where there is a sound one, else a
 * passphrase. While it is open the secrets are in this process's memory and nowhere else. Every change is written whole
 * or not at all, under a fresh nonce.
 */
export class Vault {
  readonly #path: string;
  readonly #keychain: Keychain;
  #sealed: Sealed | null = null;
  #key: OpenKey | null = null;
  #secrets = new Map<string, Credentials>();
  #damage: string | null = null;
  #keychainState: VaultState['keychain'] = { usable: false, reason: 'Not looked at yet.' };
  /** How often it was locked: what began before and ends after a lock must not open it, or keep what was forgotten. */
  #locks = 0;
  /** One change after the other: two at once would write over each other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: { readonly path: string; readonly keychain: Keychain }) {
    this.#path = options.path;
    this.#keychain = options.keychain;
  }

  /** Reads the file and opens it by the keychain where that seals it. Problems show in {@link state}; never throws. */
  async load(): Promise<void> {
    this.#keychainState = await this.#keychain
      .usable()
      .catch((error: unknown) => ({ usable: false, reason: `The keychain does not answer: ${said(error)}.` }));
    if (!existsSync(this.#path)) return;
    const read = readSealed(this.#path);
    if (!read.ok) {
      this.#damage = read.error;
      return;
    }
    this.#sealed = read.value;
    if (read.value.key.by === 'keychain') await this.#openByKeychain(read.value, read.value.key.wrapped);
  }

  state(): Omit<VaultState, 'staying'> {
    const keychain = this.#keychainState;
    const sealedBy = this.#key?.sealed.by ?? this.#sealed?.key.by ?? null;
    if (this.#damage !== null) return { state: 'damaged', sealedBy, keychain, note: this.#damage };
    if (this.#key !== null) {
      const note = sealedBy === 'keychain' ? 'Sealed by this system’s keychain.' : 'Open; sealed by a passphrase.';
      return { state: 'open', sealedBy, keychain, note };
    }
    if (this.#sealed !== null) {
      const opens = sealedBy === 'keychain' ? 'The keychain opens it at the next start.' : 'Its passphrase is needed.';
      return { state: 'locked', sealedBy, keychain, note: opens };
    }
    const note = keychain.usable
      ? 'Nothing is kept yet; this system’s keychain will seal it.'
      : 'Nothing is kept yet; choose a passphrase first.';
    return { state: 'none', sealedBy: null, keychain, note };
  }

  get open(): boolean {
    return this.#key !== null;
  }

  /** Opens it with its passphrase; on a new vault chooses it. */
  unlock(passphrase: string): Promise<Result<void, string>> {
    return this.#inTurn(async () => {
      if (this.#damage !== null) return err(this.#damage);
      if (this.#key !== null) return ok(undefined);
      const sealed = this.#sealed;
      if (sealed === null) return this.#write(await newPassphraseKey(passphrase), new Map());
      if (sealed.key.by !== 'passphrase') return err('This vault is sealed by the keychain, not by a passphrase.');
      const locks = this.#locks;
      const key = await passphraseKey(passphrase, sealed.key);
      const content = contentOf(sealed, key);
      if (!content.ok) return err(content.error);
      if (this.#locks !== locks) return err(LOCKED_MEANWHILE);
      this.#key = key;
      this.#secrets = content.value;
      return ok(undefined);
    });
  }

  /** Forgets the key and every secret. A vault that the keychain opens stays locked until the next start. */
  lock(): void {
    this.#locks += 1;
    this.#key?.bytes.fill(0);
    this.#key = null;
    this.#secrets = new Map();
  }

  /** The secrets of a key; `undefined` while locked or when there are none of that id. */
  secrets(id: string): Credentials | undefined {
    return this.#secrets.get(id);
  }

  ids(): readonly string[] {
    return [...this.#secrets.keys()];
  }

  /** Keeps the secrets of one key. A vault that has nothing yet is sealed by the keychain where it can. */
  put(id: string, credentials: Credentials): Promise<Result<void, string>> {
    return this.putAll([[id, credentials]]);
  }

  putAll(entries: readonly (readonly [string, Credentials])[]): Promise<Result<void, string>> {
    return this.#inTurn(async () => {
      const key = this.#key ?? (this.#sealed === null && this.#damage === null ? await this.#keychainKey() : null);
      if (key === null) return err(this.#whyClosed());
      const next = new Map(this.#secrets);
      for (const [id, credentials] of entries) next.set(id, credentials);
      return this.#write(key, next);
    });
  }

  remove(id: string): Promise<Result<void, string>> {
    return this.#inTurn(async () => {
      if (this.#key === null) return err(this.#whyClosed());
      const next = new Map(this.#secrets);
      next.delete(id);
      return this.#write(this.#key, next);
    });
  }

  /** Encrypts everything anew under a fresh key; what opened it before opens it no more. */
  reseal(to: { readonly by: 'keychain' } | { readonly by: 'passphrase'; readonly passphrase: string }) {
    return this.#inTurn(async (): Promise<Result<void, string>> => {
      if (this.#key === null) return err(this.#whyClosed());
      const locks = this.#locks;
      const key = to.by === 'passphrase' ? await newPassphraseKey(to.passphrase) : await this.#keychainKey();
      if (key === null) return err(`The keychain cannot be used: ${this.#keychainState.reason}`);
      // Its secrets are forgotten by now: what would be written is an empty vault.
      if (this.#locks !== locks) return err(LOCKED_MEANWHILE);
      return this.#write(key, this.#secrets);
    });
  }

  async #openByKeychain(sealed: Sealed, wrapped: string): Promise<void> {
    try {
      const { text, stale } = await this.#keychain.decrypt(Buffer.from(wrapped, 'base64'));
      const bytes = Buffer.from(text, 'base64');
      const key: OpenKey = { sealed: sealed.key, bytes };
      const content = isDataKey(bytes) ? contentOf(sealed, key) : err(WRONG);
      if (!content.ok) {
        this.#damage = 'The vault does not open: its file was changed, or it was sealed on another system.';
        return;
      }
      this.#key = key;
      this.#secrets = content.value;
      if (stale) await this.reseal({ by: 'keychain' });
    } catch (error) {
      this.#damage = `The keychain does not open the vault: ${said(error)}. Nothing was lost; unlock the keychain and start again.`;
    }
  }

  async #keychainKey(): Promise<OpenKey | null> {
    if (!this.#keychainState.usable) return null;
    try {
      const bytes = newDataKey();
      const wrapped = await this.#keychain.encrypt(bytes.toString('base64'));
      return { sealed: { by: 'keychain', wrapped: wrapped.toString('base64') }, bytes };
    } catch (error) {
      this.#keychainState = { usable: false, reason: `The keychain refuses: ${said(error)}.` };
      return null;
    }
  }

  #write(key: OpenKey, secrets: Map<string, Credentials>): Result<void, string> {
    const sealed = seal('crossbook-vault', key, JSON.stringify({ secrets: Object.fromEntries(secrets) }));
    try {
      writeFileAtomic.sync(this.#path, `${JSON.stringify(sealed)}\n`, { fsync: true, mode: FILE_MODE });
    } catch (error) {
      return err(`The vault was not written: ${said(error)}. What it held before is kept.`);
    }
    this.#sealed = sealed;
    this.#key = key;
    this.#secrets = secrets;
    return ok(undefined);
  }

  #whyClosed(): string {
    const { state, note } = this.state();
    return state === 'damaged' ? note : 'The vault is locked: give its passphrase first.';
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(run);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

/** Whether there is a vault that waits for a passphrase. */
export function waitsForPassphrase(path: string): boolean {
  const sealed = existsSync(path) ? readSealed(path) : null;
  return sealed?.ok === true && sealed.value.key.by === 'passphrase';
}

function readSealed(path: string): Result<Sealed, string> {
  const kept = 'The file is left as it is; put back a copy of it, or move it away to begin anew.';
  try {
    const parsed = sealedSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    if (parsed.success && parsed.data.format === 'crossbook-vault') return ok(parsed.data);
    return err(`The vault ${path} is not in a form this version reads. ${kept}`);
  } catch (error) {
    return err(`The vault ${path} cannot be read: ${said(error)}. ${kept}`);
  }
}

function contentOf(sealed: Sealed, key: OpenKey): Result<Map<string, Credentials>, string> {
  const text = unseal(sealed, key);
  if (!text.ok) return err(WRONG);
  try {
    const parsed = contentSchema.safeParse(JSON.parse(text.value));
    if (parsed.success) return ok(new Map(Object.entries(parsed.data.secrets)));
  } catch {
    // The same as content of another form: it was sealed by us and is still not ours to guess at.
  }
  return err('The vault opens, but its content is not in a form this version reads. Nothing was changed.');
}

/** File system and keychain errors name paths and causes, never content. */
const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));
