import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { PracticeKey } from '#main/practice/exchange/types';
import type { HttpRequest, HttpResponse } from '#shared/kernel/transport';
import type { Json, Stand } from './client.ts';
import { at, cause, has, lift, list, parse, Recorder, stand } from './client.ts';

const HOST = 'https://api.bybit.com';
const SOCKET = 'wss://stream.bybit.com/v5/private';

/** Signs as the documentation says, with its own few lines: timestamp, key, window, then query or body. */
class Client {
  readonly here: Stand;
  readonly key: PracticeKey;
  host = HOST;
  skewMs = 0;
  secret: string;

  constructor(name = 'trading', here = stand({ feeds: ['bybit:spot', 'bybit:perp'] })) {
    this.here = here;
    this.key = here.practice.exchange('bybit').key(name);
    this.secret = this.key.secret;
  }

  async send(method: 'GET' | 'POST', path: string, params: Record<string, unknown> = {}): Promise<HttpResponse> {
    const query = new URLSearchParams(Object.entries(params).map(([name, value]) => [name, String(value)])).toString();
    const body = method === 'POST' ? JSON.stringify(params) : undefined;
    const timestamp = String(Math.floor(this.here.clock.wallMs() + this.skewMs));
    const text = `${timestamp}${this.key.id}5000${body ?? query}`;
    const request: HttpRequest = {
      method,
      url: `${this.host}${path}${method === 'GET' && query !== '' ? `?${query}` : ''}`,
      headers: {
        'X-BAPI-API-KEY': this.key.id,
        'X-BAPI-TIMESTAMP': timestamp,
        'X-BAPI-RECV-WINDOW': '5000',
        'X-BAPI-SIGN': createHmac('sha256', this.secret).update(text).digest('hex'),
      },
      body,
      timeoutMs: 3_000,
    };
    const answer = this.here.transport.request(request);
    this.here.clock.advanceBy(50);
    return answer;
  }

  async call(method: 'GET' | 'POST', path: string, params: Record<string, unknown> = {}): Promise<Json> {
    return parse((await this.send(method, path, params)).body);
  }

  async result(method: 'GET' | 'POST', path: string, params: Record<string, unknown> = {}): Promise<Json> {
    const answer = await this.call(method, path, params);
    expect(answer).toMatchObject({ retCode: 0 });
    return at(answer, 'result');
  }

  /** A private socket that is logged in and hears these topics. */
  listen(topics: readonly string[], signature?: string): Recorder {
    const expires = Math.floor(this.here.clock.wallMs()) + 10_000;
    const sign = createHmac('sha256', this.secret).update(`GET/realtime${expires}`).digest('hex');
    const recorder = new Recorder(this.here.transport, SOCKET, [
      { op: 'auth', args: [this.key.id, expires, signature ?? sign] },
      { req_id: 'r1', op: 'subscribe', args: topics },
    ]);
    this.here.clock.advanceBy(50);
    return recorder;
  }

  market(feed: 'bybit:spot' | 'bybit:perp', instrument: string) {
    return this.here.practice.exchange('bybit').market(feed, instrument);
  }
}

const rows = (recorder: Recorder, topic: string): Json[] =>
  recorder
    .json()
    .filter((frame) => has(frame, 'topic') && at(frame, 'topic') === topic)
    .flatMap((frame) => list(at(frame, 'data')));

/** One tick beyond the touch takes from it; far away rests. */
function spotPrices(client: Client): { takes: string; rests: string } {
  const { book, spec } = client.market('bybit:spot', 'BTC-USDT');
  const text = (ticks = 0): string => (ticks / 10 ** spec.priceDecimals).toFixed(spec.priceDecimals);
  return { takes: text((book.asks[0]?.price ?? 0) + 20), rests: text((book.bids[0]?.price ?? 0) - 500) };
}

const SPOT = { category: 'spot', symbol: 'BTCUSDT', side: 'Buy', orderType: 'Limit', qty: '0.002' };
const LINEAR = { category: 'linear', symbol: 'BTCUSDT', side: 'Buy', orderType: 'Limit', qty: '0.010', positionIdx: 0 };

