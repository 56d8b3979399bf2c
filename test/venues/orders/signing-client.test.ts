import { createECDH, createPrivateKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { CLASSES } from '#main/venues/kit/ccxt-classes';
import type { SignedCall, SigningClass } from '#main/venues/orders/adapter';
import { ccxtSigner } from '#main/venues/orders/signing-client';
import type { Credentials } from '#shared/domain/credentials';
import { SeededRandom } from '#shared/kernel/random';
import { VirtualClock } from '#shared/kernel/virtual-clock';

const NOW_MS = Date.UTC(2026, 9, 9, 8, 0, 0, 123);
const base64 = Buffer.from('a secret of sixty-four bytes, as long as those of this venue are').toString('base64');

const PEM = ((): string => {
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(Buffer.alloc(32, 7));
  const point = curve.getPublicKey();
  const [d, x, y] = [Buffer.alloc(32, 7), point.subarray(1, 33), point.subarray(33)].map((part) =>
    part.toString('base64url'),
  );
  return createPrivateKey({ key: { kty: 'EC', crv: 'P-256', d: d ?? '', x: x ?? '', y: y ?? '' }, format: 'jwk' })
    .export({ type: 'sec1', format: 'pem' })
    .toString();
})();

interface Case {
  readonly client: SigningClass;
  readonly host: string;
  readonly credentials: Credentials;
  readonly method: string;
  readonly params: SignedCall['params'];
}

const CASES: readonly Case[] = [
  {
    client: 'binance',
    host: 'api.binance.com',
    credentials: { apiKey: 'binance-key', secret: 'binance-secret' },
    method: 'privatePostOrder',
    params: {
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'LIMIT',
      quantity: '0.0010',
      price: '90000.10',
      newClientOrderId: 'x1',
    },
  },
  {
    client: 'binanceusdm',
    host: 'fapi.binance.com',
    credentials: { apiKey: 'binance-key', secret: 'binance-secret' },
    method: 'fapiPrivateDeleteOrder',
    params: { symbol: 'BTCUSDT', origClientOrderId: 'x1' },
  },
  {
    client: 'bybit',
    host: 'api.bybit.com',
    credentials: { apiKey: 'bybit-key', secret: 'bybit-secret' },
    method: 'privatePostV5OrderCreate',
    params: { category: 'spot', symbol: 'BTCUSDT', side: 'Buy', qty: '0.0010', price: '90000.10', orderLinkId: 'x1' },
  },
  {
    client: 'bybit',
    host: 'api.bybit.com',
    credentials: { apiKey: 'bybit-key', secret: 'bybit-secret' },
    method: 'privateGetV5OrderRealtime',
    params: { category: 'spot', orderLinkId: 'x1' },
  },
  {
    client: 'okx',
    host: 'www.okx.com',
    credentials: { apiKey: 'okx-key', secret: 'okx-secret', passphrase: 'okx-phrase' },
    method: 'privatePostTradeOrder',
    params: {
      instId: 'BTC-USDT',
      tdMode: 'cash',
      side: 'buy',
      ordType: 'limit',
      sz: '0.0010',
      px: '90000.10',
      clOrdId: 'x1',
    },
  },
  {
    client: 'okx',
    host: 'www.okx.com',
    credentials: { apiKey: 'okx-key', secret: 'okx-secret', passphrase: 'okx-phrase' },
    method: 'privatePostTradeCancelAlgos',
    params: [{ algoId: '12', instId: 'BTC-USDT' }],
  },
  {
    client: 'coinbase',
    host: 'api.coinbase.com',
    credentials: { keyName: 'organizations/o/apiKeys/k', privateKey: PEM },
    method: 'v3PrivateGetBrokerageOrdersHistoricalOrderId',
    params: { order_id: 'o-1' },
  },
  {
    client: 'kraken',
    host: 'api.kraken.com',
    credentials: { apiKey: 'kraken-key', secret: base64 },
    method: 'privatePostAddOrder',
    params: { pair: 'XBTUSD', type: 'buy', ordertype: 'limit', price: '90000.1', volume: '0.0010', cl_ord_id: 'x1' },
  },
  {
    client: 'krakenfutures',
    host: 'futures.kraken.com',
    credentials: { apiKey: 'kraken-key', secret: base64 },
    method: 'privatePostSendorder',
    params: {
      symbol: 'PF_XBTUSD',
      side: 'buy',
      orderType: 'ioc',
      size: '0.001',
      limitPrice: '90000.5',
      cliOrdId: 'x1',
    },
  },
];

function callOf({ method, params }: Case): SignedCall {
  return { endpoint: 'test', method, params, urgency: 'entry', weight: 1, timeoutMs: 1_000, kind: 'create' };
}

function signer(
  { client, host, credentials }: Case,
  hosts: readonly string[] = [host],
  headers: Readonly<Record<string, string>> = {},
) {
  return ccxtSigner(client, host, {
    credentials,
    hosts,
    headers,
    clock: new VirtualClock(NOW_MS),
    random: new SeededRandom(3),
    skewMs: () => 0,
    nonce: () => NOW_MS,
  });
}

/** What ccxt itself sends for the same call at the same moment. */
async function sentByCcxt({ client: name, credentials, method, params }: Case) {
  const sent: { url: string; method: string; headers: Record<string, string>; body: string | undefined }[] = [];
  const random = new SeededRandom(3);
  const client = new CLASSES[name]({
    apiKey: credentials.apiKey ?? credentials.keyName ?? '',
    secret: credentials.secret ?? credentials.privateKey ?? '',
    password: credentials.passphrase ?? '',
    enableRateLimit: false,
    timeout: 2 ** 31 - 1,
    options: { recvWindow: 5_000 },
  });
  Object.assign(client, {
    milliseconds: () => NOW_MS,
    seconds: () => Math.floor(NOW_MS / 1000),
    nonce: () => NOW_MS,
    randomBytes: (length: number) =>
      Array.from({ length }, () =>
        Math.floor(random.next() * 256)
          .toString(16)
          .padStart(2, '0'),
      ).join(''),
    loadProxyModules: () => Promise.resolve(),
    fetchImplementation: (url: string, request: (typeof sent)[number]) => {
      sent.push({ ...request, url });
      return Promise.resolve({ status: 200, statusText: 'OK', headers: {}, text: () => Promise.resolve('{}') });
    },
  });
  const asked: Promise<unknown> = Reflect.apply(Reflect.get(client, method), client, [structuredClone(params)]);
  await asked.catch(() => undefined);
  const [first] = sent;
  if (first === undefined) throw new Error('ccxt sent nothing');
  return first;
}

/** Beside those, the version of Coinbase's older interface, which no endpoint of ours belongs to. */
const NAMES_OF_CLIENTS = new Set(['user-agent', 'accept', 'referer', 'accept-encoding', 'cb-version']);

test.each(CASES)(
  '$client $method: what is sent is what ccxt sends, but for the names of clients and partners',
  async (one) => {
    const mine = await signer(one).sign(callOf(one), one.client === 'okx' ? 30_000 : 5_000);
    const theirs = await sentByCcxt(one);
    expect(mine.url).toBe(theirs.url);
    expect(mine.method).toBe(theirs.method);
    expect(mine.body).toBe(theirs.body);
    const signature = (headers: Readonly<Record<string, string>>) =>
      Object.fromEntries(Object.entries(headers).filter(([name]) => !NAMES_OF_CLIENTS.has(name.toLowerCase())));
    expect(signature(mine.headers)).toEqual(signature(theirs.headers));
    expect(Object.keys(signature(mine.headers)).length).toBeGreaterThan(0);
  },
);

test.each(CASES)('$client $method: no partner is named, every field is the one that was given', async (one) => {
  const { url, headers, body = '' } = await signer(one).sign(callOf(one), 5_000);
  const all = `${decodeURIComponent(url)} ${JSON.stringify(headers)} ${decodeURIComponent(body)}`;
  expect(all).not.toMatch(/ccxt|6b9ad766b55dBCDE|x-xcKtGhcu|x-TKT5PX2F|Referer|"tag"/i);
  for (const fields of [one.params].flat())
    for (const value of Object.values(fields as Record<string, unknown>)) expect(all).toContain(String(value));
});

test('OKX: an algo order without clOrdId gets neither a tag nor an id of ccxt’s', async () => {
  const okx = CASES.find(({ client }) => client === 'okx') as Case;
  const params = { instId: 'BTC-USDT', tdMode: 'cash', ordType: 'conditional', algoClOrdId: 'x1' };
  const request = await signer(okx).sign({ ...callOf(okx), method: 'privatePostTradeOrderAlgo', params }, 5_000);
  expect(request.url).toBe('https://www.okx.com/api/v5/trade/order-algo');
  expect(JSON.parse(request.body ?? '')).toEqual(params);
});

test('[AC-1] an entity’s own host is signed for and sent to', async () => {
  const bybit = CASES.find(({ client }) => client === 'bybit') as Case;
  const request = await signer(bybit, ['api.bybit.eu']).sign(callOf(bybit), 5_000);
  expect(request.url).toBe('https://api.bybit.eu/v5/order/create');
});

test('[AC-1] only an entity asks for OKX’s demo: no call and no class of ccxt can', async () => {
  const okx = CASES.find(({ client }) => client === 'okx') as Case;
  const simulated = { 'x-simulated-trading': '1' };
  const smuggled = await signer(okx).sign({ ...callOf(okx), headers: { 'X-Simulated-Trading': '1' } }, 5_000);
  expect(Object.keys(smuggled.headers).map((name) => name.toLowerCase())).not.toContain('x-simulated-trading');
  const demo = await signer(okx, [okx.host], simulated).sign(callOf(okx), 5_000);
  expect(demo.headers).toMatchObject(simulated);
});

test('[SE-1] nothing signed goes to a host that is not the entity’s', async () => {
  const perp = CASES.find(({ client }) => client === 'binanceusdm') as Case;
  const elsewhere = { ...callOf(perp), method: 'sapiGetAccountApiRestrictions', params: {} };
  await expect(signer(perp).sign(elsewhere, 5_000)).rejects.toThrow('api.binance.com is no host');
  const both = await signer(perp, ['fapi.binance.com', 'api.binance.com']).sign(elsewhere, 5_000);
  expect(both.url).toContain('https://api.binance.com/sapi/v1/account/apiRestrictions?');
});

test('[EX-4] the receive window is the one that is left', async () => {
  for (const one of CASES.filter(({ client }) => client === 'bybit' || client === 'binance')) {
    const { headers, url, body = '' } = await signer(one).sign(callOf(one), 1_234.9);
    expect(`${headers['X-BAPI-RECV-WINDOW'] ?? ''} ${url} ${body}`).toContain('1234');
  }
});

test('what is no endpoint of the class is not called', async () => {
  const [one] = CASES as readonly [Case];
  await expect(signer(one).sign({ ...callOf(one), method: 'fetchBalance' }, 5_000)).rejects.toThrow('no endpoint');
  await expect(signer(one).sign({ ...callOf(one), method: 'privatePostNothing' }, 5_000)).rejects.toThrow(
    'no endpoint',
  );
});
