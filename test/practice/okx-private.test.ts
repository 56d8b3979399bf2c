import { okx } from 'ccxt';
import { describe, expect, test } from 'vitest';
import { signatureOf } from '#main/practice/wire/okx/private/signature';
import type { Json } from './client.ts';
import { at, cause, parse } from './client.ts';
import { BASE, client } from './okx-client.ts';

const CONFIG = '/api/v5/account/config';

test('[PP-2] the signature of the documentation’s example, as OpenSSL makes it', () => {
  const secret = '22582BD0CFF14C41EDBF1AB98506286D';
  expect(signatureOf(secret, '2020-12-08T09:08:57.715ZGET/api/v5/account/balance?ccy=BTC')).toBe(
    'HiZhvSfMtWJA3uUIVXV3a/bSXNPCWvYFXoGCVS8V4zY=',
  );
  expect(signatureOf(secret, '1704876947GET/users/self/verify')).toBe('5/36BgGV6m/6pmdc20zdqk0mzF5ZalmzzPD2fo3wavU=');
});

describe('[PP-2] who is let in', () => {
  test('a good signature over path, query and body', async () => {
    const me = client();
    expect(await me.code('GET', CONFIG)).toEqual([200, '0']);
    expect(await me.code('GET', '/api/v5/account/balance?ccy=BTC,USDT')).toEqual([200, '0']);
    expect(await me.code('POST', '/api/v5/trade/order', me.order())).toEqual([200, '0']);
  });

  test.each([
    ['a key nobody has', { 'OK-ACCESS-KEY': 'nobody' }, [401, '50119']],
    ['no key', { 'OK-ACCESS-KEY': '' }, [401, '50103']],
    ['another passphrase', { 'OK-ACCESS-PASSPHRASE': 'wrong' }, [401, '50105']],
    ['another signature', { 'OK-ACCESS-SIGN': 'AAAA' }, [401, '50113']],
    ['no signature', { 'OK-ACCESS-SIGN': '' }, [401, '50106']],
    ['a time that is none', { 'OK-ACCESS-TIMESTAMP': '1790000000' }, [401, '50112']],
    ['another time than was signed', { 'OK-ACCESS-TIMESTAMP': '2026-09-21T14:13:25.000Z' }, [401, '50113']],
    ['demo trading', { 'x-simulated-trading': '1' }, [401, '50101']],
  ])('%s is turned away', async (_what, change, expected) => {
    expect(await client().code('GET', CONFIG, undefined, (headers) => ({ ...headers, ...change }))).toEqual(expected);
  });

  test('a body that differs from the signed one by a space', async () => {
    const me = client();
    const { clock, transport } = me.here;
    const body = JSON.stringify(me.order());
    const headers = me.headers('POST', '/api/v5/trade/order', body, clock.wallMs());
    const url = `${BASE}/api/v5/trade/order`;
    const answer = transport.request({ method: 'POST', url, headers, body: `${body} `, timeoutMs: 1_000 });
    clock.advanceBy(50);
    expect(at(parse((await answer).body), 'code')).toBe('50113');
  });

  test('thirty seconds either way of the venue’s clock', async () => {
    const me = client();
    const { clock, transport } = me.here;
    const codes: Json[] = [];
    for (const offMs of [-31_000, -29_000, 29_000, 31_000]) {
      const headers = me.headers('GET', CONFIG, '', clock.wallMs() + offMs);
      const answer = transport.request({
        method: 'GET',
        url: `${BASE}${CONFIG}`,
        headers,
        body: undefined,
        timeoutMs: 1_000,
      });
      clock.advanceBy(50);
      codes.push(at(parse((await answer).body), 'code'));
    }
    expect(codes).toEqual(['50102', '0', '0', '50102']);
  });

  test('[AC-1] each key that is unfit, in the venue’s words', async () => {
    expect(await client('expired').code('GET', CONFIG)).toEqual([401, '50119']);
    expect(await client('other-ip').code('GET', CONFIG)).toEqual([401, '50110']);
    const reader = client('read-only');
    expect(await reader.code('GET', CONFIG)).toEqual([200, '0']);
    expect(await reader.code('POST', '/api/v5/trade/order', reader.order())).toEqual([200, '50120']);
    const elsewhere = client('other-entity');
    expect(await elsewhere.code('GET', CONFIG)).toEqual([401, '50119']);
    elsewhere.base = 'https://eea.okx.com';
    expect(await elsewhere.code('GET', CONFIG)).toEqual([200, '0']);
    const withdrawer = await client('withdrawal').call('GET', CONFIG);
    expect(at(withdrawer.body, 'data', 0, 'perm')).toBe('read_only,withdraw,trade');
  });

  test('[AC-2] the account’s modes are readable', async () => {
    const modes = async (name: string) => {
      const row = at((await client(name).call('GET', CONFIG)).body, 'data', 0);
      return [at(row, 'acctLv'), at(row, 'posMode'), at(row, 'autoLoan')];
    };
    expect(await modes('trading')).toEqual(['2', 'net_mode', false]);
    expect(await modes('hedge-mode')).toEqual(['2', 'long_short_mode', false]);
    expect(await modes('auto-borrow')).toEqual(['2', 'net_mode', true]);
    expect(await modes('account-level')).toEqual(['4', 'net_mode', false]);
  });

  test('a revoked key is unknown at once', async () => {
    const me = client();
    cause(me.here.practice, 'okx:spot', 'revoke-keys');
    expect(await me.code('GET', CONFIG)).toEqual([401, '50119']);
  });
});

test('[PP-2] ccxt’s own class trades here: an order, its cancel, fills and balances', async () => {
  const me = client();
  const { here, key } = me;
  const escaped: string[] = [];
  const exchange = new okx({
    apiKey: key.id,
    secret: key.secret,
    password: key.passphrase ?? '',
    enableRateLimit: false,
    options: { fetchMarkets: { types: ['spot'] }, defaultType: 'spot' },
  });
  exchange.has.fetchCurrencies = false;
  Object.assign(exchange, {
    nonce: () => Math.floor(here.clock.wallMs()),
    milliseconds: () => Math.floor(here.clock.wallMs()),
    fetchImplementation: async (
      url: string,
      init: { method?: 'GET' | 'POST'; headers?: Record<string, string>; body?: string },
    ) => {
      if (!url.startsWith(BASE)) escaped.push(url);
      const answer = here.transport.request({
        method: init.method ?? 'GET',
        url,
        headers: init.headers ?? {},
        body: init.body,
        timeoutMs: 2_000,
      });
      here.clock.advanceBy(50);
      const { status, headers, body } = await answer;
      return new Response(body, { status, headers });
    },
  });
  const resting = await exchange.createOrder('BTC/USDT', 'limit', 'buy', 0.01, Number(me.price('bid')) - 500);
  const open = await exchange.fetchOpenOrders('BTC/USDT');
  expect(open.map(({ id }) => id)).toEqual([resting.id]);
  await exchange.cancelOrder(resting.id ?? '', 'BTC/USDT');
  await exchange.createOrder('BTC/USDT', 'limit', 'buy', 0.01, Number(me.price('ask')) + 100);
  const trades = await exchange.fetchMyTrades('BTC/USDT');
  expect(trades.reduce((sum, { amount }) => sum + (amount ?? 0), 0)).toBeCloseTo(0.01, 10);
  expect(trades[0]?.fee?.currency).toBe('BTC');
  const balance = await exchange.fetchBalance();
  expect(balance.BTC?.total).toBeCloseTo(10.00999, 8);
  expect(escaped).toEqual([]);
});
