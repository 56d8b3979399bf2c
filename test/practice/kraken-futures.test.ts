import { expect, test } from 'vitest';
import { BookCopy, numbers } from './book-copy.ts';
import type { Json } from './client.ts';
import { at, cause, has, lift, list, parse, Recorder, stand } from './client.ts';

const SOCKET = 'wss://futures.kraken.com/ws/v1';
const REST = 'https://futures.kraken.com/derivatives/api/v3';
const HOUR_MS = 3_600_000;

const subscribe = (feed: string, ...product_ids: string[]) => ({ event: 'subscribe', feed, product_ids });
const ofFeed = (recorder: Recorder, feed: string): Json[] =>
  recorder.json().filter((frame) => has(frame, 'feed') && at(frame, 'feed') === feed && !has(frame, 'event'));

test('[MD-3] a snapshot, then one level a frame with seq growing by one, rebuild the book that REST shows', async () => {
  const { clock, transport, get } = stand();
  const recorder = new Recorder(transport, SOCKET, [subscribe('book', 'PF_XBTUSD')]);
  clock.advanceBy(15_000);
  const rest = parse((await get(`${REST}/orderbook?symbol=PF_XBTUSD`)).body);
  const [snapshot = null] = ofFeed(recorder, 'book_snapshot');
  const copy = new BookCopy();
  for (const side of ['bids', 'asks'] as const) {
    for (const row of list(at(snapshot, side))) copy.set(side, String(at(row, 'price')), String(at(row, 'qty')));
  }
  const wanted = JSON.stringify([numbers(at(rest, 'orderBook', 'bids')), numbers(at(rest, 'orderBook', 'asks'))]);
  let sequence = Number(at(snapshot, 'seq'));
  let reached = false;
  for (const frame of ofFeed(recorder, 'book')) {
    sequence += 1;
    expect(at(frame, 'seq')).toBe(sequence);
    copy.set(at(frame, 'side') === 'buy' ? 'bids' : 'asks', String(at(frame, 'price')), String(at(frame, 'qty')));
    const [bid, ask] = [copy.sorted('bids')[0]?.[0] ?? 0, copy.sorted('asks')[0]?.[0] ?? 0];
    expect(bid).toBeLessThan(ask);
    reached ||= JSON.stringify([copy.sorted('bids'), copy.sorted('asks')]) === wanted;
  }
  expect(reached).toBe(true);
});

