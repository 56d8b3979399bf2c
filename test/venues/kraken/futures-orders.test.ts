import { describe, expect, test } from 'vitest';
import { KrakenFuturesAdapter } from '#main/venues/kraken/futures/orders/adapter';
import { authentOf, signedChallenge } from '#main/venues/kraken/futures/orders/signature';
import { AdapterRig, PERP, START_MS } from './adapter-rig.ts';

const REF = { clientOrderId: 'x1', venueOrderId: null, listing: PERP, resident: false };
const AT = new Date(START_MS).toISOString();
const success = (more: object) => ({ result: 'success', serverTime: AT, ...more });
const CHECK = '/api/auth/v1/api-keys/v3/check';

const booked = (more: object = {}) => ({
  uid: 'u1',
  tradeable: 'PF_XBTUSD',
  direction: 'Buy',
  quantity: '0.1',
  filled: '0',
  timestamp: START_MS,
  limitPrice: '50000',
  clientId: 'x1',
  ...more,
});
const page = (...events: readonly object[]) => ({
  elements: events.map((event) => ({ uid: 'e', timestamp: START_MS, event })),
  len: events.length,
});
const fillRow = (more: object = {}) => ({
  fill_id: 'f1',
  order_id: 'u1',
  cliOrdId: 'x1',
  symbol: 'PF_XBTUSD',
  side: 'buy',
  size: 0.1,
  price: 50000,
  fillTime: AT,
  fillType: 'taker',
  ...more,
});
const execution = (more: object = {}) => ({
  Execution: {
    execution: {
      uid: 'f1',
      order: { uid: 'u1' },
      timestamp: START_MS,
      quantity: '0.1',
      price: '50000',
      orderData: { fee: '2.5' },
      ...more,
    },
  },
});

function looking(orders: object, triggers: object = page()) {
  const rig = new AdapterRig();
  rig.answer('order-status', success({ orders: [] }));
  rig.answer('open-orders', success({ openOrders: [] }));
  rig.answer('history-orders', orders);
  rig.answer('history-triggers', triggers);
  rig.answer('fills', success({ fills: [fillRow()] }));
  rig.answer('history-executions', page(execution()));
  return { rig, look: () => new KrakenFuturesAdapter(rig.context(PERP)).look(REF, START_MS) };
}

async function streaming() {
  const rig = new AdapterRig();
  const adapter = new KrakenFuturesAdapter(rig.context(PERP));
  adapter.stream(rig.sink);
  await rig.run(10);
  rig.frame({ event: 'info', version: 1 });
  rig.frame({ event: 'challenge', message: 'c100b894-1729-464d-ace1-52dbce11db42' });
  rig.frame({ feed: 'open_orders_verbose_snapshot', account: 'a', orders: [] });
  rig.frame({ feed: 'fills_snapshot', account: 'a', fills: [] });
  return { rig, adapter };
}

const streamedOrder = (more: object = {}) => ({
  instrument: 'PF_XBTUSD',
  time: START_MS,
  last_update_time: START_MS,
  qty: 0.1,
  filled: 0,
  limit_price: 50000,
  stop_price: 0,
  type: 'limit',
  order_id: 'u1',
  cli_ord_id: 'x1',
  direction: 0,
  reduce_only: false,
  ...more,
});
const streamedFill = (more: object = {}) => ({
  instrument: 'PF_XBTUSD',
  time: START_MS,
  price: 50000,
  seq: 1,
  buy: true,
  qty: 1e-7,
  remaining_order_qty: 0,
  order_id: 'u1',
  cli_ord_id: 'x1',
  fill_id: 'f1',
  fill_type: 'maker',
  fee_paid: -9.142857e-5,
  fee_currency: 'XBT',
  ...more,
});

