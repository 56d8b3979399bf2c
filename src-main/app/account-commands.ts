import type { AccountDesk } from '#main/accounts/account-desk';
import type { Refused } from '#main/accounts/registry';
import { type ACCOUNT_COMMANDS, holdsSecrets } from '#shared/contract/accounts';
import type { CommandInput, CommandName, CommandOutput, Failure } from '#shared/contract/contract';
import type { KeyHealth } from '#shared/domain/account';
import { feedName } from '#shared/domain/ids';
import { err, ok, type Result } from '#shared/kernel/result';

type AccountCommand = keyof typeof ACCOUNT_COMMANDS;
type Handlers = {
  readonly [N in AccountCommand]: (
    context: { readonly accounts: AccountDesk },
    input: CommandInput<N>,
  ) => Promise<Result<CommandOutput<N>, Failure>>;
};

/** Where they stand in the input of a command; its label, kind and the like are none. */
const SECRET_INPUTS: readonly string[] = ['passphrase', 'fields', 'json'];

/** Every secret in what a person sent. */
export function secretsIn<N extends CommandName>(name: N, input: CommandInput<N>): readonly string[] {
  if (!holdsSecrets(name)) return [];
  const typed = Object.entries(input).flatMap(([field, value]: readonly [string, unknown]) => {
    if (!SECRET_INPUTS.includes(field)) return [];
    return typeof value === 'object' && value !== null ? Object.values(value) : [value];
  });
  return typed.filter((text) => typeof text === 'string');
}

/** The desk's refusals in the words of the contract. */
export function failureOf<T>(result: Result<T, Refused>): Result<T, Failure> {
  if (result.ok) return result;
  const { message, remedy, fields, missing, storage } = result.error;
  const code =
    missing === true ? 'not-found' : storage === true ? 'storage' : fields.length > 0 ? 'invalid-input' : 'refused';
  return err({ code, message, kept: 'Nothing was changed.', remedy, fields: [...fields] });
}

const said = (result: Result<unknown, Refused>, text: string): Result<{ text: string }, Failure> => {
  const answered = failureOf(result);
  return answered.ok ? ok({ text }) : answered;
};

const vaultSaid = (result: Result<void, string>, text: string): Result<{ text: string }, Failure> =>
  result.ok
    ? ok({ text })
    : err({
        code: 'refused',
        message: result.error,
        kept: 'The vault is as it was.',
        remedy: 'Try again with the right passphrase.',
        fields: [],
      });

/** `Binance spot good; Binance perp refused.` */
const healthText = (health: readonly KeyHealth[]): string =>
  health.map(({ feed, verdict }) => `${feedName(feed)} ${verdict}`).join('; ');

/** What a person may order on the Accounts and Keys panels. Inputs hold secrets: nothing here is logged. */
export const ACCOUNT_HANDLERS: Handlers = {
  'account.save': async ({ accounts }, account) => {
    const saved = failureOf(accounts.saveAccount(account));
    return saved.ok ? ok({ text: `Account “${account.label}” saved. ${saved.value}` }) : saved;
  },
  'account.delete': async ({ accounts }, { id }) => said(accounts.deleteAccount(id), 'The account is deleted.'),
  'account.refresh': async ({ accounts }, { id }) => said(await accounts.refresh(id), 'Read again.'),
  'key.save': async ({ accounts }, { fields, ...key }) => {
    const added = failureOf(await accounts.ring.add(key, fields));
    if (!added.ok) return added;
    const { id, health } = added.value.record;
    return ok({ text: `The key is kept. ${healthText(health)}.`, id, health });
  },
  'key.import': async ({ accounts }, { json, ...key }) => {
    const added = failureOf(await accounts.ring.addFile(key, json));
    if (!added.ok) return added;
    const { id, health } = added.value.record;
    return ok({ text: `The key is kept. ${healthText(health)}.`, id, health });
  },
  'key.check': async ({ accounts }, { id }) => {
    const checked = failureOf(await accounts.ring.check(id));
    return checked.ok ? ok({ text: `${healthText(checked.value)}.`, health: [...checked.value] }) : checked;
  },
  'key.rename': async ({ accounts }, { id, label }) => said(accounts.ring.rename(id, label), 'The label is saved.'),
  'key.activate': async ({ accounts }, { id, active }) =>
    said(
      accounts.activateKey(id, active),
      active ? 'The key is active.' : 'The key is inactive; accounts that use it are disconnected.',
    ),
  'key.delete': async ({ accounts }, { id }) =>
    said(await accounts.deleteKey(id), 'The key and its secrets are deleted here. Revoke it at the venue too.'),
  'vault.open': async ({ accounts }, { passphrase }) =>
    vaultSaid(await accounts.openVault(passphrase), 'The vault is open.'),
  'vault.lock': async ({ accounts }) => {
    const staying = accounts.lockVault();
    const others = staying.length === 0 ? 'accounts are disconnected.' : 'other accounts are disconnected.';
    return ok({ text: ['The vault is locked;', others, ...staying].join(' ') });
  },
  'vault.reseal': async ({ accounts }, to) =>
    vaultSaid(
      await accounts.resealVault(
        to.to === 'keychain' ? { by: 'keychain' } : { by: 'passphrase', passphrase: to.passphrase },
      ),
      to.to === 'keychain'
        ? 'Everything is encrypted anew; the keychain opens it.'
        : 'Everything is encrypted anew under the new passphrase.',
    ),
  'vault.export': async ({ accounts }, { passphrase }) => {
    const exported = failureOf(await accounts.exportProfile(passphrase));
    if (!exported.ok) return exported;
    const { content, accounts: count, keys } = exported.value;
    return ok({ text: `${count} accounts and ${keys} keys, encrypted.`, fileName: 'crossbook-profile.json', content });
  },
  'vault.import': async ({ accounts }, { passphrase, content }) => {
    const imported = failureOf(await accounts.importProfile(content, passphrase));
    if (!imported.ok) return imported;
    const { accounts: count, keys, skipped } = imported.value;
    return ok({
      text: `${count} accounts and ${keys} keys were taken in: on paper and disabled, those of a test network as they were.`,
      accounts: count,
      keys,
      skipped,
    });
  },
};
