import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import type { Journaled } from '#engine/ports';
import type { FeedId } from '#shared/domain/ids';
import { decimal, wire } from '#shared/money/decimal';
import { BrokerHarness, type BrokerHarnessOptions } from '#support/broker-harness';
import type { Captured } from '#support/wire-capture';

const INSTRUMENT: Partial<Record<FeedId, string>> = {
  'binance:spot': 'BTC-USDT',
  'binance:perp': 'BTC-USDT-PERP',
};

let harness: BrokerHarness | undefined;
afterEach(async () => {
  await harness?.close();
  harness = undefined;
});

async function ready(feed: FeedId, options: Partial<BrokerHarnessOptions> = {}): Promise<BrokerHarness> {
  const h = new BrokerHarness({ feed, instrument: INSTRUMENT[feed] ?? '', ...options });
  harness = h;
  expect((await h.start()).kind).toBe('ready');
  return h;
}

/** What a signed call carries beside what is meant. */
const SIGNED = ['timestamp', 'recvWindow', 'signature'];

/** The fields of the last write, without those of its signature, which are looked at by themselves. */
function lastWrite(h: BrokerHarness): { readonly call: string; readonly fields: Record<string, unknown> } {
  const captured = h.wire.written().at(-1);
  if (captured === undefined) throw new Error('nothing was written');
  const fields = { ...captured.query, ...(captured.body as object | null) } as Record<string, unknown>;
  for (const name of SIGNED) expect(fields[name], name).toMatch(name === 'signature' ? /^[0-9a-f]{64}$/ : /^\d+$/);
  const meant = Object.fromEntries(Object.entries(fields).filter(([name]) => !SIGNED.includes(name)));
  return { call: `${captured.method} ${captured.host}${captured.path}`, fields: meant };
}

async function sent(h: BrokerHarness, order: Journaled): Promise<ReturnType<typeof lastWrite>> {
  await h.settled(h.broker.submit(order));
  return lastWrite(h);
}

/** What is signed: the query, else the body, as it left. */
function payloadOf({ request }: Captured): string {
  return request.body ?? new URL(request.url).search.slice(1);
}

