import { afterEach, describe, expect, test } from 'vitest';
import type { Journaled } from '#engine/ports';
import type { OrderIntent } from '#shared/domain/order';
import { BrokerHarness } from '#support/broker-harness';
import type { Captured } from '#support/wire-capture';

type Product = 'spot' | 'perp';

let rig: BrokerHarness | undefined;
afterEach(async () => {
  await rig?.close();
  rig = undefined;
});

async function ready(product: Product): Promise<BrokerHarness> {
  rig = new BrokerHarness({
    feed: product === 'spot' ? 'kraken:spot' : 'kraken:perp',
    instrument: product === 'spot' ? 'BTC-USD' : 'BTC-USD-PERP',
  });
  const state = await rig.start();
  if (state.kind !== 'ready') throw new Error(state.reason);
  // What the reconciling at the start asks has been asked.
  await rig.run(2_000);
  return rig;
}

/** What one call put on the wire. */
async function sent(h: BrokerHarness, act: () => Promise<unknown>): Promise<readonly Captured[]> {
  const before = h.wire.requests.length;
  await h.settled(act());
  return h.wire.requests.slice(before);
}

async function created(h: BrokerHarness, changes: Partial<OrderIntent>) {
  const order = h.order(changes);
  const requests = await sent(h, () => h.broker.submit(order));
  expect(requests).toHaveLength(1);
  const [request] = requests;
  if (request === undefined) throw new Error('nothing left');
  return { order, request };
}

/** Our wall time as the venue's clock shows it, to the millisecond. */
const venueTime = (h: BrokerHarness, wallMs: number): string =>
  new Date(Math.floor(wallMs + (h.sink.skews.at(-1)?.skewMs ?? 0))).toISOString();

/** Far from any market of the practice world; only the perpetual's tick is a whole dollar. */
const FAR = { buy: '20000', sell: '900000' } as const;

async function bought(h: BrokerHarness): Promise<Journaled> {
  const order = h.order({ kind: 'ioc', price: h.through('buy'), quantity: '0.02' });
  await h.settled(h.broker.submit(order));
  await h.until('bought', () => h.filledOf(order.clientOrderId) === order.quantity);
  return order;
}

