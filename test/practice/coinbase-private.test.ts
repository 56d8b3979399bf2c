import { createPublicKey } from 'node:crypto';
import { coinbase } from 'ccxt';
import { describe, expect, test } from 'vitest';
import { es256Holds } from '#main/practice/wire/coinbase/private/cdp-token';
import { decimal } from '#shared/money/decimal';
import { CdpClient } from './cdp-client.ts';
import { at, cause, has, list, Recorder } from './client.ts';

const USER = 'wss://advanced-trade-ws-user.coinbase.com';

const limit = (client_order_id: string, terms: object = {}) => ({
  client_order_id,
  product_id: 'BTC-USD',
  side: 'BUY',
  order_configuration: { limit_limit_gtc: { base_size: '0.01', limit_price: '10000.00', post_only: true, ...terms } },
});

test('[PP-2] ES256 as RFC 7515 A.3 signs it', () => {
  const key = createPublicKey({
    key: {
      kty: 'EC',
      crv: 'P-256',
      x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
      y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
    },
    format: 'jwk',
  });
  const pem = key.export({ type: 'spki', format: 'pem' }).toString();
  const text =
    'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ';
  const signature = 'DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q';
  expect(es256Holds(text, signature, pem)).toBe(true);
  expect(es256Holds(`${text} `, signature, pem)).toBe(false);
});

describe('[PP-2] who is let in', () => {
  test('a token that names the call, whatever its issuer is called', async () => {
    const me = new CdpClient();
    expect((await me.get('accounts'))[0]).toBe(200);
    me.claims = (claims) => ({ ...claims, iss: 'coinbase-cloud', aud: ['retail_rest_api_proxy'] });
    expect((await me.get('accounts?limit=1'))[0]).toBe(200);
  });

  const change: readonly (readonly [string, (me: CdpClient) => void])[] = [
    ['a key nobody has', (me) => (me.header = (header) => ({ ...header, kid: 'organizations/x/apiKeys/y' }))],
    ['another key’s signature', (me) => (me.signer = otherSecret(me))],
    ['a key name that differs from the subject', (me) => (me.claims = (claims) => ({ ...claims, sub: 'someone' }))],
    ['another algorithm', (me) => (me.header = (header) => ({ ...header, alg: 'EdDSA' }))],
    ['no nonce', (me) => (me.header = ({ nonce: _, ...header }) => header)],
    ['a token of the past', (me) => (me.claims = (claims) => shifted(claims, -121))],
    ['a token of the future', (me) => (me.claims = (claims) => shifted(claims, 10))],
    [
      'a token for more than two minutes',
      (me) => (me.claims = (claims) => ({ ...claims, exp: Number(claims.exp) + 1 })),
    ],
    [
      'a token for another call',
      (me) => (me.claims = (claims) => ({ ...claims, uri: 'GET api.coinbase.com/v2/user' })),
    ],
    ['a token for no call', (me) => (me.claims = ({ uri: _, ...claims }) => claims)],
  ];
  test.each(change)('%s is turned away with a bare 401', async (_what, spoil) => {
    const me = new CdpClient();
    spoil(me);
    expect(await me.get('accounts')).toEqual([401, 'Unauthorized\n']);
  });

  test.each(['expired', 'other-ip', 'other-entity'])('the key “%s” is turned away in the same words', async (name) => {
    expect(await new CdpClient(name).get('accounts')).toEqual([401, 'Unauthorized\n']);
  });

  test('a revoked key is turned away at once', async () => {
    const me = new CdpClient();
    expect((await me.get('accounts'))[0]).toBe(200);
    cause(me.here.practice, 'coinbase:spot', 'revoke-keys');
    expect((await me.get('accounts'))[0]).toBe(401);
  });

  test('permissions: told of every key, enforced on each call', async () => {
    const reader = new CdpClient('read-only');
    expect((await reader.get('key_permissions'))[1]).toMatchObject({ can_view: true, can_trade: false });
    expect(await reader.post('orders', limit('a'))).toMatchObject([403, { error: 'PERMISSION_DENIED' }]);
    expect((await new CdpClient('withdrawal').get('key_permissions'))[1]).toMatchObject({ can_transfer: true });
  });

  test('thirty calls a second', async () => {
    const me = new CdpClient();
    const url = 'https://api.coinbase.com/api/v3/brokerage/accounts';
    const answers = Array.from({ length: 31 }, () => {
      const headers = { authorization: `Bearer ${me.token(`GET ${url.slice('https://'.length)}`)}` };
      return me.here.transport.request({ method: 'GET', url, headers, body: undefined, timeoutMs: 1_000 });
    });
    me.here.clock.advanceBy(100);
    const codes = (await Promise.all(answers)).map(({ status }) => status);
    expect([codes.filter((code) => code === 200).length, codes.filter((code) => code === 429).length]).toEqual([30, 1]);
  });
});

