import { afterEach, describe, expect, test } from 'vitest';
import { wholeHistory } from '#main/venues/binance/orders/history';
import { SPOT_NAMES } from '#main/venues/binance/orders/names';
import { BINANCE_PERP_ORDERS } from '#main/venues/binance/orders/perp-protocol';
import { BINANCE_SPOT_ORDERS } from '#main/venues/binance/orders/spot-protocol';
import type { Answer, OrderProtocol, SignedCall } from '#main/venues/orders/adapter';
import type { KeyCheck, KeyFinding } from '#shared/domain/account';
import type { Listing } from '#shared/domain/listing';
import type { OrderIntent } from '#shared/domain/order';
import { SeededRandom } from '#shared/kernel/random';
import { err, ok } from '#shared/kernel/result';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { decimal, wire } from '#shared/money/decimal';
import { BrokerHarness } from '#support/broker-harness';

let harness: BrokerHarness | undefined;
afterEach(async () => {
  await harness?.close();
  harness = undefined;
});

async function ready(feed: 'binance:spot' | 'binance:perp'): Promise<BrokerHarness> {
  const h = new BrokerHarness({ feed, instrument: feed === 'binance:spot' ? 'BTC-USDT' : 'BTC-USDT-PERP' });
  harness = h;
  expect((await h.start()).kind).toBe('ready');
  return h;
}

describe('Binance: absence', () => {
  for (const [feed, places] of [
    ['binance:spot', ['/api/v3/order', '/api/v3/orderList', '/api/v3/openOrders', '/api/v3/allOrders']],
    [
      'binance:perp',
      [
        '/fapi/v1/order',
        '/fapi/v1/algoOrder',
        '/fapi/v1/openOrders',
        '/fapi/v1/openAlgoOrders',
        '/fapi/v1/allOrders',
        '/fapi/v1/allAlgoOrders',
      ],
    ],
  ] as const) {
    test(`[EX-4] ${feed}: an order is absent once every place where it could be was asked and its deadline is over`, async () => {
      const h = await ready(feed);
      const never = h.order();
      const early = await h.settled(h.broker.query(never.clientOrderId, never.listing, never.createBeforeMs));
      expect(early.kind).toBe('unknown');
      await h.run(10_000);
      h.wire.requests.length = 0;
      const late = await h.settled(h.broker.query(never.clientOrderId, never.listing, never.createBeforeMs));
      expect(late).toEqual({ kind: 'absent' });
      expect(h.wire.requests.map(({ path }) => path)).toEqual(places);
    });

    for (const place of places) {
      test(`[EX-4] ${feed}: while ${place} cannot be read nothing is proven`, async () => {
        const h = await ready(feed);
        const never = h.order();
        await h.run(10_000);
        h.wire.answers = ({ path }, answer) =>
          path === place ? { ...answer, status: 502, body: '<html></html>' } : answer;
        const asked = await h.settled(h.broker.query(never.clientOrderId, never.listing, never.createBeforeMs));
        expect(asked.kind).toBe('unknown');
      });
    }
  }

  test('[EX-4] what lies further back than the venue’s history is not absent for being forgotten', async () => {
    const h = await ready('binance:perp');
    const never = h.order({ createBeforeMs: h.clock.wallMs() - 4 * 86_400_000 });
    const asked = await h.settled(h.broker.query(never.clientOrderId, never.listing, never.createBeforeMs));
    expect(asked).toEqual({ kind: 'unknown', message: 'Binance tells of ended orders for 3 days only' });
  });

  test('[EX-4] an answer in another shape proves nothing either', async () => {
    const h = await ready('binance:spot');
    const never = h.order();
    await h.run(10_000);
    h.wire.answers = ({ path }, answer) =>
      path === '/api/v3/allOrders' ? { ...answer, body: '[{"symbol":"BTCUSDT"}]' } : answer;
    const asked = await h.settled(h.broker.query(never.clientOrderId, never.listing, never.createBeforeMs));
    expect(asked).toMatchObject({ kind: 'unknown', message: expect.stringContaining('UNREADABLE') });
  });
});

