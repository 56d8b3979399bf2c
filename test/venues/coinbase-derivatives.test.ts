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
import { COINBASE_PERP } from '#main/venues/coinbase-derivatives/protocol';
import { readMarkets } from '#main/venues/kit/catalogue';
import { listedScope } from '#main/venues/kit/scope';
import { DecoderBench } from '#support/decoder-bench';

const NAME = 'BTC_USDC-PERPETUAL';
const AT = 1_790_133_842_703;

const notification = (channel: string, data: string) =>
  `{"jsonrpc":"2.0","method":"subscription","params":{"channel":"${channel}","data":${data}}}`;
const book = (type: string, id: number, bids: string, asks: string, previous: number | null = null) =>
  notification(
    `book.${NAME}.100ms`,
    `{"timestamp":${AT},"type":"${type}","change_id":${id},"instrument_name":"${NAME}","bids":[${bids}],` +
      `"asks":[${asks}]${previous === null ? '' : `,"prev_change_id":${previous}`}}`,
  );
const snapshot = (id: number) =>
  book('snapshot', id, '["new",100.0,1.5],["new",99.5,2.2e3]', '["new",101.0,2.0],["new",101.5,0.25]');
const trade = (sequence: number, more = '') =>
  `{"timestamp":${AT + sequence},"price":100.5,"direction":"buy","index_price":100.1,"instrument_name":"${NAME}",` +
  `"trade_seq":${sequence},"amount":0.017,"mark_price":100.2,"tick_direction":3,"trade_id":"USDC-${sequence}"${more}}`;
const ticker = (fields: string) => notification(`ticker.${NAME}.100ms`, `{"timestamp":${AT},${fields}}`);
const bench = (fast = true) => new DecoderBench('coinbase:perp', NAME, 'BTC-USDC-PERP', { sizeDecimals: 4, fast });

