import { expect, test } from 'vitest';
import { BookCopy, numbers } from './book-copy.ts';
import type { Json } from './client.ts';
import { at, cause, has, lift, list, parse, Recorder, stand } from './client.ts';

const SOCKET = 'wss://stream.bybit.com/v5/public/linear';
const REST = 'https://api.bybit.com/v5/market';

const onTopic = (recorder: Recorder, topic: string): Json[] =>
  recorder.json().filter((frame) => has(frame, 'topic') && at(frame, 'topic') === topic);

test('[MD-3] the deltas of a contract rebuild its book, with u growing by one', async () => {
  const { clock, transport, get } = stand();
  const recorder = new Recorder(transport, SOCKET, [{ op: 'subscribe', args: ['orderbook.200.BTCPERP'] }]);
  clock.advanceBy(15_000);
  const rest = parse((await get(`${REST}/orderbook?category=linear&symbol=BTCPERP&limit=200`)).body);
  const frames = onTopic(recorder, 'orderbook.200.BTCPERP');
  const copy = new BookCopy();
  const wanted = JSON.stringify([numbers(at(rest, 'result', 'b')), numbers(at(rest, 'result', 'a'))]);
  let reached = false;
  for (const [index, frame] of frames.entries()) {
    expect(at(frame, 'type')).toBe(index === 0 ? 'snapshot' : 'delta');
    if (index > 0) expect(at(frame, 'data', 'u')).toBe(Number(at(frames[index - 1] ?? null, 'data', 'u')) + 1);
    copy.pairs('bids', at(frame, 'data', 'b'));
    copy.pairs('asks', at(frame, 'data', 'a'));
    reached ||= JSON.stringify([copy.sorted('bids'), copy.sorted('asks')]) === wanted;
  }
  expect(frames.length).toBeGreaterThan(50);
  expect(reached).toBe(true);
});

test('contracts are written with all decimals of their scale, a deleted level with a plain 0', () => {
  const { clock, transport } = stand();
  const recorder = new Recorder(transport, SOCKET, [{ op: 'subscribe', args: ['orderbook.50.BTCUSDT'] }]);
  clock.advanceBy(10_000);
  const rows = onTopic(recorder, 'orderbook.50.BTCUSDT').flatMap((frame) => [
    ...list(at(frame, 'data', 'b')),
    ...list(at(frame, 'data', 'a')),
  ]);
  for (const row of rows) {
    expect(String(at(row, 0))).toMatch(/^\d+\.\d0$/);
    expect(String(at(row, 1))).toMatch(/^(0|\d+\.\d{3})$/);
  }
  expect(rows.some((row) => at(row, 1) === '0')).toBe(true);
});

test('[MD-7] ticker deltas on top of their snapshot give the mark, index, rate and interval that REST tells', async () => {
  const { clock, transport, get } = stand();
  const recorder = new Recorder(transport, SOCKET, [{ op: 'subscribe', args: ['tickers.ETHUSDT'] }]);
  clock.advanceBy(20_000);
  const late = new Recorder(transport, SOCKET, [{ op: 'subscribe', args: ['tickers.ETHUSDT'] }]);
  clock.advanceBy(5_000);
  const state = (one: Recorder): Record<string, Json> => {
    const frames = onTopic(one, 'tickers.ETHUSDT');
    expect(frames.map((frame) => at(frame, 'type')).indexOf('delta')).toBe(1);
    return Object.assign({}, ...frames.map((frame) => at(frame, 'data'))) as Record<string, Json>;
  };
  const first = state(recorder);
  expect(state(late)).toEqual(first);
  const told = at(parse((await get(`${REST}/tickers?category=linear&symbol=ETHUSDT`)).body), 'result', 'list', 0);
  for (const field of ['fundingIntervalHour', 'nextFundingTime', 'symbol', 'fundingCap']) {
    expect(first[field], field).toBe(at(told, field));
  }
  for (const field of ['markPrice', 'indexPrice', 'fundingRate']) {
    expect(Number(first[field]) / Number(at(told, field)), field).toBeCloseTo(1, 2);
  }
  // Only what changed is told.
  const deltas = onTopic(recorder, 'tickers.ETHUSDT').slice(1);
  expect(deltas.length).toBeGreaterThan(50);
  const marks = deltas.filter((frame) => has(at(frame, 'data'), 'markPrice')).length;
  expect(marks).toBeGreaterThan(20);
  expect(marks).toBeLessThan(40);
});

test('[MD-7] a changed interval shows in ticker, catalogue and next settlement, and goes back', async () => {
  const { clock, transport, practice, get } = stand();
  const recorder = new Recorder(transport, SOCKET, [{ op: 'subscribe', args: ['tickers.BTCUSDT'] }]);
  const minutes = async (): Promise<Json> => {
    const answer = await get(`${REST}/instruments-info?category=linear&symbol=BTCUSDT`);
    return at(parse(answer.body), 'result', 'list', 0, 'fundingInterval');
  };
  clock.advanceBy(2_000);
  expect(await minutes()).toBe(480);
  cause(practice, 'bybit:perp', 'funding-interval', { amount: 1, instrument: 'BTC-USDT-PERP' });
  expect(await minutes()).toBe(60);
  clock.advanceBy(1_000);
  const change = onTopic(recorder, 'tickers.BTCUSDT').find(
    (frame) => at(frame, 'type') === 'delta' && has(at(frame, 'data'), 'fundingIntervalHour'),
  );
  expect(at(change ?? null, 'data', 'fundingIntervalHour')).toBe('1');
  expect(Number(at(change ?? null, 'data', 'nextFundingTime')) % 3_600_000).toBe(0);
  lift(practice, 'bybit:perp', 'funding-interval', 'BTC-USDT-PERP');
  expect(await minutes()).toBe(480);
});

