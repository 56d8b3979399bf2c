import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/**
 * `API-Sign`: HMAC-SHA512 of the path and SHA256(nonce + body), keyed with the decoded secret, in Base64
 * (https://docs.kraken.com/exchange/guides/rest/authentication).
 */
export function apiSign(secret: string, path: string, nonce: string, body: string): string {
  const digest = createHash('sha256').update(`${nonce}${body}`, 'utf8').digest();
  return createHmac('sha512', Buffer.from(secret, 'base64'))
    .update(Buffer.concat([Buffer.from(path, 'utf8'), digest]))
    .digest('base64');
}

/** Compares without telling by its duration where the two differ. */
export function sameText(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
