import binance from 'ccxt/js/src/binance.js';
import binanceusdm from 'ccxt/js/src/binanceusdm.js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PracticeKey } from '#main/practice/exchange/types';
import type { HttpRequest } from '#shared/kernel/transport';
import { type Stand, stand } from './client.ts';

/**
 * An independent client of the accounts: ccxt's own classes and their unified calls, which sign and read by themselves.
 * What they find must be what the exchange holds.
 */
let of: Stand;
let key: PracticeKey;

beforeEach(() => {
  of = stand({ updatesPerSecond: 1, dislocations: { payablePerMinute: 0, smallPerMinute: 0 } });
  key = of.practice.exchange('binance').key('trading');
});
afterEach(() => of.practice.stop());

function fetchHere(url: string, init: { method?: string; body?: string; headers?: Record<string, string> }) {
  const server = of.practice.servers.find((one) => one.hosts.includes(new URL(url).hostname));
  if (server === undefined) throw new TypeError(`not a practice host: ${url}`);
  const method = (init.method ?? 'GET') as HttpRequest['method'];
  const answer = server.request({ method, url, headers: init.headers ?? {}, body: init.body, timeoutMs: 0 });
  if (answer === 'lost') throw new TypeError('no answer');
  return Promise.resolve(new Response(answer.body, { status: answer.status, headers: answer.headers }));
}

function client<T extends { has: object }>(Class: new (config: object) => T, options: object): T {
  const config = {
    apiKey: key.id,
    secret: key.secret,
    enableRateLimit: false,
    options: { fetchMargins: false, ...options },
  };
  const made = new Class(config);
  return Object.assign(made, {
    has: { ...made.has, fetchCurrencies: false },
    fetchImplementation: fetchHere,
    milliseconds: () => Math.floor(of.clock.wallMs()),
    nonce: () => Math.floor(of.clock.wallMs()),
  });
}

describe('ccxt reads the practice accounts of Binance', () => {
  test('[PP-2] spot: balances, a resting order, its cancel, executions with fees', async () => {
    const exchange = client(binance, {
      fetchMarkets: { types: ['spot'] },
      defaultType: 'spot',
      fetchCurrencies: false,
    });
    await exchange.loadMarkets();
    const held = key.account.holdings('spot').find(({ currency }) => currency === 'USDT');
    const balance = await exchange.fetchBalance();
    expect(balance.USDT?.free).toBe(Number(held?.total.minus(held.locked).toFixed()));
    const { bid, ask } = (await exchange.fetchBidsAsks(['BTC/USDT']))['BTC/USDT'] ?? { bid: 0, ask: 0 };
    const resting = await exchange.createOrder('BTC/USDT', 'limit', 'buy', 0.001, Number(bid) * 0.9, {
      clientOrderId: 'witness-1',
      postOnly: true,
    });
    const [there] = key.account.orders('binance:spot');
    expect(there?.request).toMatchObject({ clientOrderId: 'witness-1', timeInForce: 'post-only' });
    expect(await exchange.fetchOpenOrders('BTC/USDT')).toMatchObject([
      { id: resting.id, status: 'open', postOnly: true },
    ]);
    expect(await exchange.fetchOrder(String(resting.id), 'BTC/USDT')).toMatchObject({
      clientOrderId: 'witness-1',
      filled: 0,
    });
    await exchange.cancelOrder(String(resting.id), 'BTC/USDT');
    expect(there?.state).toBe('cancelled');
    expect(await exchange.fetchOrder(String(resting.id), 'BTC/USDT')).toMatchObject({ status: 'canceled' });
    const taken = await exchange.createOrder('BTC/USDT', 'limit', 'buy', 0.001, Number(ask) * 1.01, {
      timeInForce: 'IOC',
    });
    expect(taken).toMatchObject({ status: 'closed', filled: 0.001 });
    const fills = key.account.fills('binance:spot');
    const trades = await exchange.fetchMyTrades('BTC/USDT');
    expect(trades.map(({ id }) => id)).toEqual(fills.map(({ tradeNumber }) => String(tradeNumber)));
    expect(trades[0]?.fee).toMatchObject({ currency: 'BTC', cost: Number(fills[0]?.fee.toFixed()) });
    expect(trades[0]?.takerOrMaker).toBe('taker');
  });

  test('[PP-2] USDⓈ-M: an order, the position, a conditional order apart from the open ones, leverage and mode', async () => {
    const exchange = client(binanceusdm, {});
    await exchange.loadMarkets();
    const symbol = 'BTC/USDT:USDT';
    const { ask } = (await exchange.fetchBidsAsks([symbol]))[symbol] ?? { ask: 0 };
    const taken = await exchange.createOrder(symbol, 'limit', 'buy', 0.01, Number(ask) * 1.01, { timeInForce: 'IOC' });
    expect(await exchange.fetchOrder(String(taken.id), symbol)).toMatchObject({ status: 'closed', filled: 0.01 });
    const [position] = key.account.positions();
    expect(await exchange.fetchPositionsRisk([symbol])).toMatchObject([
      {
        symbol,
        side: 'long',
        contracts: 0.01,
        entryPrice: Number(position?.entryPrice.toFixed()),
        marginMode: 'cross',
      },
    ]);
    const trades = await exchange.fetchMyTrades(symbol);
    expect(trades.map(({ fee }) => fee?.currency)).toEqual(trades.map(() => 'USDT'));
    const stop = await exchange.createOrder(symbol, 'limit', 'sell', 0.01, Number(ask) * 0.97, {
      stopLossPrice: Number(ask) * 0.98,
      reduceOnly: true,
    });
    expect(await exchange.fetchOpenOrders(symbol)).toEqual([]);
    expect(await exchange.fetchOpenOrders(symbol, undefined, undefined, { trigger: true })).toMatchObject([
      { id: stop.id },
    ]);
    const waiting = key.account.orders('binance:perp').at(-1);
    expect(waiting).toMatchObject({ state: 'waiting', request: { reduceOnly: true, side: 'sell' } });
    await exchange.cancelOrder(String(stop.id), symbol, { trigger: true });
    expect(waiting?.state).toBe('cancelled');
    expect(await exchange.fetchPositionMode()).toMatchObject({ hedged: false });
    await exchange.setLeverage(3, symbol);
    const [market] = of.practice
      .exchange('binance')
      .account('trading')
      .positions()
      .map((held) => held.market);
    expect(market === undefined ? '' : key.account.leverage(market).toFixed()).toBe('3');
  });
});
