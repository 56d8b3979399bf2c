import { describe, expect, it } from 'vitest';
import { DecoderBench } from '#support/decoder-bench';

const AT = '2026-10-09T08:00:00.000123456Z';
const message = (channel: string, sequence_num: number, ...events: object[]) => ({
  channel,
  client_id: '',
  timestamp: AT,
  sequence_num,
  events,
});
const updates = (levels: readonly (readonly ['bid' | 'offer', string, string])[]) =>
  levels.map(([side, price_level, new_quantity]) => ({ side, event_time: AT, price_level, new_quantity }));
const snapshot = (sequence: number) =>
  message('l2_data', sequence, {
    type: 'snapshot',
    product_id: 'BTC-USD',
    updates: updates([
      ['bid', '100', '1'],
      ['offer', '101', '2'],
    ]),
  });
const update = (sequence: number, ...levels: (readonly ['bid' | 'offer', string, string])[]) =>
  message('l2_data', sequence, { type: 'update', product_id: 'BTC-USD', updates: updates(levels) });
const heartbeat = (sequence: number) => message('heartbeats', sequence, { current_time: AT, heartbeat_counter: 1 });
const bench = () => new DecoderBench('coinbase:spot', 'BTC-USD', 'BTC-USD');

describe('coinbase decoder', () => {
  it('[MD-3] counts every channel of the socket in one sequence', () => {
    const made = bench();
    made.feed(snapshot(0), heartbeat(1), update(2, ['bid', '100', '0'], ['bid', '99.5', '3']), heartbeat(3));
    expect(made.book).toEqual({ bids: ['99.5x3'], asks: ['101x2'] });
    expect([made.faults, made.track.sequence]).toEqual([[], 2]);
    made.feed(update(5, ['bid', '98', '1']));
    expect([made.faults, made.brokenBy]).toEqual([['gap'], ['sequence gap on the socket']]);
  });

  it('[MD-3] a lost heartbeat is a gap too: what was lost cannot be known', () => {
    const made = bench();
    made.feed(snapshot(0), heartbeat(2));
    expect(made.brokenBy.length).toBe(1);
  });

  it('ignores repeats, but not for ever', () => {
    const made = bench();
    made.feed(snapshot(7), update(8, ['bid', '100', '2']), update(8, ['bid', '100', '9']), snapshot(7));
    expect([made.book.bids, made.brokenBy]).toEqual([['100x2'], []]);
    for (let i = 0; i < 7; i += 1) made.feed(heartbeat(i));
    expect(made.brokenBy.length).toBe(1);
  });

  it('a new connection begins its own sequence', () => {
    const made = bench();
    made.feed(snapshot(700));
    made.decoder.connected();
    made.feed(snapshot(0), update(1, ['bid', '100', '5']));
    expect([made.book.bids, made.brokenBy]).toEqual([['100x5'], []]);
  });

  it('turns the maker’s side of a trade into the taker’s, oldest first, without the ones from before it listened', () => {
    const made = bench();
    const trade = (trade_id: string, side: string, time: string) => ({
      trade_id,
      product_id: 'BTC-USD',
      price: '100.5',
      size: '0.1',
      side,
      time,
    });
    made.feed(message('market_trades', 0, { type: 'snapshot', trades: [trade('1', 'BUY', AT)] }));
    made.feed(
      message('market_trades', 1, {
        type: 'update',
        trades: [trade('3', 'SELL', '2026-10-09T08:00:01Z'), trade('2', 'BUY', '2026-10-09T08:00:00Z')],
      }),
    );
    made.feed(message('market_trades', 2, { type: 'update', trades: [trade('4', 'BUY', AT), trade('5', 'BUY', AT)] }));
    expect(made.trades.map(({ side }) => side)).toEqual(['sell', 'buy', 'sell', 'sell']);
    expect((made.trades[1]?.atMs ?? 0) - (made.trades[0]?.atMs ?? 0)).toBe(1_000);
  });

  it('finds the product in a refusal', () => {
    const made = bench();
    made.feed({ type: 'error', message: 'Failed to subscribe', reason: 'GIBBERISH-USD is not a valid product' });
    made.feed({ type: 'error', message: 'authentication failure' }, { type: 'error' });
    expect(made.refusals.map(({ symbol }) => symbol)).toEqual(['GIBBERISH-USD', null, null]);
  });
});