test('[PP-2] both signatures of the documentation and of a call without data', () => {
  const secret = '7zxMEF5p/Z8l2p2U7Ghv6x14Af+Fx+92tPgUdVQ748FOIrEoT9bgT+bTRfXc5pz8na+hL/QdrCVG7bh9KpT0eMTm';
  expect(signedChallenge(secret, 'c100b894-1729-464d-ace1-52dbce11db42')).toBe(
    '4JEpF3ix66GA2B+ooK128Ift4XQVtc137N9yeg4Kqsn9PI0Kpzbysl9M1IeCEdjg0zl00wkVqcsnG4bmnlMb3A==',
  );
  expect(authentOf(` ${secret} `, CHECK)).toBe(authentOf(secret, CHECK));
});

describe('[EX-4] Kraken Futures: what became of an order', () => {
  test('nowhere: not there; of another name: not there either', async () => {
    expect(await looking(page()).look()).toEqual({ ok: true, value: { kind: 'not-there' } });
    const other = page({ OrderPlaced: { order: booked({ uid: 'u9', clientId: 'x9' }) } });
    expect(await looking(other).look()).toMatchObject({ value: { kind: 'not-there' } });
  });

  test('placed, executed in part and cancelled: its end, its executions with their fees', async () => {
    const { look } = looking(
      page(
        { OrderPlaced: { order: booked() } },
        { OrderUpdated: { newOrder: booked({ filled: '0.04' }) } },
        { OrderCancelled: { order: booked({ filled: '0.04' }), reason: 'cancelled_by_user' } },
      ),
    );
    expect(await look()).toMatchObject({
      value: {
        kind: 'found',
        order: { state: 'cancelled', filled: '0.04', quantity: '0.1', clientOrderId: 'x1', listing: PERP.id },
        fills: [{ tradeId: 'f1', fee: '2.5', feeCurrency: 'USD', liquidity: 'taker' }],
      },
    });
  });

  test('executed whole; rejected', async () => {
    const filled = page(
      { OrderPlaced: { order: booked() } },
      { OrderUpdated: { newOrder: booked({ filled: '0.1' }) } },
    );
    expect(await looking(filled).look()).toMatchObject({ value: { order: { state: 'filled', filled: '0.1' } } });
    const rejected = page({ OrderRejected: { order: booked(), reason: 'post_would_execute' } });
    expect(await looking(rejected).look()).toMatchObject({ value: { order: { state: 'rejected', filled: '0' } } });
  });

  test('placed, not open any more, and its end is not told yet: unproven', async () => {
    expect(await looking(page({ OrderPlaced: { order: booked() } })).look()).toMatchObject({
      value: { kind: 'unproven' },
    });
  });

  test('a trigger that was cancelled has ended; one that went off and left no order is unproven', async () => {
    const { filled: _filled, ...trigger } = booked();
    const placed = { OrderTriggerPlaced: { order: trigger } };
    const cancelled = page(placed, { OrderTriggerCancelled: { order: trigger } });
    expect(await looking(page(), cancelled).look()).toMatchObject({
      value: { order: { state: 'cancelled', filled: '0' } },
    });
    const activated = page(placed, { OrderTriggerActivated: { order: trigger } });
    expect(await looking(page(), activated).look()).toMatchObject({ value: { kind: 'unproven' } });
    // The order that it became has another id and the same name.
    const became = page(
      { OrderPlaced: { order: booked({ uid: 'u2' }) } },
      { OrderCancelled: { order: booked({ uid: 'u2' }) } },
    );
    expect(await looking(became, activated).look()).toMatchObject({ value: { order: { venueOrderId: 'u2' } } });
  });

  test('without the status of young orders absence is proven later; a failure of it proves nothing', async () => {
    const { rig, look } = looking(page());
    rig.failures.set('order-status', 'HTTP_405');
    expect(await look()).toMatchObject({ value: { kind: 'unproven' } });
    rig.clock.advanceBy(60_000);
    expect(await look()).toMatchObject({ value: { kind: 'not-there' } });
    rig.failures.set('order-status', 'HTTP_502');
    expect(await look()).toMatchObject({ ok: false, error: { code: 'HTTP_502' } });
    rig.failures.set('order-status', 'HTTP_404');
    rig.failures.set('history-triggers', 'HTTP_502');
    expect(await look()).toMatchObject({ ok: false, error: { code: 'HTTP_502' } });
  });

  test('[EX-6] a status nobody knows stays unknown; a trigger has executed nothing', async () => {
    const rig = new AdapterRig();
    const row = {
      orderId: 'u1',
      cliOrdId: 'x1',
      symbol: 'PF_XBTUSD',
      side: 'buy',
      quantity: 0.1,
      filled: 0.02,
      limitPrice: 50000,
      timestamp: AT,
    };
    rig.answer(
      'order-status',
      success({ orders: [{ order: row, status: 'UNDER_REVIEW' }] }),
      success({ orders: [{ order: { ...row, filled: null }, status: 'TRIGGER_PLACED' }] }),
      success({ orders: [{ order: { ...row, filled: null }, status: 'ENTERED_BOOK' }] }),
    );
    rig.answer('fills', success({ fills: [] }));
    const adapter = new KrakenFuturesAdapter(rig.context(PERP));
    expect(await adapter.look(REF, START_MS)).toMatchObject({ value: { order: { state: 'unknown', filled: '0.02' } } });
    expect(await adapter.look(REF, START_MS)).toMatchObject({ value: { order: { state: 'open', filled: '0' } } });
    expect(await adapter.look(REF, START_MS)).toMatchObject({ ok: false, error: { code: 'UNREADABLE' } });
  });
});