describe('[PP-2] [AC-1] who may not come in is told why, with the venue’s code', () => {
  test.each([
    ['expired', 33004],
    ['other-ip', 10010],
    ['other-entity', 10003],
  ])('the key %s: %d', async (name, retCode) => {
    expect(await new Client(name).call('GET', '/v5/user/query-api')).toMatchObject({ retCode });
  });

  test('another secret: 10004 with what was signed', async () => {
    const client = new Client();
    client.secret = 'not the one';
    expect(await client.call('GET', '/v5/order/realtime', { category: 'spot' })).toMatchObject({
      retCode: 10004,
      retMsg: expect.stringContaining(`error sign! origin_string[`),
    });
  });

  test.each([
    [-5_100, 10002],
    [1_100, 10002],
    [-4_000, 0],
    [900, 0],
  ])('[MD-6] a timestamp %d ms off: %d', async (skewMs, retCode) => {
    const client = new Client();
    client.skewMs = skewMs;
    expect(await client.call('GET', '/v5/account/info')).toMatchObject({ retCode });
  });

  test('a key that may only read: 10005 for an order, answers for questions', async () => {
    const client = new Client('read-only');
    expect(await client.call('POST', '/v5/order/create', SPOT)).toMatchObject({ retCode: 10005 });
    expect(await client.call('GET', '/v5/order/realtime', { category: 'spot' })).toMatchObject({ retCode: 0 });
    expect(await client.result('GET', '/v5/user/query-api')).toMatchObject({ readOnly: 1 });
  });

  test('the key of another entity is good on its own host alone', async () => {
    const client = new Client('other-entity');
    client.host = 'https://api.bybit.eu';
    expect(await client.call('GET', '/v5/account/info')).toMatchObject({ retCode: 0 });
  });

  test('a revoked key is unknown, and its private socket is closed', async () => {
    const client = new Client();
    const recorder = client.listen(['order.spot']);
    cause(client.here.practice, 'bybit:spot', 'revoke-keys');
    client.here.clock.advanceBy(1_500);
    expect(await client.call('GET', '/v5/account/info')).toMatchObject({ retCode: 10003 });
    expect(recorder.closes).toMatchObject([{ code: 1000 }]);
    lift(client.here.practice, 'bybit:spot', 'revoke-keys');
    expect(await client.call('GET', '/v5/account/info')).toMatchObject({ retCode: 0 });
  });

  test('[SE-1] a key that can withdraw says so', async () => {
    const info = await new Client('withdrawal').result('GET', '/v5/user/query-api');
    expect(list(at(info, 'permissions', 'Wallet'))).toContain('Withdraw');
    const good = await new Client().result('GET', '/v5/user/query-api');
    expect(list(at(good, 'permissions', 'Wallet'))).toEqual([]);
  });

  test.each([
    ['auto-borrow', '/v5/spot-margin-trade/state', { spotMarginMode: '1' }],
    ['isolated', '/v5/account/info', { marginMode: 'ISOLATED_MARGIN' }],
    ['account-level', '/v5/account/info', { unifiedMarginStatus: 1 }],
    ['trading', '/v5/account/info', { marginMode: 'REGULAR_MARGIN', unifiedMarginStatus: 5 }],
    ['trading', '/v5/spot-margin-trade/state', { spotMarginMode: '0' }],
  ])('[AC-2] the account %s shows its modes at %s', async (name, path, shows) => {
    expect(await new Client(name).result('GET', path)).toMatchObject(shows);
  });

  test('[AC-2] hedge mode: two position indices, and one-way orders are refused', async () => {
    const client = new Client('hedge-mode');
    const held = await client.result('GET', '/v5/position/list', { category: 'linear', symbol: 'BTCUSDT' });
    expect(list(at(held, 'list')).map((row) => at(row, 'positionIdx'))).toEqual([1, 2]);
    const order = { ...LINEAR, orderType: 'Market' };
    expect(await client.call('POST', '/v5/order/create', order)).toMatchObject({
      retCode: 10001,
      retMsg: 'position idx not match position mode',
    });
  });
});

