import { expect, test } from 'vitest';
import { BookCopy, numbers } from './book-copy.ts';
import type { Json } from './client.ts';
import { at, cause, has, lift, list, parse, Recorder, stand } from './client.ts';

const PUBLIC = 'wss://fstream.binance.com/public/ws';
const MARKET = 'wss://fstream.binance.com/market/ws';
const REST = 'https://fapi.binance.com/fapi/v1';
const HOUR_MS = 3_600_000;

const subscribe = (...params: string[]) => ({ method: 'SUBSCRIBE', params, id: 1 });
const events = (recorder: Recorder, event: string): Json[] =>
  recorder.json().filter((frame) => has(frame, 'e') && at(frame, 'e') === event);

test('[MD-3] diff depth bridges the REST snapshot by pu and u, and gives the very book REST shows later', async () => {
  const { clock, transport, get } = stand();
  const recorder = new Recorder(transport, PUBLIC, [subscribe('ethusdt@depth@100ms')]);
  clock.advanceBy(2_000);
  const snapshot = parse((await get(`${REST}/depth?symbol=ETHUSDT&limit=1000`)).body);
  clock.advanceBy(10_000);
  const later = parse((await get(`${REST}/depth?symbol=ETHUSDT&limit=1000`)).body);
  clock.advanceBy(1_000);
  const copy = new BookCopy();
  copy.pairs('bids', at(snapshot, 'bids'));
  copy.pairs('asks', at(snapshot, 'asks'));
  const wanted = JSON.stringify([numbers(at(later, 'bids')), numbers(at(later, 'asks'))]);
  let last = Number(at(snapshot, 'lastUpdateId'));
  let reached = false;
  let bridged = false;
  let outOfRow = 0;
  const frames = events(recorder, 'depthUpdate');
  for (const [index, frame] of frames.entries()) {
    const [pu, first, u] = [Number(at(frame, 'pu')), Number(at(frame, 'U')), Number(at(frame, 'u'))];
    if (index > 0) expect(pu).toBe(Number(at(frames[index - 1] ?? null, 'u')));
    expect(first).toBeGreaterThan(pu);
    if (first > pu + 1) outOfRow += 1;
    expect(Number(at(frame, 'T'))).toBeLessThanOrEqual(Number(at(frame, 'E')));
    if (u <= last) continue;
    expect(pu).toBeLessThanOrEqual(last);
    bridged = true;
    copy.pairs('bids', at(frame, 'b'));
    copy.pairs('asks', at(frame, 'a'));
    last = u;
    reached ||= JSON.stringify([copy.sorted('bids'), copy.sorted('asks')]) === wanted;
  }
  expect([bridged, reached]).toEqual([true, true]);
  // Ids of other contracts lie between two updates of one: only `pu` tells that none is missing.
  expect(outOfRow).toBe(frames.length);
});

test('a stream asked for under the other path is acknowledged and never says a word', () => {
  const { clock, transport } = stand();
  const all = ['btcusdt@depth@100ms', 'btcusdt@trade', 'btcusdt@aggTrade', 'btcusdt@markPrice@1s'];
  const books = new Recorder(transport, PUBLIC, [subscribe(...all)]);
  const rest = new Recorder(transport, MARKET, [subscribe(...all)]);
  const old = new Recorder(transport, 'wss://fstream.binance.com/ws', [subscribe(...all)]);
  clock.advanceBy(20_000);
  const kinds = (recorder: Recorder) =>
    [...new Set(recorder.json().map((frame) => (has(frame, 'e') ? at(frame, 'e') : 'ack')))].sort();
  expect(kinds(books)).toEqual(['ack', 'depthUpdate', 'trade']);
  expect(kinds(rest)).toEqual(['ack', 'aggTrade', 'markPriceUpdate']);
  expect(old.closes.length).toBe(1);
});

test('[MD-7] marks come every second and tell what the premium index tells', async () => {
  const { clock, transport, get } = stand();
  const recorder = new Recorder(transport, MARKET, [subscribe('hypeusdt@markPrice@1s', 'hypeusdt@markPrice')]);
  clock.advanceBy(12_000);
  const marks = events(recorder, 'markPriceUpdate');
  expect(marks.length).toBeGreaterThanOrEqual(14);
  expect(marks.length).toBeLessThanOrEqual(17);
  const mark = marks.at(-1) ?? null;
  const index = parse((await get(`${REST}/premiumIndex?symbol=HYPEUSDT`)).body);
  expect(at(mark, 'T')).toBe(at(index, 'nextFundingTime'));
  for (const [stream, rest] of [
    ['p', 'markPrice'],
    ['i', 'indexPrice'],
  ] as const) {
    expect(Number(at(mark, stream)) / Number(at(index, rest))).toBeCloseTo(1, 3);
  }
  expect(String(at(mark, 'r'))).toMatch(/^-?0\.\d{8}$/);
  expect(list(parse((await get(`${REST}/premiumIndex`)).body)).length).toBeGreaterThanOrEqual(8);
});