describe('[EX-1] orders on the wire: Kraken spot', () => {
  const plain = [
    ['post-only', 'GTC', 'post,fciq'],
    ['limit', 'GTC', 'fciq'],
    ['ioc', 'IOC', 'fciq'],
    ['fok', 'FOK', 'fciq'],
  ] as const;
  for (const [kind, timeinforce, oflags] of plain) {
    test.each(['buy', 'sell'] as const)(`${kind} %s`, async (side) => {
      const h = await ready('spot');
      const { order, request } = await created(h, { kind, side, quantity: '0.02', price: FAR[side] });
      expect([request.method, request.host, request.path]).toEqual(['POST', 'api.kraken.com', '/0/private/AddOrder']);
      expect(request.body).toEqual({
        nonce: expect.stringMatching(/^\d{13}$/),
        pair: 'XBTUSD',
        type: side,
        volume: '0.02',
        ordertype: 'limit',
        price: FAR[side],
        timeinforce,
        oflags,
        stptype: 'cancel-newest',
        cl_ord_id: order.clientOrderId,
        deadline: venueTime(h, order.createBeforeMs),
      });
      expect(Object.keys(request.request.headers).sort()).toEqual(
        ['API-Key', 'API-Sign', 'Content-Type', 'accept', 'user-agent'].sort(),
      );
    });
  }

  const stops = [
    ['stop-loss', 'sell', 'stop-loss-limit', '50000', '49900.5', 'last'],
    ['stop-loss', 'buy', 'stop-loss-limit', '400000', '400100.5', 'index'],
    ['take-profit', 'sell', 'take-profit-limit', '400000', '399900.5', 'index'],
    ['take-profit', 'buy', 'take-profit-limit', '50000', '50100.5', 'last'],
  ] as const;
  test.each(stops)(
    '[EX-9] %s %s: the trigger is `price`, its bound `price2`, and what it watches is stated',
    async (kind, side, ordertype, stop, limit, by) => {
      const h = await ready('spot');
      const { order, request } = await created(h, {
        kind,
        side,
        purpose: 'flatten',
        quantity: '0.02',
        price: limit,
        trigger: { price: stop, by },
      });
      expect(request.body).toEqual({
        nonce: expect.stringMatching(/^\d{13}$/),
        pair: 'XBTUSD',
        type: side,
        volume: '0.02',
        ordertype,
        price: stop,
        price2: limit,
        trigger: by,
        timeinforce: 'GTC',
        oflags: 'fciq',
        stptype: 'cancel-oldest',
        cl_ord_id: order.clientOrderId,
        deadline: venueTime(h, order.createBeforeMs),
      });
    },
  );

  test('[EX-14] an order that ends by itself carries its end in whole seconds, never later than meant', async () => {
    const h = await ready('spot');
    const expiresAtMs = h.clock.wallMs() + 20_900;
    const { request } = await created(h, { quantity: '0.02', price: FAR.buy, expiresAtMs });
    const skewMs = h.sink.skews.at(-1)?.skewMs ?? 0;
    const body = request.body as Readonly<Record<string, string>>;
    expect(body).toMatchObject({
      timeinforce: 'GTD',
      expiretm: String(Math.floor((expiresAtMs + skewMs) / 1000)),
    });
    expect(Number(body.expiretm) * 1000 - skewMs).toBeLessThanOrEqual(expiresAtMs);
  });

  test('[EX-4] a deadline beyond a minute is cut to what Kraken takes; an expiry within five seconds is not sent', async () => {
    const h = await ready('spot');
    const far = await created(h, {
      quantity: '0.02',
      price: FAR.buy,
      createBeforeMs: h.clock.wallMs() + 300_000,
    });
    const deadline = Date.parse((far.request.body as Readonly<Record<string, string>>).deadline ?? '');
    expect(deadline).toBeLessThanOrEqual(h.clock.wallMs() + 60_000);
    const before = h.wire.requests.length;
    const short = h.order({ price: FAR.buy, expiresAtMs: h.clock.wallMs() + 3_000 });
    expect(await h.settled(h.broker.submit(short))).toMatchObject({ kind: 'rejected', code: 'UNSUPPORTED_ORDER' });
    expect(h.wire.requests).toHaveLength(before);
  });

  test.each([1_000, 2_000])('[EX-4] a deadline %i ms away is sent as the nearest that Kraken takes', async (ms) => {
    const h = await ready('spot');
    const leftMs = h.clock.wallMs();
    const { order, request } = await created(h, { price: FAR.buy, quantity: '0.02', createBeforeMs: leftMs + ms });
    const { deadline = '' } = request.body as Readonly<Record<string, string>>;
    expect(deadline).toBe(venueTime(h, leftMs + 3_000));
    const there = await h.settled(h.broker.query(order.clientOrderId, order.listing, order.createBeforeMs));
    expect(there).toMatchObject({ kind: 'found', order: { state: 'open' } });
    // Its own deadline still ends its sending.
    const late = h.order({ price: FAR.buy, createBeforeMs: h.clock.wallMs() + 10 });
    expect(await h.settled(h.broker.submit(late))).toMatchObject({ kind: 'rejected', code: 'DEADLINE' });
  });

  test('[EX-4] absence is proven after the deadline that can have been sent, in this life and in the next', async () => {
    const h = await ready('spot');
    const lost = h.order({ createBeforeMs: h.clock.wallMs() + 1_000 });
    const later = await h.other();
    const ask = async () => {
      const asked = [];
      for (const broker of [h.broker, later]) {
        asked.push((await h.settled(broker.query(lost.clientOrderId, lost.listing, lost.createBeforeMs))).kind);
      }
      return asked;
    };
    await h.run(Math.max(0, lost.createBeforeMs + 4_000 - h.clock.wallMs()));
    expect(await ask()).toEqual(['unknown', 'unknown']);
    await h.run(Math.max(0, lost.createBeforeMs + 10_000 - h.clock.wallMs()));
    expect(await ask()).toEqual(['absent', 'absent']);
  });

  test('[EX-9] spot has no mark price: a stop that would watch it is refused, nothing leaves', async () => {
    const h = await ready('spot');
    const before = h.wire.requests.length;
    const order = h.order({ kind: 'stop-loss', side: 'sell', price: '49900', trigger: { price: '50000', by: 'mark' } });
    expect(await h.settled(h.broker.submit(order))).toMatchObject({ kind: 'rejected', code: 'UNSUPPORTED_ORDER' });
    expect(h.wire.requests).toHaveLength(before);
  });

  test('[EX-4] cancels go by the venue’s id, by the client’s where that is not known; a look asks open orders, then ended ones', async () => {
    const h = await ready('spot');
    const { order } = await created(h, { quantity: '0.02', price: FAR.buy });
    const [known] = await sent(h, () => h.broker.cancel(order.clientOrderId, order.listing));
    expect([known?.path, known?.body]).toEqual([
      '/0/private/CancelOrder',
      { nonce: expect.any(String), txid: expect.stringMatching(/^O[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{6}$/) },
    ]);
    const never = h.order();
    const [unknown] = await sent(h, () => h.broker.cancel(never.clientOrderId, never.listing));
    expect(unknown?.body).toEqual({ nonce: expect.any(String), cl_ord_id: never.clientOrderId });
    await h.run(30_000);
    const asked = await sent(h, () => h.broker.query(never.clientOrderId, never.listing, never.createBeforeMs));
    expect(asked.map(({ path, body }) => [path, body])).toEqual([
      ['/0/private/OpenOrders', { nonce: expect.any(String), cl_ord_id: never.clientOrderId }],
      [
        '/0/private/ClosedOrders',
        {
          nonce: expect.any(String),
          cl_ord_id: never.clientOrderId,
          start: expect.stringMatching(/^\d{10}$/),
          without_count: 'true',
        },
      ],
    ]);
  });

  test('[KS-1] [EX-14] cancel-all and the switch', async () => {
    const h = await ready('spot');
    const [all] = await sent(h, () => h.broker.cancelAll(null));
    expect([all?.path, all?.body]).toEqual(['/0/private/CancelAll', { nonce: expect.any(String) }]);
    const [armed] = await sent(h, () => h.broker.deadMan(60, []));
    expect([armed?.path, armed?.body]).toEqual([
      '/0/private/CancelAllOrdersAfter',
      { nonce: expect.any(String), timeout: '60' },
    ]);
    const [off] = await sent(h, () => h.broker.deadMan(null, []));
    expect(off?.body).toEqual({ nonce: expect.any(String), timeout: '0' });
  });

  test('[EX-3] the nonce grows from call to call, also within one millisecond, and calls go one after the other', async () => {
    const h = await ready('spot');
    const before = h.wire.requests.length;
    const answers = await h.settled(
      Promise.all([1, 2, 3, 4].map((n) => h.broker.submit(h.order({ price: String(20_000 + n), quantity: '0.001' })))),
    );
    expect(answers.map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'accepted', 'accepted']);
    const requests = h.wire.requests.slice(before);
    const nonces = requests.map(({ body }) => Number((body as Readonly<Record<string, string>>).nonce));
    expect(nonces).toEqual([...new Set(nonces)].sort((a, b) => a - b));
    // The next leaves when the one before has its answer.
    expect(new Set(requests.map(({ atMs }) => atMs)).size).toBe(requests.length);
  });

  test('[EX-5] executions are asked for one by one, not added up by taker order', async () => {
    const h = await ready('spot');
    const [asked] = await sent(h, () => h.broker.fillsSince(h.clock.wallMs() - 60_000, null));
    expect([asked?.path, asked?.body]).toEqual([
      '/0/private/TradesHistory',
      {
        nonce: expect.any(String),
        start: expect.stringMatching(/^\d{10}$/),
        consolidate_taker: 'false',
        without_count: 'true',
      },
    ]);
  });
});