describe('[PP-2] orders on spot', () => {
  test('an IOC is filled: order, execution with its fee in the bought coin, and wallet come over the private stream', async () => {
    const client = new Client();
    const recorder = client.listen(['order.spot', 'execution.spot', 'wallet']);
    const { takes } = spotPrices(client);
    const made = await client.result('POST', '/v5/order/create', {
      ...SPOT,
      price: takes,
      timeInForce: 'IOC',
      orderLinkId: 'deal-1',
    });
    const [execution] = rows(recorder, 'execution.spot');
    expect(execution).toMatchObject({
      category: 'spot',
      orderId: at(made, 'orderId'),
      orderLinkId: 'deal-1',
      execQty: '0.002',
      execFee: '0.000002',
      feeCurrency: 'BTC',
      execType: 'Trade',
      isMaker: false,
    });
    expect(rows(recorder, 'order.spot').map((row) => at(row, 'orderStatus'))).toEqual(['New', 'Filled']);
    expect(rows(recorder, 'wallet').length).toBeGreaterThan(0);
    const listed = await client.result('GET', '/v5/execution/list', { category: 'spot', orderLinkId: 'deal-1' });
    expect(list(at(listed, 'list'))).toEqual([expect.objectContaining({ execId: at(execution ?? null, 'execId') })]);
    // Its own client id is asked for in both places where it may be.
    const shown = await client.result('GET', '/v5/order/realtime', { category: 'spot', orderLinkId: 'deal-1' });
    expect(at(shown, 'list', 0)).toMatchObject({ orderStatus: 'Filled', cumExecQty: '0.002', leavesQty: '0' });
    const past = await client.result('GET', '/v5/order/history', { category: 'spot' });
    expect(at(past, 'list', 0)).toMatchObject({ orderLinkId: 'deal-1' });
    const other = await client.result('GET', '/v5/order/realtime', { category: 'linear', orderLinkId: 'deal-1' });
    expect(at(other, 'list')).toEqual([]);
  });

  test('a resting order is open, locks, and is cancelled once', async () => {
    const client = new Client();
    const { rests } = spotPrices(client);
    const order = { ...SPOT, price: rests, timeInForce: 'PostOnly', orderLinkId: 'rest-1' };
    const made = await client.result('POST', '/v5/order/create', order);
    const open = await client.result('GET', '/v5/order/realtime', { category: 'spot' });
    expect(at(open, 'list', 0)).toMatchObject({ orderStatus: 'New', leavesQty: '0.002', timeInForce: 'PostOnly' });
    const wallet = await client.result('GET', '/v5/account/wallet-balance', { accountType: 'UNIFIED', coin: 'USDT' });
    expect(Number(at(wallet, 'list', 0, 'coin', 0, 'locked'))).toBeCloseTo(0.002 * Number(rests), 6);
    const cancel = { category: 'spot', symbol: 'BTCUSDT', orderLinkId: 'rest-1' };
    expect(await client.result('POST', '/v5/order/cancel', cancel)).toEqual(made);
    expect(await client.call('POST', '/v5/order/cancel', cancel)).toMatchObject({ retCode: 170213 });
    const past = await client.result('GET', '/v5/order/history', { category: 'spot', orderLinkId: 'rest-1' });
    expect(at(past, 'list', 0)).toMatchObject({ orderStatus: 'Cancelled', cancelType: 'CancelByUser' });
  });

  test('a post-only that would take is accepted and cancelled at once, with the reason', async () => {
    const client = new Client();
    const recorder = client.listen(['order']);
    const { takes } = spotPrices(client);
    await client.result('POST', '/v5/order/create', { ...SPOT, price: takes, timeInForce: 'PostOnly' });
    expect(rows(recorder, 'order').at(-1)).toMatchObject({
      orderStatus: 'Cancelled',
      rejectReason: 'EC_PostOnlyWillTakeLiquidity',
      cumExecQty: '0',
    });
  });

  test.each([
    [{ qty: '0.00001' }, 170136],
    [{ qty: '0.0020000001' }, 170137],
    [{ priceOff: '0.001' }, 170134],
    [{ qty: '0.00002' }, 170140],
    [{ qty: '900' }, 170131],
    [{ band: 1.02 }, 170193],
    [{ side: 'Sell', band: 0.98 }, 170194],
    [{ symbol: 'BTCEUR' }, 170121],
    [{ qty: 'many' }, 170130],
  ])('[ID-4] what the catalogue or the account does not allow is refused: %j gives %d', async (differs, retCode) => {
    const client = new Client();
    const { rests } = spotPrices(client);
    const { priceOff, band, ...more } = differs as { priceOff?: string; band?: number };
    const price = band === undefined ? rests : (Number(rests) * band).toFixed(1);
    const order = { ...SPOT, price: `${price}${priceOff === undefined ? '' : '05'}`, timeInForce: 'GTC', ...more };
    expect(await client.call('POST', '/v5/order/create', order)).toMatchObject({ retCode });
  });

  test('[EX-2] a client id is used once', async () => {
    const client = new Client();
    const order = { ...SPOT, price: spotPrices(client).rests, orderLinkId: 'one' };
    await client.result('POST', '/v5/order/create', order);
    expect(await client.call('POST', '/v5/order/create', order)).toMatchObject({ retCode: 170141 });
  });

  test('market buys are by value unless they say otherwise', async () => {
    const client = new Client();
    const order = { ...SPOT, orderType: 'Market', qty: '500' };
    await client.result('POST', '/v5/order/create', { ...order, orderLinkId: 'value' });
    await client.result('POST', '/v5/order/create', {
      ...order,
      qty: '0.003',
      marketUnit: 'baseCoin',
      orderLinkId: 'base',
    });
    const of = async (orderLinkId: string): Promise<Json> =>
      at(await client.result('GET', '/v5/order/realtime', { category: 'spot', orderLinkId }), 'list', 0);
    expect(Number(at(await of('value'), 'cumExecValue'))).toBeGreaterThan(499);
    expect(Number(at(await of('value'), 'cumExecValue'))).toBeLessThanOrEqual(500);
    expect(await of('base')).toMatchObject({ cumExecQty: '0.003' });
  });

  test('history and executions come in pages without a gap or a repeat', async () => {
    const client = new Client();
    const { takes } = spotPrices(client);
    for (let n = 0; n < 7; n += 1) {
      await client.result('POST', '/v5/order/create', { ...SPOT, qty: '0.0001', price: takes, timeInForce: 'IOC' });
    }
    for (const [path, id] of [
      ['/v5/order/history', 'orderId'],
      ['/v5/execution/list', 'execId'],
    ] as const) {
      const whole = list(at(await client.result('GET', path, { category: 'spot', limit: 50 }), 'list'));
      const paged: Json[] = [];
      let cursor = '';
      do {
        const more = cursor === '' ? {} : { cursor };
        const page = await client.result('GET', path, { category: 'spot', limit: 3, ...more });
        paged.push(...list(at(page, 'list')));
        cursor = String(at(page, 'nextPageCursor'));
      } while (cursor !== '');
      expect(whole.length).toBeGreaterThanOrEqual(7);
      expect(paged.map((row) => at(row, id))).toEqual(whole.map((row) => at(row, id)));
    }
  });

  test('calls beyond the limit of a second are refused with when to come again', async () => {
    const client = new Client();
    const answers: HttpResponse[] = [];
    const all = Array.from({ length: 12 }, () => client.send('GET', '/v5/account/fee-rate', { category: 'spot' }));
    answers.push(...(await Promise.all(all)));
    const refused = answers.filter(({ body }) => body.includes('10006'));
    expect(refused).toHaveLength(2);
    expect(Number(refused[0]?.headers['x-bapi-limit-reset-timestamp'])).toBeGreaterThan(0);
    expect(answers[0]?.headers).toMatchObject({ 'x-bapi-limit': '10', 'x-bapi-limit-status': '9' });
  });
});

