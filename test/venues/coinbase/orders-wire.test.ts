import { afterEach, describe, expect, test } from 'vitest';
import type { OrderIntent } from '#shared/domain/order';
import { BrokerHarness } from '#support/broker-harness';
import type { Captured } from '#support/wire-capture';

let rig: BrokerHarness | undefined;
afterEach(async () => {
  await rig?.close();
  rig = undefined;
});

async function ready(): Promise<BrokerHarness> {
  rig = new BrokerHarness({ feed: 'coinbase:spot', instrument: 'BTC-USD' });
  const state = await rig.start();
  if (state.kind !== 'ready') throw new Error(state.reason);
  return rig;
}

const API = 'api.coinbase.com';
const BASE = '/api/v3/brokerage';

/** What one act put on the wire. */
async function sent(h: BrokerHarness, act: () => Promise<unknown>): Promise<readonly Captured[]> {
  const before = h.wire.requests.length;
  await h.settled(act());
  return h.wire.requests.slice(before);
}

async function created(h: BrokerHarness, changes: Partial<OrderIntent>) {
  const order = h.order({ quantity: '0.02', ...changes });
  const requests = await sent(h, () => h.broker.submit(order));
  const creates = requests.filter(({ path }) => path === `${BASE}/orders`);
  expect(creates).toHaveLength(1);
  return { order, request: creates[0] };
}

const claimsOf = (request: Captured | undefined) => {
  const token = request?.request.headers.Authorization?.slice('Bearer '.length) ?? '';
  const [head = '', body = ''] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString('utf8'));
  return { head: JSON.parse(head) as Record<string, unknown>, claims: JSON.parse(body) as Record<string, unknown> };
};

