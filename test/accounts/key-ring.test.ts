import { expect, test } from 'vitest';
import { KeyRing } from '#main/accounts/key-ring';
import type { KeyProbe } from '#main/accounts/ports';
import { Registry } from '#main/accounts/registry';
import type { Credentials } from '#shared/domain/credentials';
import { NO_ACCOUNTS } from '#shared/domain/stored-accounts';
import { ok } from '#shared/kernel/result';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { credentialsOf, FakeBroker, soundFindings } from '#support/accounts';

/** A ring over secrets in memory whose venues find every key sound, once they are let. */
function ringed() {
  const kept = new Map<string, Credentials>();
  const registry = new Registry({
    store: { save: () => ok(undefined) },
    stored: NO_ACCOUNTS,
    changed: () => undefined,
  });
  let asked = 0;
  let ids = 0;
  const probe: KeyProbe = (feeds, _entity, credentials) => {
    asked += 1;
    return Promise.all(feeds.map((feed) => new FakeBroker(feed, 'check', credentials, soundFindings).checkKey()));
  };
  const ring = new KeyRing({
    registry,
    secrets: {
      open: true,
      secrets: (id) => kept.get(id),
      put: async (id, credentials) => {
        kept.set(id, credentials);
        return ok(undefined);
      },
      remove: async (id) => {
        kept.delete(id);
        return ok(undefined);
      },
    },
    probe,
    probeOf: () => probe,
    clock: new VirtualClock(0),
    newId: () => {
      ids += 1;
      return String(ids);
    },
  });
  return { ring, registry, kept, asked: () => asked };
}

test('[EX-12] [AC-1] a key is kept once: under another label too it would hold one account twice', async () => {
  const { ring, registry, kept, asked } = ringed();
  const key = { kind: 'kraken' as const, entity: 'global' };
  expect((await ring.add({ ...key, label: 'First' }, credentialsOf('kraken'))).ok).toBe(true);
  const again = await ring.add({ ...key, label: 'Second' }, credentialsOf('kraken'));
  expect(again.ok ? '' : again.error.message).toBe('This key is kept already, as “First”.');
  // The venue was not asked a second time, with a nonce of its own.
  expect(asked()).toBe(1);
  expect(registry.keys).toHaveLength(1);
  expect(kept.size).toBe(1);
  const other = { ...credentialsOf('kraken'), apiKey: `${credentialsOf('kraken').apiKey}x` };
  expect((await ring.add({ ...key, label: 'Second' }, other)).ok).toBe(true);
});

test('[EX-12] of the same key, or label, saved twice at once one is kept, and no secret is left behind', async () => {
  const key = { kind: 'okx' as const, entity: 'global' };
  const other = { ...credentialsOf('okx'), apiKey: `${credentialsOf('okx').apiKey}x` };
  for (const [label, credentials] of [
    ['Second', credentialsOf('okx')],
    ['First', other],
  ] as const) {
    const { ring, registry, kept } = ringed();
    const both = await Promise.all([
      ring.add({ ...key, label: 'First' }, credentialsOf('okx')),
      ring.add({ ...key, label }, credentials),
    ]);
    expect(both.map((one) => one.ok)).toEqual([true, false]);
    expect(registry.keys.map((record) => record.label)).toEqual(['First']);
    expect([...kept.keys()]).toEqual(registry.keys.map(({ id }) => id));
  }
});