describe('Binance: history', () => {
  interface Row {
    readonly id: string;
    readonly atMs: number;
  }
  const DAY_MS = 86_400_000;

  /** A venue that holds `rows` and answers 1000 at a time, never more than a day at once. */
  function venue(rows: readonly Row[]) {
    const asked: Readonly<Record<string, string | number>>[] = [];
    const ask = (page: Readonly<Record<string, string | number>>): Promise<Answer<readonly Row[]>> => {
      asked.push(page);
      const { startTime, endTime, fromId } = page;
      if (startTime !== undefined && Number(endTime) - Number(startTime) > DAY_MS) throw new Error('too wide');
      const found = rows.filter(
        ({ id, atMs }) =>
          (fromId === undefined || BigInt(id) >= BigInt(fromId)) &&
          (startTime === undefined || (atMs >= Number(startTime) && atMs <= Number(endTime))),
      );
      return Promise.resolve(ok(found.slice(0, 1000)));
    };
    return { asked, ask };
  }
  const rowsOf = (count: number, everyMs: number): readonly Row[] =>
    Array.from({ length: count }, (_, index) => ({
      id: String(9_007_199_254_740_993n + BigInt(index * 3)),
      atMs: index * everyMs,
    }));
  const all = (rows: readonly Row[], sinceMs: number, nowMs: number) => {
    const { ask, asked } = venue(rows);
    const terms = { windowMs: DAY_MS, from: 'fromId', idOf: ({ id }: Row) => id, ask } as const;
    return wholeHistory<Row>(sinceMs, nowMs, terms).then((read) => ({ read, asked }));
  };

  test('[EX-5] everything of a busy day, page by page, though numbers are beyond what a double holds', async () => {
    const rows = rowsOf(4_321, 10_000);
    const { read, asked } = await all(rows, 0, DAY_MS);
    expect(read).toEqual(ok(rows));
    expect(asked).toHaveLength(5);
  });

  test('[EX-5] everything of many quiet days, window by window, none of them twice', async () => {
    const rows = rowsOf(40, DAY_MS / 4);
    const { read, asked } = await all(rows, 0, 10 * DAY_MS);
    expect(read).toEqual(ok(rows));
    expect(asked.every(({ startTime }) => startTime !== undefined)).toBe(true);
  });

  test('[EX-5] a page that fails fails the whole', async () => {
    const failure = { kind: 'transient', code: 'NO_ANSWER', message: '', retryAtMonoMs: null } as const;
    let page = 0;
    const read = await wholeHistory<Row>(0, DAY_MS, {
      windowMs: DAY_MS,
      from: 'fromId',
      idOf: ({ id }) => id,
      ask: () => {
        page += 1;
        return Promise.resolve(page === 1 ? ok(rowsOf(1000, 1)) : err(failure));
      },
    });
    expect(read).toEqual(err(failure));
  });
});

