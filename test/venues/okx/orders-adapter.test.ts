import { afterEach, describe, expect, test } from 'vitest';
import type { OrderEventRow } from '#main/venues/okx/orders/messages';
import { orderEventSchema } from '#main/venues/okx/orders/messages';
import { OKX_PERP_ORDERS, OKX_SPOT_ORDERS } from '#main/venues/okx/orders/protocol';
import { streamedFill, venueOrder } from '#main/venues/okx/orders/rows';
import type { KeyCheck, KeyFinding } from '#shared/domain/account';
import { capabilitiesSchema } from '#shared/domain/capabilities';
import { BrokerHarness, type BrokerHarnessOptions } from '#support/broker-harness';

let rig: BrokerHarness | undefined;
afterEach(async () => {
  await rig?.close();
  rig = undefined;
});

function harness(more: Partial<BrokerHarnessOptions> = {}): BrokerHarness {
  const feed = more.feed ?? 'okx:spot';
  rig = new BrokerHarness({ feed, instrument: feed === 'okx:spot' ? 'BTC-USDT' : 'BTC-USDT-PERP', ...more });
  return rig;
}

/** The answer to a path, its first row changed. */
function answering(h: BrokerHarness, path: string, change: (row: Record<string, unknown>) => object): void {
  h.wire.answers = (captured, answer) => {
    if (captured.path !== path) return answer;
    const body = JSON.parse(answer.body) as { data: Record<string, unknown>[] };
    return { ...answer, body: JSON.stringify({ ...body, data: body.data.map(change) }) };
  };
}

const CONFIG = '/api/v5/account/config';

describe('[AC-1] [AC-2] what is found out about a key and its account', () => {
  const finding = async (h: BrokerHarness, check: KeyCheck): Promise<KeyFinding | undefined> => {
    const { health } = await h.start();
    return health?.findings.find((one) => one.check === check);
  };

  test('a key of another entity: which one, and what to choose', async () => {
    const found = await finding(harness({ key: 'other-entity' }), 'region');
    expect(found).toMatchObject({ status: 'fail' });
    expect(found?.cause).toContain('OKX Europe');
    expect(found?.cause).toContain('50119');
    expect(found?.remedy).toContain('OKX Europe');
    const asked = rig?.wire.requests.map(({ host, path }) => `${host}${path}`);
    expect(asked).toContain(`eea.okx.com${CONFIG}`);
  });

  test('a key that no entity knows: deleted, expired or mistyped', async () => {
    const h = harness({ key: 'expired' });
    expect((await finding(h, 'signature'))?.cause).toContain('No entity of OKX knows this key');
    expect(h.wire.requests.map(({ host }) => host)).toContain('us.okx.com');
  });

  test.each([
    ['50105', 'signature', 'passphrase'],
    ['50113', 'signature', 'secret'],
    ['50101', 'environment', 'entity “OKX Demo Trading”'],
    ['50102', 'clock', 'clock'],
    ['50110', 'ip', 'address'],
    ['50121', 'region', 'entity'],
    ['50120', 'read', 'Read'],
    ['51024', 'account', 'OKX'],
  ] as const)('%s: %s fails, and its remedy speaks of the %s', async (code, check, remedy) => {
    const h = harness();
    h.wire.answers = (captured, answer) =>
      captured.path === CONFIG
        ? { ...answer, status: 401, body: `{"msg":"words","code":"${code}","data":[]}` }
        : answer;
    const found = await finding(h, check);
    expect(found).toMatchObject({ status: 'fail' });
    expect(found?.cause).toContain(`words (${code})`);
    expect(found?.remedy).toContain(remedy);
  });

  test.each([
    ['multi-currency margin', { acctLv: '3' }, 'account', 'fail'],
    ['portfolio margin', { acctLv: '4' }, 'account', 'fail'],
    ['a mode nobody knows', { acctLv: '9' }, 'account', 'unknown'],
    ['fees in the quote currency', { feeType: '1' }, 'account', 'fail'],
    ['no identity', { kycLv: '0' }, 'account', 'fail'],
    ['borrowing in spot mode', { enableSpotBorrow: true }, 'auto-borrow', 'fail'],
    ['borrowing left out', { autoLoan: undefined }, 'auto-borrow', 'unknown'],
    ['self-trade prevention nobody knows', { acctStpMode: 'none' }, 'self-trade', 'unknown'],
    ['spot mode', { acctLv: '1' }, 'account', 'pass'],
  ] as const)('%s', async (_what, change, check, status) => {
    const h = harness();
    answering(h, CONFIG, (row) => ({ ...row, ...change }));
    expect(await finding(h, check)).toMatchObject({ status });
  });

  test('swaps want futures mode and net positions', async () => {
    const h = harness({ feed: 'okx:perp' });
    answering(h, CONFIG, (row) => ({ ...row, acctLv: '1', posMode: 'long_short_mode' }));
    expect(await finding(h, 'account')).toMatchObject({ status: 'fail' });
    const { health } = h.broker.state();
    expect(health?.findings.find(({ check }) => check === 'position-mode')).toMatchObject({ status: 'fail' });
  });

  test('a configuration that cannot be read proves nothing', async () => {
    const h = harness();
    answering(h, CONFIG, ({ perm: _perm, ...row }) => row);
    const { kind, health } = await h.start();
    expect([kind, health?.verdict]).toEqual(['blocked', 'unproven']);
  });
});

