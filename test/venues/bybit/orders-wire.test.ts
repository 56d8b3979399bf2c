import { afterEach, describe, expect, test } from 'vitest';
import type { Journaled } from '#engine/ports';
import { BrokerHarness } from '#support/broker-harness';
import type { Captured } from '#support/wire-capture';

let harness: BrokerHarness | undefined;
afterEach(async () => {
  await harness?.close();
  harness = undefined;
});

async function ready(product: 'spot' | 'perp'): Promise<BrokerHarness> {
  const instrument = product === 'spot' ? 'BTC-USDT' : 'BTC-USDT-PERP';
  harness = new BrokerHarness({ feed: `bybit:${product}`, instrument });
  const state = await harness.start();
  expect(state.kind, state.reason).toBe('ready');
  return harness;
}

/** What an act sent. */
async function sent(h: BrokerHarness, act: () => Promise<unknown>): Promise<readonly Captured[]> {
  const before = h.wire.requests.length;
  await h.settled(act());
  return h.wire.requests.slice(before);
}

const create = async (h: BrokerHarness, order: Journaled) => {
  const [request, ...others] = await sent(h, () => h.broker.submit(order));
  expect(others).toEqual([]);
  if (request === undefined) throw new Error('nothing was sent');
  return request;
};

/** https://bybit-exchange.github.io/docs/v5/order/create-order: the fields of an order, as literals. */
const SPOT = { category: 'spot', symbol: 'BTCUSDT', orderType: 'Limit', isLeverage: 0, smpType: 'CancelTaker' };
const LINEAR = { category: 'linear', symbol: 'BTCUSDT', orderType: 'Limit', positionIdx: 0, smpType: 'CancelTaker' };

describe('bybit spot on the wire', () => {
  for (const [kind, timeInForce] of [
    ['post-only', 'PostOnly'],
    ['ioc', 'IOC'],
    ['limit', 'GTC'],
    ['fok', 'FOK'],
  ] as const) {
    for (const [side, word] of [
      ['buy', 'Buy'],
      ['sell', 'Sell'],
    ] as const) {
      test(`[EX-1] ${kind} ${side}`, async () => {
        const h = await ready('spot');
        const order = h.order({ kind, side });
        const { method, host, path, query, body } = await create(h, order);
        expect([method, host, path]).toEqual(['POST', 'api.bybit.com', '/v5/order/create']);
        expect(query).toEqual({});
        expect(body).toEqual({
          ...SPOT,
          side: word,
          timeInForce,
          qty: order.quantity,
          price: order.price,
          orderLinkId: order.clientOrderId,
        });
      });
    }
  }

  test('[EX-4] the receive window of a create ends with its deadline; no partner is named', async () => {
    const h = await ready('spot');
    const { request } = await create(h, h.order({ createBeforeMs: h.clock.wallMs() + 1_700 }));
    expect(request.headers['X-BAPI-RECV-WINDOW']).toBe('1700');
    expect(request.headers['X-BAPI-TIMESTAMP']).toMatch(/^\d{13}$/);
    expect(Object.keys(request.headers).map((name) => name.toLowerCase())).not.toContain('referer');
  });

  test('[EX-4] cancel by the venue’s id, by ours while that is not known', async () => {
    const h = await ready('spot');
    const order = h.order();
    const answer = await create(h, order);
    const { orderId } = JSON.parse(answer.answer?.body ?? '').result;
    const [known] = await sent(h, () => h.broker.cancel(order.clientOrderId, order.listing));
    expect([known?.method, known?.path]).toEqual(['POST', '/v5/order/cancel']);
    expect(known?.body).toEqual({ category: 'spot', symbol: 'BTCUSDT', orderId });
    const [unknown] = await sent(h, () => h.broker.cancel('x00000000000000zzz', order.listing));
    expect(unknown?.body).toEqual({ category: 'spot', symbol: 'BTCUSDT', orderLinkId: 'x00000000000000zzz' });
  });

  test('[EX-4] a question by our id: open, ended lately, history, in this order', async () => {
    const h = await ready('spot');
    const asked = await sent(h, () => h.broker.query('x00000000000000zzz', h.listing.id, h.clock.wallMs()));
    const by = { category: 'spot', symbol: 'BTCUSDT', orderLinkId: 'x00000000000000zzz' };
    expect(asked.map(({ method, path, query }) => [method, path, query])).toEqual([
      ['GET', '/v5/order/realtime', { ...by, openOnly: '0' }],
      ['GET', '/v5/order/realtime', { ...by, openOnly: '1' }],
      ['GET', '/v5/order/history', by],
    ]);
  });

  test('[EX-4] an order from long ago is looked for in every week since; beyond the history nothing is proven', async () => {
    const h = await ready('spot');
    const days = 86_400_000;
    const asked = await sent(h, () => h.broker.query('x00000000000000zzz', h.listing.id, h.clock.wallMs() - 16 * days));
    const windows = asked.slice(2).map(({ path, query }) => [path, Number(query.startTime), Number(query.endTime)]);
    expect(windows[0]).toEqual(['/v5/order/history', Number.NaN, Number.NaN]);
    const weeks = windows.slice(1) as [string, number, number][];
    expect(weeks).toHaveLength(3);
    expect(weeks[0]?.[1]).toBeLessThan(h.clock.wallMs() - 16 * days - 120_000);
    expect(weeks.at(-1)?.[2]).toBeGreaterThan(h.clock.wallMs());
    for (const [index, [, from, to]] of weeks.entries()) {
      expect(to - from).toBeLessThanOrEqual(7 * days);
      if (index > 0) expect(from).toBeLessThanOrEqual(weeks[index - 1]?.[2] ?? 0);
    }
    const beyond = await h.settled(h.broker.query('x00000000000000zzz', h.listing.id, h.clock.wallMs() - 800 * days));
    expect(beyond.kind).toBe('unknown');
  });

  test('[KS-1] cancel-all of the feed and of one instrument', async () => {
    const h = await ready('spot');
    const [all] = await sent(h, () => h.broker.cancelAll(null));
    const [one] = await sent(h, () => h.broker.cancelAll(h.listing.id));
    expect([all?.path, all?.body]).toEqual(['/v5/order/cancel-all', { category: 'spot' }]);
    expect([one?.path, one?.body]).toEqual(['/v5/order/cancel-all', { category: 'spot', symbol: 'BTCUSDT' }]);
  });
});

