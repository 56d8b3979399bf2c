import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { PracticeKey } from '#main/practice/exchange/types';
import { ListenKeys } from '#main/practice/wire/binance/private/listen-keys';
import { signatureMatches, signatureOf, takeSignature } from '#main/practice/wire/binance/private/signature';
import { SeededRandom } from '#shared/kernel/random';
import type { HttpRequest } from '#shared/kernel/transport';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { at, cause, has, type Json, list, parse, Recorder, type Stand, stand } from './client.ts';

const QUIET = { updatesPerSecond: 1, dislocations: { payablePerMinute: 0, smallPerMinute: 0 } } as const;
const SPOT = 'https://api.binance.com';
const PERP = 'https://fapi.binance.com';

type Params = Readonly<Record<string, string | number>>;
interface Told {
  readonly status: number;
  readonly body: Json;
  readonly headers: Readonly<Record<string, string>>;
}

/** A client that signs by its own hand, as the venue's page describes it. */
class Client {
  readonly stand: Stand;
  readonly key: PracticeKey;

  constructor(of: Stand, name = 'trading') {
    this.stand = of;
    this.key = keyOf(of, name);
  }

  /** `unsigned`: sent as it is. The parameters may carry their own timestamp. */
  async call(method: HttpRequest['method'], url: string, params: Params = {}, secret = this.key.secret): Promise<Told> {
    const { clock } = this.stand;
    const all = { recvWindow: 5000, timestamp: Math.floor(clock.wallMs()), ...params };
    const payload = new URLSearchParams(Object.entries(all).map(([name, value]) => [name, String(value)])).toString();
    const signature = createHmac('sha256', secret).update(payload).digest('hex');
    return this.send(method, url, `${payload}&signature=${signature}`, { 'X-MBX-APIKEY': this.key.id });
  }

