import { createHmac } from 'node:crypto';

/** Base64 of HMAC-SHA256, for what ccxt does not sign. https://www.okx.com/docs-v5/en/#overview-rest-authentication-signature */
export const okxSignature = (secret: string, text: string): string =>
  createHmac('sha256', secret).update(text).digest('base64');