describe('[EX-5] Kraken Futures: executions', () => {
  const reading = (fills: readonly object[][], executions: readonly object[]) => {
    const rig = new AdapterRig();
    rig.answer('fills', ...fills.map((rows) => success({ fills: rows })));
    rig.answer('history-executions', ...executions);
    return { rig, read: () => new KrakenFuturesAdapter(rig.context(PERP)).fills(START_MS, null) };
  };

  test('the fee is found by the execution’s id, else by order, size, price and moment', async () => {
    const byTerms = execution({ uid: 'named-otherwise' });
    expect(await reading([[fillRow()]], [page(byTerms)]).read()).toMatchObject({
      value: [{ tradeId: 'f1', fee: '2.5' }],
    });
  });

  test('[FCL] one whose fee is not told is no answer', async () => {
    const later = execution({ uid: 'f2', timestamp: START_MS + 5 });
    expect(await reading([[fillRow()]], [page(later)]).read()).toMatchObject({
      ok: false,
      error: { kind: 'in-doubt' },
    });
  });

  test('rows of one millisecond on both sides of a page’s end are all read', async () => {
    const rows = Array.from({ length: 130 }, (_, index) => fillRow({ fill_id: `f${index}`, order_id: `u${index}` }));
    const executions = rows.map((_, index) => execution({ uid: `f${index}`, order: { uid: `u${index}` } }));
    const { rig, read } = reading([rows.slice(0, 100), rows.slice(30)], [page(...executions)]);
    rig.answer('fills', success({ fills: rows.slice(0, 100) }), success({ fills: rows.slice(31) }));
    const fills = await read();
    expect(fills.ok && fills.value).toHaveLength(130);
    expect(rig.calls[1]?.params).toEqual({ lastFillTime: new Date(START_MS + 1).toISOString() });
    expect(rig.calls.filter(({ endpoint }) => endpoint === 'fills').map(({ weight }) => weight)).toEqual([2, 25]);
  });

  test('a history in several parts is read to its last', async () => {
    const first = { ...page(execution({ uid: 'f0', order: { uid: 'u0' } })), continuationToken: 'more' };
    const { rig, read } = reading([[fillRow()]], [first, page(execution())]);
    expect(await read()).toMatchObject({ ok: true });
    expect(rig.calls.filter(({ endpoint }) => endpoint === 'history-executions').map(({ params }) => params)).toEqual([
      { version: 'v3', since: expect.any(Number), sort: 'asc' },
      { version: 'v3', since: expect.any(Number), sort: 'asc', continuation_token: 'more' },
    ]);
  });

  test('[EX-15] what the venue did is no execution of an order', async () => {
    expect(await reading([[fillRow({ fillType: 'liquidation' })]], []).read()).toEqual({ ok: true, value: [] });
  });
});

