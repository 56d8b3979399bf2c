import { expect, test } from 'vitest';
import { readCredentials } from '#main/accounts/credentials';
import { KeyRing } from '#main/accounts/key-ring';
import { forceOf, PaperTerms, statingAccount } from '#main/accounts/paper-terms';
import { Registry } from '#main/accounts/registry';
import { BUILT_IN_TERMS } from '#shared/domain/account-terms';
import { ENTITIES } from '#shared/domain/entities';
import { type FeedId, PRODUCTS, VENUES } from '#shared/domain/ids';
import type { StoredAccounts } from '#shared/domain/stored-accounts';
import { ok } from '#shared/kernel/result';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { accountOf, credentialsOf } from '#support/accounts';

const EMPTY: StoredAccounts = { version: 1, accounts: [], keys: [] };
const registry = () => new Registry({ store: { save: () => ok(undefined) }, stored: EMPTY, changed: () => undefined });
const problems = (...given: Parameters<typeof accountOf>) => {
  const saved = registry().saveAccount(accountOf(...given));
  return saved.ok ? [] : saved.error.fields.map(({ path, message }) => `${path}: ${message}`);
};
const onTest = { mode: 'live', routing: false } as const;

test('[AC-1] products that an entity lacks cannot be chosen', () => {
  for (const venue of VENUES) {
    for (const { id, name, products, test: isTest } of ENTITIES[venue]) {
      const terms = isTest ? onTest : {};
      for (const product of PRODUCTS) {
        const found = problems(venue, { entity: id, products: [product], ...terms });
        expect(found).toEqual(products.includes(product) ? [] : [`products: “${name}” has no ${product}.`]);
      }
    }
  }
});

test('[AC-1] an account of a test network is never on paper and never routed to', () => {
  expect(problems('bybit', { entity: 'testnet', ...onTest })).toEqual([]);
  expect(problems('bybit', { entity: 'testnet', mode: 'paper', routing: false })).toEqual([
    'mode: “Bybit Testnet” is asked with its own keys: it cannot be on paper.',
  ]);
  expect(problems('bybit', { entity: 'testnet', mode: 'live', routing: true })).toEqual([
    'routing: “Bybit Testnet” is a test network: nothing is routed to it.',
  ]);
  expect(problems('bybit', { entity: 'moon' })).toEqual(['entity: This venue has no entity “moon”.']);
});

test('[AC-1] nothing is traded on its terms, whatever its file says of its mode', () => {
  for (const mode of ['live', 'paper'] as const) {
    const account = accountOf('bybit', { entity: 'testnet', mode });
    expect(statingAccount([account], 'bybit')).toBeUndefined();
    expect(new PaperTerms(() => [account]).of('bybit')).toBe(BUILT_IN_TERMS);
    expect(forceOf(account, [account], () => [])).toMatchObject({
      inForce: false,
      text: expect.stringContaining('nothing is ever traded on it'),
    });
  }
});

test('[AC-1] a key is looked at on the feeds that its entity has, and refused where it has none', async () => {
  const asked: (readonly [readonly FeedId[], string])[] = [];
  const ring = new KeyRing({
    registry: registry(),
    secrets: {
      open: true,
      secrets: () => undefined,
      put: async () => ok(undefined),
      remove: async () => ok(undefined),
    },
    probe: async (feeds, entity) => {
      asked.push([feeds, entity]);
      return [];
    },
    probeOf: () => async () => [],
    clock: new VirtualClock(0),
    newId: () => '1',
  });
  await ring.add({ kind: 'binance', label: 'spot', entity: 'testnet' }, credentialsOf('binance'));
  await ring.add({ kind: 'binance', label: 'both', entity: 'demo' }, credentialsOf('binance'));
  const gone = { kind: 'kraken-futures', label: 'none', entity: 'demo' } as const;
  const nowhere = await ring.add(gone, credentialsOf('kraken-futures'));
  expect(asked).toEqual([
    [['binance:spot'], 'testnet'],
    [['binance:spot', 'binance:perp'], 'demo'],
  ]);
  expect(nowhere).toMatchObject({ ok: false, error: { fields: [{ path: 'entity' }] } });
  const read = readCredentials('kraken-futures', 'demo', credentialsOf('kraken-futures'));
  expect(read).toMatchObject({ ok: false, error: [{ message: 'Kraken Futures has no entity “demo”.' }] });
});
