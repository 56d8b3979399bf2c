import { describe, expect, it, vi } from 'vitest';
import {
  FUNDING_INTERVAL_MS,
  FUNDING_RATE,
  INDEX_PRICE,
  MARK_PRICE,
  NEXT_SETTLEMENT_MS,
  PREDICTED_RATE,
  REFERENCE_TIME_MS,
} from '#engine/ports';
import { okxChecksum } from '#main/venues/okx/checksum';
import { DecoderBench } from '#support/decoder-bench';

const HOUR_MS = 3_600_000;
const rows = (levels: readonly (readonly [string, string])[]) => levels.map(([price, size]) => [price, size, '0', '1']);
const book = (
  action: 'snapshot' | 'update',
  prevSeqId: number,
  seqId: number,
  bids: readonly (readonly [string, string])[],
  asks: readonly (readonly [string, string])[] = [],
  checksum = 0,
) => ({
  arg: { channel: 'books', instId: 'BTC-USDT-SWAP' },
  action,
  data: [{ asks: rows(asks), bids: rows(bids), ts: '1790394877200', checksum, seqId, prevSeqId }],
});
const trade = (tradeId: string, sz: string, side = 'sell') => ({
  arg: { channel: 'trades', instId: 'BTC-USDT-SWAP' },
  data: [
    {
      instId: 'BTC-USDT-SWAP',
      tradeId,
      px: '83772.6',
      sz,
      side,
      ts: '1790358565298',
      count: '26',
      source: '0',
      seqId: 9,
    },
  ],
});
const mark = (markPx: string, ts = '1790358817778') => ({
  arg: { channel: 'mark-price', instId: 'BTC-USDT-SWAP' },
  data: [{ instId: 'BTC-USDT-SWAP', instType: 'SWAP', markPx, ts }],
});
const index = (instId: string, idxPx: string) => ({
  arg: { channel: 'index-tickers', instId },
  data: [{ instId, idxPx, high24h: '85258.8', low24h: '83174.7', open24h: '84180.1', ts: '1790358817778' }],
});
const funding = (more: Readonly<Record<string, string>> = {}) => ({
  arg: { channel: 'funding-rate', instId: 'BTC-USDT-SWAP' },
  data: [
    {
      formulaType: 'withRate',
      fundingRate: '-0.0000263463215391',
      fundingTime: '1790380800000',
      instId: 'BTC-USDT-SWAP',
      instType: 'SWAP',
      method: 'current_period',
      nextFundingRate: '',
      nextFundingTime: '1790395200000',
      prevFundingTime: '1790366400000',
      settFundingRate: '0.0000341625964238',
      settState: 'settled',
      ts: '1790358563915',
      ...more,
    },
  ],
});
const bench = (fast = true, symbol = 'BTC-USDT-SWAP', instrument = 'BTC-USDT-PERP') =>
  new DecoderBench('okx:perp', symbol, instrument, { priceDecimals: 1, sizeDecimals: 4, contractSize: 0.01, fast });

describe.each([true, false])('okx swap decoder, fast path %s', (fast) => {
  it('[ID-6] turns contracts of books and trades into base units', () => {
    const made = bench(fast);
    made.feed(book('snapshot', -1, 10, [['83774.1', '50']], [['83774.2', '25.7']]), trade('7', '300'));
    expect(made.book).toEqual({ bids: ['83774.1x0.5'], asks: ['83774.2x0.257'] });
    expect(made.trades).toEqual([{ price: 83_772.6, size: 3, side: 'sell', atMs: 1_790_358_565_298 }]);
  });

  it('[MD-7] tells the mark of its swap and the index under the name of the index', () => {
    const made = bench(fast);
    made.feed(mark('83679.8'), index('BTC-USDT', '83700.1'), index('ETH-USDT', '3000'), mark('0'), mark('1e5'));
    expect(made.references.map((values) => [values[MARK_PRICE], values[INDEX_PRICE]])).toEqual([
      [83_679.8, Number.NaN],
      [Number.NaN, 83_700.1],
    ]);
    expect(made.references.map((values) => values[REFERENCE_TIME_MS])).toEqual([1_790_358_817_778, 1_790_358_817_778]);
    expect(made.faults).toEqual(['unknown-instrument', 'bad-shape', 'bad-shape']);
  });

  it('[MD-7] finds the swap margined in dollars by its index', () => {
    const made = bench(fast, 'BTC-USD_UM-SWAP', 'BTC-USD-PERP');
    made.feed(index('BTC-USD', '83700.1'));
    expect(made.references.map((values) => values[INDEX_PRICE])).toEqual([83_700.1]);
  });

  it('[MD-3] holds a book in contracts to a checksum that is not 0', () => {
    const made = bench(fast);
    // Sizes that no double holds exactly when they are multiplied by a hundredth.
    const bids = [
      ['83774.1', '415.07'],
      ['83774', '0.29'],
    ] as const;
    const asks = [['83774.2', '1149.99']] as const;
    made.feed(book('snapshot', -1, 1, bids, asks));
    const sent = '83774.1:415.07:83774.2:1149.99:83774:0.29';
    expect(okxChecksum(made.track)).toBe(signedCrc32(sent));
    made.feed(book('update', 1, 2, [], [], signedCrc32(sent)));
    expect([made.valid, made.faults]).toEqual([true, []]);
    made.feed(book('update', 2, 3, [['83774', '0.3']], [], signedCrc32(sent)));
    expect([made.valid, made.faults, made.resyncs]).toEqual([false, ['checksum'], ['checksum mismatch']]);
  });
});