describe('Binance: whose executions are asked for in a large catalogue', () => {
  const symbols = Array.from({ length: 80 }, (_, index) => `C${index}USDT`);
  for (const protocol of [BINANCE_SPOT_ORDERS, BINANCE_PERP_ORDERS]) {
    const { feed } = protocol;
    const listings = symbols.map((symbol) => ({ symbol, id: `${feed}|${symbol}` }) as Listing);

    test(`[EX-5] ${feed}: of every instrument that orders were ever given on, in this life or an earlier one, and of what is open`, async () => {
      const asked: string[] = [];
      const unused = () => {
        throw new Error('not asked for');
      };
      const adapter = protocol.create({
        credentials: { apiKey: 'k', secret: 's' },
        entity: 'global',
        caller: {
          nonce: unused,
          call: ({ endpoint, params }: SignedCall) => {
            if (endpoint === 'fills') asked.push(String((params as Record<string, unknown>).symbol));
            if (endpoint !== 'open-orders') return Promise.resolve(ok([]));
            const row = { symbol: 'C7USDT', orderId: '1', orderListId: '-1', clientOrderId: 'person', price: '1' };
            const more = { origQty: '1', executedQty: '0', status: 'NEW', timeInForce: 'GTC', side: 'BUY' };
            return Promise.resolve(ok([{ ...row, ...more, updateTime: '1' }]));
          },
        },
        transport: { openSocket: unused, request: unused },
        clock: new VirtualClock(Date.UTC(2026, 9, 9)),
        random: new SeededRandom(1),
        listing: (id) => listings.find((one) => one.id === id),
        bySymbol: (symbol) => listings.find((one) => one.symbol === symbol),
        listings: () => listings,
        traded: () => [listings[3]?.id, listings[5]?.id].filter((id) => id !== undefined),
        skewMs: () => 0,
        hide: unused,
      });
      const [, , , earlier, now] = listings;
      if (earlier === undefined || now === undefined) throw new Error('no listings');
      expect((await adapter.fills(0, null)).ok).toBe(true);
      expect(new Set(asked)).toEqual(new Set(['C3USDT', 'C5USDT']));
      await adapter.openOrders();
      const order = { clientOrderId: 'x1', quantity: '1', price: '1', side: 'buy', kind: 'ioc', purpose: 'hedge' };
      // Whatever becomes of it: it may execute.
      await adapter.create({ ...order, createBeforeMs: 1, expiresAtMs: null } as OrderIntent, now);
      asked.length = 0;
      await adapter.fills(0, null);
      expect(new Set(asked)).toEqual(new Set(['C3USDT', 'C5USDT', 'C7USDT', 'C4USDT']));
      asked.length = 0;
      await adapter.fills(0, earlier);
      expect(new Set(asked)).toEqual(new Set(['C3USDT']));
    });
  }
});

describe('Binance: residents', () => {
  test('[EX-9] one half of an OCO executes: the order is filled, its executions are told, nothing of it stays', async () => {
    const h = await ready('binance:spot');
    const long = h.order({ kind: 'ioc', price: h.through('buy'), quantity: h.quantity(4) });
    await h.settled(h.broker.submit(long));
    await h.until('bought', () => h.filledOf(long.clientOrderId) === long.quantity);
    const tick = decimal(h.listing.priceTick);
    const trigger = h.away('buy', '0.0003');
    const lot = decimal(h.listing.lotStep);
    const order = h.order({
      kind: 'oco',
      side: 'sell',
      purpose: 'flatten',
      quantity: wire(decimal(long.quantity).times('0.9').div(lot).round(0, 0).times(lot)),
      price: wire(decimal(trigger).minus(tick.times('20'))),
      trigger: { price: trigger, by: 'last' },
      takeProfitPrice: h.away('sell', '0.0003'),
    });
    const made = await h.settled(h.broker.submit(order));
    expect(made).toMatchObject({ kind: 'accepted', venueOrderId: expect.stringMatching(/^list-\d+$/) });
    await h.until('whole', () => h.filledOf(order.clientOrderId) === order.quantity, 3_600_000);
    await h.run(1_000);
    const truth = await h.settled(h.broker.query(order.clientOrderId, order.listing, order.createBeforeMs));
    expect(truth).toMatchObject({ kind: 'found', order: { state: 'filled', filled: order.quantity } });
    expect(h.statesOf(order.clientOrderId).at(-1)).toBe('filled');
    const open = await h.settled(h.broker.openOrders());
    expect(open).toEqual(ok([]));
  });

  test('[EX-9] a stop that was triggered and rests in the engine is cancelled there', async () => {
    const h = await ready('binance:perp');
    const long = h.order({ kind: 'ioc', price: h.through('buy', '0.02'), quantity: h.quantity(800) });
    await h.settled(h.broker.submit(long));
    await h.until('bought', () => h.filledOf(long.clientOrderId) === long.quantity);
    // Its bound lies so near to its trigger that it gets a part and rests with what is left.
    h.fault('partial-fills');
    const trigger = h.away('buy', '0.0003');
    const order = h.order({
      kind: 'stop-loss',
      side: 'sell',
      purpose: 'flatten',
      reduceOnly: true,
      quantity: long.quantity,
      price: trigger,
      trigger: { price: trigger, by: 'last' },
    });
    expect(await h.settled(h.broker.submit(order))).toMatchObject({ kind: 'accepted' });
    const there = h.account.orderByClientId(order.clientOrderId);
    if (there === undefined) throw new Error('not at the venue');
    await h.until('triggered', () => there.triggered, 3_600_000);
    expect(there.state).toBe('open');
    expect(await h.settled(h.broker.cancel(order.clientOrderId, order.listing))).toBe('cancelled');
    expect(h.wire.written().at(-1)).toMatchObject({ path: '/fapi/v1/order', query: { orderId: String(there.number) } });
    await h.run(1_000);
    const truth = await h.settled(h.broker.query(order.clientOrderId, order.listing, order.createBeforeMs));
    expect(truth).toMatchObject({ kind: 'found', order: { state: there.state } });
    expect(await h.settled(h.broker.cancel(order.clientOrderId, order.listing))).toBe('gone');
  });
});

