import { afterEach, describe, expect, test } from 'vitest';
import type { Journaled } from '#engine/ports';
import type { OrderIntent } from '#shared/domain/order';
import { decimal, wire } from '#shared/money/decimal';
import { BrokerHarness } from '#support/broker-harness';

type Product = 'spot' | 'perp';

let rig: BrokerHarness | undefined;
afterEach(async () => {
  await rig?.close();
  rig = undefined;
});

async function ready(product: Product): Promise<BrokerHarness> {
  rig = new BrokerHarness({
    feed: product === 'spot' ? 'okx:spot' : 'okx:perp',
    instrument: product === 'spot' ? 'BTC-USDT' : 'BTC-USDT-PERP',
  });
  const state = await rig.start();
  if (state.kind !== 'ready') throw new Error(state.reason);
  return rig;
}

/** What one call put on the wire. */
async function sent(h: BrokerHarness, act: () => Promise<unknown>) {
  const before = h.wire.requests.length;
  const outcome = await h.settled(act());
  return { outcome, requests: h.wire.requests.slice(before) };
}

const created = async (h: BrokerHarness, changes: Partial<OrderIntent>) => {
  const order = h.order(changes);
  const { outcome, requests } = await sent(h, () => h.broker.submit(order));
  expect(requests).toHaveLength(1);
  const [only] = requests;
  return { order, outcome, request: only };
};

const INST: Readonly<Record<Product, string>> = { spot: 'BTC-USDT', perp: 'BTC-USDT-SWAP' };
/** Trade mode: spot never on margin, swaps with cross margin in net mode. */
const MODE: Readonly<Record<Product, object>> = { spot: { tdMode: 'cash' }, perp: { tdMode: 'cross', posSide: 'net' } };
/** A contract of BTC is 0.01 BTC. */
const sizeOf = (product: Product, quantity: string): string =>
  product === 'spot' ? quantity : wire(decimal(quantity).div(decimal('0.01')));

