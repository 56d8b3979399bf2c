import { createPublicKey, verify } from 'node:crypto';
import type { Clock } from '#shared/kernel/time';
import type { PracticeExchange, PracticeKey } from '../../../exchange/types.ts';
import { type Message, readMessage, stringAt } from '../../message.ts';

/** "Your JWT expires after 2 minutes." */
const LIFETIME_S = 120;
/** A client's clock may be this far ahead. */
const LEEWAY_S = 5;

/** Why a token opens nothing. Coinbase tells its clients none of it. */
export type TokenRefusal =
  | 'malformed'
  | 'unknown-key'
  | 'revoked'
  | 'bad-signature'
  | 'expired'
  | 'not-yet'
  | 'wrong-uri'
  | 'other-ip'
  | 'key-expired';

export type TokenCheck =
  | { readonly ok: true; readonly key: PracticeKey }
  | { readonly ok: false; readonly why: TokenRefusal };

const refused = (why: TokenRefusal): TokenCheck => ({ ok: false, why });

/**
 * Checks the JWTs that CDP keys sign: ES256, `kid` and `sub` the key's name, `nbf` and `exp` at most two minutes apart.
 * https://docs.cdp.coinbase.com/coinbase-app/authentication-authorization/api-key-authentication
 */
export class CdpTokens {
  readonly #exchange: PracticeExchange;
  readonly #clock: Clock;

  constructor(exchange: PracticeExchange, clock: Clock) {
    this.#exchange = exchange;
    this.#clock = clock;
  }

  /**
   * `uri`: `GET api.coinbase.com/api/v3/brokerage/accounts` for calls, which must name it. `null` where a token stands for
   * the key itself (sockets, the gateway's token exchange): it must not be one made for a call.
   */
  check(token: string, uri: string | null): TokenCheck {
    const [head, body, signature, ...rest] = token.split('.');
    if (head === undefined || body === undefined || signature === undefined || rest.length > 0)
      return refused('malformed');
    const header = section(head);
    const claims = section(body);
    if (header === null || claims === null || header.alg !== 'ES256') return refused('malformed');
    const kid = stringAt(header, 'kid');
    const nonce = stringAt(header, 'nonce');
    if (kid === undefined || nonce === undefined || stringAt(claims, 'sub') !== kid) return refused('malformed');
    if (claims.iss !== 'cdp' && claims.iss !== 'coinbase-cloud') return refused('malformed');
    const key = this.#exchange.keyById('coinbase', kid);
    if (key === undefined || key.publicKeyPem === null || key.entity !== 'global') return refused('unknown-key');
    if (!es256Holds(`${head}.${body}`, signature, key.publicKeyPem)) return refused('bad-signature');
    if (key.revoked) return refused('revoked');
    const late = this.#lateness(claims);
    if (late !== null) return refused(late);
    if (key.expiresAtMs !== null && this.#clock.wallMs() >= key.expiresAtMs) return refused('key-expired');
    if (key.ipRefused) return refused('other-ip');
    if (uri === null ? claims.uri !== undefined : claims.uri !== uri) return refused('wrong-uri');
    return { ok: true, key };
  }

  #lateness({ nbf, exp }: Message): 'malformed' | 'not-yet' | 'expired' | null {
    if (typeof nbf !== 'number' || typeof exp !== 'number' || exp <= nbf || exp - nbf > LIFETIME_S) return 'malformed';
    const now = this.#clock.wallMs() / 1000;
    if (nbf > now + LEEWAY_S) return 'not-yet';
    return exp < now ? 'expired' : null;
  }
}

const section = (encoded: string): Message | null => readMessage(Buffer.from(encoded, 'base64url').toString('utf8'));

/** Whether a JWS signature (ES256, base64url of r and s) holds over a text. */
export function es256Holds(text: string, signature: string, publicKeyPem: string): boolean {
  try {
    return verify(
      'sha256',
      Buffer.from(text),
      { key: createPublicKey(publicKeyPem), dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    );
  } catch {
    return false;
  }
}