  async send(
    method: HttpRequest['method'],
    url: string,
    payload: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<Told> {
    const { clock, transport } = this.stand;
    const inBody = method === 'POST';
    const answer = transport.request({
      method,
      url: inBody || payload === '' ? url : `${url}?${payload}`,
      headers,
      body: inBody ? payload : undefined,
      timeoutMs: 1_000,
    });
    clock.advanceBy(50);
    const { status, body, headers: told } = await answer;
    return { status, body: parse(body), headers: told };
  }
}

function keyOf(of: Stand, name: string): PracticeKey {
  const key = of.practice.exchange('binance').keys.find((one) => one.name === name);
  if (key === undefined) throw new Error(`no key ${name}`);
  return key;
}

const told = (status: number, code: number) => ({ status, body: expect.objectContaining({ code }) });

/** The touch of a market by the public side. */
async function touch(of: Stand, url = `${SPOT}/api/v3/ticker/bookTicker?symbol=BTCUSDT`): Promise<[number, number]> {
  const ticker = parse((await of.get(url)).body);
  return [Number(at(ticker, 'bidPrice')), Number(at(ticker, 'askPrice'))];
}

describe('Binance signatures', () => {
  // https://developers.binance.com/docs/binance-spot-api-docs/rest-api/request-security: the examples of its HMAC keys.
  const SECRET = 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j';
  const QUERY =
    'symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559';

  test('the venue’s own example', () => {
    expect(signatureOf(SECRET, QUERY)).toBe('c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71');
  });

  test('query and body together are signed without anything between them; case does not matter', () => {
    const mixed = QUERY.replace('GTC&quantity', 'GTCquantity');
    const signature = '0fd168b8ddb4876a0358a8d14d0c9f3da0e9b20c5d52b2a00fcf7d1c602f9a77';
    expect(signatureMatches(SECRET, mixed, signature.toUpperCase())).toBe(true);
    expect(signatureMatches(SECRET, mixed, `1${signature.slice(1)}`)).toBe(false);
    expect(takeSignature(`a=1&signature=ff&b=2`)).toEqual({ rest: 'a=1&b=2', signature: 'ff' });
  });
});

describe('Binance practice: who may call', () => {
  const account = `${SPOT}/api/v3/account`;

  test('[PP-2] a signed call is let in, by query and by body', async () => {
    const client = new Client(stand(QUIET));
    expect((await client.call('GET', account)).status).toBe(200);
    const [bid] = await touch(client.stand);
    const order = {
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'LIMIT_MAKER',
      quantity: '0.001',
      price: (bid * 0.9).toFixed(2),
    };
    expect((await client.call('POST', `${SPOT}/api/v3/order`, order)).status).toBe(200);
  });

  test('[AC-1] wrong secret, no signature, no key, a key nobody knows', async () => {
    const client = new Client(stand(QUIET));
    expect(await client.call('GET', account, {}, 'another secret')).toMatchObject(told(400, -1022));
    const { id } = client.key;
    const stamp = `timestamp=${Math.floor(client.stand.clock.wallMs())}`;
    expect(await client.send('GET', account, stamp, { 'X-MBX-APIKEY': id })).toMatchObject(told(400, -1102));
    expect(await client.send('GET', account, `${stamp}&signature=00`, {})).toMatchObject(told(401, -2014));
    const stranger = { 'X-MBX-APIKEY': 'x'.repeat(64) };
    expect(await client.send('GET', account, `${stamp}&signature=00`, stranger)).toMatchObject(told(401, -2008));
  });

  test('[MD-6] the receive window is kept by the venue’s own clock', async () => {
    const client = new Client(stand(QUIET));
    const now = Math.floor(client.stand.clock.wallMs());
    expect(await client.call('GET', account, { timestamp: now - 5_100 })).toMatchObject(told(400, -1021));
    expect((await client.call('GET', account, { timestamp: now - 5_100, recvWindow: 10_000 })).status).toBe(200);
    expect(await client.call('GET', account, { timestamp: now + 2_000 })).toMatchObject(told(400, -1021));
    expect(await client.call('GET', account, { recvWindow: 60_001 })).toMatchObject(told(400, -1131));
    cause(client.stand.practice, 'binance:spot', 'clock-skew', { amount: 7_000 });
    expect(await client.call('GET', account)).toMatchObject(told(400, -1021));
  });

  test('[AC-1] other address, revoked, of another network; one that may only read', async () => {
    const of = stand(QUIET);
    expect(await new Client(of, 'other-ip').call('GET', account)).toMatchObject(told(401, -2015));
    expect(await new Client(of, 'other-entity').call('GET', account)).toMatchObject(told(401, -2008));
    const reader = new Client(of, 'read-only');
    expect((await reader.call('GET', account)).status).toBe(200);
    const order = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '1', price: '10' };
    expect(await reader.call('POST', `${SPOT}/api/v3/order`, order)).toMatchObject(told(401, -2015));
    cause(of.practice, 'binance:spot', 'revoke-keys');
    expect(await reader.call('GET', account)).toMatchObject(told(401, -2015));
  });

  test('[AC-1] what a key may do is told; one whose authority ran out reads on and trades no more', async () => {
    const of = stand(QUIET);
    const restrictions = `${SPOT}/sapi/v1/account/apiRestrictions`;
    expect((await new Client(of).call('GET', restrictions)).body).toMatchObject({
      enableReading: true,
      enableSpotAndMarginTrading: true,
      enableFutures: true,
      enableWithdrawals: false,
    });
    expect((await new Client(of, 'withdrawal').call('GET', restrictions)).body).toMatchObject({
      enableWithdrawals: true,
    });
    const expired = new Client(of, 'expired');
    const { body } = await expired.call('GET', restrictions);
    expect(Number(at(body, 'tradingAuthorityExpirationTime'))).toBeLessThan(of.clock.wallMs());
    expect((await expired.call('GET', account)).status).toBe(200);
    const cancel = expired.call('DELETE', `${SPOT}/api/v3/openOrders`, { symbol: 'BTCUSDT' });
    expect(await cancel).toMatchObject(told(401, -2015));
  });
});

