import { createHash, createHmac } from 'node:crypto';
import { krakenfutures } from 'ccxt';
import { describe, expect, test } from 'vitest';
import type { PracticeKey } from '#main/practice/exchange/types';
import { signedChallenge } from '#main/practice/wire/kraken-futures/private/signature';
import type { Json, Stand } from './client.ts';
import { at, cause, has, list, parse, Recorder, stand } from './client.ts';

const BASE = 'https://futures.kraken.com';
const API = '/derivatives/api/v3/';
const CHECK = '/api/auth/v1/api-keys/v3/check';
const SOCKET = 'wss://futures.kraken.com/ws/v1';

const sign = (secret: string, message: string): string =>
  createHmac('sha512', Buffer.from(secret, 'base64'))
    .update(createHash('sha256').update(message).digest())
    .digest('base64');

/** Signs as the documentation says, with its own few lines. */
class Client {
  readonly here: Stand;
  readonly key: PracticeKey;
  secret: string;
  nonce = '';

  constructor(name = 'trading', here = stand({ feeds: ['kraken:perp'] })) {
    this.here = here;
    this.key = here.practice.exchange('kraken').key(name, 'kraken-futures');
    this.secret = this.key.secret;
  }

  async send(method: 'GET' | 'POST' | 'PUT', path: string, params: Record<string, string> = {}) {
    const data = new URLSearchParams(params).toString();
    const signed = path.startsWith('/derivatives') ? path.slice('/derivatives'.length) : path;
    const answer = this.here.transport.request({
      method,
      url: `${BASE}${path}${method === 'GET' && data !== '' ? `?${data}` : ''}`,
      headers: {
        APIKey: this.key.id,
        Authent: sign(this.secret, `${data}${this.nonce}${signed}`),
        ...(this.nonce === '' ? {} : { Nonce: this.nonce }),
      },
      body: method === 'GET' ? undefined : data,
      timeoutMs: 3_000,
    });
    this.here.clock.advanceBy(50);
    const { status, body } = await answer;
    return { status, body: parse(body) };
  }

  async get(name: string, params: Record<string, string> = {}): Promise<Json> {
    return (await this.send('GET', API + name, params)).body;
  }

  async post(name: string, params: Record<string, string> = {}): Promise<Json> {
    return (await this.send('POST', API + name, params)).body;
  }

  /** What became of an order. */
  async order(more: Record<string, string> = {}): Promise<Json> {
    const plain = { orderType: 'lmt', symbol: 'PF_XBTUSD', side: 'buy', size: '0.01', limitPrice: this.price(-0.01) };
    return at(await this.post('sendorder', { ...plain, ...more }), 'sendStatus');
  }

  listen(feeds: readonly string[], secret = this.secret): Recorder {
    const recorder = new Recorder(this.here.transport, SOCKET, [{ event: 'challenge', api_key: this.key.id }]);
    this.here.clock.advanceBy(50);
    const challenge = recorder.json().find((frame) => has(frame, 'event') && at(frame, 'event') === 'challenge');
    const original = String(at(challenge ?? null, 'message'));
    const proof = { api_key: this.key.id, original_challenge: original, signed_challenge: sign(secret, original) };
    for (const feed of feeds) recorder.socket.send(JSON.stringify({ event: 'subscribe', feed, ...proof }));
    this.here.clock.advanceBy(50);
    return recorder;
  }

  /** A fraction away from the best ask, whole dollars as the tick wants. */
  price(fraction: number): string {
    const { book } = this.here.practice.exchange('kraken').market('kraken:perp', 'BTC-USD-PERP');
    return String(Math.round((book.asks[0]?.price ?? 0) * (1 + fraction)));
  }
}

const of = (recorder: Recorder, feed: string): Json[] =>
  recorder.json().filter((frame) => has(frame, 'feed') && at(frame, 'feed') === feed && !has(frame, 'event'));

test('[PP-2] the signed challenge of the documentation’s example', () => {
  const secret = '7zxMEF5p/Z8l2p2U7Ghv6x14Af+Fx+92tPgUdVQ748FOIrEoT9bgT+bTRfXc5pz8na+hL/QdrCVG7bh9KpT0eMTm';
  expect(signedChallenge(secret, 'c100b894-1729-464d-ace1-52dbce11db42')).toBe(
    '4JEpF3ix66GA2B+ooK128Ift4XQVtc137N9yeg4Kqsn9PI0Kpzbysl9M1IeCEdjg0zl00wkVqcsnG4bmnlMb3A==',
  );
});

