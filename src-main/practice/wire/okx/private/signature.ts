import { createHmac, timingSafeEqual } from 'node:crypto';
import type { HttpRequest, HttpResponse } from '#shared/kernel/transport';
import type { PracticeExchange, PracticeKey } from '../../../exchange/types.ts';
import { failed } from '../answers.ts';

/** "The server rejects requests where this differs from server time by more than 30 seconds." */
export const SIGNATURE_WINDOW_MS = 30_000;
const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z$/;
/** What the venue sees as the caller's address. */
const CALLER_IP = '203.0.113.7';

/** Every host, by the entity that it belongs to; the REST hosts serve the demo of it too. */
const ENTITIES: Readonly<Record<string, string>> = {
  'www.okx.com': 'global',
  'ws.okx.com': 'global',
  'wspap.okx.com': 'demo',
  'eea.okx.com': 'eea',
  'wseea.okx.com': 'eea',
  'wseeapap.okx.com': 'eea-demo',
  'us.okx.com': 'us',
  'wsus.okx.com': 'us',
  'wsuspap.okx.com': 'us-demo',
};
const DEMOS: Readonly<Record<string, string>> = { global: 'demo', eea: 'eea-demo', us: 'us-demo' };
export const OKX_HOSTS: readonly string[] = Object.keys(ENTITIES);

/** Which entity a host belongs to; keys exist on their own entity's hosts alone (AC-1). */
export const entityOf = (host: string): string => ENTITIES[host] ?? 'global';

/** Base64 of HMAC-SHA256 with the key's secret. https://www.okx.com/docs-v5/en/#overview-rest-authentication-signature */
export const signatureOf = (secret: string, text: string): string =>
  createHmac('sha256', secret).update(text).digest('base64');

/** Equal, told in constant time. */
export function same(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The key as an entity knows it: unknown when it lives elsewhere, has ended or was taken back. */
export function keyAt(exchange: PracticeExchange, id: string, entity: string, nowMs: number): PracticeKey | undefined {
  const key = exchange.keyById('okx', id);
  if (key === undefined || key.entity !== entity || key.revoked) return undefined;
  return key.expiresAtMs !== null && key.expiresAtMs <= nowMs ? undefined : key;
}

/** Who calls, proven by the signature; or the venue's refusal. `pathAndQuery` is what was signed. */
export function callerOf(
  request: HttpRequest,
  { exchange, host, nowMs }: { exchange: PracticeExchange; host: string; nowMs: number },
): PracticeKey | HttpResponse {
  const header = headersOf(request);
  const id = header('ok-access-key');
  const passphrase = header('ok-access-passphrase');
  const sign = header('ok-access-sign');
  const timestamp = header('ok-access-timestamp');
  if (id === '') return failed(401, '50103', 'Request header "OK-ACCESS-KEY" can not be empty.');
  if (passphrase === '') return failed(401, '50104', 'Request header "OK-ACCESS-PASSPHRASE" can not be empty.');
  if (sign === '') return failed(401, '50106', 'Request header "OK-ACCESS-SIGN" can not be empty.');
  if (timestamp === '') return failed(401, '50107', 'Request header "OK-ACCESS-TIMESTAMP" can not be empty.');
  if (!ISO.test(timestamp)) return failed(401, '50112', 'Invalid OK-ACCESS-TIMESTAMP');
  if (Math.abs(Date.parse(timestamp) - nowMs) > SIGNATURE_WINDOW_MS) {
    return failed(401, '50102', 'Timestamp request expired.');
  }
  const live = entityOf(host);
  const demo = DEMOS[live] ?? live;
  const [asked, other] = header('x-simulated-trading') === '1' ? [demo, live] : [live, demo];
  const key = keyAt(exchange, id, asked, nowMs);
  // The two sides of a host know each other's keys, and let neither in for the other.
  if (key === undefined && keyAt(exchange, id, other, nowMs) !== undefined) {
    return failed(401, '50101', 'APIKey does not match current environment.');
  }
  if (key === undefined) return failed(401, '50119', "API key doesn't exist");
  if (!same(passphrase, key.passphrase ?? '')) {
    return failed(401, '50105', 'Request header "OK-ACCESS-PASSPHRASE" incorrect.');
  }
  const signed = `${timestamp}${request.method}${pathAndQuery(request.url)}${request.body ?? ''}`;
  if (!same(sign, signatureOf(key.secret, signed))) return failed(401, '50113', 'Invalid Sign');
  if (key.ipRefused) {
    return failed(401, '50110', `Your IP ${CALLER_IP} is not included in your API key's IP whitelist.`);
  }
  return key;
}

const pathAndQuery = (url: string): string => url.slice(url.indexOf('/', url.indexOf('://') + 3));

function headersOf({ headers }: HttpRequest): (name: string) => string {
  const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return (name) => lower.get(name) ?? '';
}
