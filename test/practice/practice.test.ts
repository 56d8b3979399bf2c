import { expect, test } from 'vitest';
import type { SocketEvents } from '#shared/kernel/transport';
import { TransportError } from '#shared/kernel/transport';
import { Recorder, stand } from './client.ts';

test('[PP-2] every public host of the five venues is answered for, each by one server', () => {
  const { hosts } = stand().practice;
  expect(new Set(hosts).size).toBe(hosts.length);
  for (const host of [
    'api.binance.com',
    'stream.binance.com',
    'api.coinbase.com',
    'advanced-trade-ws.coinbase.com',
    'api.bybit.com',
    'stream.bybit.com',
    'www.okx.com',
    'ws.okx.com',
    'api.kraken.com',
    'ws.kraken.com',
  ]) {
    expect(hosts).toContain(host);
  }
});

test('[PP-4] in process: an unknown host never opens, an unanswered question times out, a close is answered', async () => {
  const { clock, transport } = stand();
  const lost = new Recorder(transport, 'wss://nowhere.example/ws', ['hello']);
  clock.advanceBy(100);
  expect(lost.closes.map((close) => close.code)).toEqual([1006]);
  expect(lost.frames).toEqual([]);

  const ask = { method: 'GET', headers: {}, body: undefined } as const;
  const unknown = transport.request({ ...ask, url: 'https://nowhere.example/', timeoutMs: 1_000 });
  const late = transport.request({ ...ask, url: 'https://api.kraken.com/0/public/Time', timeoutMs: 2 });
  const outcomes = Promise.allSettled([unknown, late]);
  clock.advanceBy(1_100);
  for (const outcome of await outcomes) {
    expect(outcome.status === 'rejected' && outcome.reason instanceof TransportError).toBe(true);
  }

  const closing = new Recorder(transport, 'wss://ws.kraken.com/v2', []);
  clock.advanceBy(50);
  closing.socket.close();
  clock.advanceBy(50);
  expect(closing.closes).toEqual([{ code: 1000, reason: '' }]);
  const before = closing.frames.length;
  clock.advanceBy(5_000);
  expect(closing.frames.length).toBe(before);
});

test('[PP-4] in process: protocol pings are answered, messages arrive in order and only between open and close', () => {
  const { clock, transport } = stand();
  const order: string[] = [];
  const events: SocketEvents = {
    open: () => {
      order.push('open');
      socket.ping();
      socket.send('{"method":"ping","req_id":1}');
      socket.send('{"method":"ping","req_id":2}');
    },
    message: (data) => order.push(/"req_id":(\d)/.exec(new TextDecoder().decode(data))?.[1] ?? 'status'),
    ping: () => order.push('ping'),
    pong: () => order.push('pong'),
    closed: (code) => order.push(`closed ${code}`),
  };
  const socket = transport.openSocket('wss://ws.kraken.com/v2', events);
  clock.advanceBy(100);
  socket.terminate();
  socket.terminate();
  socket.send('{"method":"ping","req_id":3}');
  clock.advanceBy(100);
  expect(order).toEqual(['open', 'status', 'pong', '1', '2', 'closed 1006']);
});
