import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ASK, BID } from '#engine/ports';
import { FrameUpdate } from '#main/venues/kit/update';
import { TopTenChecksum } from '#main/venues/kraken/spot/checksum';
import { KRAKEN_SPOT } from '#main/venues/kraken/spot/protocol';
import { listingId } from '#shared/domain/ids';
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
/** Both paths: each test runs over frames as the venue sends them and, `fast: false`, over the slow path alone. */
const bench = (fast = true) =>
  new DecoderBench('kraken:spot', 'BTC/USD', 'BTC-USD', { priceDecimals: 1, sizeDecimals: 8, fast });

const bare = (digits: string): string => digits.replace('.', '').replace(/^0+/, '');
/** As the venue computes it, from the digits it sends. */
const checksumOf = (
  bids: readonly (readonly [string, string])[],
  asks: readonly (readonly [string, string])[],
): number => {
  const text = [...asks.slice(0, 10), ...bids.slice(0, 10)].map(([price, size]) => bare(price) + bare(size));
  return crc32(text.join(''));
};

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
    made.feed(book('snapshot', many, ASKS, checksumOf(many, ASKS)));
    expect(made.valid).toBe(true);
    const better = ['45001.0', '1.00000000'] as const;
    made.feed(book('update', [better], [], checksumOf([better, ...many], ASKS)));
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
    expect([made.acceptances, made.refusals.map(({ id, symbol }) => [id, symbol]), made.faults, made.idled]).toEqual([
      ['1'],
      [['2', 'XYZ/USD']],
      [],
      ['heartbeat', 'heartbeat'],
    ]);
  });

  it('[MD-8] tells the status of a pair that is read, and that pairs came', () => {
    const made = bench();
    const pairs = (type: string, ...rows: (readonly [string, string])[]) => ({
      channel: 'instrument',
      type,
      data: { assets: [], pairs: rows.map(([symbol, status]) => ({ symbol, status, base: 'B', qty_min: 0.1 })) },
    });
    made.feed(pairs('snapshot', ['BTC/USD', 'online'], ['ETH/USD', 'online']));
    made.feed(pairs('update', ['BTC/USD', 'limit_only']), pairs('update', ['ETH/USD', 'cancel_only']));
    expect(made.ownStatuses.map(({ status }) => status)).toEqual(['normal', 'limit-only']);
    expect(made.catalogueChanges).toBe(0);
    made.feed(pairs('update', ['NEW/USD', 'online']));
    expect([made.catalogueChanges, made.faults]).toEqual([1, []]);
  });

  it('reads numbers with exponents exactly, on both paths', () => {
    for (const fast of [true, false]) {
      const made = new DecoderBench('kraken:spot', 'PEPE/USD', 'PEPE-USD', { priceDecimals: 9, sizeDecimals: 5, fast });
      const asks = [['5.498e-6', '20812000.00000']] as const;
      const bids = [['5.494e-6', '2.00803E+8']] as const;
      const sent = checksumOf([['0.000005494', '200803000.00000']], [['0.000005498', '20812000.00000']]);
      made.feed(book('snapshot', bids, asks, sent).replace('BTC/USD', 'PEPE/USD'));
      expect([made.faults, made.book]).toEqual([
        [],
        { bids: ['0.000005494x200803000'], asks: ['0.000005498x20812000'] },
      ]);
    }
  });
});

