import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import type { Random } from '#engine/ports';
import type { Credentials } from '#shared/domain/credentials';
import { err, ok, type Result } from '#shared/kernel/result';

/** "Your JWT expires after 2 minutes." */
const LIFETIME_S = 120;

export interface CdpKey {
  readonly name: string;
  readonly privateKey: KeyObject;
}

/**
 * The CDP key that a person saved: name and EC key on P-256, as PEM (also with `\n` written out, as in Coinbase's JSON).
 * The error says what is wrong with it, without any of it.
 */
export function readCdpKey({ keyName, privateKey }: Credentials): Result<CdpKey, string> {
  const name = keyName?.trim() ?? '';
  const text = (privateKey ?? '').trim().replaceAll('\\n', '\n');
  if (!/^organizations\/[\w-]+\/apiKeys\/[\w-]+$/.test(name)) {
    return err('the key name is not of the form organizations/…/apiKeys/…');
  }
  if (!text.includes('-----BEGIN')) {
    return err(
      /^[A-Za-z0-9+/]{86}==$/.test(text)
        ? 'this is an Ed25519 key: Advanced Trade wants an ECDSA key, made with the signature algorithm ECDSA'
        : 'the private key is not in PEM form',
    );
  }
  let key: KeyObject;
  try {
    key = createPrivateKey(text);
  } catch {
    return err('the private key cannot be read: was it copied whole, with its first and last line?');
  }
  if (key.asymmetricKeyType === 'ed25519') return err('this is an Ed25519 key: Advanced Trade wants an ECDSA key');
  if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    return err('the private key is not an EC key on the curve P-256');
  }
  return ok({ name, privateKey: key });
}

/**
 * A token that stands for the key itself: for socket subscriptions and the gateway's token exchange. With `uri`
 * (`GET api.coinbase.com/api/v3/brokerage/key_permissions`) it opens that call alone.
 * https://docs.cdp.coinbase.com/coinbase-app/authentication-authorization/api-key-authentication
 */
export function keyToken({ name, privateKey }: CdpKey, venueMs: number, random: Random, uri?: string): string {
  const nowS = Math.floor(venueMs / 1000);
  const head = encoded({ alg: 'ES256', typ: 'JWT', kid: name, nonce: nonce(random) });
  const named = uri === undefined ? {} : { uri };
  const claims = encoded({ iss: 'cdp', sub: name, nbf: nowS, exp: nowS + LIFETIME_S, ...named });
  const signature = sign('sha256', Buffer.from(`${head}.${claims}`), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${head}.${claims}.${signature.toString('base64url')}`;
}

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const nonce = (random: Random): string =>
  Array.from({ length: 16 }, () =>
    Math.floor(random.next() * 256)
      .toString(16)
      .padStart(2, '0'),
  ).join('');
