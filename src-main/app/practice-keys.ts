import type { PracticeKey } from '#main/practice/exchange/types';
import type { PracticeWorld } from '#main/practice/practice';
import { type Credentials, KEY_TERMS } from '#shared/domain/credentials';
import { entityOf } from '#shared/domain/entities';
import type { PracticeKeyRow } from '#shared/domain/practice';

const TEXTS: Readonly<Record<string, string>> = {
  trading: 'May read and trade: the one that works.',
  'read-only': 'May read but not trade.',
  withdrawal: 'May withdraw: must be refused.',
  expired: 'Its time is over.',
  'other-ip': 'Allows another address than this machine.',
  'hedge-mode': 'Its account holds positions in both directions.',
  'auto-borrow': 'Its account borrows what it lacks.',
  'account-level': 'Its account is of a type that cannot be used.',
  isolated: 'Its account margins each position alone.',
};

/** A practice key as a person would type it. */
export function credentialsOf({ kind, id, secret, passphrase }: PracticeKey): Credentials {
  if (kind === 'coinbase') return { keyName: id, privateKey: secret };
  return { apiKey: id, secret, ...(passphrase === null ? {} : { passphrase }) };
}

/** Every key that the practice venues have handed out. */
export function practiceKeyRows(world: PracticeWorld): readonly PracticeKeyRow[] {
  return world.exchanges.flatMap(({ keys }) =>
    keys.map((key) => ({ kind: key.kind, name: key.name, text: textOf(key), fields: credentialsOf(key) })),
  );
}

function textOf({ kind, name, entity }: PracticeKey): string {
  const home = entityOf(KEY_TERMS[kind].venue, entity);
  if (home?.test === true && name === entity) return `Of the test network “${home.name}”: works there alone.`;
  if (name !== 'other-entity') return TEXTS[name] ?? '';
  return `Of another entity: ${home?.name ?? 'one that is not known'}.`;
}
