import { describe, expect, test } from 'vitest';
import { decimal, wire } from '#shared/money/decimal';
import type { Json } from './client.ts';
import { at, cause, has, parse, Recorder } from './client.ts';
import { BUSINESS, client, PRIVATE } from './okx-client.ts';

const framesOf = ({ frames }: Recorder): Json[] => frames.filter((frame) => frame !== 'pong').map(parse);

describe('[PP-2] private sockets', () => {
  const codes = (recorder: Recorder) =>
    framesOf(recorder)

      .filter((frame) => has(frame, 'event'))
      .map((frame) => [at(frame, 'event'), has(frame, 'code') ? at(frame, 'code') : '']);

  test.each([
    ['60032', { apiKey: 'nobody' }],
    ['60024', { passphrase: 'wrong' }],
    ['60007', { sign: 'AAAA' }],
    ['60006', { timestamp: '1500000000' }],
    ['60004', { timestamp: 'soon' }],
  ])('a login is refused with %s, and the line closed', (code, change) => {
    const me = client();
    const recorder = new Recorder(me.here.transport, PRIVATE, [me.login(me.here.clock.wallMs(), change)]);
    me.here.clock.advanceBy(200);
    expect(codes(recorder)).toEqual([['error', code]]);
    expect(recorder.closes.map((close) => close.code)).toEqual([4001]);
  });

  test('nothing is told before the login; channels lie on their own sockets', () => {
    const me = client();
    const orders = { op: 'subscribe', args: [{ channel: 'orders', instType: 'SPOT' }] };
    const recorder = new Recorder(me.here.transport, BUSINESS, [orders, me.login(me.here.clock.wallMs()), orders]);
    me.here.clock.advanceBy(200);
    expect(codes(recorder)).toEqual([
      ['error', '60011'],
      ['login', '0'],
      ['error', '64002'],
    ]);
  });

  test('[EX-5] an order and each of its executions are told, balances too', async () => {
    const me = client();
    const args = [{ channel: 'orders', instType: 'SPOT' }, { channel: 'account' }];
    const recorder = new Recorder(me.here.transport, PRIVATE, [me.login(me.here.clock.wallMs())]);
    me.here.clock.advanceBy(100);
    recorder.socket.send(JSON.stringify({ op: 'subscribe', args }));
    me.here.clock.advanceBy(100);
    const before = recorder.frames.length;
    const px = wire(decimal(me.price('ask')).times('1.001').round(1));
    await me.result('/api/v5/trade/order', me.order({ ordType: 'ioc', px, clOrdId: 'told1' }));
    me.here.clock.advanceBy(100);
    const frames = framesOf(recorder).slice(before);
    const rows = frames
      .filter((frame) => at(frame, 'arg', 'channel') === 'orders')
      .map((frame) => at(frame, 'data', 0));
    expect(rows.map((row) => [at(row, 'clOrdId'), at(row, 'state')])).toEqual([
      ['told1', 'live'],
      ['told1', 'filled'],
    ]);
    const [, filled] = rows;
    expect([at(filled ?? null, 'accFillSz'), at(filled ?? null, 'execType'), at(filled ?? null, 'fillFeeCcy')]).toEqual(
      ['0.01', 'T', 'BTC'],
    );
    expect(frames.some((frame) => at(frame, 'arg', 'channel') === 'account')).toBe(true);
  });

  test('[EX-9] a stop is told on the business socket, and what it becomes as an order with its name', async () => {
    const me = client();
    const now = me.here.clock.wallMs();
    const business = new Recorder(me.here.transport, BUSINESS, [me.login(now)]);
    const orders = new Recorder(me.here.transport, PRIVATE, [me.login(now)]);
    me.here.clock.advanceBy(100);
    business.socket.send(JSON.stringify({ op: 'subscribe', args: [{ channel: 'orders-algo', instType: 'SPOT' }] }));
    orders.socket.send(JSON.stringify({ op: 'subscribe', args: [{ channel: 'orders', instType: 'ANY' }] }));
    me.here.clock.advanceBy(100);
    const near = wire(decimal(me.price('bid')).times('0.9995').round(1));
    const stop = me.order({
      side: 'sell',
      ordType: 'conditional',
      slTriggerPx: near,
      slOrdPx: '1000',
      algoClOrdId: 'stop1',
    });
    expect(at(await me.result('/api/v5/trade/order-algo', stop), 'sCode')).toBe('0');
    const told = () =>
      framesOf(business)

        .filter((frame) => has(frame, 'data'))
        .map((frame) => at(frame, 'data', 0, 'state'));
    for (let minute = 0; minute < 120 && told().length < 2; minute += 1) {
      for (const line of [business, orders]) line.socket.send('ping');
      me.here.clock.advanceBy(20_000);
    }
    expect(told()).toEqual(['live', 'effective']);
    const rows = framesOf(orders)

      .filter((frame) => has(frame, 'data'))
      .map((frame) => at(frame, 'data', 0));
    expect(rows.map((row) => [at(row, 'algoClOrdId'), at(row, 'clOrdId')])[0]).toEqual(['stop1', '']);
    expect(at(rows.at(-1) ?? null, 'state')).toBe('filled');
  });

  test('a line on which nothing is heard for 30 s is closed; a revoked key’s at once', () => {
    const me = client();
    const silent = new Recorder(me.here.transport, PRIVATE, [me.login(me.here.clock.wallMs())]);
    me.here.clock.advanceBy(35_000);
    expect(silent.closes.map((close) => close.code)).toEqual([4004]);
    const talking = new Recorder(me.here.transport, PRIVATE, [me.login(me.here.clock.wallMs())]);
    me.here.clock.advanceBy(100);
    cause(me.here.practice, 'okx:spot', 'revoke-keys');
    me.here.clock.advanceBy(2_000);
    expect(talking.closes.map((close) => close.code)).toEqual([4007]);
  });
});
