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
import { UNKNOWN_INTERVAL } from '#main/venues/kit/decoder';
import { KRAKEN_PERP } from '#main/venues/kraken/futures/protocol';
import { DecoderBench } from '#support/decoder-bench';

const HOUR_MS = 3_600_000;
/** 2026-07-09 08:00 UTC */
const EIGHT_MS = 1_783_584_000_000;

const rows = (levels: readonly (readonly [string, string])[]) =>
  `[${levels.map(([price, qty]) => `{"price":${price},"qty":${qty}}`).join(',')}]`;
const snapshot = (
  seq: number,
  bids: readonly (readonly [string, string])[],
  asks: readonly (readonly [string, string])[],
  symbol = 'PF_XBTUSD',
) =>
  `{"feed":"book_snapshot","product_id":"${symbol}","timestamp":1786047745000,"seq":${seq},"tickSize":null,"bids":${rows(bids)},"asks":${rows(asks)}}`;
const delta = (seq: number, side: 'buy' | 'sell', price: string, qty: string, symbol = 'PF_XBTUSD') =>
  `{"feed":"book","product_id":"${symbol}","side":"${side}","seq":${seq},"price":${price},"qty":${qty},"timestamp":1786047745831}`;
const trade = (uid: string, side: string, type = 'fill') =>
  `{"product_id":"PF_XBTUSD","feed":"trade","uid":"${uid}","side":"${side}","type":"${type}","time":1786046342957,"qty":0.0046,"price":64401.0,"seq":45847}`;
const ticker = (timeMs: number, nextMs: number, more = '') =>
  `{"time":${timeMs},"product_id":"PF_XBTUSD",${more}"next_funding_rate_time":${nextMs},"leverage":"100x","premium":-0.0,"feed":"ticker","bid":64401.0,"ask":64402.0,"bid_size":0.0273,"ask_size":0.006,"volume":4237.2723,"dtm":0,"index":64399.76,"last":64401.0,"change":-0.22,"suspended":false,"tag":"perpetual","pair":"XBT:USD","openInterest":2189.7813,"markPrice":64404.11362574516,"maturityTime":0,"post_only":false,"volumeQuote":356641614.007}`;
const RATES =
  '"funding_rate":0.912482213835,"funding_rate_prediction":-1.3232500286425,"relative_funding_rate":0.00001089345,"relative_funding_rate_prediction":-1.575425e-6,';

const bench = (fast = true, symbol = 'PF_XBTUSD') => new DecoderBench('kraken:perp', symbol, 'BTC-USD-PERP', { fast });

