import { expect, test } from 'vitest';
import { bookChecksum, checksumText, crc32 } from '#main/practice/wire/kraken/checksum';
import { BookCopy } from './book-copy.ts';
import type { Json } from './client.ts';
import { at, cause, has, list, parse, Recorder, stand } from './client.ts';

const SOCKET = 'wss://ws.kraken.com/v2';
const book = (symbol: string, depth: number): object => ({
  method: 'subscribe',
  params: { channel: 'book', symbol: [symbol], depth },
  req_id: 5,
});

/** The worked example of https://docs.kraken.com/exchange/guides/websockets/book-checksum-v2, price and quantity. */
const DOCUMENTED = {
  bids: '45283.5 0.10000000,45283.4 1.54582015,45282.1 0.10000000,45281.0 0.10000000,45280.3 1.54592586,45279.0 0.07990000,45277.6 0.03310103,45277.5 0.30000000,45277.3 1.54602737,45276.6 0.15445238',
  asks: '45285.2 0.00100000,45286.4 1.54571953,45286.6 1.54571109,45289.6 1.54560911,45290.2 0.15890660,45291.8 1.54553491,45294.7 0.04454749,45296.1 0.35380000,45297.5 0.09945542,45299.5 0.18772827',
  checksum: 3_310_070_434,
};

const levels = (text: string): { price: number; size: number }[] =>
  text.split(',').map((row) => {
    const [price = '', size = ''] = row.split(' ');
    return { price: Number(price.replace('.', '')), size: Number(size.replace('.', '')) };
  });

test("[MD-3] the checksum of Kraken's documented book is the documented one", () => {
  expect(crc32('123456789')).toBe(0xcbf43926);
  expect(checksumText(levels(DOCUMENTED.asks), [])).toMatch(/^4528521000004528641545719534528661545711094528961545609/);
  expect(bookChecksum(levels(DOCUMENTED.asks), levels(DOCUMENTED.bids))).toBe(DOCUMENTED.checksum);
});

/** Rows of a frame as the digits on the wire: JSON.parse would drop trailing zeros. */
function rows(frame: string, side: 'bids' | 'asks'): [string, string][] {
  const found = new RegExp(`"${side}":\\[([^\\]]*)\\]`).exec(frame)?.[1] ?? '';
  return [...found.matchAll(/"price":([\d.]+),"qty":([\d.]+)/g)].map((match) => [match[1] ?? '', match[2] ?? '']);
}

/** A client's book as the digits it was sent, cut to the subscribed depth, with the checksum a client computes. */
class DigitBook {
  readonly #depth: number;
  readonly #sides = { bids: new Map<string, string>(), asks: new Map<string, string>() };

  constructor(depth: number) {
    this.#depth = depth;
  }