describe('[PP-2] orders on contracts', () => {
  test('a position is opened, told, and closed reduce-only; nothing is left to reduce then', async () => {
    const client = new Client();
    const recorder = client.listen(['order.linear', 'execution.linear', 'position.linear']);
    const market = { ...LINEAR, orderType: 'Market' };
    await client.result('POST', '/v5/order/create', { ...market, orderLinkId: 'in' });
    const held = await client.result('GET', '/v5/position/list', { category: 'linear', settleCoin: 'USDT' });
    expect(at(held, 'list', 0)).toMatchObject({ symbol: 'BTCUSDT', side: 'Buy', size: '0.010', leverage: '10' });
    expect(rows(recorder, 'execution.linear')[0]).toMatchObject({
      execQty: '0.010',
      feeCurrency: '',
      feeRate: '0.00055',
    });
    await client.result('POST', '/v5/order/create', { ...market, side: 'Sell', qty: '0.500', reduceOnly: true });
    expect(rows(recorder, 'position.linear').at(-1)).toMatchObject({ size: '0.000', side: '' });
    const again = { ...market, side: 'Sell', reduceOnly: true };
    expect(await client.call('POST', '/v5/order/create', again)).toMatchObject({ retCode: 110017 });
  });

  test('[EX-9] a resident stop waits, is read back, and is cancelled; one that would trigger is refused', async () => {
    const client = new Client();
    await client.result('POST', '/v5/order/create', { ...LINEAR, orderType: 'Market' });
    const { book, perp } = client.market('bybit:perp', 'BTC-USDT-PERP');
    const below = ((book.bids[0]?.price ?? 0) / 10 - 900).toFixed(1);
    const stop = {
      ...LINEAR,
      side: 'Sell',
      price: below,
      triggerPrice: below,
      triggerDirection: 2,
      triggerBy: 'MarkPrice',
      reduceOnly: true,
      orderLinkId: 'stop',
    };
    await client.result('POST', '/v5/order/create', stop);
    const open = await client.result('GET', '/v5/order/realtime', { category: 'linear', symbol: 'BTCUSDT' });
    expect(at(open, 'list', 0)).toMatchObject({
      orderStatus: 'Untriggered',
      triggerBy: 'MarkPrice',
      triggerDirection: 2,
      reduceOnly: true,
      stopOrderType: 'Stop',
    });
    const above = ((perp?.markPrice ?? 0) + 500).toFixed(1);
    const met = { ...stop, price: above, triggerPrice: above, orderLinkId: 'met' };
    expect(await client.call('POST', '/v5/order/create', met)).toMatchObject({ retCode: 110093 });
    const cancel = { category: 'linear', symbol: 'BTCUSDT', orderLinkId: 'stop' };
    await client.result('POST', '/v5/order/cancel', cancel);
    expect(await client.call('POST', '/v5/order/cancel', cancel)).toMatchObject({ retCode: 110001 });
  });

  test('leverage is set, read back, and not set twice', async () => {
    const client = new Client();
    const set = { category: 'linear', symbol: 'BTCUSDT', buyLeverage: '3', sellLeverage: '3' };
    await client.result('POST', '/v5/position/set-leverage', set);
    const held = await client.result('GET', '/v5/position/list', { category: 'linear', symbol: 'BTCUSDT' });
    expect(at(held, 'list', 0)).toMatchObject({ leverage: '3', size: '0.000', side: '' });
    expect(await client.call('POST', '/v5/position/set-leverage', set)).toMatchObject({ retCode: 110043 });
  });

  test('cancel-all takes what a symbol names, and contracts must be named', async () => {
    const client = new Client();
    const { book } = client.market('bybit:perp', 'BTC-USDT-PERP');
    const price = ((book.bids[0]?.price ?? 0) / 10 - 800).toFixed(1);
    for (const orderLinkId of ['a', 'b'])
      await client.result('POST', '/v5/order/create', { ...LINEAR, price, orderLinkId });
    expect(await client.call('POST', '/v5/order/cancel-all', { category: 'linear' })).toMatchObject({ retCode: 10001 });
    const all = await client.result('POST', '/v5/order/cancel-all', { category: 'linear', symbol: 'BTCUSDT' });
    expect(list(at(all, 'list'))).toHaveLength(2);
    const open = await client.result('GET', '/v5/order/realtime', { category: 'linear', settleCoin: 'USDT' });
    expect(at(open, 'list')).toEqual([]);
  });
});