describe.each([true, false])('kraken futures decoder, fast path %s', (fast) => {
  it('[MD-3] applies a snapshot, then one level a frame; 0 deletes', () => {
    const made = bench(fast);
    made.feed(delta(9, 'buy', '64000.0', '1.0'));
    expect(made.valid).toBe(false);
    made.feed(
      snapshot(
        10,
        [
          ['64400.0', '0.5'],
          ['64399.0', '2.0'],
        ],
        [['64402.0', '1.25']],
      ),
    );
    made.feed(delta(11, 'buy', '64400.0', '0.0'), delta(12, 'sell', '64401.0', '7.8852'));
    expect(made.book).toEqual({ bids: ['64399x2'], asks: ['64401x7.8852', '64402x1.25'] });
    expect(made.venueTimes).toEqual([1_786_047_745_000, 1_786_047_745_831, 1_786_047_745_831]);
    expect(made.faults).toEqual([]);
  });

  it('[MD-3] a hole in seq invalidates the book, a repeat is ignored, a later snapshot replaces it', () => {
    const made = bench(fast);
    made.feed(snapshot(10, [['100.0', '1.0']], [['101.0', '1.0']]));
    made.feed(delta(11, 'buy', '99.0', '1.0'), delta(11, 'buy', '99.0', '5.0'), delta(10, 'buy', '98.0', '5.0'));
    expect(made.book.bids).toEqual(['100x1', '99x1']);
    made.feed(delta(13, 'buy', '97.0', '1.0'));
    expect([made.faults, made.resyncs, made.valid]).toEqual([['gap'], ['sequence gap'], false]);
    made.feed(delta(14, 'buy', '96.0', '1.0'), snapshot(20, [['90.0', '1.0']], [['91.0', '1.0']]));
    expect([made.valid, made.book.bids]).toEqual([true, ['90x1']]);
  });

  it('reads prices with exponents exactly', () => {
    const made = bench(fast, 'PF_SHIBUSD');
    const bids = [
      ['5.494e-6', '200803000.0'],
      ['5.49E-6', '2.0803e+8'],
    ] as const;
    made.feed(snapshot(10, bids, [['5.498e-6', '20812000.0']], 'PF_SHIBUSD'));
    made.feed(delta(11, 'sell', '5.499e-6', '1e3', 'PF_SHIBUSD'), delta(12, 'buy', '5.49e-6', '0.0', 'PF_SHIBUSD'));
    expect([made.faults, made.book]).toEqual([
      [],
      { bids: ['0.000005494x200803000'], asks: ['0.000005498x20812000', '0.000005499x1000'] },
    ]);
  });

  it('[MD-3] an update it cannot read costs the book, not the feed', () => {
    const made = bench(fast);
    made.feed(snapshot(10, [['100.0', '1.0']], [['101.0', '1.0']]), delta(11, 'buy', '"100.0"', '1.0'));
    expect([made.faults, made.resyncs, made.valid]).toEqual([['bad-shape'], ['unreadable update'], false]);
  });

  it('passes trades on with the taker’s side, each once, and none that were agreed on elsewhere', () => {
    const made = bench(fast);
    made.feed(`{"feed":"trade_snapshot","product_id":"PF_XBTUSD","trades":[${trade('a', 'buy')}]}`);
    made.feed(trade('b', 'buy'), trade('b', 'buy'), trade('c', 'sell', 'liquidation'), trade('d', 'buy', 'block'));
    // The order of the members before 2026.
    made.feed(
      '{"feed":"trade","product_id":"PF_XBTUSD","uid":"e","side":"sell","type":"fill","seq":653355,"time":1612266317519,"qty":15000,"price":34969.5}',
    );
    expect(made.trades).toEqual([
      { price: 64_401, size: 0.0046, side: 'buy', atMs: 1_786_046_342_957 },
      { price: 64_401, size: 0.0046, side: 'sell', atMs: 1_786_046_342_957 },
      { price: 34_969.5, size: 15_000, side: 'sell', atMs: 1_612_266_317_519 },
    ]);
    expect(made.faults).toEqual([]);
  });
});

