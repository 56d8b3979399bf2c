import { describe, expect, test } from 'vitest';
import { BINANCE_PERP_ORDERS } from '#main/venues/binance/orders/perp-protocol';
import { BINANCE_SPOT_ORDERS } from '#main/venues/binance/orders/spot-protocol';
import type { AdapterContext, OrderProtocol, PrivateSink } from '#main/venues/orders/adapter';
import { feedId, listingId } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import { SeededRandom } from '#shared/kernel/random';
import { ok } from '#shared/kernel/result';
import type { SocketEvents, Transport } from '#shared/kernel/transport';
import { VirtualClock } from '#shared/kernel/virtual-clock';

const START_MS = Date.UTC(2026, 9, 9);

const listing = (product: 'spot' | 'perp'): Listing => ({
  id: listingId(feedId('binance', product), product === 'spot' ? 'ETH-BTC' : 'BTC-USDT-PERP'),
  venue: 'binance',
  product,
  instrument: product === 'spot' ? 'ETH-BTC' : 'BTC-USDT-PERP',
  base: product === 'spot' ? 'ETH' : 'BTC',
  quote: product === 'spot' ? 'BTC' : 'USDT',
  symbol: product === 'spot' ? 'ETHBTC' : 'BTCUSDT',
  priceTick: '0.00000001',
  lotStep: '0.001',
  minQuantity: '0.001',
  minNotional: '0',
  makerFeeBps: '2',
  takerFeeBps: '5',
  feeSource: 'published',
  feeCurrency: 'quote',
  priceBand: null,
  status: 'normal',
  settle: product === 'spot' ? 'BTC' : 'USDT',
  contractSize: '1',
  unitsPerBase: '1',
  funding: null,
  bookId: listingId(feedId('binance', product), product === 'spot' ? 'ETH-BTC' : 'BTC-USDT-PERP'),
});

/** A private stream over a socket that says what a test wants said. */
class Stage {
  readonly clock = new VirtualClock(START_MS);
  readonly told: unknown[] = [];
  readonly calls: string[] = [];
  readonly sockets: { readonly url: string; readonly events: SocketEvents }[] = [];
  answer: () => ReturnType<AdapterContext['caller']['call']> = () =>
    Promise.resolve(ok({ listenKey: 'pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1' }));
  readonly stop: () => void;

  constructor(protocol: OrderProtocol, product: 'spot' | 'perp') {
    const ours = listing(product);
    const transport: Transport = {
      openSocket: (url, events) => {
        this.sockets.push({ url, events });
        return {
          send: () => undefined,
          ping: () => undefined,
          close: () => undefined,
          terminate: () => events.closed(1006, ''),
        };
      },
      request: () => Promise.reject(new Error('nothing is asked here')),
    };
    const note =
      (kind: string) =>
      (value: unknown): void => {
        this.told.push([kind, value]);
      };
    const sink: PrivateSink = {
      stream: (state, reason) => this.told.push(['stream', state, reason]),
      heard: () => undefined,
      fill: note('fill'),
      order: note('order'),
      action: note('action'),
      holdingsChanged: () => this.told.push(['holdings']),
      unreadable: note('unreadable'),
    };
    const adapter = protocol.create({
      credentials: { apiKey: 'key', secret: 'secret' },
      entity: 'global',
      caller: {
        call: ({ method }) => {
          this.calls.push(method);
          return this.answer();
        },
        nonce: () => 0,
      },
      transport,
      clock: this.clock,
      random: new SeededRandom(1),
      listing: () => ours,
      bySymbol: (symbol) => (symbol === ours.symbol ? ours : undefined),
      listings: () => [ours],
      skewMs: () => 0,
      hide: () => undefined,
    });
    this.stop = adapter.stream(sink);
  }

  async opened(): Promise<void> {
    await settle();
    this.sockets.at(-1)?.events.open();
    this.told.length = 0;
  }

  say(frame: unknown): void {
    this.sockets.at(-1)?.events.message(new TextEncoder().encode(JSON.stringify(frame)));
  }

