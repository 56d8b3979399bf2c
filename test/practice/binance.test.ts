import { expect, test } from 'vitest';
import { BookCopy, numbers } from './book-copy.ts';
import type { Json } from './client.ts';
import { at, cause, has, list, parse, Recorder, stand } from './client.ts';

const STREAM = 'wss://stream.binance.com:9443/stream';

const depthEvents = (recorder: Recorder): Json[] =>
  recorder
    .json()
    .filter((frame) => has(frame, 'stream'))
    .map((frame) => at(frame, 'data'))
    .filter((data) => at(data, 'e') === 'depthUpdate');

test('[MD-3] diff depth bridges the REST snapshot by U and u, and gives the very book REST shows later', async () => {
  const { clock, transport, get } = stand();
  const recorder = new Recorder(transport, STREAM, [{ method: 'SUBSCRIBE', params: ['btcusdt@depth@100ms'], id: 1 }]);
  clock.advanceBy(1_000);
  const first = parse((await get('https://api.binance.com/api/v3/depth?symbol=BTCUSDT&limit=1000')).body);
  clock.advanceBy(20_000);
  const snapshotId = Number(at(first, 'lastUpdateId'));
  const copy = new BookCopy();
  copy.pairs('bids', at(first, 'bids'));
  copy.pairs('asks', at(first, 'asks'));
  const events = depthEvents(recorder);
  for (const [index, event] of events.entries()) {
    if (index > 0) expect(at(event, 'U')).toBe(Number(at(events[index - 1] ?? null, 'u')) + 1);
  }
  const used = events.filter((event) => Number(at(event, 'u')) > snapshotId);
  expect(Number(at(used[0] ?? null, 'U'))).toBeLessThanOrEqual(snapshotId + 1);
  // The last snapshot is taken by asking until it names an event's own u: then both must agree level by level.
  for (const event of used) {
    copy.pairs('bids', at(event, 'b'));
    copy.pairs('asks', at(event, 'a'));
  }
  const lastId = Number(at(events[events.length - 1] ?? null, 'u'));
  let later = parse((await get('https://api.binance.com/api/v3/depth?symbol=BTCUSDT&limit=1000')).body);
  let known = lastId;
  for (let tries = 0; tries < 200 && Number(at(later, 'lastUpdateId')) !== known; tries += 1) {
    const all = depthEvents(recorder).filter((event) => Number(at(event, 'u')) > known);
    for (const event of all) {
      copy.pairs('bids', at(event, 'b'));
      copy.pairs('asks', at(event, 'a'));
      known = Number(at(event, 'u'));
    }
    later = parse((await get('https://api.binance.com/api/v3/depth?symbol=BTCUSDT&limit=1000')).body);
  }
  expect(at(later, 'lastUpdateId')).toBe(known);
  expect(copy.sorted('bids')).toEqual(numbers(at(later, 'bids')));
  expect(copy.sorted('asks')).toEqual(numbers(at(later, 'asks')));
});

test('[MD-3] a skipped delta leaves a hole between u and the next U', () => {
  const { clock, transport, practice } = stand();
  const recorder = new Recorder(transport, STREAM, [{ method: 'SUBSCRIBE', params: ['ethusdt@depth@100ms'], id: 1 }]);
  clock.advanceBy(2_000);
  cause(practice, 'binance:spot', 'gap');
  clock.advanceBy(2_000);
  const events = depthEvents(recorder);
  const holes = events.filter(
    (event, index) => index > 0 && at(event, 'U') !== Number(at(events[index - 1] ?? null, 'u')) + 1,
  );
  expect(holes.length).toBe(1);
});

