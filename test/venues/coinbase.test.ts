import { describe, expect, it } from 'vitest';
import { COINBASE_SPOT } from '#main/venues/coinbase/protocol';
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

  it('reads several events of one message, and frames with and without a client id', () => {
    const made = bench();
    const { client_id: _none, ...bare } = snapshot(0);
    made.feed(bare);
    const one = (price: string) => ({ type: 'update', product_id: 'BTC-USD', updates: updates([['bid', price, '1']]) });
    made.feed(message('l2_data', 1, one('99'), one('98')));
    expect([made.book.bids, made.faults]).toEqual([['100x1', '99x1', '98x1'], []]);
  });

  it('[MD-8] tells at once that a product is offline, and leaves what an online one allows to the catalogue', () => {
    const made = bench();
    const status = (sequence: number, ...rows: (readonly [string, string])[]) =>
      message('status', sequence, { type: 'snapshot', products: rows.map(([id, state]) => ({ id, status: state })) });
    made.feed(status(0, ['BTC-USD', 'online'], ['ETH-USD', 'offline']));
    expect([made.ownStatuses, made.catalogueChanges]).toEqual([[], 0]);
    made.feed(status(1, ['BTC-USD', 'offline']), status(2, ['BTC-USD', 'offline']), status(3, ['BTC-USD', 'delisted']));
    made.feed(status(4, ['BTC-USD', 'half-way']));
    expect(made.ownStatuses.map(({ status: told }) => told)).toEqual(['halted', 'delisted', 'unknown']);
    // Online again over a lost connection: still only the catalogue knows what may be traded.
    made.decoder.connected();
    made.feed(status(0, ['BTC-USD', 'online']), status(1, ['BTC-USD', 'online']));
    expect([made.ownStatuses.length, made.catalogueChanges]).toEqual([3, 1]);
    made.feed(message('status', 2, { type: 'snapshot', products: [{ id: 'BTC-USD' }] }));
    expect(made.faults).toEqual(['bad-shape']);
  });

  it('takes heartbeats and lists of subscriptions for what they are', () => {
    const made = bench();
    made.feed(heartbeat(0), message('subscriptions', 1, { subscriptions: { level2: ['BTC-USD'] } }));
    expect([made.idled, made.acceptances, made.faults]).toEqual([['heartbeat'], [null], []]);
  });
});

describe('coinbase protocol', () => {
  const terms = (info: object) =>
    COINBASE_SPOT.terms({
      id: 'BTC-USD',
      base: 'BTC',
      quote: 'USD',
      settle: 'USD',
      priceTick: 0.01,
      lotStep: 1e-8,
      minQuantity: 1e-8,
      minNotional: 1,
      contractSize: 1,
      info: { product_id: 'BTC-USD', status: 'online', ...info },
    });

  it('[MD-8] reads every flag of a product', () => {
    const statuses = [
      {},
      { status: 'offline', is_disabled: true },
      { status: 'delisted' },
      { status: 'new-word' },
      { trading_disabled: true },
      { view_only: true },
      { cancel_only: true },
      { auction_mode: true },
      { post_only: true },
      { limit_only: true },
    ].map((info) => terms(info).status);
    expect(statuses).toEqual([
      'normal',
      'halted',
      'delisted',
      'unknown',
      'halted',
      'halted',
      'cancel-only',
      'auction',
      'post-only',
      'limit-only',
    ]);
  });

  it('[ID-3] names the book that a product repeats', () => {
    expect([terms({ alias: '' }).aliasOf, terms({ alias: 'BTC-USD' }).aliasOf]).toEqual([null, 'BTC-USD']);
  });

  it('reads candles oldest first, and the touch', () => {
    const { candles, ticker } = COINBASE_SPOT;
    expect(candles.path('BTC-USD', 'FIVE_MINUTE', 1_790_000_000_000)).toBe(
      '/api/v3/brokerage/market/products/BTC-USD/candles?start=1789985000&end=1790000000&granularity=FIVE_MINUTE',
    );
    const bar = { low: '1', high: '4', open: '2', close: '3', volume: '5.5' };
    expect(
      candles.read(
        {
          candles: [
            { start: '1790000300', ...bar },
            { start: '1790000000', ...bar },
          ],
        },
        'BTC-USD',
      ),
    ).toEqual([
      [1_790_000_000_000, 2, 4, 1, 3, 5.5],
      [1_790_000_300_000, 2, 4, 1, 3, 5.5],
    ]);
    expect(ticker.read({ trades: [], best_bid: '100.5', best_ask: '100.6' }, 'BTC-USD')).toEqual({
      bid: 100.5,
      ask: 100.6,
    });
    expect(() => ticker.read({ trades: [], best_bid: '', best_ask: '' }, 'BTC-USD')).toThrow();
  });

  it('names its instruments from their symbols', () => {
    expect(['BTC-USD', 'SHIB1000-USDC', 'BTC-PERP-INTX', 'btc'].map(COINBASE_SPOT.instrumentOf)).toEqual([
      'BTC-USD',
      '1000SHIB-USDC',
      null,
      null,
    ]);
  });
});
