import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { RECORDED_NOTE, readRecordedFolder } from '#main/practice/practice';
import { RecordedWorld } from '#main/practice/world/recorded';
import type { RecordedCandles } from '#main/practice/world/recorded-bars';
import { BarPath } from '#main/practice/world/recorded-path';
import type { MarketView } from '#main/practice/world/world';
import { SeededRandom } from '#shared/kernel/random';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { at, cause, has, lift, list, parse, Recorder, stand } from './client.ts';

/** Real prices; read where they lie, never copied. */
const WEEK = '../shared/market-data/2023-03-01_07-spot-1m';
const missing = existsSync(WEEK) ? null : `recorded market data not found at ${WEEK}`;
const T0 = 1_677_628_800_000;

let loaded: RecordedCandles | null = null;
function week(): RecordedCandles {
  if (loaded === null) {
    const read = readRecordedFolder(WEEK);
    if (!read.ok) throw read.error;
    loaded = read.value;
  }
  return loaded;
}

/** The recorded week cut to some minutes: small enough to run whole. */
const cut = (fromMs: number, toMs: number): RecordedCandles => ({
  ...week(),
  fromMs,
  toMs,
  markets: week().markets.map((market) => ({
    spec: market.spec,
    bars: market.bars.filter((bar) => bar.tsMs >= fromMs && bar.tsMs < toMs),
  })),
});

function play(
  recorded: RecordedCandles,
  seed: number,
  atEnd: 'halt' | 'loop' = 'halt',
): { clock: VirtualClock; world: RecordedWorld } {
  const clock = new VirtualClock(recorded.fromMs);
  const random = new SeededRandom(seed);
  return { clock, world: new RecordedWorld({ recorded, random, clock, updatesPerSecond: 2, atEnd }) };
}

test('[PP-2] only the markets of the folder exist, and the invention inside bars is labelled', async (context) => {
  if (missing !== null) context.skip(missing);
  const { practice, get } = stand({ clock: new VirtualClock(T0), world: { recorded: WEEK }, updatesPerSecond: 1 });
  expect(practice.kind).toBe('recorded');
  expect(practice.note).toBe(RECORDED_NOTE);
  expect(practice.note).toMatch(/invented/);
  expect(practice.recordedPeriod).toEqual({ fromMs: T0, toMs: T0 + 7 * 86_400_000 });
  expect(practice.instruments.map((one) => `${one.venue}|${one.instrument}`).sort()).toEqual([
    'binance|BTC-USD',
    'binance|BTC-USDT',
    'bybit|BTC-USDC',
    'coinbase|BTC-USD',
    'coinbase|BTC-USDT',
    'coinbase|USDT-USD',
    'kraken|BTC-USD',
    'kraken|BTC-USDC',
    'kraken|BTC-USDT',
    'kraken|USDC-USD',
    'kraken|USDT-USD',
  ]);
  const okx = parse((await get('https://www.okx.com/api/v5/public/instruments?instType=SPOT')).body);
  expect(at(okx, 'data')).toEqual([]);
  expect(practice.warnings.some((warning) => warning.kind === 'outage' && warning.where === 'coinbase')).toBe(true);
});

test('[PP-2] trades and books of a recorded hour stay at the recorded prices; volume is that of the bars', (context) => {
  if (missing !== null) context.skip(missing);
  const recorded = cut(T0, T0 + 3_600_000);
  const { clock, world } = play(recorded, 3);
  const bars = new Map(
    recorded.markets.map(({ spec, bars: own }) => [
      `${spec.venue}|${spec.instrument}`,
      new Map(own.map((bar) => [bar.tsMs, bar])),
    ]),
  );
  const keyOf = ({ spec }: MarketView): string => `${spec.venue}|${spec.instrument}`;
  let trades = 0;
  const volume = new Map<string, number>();
  const listener = {
    bookChanged: (market: MarketView) => {
      const bar = bars.get(keyOf(market))?.get(Math.floor(clock.wallMs() / 60_000) * 60_000);
      if (bar === undefined) throw new Error(`${keyOf(market)} moved in a minute without a bar`);
      const bid = market.book.bids[0]?.price ?? 0;
      const ask = market.book.asks[0]?.price ?? 0;
      expect(bid).toBeLessThan(ask);
      // The touch stands around the path, which stays within the bar; a few bps are the spread.
      expect(bid).toBeGreaterThan(bar.low * 0.999 - 2);
      expect(ask).toBeLessThan(bar.high * 1.001 + 2);
    },
    traded: (market: MarketView, taken: readonly { size: number }[]) => {
      trades += taken.length;
      const size = taken.reduce((sum, trade) => sum + trade.size, 0);
      volume.set(keyOf(market), (volume.get(keyOf(market)) ?? 0) + size);
    },
    statusChanged: () => {},
  };
  for (const venue of ['binance', 'coinbase', 'bybit', 'kraken'] as const) world.listen(`${venue}:spot`, listener);
  world.start();
  clock.advanceBy(3_600_000 - 1_000);
  expect(trades).toBeGreaterThan(1_000);
  for (const [key, own] of bars) {
    const real = [...own.values()].reduce((sum, bar) => sum + bar.volume, 0);
    const share = (volume.get(key) ?? 0) / real;
    // An outsized bar of a thin market may not fit through its touch before it ends; nothing else is lost.
    expect(share, key).toBeGreaterThan(0.85);
    expect(share, key).toBeLessThanOrEqual(1.001);
  }
});

