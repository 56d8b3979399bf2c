import { createHmac, timingSafeEqual } from 'node:crypto';

/** HMAC-SHA256 as Binance wants it, lower-case hexadecimal. */
export const signatureOf = (secret: string, payload: string): string =>
  createHmac('sha256', secret).update(payload, 'utf8').digest('hex');

/** Signatures are not case sensitive. */
export function signatureMatches(secret: string, payload: string, signature: string): boolean {
  const expected = Buffer.from(signatureOf(secret, payload));
  const given = Buffer.from(signature.toLowerCase());
  return expected.length === given.length && timingSafeEqual(expected, given);
}

/** `payload` without its `signature` parameter, wherever it stands, and the signature. */
export function takeSignature(payload: string): { readonly rest: string; readonly signature: string | null } {
  const kept: string[] = [];
  let signature: string | null = null;
  for (const part of payload.split('&')) {
    if (part.startsWith('signature=')) signature = decodeURIComponent(part.slice('signature='.length));
    else if (part !== '') kept.push(part);
  }
  return { rest: kept.join('&'), signature };
}
