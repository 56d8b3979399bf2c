import { describe, expect, it } from 'vitest';
import { okxChecksum } from '#main/venues/okx/checksum';
import { DecoderBench } from '#support/decoder-bench';

const rows = (levels: readonly (readonly [string, string])[]) => levels.map(([price, size]) => [price, size, '0', '1']);
const book = (
  action: 'snapshot' | 'update',
  prevSeqId: number,
  seqId: number,
  bids: readonly (readonly [string, string])[],
  asks: readonly (readonly [string, string])[] = [],
  checksum = 0,
) => ({
  arg: { channel: 'books', instId: 'BTC-USDT' },
  action,
  data: [{ asks: rows(asks), bids: rows(bids), ts: '1760000000000', checksum, prevSeqId, seqId }],
});
const bench = () => new DecoderBench('okx:spot', 'BTC-USDT', 'BTC-USDT');

describe('okx decoder', () => {
  it('[MD-3] follows seqId and prevSeqId; an unchanged book repeats its number', () => {
    const made = bench();
    made.feed(book('snapshot', -1, 10, [['100', '1']], [['101', '1']]), book('update', 10, 15, [['100', '2']]));
    made.feed(book('update', 15, 15, []), book('update', 15, 17, [['99', '1']]));
    expect(made.book.bids).toEqual(['100x2', '99x1']);
    expect(made.faults).toEqual([]);
    made.feed(book('update', 18, 19, []));
    expect([made.faults, made.valid]).toEqual([['gap'], false]);
  });

  it('[MD-3] follows the venue when it renumbers in sequence after maintenance', () => {
    const made = bench();
    made.feed(book('snapshot', -1, 1_000, [['100', '1']], [['101', '1']]), book('update', 1_000, 3, [['100', '2']]));
    made.feed(book('update', 3, 5, [['100', '3']]));
    expect([made.book.bids, made.faults]).toEqual([['100x3'], []]);
  });

  it('[MD-3] when the renumbering itself was lost, the book is not frozen', () => {
    const made = bench();
    made.feed(book('snapshot', -1, 1_000, [['100', '1']], [['101', '1']]));
    for (let i = 3; i < 12; i += 1) made.feed(book('update', i, i + 1, []));
    expect([made.faults, made.valid]).toEqual([['gap'], false]);
  });

  it('takes checksum 0 and none as absent, and holds the book to any other', () => {
    const made = bench();
    made.feed(book('snapshot', -1, 1, [['3366.1', '7']], [['3366.8', '9']]));
    const right = okxChecksum(made.track);
    expect(Number.isInteger(right)).toBe(true);
    made.feed(book('update', 1, 2, [], [], right));
    expect([made.valid, made.faults]).toEqual([true, []]);
    made.feed(book('update', 2, 3, [['3366', '1']], [], right));
    expect([made.valid, made.faults]).toEqual([false, ['checksum']]);
  });

  it('computes the checksum of the venue’s documented example', () => {
    const made = bench();
    const bids = [
      ['3366.1', '7'],
      ['3366', '6'],
    ] as const;
    const asks = [
      ['3366.8', '9'],
      ['3368', '8'],
    ] as const;
    made.feed(book('snapshot', -1, 1, bids, asks, -1_881_014_294));
    expect([made.faults, made.valid]).toEqual([[], true]);
  });

  it('reads trades with the taker’s side, answers, refusals and the text pong', () => {
    const made = bench();
    made.feed({
      arg: { channel: 'trades', instId: 'BTC-USDT' },
      data: [
        { instId: 'BTC-USDT', tradeId: '5', px: '100.5', sz: '0.1', side: 'sell', ts: '1760000000001', count: '1' },
      ],
    });
    made.feed('pong', { id: '1', event: 'subscribe', arg: { channel: 'books', instId: 'BTC-USDT' }, connId: 'a' });
    made.feed({
      id: '2',
      event: 'error',
      code: '60018',
      msg: "Wrong URL or channel:books,instId:AAA-BBB doesn't exist.",
    });
    made.feed({ event: 'notice', code: '64008', msg: 'The connection will soon be closed for a service upgrade.' });
    expect(made.trades).toEqual([{ price: 100.5, size: 0.1, side: 'sell', atMs: 1_760_000_000_001 }]);
    expect([made.acceptances, made.refusals.map(({ symbol }) => symbol)]).toEqual([['1'], ['AAA-BBB']]);
    expect([made.brokenBy.length, made.faults]).toEqual([1, []]);
  });
});
