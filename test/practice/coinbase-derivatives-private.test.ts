import { describe, expect, test } from 'vitest';
import { CdpClient, GATEWAY } from './cdp-client.ts';
import type { Json } from './client.ts';
import { at, cause, list, parse, Recorder } from './client.ts';

const FEED = 'coinbase:perp';
const SOCKET = 'wss://drb.coinbase.com/ws/api/v2';
const BTC = 'BTC_USDC-PERPETUAL';

const resting = { instrument_name: BTC, amount: 0.01, type: 'limit', price: 10_000, label: 'one' };
const code = (answer: Json): Json => at(answer, 'error', 'code');

/** A signed-in socket that subscribed to everything. */
function socket(me: CdpClient, extra: readonly object[] = []): Recorder {
  const call = (id: number, method: string, params: object) => ({ jsonrpc: '2.0', id, method, params });
  return new Recorder(me.here.transport, SOCKET, [
    call(1, 'public/auth', { grant_type: 'coinbase_cdp', token: me.token() }),
    call(2, 'private/subscribe', {
      channels: ['user.orders.any.any.raw', 'user.trades.any.any.raw', 'user.portfolio.any', `ticker.${BTC}.100ms`],
    }),
    ...extra,
  ]);
}

const answerTo = (recorder: Recorder, id: number): Json => {
  const found = recorder
    .json()
    .find((frame) => typeof frame === 'object' && frame !== null && !Array.isArray(frame) && frame.id === id);
  if (found === undefined) throw new Error(`no answer to ${id}`);
  return found;
};

describe('[PP-2] signing in', () => {
  test('a CDP token for the key itself opens the private methods for fifteen minutes', async () => {
    const me = new CdpClient();
    const answer = await me.signIn();
    expect(at(answer, 'result')).toMatchObject({ expires_in: 900, token_type: 'bearer', scope: 'rat#view rat#trade' });
    const access = String(at(answer, 'result', 'access_token'));
    expect(list(at(await me.rpc('private/get_positions', { currency: 'USDC' }, access), 'result'))).toEqual([]);
    me.here.clock.advanceBy(901_000);
    expect(code(await me.rpc('private/get_positions', { currency: 'USDC' }, access))).toBe(13009);
  });

  test('nothing else does', async () => {
    const me = new CdpClient();
    expect(code(await me.signIn(me.token('POST drb.coinbase.com/api/v2/public/auth')))).toBe(13004);
    expect(code(await me.signIn('nothing'))).toBe(13004);
    for (const name of ['expired', 'other-ip', 'other-entity']) {
      expect(code(await new CdpClient(name).signIn())).toBe(13004);
    }
    expect(code(await me.rpc('private/get_positions', { currency: 'USDC' }, 'made-up'))).toBe(13009);
  });

  test('a revoked key ends its access tokens; a key that may only view trades nothing', async () => {
    const me = new CdpClient();
    const access = await me.access();
    cause(me.here.practice, FEED, 'revoke-keys');
    expect(code(await me.rpc('private/get_positions', { currency: 'USDC' }, access))).toBe(13009);
    expect(code(await new CdpClient('read-only').rpc('private/buy', resting))).toBe(13021);
  });
});