describe('kraken checksum', () => {
  it('[MD-3] follows updates to what the digits of the whole book give (seed 20261122)', () => {
    const level = fc.record({
      side: fc.constantFrom(BID, ASK),
      distance: fc.nat(25),
      lots: fc.oneof(
        fc.constant(0),
        fc.nat(3_000_000),
        fc.maxSafeNat().map((lots) => lots % 10 ** 16),
      ),
    });
    fc.assert(
      fc.property(fc.array(fc.array(level, { minLength: 1, maxLength: 6 }), { maxLength: 40 }), (frames) => {
        const bench = new DecoderBench('kraken:spot', 'BTC/USD', 'BTC-USD');
        const own = bench.sink.book(listingId('kraken:spot', 'BTC-USD'));
        const checksum = new TopTenChecksum(1, 8);
        own.reset();
        const update = new FrameUpdate();
        update.clear();
        own.seal(update);
        checksum.rebuild(own);
        for (const levels of frames) {
          update.clear();
          for (const { side, distance, lots } of levels) {
            const ticks = side === BID ? 10_000 - distance : 10_001 + distance;
            update.add(side, ticks / 10, lots / 1e8);
          }
          own.write(update);
          checksum.follow(own, update);
          const side = (which: typeof BID | typeof ASK) =>
            Array.from({ length: Math.min(10, own.depth(which)) }, (_, at) => {
              return bare(own.price(which, at).toFixed(1)) + bare(own.size(which, at).toFixed(8));
            }).join('');
          expect(checksum.value >>> 0).toBe(crc32(side(ASK) + side(BID)));
        }
      }),
      { seed: 20261122, numRuns: 60 },
    );
  });
});

describe('kraken spot protocol', () => {
  it('[MD-8] asks for statuses once for all pairs, and never takes the channel back', () => {
    let id = 0;
    const topics = ['BTC/USD', 'ETH/USD'].flatMap((symbol) =>
      (['book', 'status'] as const).map((kind) => ({ kind, symbol })),
    );
    const requests = KRAKEN_SPOT.subscribe(topics, () => ++id);
    expect(requests.map(({ text }) => JSON.parse(text).params)).toEqual([
      { channel: 'book', symbol: ['BTC/USD', 'ETH/USD'], depth: 100, snapshot: true },
      { channel: 'instrument', snapshot: true },
    ]);
    expect(requests.map(({ topics: covered }) => covered.length)).toEqual([2, 2]);
    expect(KRAKEN_SPOT.unsubscribe(topics, () => ++id)).toHaveLength(1);
  });

  it('[MD-8] reads what the public asset list says of deposits and withdrawals', () => {
    const asset = (altname: string, status: string) => ({ aclass: 'currency', altname, decimals: 8, status });
    const body = {
      error: [],
      result: {
        XXBT: asset('XBT', 'enabled'),
        'XBT.M': asset('XBT.M', 'enabled'),
        XETH: asset('ETH', 'deposit_only'),
        SOL: asset('SOL', 'withdrawal_only'),
        XXDG: asset('XDG', 'funding_temporarily_disabled'),
        NEW: asset('NEW', 'something else'),
      },
    };
    expect([...(KRAKEN_SPOT.transfers?.read(body) ?? [])]).toEqual([
      { currency: 'BTC', deposits: 'open', withdrawals: 'open' },
      { currency: 'ETH', deposits: 'open', withdrawals: 'closed' },
      { currency: 'SOL', deposits: 'closed', withdrawals: 'open' },
      { currency: 'DOGE', deposits: 'closed', withdrawals: 'closed' },
      { currency: 'NEW', deposits: 'unknown', withdrawals: 'unknown' },
    ]);
    expect(() => [...(KRAKEN_SPOT.transfers?.read({ error: ['EGeneral:Internal error'] }) ?? [])]).toThrow();
  });

  it('reads candles and the touch under whatever name the venue gives the pair', () => {
    const row = [1_688_671_200, '30306.1', '30306.2', '30305.7', '30305.7', '30306.1', '3.39243896', 23];
    expect(
      KRAKEN_SPOT.candles.read({ error: [], result: { XXBTZUSD: [row], last: 1_688_672_160 } }, 'BTC/USD'),
    ).toEqual([[1_688_671_200_000, 30_306.1, 30_306.2, 30_305.7, 30_305.7, 3.392_438_96]]);
    const touch = { a: ['30300.10000', '1', '1.000'], b: ['30300.00000', '1', '1.000'], c: ['1', '1'] };
    expect(KRAKEN_SPOT.ticker.read({ error: [], result: { XXBTZUSD: touch } }, 'BTC/USD')).toEqual({
      bid: 30_300,
      ask: 30_300.1,
    });
    expect(KRAKEN_SPOT.instrumentOf('BTC/USD')).toBe('BTC-USD');
    expect(KRAKEN_SPOT.instrumentOf('PF_XBTUSD')).toBeNull();
  });
});