  take(frame: string): void {
    for (const side of ['bids', 'asks'] as const) {
      const held = this.#sides[side];
      for (const [price, size] of rows(frame, side)) {
        if (Number(size) === 0) held.delete(price);
        else held.set(price, size);
      }
      for (const price of this.#sorted(side).slice(this.#depth)) held.delete(price);
    }
  }

  smallestSide(): number {
    return Math.min(this.#sides.bids.size, this.#sides.asks.size);
  }

  checksum(): number {
    const bare = (digits: string): string => digits.replace('.', '').replace(/^0+/, '');
    let text = '';
    for (const side of ['asks', 'bids'] as const) {
      for (const price of this.#sorted(side).slice(0, 10))
        text += bare(price) + bare(this.#sides[side].get(price) ?? '');
    }
    return crc32(text);
  }

  #sorted(side: 'bids' | 'asks'): string[] {
    return [...this.#sides[side].keys()].sort((a, b) => (side === 'asks' ? 1 : -1) * (Number(a) - Number(b)));
  }
}

const bookFrames = (recorder: Recorder): string[] =>
  recorder.frames.filter((frame) => frame.startsWith('{"channel":"book","type"'));

const checksumOf = (frame: string): Json => at(parse(frame), 'data', 0, 'checksum');

for (const [symbol, depth] of [
  ['BTC/USD', 10],
  ['ETH/USDT', 25],
  ['USDT/USD', 100],
] as const) {
  test(`[MD-3] ${symbol} at depth ${depth}: every frame's checksum is that of the book it leaves behind`, () => {
    const { clock, transport } = stand();
    const recorder = new Recorder(transport, SOCKET, [book(symbol, depth)]);
    clock.advanceBy(60_000);
    const frames = bookFrames(recorder);
    expect(frames.length).toBeGreaterThan(150);
    const copy = new DigitBook(depth);
    for (const frame of frames) {
      copy.take(frame);
      expect(copy.smallestSide()).toBeGreaterThanOrEqual(Math.min(depth, 25));
      expect(checksumOf(frame)).toBe(copy.checksum());
    }
  });
}

test('[MD-3] depth 25 rebuilds the top of the book REST shows', async () => {
  const { clock, transport, get } = stand();
  const recorder = new Recorder(transport, SOCKET, [book('BTC/USD', 25)]);
  clock.advanceBy(10_000);
  const rest = parse((await get('https://api.kraken.com/0/public/Depth?pair=XXBTZUSD&count=25')).body);
  const copy = new BookCopy();
  const prices = (side: 'bids' | 'asks'): number[] =>
    list(at(rest, 'result', 'XXBTZUSD', side)).map((row) => Number(at(row, 0)));
  const reached = recorder
    .json()
    .filter((frame) => has(frame, 'channel') && at(frame, 'channel') === 'book')
    .some((frame) => {
      for (const side of ['bids', 'asks'] as const) {
        for (const row of list(at(frame, 'data', 0, side))) {
          copy.set(side, String(at(row, 'price')), String(at(row, 'qty')));
        }
      }
      copy.truncate(25);
      return (['bids', 'asks'] as const).every(
        (side) => JSON.stringify(copy.sorted(side).map(([price]) => price)) === JSON.stringify(prices(side)),
      );
    });
  expect(reached).toBe(true);
});

test('[MD-3] a corrupted checksum is wrong once; a skipped delta makes the next checksum fail', () => {
  const { clock, transport, practice } = stand();
  const recorder = new Recorder(transport, SOCKET, [book('BTC/USD', 10)]);
  clock.advanceBy(2_000);
  const wrong = (): number => {
    const copy = new DigitBook(10);
    return bookFrames(recorder).filter((frame) => {
      copy.take(frame);
      return checksumOf(frame) !== copy.checksum();
    }).length;
  };
  expect(wrong()).toBe(0);
  cause(practice, 'kraken:spot', 'bad-checksum');
  clock.advanceBy(2_000);
  expect(wrong()).toBe(1);
  cause(practice, 'kraken:spot', 'gap');
  clock.advanceBy(2_000);
  expect(wrong()).toBeGreaterThan(1);
});

test('status on connect, heartbeats only when nothing else is said, pongs, refusals', () => {
  const { clock, transport, practice } = stand();
  const recorder = new Recorder(transport, SOCKET, [
    { method: 'ping', req_id: 101 },
    { method: 'subscribe', params: { channel: 'trade', symbol: ['SOL/USDC'] } },
    { method: 'subscribe', params: { channel: 'book', symbol: ['NOPE/USD'] }, req_id: 3 },
    { method: 'subscribe', params: { channel: 'book', symbol: ['BTC/USD'], depth: 11 } },
    { method: 'shout' },
    'not json',
  ]);
  practice.faults.setStatus('kraken:spot', 'SOL-USDC', 'halted');
  clock.advanceBy(10_500);
  const frames = recorder.json();
  expect([at(frames[0] ?? null, 'channel'), at(frames[0] ?? null, 'data', 0, 'system')]).toEqual(['status', 'online']);
  expect([at(frames[1] ?? null, 'method'), at(frames[1] ?? null, 'req_id')]).toEqual(['pong', 101]);
  expect(at(frames[2] ?? null, 'result')).toEqual({ channel: 'trade', snapshot: false, symbol: 'SOL/USDC' });
  expect([at(frames[3] ?? null, 'error'), at(frames[3] ?? null, 'req_id')]).toEqual([
    'Currency pair not supported NOPE/USD',
    3,
  ]);
  expect(at(frames[4] ?? null, 'error')).toBe('Subscription depth not supported');
  expect(at(frames[5] ?? null, 'success')).toBe(false);
  expect(at(frames[6] ?? null, 'error')).toBe('Malformed request');
  const beats: Json[] = frames.filter((frame) => has(frame, 'channel') && at(frame, 'channel') === 'heartbeat');
  expect(beats.length).toBeGreaterThanOrEqual(9);
});

test('a busy socket hears hardly any heartbeat', () => {
  const { clock, transport } = stand();
  const recorder = new Recorder(transport, SOCKET, [book('BTC/USD', 10), book('ETH/USD', 10), book('SOL/USD', 10)]);
  clock.advanceBy(20_000);
  expect(recorder.frames.filter((frame) => frame === '{"channel":"heartbeat"}').length).toBeLessThan(2);
});

test('[MD-8] the instrument channel announces a status; AssetPairs shows it with the published fees', async () => {
  const { clock, transport, practice, get } = stand();
  const recorder = new Recorder(transport, SOCKET, [{ method: 'subscribe', params: { channel: 'instrument' } }]);
  clock.advanceBy(100);
  practice.faults.setStatus('kraken:spot', 'BTC-USD', 'post-only');
  clock.advanceBy(100);
  const frames = recorder.json();
  const last = frames[frames.length - 1] ?? null;
  expect([at(last, 'data', 'pairs', 0, 'symbol'), at(last, 'data', 'pairs', 0, 'status')]).toEqual([
    'BTC/USD',
    'post_only',
  ]);
  const pairs = parse((await get('https://api.kraken.com/0/public/AssetPairs?pair=XBTUSD')).body);
  expect(at(pairs, 'result', 'XXBTZUSD', 'status')).toBe('post_only');
  expect(at(pairs, 'result', 'XXBTZUSD', 'wsname')).toBe('XBT/USD');
  expect([at(pairs, 'result', 'XXBTZUSD', 'fees', 0), at(pairs, 'result', 'XXBTZUSD', 'fees_maker', 0)]).toEqual([
    [0, 0.4],
    [0, 0.25],
  ]);
});

test('REST: the ticker shows the touch, and figures of the day', async () => {
  const { get } = stand();
  const ticker = parse((await get('https://api.kraken.com/0/public/Ticker?pair=BTC/USD')).body);
  const [bid, ask] = ['b', 'a'].map((side) => Number(at(ticker, 'result', 'XXBTZUSD', side, 0)));
  expect(bid).toBeGreaterThan(0);
  expect(bid).toBeLessThan(ask ?? 0);
  expect(Number(at(ticker, 'result', 'XXBTZUSD', 'l', 1))).toBeLessThanOrEqual(
    Number(at(ticker, 'result', 'XXBTZUSD', 'c', 0)),
  );
});

test('REST: errors come with status 200', async () => {
  const { get } = stand();
  const wrong = await get('https://api.kraken.com/0/public/Depth?pair=NOPE');
  expect([wrong.status, parse(wrong.body)]).toEqual([200, { error: ['EQuery:Unknown asset pair'] }]);
  expect(parse((await get('https://api.kraken.com/0/public/Nothing')).body)).toEqual({
    error: ['EGeneral:Unknown method'],
  });
});