describe('[EX-4] deadlines of waiting orders', () => {
  test('the signature of a stop is dated so that the venue takes it no longer than to its deadline', async () => {
    const h = harness();
    await h.start();
    const order = h.order({
      side: 'sell',
      kind: 'stop-loss',
      purpose: 'flatten',
      price: h.away('buy', '0.012'),
      trigger: { price: h.away('buy', '0.01'), by: 'last' },
      createBeforeMs: h.clock.wallMs() + 2_000,
    });
    await h.settled(h.broker.submit(order));
    const [sent] = h.wire.naming(order.clientOrderId);
    const timestamp = Date.parse(sent?.request.headers['OK-ACCESS-TIMESTAMP'] ?? '');
    const skew = h.sink.skews.at(-1)?.skewMs ?? 0;
    expect(Math.abs(timestamp + 30_000 - (order.createBeforeMs + skew))).toBeLessThanOrEqual(2);
    await h.run(1_000);
    // The very same bytes, on the way for too long.
    if (sent === undefined) throw new Error('nothing was sent');
    await h.run(3_000);
    const late = await h.settled(h.wire.request(sent.request));
    expect(late.body).toContain('50102');
  });

  test('an ordinary order is signed for now: its header says when it ends', async () => {
    const h = harness();
    await h.start();
    const order = h.order();
    await h.settled(h.broker.submit(order));
    const [sent] = h.wire.naming(order.clientOrderId);
    const timestamp = Date.parse(sent?.request.headers['OK-ACCESS-TIMESTAMP'] ?? '');
    expect(Math.abs(timestamp - (sent?.atMs ?? 0))).toBeLessThan(100);
  });
});

describe('[EX-5] rows', () => {
  const row: OrderEventRow = orderEventSchema.parse({
    ordId: '1',
    clOrdId: 'x1',
    algoClOrdId: '',
    instId: 'BTC-USDT-SWAP',
    side: 'sell',
    sz: '3',
    px: '31527.10',
    accFillSz: '2',
    state: 'partially_filled',
    category: 'normal',
    uTime: '1654084353264',
    tradeId: '242589207',
    fillSz: '2',
    fillPx: '31527.10',
    fillFee: '-0.02522168',
    fillFeeCcy: 'USDT',
    fillTime: '1654084353263',
    execType: 'M',
  });
  const none = () => undefined;

  test('what was paid is positive, a rebate negative; digits stay as they came', () => {
    expect(streamedFill(row, none)).toMatchObject({ fee: '0.02522168', price: '31527.10', liquidity: 'maker' });
    expect(streamedFill({ ...row, fillFee: '0.010' }, none)?.fee).toBe('-0.010');
    expect(streamedFill({ ...row, fillFee: '0', fillFeeCcy: '' }, none)).toMatchObject({ fee: '0' });
  });

  test('an execution with holes is not read', () => {
    expect(() => streamedFill({ ...row, fillFeeCcy: '' }, none)).toThrow('currency');
    expect(() => streamedFill({ ...row, fillPx: '' }, none)).toThrow('holes');
    expect(() => streamedFill({ ...row, execType: 'X' }, none)).toThrow('execType');
    expect(orderEventSchema.safeParse({ ...row, uTime: '1654084353264', sz: 'three' }).success).toBe(false);
    expect(streamedFill({ ...row, tradeId: '' }, none)).toBeNull();
  });

  test('[EX-6] a state that no documentation has is unknown; a triggered order has its algo order’s name', () => {
    expect(venueOrder({ ...row, state: 'frozen' }, none)).toMatchObject({ state: 'unknown', status: 'frozen' });
    expect(venueOrder({ ...row, state: 'mmp_canceled' }, none).state).toBe('cancelled');
    expect(venueOrder({ ...row, clOrdId: '', algoClOrdId: 'stop1' }, none).clientOrderId).toBe('stop1');
    expect(venueOrder({ ...row, clOrdId: '' }, none).clientOrderId).toBeNull();
  });

  test('[EX-5] what an order says it executed is told at once, its executions when they are shown', async () => {
    const h = harness();
    await h.start();
    const order = h.order({ kind: 'ioc', price: h.through('buy') });
    await h.settled(h.broker.submit(order));
    h.wire.answers = (captured, answer) =>
      captured.path === '/api/v5/trade/fills' ? { ...answer, body: '{"code":"0","msg":"","data":[]}' } : answer;
    const asked = await h.settled(h.broker.query(order.clientOrderId, order.listing, order.createBeforeMs));
    expect(asked).toMatchObject({ kind: 'found', order: { filled: order.quantity, fills: [] } });
    h.wire.answers = (_captured, answer) => answer;
    const again = await h.settled(h.broker.query(order.clientOrderId, order.listing, order.createBeforeMs));
    expect(again.kind === 'found' ? again.order.fills.length : 0).toBeGreaterThan(0);
  });
});

