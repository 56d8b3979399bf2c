import { createPrivateKey, sign } from 'node:crypto';
import type { PracticeKey } from '#main/practice/exchange/types';
import type { HttpResponse } from '#shared/kernel/transport';
import type { Json, Stand } from './client.ts';
import { parse, stand } from './client.ts';

export const API = 'https://api.coinbase.com';
export const GATEWAY = 'https://drb.coinbase.com/api/v2';

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A client of its own making: it shares no code with the adapters. */
export class CdpClient {
  readonly here: Stand;
  readonly key: PracticeKey;
  /** Changes claims and header before they are signed. */
  claims: (claims: Record<string, unknown>) => Record<string, unknown> = (same) => same;
  header: (header: Record<string, unknown>) => Record<string, unknown> = (same) => same;
  /** Whose private key signs. */
  signer: string;

  constructor(name = 'trading', here: Stand = stand({ feeds: ['coinbase:spot', 'coinbase:perp'] })) {
    this.here = here;
    const key = here.practice.exchange('coinbase').keys.find((one) => one.name === name);
    if (key === undefined) throw new Error(`no key ${name}`);
    this.key = key;
    this.signer = key.secret;
  }

  token(uri?: string): string {
    const nowS = Math.floor(this.here.clock.wallMs() / 1000);
    const head = part(this.header({ alg: 'ES256', kid: this.key.id, nonce: '0123456789abcdef', typ: 'JWT' }));
    const named = uri === undefined ? {} : { uri };
    const body = part(this.claims({ iss: 'cdp', sub: this.key.id, nbf: nowS, exp: nowS + 120, ...named }));
    const key = createPrivateKey(this.signer);
    const signature = sign('sha256', Buffer.from(`${head}.${body}`), { key, dsaEncoding: 'ieee-p1363' });
    return `${head}.${body}.${signature.toString('base64url')}`;
  }

  async send(method: 'GET' | 'POST', url: string, body?: object, token?: string): Promise<HttpResponse> {
    const { host, pathname } = new URL(url);
    const bearer = token ?? this.token(`${method} ${host}${pathname}`);
    const { transport, clock } = this.here;
    const answer = transport.request({
      method,
      url,
      headers: { authorization: `Bearer ${bearer}` },
      body: body === undefined ? undefined : JSON.stringify(body),
      timeoutMs: 1_000,
    });
    clock.advanceBy(50);
    return answer;
  }

  async get(path: string): Promise<[number, Json]> {
    const { status, body } = await this.send('GET', `${API}/api/v3/brokerage/${path}`);
    return [status, status === 401 ? body : parse(body)];
  }

  async post(path: string, body: object): Promise<[number, Json]> {
    const answer = await this.send('POST', `${API}/api/v3/brokerage/${path}`, body);
    return [answer.status, answer.status === 401 ? answer.body : parse(answer.body)];
  }

  /** A method of the gateway; signs in first when no access token is given. */
  async rpc(method: string, params: object, access?: string): Promise<Json> {
    const token = access ?? (await this.access());
    return parse(
      (await this.send('POST', `${GATEWAY}/${method}`, { jsonrpc: '2.0', id: 7, method, params }, token)).body,
    );
  }

  async access(): Promise<string> {
    const answer = await this.signIn();
    const { result } = answer as { result?: { access_token?: string } };
    if (result?.access_token === undefined) throw new Error(JSON.stringify(answer));
    return result.access_token;
  }

  async signIn(token = this.token()): Promise<Json> {
    const body = { jsonrpc: '2.0', id: 1, method: 'public/auth', params: { grant_type: 'coinbase_cdp', token } };
    return parse((await this.send('POST', `${GATEWAY}/public/auth`, body, 'none')).body);
  }
}