describe('kraken futures ticker', () => {
  const last = (made: DecoderBench) => made.references.at(-1) ?? [];

  it('[MD-7] tells relative rates, mark, index and the period’s end, and no interval it was not told', () => {
    const made = bench();
    made.feed(ticker(EIGHT_MS + 1_000, EIGHT_MS + HOUR_MS, RATES));
    const values = last(made);
    expect(values[FUNDING_RATE]).toBe(0.00001089345);
    expect(values[PREDICTED_RATE]).toBe(-1.575425e-6);
    expect(values[NEXT_SETTLEMENT_MS]).toBe(EIGHT_MS + HOUR_MS);
    expect(values[MARK_PRICE]).toBe(64_404.11362574516);
    expect(values[INDEX_PRICE]).toBe(64_399.76);
    expect(values[REFERENCE_TIME_MS]).toBe(EIGHT_MS + 1_000);
    expect(values[FUNDING_INTERVAL_MS]).toBeNaN();
  });

  it('[MD-7] learns the interval from the end of a period that it sees, and follows a longer one', () => {
    const made = bench();
    made.feed(ticker(EIGHT_MS + HOUR_MS - 500, EIGHT_MS + HOUR_MS, RATES));
    made.feed(ticker(EIGHT_MS + HOUR_MS + 500, EIGHT_MS + 2 * HOUR_MS, RATES));
    expect(last(made)[FUNDING_INTERVAL_MS]).toBe(HOUR_MS);
    made.feed(ticker(EIGHT_MS + 2 * HOUR_MS + 500, EIGHT_MS + 6 * HOUR_MS, RATES));
    const values = last(made);
    expect(values[FUNDING_INTERVAL_MS]).toBe(4 * HOUR_MS);
    // The venue's rate is for an hour, the sink's for one interval.
    expect(values[FUNDING_RATE]).toBe(4 * 0.00001089345);
  });

  it('[MD-7] a period that ended unseen leaves the interval unknown', () => {
    const made = bench();
    made.feed(ticker(EIGHT_MS + HOUR_MS - 500, EIGHT_MS + HOUR_MS, RATES));
    made.feed(ticker(EIGHT_MS + HOUR_MS + 500, EIGHT_MS + 2 * HOUR_MS, RATES));
    made.feed(ticker(EIGHT_MS + 4 * HOUR_MS + 500, EIGHT_MS + 5 * HOUR_MS, RATES));
    // Said once: what is not told stays as it was.
    expect(last(made)[FUNDING_INTERVAL_MS]).toBe(UNKNOWN_INTERVAL);
    made.feed(ticker(EIGHT_MS + 4 * HOUR_MS + 1_500, EIGHT_MS + 5 * HOUR_MS, RATES));
    expect(last(made)[FUNDING_INTERVAL_MS]).toBeNaN();
  });

  it('[MD-7] learns it from the history when the last period was as long as the running one would be', () => {
    const settled = (settledAtMs: number, intervalMs: number | null) => ({ settledAtMs, rate: '0', intervalMs });
    const interval = (rows: readonly { settledAtMs: number; rate: string; intervalMs: number | null }[]) => {
      const made = bench();
      made.decoder.settled?.(made.track, rows);
      made.feed(ticker(EIGHT_MS + 60_000, EIGHT_MS + HOUR_MS, RATES));
      return last(made)[FUNDING_INTERVAL_MS];
    };
    expect(interval([settled(EIGHT_MS, HOUR_MS)])).toBe(HOUR_MS);
    // Not read since the last settlement; of another length; of an unknown one; none at all.
    expect(interval([settled(EIGHT_MS - HOUR_MS, HOUR_MS)])).toBeNaN();
    expect(interval([settled(EIGHT_MS, 4 * HOUR_MS)])).toBeNaN();
    expect(interval([settled(EIGHT_MS, null)])).toBeNaN();
    expect(interval([])).toBeNaN();
  });

  it('[MD-7] a rate that is left out is zero, as documented; one that is left out in one form only is unknown', () => {
    const made = bench();
    made.feed(ticker(EIGHT_MS + 1_000, EIGHT_MS + HOUR_MS));
    expect([last(made)[FUNDING_RATE], last(made)[PREDICTED_RATE]]).toEqual([0, 0]);
    made.feed(ticker(EIGHT_MS + 2_000, EIGHT_MS + HOUR_MS, '"funding_rate":0.91,'));
    // The sink takes no rate of the whole notional: it is unknown from then on.
    expect(last(made)[FUNDING_RATE]).toBe(1);
    made.feed(ticker(EIGHT_MS + 3_000, EIGHT_MS + HOUR_MS).replace(/"next_funding_rate_time":\d+,/, ''));
    expect(last(made)[FUNDING_RATE]).toBeNaN();
  });

  it('[MD-8] tells what was suspended or is post-only, and that it is over; else it leaves the catalogue its word', () => {
    const made = bench();
    const now = ticker(EIGHT_MS + 1_000, EIGHT_MS + HOUR_MS, RATES);
    made.feed(now, now.replace('"suspended":false', '"suspended":true'), now, now);
    made.feed(now.replace('"post_only":false', '"post_only":true'), now);
    expect(made.ownStatuses.map(({ status }) => status)).toEqual(['halted', 'normal', 'post-only', 'normal']);
  });

  it('[MD-4] one it cannot read is counted and tells nothing', () => {
    const made = bench();
    const now = ticker(EIGHT_MS + 1_000, EIGHT_MS + HOUR_MS, RATES);
    made.feed(now.replace('"markPrice":6', '"markPrice":-6'), now.replace('"suspended":false,', ''));
    made.feed(now.replace(/"next_funding_rate_time":\d+/, '"next_funding_rate_time":1.5'));
    expect([made.faults, made.references]).toEqual([['bad-shape', 'bad-shape', 'bad-shape'], []]);
  });
});

