import { createECDH, createPrivateKey, createPublicKey } from 'node:crypto';
import type { KeyKind } from '#shared/domain/credentials';
import type { Random } from '#shared/kernel/random';

/** What a venue hands out when a key is made. */
export interface KeyMaterial {
  readonly id: string;
  readonly secret: string;
  readonly passphrase: string | null;
  readonly publicKeyPem: string | null;
}

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const HEX = '0123456789abcdef';

const from = (random: Random, alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet[Math.floor(random.next() * alphabet.length)]).join('');
const bytes = (random: Random, length: number): Buffer =>
  Buffer.from(Array.from({ length }, () => Math.floor(random.next() * 256)));

function uuid(random: Random): string {
  const hex = (length: number): string => from(random, HEX, length);
  return `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
}

const base64Pair = (random: Random): KeyMaterial => ({
  id: bytes(random, 42).toString('base64'),
  secret: bytes(random, 64).toString('base64'),
  passphrase: null,
  publicKeyPem: null,
});

const lettersPair =
  (idLength: number, secretLength: number) =>
  (random: Random): KeyMaterial => ({
    id: from(random, ALPHANUMERIC, idLength),
    secret: from(random, ALPHANUMERIC, secretLength),
    passphrase: null,
    publicKeyPem: null,
  });

/** Every form that keys of a venue have, drawn from a stream: the same stream gives the same key. */
export const KEY_MAKERS: Readonly<Record<KeyKind, (random: Random) => KeyMaterial>> = {
  binance: lettersPair(64, 64),
  bybit: lettersPair(18, 36),
  okx: (random) => ({
    id: uuid(random),
    secret: from(random, HEX, 32).toUpperCase(),
    passphrase: `Practice-${from(random, ALPHANUMERIC, 12)}`,
    publicKeyPem: null,
  }),
  kraken: base64Pair,
  'kraken-futures': base64Pair,
  coinbase: (random) => ({
    id: `organizations/${uuid(random)}/apiKeys/${uuid(random)}`,
    passphrase: null,
    ...ecPair(random),
  }),
};

/** A P-256 pair: the private half in SEC 1 form, as the venue's key file has it. */
function ecPair(random: Random): { readonly secret: string; readonly publicKeyPem: string } {
  const curve = createECDH('prime256v1');
  const d = bytes(random, 32);
  // The group's order begins with 32 ones: a number below 2^255 is surely smaller, and one above zero valid.
  d[0] = (d[0] ?? 0) & 0x7f;
  d[31] = (d[31] ?? 0) | 1;
  curve.setPrivateKey(d);
  const point = curve.getPublicKey();
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    d: d.toString('base64url'),
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33, 65).toString('base64url'),
  };
  const key = createPrivateKey({ key: jwk, format: 'jwk' });
  return {
    secret: key.export({ type: 'sec1', format: 'pem' }).toString(),
    publicKeyPem: createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString(),
  };
}