describe('Binance practice: spot orders', () => {
  const order = `${SPOT}/api/v3/order`;

  test('[PP-2] refusals in the venue’s codes and words', async () => {
    const client = new Client(stand(QUIET));
    const [bid, ask] = await touch(client.stand);
    const limit = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.001' };
    const price = (bid * 0.9).toFixed(2);
    const maker = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT_MAKER', quantity: '0.001' };
    const stop = { ...limit, type: 'STOP_LOSS_LIMIT', price: (ask * 1.1).toFixed(2) };
    for (const [params, code, msg] of [
      [{ ...limit, price, symbol: 'NOPEUSDT' }, -1121, 'Invalid symbol.'],
      [{ ...limit, price, side: 'HOLD' }, -1117, 'Invalid side.'],
      [{ ...limit, price, type: 'ICEBERG' }, -1116, 'Invalid orderType.'],
      [{ ...limit, price, timeInForce: 'GTX' }, -1115, 'Invalid timeInForce.'],
      [limit, -1102, "Mandatory parameter 'price' was not sent, was empty/null, or malformed."],
      [{ ...maker, price, timeInForce: 'GTC' }, -1114, 'TimeInForce parameter sent when not required.'],
      [{ ...limit, price, stopPrice: price }, -1106, "Parameter 'stopPrice' sent when not required."],
      [{ ...limit, price, newClientOrderId: 'a.b' }, -1100, /legal range/],
      [{ ...limit, price: `${price}1` }, -1013, 'Filter failure: PRICE_FILTER'],
      [{ ...limit, price, quantity: '0.0000001' }, -1013, 'Filter failure: LOT_SIZE'],
      [{ ...limit, price, quantity: '0.00001' }, -1013, 'Filter failure: NOTIONAL'],
      [{ ...limit, price, quantity: '8000' }, -2010, 'Account has insufficient balance for requested action.'],
      [{ ...maker, price: (ask * 1.01).toFixed(2) }, -2010, 'Order would immediately match and take.'],
      [{ ...stop, stopPrice: (bid * 0.9).toFixed(2) }, -2010, 'Order would trigger immediately.'],
    ] as const) {
      const answer = await client.call('POST', order, params);
      expect(answer, JSON.stringify(params)).toMatchObject({ status: 400, body: { code } });
      expect(at(answer.body, 'msg')).toMatch(msg);
    }
  });

  test('[PP-2] an order lives: told by number and by name, among the open ones, cancelled once, then unknown', async () => {
    const client = new Client(stand(QUIET));
    const [bid] = await touch(client.stand);
    const made = await client.call('POST', order, {
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'LIMIT_MAKER',
      quantity: '0.001',
      price: (bid * 0.9).toFixed(2),
      newClientOrderId: 'mine-1',
    });
    expect(made.headers).toMatchObject({ 'x-mbx-order-count-10s': '1', 'x-mbx-order-count-1d': '1' });
    const orderId = Number(at(made.body, 'orderId'));
    const named = { symbol: 'BTCUSDT', origClientOrderId: 'mine-1' };
    for (const by of [named, { symbol: 'BTCUSDT', orderId }]) {
      expect((await client.call('GET', order, by)).body).toMatchObject({ orderId, status: 'NEW', orderListId: -1 });
    }
    const open = await client.call('GET', `${SPOT}/api/v3/openOrders`);
    expect(list(open.body).map((row) => at(row, 'orderId'))).toEqual([orderId]);
    expect((await client.call('DELETE', order, named)).body).toMatchObject({
      status: 'CANCELED',
      origClientOrderId: 'mine-1',
    });
    expect(await client.call('DELETE', order, named)).toMatchObject(told(400, -2011));
    expect(await client.call('GET', order, { symbol: 'BTCUSDT', orderId: 1 })).toMatchObject(told(400, -2013));
    expect(await client.call('GET', order, { symbol: 'BTCUSDT' })).toMatchObject(told(400, -1102));
  });

  test('[EX-5] executions page by number; what is too wide a window is refused', async () => {
    const client = new Client(stand(QUIET));
    for (let taken = 0; taken < 4; taken += 1) {
      const [, ask] = await touch(client.stand);
      const take = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'IOC', quantity: '0.001' };
      const filled = await client.call('POST', order, { ...take, price: (ask * 1.01).toFixed(2) });
      expect(filled.body).toMatchObject({ status: 'FILLED', executedQty: '0.00100000' });
      // The fee comes out of what was bought.
      expect(at(filled.body, 'fills', 0, 'commissionAsset')).toBe('BTC');
      expect(at(filled.body, 'fills', 0, 'commission')).toBe('0.00000100');
    }
    const trades = `${SPOT}/api/v3/myTrades`;
    const all = list((await client.call('GET', trades, { symbol: 'BTCUSDT' })).body).map((row) => at(row, 'id'));
    expect(all.length).toBeGreaterThanOrEqual(4);
    const paged: Json[] = [];
    for (let fromId = 0; ; fromId = Number(paged.at(-1)) + 1) {
      const page = list((await client.call('GET', trades, { symbol: 'BTCUSDT', fromId, limit: 2 })).body);
      if (page.length === 0) break;
      paged.push(...page.map((row) => at(row, 'id')));
    }
    expect(paged).toEqual(all);
    const wide = { symbol: 'BTCUSDT', startTime: 0, endTime: 86_400_001 };
    expect(await client.call('GET', trades, wide)).toMatchObject(told(400, -1127));
  });

  test('[PP-3] order rate limits count by account, weight by address', async () => {
    const client = new Client(stand(QUIET));
    const bad = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '1', price: '0.001' };
    let last = await client.call('POST', order, bad);
    const begun = client.stand.clock.wallMs();
    while (client.stand.clock.wallMs() < begun + 9_000 && last.status !== 429)
      last = await client.call('POST', order, bad);
    expect(last).toMatchObject(told(429, -1015));
    expect(has(last.body, 'retryAfter')).toBe(false);
    expect(last.headers).not.toHaveProperty('retry-after');
    for (let asked = 0; asked < 90 && last.headers['retry-after'] === undefined; asked += 1) {
      last = await client.call('GET', `${SPOT}/api/v3/openOrders`);
    }
    expect(last).toMatchObject(told(429, -1003));
    expect(Number(last.headers['retry-after'])).toBeGreaterThan(0);
  });
});