describe('kraken futures answers', () => {
  it('tells greetings, acknowledgements, heartbeats and alerts apart', () => {
    const made = bench();
    made.feed({ event: 'info', version: 1 }, { event: 'subscribed', feed: 'book', product_ids: ['PF_XBTUSD'] });
    made.feed({ feed: 'heartbeat', time: 1 }, { event: 'unsubscribed', feed: 'book', product_ids: ['PF_XBTUSD'] });
    made.feed({ event: 'alert', message: "Couldn't subscribe to invalid product `PF_NOPEUSD`" });
    made.feed({ event: 'alert', message: 'Already subscribed to feed, re-requesting' });
    made.feed({ event: 'subscribed_failed', feed: 'book', product_ids: ['PF_A', 'PF_B'] });
    made.feed({ event: 'alert', message: 'Bad websocket message' });
    expect(made.idled).toEqual(['ack', 'heartbeat', 'ack']);
    expect(made.acceptances).toEqual([null, null]);
    expect(made.refusals.map(({ symbol }) => symbol)).toEqual(['PF_NOPEUSD', 'PF_A', 'PF_B', null]);
    expect(made.faults).toEqual([]);
  });

  it('[MD-3] connects anew when the trading engine went away: nobody says what was missed', () => {
    const made = bench();
    made.feed({ event: 'alert', message: 'Trading engine unavailable' });
    expect(made.brokenBy).toEqual(['Trading engine unavailable']);
  });
});