describe('[EX-1] orders on the wire: Kraken Futures', () => {
  const plain = [
    ['post-only', 'post'],
    ['limit', 'lmt'],
    ['ioc', 'ioc'],
    ['fok', 'fok'],
  ] as const;
  for (const [kind, orderType] of plain) {
    test.each(['buy', 'sell'] as const)(`${kind} %s`, async (side) => {
      const h = await ready('perp');
      const { order, request } = await created(h, { kind, side, quantity: '0.02', price: FAR[side] });
      expect([request.method, request.host, request.path]).toEqual([
        'POST',
        'futures.kraken.com',
        '/derivatives/api/v3/sendorder',
      ]);
      // A time in force would be ignored: the order type alone says that it does not rest.
      expect(request.query).toEqual({
        processBefore: venueTime(h, order.createBeforeMs),
        orderType,
        symbol: 'PF_XBTUSD',
        side,
        size: '0.02',
        limitPrice: FAR[side],
        reduceOnly: 'false',
        cliOrdId: order.clientOrderId,
      });
      expect(request.body).toBeNull();
    });
  }

  const stops = [
    ['stop-loss', 'sell', 'stp', '50000', '49900', 'mark'],
    ['stop-loss', 'buy', 'stp', '400000', '400100', 'last'],
    ['take-profit', 'sell', 'take_profit', '400000', '399900', 'index'],
    ['take-profit', 'buy', 'take_profit', '50000', '50100', 'mark'],
  ] as const;
  test.each(stops)(
    '[EX-9] [EX-10] %s %s: with its bound, what it watches, reduce-only',
    async (kind, side, orderType, stopPrice, limitPrice, by) => {
      const h = await ready('perp');
      if (side === 'sell') await bought(h);
      const { order, request } = await created(h, {
        kind,
        side,
        purpose: 'flatten',
        quantity: '0.02',
        price: limitPrice,
        trigger: { price: stopPrice, by },
        ...(side === 'sell' ? { reduceOnly: true } : {}),
      });
      expect(request.query).toEqual({
        processBefore: venueTime(h, order.createBeforeMs),
        orderType,
        symbol: 'PF_XBTUSD',
        side,
        size: '0.02',
        limitPrice,
        stopPrice,
        triggerSignal: by,
        reduceOnly: side === 'sell' ? 'true' : 'false',
        cliOrdId: order.clientOrderId,
      });
    },
  );

  test('[EX-7] the end of an order that does not rest is asked for once, by its id', async () => {
    const h = await ready('perp');
    const { order } = await created(h, { kind: 'ioc', price: h.through('buy'), quantity: '0.02' });
    await h.run(1_000);
    const asked = h.wire.requests.filter(({ path }) => path === '/derivatives/api/v3/orders/status');
    expect(asked.map(({ query }) => query)).toEqual([{ orderIds: expect.any(String) }]);
    expect(h.statesOf(order.clientOrderId)).toContain('filled');
  });

  test('[EX-4] cancels by either id, cancel-all of one instrument, the switch', async () => {
    const h = await ready('perp');
    const { order } = await created(h, { quantity: '0.02', price: FAR.buy });
    const [known] = await sent(h, () => h.broker.cancel(order.clientOrderId, order.listing));
    expect([known?.path, known?.query]).toEqual([
      '/derivatives/api/v3/cancelorder',
      { order_id: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    ]);
    const never = h.order();
    const [unknown] = await sent(h, () => h.broker.cancel(never.clientOrderId, never.listing));
    expect(unknown?.query).toEqual({ cliOrdId: never.clientOrderId });
    const [all] = await sent(h, () => h.broker.cancelAll(null));
    expect([all?.path, all?.query]).toEqual(['/derivatives/api/v3/cancelallorders', {}]);
    const [one] = await sent(h, () => h.broker.cancelAll(h.listing.id));
    expect(one?.query).toEqual({ symbol: 'PF_XBTUSD' });
    const [armed] = await sent(h, () => h.broker.deadMan(60, []));
    expect([armed?.path, armed?.query]).toEqual(['/derivatives/api/v3/cancelallordersafter', { timeout: '60' }]);
  });

  test('[EX-4] a look asks for the status, the open orders, then the history of orders and triggers', async () => {
    const h = await ready('perp');
    const never = h.order();
    await h.run(30_000);
    const asked = await sent(h, () => h.broker.query(never.clientOrderId, never.listing, never.createBeforeMs));
    const since = expect.stringMatching(/^\d{13}$/);
    expect(asked.map(({ method, path, query }) => [method, path, query])).toEqual([
      ['GET', '/derivatives/api/v3/orders/status', { cliOrdIds: never.clientOrderId }],
      ['GET', '/derivatives/api/v3/openorders', {}],
      ['GET', '/api/history/v3/orders', { since, sort: 'asc' }],
      ['GET', '/api/history/v3/triggers', { since, sort: 'asc' }],
    ]);
  });

  test('[AC-2] a leverage is set and read back', async () => {
    const h = await ready('perp');
    const requests = await sent(h, () => h.broker.setLeverage(h.listing.id, '3'));
    expect(requests.map(({ method, path, query }) => [method, path, query])).toEqual([
      ['PUT', '/derivatives/api/v3/leveragepreferences', { symbol: 'PF_XBTUSD', maxLeverage: '3' }],
      ['GET', '/derivatives/api/v3/leveragepreferences', {}],
    ]);
  });
});
