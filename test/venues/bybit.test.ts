import { describe, expect, it } from 'vitest';
import { DecoderBench } from '#support/decoder-bench';

const book = (type: 'snapshot' | 'delta', u: number, b: string[][], a: string[][] = []) => ({
  topic: 'orderbook.50.BTCUSDT',
  ts: 1_760_000_000_010,
  type,
  data: { s: 'BTCUSDT', b, a, u, seq: 1_000 + u },
  cts: 1_760_000_000_007,
});
const bench = () => new DecoderBench('bybit:spot', 'BTCUSDT', 'BTC-USDT');

describe('bybit decoder', () => {
  it('[MD-3] applies snapshot, delta and delete; the lag is from the matching engine’s time', () => {
    const made = bench();
    made.feed(book('delta', 9, [['99', '1']]));
    expect(made.valid).toBe(false);
    made.feed(
      book(
        'snapshot',
        10,
        [
          ['100', '1'],
          ['99', '2'],
        ],
        [['101', '1']],
      ),
      book('delta', 11, [['99', '0']]),
    );
    expect(made.book).toEqual({ bids: ['100x1'], asks: ['101x1'] });
    expect(made.venueTimes).toEqual([1_760_000_000_007, 1_760_000_000_007]);
  });

  it('[MD-3] u = 1 replaces the book after a restart of the service, whatever its type says', () => {
    const made = bench();
    made.feed(book('snapshot', 500, [['100', '1']], [['101', '1']]));
    made.feed(book('delta', 1, [['98', '4']], [['99', '4']]));
    expect(made.book).toEqual({ bids: ['98x4'], asks: ['99x4'] });
    made.feed(book('delta', 2, [['98', '5']]));
    expect(made.book.bids).toEqual(['98x5']);
    expect(made.faults).toEqual([]);
  });

  it('[MD-3] a later snapshot replaces the book; a gap invalidates it; a repeat is ignored', () => {
    const made = bench();
    made.feed(book('snapshot', 10, [['100', '1']], [['101', '1']]), book('snapshot', 20, [['97', '1']], [['98', '1']]));
    expect(made.book).toEqual({ bids: ['97x1'], asks: ['98x1'] });
    made.feed(book('delta', 21, [['97', '3']]), book('delta', 21, [['97', '8']]));
    expect(made.book.bids).toEqual(['97x3']);
    made.feed(book('delta', 23, []));
    expect([made.faults, made.valid]).toEqual([['gap'], false]);
  });

  it('[MD-2] takes the time of sending where the matching engine’s is missing', () => {
    const made = bench();
    const { cts: _gone, ...old } = book('snapshot', 10, [['100', '1']], [['101', '1']]);
    made.feed(old);
    expect([made.valid, made.venueTimes]).toEqual([true, [1_760_000_000_010]]);
  });

  it('[MD-3] an update it cannot read costs the book, not the feed', () => {
    const made = bench();
    made.feed(book('snapshot', 10, [['100', '1']], [['101', '1']]), book('delta', 11, [['100', 'x']]));
    expect([made.faults, made.resyncs, made.valid]).toEqual([['bad-shape'], ['unreadable update'], false]);
  });

  it('passes trades on with the taker’s side; ids beyond a double’s digits still tell repeats', () => {
    const made = bench();
    const trade = (i: string, S: string) => ({ i, S, s: 'BTCUSDT', T: 7, p: '100.5', v: '0.1', BT: false });
    const frame = (...data: object[]) => ({ topic: 'publicTrade.BTCUSDT', type: 'snapshot', ts: 9, data });
    made.feed(frame(trade('2290000000093263001', 'Buy'), trade('2290000000093263002', 'Sell')));
    made.feed(frame(trade('2290000000093263001', 'Buy')), frame(trade('2290000000093263003', 'Buy')));
    expect(made.trades.map(({ side }) => side)).toEqual(['buy', 'sell', 'buy']);
  });

  it('tells the answers to its requests apart', () => {
    const made = bench();
    made.feed({ success: true, ret_msg: 'subscribe', conn_id: 'c', req_id: '1', op: 'subscribe' });
    made.feed({ success: true, ret_msg: 'pong', conn_id: 'c', op: 'ping' });
    made.feed({
      success: false,
      ret_msg: 'Invalid symbol :[orderbook.50.X]',
      conn_id: 'c',
      req_id: '2',
      op: 'subscribe',
    });
    expect([made.acceptances, made.refusals.map(({ id }) => id), made.faults]).toEqual([['1'], ['2'], []]);
  });
});