  of(kind: string): unknown[] {
    return this.told.flatMap((told) => (Array.isArray(told) && told[0] === kind ? [told[1]] : []));
  }
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** https://developers.binance.com/docs/binance-spot-api-docs/user-data-stream#order-update */
const REPORT = {
  e: 'executionReport',
  E: 1499405658658,
  s: 'ETHBTC',
  c: 'mUvoqJxFIILMdfAW5iGSOW',
  S: 'BUY',
  o: 'LIMIT',
  f: 'GTC',
  q: '1.00000000',
  p: '0.10264410',
  P: '0.00000000',
  F: '0.00000000',
  g: -1,
  C: '',
  x: 'NEW',
  X: 'NEW',
  r: 'NONE',
  i: 4293153,
  l: '0.00000000',
  z: '0.00000000',
  L: '0.00000000',
  n: '0',
  N: null,
  T: 1499405658657,
  t: -1,
  I: 8641984,
  w: true,
  m: false,
  M: false,
  O: 1499405658657,
  Z: '0.00000000',
  Y: '0.00000000',
  Q: '0.00000000',
  W: 1499405658657,
  V: 'NONE',
};

describe('Binance spot private stream', () => {
  const begin = async (): Promise<Stage> => {
    const stage = new Stage(BINANCE_SPOT_ORDERS, 'spot');
    await stage.opened();
    return stage;
  };
  const report = (stage: Stage, changes: Partial<Record<keyof typeof REPORT, unknown>>) =>
    stage.say({ subscriptionId: 0, event: { ...REPORT, ...changes } });

  test('[EX-5] the documented example is an open order; it is live once the subscription is confirmed', async () => {
    const stage = await begin();
    expect(stage.sockets[0]?.url).toBe('wss://ws-api.binance.com:443/ws-api/v3');
    stage.say({ id: 'account', status: 200, result: { subscriptionId: 0 } });
    expect(stage.told).toEqual([['stream', 'live', '']]);
    report(stage, {});
    expect(stage.of('order')).toEqual([
      {
        venueOrderId: '4293153',
        clientOrderId: 'mUvoqJxFIILMdfAW5iGSOW',
        listing: 'binance:spot|ETH-BTC',
        symbol: 'ETHBTC',
        side: 'buy',
        quantity: '1.00000000',
        price: '0.10264410',
        filled: '0.00000000',
        state: 'open',
        status: 'NEW',
        atMs: 1499405658657,
      },
    ]);
    stage.stop();
  });

  test('[EX-5] an execution with its fee, whatever coin it is taken in', async () => {
    const stage = await begin();
    const trade = {
      x: 'TRADE',
      X: 'PARTIALLY_FILLED',
      l: '0.40000000',
      z: '0.40000000',
      L: '0.10264000',
      t: 77,
      m: true,
    };
    report(stage, { ...trade, n: '0.00010000', N: 'BNB' });
    expect(stage.of('fill')).toMatchObject([
      {
        tradeId: '77',
        quantity: '0.40000000',
        price: '0.10264000',
        fee: '0.00010000',
        feeCurrency: 'BNB',
        liquidity: 'maker',
      },
    ]);
    // No fee names no coin: then it is counted in what was received.
    report(stage, { ...trade, t: 78, n: '0', N: null });
    expect(stage.of('fill')[1]).toMatchObject({ fee: '0', feeCurrency: 'ETH' });
    report(stage, { ...trade, t: 79, n: '0.1', N: null });
    expect(stage.of('fill')).toHaveLength(2);
    expect(stage.of('unreadable')).toHaveLength(1);
    stage.stop();
  });

  test('[EX-5] a cancel has a name of its own; the order goes by the one in C', async () => {
    const stage = await begin();
    report(stage, { c: 'web_cancel', C: 'x0001', x: 'CANCELED', X: 'CANCELED' });
    expect(stage.of('order')).toMatchObject([{ clientOrderId: 'x0001', state: 'cancelled' }]);
    stage.stop();
  });

  test('[EX-6] a status nobody knows is unknown; what is left of an IOC was cancelled', async () => {
    const stage = await begin();
    report(stage, { X: 'PENDING_REVIEW' });
    report(stage, { f: 'IOC', x: 'EXPIRED', X: 'EXPIRED' });
    report(stage, { f: 'GTC', x: 'EXPIRED', X: 'EXPIRED' });
    expect(stage.of('order')).toMatchObject([{ state: 'unknown' }, { state: 'cancelled' }, { state: 'expired' }]);
    stage.stop();
  });

  test('[EX-9] both halves of an OCO are one order: filled by one, not ended by the other', async () => {
    const stage = await begin();
    const stop = { g: 9, c: 'x0002_sl', i: 11, S: 'SELL' };
    const profit = { g: 9, c: 'x0002_tp', i: 12, S: 'SELL' };
    report(stage, { ...stop });
    report(stage, { ...profit });
    report(stage, { ...stop, x: 'EXPIRED', X: 'EXPIRED' });
    report(stage, { ...profit, x: 'TRADE', X: 'FILLED', l: '1', z: '1', L: '0.2', t: 5, n: '0.001', N: 'BTC' });
    expect(stage.of('order')).toMatchObject([
      { venueOrderId: 'list-9', clientOrderId: 'x0002', state: 'open' },
      { venueOrderId: 'list-9', clientOrderId: 'x0002', state: 'open' },
      { venueOrderId: 'list-9', clientOrderId: 'x0002', state: 'open' },
      { venueOrderId: 'list-9', clientOrderId: 'x0002', state: 'filled', filled: '1' },
    ]);
    expect(stage.of('fill')).toMatchObject([{ clientOrderId: 'x0002', venueOrderId: '12' }]);
    stage.stop();
  });

  test('[EX-9] one half alone that ended says nothing of the list: the other may have executed', async () => {
    const stage = await begin();
    report(stage, { g: 9, c: 'x0002_sl', x: 'EXPIRED', X: 'EXPIRED' });
    expect(stage.of('order')).toEqual([]);
    report(stage, { g: 9, c: 'web', C: 'x0002_tp', x: 'CANCELED', X: 'CANCELED' });
    expect(stage.of('order')).toMatchObject([{ clientOrderId: 'x0002', state: 'cancelled' }]);
    stage.stop();
  });

  test('a refused subscription, and the end of one, lose the stream with the venue’s words', async () => {
    const stage = await begin();
    stage.say({ id: 'account', status: 401, error: { code: -2015, msg: 'Invalid API-key, IP, or permissions.' } });
    expect(stage.told).toContainEqual([
      'stream',
      'lost',
      'the subscription was refused (-2015): Invalid API-key, IP, or permissions.',
    ]);
    stage.clock.advanceBy(2_000);
    await stage.opened();
    expect(stage.sockets).toHaveLength(2);
    stage.say({ subscriptionId: 0, event: { e: 'eventStreamTerminated', E: 1 } });
    expect(stage.told).toContainEqual(['stream', 'lost', 'the venue ended the account stream']);
    stage.stop();
  });
});

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams/Event-Order-Update */
const UPDATE = {
  s: 'BTCUSDT',
  c: 'TEST',
  S: 'SELL',
  o: 'LIMIT',
  f: 'GTC',
  q: '0.001',
  p: '7103.04',
  ap: '0',
  sp: '0',
  x: 'NEW',
  X: 'NEW',
  i: 8389765519993908929n,
  l: '0',
  z: '0',
  L: '0',
  T: 1568879465650,
  t: 0,
  b: '0',
  a: '9.91',
  m: false,
  R: false,
  wt: 'CONTRACT_PRICE',
  ot: 'LIMIT',
  ps: 'BOTH',
  cp: false,
  rp: '0',
  V: 'EXPIRE_TAKER',
};

describe('Binance USDⓈ-M private stream', () => {
  const begin = async (): Promise<Stage> => {
    const stage = new Stage(BINANCE_PERP_ORDERS, 'perp');
    await stage.opened();
    return stage;
  };
  /** Numbers beyond what a double holds are written by hand. */
  const raw = (stage: Stage, o: Readonly<Record<string, unknown>>) => {
    const members = Object.entries(o).map(([name, value]) =>
      typeof value === 'bigint' ? `"${name}":${value}` : `"${name}":${JSON.stringify(value)}`,
    );
    const text = `{"e":"ORDER_TRADE_UPDATE","E":1568879465651,"T":1568879465650,"o":{${members.join(',')}}}`;
    stage.sockets.at(-1)?.events.message(new TextEncoder().encode(text));
  };
  const algo = (stage: Stage, changes: Readonly<Record<string, unknown>>) =>
    stage.say({
      e: 'ALGO_UPDATE',
      T: 1750515742297,
      E: 1750515742303,
      o: {
        caid: 'x0003',
        aid: 2148719,
        at: 'CONDITIONAL',
        o: 'STOP',
        s: 'BTCUSDT',
        S: 'SELL',
        ps: 'BOTH',
        f: 'GTC',
        q: '0.01',
        X: 'NEW',
        ai: '',
        ap: '0.00000',
        aq: '0.00000',
        act: '0',
        tp: '750',
        p: '740',
        ...changes,
      },
    });

  test('[EX-5] numbers of orders keep every digit; the key in the address is the login', async () => {
    const stage = new Stage(BINANCE_PERP_ORDERS, 'perp');
    await settle();
    expect(stage.calls).toEqual(['fapiPrivatePostListenKey']);
    expect(stage.sockets[0]?.url).toBe(
      'wss://fstream.binance.com/private/ws?listenKey=pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1',
    );
    stage.sockets[0]?.events.open();
    expect(stage.told.at(-1)).toEqual(['stream', 'live', '']);
    raw(stage, UPDATE);
    expect(stage.of('order')).toMatchObject([{ venueOrderId: '8389765519993908929', clientOrderId: 'TEST' }]);
    stage.stop();
  });

  test('[EX-5] executions; without a commission none is pushed', async () => {
    const stage = await begin();
    const trade = { ...UPDATE, x: 'TRADE', X: 'FILLED', l: '0.001', z: '0.001', L: '7103.04', t: 55, m: true };
    raw(stage, { ...trade, N: 'USDT', n: '0.00142' });
    raw(stage, { ...trade, t: 56 });
    expect(stage.of('fill')).toMatchObject([
      { tradeId: '55', fee: '0.00142', feeCurrency: 'USDT', liquidity: 'maker', side: 'sell' },
      { tradeId: '56', fee: '0', feeCurrency: 'USDT' },
    ]);
    stage.stop();
  });

  test('[EX-15] what the venue does to a position is said, and is no execution of ours', async () => {
    const stage = await begin();
    const done = { ...UPDATE, x: 'CALCULATED', X: 'FILLED', l: '0.001', z: '0.001', L: '7000', t: 57 };
    for (const c of ['autoclose-1568', 'adl_autoclose', 'settlement_autoclose-1']) raw(stage, { ...done, c });
    raw(stage, { ...UPDATE, c: 'autoclose-1569' });
    expect(stage.of('action')).toMatchObject([
      { kind: 'liquidation', listing: 'binance:perp|BTC-USDT-PERP', quantity: '0.001' },
      { kind: 'auto-deleveraging', quantity: '0.001' },
      { kind: 'settlement', quantity: '0.001' },
    ]);
    expect(stage.of('fill')).toEqual([]);
    stage.stop();
  });

  test('[EX-9] a triggered stop is told by its order in the engine, under the name it was given', async () => {
    const stage = await begin();
    algo(stage, {});
    algo(stage, { X: 'TRIGGERED', ai: '8886774' });
    raw(stage, {
      ...UPDATE,
      i: 8886774n,
      c: 'some-other-name',
      ot: 'STOP',
      x: 'TRADE',
      X: 'FILLED',
      l: '0.01',
      z: '0.01',
      L: '740',
      t: 9,
    });
    algo(stage, { X: 'FINISHED', ai: '8886774', aq: '0.01' });
    expect(stage.of('order')).toMatchObject([
      { venueOrderId: 'algo-2148719', clientOrderId: 'x0003', state: 'open', status: 'NEW' },
      { venueOrderId: '8886774', clientOrderId: 'x0003', state: 'filled' },
    ]);
    expect(stage.of('fill')).toMatchObject([{ clientOrderId: 'x0003', tradeId: '9' }]);
    stage.stop();
  });

  test('[EX-5] a triggered order whose name is not known yet has none, so that it is asked for', async () => {
    const stage = await begin();
    raw(stage, {
      ...UPDATE,
      i: 8886775n,
      c: 'engine-name',
      ot: 'STOP',
      x: 'TRADE',
      X: 'FILLED',
      l: '0.01',
      z: '0.01',
      L: '740',
      t: 9,
    });
    expect(stage.of('fill')).toMatchObject([{ venueOrderId: '8886775', clientOrderId: null }]);
    stage.stop();
  });

  test('[EX-9] a stop that the engine refused, and one that the venue took back, have ended', async () => {
    const stage = await begin();
    algo(stage, { X: 'REJECTED', rm: 'Reduce Only reject' });
    algo(stage, { X: 'EXPIRED' });
    algo(stage, { X: 'PENDING_REVIEW' });
    expect(stage.of('order')).toMatchObject([{ state: 'rejected' }, { state: 'expired' }, { state: 'unknown' }]);
    stage.stop();
  });

  test('the listen key is kept alive; one that ran out is replaced by a new connection', async () => {
    const stage = await begin();
    let renewals = 0;
    for (let second = 0; second < 30 * 60 && renewals === 0; second += 1) {
      stage.clock.advanceBy(1_000);
      stage.sockets.at(-1)?.events.ping();
      renewals = stage.calls.filter((method) => method === 'fapiPrivatePutListenKey').length;
    }
    expect(renewals).toBe(1);
    expect(stage.clock.wallMs() - START_MS).toBeLessThan(60 * 60_000);
    stage.say({ e: 'listenKeyExpired', E: 1, listenKey: 'pqia' });
    expect(stage.told).toContainEqual(['stream', 'lost', 'the listen key ran out']);
    stage.clock.advanceBy(2_000);
    await settle();
    expect(stage.calls.filter((method) => method === 'fapiPrivatePostListenKey')).toHaveLength(2);
    stage.stop();
  });

  test('[MD-4] an event nobody knows is shown, never guessed', async () => {
    const stage = await begin();
    stage.say({ e: 'SOMETHING_NEW', E: 1 });
    stage.say({ e: 'MARGIN_CALL', E: 1 });
    stage.say({ e: 'ACCOUNT_UPDATE', E: 1, T: 1, a: {} });
    expect(stage.told).toEqual([['unreadable', '{"e":"SOMETHING_NEW","E":1}'], ['holdings']]);
    stage.stop();
  });
});
