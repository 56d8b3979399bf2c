import { createHmac, timingSafeEqual } from 'node:crypto';

/** HMAC-SHA256 in lower case hex (https://bybit-exchange.github.io/docs/v5/guide#authentication). */
const signatureOf = (secret: string, text: string): string => createHmac('sha256', secret).update(text).digest('hex');

/** True when `signature` is that of `text`. */
export function isSigned(secret: string, text: string, signature: string): boolean {
  const expected = Buffer.from(signatureOf(secret, text));
  const given = Buffer.from(signature);
  return expected.length === given.length && timingSafeEqual(expected, given);
}
