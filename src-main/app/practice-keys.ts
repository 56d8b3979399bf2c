import type { PracticeKey } from '#main/practice/exchange/types';
import type { PracticeWorld } from '#main/practice/practice';
import { type Credentials, ENTITIES } from '#shared/domain/credentials';
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
  if (name !== 'other-entity') return TEXTS[name] ?? '';
  const named = Object.values(ENTITIES)
    .flat()
    .find(({ id }) => id === entity)?.name;
  return named === undefined ? `Of ${kind}’s test network.` : `Of another entity: ${named}.`;
}
