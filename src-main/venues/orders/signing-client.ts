import type { HttpRequest } from '#shared/kernel/transport';
import { CLASSES } from '../kit/ccxt-classes.ts';
import { SIMULATED } from '../test-networks.ts';
import type { SignedCall, Signer, SignerContext, SigningClass } from './adapter.ts';

/** What a ccxt class hands to its own fetch. */
interface Signed {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly body: string | undefined;
}

/** ccxt names these venues' partners in them; a venue takes an order without. Only an entity asks for the demo. */
const NEVER_PASSED_ON = new Set(['referer', 'broker-id', SIMULATED]);
/** OKX: where ccxt would add a partner's tag, and a client id of its own, to an order that lacks `clOrdId`. */
const TAGGED_PATHS = /^trade\/(batch-orders|order-algo|order)$/;
/** "The server rejects requests where this differs from server time by more than 30 seconds." */
const OKX_WINDOW_MS = 30_000;
const METHODS = ['GET', 'POST', 'DELETE', 'PUT'] as const;

/**
 * A ccxt class that signs and never sends: a call of one of its raw endpoint methods (`privatePostV5OrderCreate`) gives the
 * request with exactly the fields of the call. Its ambient sources are replaced (PP-4), its rate limiting, retries,
 * exceptions and partner names are not used. Hosts are those of the key's entity before anything is signed, because
 * some signatures cover them (Coinbase).
 * @throws Error when the class lacks required credentials, or would have changed the fields.
 */
export function ccxtSigner(name: SigningClass, globalHost: string, context: SignerContext): Signer {
  const { credentials, clock, random, hosts, headers } = context;
  const entityHost = hosts[0] ?? globalHost;
  const venueMs = () => Math.floor(clock.wallMs() + context.skewMs());
  const client = new CLASSES[name]({
    apiKey: credentials.apiKey ?? credentials.keyName ?? '',
    secret: credentials.secret ?? credentials.privateKey?.replaceAll('\\n', '\n') ?? '',
    password: credentials.passphrase ?? '',
    enableRateLimit: false,
    options: { adjustForTimeDifference: false, timeDifference: 0, warnOnFetchOpenOrdersWithoutSymbol: false },
  });
  let datedBackMs = 0;
  const refuse = () => Promise.reject(new Error('this client only signs'));
  let sign: (path: string, api: unknown, method: string, params: SignedCall['params']) => Signed = () => {
    throw new Error('not ready');
  };
  Object.assign(client, {
    urls: { ...client.urls, api: withHost(client.urls.api, client.hostname, globalHost, entityHost) },
    milliseconds: venueMs,
    seconds: () => Math.floor(venueMs() / 1000),
    microseconds: () => venueMs() * 1000,
    nonce: name === 'kraken' ? context.nonce : () => venueMs() - datedBackMs,
    randomBytes: (length: number) => hex(random, length),
    uuid: refuse,
    uuid16: refuse,
    uuid22: refuse,
    sleep: refuse,
    throttle: refuse,
    fetch: refuse,
    fetchImplementation: refuse,
    loadProxyModules: refuse,
    // Raw endpoint methods call this with the path, the section, the verb and the fields.
    request: (path: string, api: unknown, method: string, params: SignedCall['params']) =>
      Promise.resolve(sign(path, api, method, params)),
  });
  sign = (path, api, method, params) => {
    const before = JSON.stringify(params);
    const fields: unknown = structuredClone(params);
    const tagged = name === 'okx' && method === 'POST' && TAGGED_PATHS.test(path) && !Array.isArray(params);
    const signed: Signed = tagged
      ? // The last part of the path as a field that ccxt fills in: it then finds no order path to tag.
        call(client, 'sign', 'trade/{last}', api, method, { ...params, last: path.slice('trade/'.length) })
      : call(client, 'sign', path, api, method, fields);
    if (!tagged && JSON.stringify(fields) !== before) throw new Error(`ccxt changes the fields of ${path}`);
    return signed;
  };
  return {
    async sign(asked, windowMs) {
      if (asked.method.startsWith('fetch') || typeof Reflect.get(client, asked.method) !== 'function') {
        throw new Error(`${name} has no endpoint ${asked.method}`);
      }
      // EX-4: algo orders of OKX take no deadline, but a signature that is dated back ends with it.
      const endsEarly = name === 'okx' && asked.kind === 'create' && asked.headers?.expTime === undefined;
      datedBackMs = endsEarly ? Math.max(0, OKX_WINDOW_MS - Math.floor(windowMs)) : 0;
      Object.assign(client.options, { recvWindow: Math.max(1, Math.floor(windowMs)) });
      const signed: Signed = await call<Promise<Signed>>(client, asked.method, asked.params);
      return finished(signed, asked, { hosts, headers });
    },
  };
}

/** Only headers that the venue needs, and never to a host that is not the entity's. */
function finished(signed: Signed, asked: SignedCall, entity: Pick<SignerContext, 'hosts' | 'headers'>): HttpRequest {
  const method = METHODS.find((known) => known === signed.method);
  if (method === undefined) throw new Error(`unknown verb ${signed.method}`);
  const { hostname } = new URL(signed.url);
  if (!entity.hosts.includes(hostname)) throw new Error(`${hostname} is no host of this account's entity`);
  const headers: Record<string, string> = { accept: 'application/json', 'user-agent': 'crossbook' };
  for (const [key, value] of Object.entries({ ...signed.headers, ...asked.headers })) {
    if (!NEVER_PASSED_ON.has(key.toLowerCase())) headers[key] = value;
  }
  Object.assign(headers, entity.headers);
  return { method, url: signed.url, headers, body: signed.body, timeoutMs: asked.timeoutMs };
}

/** ccxt's own typing of its raw endpoints is `any`; what comes back is read as the caller declares it. */
function call<T>(client: object, method: string, ...args: readonly unknown[]): T {
  return Reflect.apply(Reflect.get(client, method), client, args);
}

/** The addresses of a class with `{hostname}` filled in and one host put in place of another. */
function withHost(urls: unknown, hostname: string | undefined, from: string, to: string): unknown {
  if (typeof urls === 'string') {
    const filled = hostname === undefined ? urls : urls.replaceAll('{hostname}', hostname);
    return filled.replace(`//${from}`, `//${to}`);
  }
  if (typeof urls !== 'object' || urls === null) return urls;
  return Object.fromEntries(Object.entries(urls).map(([key, value]) => [key, withHost(value, hostname, from, to)]));
}

function hex(random: SignerContext['random'], bytes: number): string {
  let text = '';
  for (let index = 0; index < bytes; index += 1) {
    text += Math.floor(random.next() * 256)
      .toString(16)
      .padStart(2, '0');
  }
  return text;
}
