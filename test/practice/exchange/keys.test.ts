import { createPublicKey, createSign, createVerify } from 'node:crypto';
import { expect, test } from 'vitest';
import { Exchange } from '#main/practice/exchange/exchange';
import { KEY_KINDS, KEY_TERMS, type KeyKind } from '#shared/domain/credentials';
import { VENUES, type Venue } from '#shared/domain/ids';
import { SeededRandom } from '#shared/kernel/random';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { START_MS } from '../client.ts';

const exchange = (venue: Venue, seed = 1): Exchange =>
  new Exchange({
    venue,
    markets: () => [],
    listen: () => {},
    clock: new VirtualClock(START_MS),
    random: new SeededRandom(seed),
  });

const ID: Readonly<Record<KeyKind, RegExp>> = {
  binance: /^[A-Za-z0-9]{64}$/,
  coinbase: /^organizations\/[0-9a-f-]{36}\/apiKeys\/[0-9a-f-]{36}$/,
  bybit: /^[A-Za-z0-9]{18}$/,
  okx: /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/,
  kraken: /^[A-Za-z0-9+/]{56}$/,
  'kraken-futures': /^[A-Za-z0-9+/]{56}$/,
};
const SECRET: Readonly<Record<KeyKind, RegExp>> = {
  binance: /^[A-Za-z0-9]{64}$/,
  coinbase: /^-----BEGIN EC PRIVATE KEY-----\n[\s\S]+-----END EC PRIVATE KEY-----\n$/,
  bybit: /^[A-Za-z0-9]{36}$/,
  okx: /^[0-9A-F]{32}$/,
  kraken: /^[A-Za-z0-9+/]{86}==$/,
  'kraken-futures': /^[A-Za-z0-9+/]{86}==$/,
};

test.each(KEY_KINDS)(
  '[PP-2] [AC-1] keys of %s: one that may trade and one for each way of being unfit, in its form',
  (kind) => {
    const { keys } = exchange(KEY_TERMS[kind].venue);
    const own = keys.filter((key) => key.kind === kind);
    const of = (name: string) => own.find((key) => key.name === name);
    for (const { id, secret, passphrase } of own) {
      expect(id).toMatch(ID[kind]);
      expect(secret).toMatch(SECRET[kind]);
      expect(passphrase !== null).toBe(kind === 'okx');
    }
    expect(new Set(own.map(({ id }) => id)).size).toBe(own.length);
    expect(of('trading')).toMatchObject({ permissions: { read: true, trade: true, withdraw: false }, revoked: false });
    expect(of('read-only')?.permissions.trade).toBe(false);
    expect(of('withdrawal')?.permissions.withdraw).toBe(true);
    expect(of('expired')?.expiresAtMs).toBeLessThan(START_MS);
    expect(of('other-ip')?.ipRefused).toBe(true);
    expect(of('other-entity')?.entity).not.toBe(of('trading')?.entity);
    for (const name of ['read-only', 'withdrawal', 'expired', 'other-ip']) {
      expect(of(name)?.account).toBe(of('trading')?.account);
    }
  },
);

test('[AC-2] each unsafe mode has an account of its own', () => {
  for (const venue of ['bybit', 'okx'] as const) {
    const at = exchange(venue);
    expect(at.key('hedge-mode').account.modes.positionMode).toBe('hedge');
    expect(at.key('auto-borrow').account.modes.autoBorrow).toBe(true);
    expect(at.key('account-level').account.modes.accountLevel).not.toBe(at.key('trading').account.modes.accountLevel);
    expect(at.key('isolated').account.modes.marginMode).toBe('isolated');
    const { positionMode, autoBorrow, marginMode } = at.key('trading').account.modes;
    expect([positionMode, autoBorrow, marginMode]).toEqual(['one-way', false, 'cross']);
  }
  expect(exchange('binance').key('hedge-mode').account.modes.positionMode).toBe('hedge');
});

test('[PP-4] the same seed hands out the same keys, another seed others', () => {
  for (const venue of VENUES) {
    const [one, same, other] = [exchange(venue), exchange(venue), exchange(venue, 2)];
    expect(one.keys.map(({ secret }) => secret)).toEqual(same.keys.map(({ secret }) => secret));
    expect(one.keys.map(({ secret }) => secret)).not.toEqual(other.keys.map(({ secret }) => secret));
  }
});

test('Coinbase’s pairs belong together: what one half signs the other verifies', () => {
  for (const { secret, publicKeyPem } of exchange('coinbase').keys) {
    const signature = createSign('sha256').update('practice').sign(secret);
    const publicKey = createPublicKey(publicKeyPem ?? '');
    expect(createVerify('sha256').update('practice').verify(publicKey, signature)).toBe(true);
    expect(createVerify('sha256').update('other').verify(publicKey, signature)).toBe(false);
  }
});