describe('Binance: keys', () => {
  const GOOD = {
    sapiGetAccountApiRestrictions: {
      ipRestrict: true,
      enableReading: true,
      enableWithdrawals: false,
      enableSpotAndMarginTrading: true,
      enableFutures: true,
    },
    privateGetAccount: { canTrade: true, accountType: 'SPOT', balances: [] },
    fapiPrivateGetAccountConfig: { canTrade: true, dualSidePosition: false, multiAssetsMargin: false },
    fapiPrivateGetSymbolConfig: [{ symbol: 'BTCUSDT', marginType: 'CROSSED', leverage: '20' }],
  } as const;
  type Method = keyof typeof GOOD;
  const NOW_MS = Date.UTC(2026, 9, 9);

  async function findings(
    protocol: OrderProtocol,
    changes: Partial<Record<Method, unknown>>,
    failure: string | null = null,
    skewMs = 0,
  ): Promise<readonly KeyFinding[]> {
    const unused = () => {
      throw new Error('not asked for');
    };
    const listing = { symbol: 'BTCUSDT' };
    const adapter = protocol.create({
      credentials: { apiKey: 'k', secret: 's' },
      entity: 'global',
      caller: {
        nonce: unused,
        call: ({ method }: SignedCall) => {
          if (failure !== null) {
            const kind = failure === 'NO_ANSWER' ? 'transient' : 'authentication';
            return Promise.resolve(err({ kind, code: failure, message: 'the venue’s words', retryAtMonoMs: null }));
          }
          const answer = { ...GOOD, ...changes }[method as Method];
          if (answer === undefined) throw new Error(`not expected: ${method}`);
          return Promise.resolve(ok(answer));
        },
      },
      transport: { openSocket: unused, request: unused },
      clock: new VirtualClock(NOW_MS),
      random: new SeededRandom(1),
      listing: unused,
      bySymbol: (symbol) => (symbol === 'BTCUSDT' ? (listing as never) : undefined),
      listings: unused,
      skewMs: () => skewMs,
      hide: unused,
    });
    return adapter.findings();
  }
  const statuses = (found: readonly KeyFinding[]) =>
    Object.fromEntries(found.map(({ check, status }) => [check, status]));
  const unfit = (found: readonly KeyFinding[]) =>
    found.filter(({ status }) => status === 'fail' || status === 'unknown');

  for (const protocol of [BINANCE_SPOT_ORDERS, BINANCE_PERP_ORDERS]) {
    test(`[AC-1] [AC-2] ${protocol.feed}: a good key and account pass everything`, async () => {
      const found = await findings(protocol, {});
      expect(unfit(found)).toEqual([]);
      expect(new Set(found.map(({ check }) => check)).size).toBe(15);
    });

    for (const [code, check, status] of [
      ['-2008', 'environment', 'fail'],
      ['-2014', 'signature', 'fail'],
      ['-1022', 'signature', 'fail'],
      ['-2015', 'ip', 'fail'],
      ['-1021', 'clock', 'fail'],
      ['REGION', 'region', 'fail'],
      ['NO_ANSWER', 'signature', 'unknown'],
    ] as const) {
      test(`[AC-1] ${protocol.feed}: ${code} is a matter of ${check}, with a remedy`, async () => {
        const [first] = unfit(await findings(protocol, {}, code));
        expect(first).toMatchObject({ check, status });
        expect(first?.remedy).not.toBe('');
      });
    }

    const restrictions = GOOD.sapiGetAccountApiRestrictions;
    const trade = protocol === BINANCE_SPOT_ORDERS ? 'enableSpotAndMarginTrading' : 'enableFutures';
    for (const [what, changes, check] of [
      ['can withdraw', { enableWithdrawals: true }, 'withdrawal'],
      ['may not trade', { [trade]: false }, 'trade'],
      ['may not read', { enableReading: false }, 'read'],
      ['has run out', { tradingAuthorityExpirationTime: String(NOW_MS - 1) }, 'expiry'],
    ] as const satisfies readonly (readonly [string, object, KeyCheck])[]) {
      test(`[AC-1] ${protocol.feed}: a key that ${what} is refused`, async () => {
        const found = await findings(protocol, { sapiGetAccountApiRestrictions: { ...restrictions, ...changes } });
        expect(unfit(found)).toMatchObject([{ check, status: 'fail' }]);
      });
    }

    test(`[MD-6] ${protocol.feed}: clocks that differ by more than the signing window`, async () => {
      expect(statuses(await findings(protocol, {}, null, 5_001)).clock).toBe('fail');
      expect(statuses(await findings(protocol, {}, null, -4_999)).clock).toBe('pass');
    });
  }

  for (const [what, changes, check] of [
    [
      'hedge mode',
      { fapiPrivateGetAccountConfig: { ...GOOD.fapiPrivateGetAccountConfig, dualSidePosition: true } },
      'position-mode',
    ],
    [
      'multi-assets mode',
      { fapiPrivateGetAccountConfig: { ...GOOD.fapiPrivateGetAccountConfig, multiAssetsMargin: true } },
      'auto-borrow',
    ],
    [
      'isolated margin',
      { fapiPrivateGetSymbolConfig: [{ symbol: 'BTCUSDT', marginType: 'ISOLATED', leverage: '20' }] },
      'margin-mode',
    ],
    [
      'disabled trading',
      { fapiPrivateGetAccountConfig: { ...GOOD.fapiPrivateGetAccountConfig, canTrade: false } },
      'account',
    ],
  ] as const satisfies readonly (readonly [string, object, KeyCheck])[]) {
    test(`[AC-2] USDⓈ-M: ${what} is refused with a remedy`, async () => {
      const found = unfit(await findings(BINANCE_PERP_ORDERS, changes));
      expect(found).toMatchObject([{ check, status: 'fail' }]);
      expect(found[0]?.remedy).not.toBe('');
    });
  }

  test('[AC-2] contracts that are not traded here may stand as they like', async () => {
    const other = { symbol: 'DOGEUSDT', marginType: 'ISOLATED', leverage: '75' };
    const found = await findings(BINANCE_PERP_ORDERS, {
      fapiPrivateGetSymbolConfig: [...GOOD.fapiPrivateGetSymbolConfig, other],
    });
    expect(unfit(found)).toEqual([]);
  });

  test('[FCL] modes that cannot be read are unknown, not good', async () => {
    const found = await findings(BINANCE_PERP_ORDERS, { fapiPrivateGetAccountConfig: { canTrade: true } });
    expect(unfit(found).map(({ check }) => check)).toEqual(
      expect.arrayContaining(['position-mode', 'margin-mode', 'auto-borrow']),
    );
  });
});

describe('Binance: names', () => {
  test('[EX-2] a name of ours leaves room for both halves of an OCO, and cannot be taken for one', () => {
    const pattern = new RegExp(SPOT_NAMES.pattern);
    expect(pattern.test('x00000000000000001')).toBe(true);
    expect(SPOT_NAMES.maxLength + '_sl'.length).toBeLessThanOrEqual(36);
    expect(pattern.test('x1_sl')).toBe(false);
  });
});