test('[MD-7] only contracts that were adjusted are in the funding information; one that was stays there', async () => {
  const { clock, practice, get } = stand();
  const told = async () =>
    Object.fromEntries(
      list(parse((await get(`${REST}/fundingInfo`)).body)).map((row) => [
        String(at(row, 'symbol')),
        at(row, 'fundingIntervalHours'),
      ]),
    );
  clock.advanceBy(1_000);
  expect(await told()).toEqual({ HYPEUSDT: 4 });
  cause(practice, 'binance:perp', 'funding-interval', { amount: 2, instrument: 'BTC-USDT-PERP' });
  expect(await told()).toEqual({ BTCUSDT: 2, HYPEUSDT: 4 });
  lift(practice, 'binance:perp', 'funding-interval', 'BTC-USDT-PERP');
  expect(await told()).toEqual({ BTCUSDT: 8, HYPEUSDT: 4 });
});

test('[MD-7] funding history: oldest first, an interval apart, up to the last settlement; of all contracts together', async () => {
  const { clock, get } = stand();
  clock.advanceBy(1_000);
  const rows = async (query: string) => list(parse((await get(`${REST}/fundingRate?${query}`)).body));
  const times = (await rows('symbol=HYPEUSDT&limit=200')).map((row) => Number(at(row, 'fundingTime')));
  expect(times.length).toBeGreaterThanOrEqual(30);
  for (const [index, time] of times.slice(1).entries()) expect(time - (times[index] ?? 0)).toBe(4 * HOUR_MS);
  const [newest = 0] = times.slice(-1);
  const next = Number(at(parse((await get(`${REST}/premiumIndex?symbol=HYPEUSDT`)).body), 'nextFundingTime'));
  expect(next - newest).toBe(4 * HOUR_MS);
  expect((await rows(`symbol=HYPEUSDT&startTime=${newest}`)).length).toBe(1);
  const all = await rows(`startTime=${newest - 8 * HOUR_MS}&limit=1000`);
  expect(new Set(all.map((row) => at(row, 'symbol'))).size).toBeGreaterThan(3);
  expect(await rows('symbol=NOSUCH')).toEqual([]);
});

test('[MD-8] a contract that is halted or settled says so on the stream of contracts and in the catalogue', async () => {
  const { clock, transport, practice, get } = stand();
  const recorder = new Recorder(transport, MARKET, [subscribe('!contractInfo')]);
  clock.advanceBy(500);
  cause(practice, 'binance:perp', 'halt', { instrument: 'SOL-USDT-PERP' });
  const status = async () =>
    list(at(parse((await get(`${REST}/exchangeInfo`)).body), 'symbols'))
      .filter((row) => at(row, 'symbol') === 'SOLUSDT')
      .map((row) => at(row, 'status'));
  expect(await status()).toEqual(['PENDING_TRADING']);
  lift(practice, 'binance:perp', 'halt', 'SOL-USDT-PERP');
  cause(practice, 'binance:perp', 'delist', { instrument: 'SOL-USDT-PERP' });
  expect(await status()).toEqual([]);
  clock.advanceBy(500);
  expect(events(recorder, 'contractInfo').map((frame) => [at(frame, 's'), at(frame, 'cs')])).toEqual([
    ['SOLUSDT', 'PENDING_TRADING'],
    ['SOLUSDT', 'TRADING'],
    ['SOLUSDT', 'SETTLING'],
  ]);
});

test('more than ten messages in a second end the connection', () => {
  const { clock, transport } = stand();
  const ten = Array.from({ length: 10 }, (_, n) => ({ method: 'LIST_SUBSCRIPTIONS', id: n }));
  const polite = new Recorder(transport, PUBLIC, ten);
  const rude = new Recorder(transport, PUBLIC, [...ten, { method: 'LIST_SUBSCRIPTIONS', id: 10 }]);
  clock.advanceBy(900);
  expect([polite.closes.length, rude.closes.map(({ code }) => code)]).toEqual([0, [1008]]);
});

test('depths other than the documented ones are refused, and funding calls have a limit of their own', async () => {
  const { get } = stand();
  expect(at(parse((await get(`${REST}/depth?symbol=BTCUSDT&limit=77`)).body), 'code')).toBe(-4021);
  expect(at(parse((await get(`${REST}/depth?symbol=NOSUCH&limit=100`)).body), 'code')).toBe(-1121);
  let refused = 0;
  for (let call = 0; call < 510; call += 1) refused += (await get(`${REST}/fundingInfo`)).status === 429 ? 1 : 0;
  expect(refused).toBe(10);
  expect((await get(`${REST}/time`)).status).toBe(200);
});

test('spot and contracts have hosts of their own, and faults of their own', async () => {
  const { practice, get } = stand();
  cause(practice, 'binance:perp', 'silence');
  expect((await get(`${REST}/time`)).status).toBe(503);
  expect((await get('https://api.binance.com/api/v3/time')).status).toBe(200);
  expect((await get('https://api.binance.com/fapi/v1/time')).status).toBe(404);
});
