import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { keyToken, readCdpKey } from '#main/venues/coinbase/orders/cdp-key';
import { SeededRandom } from '#shared/kernel/random';

const keyName = 'organizations/6a1f/apiKeys/0b2c';
const pem = (curve: string) =>
  generateKeyPairSync('ec', { namedCurve: curve }).privateKey.export({ type: 'sec1', format: 'pem' }).toString();
const P256 = pem('prime256v1');
const ED25519 = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

describe('[AC-1] a CDP key is read before it is used', () => {
  test.each([
    ['as PEM', P256],
    ['with line breaks written out, as in Coinbase’s JSON', P256.replaceAll('\n', '\\n')],
  ])('%s', (_how, privateKey) => {
    expect(readCdpKey({ keyName, privateKey }).ok).toBe(true);
  });

  test.each([
    ['an Ed25519 key as the portal shows it', { keyName, privateKey: `${'A'.repeat(86)}==` }, 'Ed25519'],
    ['an Ed25519 key as PEM', { keyName, privateKey: ED25519 }, 'Ed25519'],
    ['another curve', { keyName, privateKey: pem('secp256k1') }, 'P-256'],
    ['half a key', { keyName, privateKey: P256.slice(0, 80) }, 'copied whole'],
    ['no PEM', { keyName, privateKey: 'secret' }, 'PEM'],
    ['a bare id for a name', { keyName: '0b2c', privateKey: P256 }, 'organizations/'],
    ['nothing', {}, 'organizations/'],
  ])('%s is refused with its reason and without any of it', (_what, credentials, words) => {
    const read = readCdpKey(credentials);
    if (read.ok) throw new Error('taken');
    expect(read.error).toContain(words);
    for (const line of P256.split('\n').filter((one) => one.length > 20 && !one.startsWith('---'))) {
      expect(read.error).not.toContain(line);
    }
  });

  test('[PP-4] its token is ES256 over two minutes of the given clock; the nonce is drawn from the given stream', () => {
    const key = readCdpKey({ keyName, privateKey: P256 });
    if (!key.ok) throw new Error(key.error);
    const token = keyToken(key.value, 1_790_000_000_500, new SeededRandom(7));
    const [head = '', body = '', signature = ''] = token.split('.');
    const parsed = [head, body].map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as object);
    expect(parsed[0]).toMatchObject({ alg: 'ES256', typ: 'JWT', kid: keyName });
    expect(parsed[1]).toEqual({ iss: 'cdp', sub: keyName, nbf: 1_790_000_000, exp: 1_790_000_120 });
    expect(
      verify(
        'sha256',
        Buffer.from(`${head}.${body}`),
        { key: createPublicKey(P256), dsaEncoding: 'ieee-p1363' },
        Buffer.from(signature, 'base64url'),
      ),
    ).toBe(true);
    const again = keyToken(key.value, 1_790_000_000_500, new SeededRandom(7));
    expect(again.split('.').slice(0, 2)).toEqual([head, body]);
  });
});
