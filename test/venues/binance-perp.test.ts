import { describe, expect, it } from 'vitest';
import {
  FUNDING_INTERVAL_MS,
  FUNDING_RATE,
  INDEX_PRICE,
  MARK_PRICE,
  NEXT_SETTLEMENT_MS,
  PREDICTED_RATE,
  REFERENCE_TIME_MS,
} from '#engine/ports';
import { protocolOf } from '#main/venues/feeds';
import type { BridgedProtocol } from '#main/venues/kit/protocol';
import { Track } from '#main/venues/kit/track';
import { DecoderBench } from '#support/decoder-bench';
import { RecordingSink } from '#support/recording-sink';

const AT_MS = 1_760_000_000_000;
const HOUR_MS = 3_600_000;

const depth = (pu: number, first: number, last: number, b: string[][], a: string[][] = []) => ({
  e: 'depthUpdate',
  E: AT_MS + 4,
  T: AT_MS,
  s: 'BTCUSDT',
  ps: 'BTCUSDT',
  U: first,
  u: last,
  pu,
  b,
  a,
  st: 1,
});
const snapshot = (lastUpdateId: number) =>
  JSON.stringify({ lastUpdateId, E: AT_MS, T: AT_MS - 9, bids: [['100.0', '1.0']], asks: [['101.0', '2.0']] });

describe.each([true, false])('binance USD-M decoder, fast %s', (fast) => {
  function bench() {
    const made = new DecoderBench('binance:perp', 'BTCUSDT', 'BTC-USDT-PERP', { fast });
    const { decoder } = made;
    if (!('snapshot' in decoder)) throw new Error('binance bridges snapshots');
    return { made, take: (body: string) => decoder.snapshot(made.track, body, 2, made) };
  }

  it('[MD-3] bridges by pu: an update that began before the snapshot and ends after it is the first', () => {
    const { made, take } = bench();
    made.feed(
      depth(80, 84, 90, [['99', '9']]),
      depth(90, 94, 120, [['99.5', '5']]),
      depth(120, 131, 140, [['98', '1']]),
    );
    expect(made.wanted).toBe(1);
    expect(take(snapshot(100))).toBe('applied');
    expect(made.book).toEqual({ bids: ['100x1', '99.5x5', '98x1'], asks: ['101x2'] });
    expect([made.track.sequence, made.faults]).toEqual([140, []]);
  });

  it('[MD-3] ids between pu and U belong to other contracts; a pu that is not the last u is a gap', () => {
    const { made, take } = bench();
    take(snapshot(100));
    made.feed(depth(100, 150, 160, [['99', '1']]), depth(160, 300, 310, [['98', '1']]));
    expect([made.track.sequence, made.valid]).toEqual([310, true]);
    made.feed(depth(160, 300, 310, [['98', '7']]));
    expect(made.book.bids).toEqual(['100x1', '99x1', '98x1']);
    made.feed(depth(311, 312, 320, []));
    expect([made.faults, made.valid]).toEqual([['gap'], false]);
  });

  it('[MD-3] refuses a snapshot that the held updates do not reach', () => {
    const { made, take } = bench();
    made.feed(depth(120, 131, 140, [['98', '1']]));
    expect(take(snapshot(119))).toBe('older');
    expect(take(snapshot(120))).toBe('applied');
  });

  it('[MD-2] the lag is from the time of matching', () => {
    const { made, take } = bench();
    take(snapshot(100));
    made.feed(depth(100, 101, 102, []));
    expect(made.venueTimes).toEqual([AT_MS - 9, AT_MS]);
  });

  it('[MD-3] an update without pu, or that ends before it began, costs the book', () => {
    const { made, take } = bench();
    take(snapshot(100));
    const { pu: _pu, ...without } = depth(100, 101, 102, []);
    made.feed(without);
    expect([made.faults, made.resyncs]).toEqual([['bad-shape'], ['unreadable update']]);
    take(snapshot(100));
    made.feed(depth(103, 101, 102, []));
    expect(made.faults).toEqual(['bad-shape', 'bad-shape']);
  });

  it('passes on the fills of a taker once, with and without the size that leaves out retail improvement', () => {
    const { made } = bench();
    const trade = {
      e: 'aggTrade',
      E: AT_MS,
      a: 7,
      s: 'BTCUSDT',
      p: '100.5',
      q: '0.25',
      f: 1,
      l: 2,
      T: AT_MS - 1,
      m: true,
    };
    made.feed(trade, trade, { ...trade, a: 8, nq: '0.2', m: false, st: 1 });
    made.feed(
      '{"e":"aggTrade","E":1760000000000,"a":9,"s":"BTCUSDT","p":"100.5","q":"0.5","nq":"0.500","f":3,"l":3,"T":1760000000001,"m":false,"st":1}',
    );
    expect(made.trades).toEqual([
      { price: 100.5, size: 0.25, side: 'sell', atMs: AT_MS - 1 },
      { price: 100.5, size: 0.25, side: 'buy', atMs: AT_MS - 1 },
      { price: 100.5, size: 0.5, side: 'buy', atMs: AT_MS + 1 },
    ]);
    expect(made.faults).toEqual([]);
  });

  it('[MD-7] tells mark, index, the rate that is coming and when; no prediction and no interval', () => {
    const { made } = bench();
    const mark = {
      e: 'markPriceUpdate',
      E: AT_MS,
      s: 'BTCUSDT',
      p: '85296.60260870',
      ap: '85296.60260870',
      P: '85321.91711993',
      i: '85345.93826087',
      r: '-0.00000523',
      T: AT_MS + HOUR_MS,
      st: 1,
    };
    made.feed(mark, { ...mark, r: '', T: 0 }, { ...mark, r: 'x' }, { ...mark, i: '' });
    const [first = [], second = []] = made.references;
    expect(first[FUNDING_RATE]).toBe(-0.00000523);
    expect(first[NEXT_SETTLEMENT_MS]).toBe(AT_MS + HOUR_MS);
    expect([first[MARK_PRICE], first[INDEX_PRICE]]).toEqual([85296.6026087, 85345.93826087]);
    expect(first[REFERENCE_TIME_MS]).toBe(AT_MS);
    expect([first[PREDICTED_RATE], first[FUNDING_INTERVAL_MS]]).toEqual([Number.NaN, Number.NaN]);
    expect([second[FUNDING_RATE], second[NEXT_SETTLEMENT_MS]]).toEqual([Number.NaN, Number.NaN]);
    expect(made.faults).toEqual(['bad-shape', 'bad-shape']);
  });

  it('[MD-8] contract information changes statuses and asks for the catalogue; coin-margined contracts do neither', () => {
    const { made } = bench();
    const info = { e: 'contractInfo', E: AT_MS, s: 'BTCUSDT', ct: 'PERPETUAL', cs: 'TRADING', st: 1 };
    made.feed(info);
    expect(made.catalogueChanges).toBe(0);
    made.feed({ ...info, cs: 'SETTLING' }, { ...info, s: 'NEWUSDT', cs: 'PENDING_TRADING' }, { ...info, cs: 'NOVEL' });
    made.feed(
      { ...info, s: 'BTCUSD_PERP', cs: 'SETTLING', st: 2 },
      { ...info, ct: 'CURRENT_QUARTER', cs: 'DELIVERED' },
    );
    expect(made.ownStatuses).toEqual([
      { symbol: 'BTCUSDT', status: 'normal' },
      { symbol: 'BTCUSDT', status: 'delisted' },
      { symbol: 'NEWUSDT', status: 'halted' },
      { symbol: 'BTCUSDT', status: 'unknown' },
    ]);
    expect(made.catalogueChanges).toBe(3);
  });

  it('a shutdown that is announced ends the connection before the venue does', () => {
    const { made } = bench();
    made.feed({ e: 'serverShutdown', E: AT_MS });
    expect(made.brokenBy.length).toBe(1);
  });
});