describe.each(['spot', 'perp'] as const)('[EX-1] orders on the wire: OKX %s', (product) => {
  const kinds = [
    ['post-only', 'post_only'],
    ['limit', 'limit'],
    ['ioc', 'ioc'],
    ['fok', 'fok'],
  ] as const;
  for (const [kind, ordType] of kinds) {
    test.each(['buy', 'sell'] as const)(`${kind} %s`, async (side) => {
      const h = await ready(product);
      const { order, outcome, request } = await created(h, { kind, side, quantity: '0.02' });
      expect(outcome).toMatchObject({ kind: 'accepted' });
      expect([request?.method, request?.host, request?.path]).toEqual(['POST', 'www.okx.com', '/api/v5/trade/order']);
      expect(request?.body).toEqual({
        instId: INST[product],
        ...MODE[product],
        side,
        sz: product === 'spot' ? '0.02' : '2',
        clOrdId: order.clientOrderId,
        ordType,
        px: order.price,
        stpMode: 'cancel_taker',
        // [EX-14] What rests carries the mark that the dead-man goes by.
        ...(kind === 'limit' || kind === 'post-only' ? { tag: `crossbook${product}` } : {}),
      });
    });
  }

  test('[AC-2] [EX-7] what reduces risk is held up by nothing of ours that rests', async () => {
    const h = await ready(product);
    const { request } = await created(h, { kind: 'ioc', purpose: 'hedge', price: h.through('buy') });
    expect(request?.body).toMatchObject({ stpMode: 'cancel_maker' });
  });

  test('[EX-4] the deadline goes along as a header, by the venue’s clock; the signature covers the body as sent', async () => {
    const h = await ready(product);
    const { order, request } = await created(h, {});
    const headers = request?.request.headers ?? {};
    const skew = h.sink.skews.at(-1)?.skewMs ?? 0;
    expect(headers.expTime).toBe(String(Math.floor(order.createBeforeMs + skew)));
    expect(headers['OK-ACCESS-TIMESTAMP']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(Object.keys(headers).map((name) => name.toLowerCase())).not.toContain('x-simulated-trading');
    // No partner's tag, ours alone.
    expect(request?.body).toMatchObject({ tag: `crossbook${product}` });
  });

  test('[EX-9] a stop and a target wait beside the orders, as limit orders with their own name', async () => {
    const h = await ready(product);
    const by = product === 'spot' ? 'last' : 'mark';
    const more = product === 'perp' ? { reduceOnly: true } : {};
    if (product === 'perp') await bought(h);
    const stopAt = h.away('buy', '0.01');
    const stop = await created(h, {
      side: 'sell',
      kind: 'stop-loss',
      purpose: 'flatten',
      quantity: '0.01',
      price: h.away('buy', '0.012'),
      trigger: { price: stopAt, by },
      ...more,
    });
    expect(stop.outcome).toMatchObject({ kind: 'accepted' });
    expect(stop.request?.path).toBe('/api/v5/trade/order-algo');
    expect(stop.request?.request.headers.expTime).toBeUndefined();
    expect(stop.request?.body).toEqual({
      instId: INST[product],
      ...MODE[product],
      side: 'sell',
      sz: sizeOf(product, '0.01'),
      ...more,
      algoClOrdId: stop.order.clientOrderId,
      ordType: 'conditional',
      slTriggerPx: stopAt,
      slTriggerPxType: by,
      slOrdPx: stop.order.price,
    });
    const targetAt = h.away('sell', '0.01');
    const target = await created(h, {
      side: 'sell',
      kind: 'take-profit',
      purpose: 'flatten',
      quantity: '0.01',
      price: h.away('sell', '0.009'),
      trigger: { price: targetAt, by },
      ...more,
    });
    expect(target.request?.body).toMatchObject({
      ordType: 'conditional',
      tpTriggerPx: targetAt,
      tpTriggerPxType: by,
      tpOrdPx: target.order.price,
    });
    expect(target.request?.body).not.toHaveProperty('slTriggerPx');
  });

  test('[EX-9] one cancels the other', async () => {
    const h = await ready(product);
    const by = product === 'spot' ? 'last' : 'index';
    if (product === 'perp') await bought(h);
    const profit = h.away('sell', '0.01');
    const pair = await created(h, {
      side: 'sell',
      kind: 'oco',
      purpose: 'flatten',
      quantity: '0.01',
      price: h.away('buy', '0.012'),
      trigger: { price: h.away('buy', '0.01'), by },
      takeProfitPrice: profit,
      ...(product === 'perp' ? { reduceOnly: true } : {}),
    });
    expect(pair.outcome).toMatchObject({ kind: 'accepted' });
    expect(pair.request?.body).toMatchObject({
      ordType: 'oco',
      algoClOrdId: pair.order.clientOrderId,
      slTriggerPxType: by,
      slOrdPx: pair.order.price,
      tpTriggerPx: profit,
      tpTriggerPxType: by,
      tpOrdPx: profit,
    });
  });

  test('cancels, questions, cancel-all and the dead-man', async () => {
    const h = await ready(product);
    const first = h.order();
    const named = await h.settled(h.broker.submit(first));
    if (named.kind !== 'accepted') throw new Error(JSON.stringify(named));
    const instId = INST[product];

    const asked = await sent(h, () => h.broker.query(first.clientOrderId, first.listing, first.createBeforeMs));
    expect(asked.requests.map(({ path, query }) => [path, query])).toEqual([
      ['/api/v5/trade/order', { instId, ordId: named.venueOrderId }],
    ]);

    const cancelled = await sent(h, () => h.broker.cancel(first.clientOrderId, first.listing));
    expect(cancelled.requests.map(({ path, body }) => [path, body])).toEqual([
      ['/api/v5/trade/cancel-order', { instId, ordId: named.venueOrderId }],
    ]);

    const second = h.order();
    await h.settled(h.broker.submit(second));
    const all = await sent(h, () => h.broker.cancelAll(null));
    const batches = all.requests.filter(({ method }) => method === 'POST');
    expect(batches.map(({ path }) => path)).toEqual(['/api/v5/trade/cancel-batch-orders']);
    expect(batches[0]?.body).toEqual([{ instId, ordId: expect.stringMatching(/^\d{18}$/) }]);

    const armed = await sent(h, () => h.broker.deadMan(60, []));
    expect(armed.requests.map(({ path, body }) => [path, body])).toEqual([
      ['/api/v5/trade/cancel-all-after', { timeOut: '60', tag: `crossbook${product}` }],
    ]);
    await h.run(3_000);
    const off = await sent(h, () => h.broker.deadMan(null, []));
    expect(off.requests[0]?.body).toEqual({ timeOut: '0', tag: `crossbook${product}` });
    expect(await h.settled(h.broker.deadMan(9, []))).toMatchObject({ ok: false });
  });

  test('[EX-4] an order of which only the client’s name is known is asked for and cancelled by it', async () => {
    const h = await ready(product);
    const lost = h.order();
    h.fault('accept-then-silence');
    h.fault('silent-private');
    expect(await h.settled(h.broker.submit(lost))).toMatchObject({ kind: 'in-doubt' });
    const asked = await sent(h, () => h.broker.cancel(lost.clientOrderId, lost.listing));
    expect(asked.outcome).toBe('cancelled');
    expect(asked.requests.map(({ path, body }) => [path, body])).toEqual([
      ['/api/v5/trade/cancel-order', { instId: INST[product], clOrdId: lost.clientOrderId }],
    ]);
    const looked = await sent(h, () => h.broker.query(lost.clientOrderId, lost.listing, lost.createBeforeMs));
    expect(looked.requests[0]?.query).toEqual({ instId: INST[product], clOrdId: lost.clientOrderId });
    expect(looked.outcome).toMatchObject({ kind: 'found', order: { state: 'cancelled', filled: '0' } });
  });

  test('[EX-4] absence is proven by every place that could show it', async () => {
    const h = await ready(product);
    const never = h.order({ createBeforeMs: h.clock.wallMs() });
    await h.run(60_000);
    const { outcome, requests } = await sent(h, () =>
      h.broker.query(never.clientOrderId, never.listing, never.createBeforeMs),
    );
    expect(outcome).toEqual({ kind: 'absent' });
    expect(requests.map(({ path, query }) => [path.replace('/api/v5/trade/', ''), query.state])).toEqual([
      ['order', undefined],
      ['orders-pending', undefined],
      ['orders-history', undefined],
      ['orders-pending', undefined],
      ['order-algo', undefined],
      ['orders-algo-pending', undefined],
      ['orders-algo-history', 'effective'],
      ['orders-algo-history', 'canceled'],
      ['orders-algo-history', 'order_failed'],
    ]);
  });
});

test('[EX-10] a reduce-only order says so; a contract counts what the catalogue says', async () => {
  const h = await ready('perp');
  await bought(h);
  const { request } = await created(h, {
    side: 'sell',
    kind: 'ioc',
    purpose: 'unwind',
    quantity: '0.01',
    price: h.through('sell'),
    reduceOnly: true,
  });
  expect(request?.body).toMatchObject({ reduceOnly: true, sz: '1', ordType: 'ioc' });
});

test('[AC-2] leverage is set for cross margin and read back', async () => {
  const h = await ready('perp');
  const { outcome, requests } = await sent(h, () => h.broker.setLeverage(h.listing.id, '2'));
  expect(outcome).toEqual({ ok: true, value: undefined });
  expect(requests.map(({ method, path, body, query }) => [method, path, body ?? query])).toEqual([
    ['POST', '/api/v5/account/set-leverage', { instId: 'BTC-USDT-SWAP', lever: '2', mgnMode: 'cross' }],
    ['GET', '/api/v5/account/leverage-info', { instId: 'BTC-USDT-SWAP', mgnMode: 'cross' }],
  ]);
  expect((await h.settled(h.broker.setLeverage(h.listing.id, '1000'))).ok).toBe(false);
});

async function bought(h: BrokerHarness): Promise<Journaled> {
  const order = h.order({ kind: 'ioc', price: h.through('buy'), quantity: '0.05' });
  await h.settled(h.broker.submit(order));
  await h.until('bought', () => h.filledOf(order.clientOrderId) === order.quantity);
  return order;
}
