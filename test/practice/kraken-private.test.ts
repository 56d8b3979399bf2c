import { createHash, createHmac } from 'node:crypto';
import { kraken } from 'ccxt';
import { describe, expect, test } from 'vitest';
import type { PracticeKey } from '#main/practice/exchange/types';
import { apiSign } from '#main/practice/wire/kraken/private/signature';
import type { Json, Stand } from './client.ts';
import { at, cause, has, lift, list, parse, Recorder, stand } from './client.ts';

const BASE = 'https://api.kraken.com';
const SOCKET = 'wss://ws-auth.kraken.com/v2';

/** Signs as the documentation says, with its own few lines. */
class Client {
  readonly here: Stand;
  readonly key: PracticeKey;
  secret: string;
  #nonce = 0;

  constructor(name = 'trading', here = stand({ feeds: ['kraken:spot'] })) {
    this.here = here;
    this.key = here.practice.exchange('kraken').key(name, 'kraken');
    this.secret = this.key.secret;
  }

  async call(name: string, params: Record<string, string> = {}, nonce = this.nextNonce()): Promise<Json> {
    const path = `/0/private/${name}`;
    const body = new URLSearchParams({ nonce, ...params }).toString();
    const inner = createHash('sha256').update(nonce + body);
    const sign = createHmac('sha512', Buffer.from(this.secret, 'base64')).update(path).update(inner.digest());
    const answer = this.here.transport.request({
      method: 'POST',
      url: BASE + path,
      headers: { 'API-Key': this.key.id, 'API-Sign': sign.digest('base64') },
      body,
      timeoutMs: 3_000,
    });
    this.here.clock.advanceBy(50);
    return parse((await answer).body);
  }

  async result(name: string, params: Record<string, string> = {}): Promise<Json> {
    const answer = await this.call(name, params);
    expect(at(answer, 'error')).toEqual([]);
    return at(answer, 'result');
  }

  async error(name: string, params: Record<string, string> = {}): Promise<Json> {
    return at(await this.call(name, params), 'error', 0);
  }