describe('[PP-2] [AC-1] who may not come in', () => {
  const unfit = ['expired', 'other-entity', 'other-ip'];
  test.each(unfit)('the key %s: authenticationError', async (name) => {
    expect(await new Client(name).get('accounts')).toMatchObject({ result: 'error', error: 'authenticationError' });
  });

  test('another secret, data that differs from what was signed, a nonce used twice', async () => {
    const client = new Client();
    client.secret = Buffer.from('another').toString('base64');
    expect(at(await client.get('accounts'), 'error')).toBe('authenticationError');
    client.secret = client.key.secret;
    client.nonce = '1790000000001';
    expect(at(await client.get('accounts'), 'result')).toBe('success');
    expect(at(await client.get('accounts'), 'error')).toBe('nonceDuplicate');
    client.nonce = '1790000000000';
    expect(at(await client.get('accounts'), 'result')).toBe('success');
  });

  test('what a key may do is told', async () => {
    expect((await new Client().send('GET', CHECK)).body).toMatchObject({
      permissions: { general: 'FULL_ACCESS', transfer: 'NO_ACCESS' },
    });
    expect((await new Client('read-only').send('GET', CHECK)).body).toMatchObject({
      permissions: { general: 'READ_ONLY' },
    });
    expect((await new Client('withdrawal').send('GET', CHECK)).body).toMatchObject({
      permissions: { transfer: 'FULL_ACCESS' },
    });
    expect((await new Client('other-entity').send('GET', CHECK)).status).toBe(401);
  });

  test('a key that may only read sends no order', async () => {
    const reader = new Client('read-only');
    expect(at(await reader.post('sendorder', {}), 'error')).toBe('authenticationError');
    expect(at(await reader.get('openorders'), 'result')).toBe('success');
  });
});