describe('Kraken Futures: what is streamed', () => {
  test('[SE-1] the challenge is answered for each feed; live once orders and fills have begun', async () => {
    const { rig } = await streaming();
    const sent = rig.sent.map((text) => Object(JSON.parse(text)));
    expect(sent.slice(0, 2)).toEqual([
      { event: 'subscribe', feed: 'heartbeat' },
      { event: 'challenge', api_key: 'the-key' },
    ]);
    expect(sent.slice(2).map(({ feed }) => feed)).toEqual([
      'open_orders_verbose',
      'fills',
      'balances',
      'open_positions',
    ]);
    expect(rig.hidden).toEqual([sent[2].signed_challenge]);
    expect(rig.states.at(-1)).toBe('live');
  });

  test('an alert before it is live ends the line with the venue’s words', async () => {
    const rig = new AdapterRig();
    new KrakenFuturesAdapter(rig.context(PERP)).stream(rig.sink);
    await rig.run(10);
    rig.frame({ event: 'alert', message: 'Failed to subscribe to authenticated feed' });
    expect(rig.states.at(-1)).toBe('lost: Kraken Futures: Failed to subscribe to authenticated feed');
  });

  test('[EX-5] an end that names the order alone keeps what was known of it; numbers with exponents are plain', async () => {
    const { rig } = await streaming();
    const feed = 'open_orders_verbose';
    rig.frame({ feed, order: streamedOrder(), is_cancel: false, reason: 'new_placed_order_by_user' });
    rig.frame({ feed: 'fills', fills: [streamedFill()] });
    rig.frame({
      feed,
      order: streamedOrder({ qty: 0.0999999, filled: 1e-7 }),
      is_cancel: false,
      reason: 'partial_fill',
    });
    rig.frame({ feed, order_id: 'u1', cli_ord_id: 'x1', is_cancel: true, reason: 'cancelled_by_user' });
    expect(rig.orders.map(({ state, filled, quantity }) => [state, filled, quantity])).toEqual([
      ['open', '0', '0.1'],
      ['open', '0.0000001', '0.1'],
      ['cancelled', '0.0000001', '0.1'],
    ]);
    expect(rig.fills).toMatchObject([
      {
        tradeId: 'f1',
        quantity: '0.0000001',
        fee: '-0.00009142857',
        feeCurrency: 'BTC',
        liquidity: 'maker',
        side: 'buy',
      },
    ]);
  });

  test('[EX-9] a stop that went off has not ended: its order follows', async () => {
    const { rig } = await streaming();
    const feed = 'open_orders_verbose';
    rig.frame({ feed, order: streamedOrder({ type: 'stop' }), is_cancel: false, reason: 'new_placed_order_by_user' });
    rig.frame({ feed, order_id: 'u1', cli_ord_id: 'x1', is_cancel: true, reason: 'stop_order_triggered' });
    rig.frame({ feed, order: streamedOrder(), is_cancel: false, reason: 'limit_order_from_stop' });
    expect(rig.orders.map(({ state }) => state)).toEqual(['open', 'open']);
  });

  test('[EX-6] reasons and kinds of fills that nobody knows', async () => {
    const { rig } = await streaming();
    const feed = 'open_orders_verbose';
    rig.frame({ feed, order: streamedOrder(), is_cancel: true, reason: 'moved_to_review' });
    expect(rig.orders.at(-1)).toMatchObject({ state: 'unknown', status: 'moved_to_review' });
    rig.frame({ feed: 'fills', fills: [streamedFill({ fill_type: 'novation' })] });
    rig.frame({ feed, order_id: 'u9', is_cancel: true, reason: 'cancelled_by_user' });
    rig.frame({ feed: 'fills', fills: [{ ...streamedFill(), fee_paid: undefined }] });
    expect(rig.fills).toEqual([]);
    expect(rig.unreadable).toHaveLength(3);
  });

  test.each([
    ['liquidation', 'liquidation'],
    ['partialLiquidation', 'liquidation'],
    ['unwindCounterparty', 'auto-deleveraging'],
  ])('[EX-15] %s is told as %s, also when it was missed, but not from long ago', async (fill_type, kind) => {
    const { rig } = await streaming();
    rig.frame({ feed: 'fills', fills: [streamedFill({ fill_type, qty: 0.2 })] });
    expect(rig.actions).toMatchObject([{ kind, listing: PERP.id, quantity: '0.2' }]);
    const old = streamedFill({ fill_type, time: START_MS - 3_600_000 });
    rig.frame({ feed: 'fills_snapshot', fills: [old, streamedFill({ fill_type }), streamedFill()] });
    expect(rig.actions).toHaveLength(2);
    expect(rig.fills).toEqual([]);
  });

  test('[FC-2] a position’s mark and liquidation price are told while the stream is of the same position', async () => {
    const { rig, adapter } = await streaming();
    const position = { side: 'short', symbol: 'PF_XBTUSD', price: 50000, size: 0.2, fillTime: AT };
    rig.answer('positions', success({ openPositions: [position] }));
    const row = { instrument: 'PF_XBTUSD', balance: -0.2, pnl: 1.5, mark_price: 49992.5, effective_leverage: 0.3 };
    rig.frame({ feed: 'open_positions', positions: [{ ...row, liquidation_threshold: 61000 }] });
    const [told] = await adapter.positions().then((answer) => (answer.ok ? answer.value : []));
    expect(told).toMatchObject({
      instrument: 'BTC-USD-PERP',
      side: 'short',
      quantity: '0.2',
      entryPrice: '50000',
      markPrice: '49992.5',
      liquidationPrice: '61000',
      unrealised: '1.5',
      marginMode: 'cross',
    });
    rig.frame({ feed: 'open_positions', positions: [{ ...row, balance: -0.1, liquidation_threshold: 61000 }] });
    const [changed] = await adapter.positions().then((answer) => (answer.ok ? answer.value : []));
    expect(changed).toMatchObject({ quantity: '0.2', markPrice: null, liquidationPrice: null });
  });
});