describe('[PP-2] orders', () => {
  test('a client order id that is used already gives the order that has it, and makes none', async () => {
    const me = new CdpClient();
    const first = (await me.post('orders', limit('one')))[1];
    const again = (await me.post('orders', limit('one', { limit_price: '11000.00' })))[1];
    expect(at(again, 'success_response', 'order_id')).toBe(at(first, 'success_response', 'order_id'));
    expect(me.key.account.orders('coinbase:spot')).toHaveLength(1);
  });

  test.each([
    ['off the tick', limit('x', { limit_price: '10000.001' }), 'INVALID_PRICE_PRECISION'],
    ['off the lot', limit('x', { base_size: '0.000000001' }), 'INVALID_SIZE_PRECISION'],
    ['more than there is', limit('x', { base_size: '500' }), 'INSUFFICIENT_FUND'],
    ['a post-only that would take', limit('x', { limit_price: '900000.00' }), 'INVALID_LIMIT_PRICE_POST_ONLY'],
    ['an unknown product', { ...limit('x'), product_id: 'NO-USD' }, 'INVALID_PRODUCT_ID'],
    ['two configurations', { ...limit('x'), order_configuration: { a: {}, b: {} } }, 'UNSUPPORTED_ORDER_CONFIGURATION'],
  ])('%s: HTTP 200 with the reason', async (_what, body, reason) => {
    const [status, answer] = await new CdpClient().post('orders', body);
    expect([status, at(answer, 'success'), at(answer, 'error_response', 'error')]).toEqual([200, false, reason]);
  });

  test('numbers where texts belong cannot be read', async () => {
    expect(await new CdpClient().post('orders', limit('x', { base_size: 0.01 }))).toMatchObject([
      400,
      { error: 'INVALID_ARGUMENT' },
    ]);
  });

  test('lists: by status, by date, page by page; OPEN goes with no other status', async () => {
    const me = new CdpClient();
    for (const id of ['a', 'b', 'c', 'd', 'e']) await me.post('orders', limit(id));
    const from = new Date(me.here.clock.wallMs()).toISOString();
    await me.post('orders', limit('late'));
    const names = (answer: Parameters<typeof at>[0]) =>
      list(at(answer, 'orders')).map((row) => at(row, 'client_order_id'));
    expect(names((await me.get(`orders/historical/batch?start_date=${from}`))[1])).toEqual(['late']);
    const pages: unknown[] = [];
    let cursor = '';
    do {
      const [, page] = await me.get(
        `orders/historical/batch?order_status=OPEN&limit=4${cursor && `&cursor=${cursor}`}`,
      );
      pages.push(names(page));
      cursor = String(at(page, 'cursor'));
      expect(at(page, 'has_next')).toBe(cursor !== '');
    } while (cursor !== '');
    expect(pages).toEqual([
      ['late', 'e', 'd', 'c'],
      ['b', 'a'],
    ]);
    expect((await me.get('orders/historical/batch?order_status=OPEN&order_status=FILLED'))[0]).toBe(400);
  });

  test('cancels are answered one by one', async () => {
    const me = new CdpClient();
    const id = String(at((await me.post('orders', limit('one')))[1], 'success_response', 'order_id'));
    const [, answer] = await me.post('orders/batch_cancel', { order_ids: [id, 'nobody'] });
    const told = list(at(answer, 'results')).map((row) => [at(row, 'success'), at(row, 'failure_reason')]);
    expect(told).toEqual([
      [true, 'UNKNOWN_CANCEL_FAILURE_REASON'],
      [false, 'UNKNOWN_CANCEL_ORDER'],
    ]);
  });

  test('[ID-3] under the alias the same book is paid in the other dollar', async () => {
    const me = new CdpClient();
    const held = (currency: string) =>
      me.key.account.holdings('spot').find((one) => one.currency === currency)?.total ?? decimal('0');
    const [usd, usdc] = [held('USD'), held('USDC')];
    const terms = { base_size: '0.01', limit_price: '900000.00' };
    await me.post('orders', {
      ...limit('alias'),
      product_id: 'BTC-USDC',
      order_configuration: { sor_limit_ioc: terms },
    });
    expect([held('USD').eq(usd), held('USDC').lt(usdc)]).toEqual([true, true]);
  });
});

