import { afterEach, describe, expect, test } from 'vitest';
import type { OrderIntent } from '#shared/domain/order';
import { BrokerHarness } from '#support/broker-harness';

let rig: BrokerHarness | undefined;
afterEach(async () => {
  await rig?.close();
  rig = undefined;
});

async function ready(): Promise<BrokerHarness> {
  rig = new BrokerHarness({ feed: 'coinbase:perp', instrument: 'BTC-USDC-PERP' });
  const state = await rig.start();
  if (state.kind !== 'ready') throw new Error(state.reason);
  return rig;
}

const GATEWAY = 'drb.coinbase.com';
const BTC = 'BTC_USDC-PERPETUAL';

interface Rpc {
  readonly over: 'http' | 'socket';
  readonly text: string;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** JSON-RPC calls that one act put on either wire. */
async function sent(h: BrokerHarness, act: () => Promise<unknown>): Promise<readonly Rpc[]> {
  const [requests, frames] = [h.wire.requests.length, h.wire.frames.length];
  await h.settled(act());
  const read = (over: Rpc['over'], text: string): Rpc => {
    const { method, params } = JSON.parse(text) as Pick<Rpc, 'method' | 'params'>;
    return { over, text, method, params };
  };
  return [
    ...h.wire.requests.slice(requests).map(({ request, host, path, method }) => {
      const call = read('http', request.body ?? '');
      expect([method, host, path]).toEqual(['POST', GATEWAY, `/api/v2/${call.method}`]);
      return call;
    }),
    ...h.wire.frames.slice(frames).map((text) => read('socket', text)),
  ].filter(({ method }) => method !== 'public/test');
}

async function created(h: BrokerHarness, changes: Partial<OrderIntent>) {
  const order = h.order({ quantity: '0.02', ...changes });
  const calls = await sent(h, () => h.broker.submit(order));
  expect(calls).toHaveLength(1);
  return { order, call: calls[0] };
}

const near = (h: BrokerHarness, factor: string): string => h.price('bid').times(factor).round(1, 0).toFixed();

describe('[EX-1] orders on the wire: Coinbase Global Derivatives', () => {
  const kinds = [
    ['post-only', 'socket', { time_in_force: 'good_til_cancelled', post_only: true, reject_post_only: true }],
    ['limit', 'socket', { time_in_force: 'good_til_cancelled' }],
    ['ioc', 'http', { time_in_force: 'immediate_or_cancel' }],
    ['fok', 'http', { time_in_force: 'fill_or_kill' }],
  ] as const;
  for (const side of ['buy', 'sell'] as const) {
    test.each(kinds)(`%s ${side}: what rests goes over the connection that ends it`, async (kind, over, terms) => {
      const h = await ready();
      const { order, call } = await created(h, { side, kind });
      const skew = h.sink.skews.at(-1)?.skewMs ?? 0;
      expect([call?.over, call?.method]).toEqual([over, `private/${side}`]);
      expect(call?.params).toEqual({
        instrument_name: BTC,
        amount: 0.02,
        price: Number(order.price),
        label: order.clientOrderId,
        reduce_only: false,
        valid_until: Math.floor(order.createBeforeMs + skew),
        type: 'limit',
        ...terms,
      });
    });
  }

  test('[ID-4] prices and amounts are JSON numbers with the digits that were meant', async () => {
    const h = await ready();
    const { order, call } = await created(h, { kind: 'ioc', quantity: '0.0003' });
    expect(call?.text).toContain(`"amount":0.0003,"price":${order.price},`);
  });

  test.each([
    ['stop-loss', 'sell', 'mark', 'stop_limit', '0.99', '0.98'],
    ['stop-loss', 'buy', 'last', 'stop_limit', '1.01', '1.02'],
    ['take-profit', 'sell', 'index', 'take_limit', '1.01', '1.005'],
    ['take-profit', 'buy', 'mark', 'take_limit', '0.99', '0.995'],
  ] as const)('[EX-9] %s %s watching %s goes as %s over HTTP', async (kind, side, by, type, at, bound) => {
    const h = await ready();
    const { call } = await created(h, {
      kind,
      side,
      price: near(h, bound),
      trigger: { price: near(h, at), by },
      purpose: 'flatten',
    });
    expect([call?.over, call?.method]).toEqual(['http', `private/${side}`]);
    expect(call?.params).toMatchObject({
      type,
      price: Number(near(h, bound)),
      trigger: `${by}_price`,
      trigger_price: Number(near(h, at)),
      time_in_force: 'good_til_cancelled',
    });
  });

  test('[EX-9] oco: a stop and a limit that cancel each other, both reduce-only, one label', async () => {
    const h = await ready();
    await h.settled(h.broker.submit(h.order({ kind: 'ioc', price: h.through('buy'), quantity: '0.02' })));
    const { order, call } = await created(h, {
      kind: 'oco',
      side: 'sell',
      price: near(h, '0.98'),
      trigger: { price: near(h, '0.99'), by: 'mark' },
      takeProfitPrice: near(h, '1.02'),
      reduceOnly: true,
      purpose: 'flatten',
    });
    expect(call?.params).toMatchObject({
      type: 'stop_limit',
      reduce_only: true,
      linked_order_type: 'one_cancels_other',
      trigger_fill_condition: 'first_hit',
      otoco_config: [
        {
          amount: 0.02,
          direction: 'sell',
          type: 'limit',
          price: Number(near(h, '1.02')),
          label: order.clientOrderId,
          reduce_only: true,
          time_in_force: 'good_til_cancelled',
        },
      ],
    });
  });

  test('cancel: by the venue’s id; what is resident by its label, with what it became and its pair', async () => {
    const h = await ready();
    const order = h.order({ quantity: '0.02' });
    const outcome = await h.settled(h.broker.submit(order));
    if (outcome.kind !== 'accepted') throw new Error(JSON.stringify(outcome));
    const [plain] = await sent(h, () => h.broker.cancel(order.clientOrderId, order.listing));
    expect([plain?.method, plain?.params]).toEqual(['private/cancel', { order_id: outcome.venueOrderId }]);
    const stop = h.order({
      kind: 'stop-loss',
      side: 'sell',
      quantity: '0.02',
      price: near(h, '0.98'),
      trigger: { price: near(h, '0.99'), by: 'mark' },
      purpose: 'flatten',
    });
    await h.settled(h.broker.submit(stop));
    const [resident] = await sent(h, () => h.broker.cancel(stop.clientOrderId, stop.listing));
    expect([resident?.method, resident?.params]).toEqual([
      'private/cancel_by_label',
      { label: stop.clientOrderId, currency: 'USDC' },
    ]);
  });

  test('cancel-all of one instrument, and of all', async () => {
    const h = await ready();
    const [one] = await sent(h, () => h.broker.cancelAll(h.listing.id));
    expect([one?.method, one?.params]).toEqual([
      'private/cancel_all_by_instrument',
      { instrument_name: BTC, type: 'all' },
    ]);
    const [all] = await sent(h, () => h.broker.cancelAll(null));
    expect([all?.method, all?.params]).toEqual([
      'private/cancel_all_by_currency',
      { currency: 'USDC', kind: 'future', type: 'all' },
    ]);
  });

  test('signs in by POST with a token that stands for the key, keeps the access token out of bodies and addresses', async () => {
    const h = await ready();
    const auth = h.wire.requests.find(({ path }) => path === '/api/v2/public/auth');
    const body = auth?.body as { params: { grant_type: string; token: string } };
    expect(body.params.grant_type).toBe('coinbase_cdp');
    const claims = JSON.parse(Buffer.from(body.params.token.split('.')[1] ?? '', 'base64url').toString()) as object;
    expect(claims).toMatchObject({ iss: 'cdp', sub: h.credentials.keyName });
    expect(claims).not.toHaveProperty('uri');
    const calls = h.wire.requests.filter(({ path }) => path.startsWith('/api/v2/private/'));
    const tokens = new Set(calls.map(({ request }) => request.headers.authorization));
    expect([calls.length > 0, tokens.size]).toEqual([true, 1]);
    const token = [...tokens][0]?.slice('Bearer '.length) ?? '';
    expect(token.length).toBeGreaterThan(20);
    expect(calls.some(({ request }) => `${request.url}${request.body}`.includes(token))).toBe(false);
  });

  test('the access token is renewed before it runs out, and after it was refused; the socket signs in again in time', async () => {
    const h = await ready();
    const auths = () => h.wire.requests.filter(({ path }) => path === '/api/v2/public/auth').length;
    const before = auths();
    await h.run(750_000);
    expect((await h.settled(h.broker.positions())).ok).toBe(true);
    expect(auths()).toBeGreaterThan(before);
    await h.run(1_800_000);
    expect(h.broker.state()).toMatchObject({ kind: 'ready', stream: 'live' });
    const signIns = h.wire.frames.filter((text) => text.includes('"public/auth"'));
    expect(signIns.length).toBeGreaterThanOrEqual(3);
  });

  test('[EX-14] each connection asks to be the end of its orders and reads that back before it counts', async () => {
    const h = await ready();
    const methods = h.wire.frames
      .map((text) => (JSON.parse(text) as Rpc).method)
      .filter((name) => name !== 'public/test');
    expect(methods).toEqual([
      'public/auth',
      'private/enable_cancel_on_disconnect',
      'private/get_cancel_on_disconnect',
      'public/set_heartbeat',
      'private/subscribe',
    ]);
  });

  test('[EX-14] when the connection breaks, what rested is gone and told; a stop stays', async () => {
    const h = await ready();
    await h.settled(h.broker.submit(h.order({ kind: 'ioc', price: h.through('buy'), quantity: '0.02' })));
    const order = h.order({ quantity: '0.02' });
    await h.settled(h.broker.submit(order));
    const stop = h.order({
      kind: 'stop-loss',
      side: 'sell',
      quantity: '0.02',
      price: near(h, '0.9'),
      trigger: { price: near(h, '0.92'), by: 'mark' },
      purpose: 'flatten',
      reduceOnly: true,
    });
    await h.settled(h.broker.submit(stop));
    h.fault('refuse-connections');
    await h.until('lost', () => h.broker.state().stream === 'lost');
    await h.run(1_000);
    h.fault('refuse-connections', false);
    await h.until('live', () => h.broker.state().stream === 'live', 120_000);
    await h.until('told', () => h.statesOf(order.clientOrderId).includes('cancelled'), 60_000);
    const open = await h.settled(h.broker.openOrders());
    expect(open.ok && open.value.map(({ clientOrderId }) => clientOrderId)).toEqual([stop.clientOrderId]);
  });
});