describe('[AC-1] Kraken Futures: the key', () => {
  const known = (general: string, transfer: string) => ({
    status: 200,
    body: JSON.stringify({
      apiKey: 'k',
      permissions: { general, transfer },
      allowedCidrBlock: null,
      allowedCidrBlocks: [],
    }),
  });
  const findings = async (
    pages: Readonly<Record<string, { status: number; body: string }>>,
    strategy = 'REJECT_TAKER',
  ) => {
    const rig = new AdapterRig();
    for (const [host, answer] of Object.entries(pages)) rig.pages.set(`https://${host}${CHECK}`, answer);
    rig.answer('accounts', success({ accounts: { cash: { balances: {} }, flex: { currencies: {} } } }));
    rig.answer('leverage', success({ leveragePreferences: [{ symbol: 'PF_XBTUSD', maxLeverage: 10 }] }));
    rig.answer('self-trade', success({ strategy }));
    const found = await new KrakenFuturesAdapter(rig.context(PERP)).findings();
    return Object.fromEntries(
      found
        .filter(({ status }) => status === 'fail' || status === 'unknown')
        .map(({ check, status }) => [check, status]),
    );
  };
  const refused = { status: 401, body: '{"error":"UNAUTHENTICATED","message":"","suberror":null}' };
  const live = 'futures.kraken.com';

  test('a good one; one that reads; one that moves money; one without access', async () => {
    expect(await findings({ [live]: known('FULL_ACCESS', 'NO_ACCESS') })).toEqual({});
    expect(await findings({ [live]: known('FULL_ACCESS', 'READ_ONLY') })).toEqual({});
    expect(await findings({ [live]: known('READ_ONLY', 'NO_ACCESS') })).toEqual({ trade: 'fail' });
    expect(await findings({ [live]: known('FULL_ACCESS', 'FULL_ACCESS') })).toEqual({ withdrawal: 'fail' });
    expect(await findings({ [live]: known('NO_ACCESS', 'NO_ACCESS') })).toEqual({ read: 'fail', trade: 'fail' });
  });

  test('one that nobody knows', async () => {
    expect(await findings({ [live]: refused })).toEqual({ signature: 'fail', ip: 'unknown' });
  });

  test('[FCL] no answer, an outage, an answer that cannot be read: not known', async () => {
    expect(await findings({})).toEqual({ signature: 'unknown' });
    expect(await findings({ [live]: { status: 503, body: '' } })).toEqual({ signature: 'unknown' });
    expect(await findings({ [live]: { status: 200, body: '{"permissions":{}}' } })).toEqual({ signature: 'unknown' });
  });

  test('[AC-2] a self-trade strategy that nobody knows is not trusted', async () => {
    expect(await findings({ [live]: known('FULL_ACCESS', 'NO_ACCESS') }, 'ALLOW')).toEqual({ 'self-trade': 'unknown' });
  });
});