describe('[PP-2] the user channel', () => {
  const subscribe = (me: CdpClient, jwt = me.token()) => [
    { type: 'subscribe', channel: 'heartbeats' },
    { type: 'subscribe', channel: 'user', jwt },
  ];

  test('wants a token of the key itself', () => {
    for (const spoil of [(me: CdpClient) => me.token('GET api.coinbase.com/x'), () => 'nothing']) {
      const me = new CdpClient();
      const recorder = new Recorder(me.here.transport, USER, subscribe(me, spoil(me)));
      me.here.clock.advanceBy(500);
      expect(recorder.json()).toContainEqual({ type: 'error', message: 'authentication failure' });
    }
  });

  test('tells open orders in batches of fifty, then each change as totals; counts all its messages', async () => {
    const me = new CdpClient();
    for (let index = 0; index < 51; index += 1) {
      await me.post('orders', limit(`o${index}`, { base_size: '0.001' }));
    }
    const recorder = new Recorder(me.here.transport, USER, subscribe(me));
    me.here.clock.advanceBy(500);
    const id = String(at((await me.post('orders', limit('last')))[1], 'success_response', 'order_id'));
    await me.post('orders/batch_cancel', { order_ids: [id] });
    me.here.clock.advanceBy(1_500);
    const frames = recorder.json();
    expect(frames.map((frame) => at(frame, 'sequence_num'))).toEqual(frames.map((_, index) => index));
    const events = frames
      .filter((frame) => at(frame, 'channel') === 'user')
      .map((frame) => [at(frame, 'events', 0, 'type'), list(at(frame, 'events', 0, 'orders')).length]);
    expect(events.slice(0, 2)).toEqual([
      ['snapshot', 50],
      ['snapshot', 1],
    ]);
    const told = frames
      .flatMap((frame) => (at(frame, 'channel') === 'user' ? list(at(frame, 'events', 0, 'orders')) : []))
      .filter((row) => at(row, 'client_order_id') === 'last');
    expect(told.map((row) => at(row, 'status'))).toEqual(expect.arrayContaining(['OPEN', 'CANCELLED']));
    expect(told.some((row) => has(row, 'trade_id'))).toBe(false);
    expect(frames.some((frame) => at(frame, 'channel') === 'heartbeats')).toBe(true);
  });
});

test('[PP-2] ccxt’s own class places, reads, lists and cancels', async () => {
  const me = new CdpClient();
  const { clock, practice } = me.here;
  const client = new coinbase({ apiKey: me.key.id, secret: me.key.secret, enableRateLimit: false });
  Object.assign(client, {
    milliseconds: () => clock.wallMs(),
    seconds: () => Math.floor(clock.wallMs() / 1000),
    has: { ...client.has, fetchCurrencies: false },
    fetchImplementation: async (
      url: string,
      init: { method: string; headers: Record<string, string>; body?: string },
    ) => {
      const server = practice.servers.find(({ hosts }) => hosts.includes(new URL(url).hostname));
      const method = init.method === 'POST' ? 'POST' : 'GET';
      const answer = server?.request({ method, url, headers: init.headers, body: init.body, timeoutMs: 0 });
      if (answer === undefined || answer === 'lost') throw new TypeError(`no answer: ${url}`);
      return new Response(answer.body, { status: answer.status, headers: answer.headers });
    },
  });
  const placed = await client.createOrder('BTC/USD', 'limit', 'buy', 0.01, 10_000, { postOnly: true });
  expect(await client.fetchOrder(String(placed.id))).toMatchObject({
    status: 'open',
    side: 'buy',
    amount: 0.01,
    price: 10_000,
  });
  expect((await client.fetchOpenOrders('BTC/USD')).map(({ id }) => id)).toEqual([placed.id]);
  await client.createOrder('BTC/USD', 'limit', 'buy', 0.01, 900_000, { timeInForce: 'IOC' });
  const trades = await client.fetchMyTrades('BTC/USD');
  expect(trades.length).toBeGreaterThan(0);
  expect(trades.reduce((sum, { amount }) => sum + (amount ?? 0), 0)).toBeCloseTo(0.01, 8);
  expect(trades[0]).toMatchObject({ side: 'buy', takerOrMaker: 'taker', fee: { currency: 'USD' } });
  expect((await client.fetchBalance({ v3: true })).BTC?.total).toBeCloseTo(10.01, 8);
  await client.cancelOrder(String(placed.id));
  expect((await client.fetchOrder(String(placed.id))).status).toBe('canceled');
});

/** Of a key that is not the client's own. */
function otherSecret(me: CdpClient): string {
  const other = me.here.practice.exchange('coinbase').keys.find(({ name }) => name === 'read-only');
  if (other === undefined) throw new Error('no other key');
  return other.secret;
}

const shifted = (claims: Record<string, unknown>, seconds: number): Record<string, unknown> => ({
  ...claims,
  nbf: Number(claims.nbf) + seconds,
  exp: Number(claims.exp) + seconds,
});

test('[PP-3] maintenance and the faults of answers', async () => {
  const me = new CdpClient();
  cause(me.here.practice, 'coinbase:spot', 'accept-then-5xx');
  expect((await me.send('POST', 'https://api.coinbase.com/api/v3/brokerage/orders', limit('a'))).status).toBe(502);
  expect(me.key.account.orders('coinbase:spot')).toHaveLength(1);
  cause(me.here.practice, 'coinbase:spot', 'maintenance');
  expect((await me.get('accounts'))[0]).toBe(503);
});