  nextNonce(): string {
    this.#nonce = Math.max(this.#nonce + 1, this.here.clock.wallMs());
    return String(this.#nonce);
  }

  /** A private socket with these channels. */
  async listen(channels: readonly string[], token?: string): Promise<Recorder> {
    const own = token ?? String(at(await this.result('GetWebSocketsToken'), 'token'));
    const recorder = new Recorder(
      this.here.transport,
      SOCKET,
      channels.map((channel) => ({ method: 'subscribe', params: { channel, token: own, snap_orders: true } })),
    );
    this.here.clock.advanceBy(50);
    return recorder;
  }

  get market() {
    return this.here.practice.exchange('kraken').market('kraken:spot', 'BTC-USD');
  }

  order(more: Record<string, string> = {}): Record<string, string> {
    return { pair: 'XBTUSD', type: 'buy', ordertype: 'limit', volume: '0.01', price: this.price(-0.01), ...more };
  }

  /** A fraction away from the best ask. */
  price(fraction: number): string {
    const { book, spec } = this.market;
    return ((book.asks[0]?.price ?? 0) * (1 + fraction) * 10 ** -spec.priceDecimals).toFixed(spec.priceDecimals);
  }

  deadline(inMs: number): string {
    return new Date(this.here.clock.wallMs() + inMs).toISOString();
  }
}

const rows = (recorder: Recorder, channel: string, type = 'update'): Json[] =>
  recorder
    .json()
    .filter((frame) => has(frame, 'channel') && at(frame, 'channel') === channel && at(frame, 'type') === type)
    .flatMap((frame) => list(at(frame, 'data')));

test('[PP-2] the signature of the documentation’s example', () => {
  const secret = 'kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==';
  const body = 'nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25';
  expect(apiSign(secret, '/0/private/AddOrder', '1616492376594', body)).toBe(
    '4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ==',
  );
});

describe('[PP-2] [AC-1] who may not come in is told why, in the venue’s words', () => {
  test.each([
    ['expired', 'EAPI:Invalid key'],
    ['other-entity', 'EAPI:Invalid key'],
    ['other-ip', 'EGeneral:Permission denied'],
  ])('the key %s: %s', async (name, word) => {
    expect(await new Client(name).error('GetApiKeyInfo')).toBe(word);
  });

  test('another secret, and a nonce that does not grow', async () => {
    const client = new Client();
    client.secret = Buffer.from('another').toString('base64');
    expect(await client.error('BalanceEx')).toBe('EAPI:Invalid signature');
    client.secret = client.key.secret;
    const nonce = client.nextNonce();
    expect(at(await client.call('BalanceEx', {}, nonce), 'error')).toEqual([]);
    expect(at(await client.call('BalanceEx', {}, nonce), 'error', 0)).toBe('EAPI:Invalid nonce');
    expect(at(await client.call('BalanceEx', {}, String(Number(nonce) - 1)), 'error', 0)).toBe('EAPI:Invalid nonce');
    expect(at(await client.call('BalanceEx', {}, String(Number(nonce) + 1)), 'error')).toEqual([]);
  });

  test('a key that may only read, and one that can withdraw, say so', async () => {
    const reader = new Client('read-only');
    expect(await reader.error('AddOrder', reader.order())).toBe('EGeneral:Permission denied');
    expect(await reader.error('CancelAll')).toBe('EGeneral:Permission denied');
    expect(list(at(await reader.result('GetApiKeyInfo'), 'permissions'))).not.toContain('modify-trades');
    const withdrawer = new Client('withdrawal');
    expect(list(at(await withdrawer.result('GetApiKeyInfo'), 'permissions'))).toContain('withdraw-funds');
  });

  test('a revoked key is unknown at once, and its socket ends', async () => {
    const client = new Client();
    const recorder = await client.listen(['executions']);
    cause(client.here.practice, 'kraken:spot', 'revoke-keys');
    expect(await client.error('BalanceEx')).toBe('EAPI:Invalid key');
    client.here.clock.advanceBy(3_000);
    expect(recorder.closes).toHaveLength(1);
  });
});

describe('[PP-2] orders', () => {
  const refusals: readonly [string, Record<string, string>, string][] = [
    ['an unknown pair', { pair: 'NOPE' }, 'EQuery:Unknown asset pair'],
    ['no side', { type: 'hold' }, 'EGeneral:Invalid arguments:type'],
    ['an unknown type', { ordertype: 'pegged' }, 'EGeneral:Invalid arguments:ordertype'],
    ['no volume', { volume: '0' }, 'EGeneral:Invalid arguments:volume'],
    ['too little', { volume: '0.00000001' }, 'EGeneral:Invalid arguments:volume minimum not met'],
    ['more than is there', { volume: '100000' }, 'EOrder:Insufficient funds'],
    ['an unknown time in force', { timeinforce: 'DAY' }, 'EGeneral:Invalid arguments:timeinforce'],
    ['GTD without an end', { timeinforce: 'GTD' }, 'EGeneral:Invalid arguments:expiretm'],
    ['a stop without a limit', { ordertype: 'stop-loss-limit' }, 'EGeneral:Invalid arguments:price2'],
    ['a name that is too long', { cl_ord_id: 'x'.repeat(19) }, 'EGeneral:Invalid arguments:cl_ord_id'],
    ['post-only that may not rest', { oflags: 'post', timeinforce: 'IOC' }, 'EGeneral:Invalid arguments:oflags'],
    ['margin', { leverage: '2' }, 'EOrder:Trading agreement required'],
    ['an unknown self-trade mode', { stptype: 'never' }, 'EGeneral:Invalid arguments:stptype'],
  ];
  test.each(refusals)('%s is refused', async (_what, more, word) => {
    const client = new Client();
    expect(await client.error('AddOrder', client.order(more))).toBe(word);
  });

  test('[EX-4] deadlines: past, too near, too far, and one that is taken', async () => {
    const client = new Client();
    const with_ = (inMs: number) => client.error('AddOrder', client.order({ deadline: client.deadline(inMs) }));
    expect(await with_(-1)).toBe('EService:Deadline elapsed');
    expect(await with_(1_000)).toBe('EGeneral:Invalid arguments:deadline');
    expect(await with_(61_000)).toBe('EGeneral:Invalid arguments:deadline');
    await client.result('AddOrder', client.order({ deadline: client.deadline(5_000) }));
  });

  test('an order is open under both names, is cancelled by either, and lies among the closed then', async () => {
    const client = new Client();
    const added = await client.result('AddOrder', client.order({ cl_ord_id: 'mine-1', oflags: 'post,fciq' }));
    const txid = String(at(added, 'txid', 0));
    const open = await client.result('OpenOrders', { cl_ord_id: 'mine-1' });
    expect(at(open, 'open', txid)).toMatchObject({
      cl_ord_id: 'mine-1',
      status: 'open',
      vol: '0.01000000',
      vol_exec: '0.00000000',
      oflags: 'fciq,post',
      descr: { pair: 'XBTUSD', type: 'buy', ordertype: 'limit' },
    });
    expect(await client.result('OpenOrders', { cl_ord_id: 'other' })).toEqual({ open: {} });
    expect(await client.result('CancelOrder', { cl_ord_id: 'mine-1' })).toEqual({ count: 1 });
    expect(await client.error('CancelOrder', { txid })).toBe('EOrder:Unknown order');
    const closed = await client.result('ClosedOrders', { cl_ord_id: 'mine-1' });
    expect(at(closed, 'closed', txid)).toMatchObject({ status: 'canceled', reason: 'User requested' });
    expect(at(await client.result('QueryOrders', { txid }), txid, 'status')).toBe('canceled');
    expect(await client.error('QueryOrders', { txid: 'nonsense' })).toBe('EOrder:Invalid order');
  });

  test('[EX-9] a stop waits with its trigger told, and an order ends at its time', async () => {
    const client = new Client();
    const stop = {
      ordertype: 'stop-loss-limit',
      price: client.price(0.05),
      price2: client.price(0.06),
      trigger: 'index',
    };
    const txid = String(at(await client.result('AddOrder', client.order(stop)), 'txid', 0));
    expect(at(await client.result('OpenOrders'), 'open', txid)).toMatchObject({
      trigger: 'index',
      descr: { ordertype: 'stop-loss-limit', price: stop.price, price2: stop.price2 },
    });
    const expiretm = String(Math.floor(client.here.clock.wallMs() / 1000) + 10);
    const ending = await client.result('AddOrder', client.order({ timeinforce: 'GTD', expiretm }));
    client.here.clock.advanceBy(11_000);
    const ended = String(at(ending, 'txid', 0));
    expect(at(await client.result('QueryOrders', { txid: ended }), ended, 'status')).toBe('expired');
  });

  test('[EX-14] the switch takes every order, stops included, unless it is set again or off', async () => {
    const client = new Client();
    await client.result('AddOrder', client.order());
    const stop = { ordertype: 'stop-loss-limit', price: client.price(0.05), price2: client.price(0.06) };
    await client.result('AddOrder', client.order(stop));
    await client.result('CancelAllOrdersAfter', { timeout: '10' });
    client.here.clock.advanceBy(8_000);
    await client.result('CancelAllOrdersAfter', { timeout: '10' });
    client.here.clock.advanceBy(8_000);
    expect(Object.keys(Object(at(await client.result('OpenOrders'), 'open')))).toHaveLength(2);
    client.here.clock.advanceBy(3_000);
    expect(await client.result('OpenOrders')).toEqual({ open: {} });
    expect(at(await client.result('CancelAllOrdersAfter', { timeout: '0' }), 'triggerTime')).toBe('0');
  });

  test('[EX-5] executions come page by page, newest first, with the fee in the quote', async () => {
    const client = new Client();
    for (let count = 0; count < 55; count += 1) {
      await client.result('AddOrder', client.order({ volume: '0.001', price: client.price(0.01), timeinforce: 'IOC' }));
    }
    client.here.clock.advanceBy(30_000);
    const first = await client.result('TradesHistory');
    expect(Object.keys(Object(at(first, 'trades')))).toHaveLength(50);
    const second = await client.result('TradesHistory', { ofs: '50' });
    const all = [
      ...Object.values(Object(at(first, 'trades'))),
      ...Object.values(Object(at(second, 'trades'))),
    ] as Json[];
    expect(all.length).toBe(at(first, 'count'));
    const [row] = all;
    const cost = Number(at(row ?? null, 'cost'));
    expect(Number(at(row ?? null, 'fee')) / cost).toBeCloseTo(0.004, 6);
    expect(row).toMatchObject({ pair: 'XXBTZUSD', type: 'buy', maker: false });
  });

  test('[MD-8] what the market’s status keeps out', async () => {
    const client = new Client();
    cause(client.here.practice, 'kraken:spot', 'post-only', { instrument: 'BTC-USD' });
    expect(await client.error('AddOrder', client.order())).toBe('EService:Market in post_only mode');
    lift(client.here.practice, 'kraken:spot', 'post-only', 'BTC-USD');
    cause(client.here.practice, 'kraken:spot', 'halt', { instrument: 'BTC-USD' });
    expect(await client.error('AddOrder', client.order())).toBe('EService:Market in cancel_only mode');
  });

  test('too many calls and too many orders are refused until the counters have fallen', async () => {
    const client = new Client();
    const words: Json[] = [];
    for (let count = 0; count < 22; count += 1) words.push((await client.call('BalanceEx')) as Json);
    expect(words.flatMap((answer) => at(answer, 'error'))).toContain('EAPI:Rate limit exceeded');
    client.here.clock.advanceBy(10_000);
    await client.result('BalanceEx');
    let refused: Json = null;
    for (let count = 0; count < 150 && refused === null; count += 1) {
      const answer = await client.call(
        'AddOrder',
        client.order({ volume: '0.001', price: '1000.0', timeinforce: 'IOC' }),
      );
      refused = list(at(answer, 'error'))[0] ?? null;
    }
    expect(refused).toBe('EOrder:Rate limit exceeded');
  });

  test('balances and fees are the account’s', async () => {
    const client = new Client();
    await client.result('AddOrder', client.order({ volume: '1', price: '10000.0' }));
    const balances = await client.result('BalanceEx');
    expect(at(balances, 'ZUSD', 'hold_trade')).toMatch(/^100\d\d\./);
    expect(at(balances, 'XXBT', 'hold_trade')).toBe('0.0000000000');
    expect(await client.result('TradeVolume', { pair: 'XBTUSD,USDTUSD' })).toMatchObject({
      fees: { XXBTZUSD: { fee: '0.4000' }, USDTZUSD: { fee: '0.2000' } },
      fees_maker: { XXBTZUSD: { fee: '0.2500' }, USDTZUSD: { fee: '0.2000' } },
    });
  });
});

describe('[PP-2] the private socket', () => {
  test('a wrong token is refused; a right one begins with what is open', async () => {
    const client = new Client();
    const stranger = await client.listen(['executions'], 'not-a-token');
    expect(stranger.json().at(-1)).toMatchObject({ success: false, error: 'EAPI:Invalid token' });
    await client.result('AddOrder', client.order({ cl_ord_id: 'before' }));
    const recorder = await client.listen(['executions', 'balances']);
    expect(recorder.json().filter((frame) => has(frame, 'success'))).toMatchObject([
      { success: true },
      { success: true },
    ]);
    expect(rows(recorder, 'executions', 'snapshot')).toMatchObject([{ cl_ord_id: 'before', order_status: 'new' }]);
    expect(rows(recorder, 'balances', 'snapshot').map((row) => at(row, 'asset'))).toContain('BTC');
  });

  test('[EX-5] an order is told of when taken, live, executed and ended, in numbered messages', async () => {
    const client = new Client();
    const recorder = await client.listen(['executions']);
    const more = { cl_ord_id: 'taker', volume: '0.001', price: client.price(0.01), timeinforce: 'IOC' };
    await client.result('AddOrder', client.order(more));
    client.here.clock.advanceBy(100);
    const told = rows(recorder, 'executions');
    expect(told.map((row) => at(row, 'exec_type'))).toEqual(['pending_new', 'new', 'trade', 'filled']);
    expect(told[1]).not.toHaveProperty('symbol');
    expect(told[2]).toMatchObject({
      cl_ord_id: 'taker',
      symbol: 'BTC/USD',
      side: 'buy',
      last_qty: 0.001,
      liquidity_ind: 't',
      order_status: 'partially_filled',
      fees: [{ asset: 'USD' }],
    });
    const numbers = recorder
      .json()
      .filter((frame) => has(frame, 'sequence'))
      .map((frame) => at(frame, 'sequence'));
    expect(numbers).toEqual(numbers.map((_number, index) => index + 1));
  });

  test('heartbeats, a pong, and silence about accounts while the fault is on', async () => {
    const client = new Client();
    const recorder = await client.listen(['executions']);
    recorder.socket.send('{"method":"ping","req_id":7}');
    client.here.clock.advanceBy(5_000);
    expect(
      recorder.json().filter((frame) => has(frame, 'channel') && at(frame, 'channel') === 'heartbeat').length,
    ).toBeGreaterThan(2);
    expect(recorder.json()).toContainEqual(expect.objectContaining({ method: 'pong', req_id: 7 }));
    cause(client.here.practice, 'kraken:spot', 'silent-private');
    await client.result('AddOrder', client.order());
    client.here.clock.advanceBy(1_000);
    expect(rows(recorder, 'executions')).toEqual([]);
  });
});

test('[PP-2] ccxt’s own class trades here: an order, its cancel, executions and balances', async () => {
  const client = new Client();
  const { here, key } = client;
  const exchange = new kraken({ apiKey: key.id, secret: key.secret, enableRateLimit: false });
  exchange.has.fetchCurrencies = false;
  let nonce = here.clock.wallMs();
  Object.assign(exchange, {
    nonce: () => {
      nonce += 1;
      return nonce;
    },
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
  const resting = await exchange.createOrder('BTC/USD', 'limit', 'buy', 0.01, Number(client.price(-0.01)));
  const open = await exchange.fetchOpenOrders('BTC/USD');
  expect(open.map(({ id }) => id)).toEqual([resting.id]);
  await exchange.cancelOrder(resting.id ?? '', 'BTC/USD');
  await exchange.createOrder('BTC/USD', 'limit', 'buy', 0.01, Number(client.price(0.01)));
  const trades = await exchange.fetchMyTrades('BTC/USD');
  expect(trades.reduce((sum, { amount }) => sum + (amount ?? 0), 0)).toBeCloseTo(0.01, 10);
  expect(trades[0]?.fee?.currency).toBe('USD');
  expect((await exchange.fetchBalance()).BTC?.total).toBeCloseTo(10.01, 8);
});
