import type { KeyHealth } from '#shared/domain/account';
import type { Credentials, KeyKind } from '#shared/domain/credentials';
import { feedsAt } from '#shared/domain/entities';
import type { KeyRecord } from '#shared/domain/stored-accounts';
import { err, ok, type Result } from '#shared/kernel/result';
import type { Clock } from '#shared/kernel/time';
import { credentialsOfFile, maskedId, publicId, readCredentials } from './credentials.ts';
import { whyNotKept } from './key-verdict.ts';
import type { KeyProbe, SecretStore } from './ports.ts';
import { gone, type Refused, type Registry, refuse } from './registry.ts';

export interface KeyRingOptions {
  readonly registry: Registry;
  readonly secrets: SecretStore;
  readonly probe: KeyProbe;
  /** Looks at a kept key, as long as it is in use through those that use it. */
  readonly probeOf: (keyId: string) => KeyProbe;
  readonly clock: Clock;
  /** A fresh id, never given before. */
  readonly newId: () => string;
}

interface NewKey {
  readonly kind: KeyKind;
  readonly label: string;
  readonly entity: string;
}

export interface SavedKey {
  readonly record: KeyRecord;
}

/**
 * SE-1, AC-1: keys are looked at by their venue before they are kept, and secrets go from the form into the vault and
 * from there to the broker, nowhere else. Texts of this class never hold a secret.
 */
export class KeyRing {
  readonly #options: KeyRingOptions;

  constructor(options: KeyRingOptions) {
    this.#options = options;
  }

  async add(key: NewKey, given: Credentials): Promise<Result<SavedKey, Refused>> {
    const { registry, secrets, probe, clock, newId } = this.#options;
    const read = readCredentials(key.kind, key.entity, given);
    if (!read.ok) {
      const text = read.error.map(({ message }) => message).join(' ');
      return err(refuse(text, 'Correct the marked fields; nothing was kept.', read.error.map(inFields)));
    }
    const taken = this.#taken(key, read.value);
    if (taken !== undefined) return err(taken);
    const masked = maskedId(key.kind, read.value);
    const health = await probe(feedsAt(key.kind, key.entity), key.entity, read.value);
    const unfit = whyNotKept(health);
    if (unfit !== undefined) return err(refuse(`The key was not kept. ${unfit.message}`, unfit.remedy));
    const id = `${key.kind}-${newId()}`;
    const kept = await secrets.put(id, read.value);
    if (!kept.ok) return err(refuse(kept.error, 'Open the vault, then save the key again.'));
    const record: KeyRecord = { ...key, id, active: true, masked, createdAtMs: clock.wallMs(), health: [...health] };
    // Another one may have been kept while this one was looked at.
    const meanwhile = this.#taken(key, read.value);
    const saved = meanwhile === undefined ? registry.saveKey(record) : err(meanwhile);
    if (saved.ok) return ok({ record });
    await secrets.remove(id);
    return saved;
  }

  /** The key file a venue hands out. */
  async addFile(key: NewKey, json: string): Promise<Result<SavedKey, Refused>> {
    const read = credentialsOfFile(key.kind, json);
    if (!read.ok)
      return err(
        refuse(read.error, 'Choose the file the venue made for this key.', [{ path: 'json', message: read.error }]),
      );
    return this.add(key, read.value);
  }

  /** Looks at a kept key again; what was found is kept with it. */
  async check(id: string): Promise<Result<readonly KeyHealth[], Refused>> {
    const { registry, secrets } = this.#options;
    const probe = this.#options.probeOf(id);
    const record = registry.key(id);
    if (record === undefined) return err(gone('That key'));
    const credentials = secrets.secrets(id);
    if (credentials === undefined) return err(this.#noSecrets(record));
    const health = await probe(feedsAt(record.kind, record.entity), record.entity, credentials);
    const now = registry.key(id);
    if (now === undefined) return err(gone('That key'));
    const saved = registry.saveKey({ ...now, health: [...health] });
    return saved.ok ? ok(health) : saved;
  }

  rename(id: string, label: string): Result<void, Refused> {
    const { registry } = this.#options;
    const record = registry.key(id);
    if (record === undefined) return err(gone('That key'));
    if (registry.keys.some((other) => other.id !== id && other.label === label)) {
      return err(refuse(`There is another key called “${label}”.`, 'Choose another label.'));
    }
    return registry.saveKey({ ...record, label });
  }

  /** A key that is not active is used by no account. */
  activate(id: string, active: boolean): Result<void, Refused> {
    const record = this.#options.registry.key(id);
    return record === undefined ? err(gone('That key')) : this.#options.registry.saveKey({ ...record, active });
  }

  /** Its record goes first: secrets without one are never used. */
  async remove(id: string): Promise<Result<void, Refused>> {
    const { registry, secrets } = this.#options;
    if (!secrets.open)
      return err(refuse('The vault is locked.', 'Open it first, so that the secrets go with the key.'));
    const removed = registry.removeKey(id);
    if (!removed.ok) return removed;
    const wiped = await secrets.remove(id);
    return wiped.ok ? ok(undefined) : err(refuse(`The key is gone, but ${wiped.error}`, 'Delete it at the venue too.'));
  }

  /** EX-12: a label names one key, and a key is kept once: two would hold one account twice and disturb each other's nonces. */
  #taken(key: NewKey, credentials: Credentials): Refused | undefined {
    const { registry, secrets } = this.#options;
    if (registry.keys.some(({ label }) => label === key.label)) {
      const fields = [{ path: 'label', message: 'Used already.' }];
      return refuse(`There is another key called “${key.label}”.`, 'Choose another label.', fields);
    }
    const twin = registry.keys.find(({ id, kind }) => {
      const other = kind === key.kind ? secrets.secrets(id) : undefined;
      return other !== undefined && publicId(kind, other) === publicId(kind, credentials);
    });
    if (twin === undefined) return undefined;
    return refuse(`This key is kept already, as “${twin.label}”.`, 'Use that one, or delete it first.');
  }

  #noSecrets(record: KeyRecord): Refused {
    return this.#options.secrets.open
      ? refuse(`The vault holds no secrets for “${record.label}”.`, 'Delete the key and add it again.')
      : refuse('The vault is locked.', 'Open it first.');
  }
}

const inFields = ({ path, message }: { readonly path: string; readonly message: string }) => ({
  path: path === 'entity' ? path : `fields.${path}`,
  message,
});
