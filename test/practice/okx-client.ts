import { createHmac } from 'node:crypto';
import type { PracticeKey } from '#main/practice/exchange/types';
import { decimal, wire } from '#shared/money/decimal';
import type { Json } from './client.ts';
import { at, parse, type Stand, stand } from './client.ts';

export const BASE = 'https://www.okx.com';
export const PRIVATE = 'wss://ws.okx.com:8443/ws/v5/private';
export const BUSINESS = 'wss://ws.okx.com:8443/ws/v5/business';

/** A client of its own: it signs as the documentation says, and nothing of it is shared with what it tests. */
export class Client {
  readonly here: Stand;
  key: PracticeKey;
  base = BASE;

  constructor(here: Stand, name = 'trading') {
    this.here = here;
    const found = here.practice.exchange('okx').keys.find((key) => key.name === name);
    if (found === undefined) throw new Error(`no key ${name}`);
    this.key = found;
  }

  headers(method: string, path: string, body: string, atMs: number): Record<string, string> {
    const timestamp = new Date(Math.floor(atMs)).toISOString();
    const sign = createHmac('sha256', this.key.secret).update(`${timestamp}${method}${path}${body}`).digest('base64');
    return {
      'OK-ACCESS-KEY': this.key.id,
      'OK-ACCESS-SIGN': sign,
      'OK-ACCESS-TIMESTAMP': timestamp,
      'OK-ACCESS-PASSPHRASE': this.key.passphrase ?? '',
    };
  }

  async call(
    method: 'GET' | 'POST',
    path: string,
    fields?: object,
    change: (headers: Record<string, string>) => Record<string, string> = (same) => same,
  ): Promise<{ status: number; body: Json }> {
    const { clock, transport } = this.here;
    const body = fields === undefined ? '' : JSON.stringify(fields);
    const headers = change(this.headers(method, path, body, clock.wallMs()));
    const answer = transport.request({
      method,
      url: `${this.base}${path}`,
      headers,
      body: body === '' ? undefined : body,
      timeoutMs: 2_000,
    });
    clock.advanceBy(50);
    const { status, body: text } = await answer;
    return { status, body: parse(text) };
  }

  async code(...args: Parameters<Client['call']>): Promise<[number, Json]> {
    const { status, body } = await this.call(...args);
    return [status, at(body, 'code')];
  }

  /** The result of one order. */
  async result(path: string, fields: object): Promise<Json> {
    return at((await this.call('POST', path, fields)).body, 'data', 0);
  }

  price(side: 'bid' | 'ask', instrument = 'BTC-USDT', feed: 'okx:spot' | 'okx:perp' = 'okx:spot'): string {
    const market = this.here.practice.exchange('okx').market(feed, instrument);
    const level = side === 'bid' ? market.book.bids[0] : market.book.asks[0];
    return wire(decimal(String(level?.price ?? 0)).times(decimal('0.1')));
  }

  order(more: object = {}): object {
    return {
      instId: 'BTC-USDT',
      tdMode: 'cash',
      side: 'buy',
      ordType: 'limit',
      px: wire(decimal(this.price('bid')).times('0.99').round(1)),
      sz: '0.01',
      ...more,
    };
  }

  login(atMs: number, change: object = {}): object {
    const timestamp = String(Math.floor(atMs / 1000));
    const sign = createHmac('sha256', this.key.secret).update(`${timestamp}GET/users/self/verify`).digest('base64');
    const passphrase = this.key.passphrase;
    return { op: 'login', args: [{ apiKey: this.key.id, passphrase, timestamp, sign, ...change }] };
  }
}

export const client = (name?: string): Client => new Client(stand(), name);