describe.each([true, false])('gateway decoder, fast path %s', (fast) => {
  it('[MD-1] takes a snapshot, changes and deletes; amounts are base coin and may have an exponent', () => {
    const made = bench(fast);
    made.feed(snapshot(10));
    expect(made.book).toEqual({ bids: ['100x1.5', '99.5x2200'], asks: ['101x2', '101.5x0.25'] });
    made.feed(
      book('change', 17, '["delete",100.0,0.0],["new",99.75,1.0e-3]', '["change",101.0,3.0]', 10),
      book('change', 40, '', '["delete",101.5,0.0]', 17),
    );
    expect(made.book).toEqual({ bids: ['99.75x0.001', '99.5x2200'], asks: ['101x3'] });
    expect([made.faults, made.track.sequence, made.valid, made.venueTimes]).toEqual([[], 40, true, [AT, AT, AT]]);
  });

  it('[MD-3] a change that does not name the last one as its previous is a gap, though its own number is higher', () => {
    const made = bench(fast);
    made.feed(snapshot(10), book('change', 30, '["new",99.0,1.0]', '', 20));
    expect([made.faults, made.resyncs, made.valid]).toEqual([['gap'], ['sequence gap'], false]);
    made.feed(book('change', 31, '["new",98.0,1.0]', '', 30));
    expect(made.faults).toEqual(['gap']);
    made.feed(snapshot(50));
    expect([made.valid, made.track.sequence]).toEqual([true, 50]);
  });

  it('[MD-3] ignores a change that comes twice', () => {
    const made = bench(fast);
    const change = book('change', 12, '["change",100.0,9.0]', '', 10);
    made.feed(snapshot(10), change, change);
    expect([made.faults, made.book.bids[0]]).toEqual([[], '100x9']);
  });

  it('[MD-4] a change without its previous, or of another shape, costs the book', () => {
    for (const broken of [
      book('change', 12, '', '["new",102.0,1.0]'),
      book('change', 12, '["new","99.0",1.0]', '', 10),
      book('change', 12, '["moved",99.0,1.0]', '', 10),
      book('change', 12, '["new",99.0]', '', 10),
      book('change', 12, '["new",-99.0,1.0]', '', 10),
      book('change', 12, '["new",99.0,-1.0]', '', 10),
      book('patch', 12, '', '', 10),
    ]) {
      const made = bench(fast);
      made.feed(snapshot(10), broken);
      expect([broken, made.faults, made.valid]).toEqual([broken, ['bad-shape'], false]);
    }
  });

  it('passes trades on once, by their number, oldest first, with the taker’s side', () => {
    const made = bench(fast);
    const channel = `trades.${NAME}.100ms`;
    made.feed(notification(channel, `[${trade(7, ',"contracts":170.0')},${trade(8)}]`));
    made.feed(notification(channel, `[${trade(8)},${trade(9).replace('"buy"', '"sell"')}]`));
    made.feed(notification(channel, `[${trade(12)},${trade(11)}]`));
    expect(made.trades.map(({ atMs, side, size }) => [atMs - AT, side, size])).toEqual([
      [7, 'buy', 0.017],
      [8, 'buy', 0.017],
      [9, 'sell', 0.017],
      [11, 'buy', 0.017],
      [12, 'buy', 0.017],
    ]);
    made.feed(notification(channel, `[${trade(13).replace('100.5', '0')}]`), notification(channel, '{}'));
    expect(made.faults).toEqual(['bad-shape', 'bad-shape']);
  });

  it('[MD-7] reads the rate of this moment for the eight hours that the ticker names, mark and index', () => {
    const made = bench(fast);
    made.feed(
      ticker(
        `"state":"open","index_price":86744.11,"instrument_name":"${NAME}","mark_price":86778.14,` +
          '"current_funding":-1.423e-4,"funding_8h":5.149e-5',
      ),
    );
    const [values = []] = made.references;
    expect([values[FUNDING_RATE], values[FUNDING_INTERVAL_MS]]).toEqual([-0.0001423, 8 * 3_600_000]);
    expect([values[MARK_PRICE], values[INDEX_PRICE], values[REFERENCE_TIME_MS]]).toEqual([86_778.14, 86_744.11, AT]);
    expect([values[PREDICTED_RATE], values[NEXT_SETTLEMENT_MS]]).toEqual([Number.NaN, Number.NaN]);
  });

  it('[MD-7] a rate whose ticker does not say what it is for has no interval', () => {
    const made = bench(fast);
    made.feed(ticker(`"instrument_name":"${NAME}","current_funding":1.0e-4`));
    expect(made.references[0]?.[FUNDING_INTERVAL_MS]).toBeNaN();
    made.feed(ticker(`"instrument_name":"${NAME}","current_funding":"0.0001","funding_8h":0.0`));
    expect([made.references.length, made.faults]).toEqual([1, ['bad-shape']]);
  });

  it('[MD-8] tells the state of a book, locks of its price index, maintenance, and comings and goings', () => {
    const made = bench(fast);
    const state = (text: string) => ticker(`"instrument_name":"${NAME}","state":"${text}"`);
    const lock = (locked: boolean, index = 'btc_usdc') =>
      notification('platform_state', `{"locked":${locked},"price_index":"${index}","reasons":[]}`);
    made.feed(state('open'), lock(true, 'eth_usdc'), lock(true), state('open'), lock(false), state('locked'));
    expect(made.ownStatuses.map(({ status }) => status)).toEqual([
      'normal',
      'halted',
      'halted',
      'normal',
      'cancel-only',
    ]);
    made.feed(state('halted'), state('settlement'), state('archivized'), state('so-so'));
    expect(made.ownStatuses.slice(5).map(({ status }) => status)).toEqual(['halted', 'halted', 'delisted', 'unknown']);
    // The first book that quotes ends a maintenance whose end nobody announced.
    expect(made.statuses).toEqual(['normal']);
    made.feed(notification('platform_state', '{"maintenance":true}'), state('open'));
    expect(made.statuses).toEqual(['normal', 'maintenance']);
    made.decoder.connected();
    made.feed(state('open'));
    expect(made.statuses).toEqual(['normal', 'maintenance', 'normal']);
    const instrument = (name: string, text: string) =>
      notification('instrument.state.future.USDC', `{"timestamp":${AT},"state":"${text}","instrument_name":"${name}"}`);
    made.feed(instrument('XRP_USDC-PERPETUAL', 'created'), instrument('BTC_USDC-27NOV26', 'created'));
    made.feed(instrument(NAME, 'closed'));
    expect([made.catalogueChanges, made.ownStatuses.at(-1)?.status, made.faults]).toEqual([2, 'delisted', []]);
  });

  it('answers: what was taken, what was refused, what is only a sign of life', () => {
    const made = bench(fast);
    const tail = '"usIn":1790133842785065,"usOut":1790133842785140,"usDiff":75,"testnet":false';
    made.feed(
      `{"jsonrpc":"2.0","id":3,"result":["book.${NAME}.100ms"],${tail}}`,
      `{"jsonrpc":"2.0","id":4,"error":{"code":13778,"message":"raw_subscriptions_not_available_for_unauthorized"},${tail}}`,
      `{"jsonrpc":"2.0","id":0,"result":"ok",${tail}}`,
      `{"jsonrpc":"2.0","id":0,"result":{"version":"1.2.26"},${tail}}`,
      '{"params":{"type":"test_request"},"method":"heartbeat","jsonrpc":"2.0"}',
      '{"params":{"type":"heartbeat"},"method":"heartbeat","jsonrpc":"2.0"}',
    );
    expect(made.acceptances).toEqual(['3']);
    expect(made.refusals.map(({ id, message }) => [id, message])).toEqual([
      ['4', 'raw_subscriptions_not_available_for_unauthorized'],
    ]);
    expect([made.idled, made.faults]).toEqual([['ack', 'heartbeat', 'heartbeat', 'heartbeat'], []]);
    made.feed('{"jsonrpc":"2.0","id":5,"error":{"code":10028,"message":"too_many_requests"}}');
    expect(made.brokenBy).toEqual(['too many requests']);
  });
});