describe('[PP-3] faults of orders over the wire', () => {
  const order = (client: Client) => ({ ...SPOT, price: spotPrices(client).rests, orderLinkId: 'doubt' });
  const exists = async (client: Client): Promise<number> =>
    list(at(await client.result('GET', '/v5/order/realtime', { category: 'spot', orderLinkId: 'doubt' }), 'list'))
      .length;

  test('accepted and answered with 502: the order is there', async () => {
    const client = new Client();
    cause(client.here.practice, 'bybit:spot', 'accept-then-5xx');
    expect((await client.send('POST', '/v5/order/create', order(client))).status).toBe(502);
    expect(await exists(client)).toBe(1);
    expect(client.here.practice.faults.active()).toEqual([]);
  });

  test('accepted and never answered: the client’s patience ends it, the order is there', async () => {
    const client = new Client();
    cause(client.here.practice, 'bybit:spot', 'accept-then-silence');
    const sent = client.send('POST', '/v5/order/create', order(client)).then(
      () => 'answered',
      (error: Error) => error.message,
    );
    client.here.clock.advanceBy(5_000);
    expect(await sent).toContain('no answer within 3000 ms');
    expect(await exists(client)).toBe(1);
  });

  test('a status nobody knows stands once', async () => {
    const client = new Client();
    const recorder = client.listen(['order.spot']);
    cause(client.here.practice, 'bybit:spot', 'unknown-status');
    await client.result('POST', '/v5/order/create', order(client));
    await client.result('POST', '/v5/order/cancel', { category: 'spot', symbol: 'BTCUSDT', orderLinkId: 'doubt' });
    expect(rows(recorder, 'order.spot').map((row) => at(row, 'orderStatus'))).toEqual(['PendingReview', 'Cancelled']);
  });

  test('events twice, in another order, and not at all', async () => {
    const told = async (fault?: 'duplicate-events' | 'reorder-events' | 'silent-private'): Promise<string[]> => {
      const client = new Client();
      const recorder = client.listen(['order.spot', 'execution.spot']);
      if (fault !== undefined) cause(client.here.practice, 'bybit:spot', fault);
      await client.result('POST', '/v5/order/create', { ...SPOT, price: spotPrices(client).takes, timeInForce: 'IOC' });
      recorder.socket.send('{"op":"ping"}');
      client.here.clock.advanceBy(1_000);
      expect(recorder.json().some((frame) => has(frame, 'op') && at(frame, 'op') === 'pong')).toBe(true);
      return recorder.json().flatMap((frame) => (has(frame, 'topic') ? [String(at(frame, 'topic'))] : []));
    };
    const plain = await told();
    expect(plain).toEqual(['order.spot', 'execution.spot', 'order.spot']);
    expect(await told('duplicate-events')).toEqual(plain.flatMap((topic) => [topic, topic]));
    expect(await told('reorder-events')).toEqual(['execution.spot', 'order.spot', 'order.spot']);
    expect(await told('silent-private')).toEqual([]);
  });

  test('ban, maintenance and refusal of every order, each in the venue’s words', async () => {
    const client = new Client();
    const { practice } = client.here;
    cause(practice, 'bybit:spot', 'ban');
    expect(await client.send('GET', '/v5/order/realtime', { category: 'spot' })).toMatchObject({ status: 403 });
    expect(await client.send('GET', '/v5/order/realtime', { category: 'linear', symbol: 'BTCUSDT' })).toMatchObject({
      status: 200,
    });
    lift(practice, 'bybit:spot', 'ban');
    cause(practice, 'bybit:spot', 'maintenance');
    expect(await client.send('POST', '/v5/order/create', order(client))).toMatchObject({ status: 503 });
    lift(practice, 'bybit:spot', 'maintenance');
    cause(practice, 'bybit:spot', 'reject-orders');
    expect(await client.call('POST', '/v5/order/create', order(client))).toMatchObject({ retCode: 170151 });
  });
});

test('[AC-1] a wrong signature on the private socket is refused and the socket is closed', () => {
  const client = new Client();
  const recorder = client.listen(['order.spot'], 'ab'.repeat(32));
  expect(recorder.json()[0]).toMatchObject({ success: false, retCode: 10004, op: 'auth' });
  expect(recorder.closes).toHaveLength(1);
});