describe('okx swap decoder', () => {
  it('[MD-7] reads funding: the coming settlement, and the time to the one after it as the interval', () => {
    const made = bench();
    made.feed(funding());
    const [values = []] = made.references;
    expect(values[FUNDING_RATE]).toBe(-0.0000263463215391);
    expect(values[NEXT_SETTLEMENT_MS]).toBe(1_790_380_800_000);
    expect(values[FUNDING_INTERVAL_MS]).toBe(4 * HOUR_MS);
    expect(values[PREDICTED_RATE]).toBeNaN();
    expect(values[REFERENCE_TIME_MS]).toBe(1_790_358_563_915);
  });

  it('[MD-7] a missing time leaves the interval unknown; what cannot be read is a fault', () => {
    const made = bench();
    made.feed(funding({ nextFundingTime: '' }), funding({ fundingRate: 'x' }), funding({ nextFundingTime: '5' }));
    expect(made.references.map((values) => values[FUNDING_INTERVAL_MS])).toEqual([Number.NaN]);
    expect(made.faults).toEqual(['bad-shape', 'bad-shape']);
  });

  it('[MD-7] tells each payment once, and none while it is being made', () => {
    const made = bench();
    made.feed(funding(), funding(), funding({ prevFundingTime: '1790380800000', settState: 'processing' }));
    made.feed(funding({ prevFundingTime: '1790380800000', settFundingRate: '-0.0001' }));
    expect(made.settlements).toEqual([
      { settledAtMs: 1_790_366_400_000, rate: '0.0000341625964238', intervalMs: null },
      { settledAtMs: 1_790_380_800_000, rate: '-0.0001', intervalMs: null },
    ]);
  });

  it('[MD-8] tells the state of instruments; changes after the list make the catalogue be read again', () => {
    const made = bench();
    const instruments = (...states: readonly (readonly [string, unknown])[]) => ({
      arg: { channel: 'instruments', instType: 'SWAP' },
      data: states.map(([instId, state]) => ({ instId, state, tickSz: '0.1' })),
    });
    made.feed(instruments(['BTC-USDT-SWAP', 'live'], ['XRP-USDT-SWAP', 'live']));
    expect([made.ownStatuses, made.catalogueChanges]).toEqual([[{ symbol: 'BTC-USDT-SWAP', status: 'normal' }], 0]);
    for (const state of ['suspend', 'post_only', 'rebase', 'expired', 'test', 'preopen', 7, undefined]) {
      made.feed(instruments(['BTC-USDT-SWAP', state]));
    }
    expect(made.ownStatuses.slice(1).map(({ status }) => status)).toEqual([
      'halted',
      'post-only',
      'maintenance',
      'delisted',
      'halted',
      'halted',
      'unknown',
      'unknown',
    ]);
    expect(made.catalogueChanges).toBe(8);
    made.decoder.connected();
    made.feed(instruments(['BTC-USDT-SWAP', 'live']));
    expect([made.catalogueChanges, made.faults]).toEqual([8, []]);
  });

  it('lays a refused index to the swap that asked for it; a service upgrade breaks the connection', () => {
    const made = bench();
    const error = (msg: string) => ({ id: '4', event: 'error', code: '60018', msg, connId: 'a' });
    made.feed(error("Wrong URL or channel:index-tickers,instId:BTC-USDT doesn't exist. Please …"));
    made.feed(error("Wrong URL or channel:mark-price,instId:BTC-USD_UM-SWAP doesn't exist. Please …"));
    expect(made.refusals.map(({ id, symbol }) => [id, symbol])).toEqual([
      ['4', 'BTC-USDT-SWAP'],
      ['4', 'BTC-USD_UM-SWAP'],
    ]);
    made.feed({ event: 'notice', code: '64008', msg: 'The connection will soon be closed for a service upgrade.' });
    expect(made.brokenBy[0]).toContain('64008');
    made.feed({ event: 'channel-conn-count', channel: 'books', connCount: '2', connId: 'a' }, { event: 'login' });
    expect([made.idled, made.faults]).toEqual([['ack'], ['bad-shape']]);
  });

  it('[MD-3] takes a snapshot without prevSeqId and checksum, but no update without prevSeqId', () => {
    const made = bench();
    const bare = (action: string, row: object) => ({
      arg: { channel: 'books', instId: 'BTC-USDT-SWAP' },
      action,
      data: [{ asks: rows([['101', '1']]), bids: rows([['100', '1']]), instId: 'BTC-USDT-SWAP', ts: '7', ...row }],
    });
    made.feed(bare('snapshot', { seqId: 5 }), bare('update', { seqId: 6, prevSeqId: 5 }));
    expect([made.valid, made.track.sequence, made.faults]).toEqual([true, 6, []]);
    made.feed(bare('update', { seqId: 7 }));
    expect([made.valid, made.faults]).toEqual([false, ['bad-shape']]);
  });

  it('reads the usual frames of books, trades, marks and indices without JSON.parse', () => {
    const made = bench();
    const parse = vi.spyOn(JSON, 'parse');
    try {
      made.feed(book('snapshot', -1, 10, [['100', '1']], [['101', '1']]), book('update', 10, 12, [['100', '0']]));
      made.feed(book('update', 12, 12, []), trade('8', '1', 'buy'), mark('83679.8'), index('BTC-USDT', '83700'));
      expect(parse).not.toHaveBeenCalled();
      made.feed(book('update', 12, 13, [], [], 5));
      expect(parse).toHaveBeenCalledOnce();
    } finally {
      parse.mockRestore();
    }
    expect(made.references.length).toBe(2);
    expect(made.trades.length).toBe(1);
  });
});

/** CRC-32 (IEEE 802.3) of ASCII text as a signed number, bit by bit. */
function signedCrc32(text: string): number {
  let crc = -1;
  for (const char of text) {
    crc ^= char.charCodeAt(0);
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc;
}