describe('[PP-2] orders', () => {
  const refusals: readonly [string, Record<string, string>, string][] = [
    ['an unknown type', { orderType: 'limit' }, 'invalidOrderType'],
    ['no side', { side: 'hold' }, 'invalidSide'],
    ['no size', { size: '0' }, 'invalidSize'],
    ['off the lot', { size: '0.00001' }, 'invalidSize'],
    ['off the tick', { limitPrice: '50000.5' }, 'invalidPrice'],
    ['no price', { limitPrice: '' }, 'invalidPrice'],
    ['too much', { size: '100000' }, 'insufficientAvailableFunds'],
    ['a stop without its price', { orderType: 'stp' }, 'invalidPrice'],
    ['reducing nothing', { reduceOnly: 'true', side: 'sell' }, 'wouldNotReducePosition'],
    ['a name that is too long', { cliOrdId: 'x'.repeat(101) }, 'clientOrderIdTooLong'],
    ['an IOC away from the market', { orderType: 'ioc' }, 'iocWouldNotExecute'],
    ['a FOK away from the market', { orderType: 'fok' }, 'iocWouldNotExecute'],
  ];
  test.each(refusals)('%s is not placed', async (_what, more, status) => {
    expect(await new Client().order(more)).toMatchObject({ status });
  });

  test('post-only that would take, a name twice, a deadline that has passed', async () => {
    const client = new Client();
    expect(await client.order({ orderType: 'post', limitPrice: client.price(0.01) })).toMatchObject({
      status: 'postWouldExecute',
    });
    expect(await client.order({ cliOrdId: 'once' })).toMatchObject({ status: 'placed', cliOrdId: 'once' });
    expect(await client.order({ cliOrdId: 'once' })).toMatchObject({ status: 'clientOrderIdAlreadyExist' });
    const processBefore = new Date(client.here.clock.wallMs() - 1).toISOString();
    expect(await client.order({ processBefore })).toMatchObject({ status: 'wouldProcessAfterSpecifiedTime' });
  });

  test('[ccxt trap] a time in force is ignored: such an order rests', async () => {
    const client = new Client();
    expect(await client.order({ timeInForce: 'IOC' })).toMatchObject({ status: 'placed' });
    expect(list(at(await client.get('openorders'), 'openOrders'))).toHaveLength(1);
  });

  test('an order rests, is shown with its name, its status told, and is cancelled by either id', async () => {
    const client = new Client();
    const sent = await client.order({ cliOrdId: 'mine-1' });
    const order_id = String(at(sent, 'order_id'));
    expect(at(await client.get('openorders'), 'openOrders', 0)).toMatchObject({
      order_id,
      cliOrdId: 'mine-1',
      orderType: 'lmt',
      status: 'untouched',
      filledSize: 0,
      unfilledSize: 0.01,
    });
    expect(at(await client.get('orders/status', { cliOrdIds: 'mine-1' }), 'orders', 0, 'status')).toBe('ENTERED_BOOK');
    expect(at(await client.post('cancelorder', { cliOrdId: 'mine-1' }), 'cancelStatus', 'status')).toBe('cancelled');
    expect(at(await client.post('cancelorder', { order_id }), 'cancelStatus', 'status')).toBe('notFound');
    expect(at(await client.post('orders/status', { orderIds: order_id }), 'orders', 0, 'status')).toBe('CANCELLED');
    client.here.clock.advanceBy(6_000);
    expect(at(await client.get('orders/status', { orderIds: order_id }), 'orders')).toEqual([]);
    const { body } = await client.send('GET', '/api/history/v3/orders', { sort: 'asc' });
    expect(list(at(body, 'elements')).map((row) => Object.keys(Object(at(row, 'event')))[0])).toEqual([
      'OrderPlaced',
      'OrderCancelled',
    ]);
  });

  test('[EX-9] a stop waits with its signal, and is in the history of triggers alone', async () => {
    const client = new Client();
    await client.order({ orderType: 'ioc', limitPrice: client.price(0.01) });
    const stop = {
      orderType: 'stp',
      side: 'sell',
      limitPrice: client.price(-0.06),
      stopPrice: client.price(-0.05),
      triggerSignal: 'index',
      reduceOnly: 'true',
    };
    const sent = await client.order(stop);
    expect(at(sent, 'orderEvents', 0)).toMatchObject({
      type: 'PLACE',
      orderTrigger: { triggerSide: 'trigger_below', triggerSignal: 'spot_price' },
    });
    expect(at(await client.get('openorders'), 'openOrders', 0)).toMatchObject({
      orderType: 'stop',
      stopPrice: Number(stop.stopPrice),
      triggerSignal: 'spot',
      reduceOnly: true,
    });
    const events = async (name: string) =>
      list(at((await client.send('GET', `/api/history/v3/${name}`)).body, 'elements')).length;
    expect(await events('triggers')).toBe(1);
    expect(await events('orders')).toBeGreaterThan(0);
    await client.post('cancelallorders', { symbol: 'PF_XBTUSD' });
    expect(await events('triggers')).toBe(2);
  });

  test('[EX-14] the switch takes triggers too', async () => {
    const client = new Client();
    await client.order();
    await client.order({ orderType: 'stp', stopPrice: client.price(0.05), limitPrice: client.price(0.06) });
    await client.post('cancelallordersafter', { timeout: '10' });
    client.here.clock.advanceBy(11_000);
    expect(at(await client.get('openorders'), 'openOrders')).toEqual([]);
  });

  test('[EX-5] fills come a hundred at a time without fees; the history has them, page by page', async () => {
    const client = new Client();
    for (let count = 0; count < 105; count += 1) {
      expect(await client.order({ orderType: 'ioc', size: '0.001', limitPrice: client.price(0.01) })).toMatchObject({
        status: 'placed',
      });
      client.here.clock.advanceBy(300);
    }
    const first = list(at(await client.get('fills'), 'fills'));
    expect(first).toHaveLength(100);
    expect(first[0]).not.toHaveProperty('fee_paid');
    const lastFillTime = String(at(first[99] ?? null, 'fillTime'));
    const second = list(at(await client.get('fills', { lastFillTime }), 'fills'));
    expect(second.length).toBeGreaterThan(0);
    const page = (await client.send('GET', '/api/history/v3/executions', { sort: 'asc' })).body;
    const execution = at(page, 'elements', 0, 'event', 'Execution', 'execution');
    const value = Number(at(execution, 'usdValue'));
    expect(Number(at(execution, 'orderData', 'fee')) / value).toBeCloseTo(0.0005, 8);
    const continuation_token = String(at(page, 'continuationToken'));
    const rest = await client.send('GET', '/api/history/v3/executions', { sort: 'asc', continuation_token });
    expect(list(at(page, 'elements')).length + list(at(rest.body, 'elements')).length).toBe(
      first.length + second.length,
    );
  });

  test('[AC-2] positions, collateral, leverage preferences, self-trade strategy', async () => {
    const client = new Client();
    await client.order({ orderType: 'ioc', size: '0.1', limitPrice: client.price(0.01) });
    expect(at(await client.get('openpositions'), 'openPositions', 0)).toMatchObject({
      side: 'long',
      symbol: 'PF_XBTUSD',
      size: 0.1,
    });
    expect(
      Number(at(await client.get('accounts'), 'accounts', 'flex', 'currencies', 'USD', 'quantity')),
    ).toBeGreaterThan(0);
    expect(at(await client.get('leveragepreferences'), 'leveragePreferences')).toEqual([]);
    await client.send('PUT', `${API}leveragepreferences`, { symbol: 'PF_XBTUSD', maxLeverage: '5' });
    expect(at(await client.get('leveragepreferences'), 'leveragePreferences')).toEqual([
      { symbol: 'PF_XBTUSD', maxLeverage: 5 },
    ]);
    expect(at(await client.get('openpositions'), 'openPositions', 0, 'maxFixedLeverage')).toBe(5);
    expect(at(await client.get('self-trade-strategy'), 'strategy')).toBe('REJECT_TAKER');
  });

  test('too many calls are refused until the pool has filled again', async () => {
    const client = new Client();
    let refused = '';
    for (let count = 0; count < 60 && refused === ''; count += 1) {
      const answer = await client.post('cancelallorders');
      if (at(answer, 'result') === 'error') refused = String(at(answer, 'error'));
    }
    expect(refused).toBe('apiLimitExceeded');
    client.here.clock.advanceBy(10_000);
    expect(at(await client.post('cancelallorders'), 'result')).toBe('success');
  });
});