test('subscriptions are acknowledged, listed and withdrawn; what is not JSON or not known is an error', () => {
  const { clock, transport } = stand();
  const recorder = new Recorder(transport, 'wss://stream.binance.com:9443/ws', [
    { method: 'SUBSCRIBE', params: ['btcusdt@trade', 'nothing@depth'], id: 'a1' },
    { method: 'LIST_SUBSCRIPTIONS', id: 3 },
    { method: 'UNSUBSCRIBE', params: ['btcusdt@trade'], id: 4 },
  ]);
  clock.advanceBy(1_500);
  recorder.socket.send('{');
  recorder.socket.send('{"method":"SHOUT","id":9}');
  clock.advanceBy(200);
  const frames = recorder.json();
  expect(frames[0]).toEqual({ result: null, id: 'a1' });
  expect(frames[1]).toEqual({ result: ['btcusdt@trade', 'nothing@depth'], id: 3 });
  expect(frames[2]).toEqual({ result: null, id: 4 });
  expect(frames.map((frame) => (has(frame, 'error') ? at(frame, 'error', 'code') : null))).toEqual([
    null,
    null,
    null,
    3,
    2,
  ]);
});

test('raw streams by path carry bare payloads; book tickers have no event time', () => {
  const { clock, transport } = stand();
  const recorder = new Recorder(transport, 'wss://stream.binance.com:9443/ws/btcusdt@bookTicker/btcusdt@aggTrade', []);
  clock.advanceBy(5_000);
  const frames = recorder.json();
  const tickers = frames.filter((frame) => !has(frame, 'e'));
  expect(tickers.length).toBeGreaterThan(10);
  expect(Object.keys(tickers[0] ?? {})).toEqual(['u', 's', 'b', 'B', 'a', 'A']);
  expect(frames.some((frame) => has(frame, 'e') && at(frame, 'e') === 'aggTrade')).toBe(true);
});

test('more than five messages a second end the connection', () => {
  const { clock, transport } = stand();
  const ask = { method: 'LIST_SUBSCRIPTIONS', id: 1 };
  const recorder = new Recorder(transport, STREAM, [ask, ask, ask, ask, ask, ask]);
  clock.advanceBy(500);
  expect(recorder.closes).toEqual([{ code: 1008, reason: 'Too many requests' }]);
});

test('the server pings every 20 seconds', () => {
  const { clock, transport } = stand();
  const recorder = new Recorder(transport, STREAM, []);
  clock.advanceBy(61_000);
  expect(recorder.pings).toBe(3);
  expect(recorder.closes).toEqual([]);
});

test('REST: errors, weights and unknown paths as the venue has them', async () => {
  const { get } = stand();
  const wrong = await get('https://api.binance.com/api/v3/depth?symbol=NOPE');
  expect([wrong.status, parse(wrong.body)]).toEqual([400, { code: -1121, msg: 'Invalid symbol.' }]);
  const missing = await get('https://api.binance.com/api/v3/klines?interval=1m');
  expect(at(parse(missing.body), 'code')).toBe(-1102);
  expect(missing.headers['x-mbx-used-weight-1m']).toBe('7');
  expect((await get('https://api.binance.com/api/v9/nothing')).status).toBe(404);
  for (let i = 0; i < 24; i += 1) await get('https://api.binance.com/api/v3/depth?symbol=BTCUSDT&limit=5000');
  const refused = await get('https://api.binance.com/api/v3/depth?symbol=BTCUSDT&limit=5000');
  expect([refused.status, at(parse(refused.body), 'code')]).toEqual([429, -1003]);
});

test('[MD-8] a status other than normal shows in the exchange information', async () => {
  const { practice, get } = stand();
  practice.faults.setStatus('binance:spot', 'SOL-USDC', 'halted');
  const info = parse((await get('https://api.binance.com/api/v3/exchangeInfo?symbols=["SOLUSDC","BTCUSDT"]')).body);
  const statuses = list(at(info, 'symbols')).map((row) => [at(row, 'symbol'), at(row, 'status')]);
  expect(statuses).toEqual([
    ['SOLUSDC', 'HALT'],
    ['BTCUSDT', 'TRADING'],
  ]);
});
