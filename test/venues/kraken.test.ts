import { describe, expect, it } from 'vitest';
import { TopTenChecksum } from '#main/venues/kraken/checksum';
import { DecoderBench } from '#support/decoder-bench';

const level = ([price, qty]: readonly [string, string]) => `{"price":${price},"qty":${qty}}`;
/** Written as text: the venue's numbers keep their trailing zeros. */
const book = (
  type: 'snapshot' | 'update',
  bids: readonly (readonly [string, string])[],
  asks: readonly (readonly [string, string])[],
  checksum: number,
) =>
  `{"channel":"book","type":"${type}","data":[{"symbol":"BTC/USD","bids":[${bids.map(level)}],"asks":[${asks.map(level)}],"checksum":${checksum},"timestamp":"2026-10-09T08:00:00.123456Z"}]}`;
const bench = () => new DecoderBench('kraken:spot', 'BTC/USD', 'BTC-USD', 1, 8);

// The venue's own worked example: https://docs.kraken.com/exchange/guides/websockets/book-checksum-v2
const BIDS = [
  ['45283.5', '0.10000000'],
  ['45283.4', '1.54582015'],
  ['45282.1', '0.10000000'],
  ['45281.0', '0.10000000'],
  ['45280.3', '1.54592586'],
  ['45279.0', '0.07990000'],
  ['45277.6', '0.03310103'],
  ['45277.5', '0.30000000'],
  ['45277.3', '1.54602737'],
  ['45276.6', '0.15445238'],
] as const;
const ASKS = [
  ['45285.2', '0.00100000'],
  ['45286.4', '1.54571953'],
  ['45286.6', '1.54571109'],
  ['45289.6', '1.54560911'],
  ['45290.2', '0.15890660'],
  ['45291.8', '1.54553491'],
  ['45294.7', '0.04454749'],
  ['45296.1', '0.35380000'],
  ['45297.5', '0.09945542'],
  ['45299.5', '0.18772827'],
] as const;
const CHECKSUM = 3_310_070_434;

describe('kraken decoder', () => {
  it('[MD-3] verifies the venue’s documented example', () => {
    const made = bench();
    made.feed(book('snapshot', BIDS, ASKS, CHECKSUM));
    expect([made.faults, made.valid]).toEqual([[], true]);
    expect(made.venueTimes).toEqual([Date.UTC(2026, 9, 9, 8) + 123.456]);
  });

  it('[MD-3] a wrong checksum never reaches a reader: the book is invalid, not committed', () => {
    const made = bench();
    made.feed(book('snapshot', BIDS, ASKS, CHECKSUM));
    const commits = made.sink.commits;
    made.feed(book('update', [['45283.5', '0.20000000']], [], CHECKSUM));
    expect([made.faults, made.valid, made.sink.commits]).toEqual([['checksum'], false, commits]);
    made.feed(book('update', [['45283.5', '0.10000000']], [], CHECKSUM));
    expect(made.valid).toBe(false);
    made.feed(book('snapshot', BIDS, ASKS, CHECKSUM));
    expect(made.valid).toBe(true);
  });

  it('drops what falls below the depth subscribed to, as the venue leaves it to us', () => {
    const made = bench();
    const many = Array.from({ length: 100 }, (_, i) => [`${45000 - i}.0`, '1.00000000'] as const);
    const first = bench();
    first.feed(book('snapshot', many, ASKS, 0));
    made.feed(book('snapshot', many, ASKS, new TopTenChecksum(1, 8).of(first.track.book)));
    expect(made.valid).toBe(true);
    first.feed(book('snapshot', [['45001.0', '1.00000000'], ...many], ASKS, 0));
    made.feed(book('update', [['45001.0', '1.00000000']], [], new TopTenChecksum(1, 8).of(first.track.book)));
    expect([made.faults, made.book.bids.length, made.book.bids.at(-1)]).toEqual([[], 100, '44902x1']);
  });

  it('[MD-3] what it cannot read at all may have been any book’s update', () => {
    const made = bench();
    made.feed(book('snapshot', BIDS, ASKS, CHECKSUM), '{"channel":"book","ty');
    expect([made.faults, made.resyncs, made.valid]).toEqual([['not-json'], ['unreadable frame'], false]);
  });

  it('[MD-8] tells the state of the whole venue', () => {
    const made = bench();
    const status = (system: string) => ({ channel: 'status', type: 'update', data: [{ system, version: '2.0.10' }] });
    made.feed(...['online', 'post_only', 'cancel_only', 'maintenance', 'sideways'].map(status));
    expect(made.statuses).toEqual(['normal', 'post-only', 'cancel-only', 'maintenance', 'unknown']);
  });

  it('reads trades, and no trades from before it listened', () => {
    const made = bench();
    const trade = (trade_id: number, side: string) => ({
      symbol: 'BTC/USD',
      side,
      price: 45_283.5,
      qty: 0.1,
      ord_type: 'limit',
      trade_id,
      timestamp: '2026-10-09T08:00:00.5Z',
    });
    made.feed({ channel: 'trade', type: 'snapshot', data: [trade(1, 'buy')] });
    made.feed({ channel: 'trade', type: 'update', data: [trade(2, 'buy'), trade(3, 'sell')] });
    made.feed({ channel: 'trade', type: 'update', data: [trade(2, 'buy')] });
    expect(made.trades.map(({ side, atMs }) => [side, atMs])).toEqual([
      ['buy', Date.UTC(2026, 9, 9, 8) + 500],
      ['sell', Date.UTC(2026, 9, 9, 8) + 500],
    ]);
  });

  it('tells acknowledgements, refusals, pongs and heartbeats apart', () => {
    const made = bench();
    made.feed({ method: 'subscribe', result: { channel: 'book', symbol: 'BTC/USD' }, success: true, req_id: 1 });
    made.feed({
      error: 'Currency pair not supported XYZ/USD',
      method: 'subscribe',
      req_id: 2,
      success: false,
      symbol: 'XYZ/USD',
    });
    made.feed({ method: 'pong', time_in: 'a', time_out: 'b' }, { channel: 'heartbeat' });
    expect([made.acceptances, made.refusals.map(({ id, symbol }) => [id, symbol]), made.faults]).toEqual([
      ['1'],
      [['2', 'XYZ/USD']],
      [],
    ]);
  });
});
