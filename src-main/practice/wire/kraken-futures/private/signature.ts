import { createHash, createHmac } from 'node:crypto';

const hmac = (secret: string, message: string): string =>
  createHmac('sha512', Buffer.from(secret, 'base64'))
    .update(createHash('sha256').update(message, 'utf8').digest())
    .digest('base64');

/**
 * `Authent`: HMAC-SHA512 over SHA256(post data + nonce + path without `/derivatives`), keyed with the decoded secret, in
 * Base64. The data is signed url-encoded, exactly as sent (https://docs.kraken.com/api/docs/guides/futures-rest).
 */
export const authent = (secret: string, data: string, nonce: string, path: string): string =>
  hmac(secret, `${data}${nonce}${path}`);

/** What a socket's client makes of the challenge (https://docs.kraken.com/api/docs/guides/futures-websockets). */
export const signedChallenge = (secret: string, challenge: string): string => hmac(secret, challenge);