test('[KS-1] cancel-all takes waiting orders too, in parts as large as the venue allows', async () => {
  const h = harness();
  await h.start();
  for (let count = 0; count < 23; count += 1) await h.settled(h.broker.submit(h.order()));
  const stop = h.order({
    side: 'sell',
    kind: 'stop-loss',
    purpose: 'flatten',
    price: h.away('buy', '0.012'),
    trigger: { price: h.away('buy', '0.01'), by: 'last' },
  });
  await h.settled(h.broker.submit(stop));
  const before = h.wire.written().length;
  expect(await h.settled(h.broker.cancelAll(h.listing.id))).toEqual({ ok: true, value: { cancelled: 24 } });
  const sent = h.wire.written().slice(before);
  expect(sent.map(({ path, body }) => [path.split('/').at(-1), Array.isArray(body) ? body.length : 0])).toEqual([
    ['cancel-algos', 1],
    ['cancel-batch-orders', 20],
    ['cancel-batch-orders', 3],
  ]);
  const open = await h.settled(h.broker.openOrders());
  expect(open).toEqual({ ok: true, value: [] });
});

test('[EX-14] the dead-man takes what rests and leaves a stop; a timer that is not shown as ours is not believed', async () => {
  const h = harness();
  await h.start();
  const resting = h.order();
  const stop = h.order({
    side: 'sell',
    kind: 'stop-loss',
    purpose: 'flatten',
    price: h.away('buy', '0.012'),
    trigger: { price: h.away('buy', '0.01'), by: 'last' },
  });
  for (const one of [resting, stop]) {
    expect(await h.settled(h.broker.submit(one))).toMatchObject({ kind: 'accepted' });
  }
  expect(await h.settled(h.broker.deadMan(10, []))).toEqual({ ok: true, value: undefined });
  await h.run(12_000);
  const open = await h.settled(h.broker.openOrders());
  expect(open.ok && open.value.map(({ clientOrderId }) => clientOrderId)).toEqual([stop.clientOrderId]);
  answering(h, '/api/v5/trade/cancel-all-after', (row) => ({ ...row, tag: '' }));
  expect(await h.settled(h.broker.deadMan(10, []))).toMatchObject({ ok: false, error: { code: 'UNREADABLE' } });
});

test('[EX-14] what is declared can be read, and each field names its page', () => {
  for (const { capabilities } of [OKX_SPOT_ORDERS, OKX_PERP_ORDERS]) {
    expect(capabilitiesSchema.parse(capabilities)).toEqual(capabilities);
    for (const page of Object.values(capabilities.sources))
      expect(page).toMatch(/^https:\/\/www\.okx\.com\/docs-v5\/en\/#/);
    expect(capabilities.deadMan).toMatchObject({ scope: 'product', cancelsStops: false, minS: 10, maxS: 120 });
  }
  expect(OKX_SPOT_ORDERS.capabilities.stopTriggers).toEqual(['last']);
});

test('[AC-1] each entity has hosts of its own; others have none', () => {
  expect(OKX_SPOT_ORDERS.hosts('eea')).toEqual(['eea.okx.com', 'wseea.okx.com']);
  expect(OKX_SPOT_ORDERS.hosts('us')).toEqual(['us.okx.com', 'wsus.okx.com']);
  expect(OKX_SPOT_ORDERS.hosts('mars')).toBeUndefined();
});