describe('bybit linear on the wire', () => {
  for (const reduceOnly of [false, true]) {
    test(`[EX-10] ioc, reduce-only ${reduceOnly}`, async () => {
      const h = await ready('perp');
      const order = h.order({ kind: 'ioc', side: 'sell', ...(reduceOnly ? { reduceOnly } : {}) });
      const { body } = await create(h, order);
      expect(body).toEqual({
        ...LINEAR,
        side: 'Sell',
        timeInForce: 'IOC',
        qty: order.quantity,
        price: order.price,
        orderLinkId: order.clientOrderId,
        reduceOnly,
      });
    });
  }

  /** 1: the price must rise to the trigger, 2: it must fall. */
  for (const [kind, side, direction] of [
    ['stop-loss', 'sell', 2],
    ['stop-loss', 'buy', 1],
    ['take-profit', 'sell', 1],
    ['take-profit', 'buy', 2],
  ] as const) {
    for (const [by, word] of [
      ['last', 'LastPrice'],
      ['mark', 'MarkPrice'],
      ['index', 'IndexPrice'],
    ] as const) {
      test(`[EX-9] ${kind} ${side} on the ${by} price states its direction and what it watches`, async () => {
        const h = await ready('perp');
        const price = direction === 2 ? h.away('buy', '0.005') : h.away('sell', '0.005');
        const order = h.order({ kind, side, price, trigger: { price, by }, reduceOnly: true, purpose: 'flatten' });
        const { body } = await create(h, order);
        expect(body).toEqual({
          ...LINEAR,
          // [EX-7] What reduces risk is held up by nothing of ours that rests.
          smpType: 'CancelMaker',
          side: side === 'buy' ? 'Buy' : 'Sell',
          timeInForce: 'GTC',
          qty: order.quantity,
          price,
          orderLinkId: order.clientOrderId,
          reduceOnly: true,
          triggerPrice: price,
          triggerBy: word,
          triggerDirection: direction,
        });
      });
    }
  }

  test('[AC-2] leverage is set both ways and read back', async () => {
    const h = await ready('perp');
    const [set, read] = await sent(h, () => h.broker.setLeverage(h.listing.id, '3'));
    expect([set?.path, set?.body]).toEqual([
      '/v5/position/set-leverage',
      { category: 'linear', symbol: 'BTCUSDT', buyLeverage: '3', sellLeverage: '3' },
    ]);
    expect([read?.path, read?.query]).toEqual(['/v5/position/list', { category: 'linear', symbol: 'BTCUSDT' }]);
  });

  test('[EX-12] open orders and cancel-all go by what contracts settle in', async () => {
    const h = await ready('perp');
    const asked = await sent(h, () => h.broker.openOrders());
    expect(asked.map(({ query }) => query.settleCoin)).toEqual(['USDT', 'USDC']);
    const gone = await sent(h, () => h.broker.cancelAll(null));
    expect(gone.map(({ body }) => body)).toEqual([
      { category: 'linear', settleCoin: 'USDT' },
      { category: 'linear', settleCoin: 'USDC' },
    ]);
  });
});

test('[EX-5] the private stream logs in as documented and hears of orders, executions and money', async () => {
  const h = await ready('spot');
  const [login, subscription] = h.wire.frames.map((text): unknown => JSON.parse(text));
  expect(login).toEqual({
    op: 'auth',
    args: [h.credentials.apiKey, expect.any(Number), expect.stringMatching(/^[0-9a-f]{64}$/)],
  });
  expect(subscription).toEqual({ op: 'subscribe', args: ['order.spot', 'execution.spot', 'wallet'] });
});