describe('binance USD-M protocol', () => {
  const perp = protocolOf('binance:perp');
  const topics = (kinds: readonly ('book' | 'trades' | 'reference' | 'status')[], symbols: readonly string[]) =>
    kinds.flatMap((kind) => symbols.map((symbol) => ({ kind, symbol })));
  const params = (text: string): string[] => JSON.parse(text).params;
  let id = 0;
  const nextId = () => {
    id += 1;
    return id;
  };

  it('keeps books under /public and everything else under /market', () => {
    const [books, rest] = perp.sockets;
    expect([books.url, books.kinds]).toEqual(['wss://fstream.binance.com/public/ws', ['book']]);
    expect(rest?.url).toBe('wss://fstream.binance.com/market/ws');
    const [asked] = perp.subscribe(topics(rest?.kinds ?? [], ['BTCUSDT', '1000PEPEUSDT']), nextId);
    expect(params(asked?.text ?? '')).toEqual([
      'btcusdt@aggTrade',
      '1000pepeusdt@aggTrade',
      'btcusdt@markPrice@1s',
      '1000pepeusdt@markPrice@1s',
      '!contractInfo',
    ]);
    expect(asked?.topics.length).toBe(6);
  });

  it('stays within 200 streams a connection, 50 a message, and keeps the statuses of those that stay', () => {
    const symbols = Array.from({ length: perp.booksPerSocket }, (_, index) => `C${index}USDT`);
    const requests = perp.subscribe(topics(['trades', 'reference', 'status'], symbols), nextId);
    const streams = new Set(requests.flatMap(({ text }) => params(text)));
    expect(streams.size).toBeLessThanOrEqual(199);
    expect(Math.max(...requests.map(({ text }) => params(text).length))).toBeLessThanOrEqual(50);
    expect(perp.unsubscribe(topics(['status'], ['BTCUSDT']), nextId)).toEqual([]);
    const [gone = ''] = perp.unsubscribe(topics(['trades', 'status'], ['BTCUSDT']), nextId);
    expect(params(gone)).toEqual(['btcusdt@aggTrade']);
  });

  it.each(['binance:spot', 'binance:perp'] as const)(
    '%s: hundreds of books come up within a minute, few books and thin ones get deep snapshots',
    (feed) => {
      const { snapshot: snapshots, restBudgetPerMinute } = protocolOf(feed) as BridgedProtocol;
      const book = new RecordingSink().book(`${feed}|BTC-USDT`);
      const track = new Track({
        listing: `${feed}|BTC-USDT`,
        symbol: 'BTCUSDT',
        book,
        priceDecimals: 2,
        sizeDecimals: 3,
      });
      track.phase = 'awaiting';
      const many = snapshots.request(track, 95);
      expect(many.path).toContain('limit=100');
      // What is saved up at the start, and what comes in within the minute.
      expect((2 * restBudgetPerMinute) / many.weight).toBeGreaterThan(500);
      expect(snapshots.request(track, 6).path).toContain('limit=1000');
      track.phase = 'live';
      expect(snapshots.request(track, 95).path).toContain('limit=1000');
    },
  );

  it('[ID-2] names instruments by their symbols; contracts with a date have none', () => {
    const spot = protocolOf('binance:spot');
    expect(['BTCUSDT', 'USDCUSDT', 'ETHBTC', 'FDUSDUSDT', 'btcusdt'].map((one) => spot.instrumentOf(one))).toEqual([
      'BTC-USDT',
      'USDC-USDT',
      'ETH-BTC',
      'FDUSD-USDT',
      null,
    ]);
    expect(['BTCUSDC', '1000PEPEUSDT', 'BTCUSDT_270326'].map((one) => perp.instrumentOf(one))).toEqual([
      'BTC-USDC-PERP',
      '1000PEPE-USDT-PERP',
      null,
    ]);
  });

  it('[MD-7] never takes an interval from the catalogue, and none of eight hours from anywhere', () => {
    const info = { symbol: 'BTCUSDT', status: 'TRADING', filters: [] };
    const market = {
      id: 'BTCUSDT',
      base: 'BTC',
      quote: 'USDT',
      settle: 'USDT',
      priceTick: 0.1,
      lotStep: 0.001,
      minQuantity: 0.001,
      minNotional: 100,
      contractSize: 1,
      info,
    };
    expect(perp.terms(market).funding).toEqual({ accrual: 'snapshot', intervalMs: null });
    const [terms, marks] = perp.funding?.polls ?? [];
    const told = [...(terms?.read([{ symbol: 'HYPEUSDT', fundingIntervalHours: 4 }]) ?? [])];
    expect(told.map(({ symbol, values }) => [symbol, values[FUNDING_INTERVAL_MS]])).toEqual([
      ['HYPEUSDT', 4 * HOUR_MS],
    ]);
    expect(() => [...(terms?.read([{ symbol: 'HYPEUSDT' }]) ?? [])]).toThrow();
    const row = {
      symbol: 'BTCUSDT',
      markPrice: '1',
      indexPrice: '1',
      lastFundingRate: '-0.0001',
      nextFundingTime: AT_MS,
      time: 5,
    };
    const [mark] = [...(marks?.read([row]) ?? [])];
    expect([mark?.values[FUNDING_RATE], mark?.values[FUNDING_INTERVAL_MS]]).toEqual([-0.0001, Number.NaN]);
    const rows = [
      { symbol: 'BTCUSDT', fundingTime: AT_MS, fundingRate: '0.00010000' },
      { symbol: 'BTCUSDT', fundingTime: AT_MS - 8 * HOUR_MS, fundingRate: '-0.00002000' },
    ];
    expect(perp.funding?.history.read(rows, 'BTCUSDT')).toEqual([
      { settledAtMs: AT_MS - 8 * HOUR_MS, rate: '-0.00002000', intervalMs: null },
      { settledAtMs: AT_MS, rate: '0.00010000', intervalMs: null },
    ]);
  });
});