describe('Binance practice: USDⓈ-M', () => {
  const book = `${PERP}/fapi/v1/ticker/bookTicker?symbol=BTCUSDT`;
  const base = { symbol: 'BTCUSDT', side: 'BUY', quantity: '0.01' };

  test('[PP-2] refusals in the futures codes', async () => {
    const client = new Client(stand(QUIET));
    const [bid, ask] = await touch(client.stand, book);
    const low = (bid * 0.97).toFixed(1);
    const limit = { ...base, type: 'LIMIT', timeInForce: 'GTC' };
    for (const [params, code] of [
      [{ ...base, type: 'STOP', price: low, stopPrice: low }, -4120],
      [{ ...limit, price: low, positionSide: 'LONG' }, -4061],
      [{ ...limit, price: `${low}1` }, -4014],
      [{ ...limit, price: low, quantity: '0.0001' }, -1111],
      [{ ...limit, price: low, quantity: '0.001' }, -4164],
      [{ ...limit, price: (ask * 1.2).toFixed(1) }, -4016],
      [{ ...limit, timeInForce: 'GTX', price: (ask * 1.01).toFixed(1) }, -5022],
      [{ ...limit, timeInForce: 'FOK', price: low }, -5021],
      [
        { ...limit, timeInForce: 'GTD', price: low, goodTillDate: Math.floor(client.stand.clock.wallMs()) + 60_000 },
        -5040,
      ],
      [{ ...limit, price: low, reduceOnly: 'true' }, -2022],
      [{ ...limit, price: low, quantity: '900' }, -2019],
      [{ ...limit, price: low, selfTradePreventionMode: 'MAYBE' }, -5039],
    ] as const) {
      const answer = await client.call('POST', `${PERP}/fapi/v1/order`, params);
      expect(answer, JSON.stringify(params)).toMatchObject(told(400, code));
    }
    const hedged = new Client(client.stand, 'hedge-mode');
    expect(await hedged.call('POST', `${PERP}/fapi/v1/order`, { ...limit, price: low })).toMatchObject(
      told(400, -4061),
    );
  });

  test('[AC-2] the account’s modes are told', async () => {
    const of = stand(QUIET);
    const dual = `${PERP}/fapi/v1/positionSide/dual`;
    expect((await new Client(of).call('GET', dual)).body).toEqual({ dualSidePosition: false });
    expect((await new Client(of, 'hedge-mode').call('GET', dual)).body).toEqual({ dualSidePosition: true });
    const config = `${PERP}/fapi/v1/symbolConfig`;
    const isolated = await new Client(of, 'isolated').call('GET', config, { symbol: 'BTCUSDT' });
    expect(list(isolated.body)).toMatchObject([{ symbol: 'BTCUSDT', marginType: 'ISOLATED' }]);
  });

  test('[EX-9] a conditional order is not among the open ones until it is triggered', async () => {
    const client = new Client(stand(QUIET));
    const [bid, ask] = await touch(client.stand, book);
    const take = { ...base, type: 'LIMIT', timeInForce: 'IOC', price: (ask * 1.01).toFixed(1) };
    await client.call('POST', `${PERP}/fapi/v1/order`, take);
    const positions = await client.call('GET', `${PERP}/fapi/v3/positionRisk`);
    expect(list(positions.body)).toMatchObject([{ symbol: 'BTCUSDT', positionAmt: '0.010', positionSide: 'BOTH' }]);
    const algo = `${PERP}/fapi/v1/algoOrder`;
    const trigger = {
      triggerPrice: (bid * 0.98).toFixed(1),
      price: (bid * 0.97).toFixed(1),
      workingType: 'MARK_PRICE',
    };
    const terms = { algoType: 'CONDITIONAL', type: 'STOP', side: 'SELL', reduceOnly: 'true', clientAlgoId: 'stop-1' };
    const made = await client.call('POST', algo, { ...base, ...trigger, ...terms });
    expect(made.body).toMatchObject({ clientAlgoId: 'stop-1', algoStatus: 'NEW', workingType: 'MARK_PRICE' });
    expect((await client.call('GET', `${PERP}/fapi/v1/openOrders`)).body).toEqual([]);
    const open = await client.call('GET', `${PERP}/fapi/v1/openAlgoOrders`);
    expect(list(open.body)).toMatchObject([{ clientAlgoId: 'stop-1', actualOrderId: '' }]);
    const named = { symbol: 'BTCUSDT', origClientOrderId: 'stop-1' };
    expect(await client.call('GET', `${PERP}/fapi/v1/order`, named)).toMatchObject(told(400, -2013));
    expect((await client.call('DELETE', algo, { clientAlgoId: 'stop-1' })).body).toMatchObject({ code: '200' });
    expect(await client.call('DELETE', algo, { clientAlgoId: 'stop-1' })).toMatchObject(told(400, -2011));
    const above = { ...trigger, triggerPrice: (ask * 1.02).toFixed(1) };
    const met = { ...base, ...above, ...terms, clientAlgoId: 'stop-2' };
    expect(await client.call('POST', algo, met)).toMatchObject(told(400, -2021));
  });

  test('[EX-14] the countdown of one symbol cancels that symbol’s orders, unless it is renewed or stopped', async () => {
    const client = new Client(stand(QUIET));
    const { clock } = client.stand;
    const symbols = ['BTCUSDT', 'ETHUSDT'];
    for (const symbol of symbols) {
      const [bid] = await touch(client.stand, book.replace('BTCUSDT', symbol));
      const rest = { symbol, side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', price: (bid * 0.97).toFixed(1) };
      expect((await client.call('POST', `${PERP}/fapi/v1/order`, { ...rest, quantity: '1' })).status).toBe(200);
    }
    const countdown = (countdownTime: number) =>
      client.call('POST', `${PERP}/fapi/v1/countdownCancelAll`, { symbol: 'BTCUSDT', countdownTime });
    const open = async () =>
      list((await client.call('GET', `${PERP}/fapi/v1/openOrders`)).body).map((row) => at(row, 'symbol'));
    await countdown(5_000);
    clock.advanceBy(4_000);
    await countdown(5_000);
    clock.advanceBy(4_000);
    expect(await open()).toEqual(symbols);
    await countdown(0);
    clock.advanceBy(10_000);
    expect(await open()).toEqual(symbols);
    await countdown(5_000);
    clock.advanceBy(6_000);
    expect(await open()).toEqual(['ETHUSDT']);
  });

  test('[EX-5] a listen key opens the account’s stream, and its end is said', async () => {
    const client = new Client(stand({ ...QUIET, feeds: ['binance:perp'] }));
    const { clock, transport } = client.stand;
    const listenKey = `${PERP}/fapi/v1/listenKey`;
    const header = { 'X-MBX-APIKEY': client.key.id };
    const made = await client.send('POST', listenKey, '', header);
    const key = String(at(made.body, 'listenKey'));
    const recorder = new Recorder(transport, `wss://fstream.binance.com/private/ws?listenKey=${key}`, []);
    clock.advanceBy(100);
    const [, ask] = await touch(client.stand, book);
    const take = {
      ...base,
      type: 'LIMIT',
      timeInForce: 'IOC',
      price: (ask * 1.01).toFixed(1),
      newClientOrderId: 'take-1',
    };
    await client.call('POST', `${PERP}/fapi/v1/order`, take);
    clock.advanceBy(100);
    const orders = recorder.json().filter((frame) => at(frame, 'e') === 'ORDER_TRADE_UPDATE');
    expect(orders.map((frame) => [at(frame, 'o', 'c'), at(frame, 'o', 'x')])).toEqual(
      expect.arrayContaining([
        ['take-1', 'NEW'],
        ['take-1', 'TRADE'],
      ]),
    );
    expect((await client.send('PUT', listenKey, '', header)).body).toEqual({ listenKey: key });
    expect((await client.send('DELETE', listenKey, '', header)).status).toBe(200);
    clock.advanceBy(100);
    expect(recorder.json().at(-1)).toMatchObject({ e: 'listenKeyExpired', listenKey: key });
    expect(recorder.closes).toHaveLength(1);
    expect(await client.send('PUT', listenKey, '', header)).toMatchObject(told(400, -1125));
  });

  test('a listen key lives an hour from the last time it was asked for', () => {
    const clock = new VirtualClock(0);
    const ended: string[] = [];
    const calls = new ListenKeys(clock, new SeededRandom(1), (key) => ended.push(key)).calls();
    const { practice } = stand(QUIET);
    practice.stop();
    const key = practice.exchange('binance').key('trading');
    const ask = (method: string) => {
      const call = calls[`${method} /fapi/v1/listenKey`];
      if (call === undefined) throw new Error('no such call');
      return call.work(key, new URLSearchParams());
    };
    const made = String(at(parse(ask('POST').body), 'listenKey'));
    clock.advanceBy(59 * 60_000);
    expect(parse(ask('POST').body)).toEqual({ listenKey: made });
    clock.advanceBy(59 * 60_000);
    expect(parse(ask('PUT').body)).toEqual({ listenKey: made });
    clock.advanceBy(59 * 60_000);
    expect(ended).toEqual([]);
    clock.advanceBy(60_000);
    expect(ended).toEqual([made]);
    expect(ask('PUT').status).toBe(400);
  });
});

describe('Binance practice: the spot account’s stream', () => {
  const URL = 'wss://ws-api.binance.com:443/ws-api/v3';

  /** Sends a subscription signed with `secret`, and what came of it. */
  function subscribed(of: Stand, name: string, changes: Params = {}, secret?: string): Recorder {
    const key = keyOf(of, name);
    const params = { apiKey: key.id, timestamp: Math.floor(of.clock.wallMs()), ...changes };
    const sorted = Object.entries(params)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([one, value]) => `${one}=${value}`)
      .join('&');
    const signature = createHmac('sha256', secret ?? key.secret)
      .update(sorted)
      .digest('hex');
    const request = { id: 7, method: 'userDataStream.subscribe.signature', params: { ...params, signature } };
    const recorder = new Recorder(of.transport, URL, [request]);
    of.clock.advanceBy(100);
    return recorder;
  }

  test('[AC-1] who may not hear is told why', () => {
    const of = stand(QUIET);
    const error = (recorder: Recorder) => at(recorder.json()[0] ?? null, 'error', 'code');
    expect(error(subscribed(of, 'trading', {}, 'another secret'))).toBe(-1022);
    expect(error(subscribed(of, 'trading', { timestamp: of.clock.wallMs() - 60_000 }))).toBe(-1021);
    expect(error(subscribed(of, 'other-ip'))).toBe(-2015);
    expect(error(subscribed(of, 'other-entity'))).toBe(-2008);
  });

  test('[EX-5] orders, executions with their fees, and balances are heard, and nothing of other accounts', async () => {
    const client = new Client(stand(QUIET));
    const recorder = subscribed(client.stand, 'trading');
    const other = subscribed(client.stand, 'hedge-mode');
    expect(recorder.json()[0]).toMatchObject({ id: 7, status: 200, result: { subscriptionId: 0 } });
    const [, ask] = await touch(client.stand);
    await client.call('POST', `${SPOT}/api/v3/order`, {
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'IOC',
      quantity: '0.001',
      price: (ask * 1.01).toFixed(2),
      newClientOrderId: 'take-2',
    });
    client.stand.clock.advanceBy(100);
    const events = recorder
      .json()
      .slice(1)
      .map((frame) => at(frame, 'event'));
    const reports = events.filter((event) => at(event, 'e') === 'executionReport');
    expect(reports.map((event) => [at(event, 'c'), at(event, 'x'), at(event, 'X')])).toEqual([
      ['take-2', 'NEW', 'NEW'],
      ['take-2', 'TRADE', 'FILLED'],
    ]);
    expect(reports[1]).toMatchObject({ n: '0.00000100', N: 'BTC', z: '0.00100000', m: false });
    expect(events.some((event) => at(event, 'e') === 'outboundAccountPosition')).toBe(true);
    expect(other.json()).toHaveLength(1);
  });
});
