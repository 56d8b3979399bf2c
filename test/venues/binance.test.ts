import { describe, expect, it } from 'vitest';
import { DecoderBench } from '#support/decoder-bench';

const depth = (first: number, last: number, bids: string[][], asks: string[][] = []) => ({
  e: 'depthUpdate',
  E: 1_760_000_000_000 + last,
  s: 'BTCUSDT',
  U: first,
  u: last,
  b: bids,
  a: asks,
});
const snapshot = (lastUpdateId: number, bid = '100.0', ask = '101.0') =>
  JSON.stringify({ lastUpdateId, bids: [[bid, '1.0']], asks: [[ask, '2.0']] });

function bench() {
  const made = new DecoderBench('binance:spot', 'BTCUSDT', 'BTC-USDT');
  const { decoder } = made;
  if (!('snapshot' in decoder)) throw new Error('binance bridges snapshots');
  return { made, take: (body: string) => decoder.snapshot(made.track, body, 2, made) };
}

describe('binance decoder', () => {
  it('[MD-3] bridges held deltas onto the snapshot: older ones dropped, the first reaches over it', () => {
    const { made, take } = bench();
    made.feed(depth(95, 100, [['99.0', '9']]), depth(101, 105, [['99.5', '5']]), depth(106, 107, [['100.0', '3']]));
    expect(made.wanted).toBe(1);
    expect(made.valid).toBe(false);
    expect(take(snapshot(103))).toBe('applied');
    expect(made.valid).toBe(true);
    expect(made.book).toEqual({ bids: ['100x3', '99.5x5'], asks: ['101x2'] });
    expect(made.track.sequence).toBe(107);
    made.feed(depth(108, 108, [['99.5', '0']]));
    expect(made.book.bids).toEqual(['100x3']);
    expect(made.faults).toEqual([]);
  });

  it('[MD-3] holds deltas in bytes of its own: those of a frame are only lent', () => {
    const { made, take } = bench();
    const frame = Buffer.from(JSON.stringify(depth(101, 105, [['99.5', '5']])));
    made.decoder.decode(frame, 1, made);
    frame.fill(0);
    expect(take(snapshot(103))).toBe('applied');
    expect(made.book.bids).toEqual(['100x1', '99.5x5']);
  });

  it('[MD-3] refuses a snapshot older than the stream, and takes the next', () => {
    const { made, take } = bench();
    made.feed(depth(110, 112, [['99.5', '5']]));
    expect(take(snapshot(108))).toBe('older');
    expect(made.valid).toBe(false);
    expect(take(snapshot(109))).toBe('applied');
    expect(made.book.bids).toEqual(['100x1', '99.5x5']);
  });

  it('[MD-3] a gap among the held deltas makes the older ones useless: only a later snapshot will do', () => {
    const { made, take } = bench();
    made.feed(depth(101, 105, [['99.5', '5']]), depth(107, 109, [['99.0', '5']]));
    expect(made.faults).toEqual(['gap']);
    expect(take(snapshot(103))).toBe('older');
    expect([made.valid, made.track.phase]).toEqual([false, 'awaiting']);
    expect(take(snapshot(106))).toBe('applied');
    expect(made.book.bids).toEqual(['100x1', '99x5']);
  });

  it('[MD-3] a gap in the stream invalidates; repeats and late deltas are ignored', () => {
    const { made, take } = bench();
    take(snapshot(100));
    made.feed(depth(101, 102, [['99.5', '5']]), depth(101, 102, [['99.5', '7']]), depth(99, 101, [['99.5', '8']]));
    expect(made.book.bids).toEqual(['100x1', '99.5x5']);
    expect(made.faults).toEqual([]);
    made.feed(depth(104, 104, []));
    expect(made.faults).toEqual(['gap']);
    expect(made.valid).toBe(false);
  });

  it('[MD-3] a stream may be seconds behind its snapshot, but is not ignored for ever', () => {
    const { made, take } = bench();
    take(snapshot(1_000_000));
    for (let i = 1; i <= 100; i += 1) made.feed(depth(i, i, [['100.0', '7']]));
    made.feed(depth(999_990, 1_000_001, [['100.0', '8']]));
    expect([made.valid, made.book.bids, made.faults]).toEqual([true, ['100x8'], []]);
    for (let i = 1; i <= 8; i += 1) made.feed(depth(i, i, []));
    expect(made.valid).toBe(true);
    made.feed(depth(9, 9, []));
    expect(made.faults).toEqual(['gap']);
  });

  it('[MD-3] a book crossed for two updates is rebuilt, for one it is not', () => {
    const { made, take } = bench();
    take(snapshot(100));
    made.feed(depth(101, 101, [['101.5', '1']]), depth(102, 102, [['101.5', '0']]));
    expect([made.valid, made.faults]).toEqual([true, []]);
    made.feed(depth(103, 103, [['101.5', '1']]), depth(104, 104, [['90.0', '1']]));
    expect([made.valid, made.faults]).toEqual([false, ['crossed']]);
  });

  it('holds a bounded number of deltas while no snapshot comes', () => {
    const { made, take } = bench();
    for (let i = 1; i <= 2_000; i += 1) made.feed(depth(i, i, [['99.0', '1']]));
    expect(take(snapshot(1_000))).toBe('older');
    expect(take(snapshot(1_500))).toBe('applied');
    expect(made.track.sequence).toBe(2_000);
  });

  it('reads combined streams like raw ones, and trades from the maker flag', () => {
    const { made, take } = bench();
    take(snapshot(100));
    made.feed({ stream: 'btcusdt@depth', data: depth(101, 101, [['100.0', '0']]) });
    expect(made.book.bids).toEqual([]);
    const trade = { e: 'trade', E: 5, s: 'BTCUSDT', t: 10, p: '100.5', q: '0.25', T: 4, m: true, M: true };
    made.feed(trade, { ...trade, t: 11, m: false }, { ...trade, t: 11 }, { ...trade, t: 9 });
    expect(made.trades).toEqual([
      { price: 100.5, size: 0.25, side: 'sell', atMs: 4 },
      { price: 100.5, size: 0.25, side: 'buy', atMs: 4 },
    ]);
  });

  it('tells acknowledgements from refusals, and a shutdown from both', () => {
    const { made } = bench();
    made.feed({ result: null, id: 1 }, { error: { code: 2, msg: 'Invalid request' }, id: 2 });
    made.feed({ code: 0, msg: 'Unknown property', id: 3 }, { result: { error: 'carrots' }, id: '4' });
    made.feed({ e: 'serverShutdown', E: 1 });
    expect(made.acceptances).toEqual(['1']);
    expect(made.refusals.map(({ id, message }) => `${id} ${message}`)).toEqual([
      '2 Invalid request',
      '3 Unknown property',
      '4 carrots',
    ]);
    expect(made.brokenBy.length).toBe(1);
  });
});