describe('[EX-1] orders on the wire: Coinbase Advanced Trade', () => {
  const plain = (order: OrderIntent) => ({ base_size: '0.02', limit_price: order.price });
  const kinds: readonly (readonly [string, Partial<OrderIntent>, (order: OrderIntent) => object])[] = [
    ['post-only', {}, (order) => ({ limit_limit_gtc: { ...plain(order), post_only: true } })],
    ['limit', { kind: 'limit' }, (order) => ({ limit_limit_gtc: { ...plain(order), post_only: false } })],
    ['ioc', { kind: 'ioc' }, (order) => ({ sor_limit_ioc: plain(order) })],
    ['fok', { kind: 'fok' }, (order) => ({ limit_limit_fok: plain(order) })],
    [
      'post-only with an end',
      { expiresAtMs: Date.UTC(2026, 9, 9, 8, 30, 0) },
      (order) => ({ limit_limit_gtd: { ...plain(order), post_only: true, end_time: '2026-10-09T08:30:00.000Z' } }),
    ],
  ];
  for (const side of ['buy', 'sell'] as const) {
    test.each(kinds)(`%s ${side}`, async (_name, changes, configuration) => {
      const h = await ready();
      const { order, request } = await created(h, { side, ...changes });
      expect([request?.method, request?.host, request?.path]).toEqual(['POST', API, `${BASE}/orders`]);
      expect(request?.query).toEqual({});
      expect(request?.body).toEqual({
        client_order_id: order.clientOrderId,
        product_id: 'BTC-USD',
        side: side.toUpperCase(),
        order_configuration: configuration(order),
      });
    });
  }

  // Falls to a sell's stop, rises to a buy's; a take-profit the other way.
  test.each([
    ['stop-loss', 'sell', '0.99', '0.98', 'STOP_DIRECTION_STOP_DOWN'],
    ['stop-loss', 'buy', '1.01', '1.02', 'STOP_DIRECTION_STOP_UP'],
    ['take-profit', 'sell', '1.01', '1.005', 'STOP_DIRECTION_STOP_UP'],
    ['take-profit', 'buy', '0.99', '0.995', 'STOP_DIRECTION_STOP_DOWN'],
  ] as const)('[EX-9] %s %s goes as a stop-limit with its direction', async (kind, side, at, bound, direction) => {
    const h = await ready();
    const near = (factor: string) => h.price('bid').times(factor).round(2, 0).toFixed();
    const trigger = { price: near(at), by: 'last' } as const;
    const { request } = await created(h, { kind, side, price: near(bound), trigger, purpose: 'flatten' });
    expect(request?.body).toMatchObject({
      order_configuration: {
        stop_limit_stop_limit_gtc: {
          base_size: '0.02',
          limit_price: near(bound),
          stop_price: near(at),
          stop_direction: direction,
        },
      },
    });
  });

  test('[PP-2] the token names the call, for two minutes, by the venue’s clock', async () => {
    const h = await ready();
    const { request } = await created(h, {});
    const { head, claims } = claimsOf(request);
    expect(head).toMatchObject({ alg: 'ES256', typ: 'JWT', kid: h.credentials.keyName });
    expect(String(head.nonce)).toMatch(/^[0-9a-f]{16,}$/);
    expect(claims).toMatchObject({ sub: h.credentials.keyName, uri: `POST ${API}${BASE}/orders` });
    expect(Number(claims.exp) - Number(claims.nbf)).toBe(120);
    expect(Math.abs(Number(claims.nbf) * 1000 - h.clock.wallMs())).toBeLessThan(2_000);
    expect(['cdp', 'coinbase-cloud']).toContain(claims.iss);
  });

  test('cancel goes by the venue’s id, in a list', async () => {
    const h = await ready();
    const order = h.order();
    const outcome = await h.settled(h.broker.submit(order));
    if (outcome.kind !== 'accepted') throw new Error(JSON.stringify(outcome));
    const [request] = await sent(h, () => h.broker.cancel(order.clientOrderId, order.listing));
    expect([request?.method, request?.path, request?.body]).toEqual([
      'POST',
      `${BASE}/orders/batch_cancel`,
      { order_ids: [outcome.venueOrderId] },
    ]);
  });

  test('[EX-4] in doubt it is asked for by the id that the stream told; else among open ones and all since it was sent', async () => {
    const h = await ready();
    h.fault('accept-then-silence');
    const order = h.order();
    expect((await h.settled(h.broker.submit(order))).kind).toBe('in-doubt');
    const [made] = h.account.orders('coinbase:spot');
    const requests = await sent(h, () => h.broker.query(order.clientOrderId, order.listing, order.createBeforeMs));
    const id = requests[0]?.path.slice(`${BASE}/orders/historical/`.length) ?? '';
    expect(Number.parseInt(id.slice(-12), 16)).toBe(made?.number);
    const never = h.order();
    const searched = await sent(h, () => h.broker.query(never.clientOrderId, never.listing, never.createBeforeMs));
    expect(
      searched.map(({ path, query }) => [path, query.product_ids, query.order_status ?? null, 'start_date' in query]),
    ).toEqual([
      [`${BASE}/orders/historical/batch`, 'BTC-USD', 'OPEN', false],
      [`${BASE}/orders/historical/batch`, 'BTC-USD', null, true],
    ]);
  });

  test('cancel-all lists what is open and cancels exactly that', async () => {
    const h = await ready();
    for (let count = 0; count < 2; count += 1) await h.settled(h.broker.submit(h.order()));
    const requests = await sent(h, () => h.broker.cancelAll(null));
    expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET ${BASE}/orders/historical/batch`,
      `POST ${BASE}/orders/batch_cancel`,
    ]);
    const made = h.account.orders('coinbase:spot').map(({ number }) => number);
    const body = requests[1]?.body as { readonly order_ids: readonly string[] } | undefined;
    const ids = body?.order_ids ?? [];
    expect(ids.map((id) => Number.parseInt(id.slice(-12), 16)).sort()).toEqual(made.sort());
  });

  test('the private stream subscribes with a token of its own for each channel, and nothing else', async () => {
    const h = await ready();
    const frames = h.wire.frames.map((text) => JSON.parse(text) as Record<string, unknown>);
    expect(frames.map(({ type, channel }) => [type, channel])).toEqual([
      ['subscribe', 'heartbeats'],
      ['subscribe', 'user'],
    ]);
    expect(new Set(frames.map(({ jwt }) => jwt)).size).toBe(2);
  });

  test('bracket orders are not offered: the venue sets the bound of their stop half itself', async () => {
    const h = await ready();
    expect(h.broker.capabilities.orderKinds).not.toContain('oco');
  });
});