test('[MD-2] the outage of Coinbase on 2023-03-04: no book of it moves until it is over, others go on', (context) => {
  if (missing !== null) context.skip(missing);
  const before = Date.UTC(2023, 2, 4, 16, 55);
  const clock = new VirtualClock(before);
  // Aligned so that the world stands at 16:55 of that day: the recording's first bar lies under the clock's start.
  const recorded = cut(before, Date.UTC(2023, 2, 4, 21, 45));
  const world = new RecordedWorld({ recorded, random: new SeededRandom(3), clock, updatesPerSecond: 1, atEnd: 'halt' });
  const heard = { coinbase: [] as number[], kraken: [] as number[] };
  for (const venue of ['coinbase', 'kraken'] as const) {
    world.listen(`${venue}:spot`, {
      bookChanged: () => heard[venue].push(clock.wallMs()),
      traded: () => {},
      statusChanged: () => {},
    });
  }
  world.start();
  clock.advanceTo(Date.UTC(2023, 2, 4, 19, 0));
  expect(world.isOut('coinbase:spot')).toBe(true);
  expect(world.isOut('kraken:spot')).toBe(false);
  clock.advanceTo(Date.UTC(2023, 2, 4, 21, 40));
  expect(world.isOut('coinbase:spot')).toBe(false);
  const from = Date.UTC(2023, 2, 4, 17, 0, 1);
  const to = Date.UTC(2023, 2, 4, 21, 37);
  expect(heard.coinbase.filter((at) => at > from && at < to)).toEqual([]);
  expect(heard.coinbase.filter((at) => at >= to).length).toBeGreaterThan(50);
  expect(heard.kraken.filter((at) => at > from && at < to).length).toBeGreaterThan(5_000);
});

