import { createHash, createHmac } from 'node:crypto';

const hmac = (secret: string, message: string): string =>
  createHmac('sha512', Buffer.from(secret.trim(), 'base64'))
    .update(createHash('sha256').update(message, 'utf8').digest())
    .digest('base64');

/** `Authent` of a call without data and nonce. https://docs.kraken.com/api/docs/guides/futures-rest */
export const authentOf = (secret: string, path: string): string => hmac(secret, path);

/** The answer to a socket's challenge. https://docs.kraken.com/api/docs/guides/futures-websockets */
export const signedChallenge = (secret: string, challenge: string): string => hmac(secret, challenge);