describe('gateway protocol', () => {
  const instrument = (base: string, more: object = {}) => ({
    instrument_name: `${base}_USDC-PERPETUAL`,
    base_currency: base,
    quote_currency: 'USDC',
    settlement_currency: 'USDC',
    settlement_period: 'perpetual',
    instrument_type: 'linear',
    tick_size: 0.1,
    tick_size_steps: [],
    contract_size: 0.0001,
    min_trade_amount: 0.0001,
    maker_commission: 1.5e-4,
    taker_commission: 3.5e-4,
    is_active: true,
    state: 'open',
    ...more,
  });
  const listingsOf = async (...result: object[]) => {
    const { catalogue } = COINBASE_PERP;
    if (catalogue.kind !== 'own') throw new Error('the gateway has a catalogue of its own');
    const markets = await catalogue.load(() => Promise.resolve({ jsonrpc: '2.0', result }));
    const read = readMarkets(COINBASE_PERP, markets, listedScope(['BTC', 'SOL', '1000PEPE']));
    if (!read.ok) throw new Error(read.error);
    return read.value;
  };

  it('[ID-2] [ID-6] counts in base coin, in steps of the contract; fees are the catalogue’s own', async () => {
    const { entries } = await listingsOf(
      instrument('BTC'),
      instrument('BTC', { instrument_name: 'BTC_USDC-27NOV26', settlement_period: 'month' }),
      instrument('BTC', { instrument_name: 'BTC-PERPETUAL', instrument_type: 'reversed', quote_currency: 'USD' }),
      instrument('1000PEPE', { contract_size: 10, min_trade_amount: 10, tick_size: 1e-6 }),
    );
    expect(entries.map(({ listing }) => listing)).toMatchObject([
      {
        id: 'coinbase:perp|1000PEPE-USDC-PERP',
        priceTick: '0.000001',
        lotStep: '10',
        unitsPerBase: '1000',
        contractSize: '1',
      },
      {
        id: 'coinbase:perp|BTC-USDC-PERP',
        symbol: NAME,
        settle: 'USDC',
        priceTick: '0.1',
        lotStep: '0.0001',
        minQuantity: '0.0001',
        contractSize: '1',
        makerFeeBps: '1.5',
        takerFeeBps: '3.5',
        feeCurrency: 'quote',
        status: 'normal',
        funding: { accrual: 'continuous', intervalMs: null },
      },
    ]);
  });

  it('[ID-2] takes the coarsest of several ticks, and names what it cannot read', async () => {
    const { entries, unreadable } = await listingsOf(
      instrument('BTC', { tick_size: 0.01, tick_size_steps: [{ above_price: 1000, tick_size: 0.1 }] }),
      instrument('SOL', { taker_commission: '0.1' }),
    );
    expect(entries.map(({ listing }) => listing.priceTick)).toEqual(['0.1']);
    expect(unreadable[0]).toMatch(/^SOL_USDC-PERPETUAL: /);
  });

  it('[MD-8] a book that is open but not active is not normal', async () => {
    const { entries } = await listingsOf(
      instrument('BTC', { is_active: false }),
      instrument('SOL', { state: 'locked', is_active: false }),
    );
    expect(entries.map(({ listing }) => listing.status)).toEqual(['halted', 'cancel-only']);
  });

  it('[MD-7] reads the funding of each hour, oldest first, negative and tiny rates exactly', () => {
    const read = COINBASE_PERP.funding?.history.read(
      {
        jsonrpc: '2.0',
        result: [
          {
            timestamp: 1_790_136_000_000,
            interest_8h: 1e-5,
            interest_1h: -7.465e-7,
            index_price: 1,
            prev_index_price: 1,
          },
          {
            timestamp: 1_790_132_400_000,
            interest_8h: 1e-5,
            interest_1h: 0.0000125,
            index_price: 1,
            prev_index_price: 1,
          },
        ],
      },
      NAME,
    );
    expect(read).toEqual([
      { settledAtMs: 1_790_132_400_000, rate: '0.0000125', intervalMs: 3_600_000 },
      { settledAtMs: 1_790_136_000_000, rate: '-0.0000007465', intervalMs: 3_600_000 },
    ]);
    expect(() => COINBASE_PERP.funding?.history.read({ jsonrpc: '2.0', error: {} }, NAME)).toThrow();
  });

  it('lists each channel it asks for, so that one left out of the answer can be laid to its topic', () => {
    let id = 0;
    const nextId = () => {
      id += 1;
      return id;
    };
    const [request, ...others] = COINBASE_PERP.subscribe(
      [
        { kind: 'book', symbol: NAME },
        { kind: 'trades', symbol: NAME },
        { kind: 'reference', symbol: NAME },
      ],
      nextId,
    );
    expect(others).toEqual([]);
    expect(request?.names).toEqual([`book.${NAME}.100ms`, `trades.${NAME}.100ms`, `ticker.${NAME}.100ms`]);
    expect(JSON.parse(request?.text ?? '')).toEqual({
      jsonrpc: '2.0',
      id: 1,
      method: 'public/subscribe',
      params: { channels: request?.names },
    });
  });

  it('names its instruments from their symbols', () => {
    const named = ['BTC_USDC-PERPETUAL', 'SHIB1000_USDC-PERPETUAL', 'BTC-PERPETUAL', 'BTC_USDC-27NOV26', ''].map(
      (symbol) => COINBASE_PERP.instrumentOf(symbol),
    );
    expect(named).toEqual(['BTC-USDC-PERP', '1000SHIB-USDC-PERP', null, null, null]);
  });
});
