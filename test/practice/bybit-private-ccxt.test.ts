import bybit from 'ccxt/js/src/bybit.js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PracticeKey } from '#main/practice/exchange/types';
import type { HttpRequest } from '#shared/kernel/transport';
import { type Stand, stand } from './client.ts';

/**
 * An independent client of the accounts: ccxt's own class and its unified calls, which sign and read by themselves. What
 * it finds must be what the exchange holds.
 */
let of: Stand;
let key: PracticeKey;

beforeEach(() => {
  of = stand({ feeds: ['bybit:spot', 'bybit:perp'], dislocations: { payablePerMinute: 0, smallPerMinute: 0 } });
  key = of.practice.exchange('bybit').key('trading');
});
afterEach(() => of.practice.stop());

function client(secret = key.secret): InstanceType<typeof bybit> {
  const made = new bybit({
    apiKey: key.id,
    secret,
    enableRateLimit: false,
    options: {
      fetchMarkets: { types: ['spot', 'linear'] },
      enableUnifiedAccount: true,
      enableUnifiedMargin: false,
      unifiedMarginStatus: 5,
      recvWindow: 5000,
    },
  });
  return Object.assign(made, {
    has: { ...made.has, fetchCurrencies: false },
    fetchImplementation: fetchHere,
    milliseconds: () => Math.floor(of.clock.wallMs()),
    nonce: () => Math.floor(of.clock.wallMs()),
  });
}

function fetchHere(url: string, init: { method?: string; body?: string; headers?: Record<string, string> }) {
  const server = of.practice.servers.find((one) => one.hosts.includes(new URL(url).hostname));
  if (server === undefined) throw new TypeError(`not a practice host: ${url}`);
  const method = (init.method ?? 'GET') as HttpRequest['method'];
  const answer = server.request({ method, url, headers: init.headers ?? {}, body: init.body, timeoutMs: 0 });
  if (answer === 'lost') throw new TypeError('no answer');
  return Promise.resolve(new Response(answer.body, { status: answer.status, headers: answer.headers }));
}

test('[PP-2] ccxt on spot: balance, a resting order and its cancel, an execution with its fee', async () => {
  const exchange = client();
  await exchange.loadMarkets();
  const held = key.account.holdings('unified').find(({ currency }) => currency === 'USDT');
  const balance = await exchange.fetchBalance();
  expect(balance.USDT?.total).toBe(Number(held?.total.toFixed()));
  const { bid, ask } = await exchange.fetchTicker('BTC/USDT');
  const resting = await exchange.createOrder('BTC/USDT', 'limit', 'buy', 0.001, Number(bid) * 0.9, {
    clientOrderId: 'witness-1',
    timeInForce: 'PostOnly',
  });
  const [there] = key.account.orders('bybit:spot');
  expect(there?.request).toMatchObject({ clientOrderId: 'witness-1', timeInForce: 'post-only' });
  expect(await exchange.fetchOpenOrders('BTC/USDT')).toMatchObject([
    { id: resting.id, clientOrderId: 'witness-1', status: 'open', postOnly: true, remaining: 0.001 },
  ]);
  await exchange.cancelOrder(String(resting.id), 'BTC/USDT');
  expect(there?.state).toBe('cancelled');
  expect(await exchange.fetchCanceledOrders('BTC/USDT')).toMatchObject([{ id: resting.id, status: 'canceled' }]);
  await exchange.createOrder('BTC/USDT', 'limit', 'buy', 0.001, Number(ask) * 1.003, { timeInForce: 'IOC' });
  const [fill] = key.account.fills('bybit:spot');
  expect(await exchange.fetchMyTrades('BTC/USDT')).toMatchObject([
    {
      amount: 0.001,
      price: Number(fill?.price.toFixed()),
      takerOrMaker: 'taker',
      fee: { cost: Number(fill?.fee.toFixed()), currency: 'BTC' },
    },
  ]);
});

test('[PP-2] ccxt on contracts: leverage, a position, its close', async () => {
  const exchange = client();
  await exchange.loadMarkets();
  await exchange.setLeverage(4, 'BTC/USDT:USDT');
  await exchange.createOrder('BTC/USDT:USDT', 'market', 'sell', 0.02);
  expect(await exchange.fetchPositions(['BTC/USDT:USDT'])).toMatchObject([
    { side: 'short', contracts: 0.02, leverage: 4, hedged: false },
  ]);
  await exchange.createOrder('BTC/USDT:USDT', 'market', 'buy', 0.02, undefined, { reduceOnly: true });
  expect(key.account.positions()).toEqual([]);
  expect(await exchange.fetchMyTrades('BTC/USDT:USDT')).toHaveLength(key.account.fills('bybit:perp').length);
});

test('[AC-1] ccxt with another secret is refused as a wrong signature', async () => {
  const exchange = client('wrong');
  await exchange.loadMarkets();
  await expect(exchange.fetchBalance()).rejects.toThrow(/10004/);
});