test('frames have the venue’s members in the venue’s order, whole numbers with a point', () => {
  const { clock, transport } = stand();
  const feeds = ['book', 'trade', 'ticker'].map((feed) => subscribe(feed, 'PF_XBTUSD'));
  const recorder = new Recorder(transport, SOCKET, feeds);
  clock.advanceBy(20_000);
  const starts = (head: string) => recorder.frames.filter((frame) => frame.startsWith(head));
  expect(starts('{"feed":"book",')[0]).toMatch(
    /^\{"feed":"book","product_id":"PF_XBTUSD","side":"(buy|sell)","seq":\d+,"price":\d+\.0,"qty":\d+\.\d+,"timestamp":\d{13}\}$/,
  );
  expect(starts('{"feed":"book_snapshot"')[0]).toMatch(
    /^\{"feed":"book_snapshot","product_id":"PF_XBTUSD","timestamp":\d{13},"seq":\d+,"tickSize":null,"bids":\[\{"price":\d+\.0,"qty":/,
  );
  const trades = recorder.frames.filter(
    (frame) => frame.startsWith('{"product_id"') && frame.includes('"feed":"trade"'),
  );
  expect(trades[0]).toMatch(
    /^\{"product_id":"PF_XBTUSD","feed":"trade","uid":"[0-9a-f-]{36}","side":"(buy|sell)","type":"fill","time":\d{13},"qty":[\d.]+,"price":\d+\.0,"seq":\d+\}$/,
  );
  expect(new Set(trades).size).toBe(trades.length);
});

test('[MD-7] tickers once a second: relative and absolute rates of an hour, the end of the period, mark and index', () => {
  const { clock, transport } = stand();
  const recorder = new Recorder(transport, SOCKET, [subscribe('ticker', 'PF_ETHUSD')]);
  clock.advanceBy(20_000);
  const tickers = ofFeed(recorder, 'ticker');
  expect(tickers.length).toBeGreaterThan(15);
  expect(tickers.length).toBeLessThan(25);
  for (const ticker of tickers) {
    const [time, next] = [Number(at(ticker, 'time')), Number(at(ticker, 'next_funding_rate_time'))];
    expect(next % HOUR_MS).toBe(0);
    expect(next - time).toBeGreaterThan(0);
    expect(next - time).toBeLessThanOrEqual(HOUR_MS);
    expect(Number(at(ticker, 'markPrice')) / Number(at(ticker, 'index'))).toBeCloseTo(1, 1);
    if (!has(ticker, 'relative_funding_rate')) continue;
    const [relative, absolute] = [at(ticker, 'relative_funding_rate'), at(ticker, 'funding_rate')].map(Number);
    expect((relative ?? 0) * Number(at(ticker, 'index'))).toBeCloseTo(absolute ?? 0, 6);
  }
});

test('[MD-7] history: hourly beginnings of periods, oldest first, the last one running at the ticker’s rate', async () => {
  const { clock, transport, get } = stand();
  const recorder = new Recorder(transport, SOCKET, [subscribe('ticker', 'PF_XBTUSD')]);
  clock.advanceBy(3_000);
  const ticker = ofFeed(recorder, 'ticker').at(-1) ?? null;
  const body = parse((await get(`${REST}/historical-funding-rates?symbol=PF_XBTUSD`)).body);
  const rates = list(at(body, 'rates'));
  const starts = rates.map((row) => Date.parse(String(at(row, 'timestamp'))));
  expect(starts.length).toBeGreaterThan(30);
  starts.slice(1).forEach((start, index) => {
    expect(start - (starts[index] ?? 0)).toBe(HOUR_MS);
  });
  expect((starts.at(-1) ?? 0) + HOUR_MS).toBe(at(ticker, 'next_funding_rate_time'));
  const running = at(rates.at(-1) ?? null, 'relativeFundingRate');
  expect(has(ticker, 'relative_funding_rate') ? at(ticker, 'relative_funding_rate') : 0).toBe(running);
  const old = await get('https://futures.kraken.com/derivatives/api/v4/historicalfundingrates?symbol=PF_XBTUSD');
  expect(at(parse(old.body), 'rates')).toEqual(rates);
});

test('greetings, acknowledgements, heartbeats and alerts; JSON pings are refused', () => {
  const { clock, transport } = stand();
  const recorder = new Recorder(transport, SOCKET, [
    { event: 'subscribe', feed: 'heartbeat' },
    subscribe('ticker', 'PF_XBTUSD', 'PF_NOPEUSD'),
    subscribe('ticker', 'PF_XBTUSD'),
    { event: 'ping' },
    subscribe('candles', 'PF_XBTUSD'),
    'not json',
    { event: 'unsubscribe', feed: 'ticker', product_ids: ['PF_XBTUSD'] },
  ]);
  clock.advanceBy(25_000);
  const events = recorder.json().filter((frame) => has(frame, 'event'));
  expect(events).toEqual([
    { event: 'info', version: 1 },
    { event: 'subscribed', feed: 'heartbeat' },
    { event: 'alert', message: "Couldn't subscribe to invalid product `PF_NOPEUSD`" },
    { event: 'subscribed', feed: 'ticker', product_ids: ['PF_XBTUSD'] },
    { event: 'alert', message: 'Already subscribed to feed, re-requesting' },
    { event: 'alert', message: 'Bad websocket message' },
    { event: 'alert', message: 'Bad request' },
    { event: 'alert', message: 'Bad websocket message' },
    { event: 'unsubscribed', feed: 'ticker', product_ids: ['PF_XBTUSD'] },
  ]);
  expect(ofFeed(recorder, 'heartbeat')).toHaveLength(2);
  expect(ofFeed(recorder, 'ticker')).toHaveLength(2);
});

test('a client that does not ping for a minute is dropped, one that does is not', () => {
  const { clock, transport } = stand();
  const silent = new Recorder(transport, SOCKET, [subscribe('book', 'PF_XBTUSD')]);
  const alive = new Recorder(transport, SOCKET, [subscribe('book', 'PF_XBTUSD')]);
  for (let half = 0; half < 6; half += 1) {
    clock.advanceBy(30_000);
    alive.socket.ping();
  }
  expect(silent.closes).toHaveLength(1);
  clock.advanceBy(1_000);
  expect([alive.closes.length, alive.pongs]).toEqual([0, 6]);
});

test('[MD-8] statuses show in the ticker at once and in the instruments; what is delisted leaves', async () => {
  const { clock, transport, practice, get } = stand();
  const recorder = new Recorder(transport, SOCKET, [subscribe('ticker', 'PF_SOLUSD')]);
  clock.advanceBy(1_500);
  const flags = async () => {
    const body = parse((await get(`${REST}/instruments`)).body);
    const record = list(at(body, 'instruments')).find((one) => at(one, 'symbol') === 'PF_SOLUSD');
    const told = ofFeed(recorder, 'ticker').at(-1) ?? null;
    if (record === undefined) return 'not listed';
    return [at(record, 'tradeable'), at(record, 'postOnly'), at(told, 'suspended'), at(told, 'post_only')];
  };
  expect(await flags()).toEqual([true, false, false, false]);
  for (const [status, wanted] of [
    ['halted', [true, false, true, false]],
    ['post-only', [true, true, false, true]],
    ['maintenance', [false, false, true, false]],
  ] as const) {
    practice.faults.setStatus('kraken:perp', 'SOL-USD-PERP', status);
    clock.advanceBy(50);
    expect(await flags()).toEqual(wanted);
  }
  practice.faults.setStatus('kraken:perp', 'SOL-USD-PERP', 'normal');
  cause(practice, 'kraken:perp', 'delist', { instrument: 'SOL-USD-PERP' });
  expect(await flags()).toBe('not listed');
  lift(practice, 'kraken:perp', 'delist', 'SOL-USD-PERP');
  expect(await flags()).not.toBe('not listed');
});

test('[MD-3] a skipped delta leaves a hole in seq', () => {
  const { clock, transport, practice } = stand();
  const recorder = new Recorder(transport, SOCKET, [subscribe('book', 'PF_XBTUSD')]);
  clock.advanceBy(1_000);
  cause(practice, 'kraken:perp', 'gap');
  clock.advanceBy(3_000);
  const numbers = ofFeed(recorder, 'book').map((frame) => Number(at(frame, 'seq')));
  expect(numbers.filter((seq, index) => index > 0 && seq !== (numbers[index - 1] ?? 0) + 1)).toHaveLength(1);
});

test('REST: every answer carries the server’s time, errors too; candles come as text', async () => {
  const { clock, get } = stand();
  const wrong = parse((await get(`${REST}/tickers/PF_NOPEUSD`)).body);
  expect(at(wrong, 'result')).toBe('error');
  // The answer was written some milliseconds before it arrived.
  const agoMs = clock.wallMs() - Date.parse(String(at(wrong, 'serverTime')));
  expect([agoMs >= 0, agoMs < 100]).toEqual([true, true]);
  expect(at(parse((await get(`${REST}/orderbook?symbol=NOPE`)).body), 'result')).toBe('error');
  const one = parse((await get(`${REST}/instruments/PF_XBTUSD/status`)).body);
  expect([at(one, 'tradeable'), at(one, 'experiencingDislocation')]).toEqual(['PF_XBTUSD', false]);
  const to = Math.floor(clock.wallMs() / 1000);
  const charts = 'https://futures.kraken.com/api/charts/v1/trade';
  const candles = parse((await get(`${charts}/PF_XBTUSD/1m?from=${to - 3_000}&to=${to}`)).body);
  const bars = list(at(candles, 'candles'));
  expect(bars.length).toBeGreaterThan(40);
  expect(typeof at(bars[0] ?? null, 'open')).toBe('string');
  expect((await get(`${charts}/PF_XBTUSD/7m`)).status).toBe(400);
});