describe('[PP-2] orders', () => {
  test.each([
    ['text for a number', { amount: '0.01' }, -32602],
    ['no price', { price: undefined }, -32602],
    ['off the tick', { price: 10_000.05 }, 10043],
    ['off the lot', { amount: 0.00001 }, 10021],
    ['an unknown instrument', { instrument_name: 'NO_USDC-PERPETUAL' }, 10020],
    ['more than the margin holds', { amount: 5_000 }, 10009],
    ['a post-only that would take', { price: 900_000, post_only: true, reject_post_only: true }, 11054],
    ['reject_post_only alone', { reject_post_only: true }, 11047],
    ['post-only at once', { post_only: true, time_in_force: 'immediate_or_cancel' }, 11047],
    ['reduce-only without a position', { reduce_only: true }, 11030],
    ['after its deadline', { valid_until: 1_000 }, 13888],
    ['a stop without what it watches', { type: 'stop_limit', trigger_price: 9_000 }, -32602],
  ])('%s is refused', async (_what, changes, expected) => {
    const me = new CdpClient();
    expect(code(await me.rpc('private/buy', { ...resting, ...changes }))).toBe(expected);
    expect(me.key.account.orders(FEED)).toEqual([]);
  });

  test('a post-only that may be changed is put behind the touch instead', async () => {
    const me = new CdpClient();
    const answer = await me.rpc('private/buy', { ...resting, price: 900_000, post_only: true });
    expect(at(answer, 'result', 'order', 'order_state')).toBe('open');
    expect(Number(at(answer, 'result', 'order', 'price'))).toBeLessThan(900_000);
  });

  test('labels need not be unique; one label cancels all that have it', async () => {
    const me = new CdpClient();
    const access = await me.access();
    for (let count = 0; count < 2; count += 1) await me.rpc('private/buy', resting, access);
    expect(list(at(await me.rpc('private/get_open_orders', {}, access), 'result'))).toHaveLength(2);
    expect(at(await me.rpc('private/cancel_by_label', { label: 'one', currency: 'USDC' }, access), 'result')).toBe(2);
    const history = { instrument_name: BTC, include_unfilled: true };
    const ended = list(at(await me.rpc('private/get_order_history_by_instrument', history, access), 'result'));
    expect(ended.map((row) => [at(row, 'order_state'), at(row, 'cancel_reason')])).toEqual([
      ['cancelled', 'user_request'],
      ['cancelled', 'user_request'],
    ]);
    expect(
      list(at(await me.rpc('private/get_order_history_by_instrument', { instrument_name: BTC }, access), 'result')),
    ).toEqual([]);
  });

  test('a stop that goes off becomes another order, which names it', async () => {
    const me = new CdpClient();
    const access = await me.access();
    const bought = await me.rpc(
      'private/buy',
      { ...resting, price: 900_000, time_in_force: 'immediate_or_cancel' },
      access,
    );
    expect(at(bought, 'result', 'order', 'order_state')).toBe('filled');
    const recorder = socket(me);
    me.here.clock.advanceBy(200);
    const mark = Number(at(bought, 'result', 'order', 'average_price'));
    // Met as soon as the price falls a little: it lies just below.
    const stop = {
      ...resting,
      type: 'stop_limit',
      trigger: 'last_price',
      trigger_price: Math.floor(mark * 0.9995),
      price: Math.floor(mark * 0.9),
      label: 'stop',
      reduce_only: true,
    };
    const placed = await me.rpc('private/sell', stop, access);
    const id = String(at(placed, 'result', 'order', 'order_id'));
    expect(at(placed, 'result', 'order', 'order_state')).toBe('untriggered');
    for (let step = 0; step < 720; step += 1) {
      recorder.socket.send(JSON.stringify({ jsonrpc: '2.0', id: 100 + step, method: 'public/test', params: {} }));
      me.here.clock.advanceBy(10_000);
      if (at(await me.rpc('private/get_order_state', { order_id: id }), 'result', 'order_state') === 'triggered') break;
    }
    const history = { instrument_name: BTC, include_unfilled: true };
    const ended = list(at(await me.rpc('private/get_order_history_by_instrument', history), 'result'));
    const child = ended.find((row) => at(row, 'label') === 'stop') ?? null;
    expect(child).toMatchObject({ trigger_order_id: id, order_state: 'filled', order_type: 'limit' });
    expect(at(child, 'order_id')).not.toBe(id);
    const told = recorder
      .json()
      .flatMap((frame) => (JSON.stringify(frame).includes('user.orders.any.any.raw') ? [frame] : []))
      .flatMap((frame) => {
        try {
          return [at(frame, 'params', 'data')];
        } catch {
          return [];
        }
      })
      .filter((row) => at(row, 'label') === 'stop')
      .map((row) => at(row, 'order_state'));
    expect(told[0]).toBe('untriggered');
    expect(told).toContain('triggered');
    expect(told.at(-1)).toBe('filled');
  });

  test('of a pair the first to execute cancels the other', async () => {
    const me = new CdpClient();
    const access = await me.access();
    const bought = await me.rpc(
      'private/buy',
      { ...resting, price: 900_000, time_in_force: 'immediate_or_cancel' },
      access,
    );
    const entry = Number(at(bought, 'result', 'order', 'average_price'));
    const pair = {
      ...resting,
      type: 'stop_limit',
      trigger: 'mark_price',
      trigger_price: Math.floor(entry * 0.9),
      price: Math.floor(entry * 0.85),
      label: 'pair',
      reduce_only: true,
      linked_order_type: 'one_cancels_other',
      otoco_config: [
        {
          amount: 0.01,
          direction: 'sell',
          type: 'limit',
          price: Math.floor(entry * 1.2),
          label: 'pair',
          reduce_only: true,
        },
      ],
    };
    const placed = await me.rpc('private/sell', pair, access);
    expect(typeof at(placed, 'result', 'order', 'oco_ref')).toBe('string');
    expect(list(at(await me.rpc('private/get_open_orders', {}, access), 'result'))).toHaveLength(2);
    await me.rpc('private/cancel', { order_id: at(placed, 'result', 'order', 'order_id') }, access);
    expect(
      me.key.account.orders(FEED).filter(({ state }) => state === 'open' || state === 'waiting').length,
    ).toBeLessThan(2);
  });

  test('executions are paged by time, newest or oldest first', async () => {
    const me = new CdpClient();
    const access = await me.access();
    for (let count = 0; count < 3; count += 1) {
      await me.rpc('private/buy', { ...resting, price: 900_000, time_in_force: 'immediate_or_cancel' }, access);
    }
    const window = { currency: 'USDC', start_timestamp: 0, end_timestamp: Math.ceil(me.here.clock.wallMs()) + 1 };
    const ask = (more: object) =>
      me.rpc('private/get_user_trades_by_currency_and_time', { ...window, ...more }, access);
    const all = list(at(await ask({ count: 1000, sorting: 'asc' }), 'result', 'trades'));
    const times = all.map((row) => Number(at(row, 'timestamp')));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    const first = await ask({ count: 2, sorting: 'asc' });
    expect([list(at(first, 'result', 'trades')), at(first, 'result', 'has_more')]).toEqual([
      all.slice(0, 2),
      all.length > 2,
    ]);
    expect(at(all[0] ?? null, 'liquidity')).toBe('T');
  });

  test('numbers leave as JSON numbers, the gateway’s way', async () => {
    const me = new CdpClient();
    const { body } = await me.send(
      'POST',
      `${GATEWAY}/private/buy`,
      { params: { ...resting, price: 10_000 } },
      await me.access(),
    );
    expect(body).toContain('"price":1.0e4');
    expect(body).toContain('"amount":0.01');
    expect(at(parse(body), 'result', 'order', 'contracts')).toBe(100);
  });
});