describe('Binance spot: what leaves', () => {
  const PLAIN = [
    ['post-only', { type: 'LIMIT_MAKER' }],
    ['limit', { type: 'LIMIT', timeInForce: 'GTC' }],
    ['ioc', { type: 'LIMIT', timeInForce: 'IOC' }],
    ['fok', { type: 'LIMIT', timeInForce: 'FOK' }],
  ] as const;

  for (const [kind, terms] of PLAIN) {
    for (const side of ['buy', 'sell'] as const) {
      test(`[EX-1] ${kind} ${side}`, async () => {
        const h = await ready('binance:spot');
        const order = h.order({ kind, side });
        expect(await sent(h, order)).toEqual({
          call: 'POST api.binance.com/api/v3/order',
          fields: {
            symbol: 'BTCUSDT',
            side: side === 'buy' ? 'BUY' : 'SELL',
            ...terms,
            quantity: order.quantity,
            price: order.price,
            newClientOrderId: order.clientOrderId,
            newOrderRespType: 'ACK',
            selfTradePreventionMode: 'EXPIRE_TAKER',
          },
        });
      });
    }
  }

  for (const [kind, side, type] of [
    ['stop-loss', 'sell', 'STOP_LOSS_LIMIT'],
    ['stop-loss', 'buy', 'STOP_LOSS_LIMIT'],
    ['take-profit', 'sell', 'TAKE_PROFIT_LIMIT'],
    ['take-profit', 'buy', 'TAKE_PROFIT_LIMIT'],
  ] as const) {
    test(`[EX-9] ${kind} ${side} waits for its trigger with a bound`, async () => {
      const h = await ready('binance:spot');
      const [trigger, price] = triggerOf(h, kind, side);
      const order = h.order({ kind, side, price, trigger: { price: trigger, by: 'last' }, purpose: 'flatten' });
      expect(await sent(h, order)).toEqual({
        call: 'POST api.binance.com/api/v3/order',
        fields: {
          symbol: 'BTCUSDT',
          side: side === 'buy' ? 'BUY' : 'SELL',
          type,
          timeInForce: 'GTC',
          quantity: order.quantity,
          price,
          stopPrice: trigger,
          newClientOrderId: order.clientOrderId,
          newOrderRespType: 'ACK',
          selfTradePreventionMode: 'EXPIRE_MAKER',
        },
      });
      expect((await h.settled(h.broker.openOrders())).ok).toBe(true);
    });
  }

  for (const side of ['sell', 'buy'] as const) {
    test(`[EX-9] oco ${side}: a stop-limit on one side of the price, a resting order on the other`, async () => {
      const h = await ready('binance:spot');
      const [trigger, price] = triggerOf(h, 'stop-loss', side);
      const takeProfitPrice = h.away(side, '0.01');
      const order = h.order({
        kind: 'oco',
        side,
        price,
        takeProfitPrice,
        trigger: { price: trigger, by: 'last' },
        purpose: 'flatten',
      });
      const [stop, profit] = side === 'sell' ? ['below', 'above'] : ['above', 'below'];
      expect(await sent(h, order)).toEqual({
        call: 'POST api.binance.com/api/v3/orderList/oco',
        fields: {
          symbol: 'BTCUSDT',
          listClientOrderId: order.clientOrderId,
          side: side === 'buy' ? 'BUY' : 'SELL',
          quantity: order.quantity,
          [`${stop}Type`]: 'STOP_LOSS_LIMIT',
          [`${stop}ClientOrderId`]: `${order.clientOrderId}_sl`,
          [`${stop}StopPrice`]: trigger,
          [`${stop}Price`]: price,
          [`${stop}TimeInForce`]: 'GTC',
          [`${profit}Type`]: 'LIMIT_MAKER',
          [`${profit}ClientOrderId`]: `${order.clientOrderId}_tp`,
          [`${profit}Price`]: takeProfitPrice,
          newOrderRespType: 'ACK',
          selfTradePreventionMode: 'EXPIRE_MAKER',
        },
      });
      // Both halves are at the venue, and are one order here.
      const halves = h.account.orders('binance:spot').filter(({ state }) => state === 'open' || state === 'waiting');
      expect(halves.map(({ request }) => request.clientOrderId).sort()).toEqual([
        `${order.clientOrderId}_sl`,
        `${order.clientOrderId}_tp`,
      ]);
      const open = await h.settled(h.broker.openOrders());
      expect(open.ok && open.value.map(({ clientOrderId }) => clientOrderId)).toEqual([order.clientOrderId]);
    });
  }

  test('[EX-9] spot cannot watch the mark price: refused, nothing leaves', async () => {
    const h = await ready('binance:spot');
    const before = h.wire.requests.length;
    const [trigger, price] = triggerOf(h, 'stop-loss', 'sell');
    const order = h.order({ kind: 'stop-loss', side: 'sell', price, trigger: { price: trigger, by: 'mark' } });
    expect(await h.settled(h.broker.submit(order))).toMatchObject({ kind: 'rejected', code: 'UNSUPPORTED_ORDER' });
    expect(h.wire.requests).toHaveLength(before);
  });

  test('cancel, query, cancel-all by their documented fields', async () => {
    const h = await ready('binance:spot');
    const order = h.order();
    await sent(h, order);
    h.wire.requests.length = 0;
    await h.settled(h.broker.query(order.clientOrderId, order.listing, order.createBeforeMs));
    expect(h.wire.requests[0]).toMatchObject({ method: 'GET', host: 'api.binance.com', path: '/api/v3/order' });
    expect(h.wire.requests[0]?.query).toMatchObject({ symbol: 'BTCUSDT', origClientOrderId: order.clientOrderId });
    await h.settled(h.broker.cancel(order.clientOrderId, order.listing));
    expect(lastWrite(h)).toEqual({
      call: 'DELETE api.binance.com/api/v3/order',
      fields: { symbol: 'BTCUSDT', origClientOrderId: order.clientOrderId },
    });
    await h.settled(h.broker.cancelAll(order.listing));
    expect(lastWrite(h)).toEqual({ call: 'DELETE api.binance.com/api/v3/openOrders', fields: { symbol: 'BTCUSDT' } });
  });

  test('[EX-9] an OCO is cancelled as the list that it is', async () => {
    const h = await ready('binance:spot');
    const [trigger, price] = triggerOf(h, 'stop-loss', 'sell');
    const order = h.order({
      kind: 'oco',
      side: 'sell',
      price,
      takeProfitPrice: h.away('sell', '0.01'),
      trigger: { price: trigger, by: 'last' },
    });
    await sent(h, order);
    expect(await h.settled(h.broker.cancel(order.clientOrderId, order.listing))).toBe('cancelled');
    expect(lastWrite(h)).toEqual({
      call: 'DELETE api.binance.com/api/v3/orderList',
      fields: { symbol: 'BTCUSDT', listClientOrderId: order.clientOrderId },
    });
  });

  test('[EX-4] the receive window ends with the deadline; the signature is HMAC-SHA256 over what left', async () => {
    const h = await ready('binance:spot');
    const order = h.order({ createBeforeMs: h.clock.wallMs() + 1_500 });
    await sent(h, order);
    const captured = h.wire.written().at(-1);
    if (captured === undefined) throw new Error('nothing left');
    const { timestamp, recvWindow } = captured.body as Record<string, string>;
    expect(Number(timestamp) + Number(recvWindow)).toBe(order.createBeforeMs);
    const [signed, signature] = payloadOf(captured).split('&signature=');
    expect(
      createHmac('sha256', h.credentials.secret ?? '')
        .update(signed ?? '')
        .digest('hex'),
    ).toBe(signature);
    expect(captured.request.headers['X-MBX-APIKEY']).toBe(h.credentials.apiKey);
    expect(Object.keys(captured.request.headers).sort()).toEqual([
      'Content-Type',
      'X-MBX-APIKEY',
      'accept',
      'user-agent',
    ]);
  });

  test('[EX-4] what comes after its deadline is not created', async () => {
    const h = await ready('binance:spot');
    // The venue's clock has run on by more than the window that is left.
    const order = h.order({ createBeforeMs: h.clock.wallMs() + 22 });
    h.world.faults.apply({ feed: 'binance:spot', fault: 'clock-skew', on: true, amount: 800 });
    const outcome = await h.settled(h.broker.submit(order));
    expect(outcome).toMatchObject({ kind: 'rejected', code: '-1021' });
    expect(h.account.orderByClientId(order.clientOrderId)).toBeUndefined();
  });

  test('the private stream is a signed subscription on the WebSocket API', async () => {
    const h = await ready('binance:spot');
    const [text] = h.wire.frames;
    const frame: { params: Record<string, string | number> } = JSON.parse(text ?? '');
    const { apiKey, recvWindow, timestamp, signature } = frame.params;
    expect(frame).toEqual({
      id: 'account',
      method: 'userDataStream.subscribe.signature',
      params: { apiKey: h.credentials.apiKey, recvWindow: 5000, timestamp, signature },
    });
    const payload = `apiKey=${apiKey}&recvWindow=${recvWindow}&timestamp=${timestamp}`;
    expect(
      createHmac('sha256', h.credentials.secret ?? '')
        .update(payload)
        .digest('hex'),
    ).toBe(signature);
  });
});