describe('[PP-2] the private feeds', () => {
  test('a challenge that was signed with another secret opens nothing', () => {
    const recorder = new Client().listen(['fills'], Buffer.from('another').toString('base64'));
    expect(recorder.json().at(-1)).toMatchObject({ event: 'alert' });
  });

  test('[EX-5] each begins with the account as it stands, and tells what happens', async () => {
    const client = new Client();
    await client.order({ cliOrdId: 'before' });
    const recorder = client.listen(['open_orders_verbose', 'fills', 'balances', 'open_positions']);
    expect(at(of(recorder, 'open_orders_verbose_snapshot')[0] ?? null, 'orders', 0)).toMatchObject({
      cli_ord_id: 'before',
      direction: 0,
      qty: 0.01,
    });
    await client.order({ orderType: 'ioc', cliOrdId: 'taker', limitPrice: client.price(0.01) });
    await client.post('cancelorder', { cliOrdId: 'before' });
    client.here.clock.advanceBy(100);
    expect(at(of(recorder, 'fills')[0] ?? null, 'fills', 0)).toMatchObject({
      instrument: 'PF_XBTUSD',
      buy: true,
      cli_ord_id: 'taker',
      fill_type: 'taker',
      fee_currency: 'USD',
    });
    const orders = of(recorder, 'open_orders_verbose');
    expect(orders.at(-1)).toMatchObject({ cli_ord_id: 'before', is_cancel: true, reason: 'cancelled_by_user' });
    expect(orders.at(-1)).not.toHaveProperty('order');
    expect(of(recorder, 'balances').length).toBeGreaterThan(0);
    expect(at(of(recorder, 'open_positions').at(-1) ?? null, 'positions', 0, 'balance')).toBe(0.01);
  });

  test('[EX-15] what the venue does to a position is told as such', async () => {
    const client = new Client();
    await client.order({ orderType: 'ioc', size: '0.1', limitPrice: client.price(0.01) });
    const recorder = client.listen(['fills']);
    cause(client.here.practice, 'kraken:perp', 'auto-deleverage', { instrument: 'BTC-USD-PERP' });
    client.here.clock.advanceBy(1_000);
    expect(at(of(recorder, 'fills')[0] ?? null, 'fills', 0, 'fill_type')).toBe('unwindCounterparty');
  });
});

test('[PP-2] ccxt’s own class trades here: an order, its cancel, fills, balances and positions', async () => {
  const client = new Client();
  const { here, key } = client;
  const exchange = new krakenfutures({ apiKey: key.id, secret: key.secret, enableRateLimit: false });
  Object.assign(exchange, {
    fetchImplementation: async (
      url: string,
      init: { method?: 'GET' | 'POST'; headers?: Record<string, string>; body?: string },
    ) => {
      const { method = 'GET', headers: sent = {}, body: data } = init;
      const answer = here.transport.request({ method, url, headers: sent, body: data, timeoutMs: 2_000 });
      here.clock.advanceBy(50);
      const { status, headers, body } = await answer;
      return new Response(body, { status, headers });
    },
  });
  const symbol = 'BTC/USD:USD';
  const resting = await exchange.createOrder(symbol, 'limit', 'buy', 0.01, Number(client.price(-0.01)));
  expect((await exchange.fetchOpenOrders(symbol)).map(({ id }) => id)).toEqual([resting.id]);
  await exchange.cancelOrder(resting.id ?? '', symbol);
  await exchange.createOrder(symbol, 'limit', 'buy', 0.01, Number(client.price(0.01)), { timeInForce: 'ioc' });
  const trades = await exchange.fetchMyTrades(symbol);
  expect(trades.reduce((sum, { amount }) => sum + (amount ?? 0), 0)).toBeCloseTo(0.01, 10);
  const positions = await exchange.fetchPositions([symbol]);
  expect(positions[0]).toMatchObject({ side: 'long', contracts: 0.01 });
});
