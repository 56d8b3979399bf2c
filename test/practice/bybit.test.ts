import { expect, test } from 'vitest';
import { BookCopy, numbers } from './book-copy.ts';
import type { Json } from './client.ts';
import { at, cause, has, parse, Recorder, stand } from './client.ts';

const SOCKET = 'wss://stream.bybit.com/v5/public/spot';

const onTopic = (recorder: Recorder, topic: string): Json[] =>
  recorder.json().filter((frame) => has(frame, 'topic') && at(frame, 'topic') === topic);

test('[MD-3] u grows by one from the snapshot on, and the deltas rebuild the book', async () => {
  const { clock, transport, get } = stand();
  const recorder = new Recorder(transport, SOCKET, [{ op: 'subscribe', args: ['orderbook.50.BTCUSDT'], req_id: '7' }]);
  clock.advanceBy(15_000);
  const rest = parse(
    (await get('https://api.bybit.com/v5/market/orderbook?category=spot&symbol=BTCUSDT&limit=200')).body,
  );
  const frames = onTopic(recorder, 'orderbook.50.BTCUSDT');
  expect(at(frames[0] ?? null, 'type')).toBe('snapshot');
  const copy = new BookCopy();
  const wanted = JSON.stringify([numbers(at(rest, 'result', 'b')), numbers(at(rest, 'result', 'a'))]);
  let reached = false;
  for (const [index, frame] of frames.entries()) {
    if (index > 0) {
      expect(at(frame, 'type')).toBe('delta');
      expect(at(frame, 'data', 'u')).toBe(Number(at(frames[index - 1] ?? null, 'data', 'u')) + 1);
      expect(Number(at(frame, 'data', 'seq'))).toBeGreaterThan(Number(at(frames[index - 1] ?? null, 'data', 'seq')));
    }
    copy.pairs('bids', at(frame, 'data', 'b'));
    copy.pairs('asks', at(frame, 'data', 'a'));
    reached ||= JSON.stringify([copy.sorted('bids'), copy.sorted('asks')]) === wanted;
  }
  expect(reached).toBe(true);
});

test('[MD-3] a skipped delta leaves a hole in u', () => {
  const { clock, transport, practice } = stand();
  const recorder = new Recorder(transport, SOCKET, [{ op: 'subscribe', args: ['orderbook.50.BTCUSDT'] }]);
  clock.advanceBy(1_000);
  cause(practice, 'bybit:spot', 'gap');
  clock.advanceBy(1_000);
  const ids = onTopic(recorder, 'orderbook.50.BTCUSDT').map((frame) => Number(at(frame, 'data', 'u')));
  expect(ids.filter((id, index) => index > 0 && id !== (ids[index - 1] ?? 0) + 1).length).toBe(1);
});

test('an unchanged level-1 book is pushed again after three seconds with the same u', () => {
  const { clock, transport, practice } = stand();
  const recorder = new Recorder(transport, SOCKET, [{ op: 'subscribe', args: ['orderbook.1.BTCUSDT'] }]);
  clock.advanceBy(1_000);
  practice.faults.setStatus('bybit:spot', 'BTC-USDT', 'halted');
  const before = onTopic(recorder, 'orderbook.1.BTCUSDT').length;
  clock.advanceBy(10_000);
  const frames = onTopic(recorder, 'orderbook.1.BTCUSDT');
  const repeated = frames.slice(before);
  expect(repeated.length).toBeGreaterThanOrEqual(3);
  expect(new Set(repeated.map((frame) => at(frame, 'data', 'u'))).size).toBe(1);
  expect(new Set(frames.map((frame) => at(frame, 'type')))).toEqual(new Set(['snapshot']));
});

test('acknowledgements, pongs and refusals', () => {
  const { clock, transport } = stand();
  const many = Array.from({ length: 11 }, () => 'publicTrade.BTCUSDT');
  const recorder = new Recorder(transport, SOCKET, [
    { op: 'ping', req_id: 'p' },
    { op: 'subscribe', args: ['publicTrade.BTCUSDT'], req_id: 's' },
    { op: 'subscribe', args: ['orderbook.50.NOPE'] },
    { op: 'subscribe', args: many },
    'not json',
  ]);
  clock.advanceBy(100);
  const frames = recorder.json().filter((frame) => has(frame, 'success'));
  expect(frames.map((frame) => [at(frame, 'success'), at(frame, 'ret_msg')])).toEqual([
    [true, 'pong'],
    [true, 'subscribe'],
    [false, 'Invalid symbol :[orderbook.50.NOPE]'],
    [false, 'args size >10'],
    [false, 'error:invalid request'],
  ]);
  expect(at(frames[0] ?? null, 'req_id')).toBe('p');
});

test('trades carry the taker side in words', () => {
  const { clock, transport } = stand();
  const recorder = new Recorder(transport, SOCKET, [{ op: 'subscribe', args: ['publicTrade.BTCUSDT'] }]);
  clock.advanceBy(20_000);
  const sides = new Set(onTopic(recorder, 'publicTrade.BTCUSDT').map((frame) => at(frame, 'data', 0, 'S')));
  expect(sides).toEqual(new Set(['Buy', 'Sell']));
});

test('REST: errors come with status 200 and a code, unknown paths with 404', async () => {
  const { get } = stand();
  const wrong = await get('https://api.bybit.com/v5/market/orderbook?category=spot&symbol=NOPE');
  expect([wrong.status, at(parse(wrong.body), 'retCode'), at(parse(wrong.body), 'retMsg')]).toEqual([
    200,
    10001,
    'Not supported symbols',
  ]);
  expect((await get('https://api.bybit.com/v5/nothing')).status).toBe(404);
  const time = parse((await get('https://api.bybit.com/v5/market/time')).body);
  expect(String(at(time, 'result', 'timeNano')).startsWith(String(at(time, 'result', 'timeSecond')))).toBe(true);
});