describe('Binance USDⓈ-M: what leaves', () => {
  const COMMON = { symbol: 'BTCUSDT', positionSide: 'BOTH', newOrderRespType: 'ACK' };

  for (const [kind, timeInForce] of [
    ['post-only', 'GTX'],
    ['limit', 'GTC'],
    ['ioc', 'IOC'],
    ['fok', 'FOK'],
  ] as const) {
    for (const [side, reduceOnly] of [
      ['buy', false],
      ['sell', true],
    ] as const) {
      test(`[EX-10] ${kind} ${side}${reduceOnly ? ', reduce-only' : ''}`, async () => {
        const h = await ready('binance:perp');
        if (reduceOnly) await bought(h);
        const order = h.order({ kind, side, ...(reduceOnly ? { reduceOnly, purpose: 'unwind' } : {}) });
        expect(await sent(h, order)).toEqual({
          call: 'POST fapi.binance.com/fapi/v1/order',
          fields: {
            ...COMMON,
            side: side === 'buy' ? 'BUY' : 'SELL',
            type: 'LIMIT',
            timeInForce,
            quantity: order.quantity,
            price: order.price,
            reduceOnly: String(reduceOnly),
            newClientOrderId: order.clientOrderId,
            selfTradePreventionMode: reduceOnly ? 'EXPIRE_MAKER' : 'EXPIRE_TAKER',
          },
        });
      });
    }
  }

  for (const [kind, type] of [
    ['stop-loss', 'STOP'],
    ['take-profit', 'TAKE_PROFIT'],
  ] as const) {
    for (const [by, workingType] of [
      ['mark', 'MARK_PRICE'],
      ['last', 'CONTRACT_PRICE'],
    ] as const) {
      for (const side of ['sell', 'buy'] as const) {
        test(`[EX-9] ${kind} ${side} on the ${by} price is a conditional order`, async () => {
          const h = await ready('binance:perp');
          await bought(h, side === 'sell' ? 'buy' : 'sell');
          const [trigger, price] = triggerOf(h, kind, side);
          const order = h.order({
            kind,
            side,
            price,
            trigger: { price: trigger, by },
            reduceOnly: true,
            purpose: 'flatten',
          });
          expect(await sent(h, order)).toEqual({
            call: 'POST fapi.binance.com/fapi/v1/algoOrder',
            fields: {
              ...COMMON,
              algoType: 'CONDITIONAL',
              side: side === 'buy' ? 'BUY' : 'SELL',
              type,
              timeInForce: 'GTC',
              quantity: order.quantity,
              price,
              triggerPrice: trigger,
              workingType,
              reduceOnly: 'true',
              clientAlgoId: order.clientOrderId,
              selfTradePreventionMode: 'EXPIRE_MAKER',
            },
          });
        });
      }
    }
  }

  test('[EX-14] a resting order that lives long enough carries its own end, whole seconds', async () => {
    const h = await ready('binance:perp');
    const expiresAtMs = h.clock.wallMs() + 900_123;
    const { fields } = await sent(h, h.order({ kind: 'limit', expiresAtMs }));
    expect(fields).toMatchObject({
      timeInForce: 'GTD',
      goodTillDate: String(Math.floor(expiresAtMs / 1000) * 1000),
    });
    const short = await sent(h, h.order({ kind: 'limit', expiresAtMs: h.clock.wallMs() + 300_000 }));
    expect(short.fields).toMatchObject({ timeInForce: 'GTC' });
    expect(short.fields).not.toHaveProperty('goodTillDate');
  });

  test('[EX-14] the dead-man is one countdown for each symbol, and 0 stops it', async () => {
    const h = await ready('binance:perp');
    expect(await h.settled(h.broker.deadMan(60, [h.listing.id]))).toMatchObject({ ok: true });
    const call = 'POST fapi.binance.com/fapi/v1/countdownCancelAll';
    expect(lastWrite(h)).toEqual({ call, fields: { symbol: 'BTCUSDT', countdownTime: '60000' } });
    await h.settled(h.broker.deadMan(null, [h.listing.id]));
    expect(lastWrite(h)).toEqual({ call, fields: { symbol: 'BTCUSDT', countdownTime: '0' } });
    // One that cannot be set does not keep the next from its turn.
    const [other] = [...h.sink.listings.values()].filter(({ symbol }) => symbol !== 'BTCUSDT');
    if (other === undefined) throw new Error('one symbol alone');
    h.wire.answers = (captured, answer) =>
      captured.path.endsWith('countdownCancelAll') && JSON.stringify(captured).includes('BTCUSDT')
        ? { ...answer, status: 400, body: '{"code":-1121,"msg":"Invalid symbol."}' }
        : answer;
    expect(await h.settled(h.broker.deadMan(60, [h.listing.id, other.id]))).toMatchObject({ ok: false });
    expect(lastWrite(h)).toEqual({ call, fields: { symbol: other.symbol, countdownTime: '60000' } });
  });

  test('[EX-9] cancels: in the engine, in the algo service, and of everything in both', async () => {
    const h = await ready('binance:perp');
    await bought(h);
    const order = h.order();
    await sent(h, order);
    await h.settled(h.broker.cancel(order.clientOrderId, order.listing));
    expect(lastWrite(h)).toEqual({
      call: 'DELETE fapi.binance.com/fapi/v1/order',
      fields: { symbol: 'BTCUSDT', origClientOrderId: order.clientOrderId },
    });
    const [trigger, price] = triggerOf(h, 'stop-loss', 'sell');
    const stop = h.order({ kind: 'stop-loss', side: 'sell', price, trigger: { price: trigger, by: 'mark' } });
    await sent(h, stop);
    await h.settled(h.broker.cancel(stop.clientOrderId, stop.listing));
    expect(lastWrite(h)).toEqual({
      call: 'DELETE fapi.binance.com/fapi/v1/algoOrder',
      fields: { clientAlgoId: stop.clientOrderId },
    });
    await h.settled(h.broker.cancelAll(h.listing.id));
    const calls = h.wire
      .written()
      .slice(-2)
      .map(({ method, path, query }) => `${method} ${path} ${query.symbol}`);
    expect(calls).toEqual(['DELETE /fapi/v1/allOpenOrders BTCUSDT', 'DELETE /fapi/v1/algoOpenOrders BTCUSDT']);
  });

  test('[AC-2] leverage is set, and believed only when it is read back', async () => {
    const h = await ready('binance:perp');
    h.wire.requests.length = 0;
    expect(await h.settled(h.broker.setLeverage(h.listing.id, '3'))).toMatchObject({ ok: true });
    expect(h.wire.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /fapi/v1/leverage',
      'GET /fapi/v1/symbolConfig',
    ]);
    expect(h.wire.requests[0]?.body).toMatchObject({ symbol: 'BTCUSDT', leverage: '3' });
    h.wire.answers = ({ path }, answer) =>
      path === '/fapi/v1/symbolConfig'
        ? { ...answer, body: answer.body.replaceAll('"leverage":5', '"leverage":3') }
        : answer;
    expect(await h.settled(h.broker.setLeverage(h.listing.id, '5'))).toMatchObject({ ok: false });
  });
});

/** A resident order's trigger away from the market, and its bound beyond it. */
function triggerOf(h: BrokerHarness, kind: 'stop-loss' | 'take-profit', side: 'buy' | 'sell'): [string, string] {
  const below = (kind === 'stop-loss') === (side === 'sell');
  const trigger = below ? h.away('buy', '0.005') : h.away('sell', '0.005');
  const slack = decimal(h.listing.priceTick).times('20');
  const price = side === 'sell' ? decimal(trigger).minus(slack) : decimal(trigger).plus(slack);
  return [trigger, wire(price)];
}

/** A position to reduce. */
async function bought(h: BrokerHarness, side: 'buy' | 'sell' = 'buy'): Promise<void> {
  const order = h.order({ kind: 'ioc', side, price: h.through(side), quantity: h.quantity(4) });
  await h.settled(h.broker.submit(order));
  await h.until('bought', () => h.filledOf(order.clientOrderId) === order.quantity);
}