describe('binance books known as far as their snapshots', () => {
  /** A snapshot of `count` levels a side, a tenth apart, that was asked for with that limit. */
  const cut = (lastUpdateId: number, count: number, best = 1_000) =>
    JSON.stringify({
      lastUpdateId,
      bids: Array.from({ length: count }, (_, index) => [(best - index / 10).toFixed(1), '1.0']),
      asks: Array.from({ length: count }, (_, index) => [(best + 0.1 + index / 10).toFixed(1), '1.0']),
    });
  /** Takes the best `count` bids away. */
  const eaten = (from: number, count: number, best = 1_000) =>
    depth(
      from,
      from,
      Array.from({ length: count }, (_, index) => [(best - index / 10).toFixed(1), '0']),
    );

  it('[MD-1] leaves out what lies beyond the last level of a cut side: what is between has not been told', () => {
    const { made, take } = bench();
    take(cut(100, 100));
    made.feed(depth(101, 101, [['950.0', '7']], [['1050.0', '7']]), depth(102, 102, [['990.1', '3']]));
    expect(made.book.bids.length).toBe(100);
    expect(made.book.bids.at(-1)).toBe('990.1x3');
    expect(made.book.asks.length).toBe(100);
  });

  it('[MD-1] takes in everything where the side is whole', () => {
    const { made, take } = bench();
    take(cut(100, 99));
    made.feed(depth(101, 101, [['950.0', '7']], [['1050.0', '7']]));
    expect([made.book.bids.at(-1), made.book.asks.at(-1)]).toEqual(['950x7', '1050x7']);
  });

  it('[MD-3] deepens a book the market moves away from, without a moment in which it is not valid', () => {
    const { made, take } = bench();
    take(cut(100, 100));
    made.feed(eaten(101, 70));
    expect([made.book.bids.length, made.wanted, made.valid]).toEqual([30, 1, true]);
    made.feed(depth(102, 103, [['985.0', '5']]), depth(104, 104, [['992.0', '6']]));
    expect(made.wanted).toBe(1);
    expect(take(cut(102, 1_000, 993))).toBe('applied');
    expect([made.valid, made.faults, made.resyncs]).toEqual([true, [], []]);
    expect(made.track.sequence).toBe(104);
    expect(made.book.bids.length).toBe(1_000);
    expect(made.book.bids).toContain('985x5');
    expect(made.book.bids).toContain('992x6');
    made.feed(depth(105, 105, [['993.0', '0']]));
    expect(made.book.bids[0]).toBe('992.9x1');
  });

  it('[MD-3] never goes back to a snapshot older than the live book', () => {
    const { made, take } = bench();
    take(cut(100, 100));
    expect(take(cut(100, 1_000))).toBe('older');
    made.feed(eaten(101, 70), depth(102, 102, []));
    expect(take(cut(99, 1_000))).toBe('older');
    expect([made.track.sequence, made.valid]).toEqual([102, true]);
    made.feed(depth(104, 104, []));
    expect([made.faults, made.valid]).toEqual([['gap'], false]);
  });

  it('[MD-1] a side with fewer than twenty known levels is no book any more', () => {
    const { made, take } = bench();
    take(cut(100, 100));
    made.feed(eaten(101, 81));
    expect([made.valid, made.faults]).toEqual([false, []]);
    expect(made.resyncs).toEqual(['the market left the levels that are known']);
  });
});