describe('[EX-4] the history’s hundred calls in ten minutes', () => {
  const histories = (rig: AdapterRig) => rig.calls.filter(({ endpoint }) => endpoint.startsWith('history-'));

  test('an execution that the stream told, or that was asked for once, costs none of them again', async () => {
    const { rig, adapter } = await streaming();
    rig.answer('fills', success({ fills: [fillRow()] }));
    rig.answer('history-executions', page(execution()));
    expect((await adapter.fills(START_MS - 60_000, null)).ok).toBe(true);
    expect(histories(rig)).toHaveLength(1);
    expect((await adapter.fills(START_MS - 60_000, null)).ok).toBe(true);
    expect(histories(rig)).toHaveLength(1);
    const told = {
      instrument: 'PF_XBTUSD',
      time: START_MS,
      price: 50000,
      seq: 1,
      buy: true,
      qty: 0.1,
      remaining_order_qty: 0,
    };
    const more = {
      order_id: 'u2',
      cli_ord_id: 'x2',
      fill_id: 'f2',
      fill_type: 'maker',
      fee_paid: 1.25,
      fee_currency: 'USD',
    };
    rig.frame({ feed: 'fills', username: 'a', fills: [{ ...told, ...more }] });
    rig.answer('fills', success({ fills: [fillRow({ fill_id: 'f2', order_id: 'u2', cliOrdId: 'x2' }), fillRow()] }));
    const read = await adapter.fills(START_MS - 60_000, null);
    expect(read.ok && read.value.map(({ tradeId, fee, feeCurrency }) => [tradeId, fee, feeCurrency])).toEqual([
      ['f2', '1.25', 'USD'],
      ['f1', '2.5', 'USD'],
    ]);
    expect(histories(rig)).toHaveLength(1);
  });

  test('what became of an order of ours may use what readings must leave; whose an execution is may not', async () => {
    const ours = looking(page({ OrderPlaced: { order: booked({ filled: '0.1' }) } }));
    await ours.look();
    expect(ours.rig.calls.map(({ urgency }) => urgency)).toEqual(ours.rig.calls.map(() => 'hedge'));
    const { rig } = looking(page());
    await new KrakenFuturesAdapter(rig.context(PERP)).look({ ...REF, clientOrderId: '', venueOrderId: 'u9' }, START_MS);
    expect(rig.calls.map(({ urgency }) => urgency)).toEqual(rig.calls.map(() => 'read'));
    rig.calls.length = 0;
    await new KrakenFuturesAdapter(rig.context(PERP)).fills(START_MS, null);
    expect(rig.calls.map(({ urgency }) => urgency)).toEqual(['read', 'read']);
  });
});