describe('[PP-2] the trading socket', () => {
  test('takes the user’s own channels, leaves the rest out without a word, tells orders, trades and money', async () => {
    const me = new CdpClient();
    const recorder = socket(me);
    me.here.clock.advanceBy(300);
    expect(at(answerTo(recorder, 2), 'result')).toEqual([
      'user.orders.any.any.raw',
      'user.trades.any.any.raw',
      'user.portfolio.any',
    ]);
    await me.rpc('private/buy', { ...resting, price: 900_000, time_in_force: 'immediate_or_cancel' });
    me.here.clock.advanceBy(300);
    const channels = new Set(
      recorder
        .json()
        .flatMap((frame) => (JSON.stringify(frame).includes('"subscription"') ? [at(frame, 'params', 'channel')] : [])),
    );
    expect([...channels].sort()).toEqual(['user.orders.any.any.raw', 'user.portfolio.any', 'user.trades.any.any.raw']);
  });

  test('[EX-14] cancel on disconnect takes the orders of its connection alone', async () => {
    const me = new CdpClient();
    await me.rpc('private/buy', { ...resting, label: 'elsewhere' });
    const recorder = socket(me, [
      { jsonrpc: '2.0', id: 3, method: 'private/enable_cancel_on_disconnect', params: { scope: 'connection' } },
      { jsonrpc: '2.0', id: 4, method: 'private/get_cancel_on_disconnect', params: { scope: 'connection' } },
      { jsonrpc: '2.0', id: 5, method: 'private/buy', params: { ...resting, label: 'here' } },
    ]);
    me.here.clock.advanceBy(300);
    expect(at(answerTo(recorder, 4), 'result')).toEqual({ enabled: true, scope: 'connection' });
    expect(at(answerTo(recorder, 5), 'result', 'order', 'order_state')).toBe('open');
    recorder.socket.terminate();
    me.here.clock.advanceBy(1_000);
    const left = list(at(await me.rpc('private/get_open_orders', {}), 'result'));
    expect(left.map((row) => at(row, 'label'))).toEqual(['elsewhere']);
  });

  test('after a logout nothing is cancelled; what belongs to a connection is refused over HTTP', async () => {
    const me = new CdpClient();
    const recorder = socket(me, [
      { jsonrpc: '2.0', id: 3, method: 'private/enable_cancel_on_disconnect', params: {} },
      { jsonrpc: '2.0', id: 4, method: 'private/buy', params: resting },
      { jsonrpc: '2.0', id: 5, method: 'private/logout', params: {} },
    ]);
    me.here.clock.advanceBy(1_000);
    expect(recorder.closes).toMatchObject([{ code: 1000 }]);
    expect(list(at(await me.rpc('private/get_open_orders', {}), 'result'))).toHaveLength(1);
    expect(code(await me.rpc('private/enable_cancel_on_disconnect', {}))).toBe(10030);
  });

  test('who says nothing for half a minute, and who asks too often, is disconnected', async () => {
    const me = new CdpClient();
    const idle = socket(me);
    me.here.clock.advanceBy(32_000);
    expect(idle.closes).toMatchObject([{ code: 1011 }]);
    const call = (id: number) => ({ jsonrpc: '2.0', id, method: 'private/buy', params: resting });
    const busy = socket(
      me,
      Array.from({ length: 21 }, (_, index) => call(10 + index)),
    );
    me.here.clock.advanceBy(500);
    expect(code(answerTo(busy, 30))).toBe(10028);
    expect(busy.closes).toMatchObject([{ code: 1008 }]);
  });
});