test('funding history: newest first, within the asked times, a start alone is refused', async () => {
  const { get } = stand();
  const ask = async (query: string): Promise<Json> =>
    parse((await get(`${REST}/funding/history?category=linear&symbol=SOLUSDT${query}`)).body);
  const all = list(at(await ask(''), 'result', 'list')).map((row) => Number(at(row, 'fundingRateTimestamp')));
  expect(all.length).toBeGreaterThanOrEqual(30);
  expect(all).toEqual([...all].sort((a, b) => b - a));
  const [newest = 0] = all;
  const within = list(at(await ask(`&startTime=${newest - 8 * 3_600_000}&endTime=${newest}`), 'result', 'list'));
  expect(within.map((row) => Number(at(row, 'fundingRateTimestamp')))).toEqual([newest, newest - 8 * 3_600_000]);
  for (const row of within) expect(String(at(row, 'fundingRate'))).toMatch(/^-?0(\.\d{1,8})?$/);
  expect(list(at(await ask('&limit=3'), 'result', 'list')).length).toBe(3);
  expect(at(await ask(`&startTime=${newest}`), 'retCode')).toBe(10001);
  const spot = parse((await get(`${REST}/funding/history?category=spot&symbol=SOLUSDT`)).body);
  expect(at(spot, 'retCode')).toBe(10001);
});

test('the catalogue comes in pages', async () => {
  const { get } = stand();
  const symbols: Json[] = [];
  let cursor = '';
  for (let page = 0; page < 10; page += 1) {
    const answer = parse((await get(`${REST}/instruments-info?category=linear&limit=3&cursor=${cursor}`)).body);
    const rows = list(at(answer, 'result', 'list'));
    expect(rows.length).toBeLessThanOrEqual(3);
    symbols.push(...rows.map((row) => at(row, 'symbol')));
    cursor = String(at(answer, 'result', 'nextPageCursor'));
    if (cursor === '') break;
  }
  expect(symbols).toEqual([
    'BTCUSDT',
    'BTCPERP',
    'ETHUSDT',
    'ETHPERP',
    'SOLUSDT',
    'SOLPERP',
    'HYPEUSDT',
    '1000PEPEUSDT',
  ]);
});

test('[MD-3] a service restart: the same connection, every book again as a snapshot with u 1, then deltas from 2', () => {
  const { clock, transport, practice } = stand();
  const recorder = new Recorder(transport, SOCKET, [{ op: 'subscribe', args: ['orderbook.50.ETHUSDT'] }]);
  clock.advanceBy(2_000);
  expect(cause(practice, 'bybit:perp', 'service-restart')).toBeNull();
  clock.advanceBy(2_000);
  const frames = onTopic(recorder, 'orderbook.50.ETHUSDT');
  const restart = frames.findIndex((frame) => at(frame, 'data', 'u') === 1);
  expect(at(frames[restart] ?? null, 'type')).toBe('snapshot');
  expect(frames.slice(restart + 1, restart + 4).map((frame) => [at(frame, 'type'), at(frame, 'data', 'u')])).toEqual([
    ['delta', 2],
    ['delta', 3],
    ['delta', 4],
  ]);
  expect(recorder.closes).toEqual([]);
});

test('spot and linear do not know each other: symbols, topics and faults', async () => {
  const { clock, transport, practice, get } = stand();
  const spot = new Recorder(transport, 'wss://stream.bybit.com/v5/public/spot', [
    { op: 'subscribe', args: ['orderbook.50.BTCPERP'] },
    { op: 'subscribe', args: ['tickers.BTCUSDT'] },
    { op: 'subscribe', args: ['orderbook.50.BTCUSDT'] },
  ]);
  const linear = new Recorder(transport, SOCKET, [
    { op: 'subscribe', args: ['orderbook.50.USDCUSDT'] },
    {
      op: 'subscribe',
      args: Array.from({ length: 12 }, (_, n) => (n % 2 ? 'tickers.BTCUSDT' : 'orderbook.50.BTCUSDT')),
    },
  ]);
  clock.advanceBy(1_000);
  const replies = (one: Recorder): Json[] =>
    one.json().flatMap((frame) => (has(frame, 'success') ? [at(frame, 'success')] : []));
  expect(replies(spot)).toEqual([false, false, true]);
  expect(replies(linear)).toEqual([false, true]);

  cause(practice, 'bybit:perp', 'silence');
  const [before, beforeSpot] = [linear.frames.length, spot.frames.length];
  clock.advanceBy(3_000);
  expect(linear.frames.length).toBe(before);
  expect(spot.frames.length).toBeGreaterThan(beforeSpot + 5);
  const statuses = async (): Promise<number[]> => [
    (await get(`${REST}/tickers?category=linear`)).status,
    (await get(`${REST}/tickers?category=spot`)).status,
    (await get(`${REST}/time`)).status,
  ];
  expect(await statuses()).toEqual([503, 200, 200]);
  cause(practice, 'bybit:spot', 'silence');
  expect(await statuses()).toEqual([503, 503, 503]);
});