describe('kraken futures protocol', () => {
  it('[MD-7] history: rates are told by the beginning of their period and settled at its end; the running one is not', () => {
    const row = (hour: number, relativeFundingRate: number) => ({
      timestamp: `2026-10-01T${String(hour).padStart(2, '0')}:00:00Z`,
      fundingRate: 1,
      relativeFundingRate,
    });
    const at = (hour: number) => Date.UTC(2026, 9, 1, hour);
    const read = (rates: readonly object[]) =>
      KRAKEN_PERP.funding?.history.read({ result: 'success', serverTime: 'x', rates }, 'PF_XBTUSD');
    const wanted = [
      { settledAtMs: at(9), rate: '0.0000182', intervalMs: HOUR_MS },
      { settledAtMs: at(10), rate: '-0.00000005411', intervalMs: HOUR_MS },
    ];
    const rates = [row(8, 0.0000182), row(9, -5.411e-8), row(10, 0.00002)];
    expect(read(rates)).toEqual(wanted);
    expect(read([...rates].reverse())).toEqual(wanted);
    // A row is missing: how long that period was is not known, and it is left out.
    expect(read([...rates, row(12, 0.00003)])).toEqual(wanted);
    // Four hours long, twice: the rate is still told for an hour.
    expect(read([row(0, 0.00001), row(4, 0.00002), row(8, 0.00003)])).toEqual([
      { settledAtMs: at(4), rate: '0.00004', intervalMs: 4 * HOUR_MS },
      { settledAtMs: at(8), rate: '0.00008', intervalMs: 4 * HOUR_MS },
    ]);
    expect(() => read([row(8, 0.1), { timestamp: 'yesterday', relativeFundingRate: 1 }, row(10, 0.1)])).toThrow();
    expect(() => KRAKEN_PERP.funding?.history.read({ result: 'error' }, 'PF_XBTUSD')).toThrow();
  });

  const instrument = (symbol: string, more: object = {}) => ({
    symbol,
    type: 'flexible_futures',
    tickSize: 1,
    contractSize: 1,
    tradeable: true,
    contractValueTradePrecision: 4,
    postOnly: false,
    ...more,
  });
  const load = (instruments: readonly object[], tickers: readonly object[]) => {
    const { catalogue } = KRAKEN_PERP;
    if (catalogue.kind !== 'own') throw new Error('the catalogue is not its own');
    const answers: Readonly<Record<string, object>> = {
      '/derivatives/api/v3/instruments': { result: 'success', instruments },
      '/derivatives/api/v3/tickers': { result: 'success', tickers },
    };
    return catalogue.load((path) => Promise.resolve(answers[path]));
  };

  it('[ID-2] lists linear perpetuals alone, with steps in base units and the venue’s old names made new', async () => {
    const markets = await load(
      [
        instrument('PF_XBTUSD', { base: 'XBT' }),
        instrument('PF_PEPEUSD', { tickSize: 1e-10, contractValueTradePrecision: -3 }),
        instrument('PI_XBTUSD', { type: 'futures_inverse' }),
        instrument('FF_XBTUSD_261225', { lastTradingTime: '2026-12-25T08:00:00Z' }),
        { symbol: 'in_xbtusd', type: 'spot index', tradeable: false },
      ],
      [],
    );
    expect(
      markets.map(({ id, base, quote, settle, priceTick, lotStep, contractSize }) => [
        id,
        base,
        quote,
        settle,
        priceTick,
        lotStep,
        contractSize,
      ]),
    ).toEqual([
      ['PF_XBTUSD', 'BTC', 'USD', 'USD', 1, 0.0001, 1],
      ['PF_PEPEUSD', 'PEPE', 'USD', 'USD', 1e-10, 1000, 1],
    ]);
    expect(KRAKEN_PERP.terms(markets[0] as (typeof markets)[number])).toMatchObject({
      makerFeeBps: '2',
      takerFeeBps: '5',
      funding: { accrual: 'continuous', intervalMs: null },
    });
  });

  it('[MD-8] normal is what all three flags agree on; without its ticker nobody knows', async () => {
    const symbols = ['PF_AUSD', 'PF_BUSD', 'PF_CUSD', 'PF_DUSD', 'PF_EUSD'];
    const markets = await load(
      [
        instrument('PF_AUSD'),
        instrument('PF_BUSD', { tradeable: false }),
        instrument('PF_CUSD', { postOnly: true }),
        instrument('PF_DUSD'),
        instrument('PF_EUSD'),
      ],
      symbols.slice(0, 4).map((symbol) => ({ symbol, suspended: symbol === 'PF_DUSD' })),
    );
    expect(markets.map((market) => KRAKEN_PERP.terms(market).status)).toEqual([
      'normal',
      'halted',
      'post-only',
      'halted',
      'unknown',
    ]);
  });

  it('subscribes by product, fifty at a time, and names instruments from symbols alone', () => {
    const symbols = Array.from({ length: 60 }, (_, index) => `PF_C${index}USD`);
    const topics = symbols.flatMap((symbol) => (['book', 'reference'] as const).map((kind) => ({ kind, symbol })));
    const sent = KRAKEN_PERP.subscribe(topics, () => 1).map(({ text, topics: covered }) => [
      JSON.parse(text).feed,
      JSON.parse(text).product_ids.length,
      covered.length,
    ]);
    expect(sent).toEqual([
      ['book', 50, 50],
      ['book', 10, 10],
      ['ticker', 50, 50],
      ['ticker', 10, 10],
    ]);
    expect(
      ['PF_XBTUSD', 'PF_SOLUSD', 'PI_XBTUSD', 'FF_XBTUSD_261225', 'BTC/USD'].map(KRAKEN_PERP.instrumentOf),
    ).toEqual(['BTC-USD-PERP', 'SOL-USD-PERP', null, null, null]);
  });

  it('[MD-6] reads the server’s time from any answer, an error too', () => {
    const body = { result: 'error', error: 'Not Found', serverTime: '2024-05-03T13:15:34.1Z' };
    expect(KRAKEN_PERP.serverTime(body)).toEqual({
      earliestMs: Date.UTC(2024, 4, 3, 13, 15, 34, 100),
      resolutionMs: 1,
    });
    expect(() => KRAKEN_PERP.serverTime({ result: 'success' })).toThrow();
  });

  it('reads candles and the touch', () => {
    const candle = {
      time: 1_731_715_200_000,
      open: '91069',
      high: '91373.5',
      low: '90956',
      close: '91045.5',
      volume: '3.5',
    };
    expect(KRAKEN_PERP.candles.read({ candles: [candle], more_candles: false }, 'PF_XBTUSD')).toEqual([
      [1_731_715_200_000, 91_069, 91_373.5, 90_956, 91_045.5, 3.5],
    ]);
    expect(KRAKEN_PERP.candles.path('PF_XBTUSD', '1h', 1_731_715_200_000)).toBe(
      '/api/charts/v1/trade/PF_XBTUSD/1h?from=1731535200&to=1731715200',
    );
    const ticker = { result: 'success', ticker: { bid: 100.5, ask: 101, last: 100.5 }, serverTime: 'x' };
    expect(KRAKEN_PERP.ticker.read(ticker, 'PF_XBTUSD')).toEqual({ bid: 100.5, ask: 101 });
  });
});