test('[PP-2] an out venue says nothing on its sockets, not even heartbeats, and REST answers 503', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'recorded-'));
  try {
    const header = 'ts_ms,venue,product,instrument,bar_s,open,high,low,close,volume';
    const rows = [0, 1, 5, 6].map((minute) => `${T0 + minute * 60_000},kraken,spot,BTC-USD,60,100,101,99,100,5`);
    const others = [0, 1, 2, 3, 4, 5, 6].map(
      (minute) => `${T0 + minute * 60_000},okx,spot,BTC-USDT,60,100,101,99,100,5`,
    );
    writeFileSync(join(folder, 'candles.csv.gz'), gzipSync([header, ...rows, ...others].join('\n')));
    const { clock, transport, get } = stand({ clock: new VirtualClock(T0), world: { recorded: folder } });
    const recorder = new Recorder(transport, 'wss://ws.kraken.com/v2', [
      { method: 'subscribe', params: { channel: 'book', symbol: ['BTC/USD'] } },
    ]);
    clock.advanceTo(T0 + 121_000);
    const before = recorder.frames.length;
    expect(before).toBeGreaterThan(300);
    recorder.socket.send('{"method":"ping"}');
    clock.advanceTo(T0 + 299_000);
    expect(recorder.frames.length).toBe(before);
    expect((await get('https://api.kraken.com/0/public/Time')).status).toBe(503);
    expect((await get('https://www.okx.com/api/v5/public/time')).status).toBe(200);
    clock.advanceTo(T0 + 320_000);
    expect(recorder.frames.length).toBeGreaterThan(before + 50);
    expect((await get('https://api.kraken.com/0/public/Time')).status).toBe(200);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('[PP-3] a silenced venue is quiet while its counters go on: the gap shows when it speaks again', async () => {
  const { clock, transport, get, practice } = stand();
  const recorder = new Recorder(transport, 'wss://stream.bybit.com/v5/public/spot', [
    { op: 'subscribe', args: ['orderbook.50.BTCUSDT'] },
  ]);
  clock.advanceBy(5_000);
  cause(practice, 'bybit:spot', 'silence');
  clock.advanceBy(100);
  const before = recorder.frames.length;
  clock.advanceBy(5_000);
  expect(recorder.frames.length).toBe(before);
  expect((await get('https://api.bybit.com/v5/market/tickers?category=spot')).status).toBe(503);
  lift(practice, 'bybit:spot', 'silence');
  clock.advanceBy(2_000);
  const ids = recorder
    .json()
    .filter((frame) => has(frame, 'topic'))
    .map((frame) => Number(at(frame, 'data', 'u')));
  const jumps = ids.filter((id, index) => index > 0 && id > (ids[index - 1] ?? 0) + 10);
  expect(jumps.length).toBe(1);
});

test('[PP-3] raw text reaches every socket of the venue as it is', () => {
  const { clock, transport, practice } = stand();
  const url = 'wss://ws.kraken.com/v2';
  const clients = [new Recorder(transport, url, []), new Recorder(transport, url, [])];
  clock.advanceBy(100);
  practice.faults.sendRaw('kraken:spot', '{"half":');
  cause(practice, 'kraken:spot', 'disconnect');
  clock.advanceBy(100);
  for (const client of clients) {
    expect(client.frames[client.frames.length - 1]).toBe('{"half":');
    expect(client.closes).toEqual([{ code: 1006, reason: '' }]);
  }
});

test('candles over REST are the recorded ones, as far as they have closed', async (context) => {
  if (missing !== null) context.skip(missing);
  const { clock, get } = stand({ clock: new VirtualClock(T0), world: { recorded: WEEK }, updatesPerSecond: 1 });
  clock.advanceBy(10 * 60_000 + 500);
  const answer = parse(
    (await get('https://api.binance.com/api/v3/klines?symbol=BTCUSDT&interval=1m&endTime=1677629340000')).body,
  );
  const bars = week().markets.find(
    (market) => market.spec.venue === 'binance' && market.spec.instrument === 'BTC-USDT',
  );
  const rows = list(answer);
  expect(rows.length).toBe(10);
  for (const [index, row] of rows.entries()) {
    const bar = bars?.bars[index];
    expect([at(row, 0), Number(at(row, 1)), Number(at(row, 4))]).toEqual([
      bar?.tsMs,
      (bar?.open ?? 0) / 100,
      (bar?.close ?? 0) / 100,
    ]);
  }
});

test('after the last bar the world halts, or begins again', (context) => {
  if (missing !== null) context.skip(missing);
  const recorded = cut(T0, T0 + 120_000);
  const halting = play(recorded, 3);
  const statuses: string[] = [];
  halting.world.listen('kraken:spot', {
    bookChanged: () => {},
    traded: () => {},
    statusChanged: (market) => statuses.push(market.status),
  });
  halting.world.start();
  halting.clock.advanceBy(200_000);
  expect(halting.world.ended).toBe(true);
  expect(new Set(statuses)).toEqual(new Set(['halted']));

  const looping = play(recorded, 3, 'loop');
  const late: number[] = [];
  looping.world.listen('binance:spot', {
    bookChanged: () => late.push(looping.clock.wallMs()),
    traded: () => {},
    statusChanged: () => {},
  });
  looping.world.start();
  looping.clock.advanceBy(300_000);
  expect(looping.world.ended).toBe(false);
  expect(late.filter((at) => at > T0 + 130_000).length).toBeGreaterThan(50);
});

test('[PP-4] the same recording and seed give the same bytes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'recorded-'));
  try {
    const header = 'ts_ms,venue,product,instrument,bar_s,open,high,low,close,volume';
    const rows = [0, 1, 2].flatMap((minute) => [
      `${T0 + minute * 60_000},kraken,spot,BTC-USD,60,23144.7,23152.4,23133.1,23143.7,3.9`,
      `${T0 + minute * 60_000},kraken,spot,USDT-USD,60,0.9999,1.0001,0.9998,1.0,440334.8`,
    ]);
    writeFileSync(join(folder, 'candles.csv.gz'), gzipSync([header, ...rows].join('\n')));
    const bytes = (seed: number): string => {
      const { clock, transport } = stand({ seed, clock: new VirtualClock(T0), world: { recorded: folder } });
      const recorder = new Recorder(transport, 'wss://ws.kraken.com/v2', [
        { method: 'subscribe', params: { channel: 'book', symbol: ['BTC/USD', 'USDT/USD'], depth: 25 } },
        { method: 'subscribe', params: { channel: 'trade', symbol: ['BTC/USD'] } },
      ]);
      clock.advanceBy(120_000);
      expect(recorder.json().filter((frame) => has(frame, 'channel')).length).toBeGreaterThan(200);
      return createHash('sha256').update(recorder.frames.join('\n')).digest('hex');
    };
    const first = bytes(5);
    expect(bytes(5)).toBe(first);
    expect(bytes(6)).not.toBe(first);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('[PP-2] seed 9: an invented path keeps to its bar and touches all four of its prices', () => {
  const random = new SeededRandom(9);
  for (let n = 0; n < 200; n += 1) {
    const low = 1_000 + Math.floor(random.next() * 1_000);
    const high = low + Math.floor(random.next() * 300);
    const inside = (): number => low + Math.floor(random.next() * (high - low + 1));
    const bar = { tsMs: 0, open: inside(), close: inside(), low, high, volume: 1 };
    const path = new BarPath(bar, random.fork(`path/${n}`));
    const prices = Array.from({ length: 2_001 }, (_, step) => path.at(step / 2_000));
    expect(prices[0]).toBe(bar.open);
    expect(prices[2_000]).toBe(bar.close);
    expect(Math.min(...prices)).toBeGreaterThanOrEqual(low);
    expect(Math.max(...prices)).toBeLessThanOrEqual(high);
    // Sampled at two thousand points, an extreme between two of them may be missed by a little.
    expect(Math.min(...prices)).toBeLessThan(low + (high - low) * 0.02 + 0.01);
    expect(Math.max(...prices)).toBeGreaterThan(high - (high - low) * 0.02 - 0.01);
  }
});
