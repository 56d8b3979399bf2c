import { describe, expect, test } from 'vitest';
import { KrakenSpotAdapter } from '#main/venues/kraken/spot/orders/adapter';
import { altname, assetOf, byPairName } from '#main/venues/kraken/spot/orders/pair-names';
import { AdapterRig, SPOT, START_MS } from './adapter-rig.ts';

const REF = { clientOrderId: 'x1', venueOrderId: null, listing: SPOT, resident: false };
const order = (more: object = {}) => ({
  cl_ord_id: 'x1',
  status: 'open',
  opentm: START_MS / 1000,
  descr: { pair: 'XBTUSD', type: 'buy', ordertype: 'limit', price: '50000.0', price2: '0' },
  vol: '0.10000000',
  vol_exec: '0.00000000',
  ...more,
});
const trade = (more: object = {}) => ({
  ordertxid: 'O1',
  pair: 'XXBTZUSD',
  time: START_MS / 1000,
  type: 'buy',
  price: '50000.0',
  fee: '1.25',
  vol: '0.01',
  maker: true,
  ...more,
});

async function streaming() {
  const rig = new AdapterRig();
  rig.answer('socket-token', { error: [], result: { token: 'a-secret-token', expires: 900 } });
  const adapter = new KrakenSpotAdapter(rig.context(SPOT));
  adapter.stream(rig.sink);
  await rig.run(10);
  rig.frame({ channel: 'executions', type: 'snapshot', data: [], sequence: 1 });
  rig.frame({ channel: 'balances', type: 'snapshot', data: [], sequence: 1 });
  let sequence = 1;
  const tell = (row: object) => {
    sequence += 1;
    rig.frame({ channel: 'executions', type: 'update', data: [row], sequence });
  };
  return { rig, tell, skip: () => (sequence += 1) };
}

const TAKEN = {
  order_id: 'O1',
  cl_ord_id: 'x1',
  symbol: 'BTC/USD',
  side: 'sell',
  order_qty: 0.1,
  limit_price: 50000,
  exec_type: 'pending_new',
  order_status: 'pending_new',
  timestamp: '2026-11-01T12:00:00.000001Z',
};

describe('Kraken spot: names', () => {
  test('[ID-2] a pair answers to each of the names that REST has for it', () => {
    const named = byPairName([SPOT]);
    for (const name of ['XBTUSD', 'XXBTZUSD', 'XBT/USD', 'BTC/USD']) expect(named(name)).toBe(SPOT);
    for (const name of ['ETHUSD', 'XBTUSDT', '']) expect(named(name)).toBeUndefined();
    expect(altname({ base: 'DOGE', quote: 'USD' })).toBe('XDGUSD');
  });

  test('[ID-2] a name that could mean two pairs is nobody’s, unless it is the very name of one', () => {
    const other = { ...SPOT, base: 'XBT2', symbol: 'XBT2/USD', id: 'kraken:spot|XBT2-USD' as const };
    const trap = { ...SPOT, base: 'XXBT2', symbol: 'XXBT2/USD', id: 'kraken:spot|XXBT2-USD' as const };
    expect(byPairName([other, trap])('XXBT2USD')).toBe(trap);
    expect(byPairName([other, trap])('XXBT2ZUSD')).toBeUndefined();
  });

  test('[ID-3] codes of assets; what earns is told apart from what trades', () => {
    expect(assetOf('XXBT')).toEqual({ currency: 'BTC', wallet: 'spot' });
    expect(assetOf('ZUSD')).toEqual({ currency: 'USD', wallet: 'spot' });
    expect(assetOf('ZORA')).toEqual({ currency: 'ZORA', wallet: 'spot' });
    expect(assetOf('XBT.F')).toEqual({ currency: 'BTC', wallet: 'earn' });
  });
});

describe('Kraken spot: what is asked', () => {
  test('[EX-4] an order that neither list shows is not there; one of another name does not count', async () => {
    const rig = new AdapterRig();
    rig.answer('open-orders', { error: [], result: { open: { O9: order({ cl_ord_id: 'x9' }) } } });
    rig.answer('closed-orders', {
      error: [],
      result: { closed: { O8: order({ cl_ord_id: 'x8', status: 'closed' }) } },
    });
    const adapter = new KrakenSpotAdapter(rig.context(SPOT));
    expect(await adapter.look(REF, START_MS)).toEqual({ ok: true, value: { kind: 'not-there' } });
  });

  test('[EX-4] every page of the ended orders is read before one is said not to be there', async () => {
    const rig = new AdapterRig();
    const full = Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => [`P${index}`, order({ cl_ord_id: `y${index}`, status: 'closed' })]),
    );
    rig.answer('open-orders', { error: [], result: { open: {} } });
    rig.answer(
      'closed-orders',
      { error: [], result: { closed: full } },
      { error: [], result: { closed: { O1: order({ status: 'canceled' }) } } },
    );
    const looked = await new KrakenSpotAdapter(rig.context(SPOT)).look(REF, START_MS);
    expect(looked).toMatchObject({ value: { kind: 'found', order: { venueOrderId: 'O1', state: 'cancelled' } } });
    expect(rig.calls.map(({ params }) => Object(params).ofs)).toEqual([undefined, undefined, 50]);
  });

  test('[EX-6] closed is filled when all of it was, and ended when it was not', async () => {
    const rig = new AdapterRig();
    const closed = {
      A: order({ status: 'closed', vol_exec: '0.1' }),
      B: order({ status: 'closed', vol_exec: '0.04' }),
    };
    rig.answer('open-orders', { error: [], result: { open: closed } });
    const open = await new KrakenSpotAdapter(rig.context(SPOT)).openOrders();
    expect(open).toMatchObject({ value: [{ state: 'filled' }, { state: 'cancelled', filled: '0.04' }] });
  });

  test('[EX-4] a venue id that Kraken does not show proves nothing', async () => {
    const rig = new AdapterRig();
    rig.answer('order-query', { error: [], result: {} });
    const adapter = new KrakenSpotAdapter(rig.context(SPOT));
    expect(await adapter.look({ ...REF, venueOrderId: 'O1' }, START_MS)).toMatchObject({ value: { kind: 'unproven' } });
  });

  test('[EX-6] a status nobody knows stays unknown; a stop that waits is open at its limit', async () => {
    const rig = new AdapterRig();
    const descr = { pair: 'XBTUSD', type: 'sell', ordertype: 'stop-loss-limit', price: '49000.0', price2: '48900.0' };
    rig.answer('open-orders', {
      error: [],
      result: { open: { O1: order({ status: 'frozen' }), O2: order({ descr }) } },
    });
    const open = await new KrakenSpotAdapter(rig.context(SPOT)).openOrders();
    expect(open).toMatchObject({
      value: [
        { venueOrderId: 'O1', state: 'unknown', status: 'frozen', price: '50000.0', quantity: '0.10000000' },
        { venueOrderId: 'O2', state: 'open', side: 'sell', price: '48900.0' },
      ],
    });
  });

  test('[FCL] an execution without its fee, a balance without what is held: unreadable, never zero', async () => {
    const rig = new AdapterRig();
    rig.answer('trades-history', { error: [], result: { trades: { T1: { ...trade(), fee: undefined } } } });
    rig.answer('balances', { error: [], result: { ZUSD: { balance: '5' } } });
    const adapter = new KrakenSpotAdapter(rig.context(SPOT));
    expect(await adapter.fills(START_MS, null)).toMatchObject({ ok: false, error: { code: 'UNREADABLE' } });
    expect(await adapter.holdings()).toMatchObject({ ok: false, error: { kind: 'in-doubt' } });
  });

  test('[EX-5] executions are read to the last page, each once, digit for digit', async () => {
    const rig = new AdapterRig();
    const page = (from: number, count: number) => ({
      error: [],
      result: {
        trades: Object.fromEntries(
          Array.from({ length: count }, (_, index) => [`T${from + index}`, trade({ vol: '0.01000000' })]),
        ),
      },
    });
    // One execution came between the two questions: the last row of the first page is met again.
    rig.answer('trades-history', page(1, 50), page(50, 3));
    const fills = await new KrakenSpotAdapter(rig.context(SPOT)).fills(START_MS, null);
    expect(fills.ok && fills.value.map(({ tradeId }) => tradeId).sort()).toEqual(
      Array.from({ length: 52 }, (_, index) => `T${index + 1}`).sort(),
    );
    expect(fills.ok && fills.value[0]).toMatchObject({
      quantity: '0.01000000',
      fee: '1.25',
      feeCurrency: 'USD',
      liquidity: 'maker',
      listing: SPOT.id,
    });
  });

  test('[EX-14] a switch that does not say it is armed is not armed', async () => {
    const rig = new AdapterRig();
    rig.answer('dead-man', { error: [], result: { currentTime: '', triggerTime: '0' } });
    const adapter = new KrakenSpotAdapter(rig.context(SPOT));
    expect(await adapter.deadMan(60)).toMatchObject({ ok: false });
    expect(await adapter.deadMan(null)).toMatchObject({ ok: true });
  });
});

describe('Kraken spot: what is streamed', () => {
  test('[SE-1] both channels are asked for with a token that no message will show; live once both began', async () => {
    const { rig } = await streaming();
    expect(rig.sent.map((text) => Object(JSON.parse(text)).params)).toEqual([
      { channel: 'executions', snap_orders: true, snap_trades: false, token: 'a-secret-token' },
      { channel: 'balances', snapshot: true, token: 'a-secret-token' },
    ]);
    expect(rig.hidden).toContain('a-secret-token');
    expect(rig.states.at(-1)).toBe('live');
  });

  test('[EX-5] later events leave out what the first told; an end keeps what was executed before', async () => {
    const { rig, tell } = await streaming();
    tell(TAKEN);
    tell({ order_id: 'O1', exec_type: 'new', order_status: 'new', timestamp: TAKEN.timestamp });
    tell({
      order_id: 'O1',
      cl_ord_id: 'x1',
      exec_id: 'T1',
      exec_type: 'trade',
      order_status: 'partially_filled',
      symbol: 'BTC/USD',
      side: 'sell',
      last_qty: 1e-7,
      last_price: 50000.1,
      liquidity_ind: 'm',
      fees: [{ asset: 'USD', qty: 1.25e-6 }],
      cum_qty: 1e-7,
      timestamp: TAKEN.timestamp,
    });
    tell({ order_id: 'O1', exec_type: 'canceled', order_status: 'canceled', timestamp: TAKEN.timestamp });
    expect(
      rig.orders.map(({ state, filled, clientOrderId, quantity }) => [state, filled, clientOrderId, quantity]),
    ).toEqual([
      ['open', '0', 'x1', '0.1'],
      ['open', '0', 'x1', '0.1'],
      ['open', '0.0000001', 'x1', '0.1'],
      ['cancelled', '0.0000001', 'x1', '0.1'],
    ]);
    expect(rig.fills).toMatchObject([
      {
        tradeId: 'T1',
        quantity: '0.0000001',
        price: '50000.1',
        fee: '0.00000125',
        feeCurrency: 'USD',
        liquidity: 'maker',
      },
    ]);
    expect(rig.unreadable).toEqual([]);
  });

  test('[EX-6] an order that was never told of, an execution without its fee, an unknown status', async () => {
    const { rig, tell } = await streaming();
    tell({ order_id: 'O7', exec_type: 'canceled', order_status: 'canceled', timestamp: TAKEN.timestamp });
    expect(rig.unreadable).toHaveLength(1);
    tell({ ...TAKEN, exec_type: 'trade', exec_id: 'T1', last_qty: 1, last_price: 1, liquidity_ind: 't', fees: [] });
    expect(rig.unreadable).toHaveLength(2);
    expect(rig.fills).toEqual([]);
    tell({ ...TAKEN, cum_qty: 0, order_status: 'frozen' });
    expect(rig.orders.at(-1)).toMatchObject({ state: 'unknown', status: 'frozen' });
  });

  test('[EX-5] a message that is missing is missed; one that was overtaken or comes twice is not', async () => {
    const { rig, tell, skip } = await streaming();
    tell(TAKEN);
    rig.frame({ channel: 'executions', type: 'update', data: [], sequence: 4 });
    rig.frame({ channel: 'executions', type: 'update', data: [], sequence: 3 });
    rig.frame({ channel: 'executions', type: 'update', data: [], sequence: 4 });
    await rig.run(3_000);
    expect(rig.unreadable).toEqual([]);
    skip();
    skip();
    skip();
    tell(TAKEN);
    await rig.run(3_000);
    expect(rig.unreadable).toEqual(['message 5 of executions is missing']);
  });

  test('a subscription that is refused ends the line with the venue’s words', async () => {
    const { rig } = await streaming();
    rig.frame({ method: 'subscribe', success: false, error: 'ESession:Invalid session' });
    expect(rig.states.at(-1)).toBe('lost: Kraken: ESession:Invalid session');
  });
});

describe('[AC-1] Kraken spot: the key', () => {
  const info = (more: object) => ({
    error: [],
    result: {
      permissions: [
        'query-funds',
        'query-open-trades',
        'query-closed-trades',
        'create-ws-token',
        'modify-trades',
        'close-trades',
      ],
      valid_until: '0',
      query_from: '0',
      query_to: '0',
      ip_allowlist: [],
      ...more,
    },
  });
  const failing = async (more: object): Promise<string[]> => {
    const rig = new AdapterRig();
    rig.answer('key-info', info(more));
    const findings = await new KrakenSpotAdapter(rig.context(SPOT)).findings();
    return findings.filter(({ status }) => status !== 'pass' && status !== 'not-applicable').map(({ check }) => check);
  };

  test.each<[string, object, string[]]>([
    ['a good one', {}, []],
    [
      'one that lacks the stream',
      { permissions: ['query-funds', 'query-open-trades', 'query-closed-trades', 'modify-trades', 'close-trades'] },
      ['read'],
    ],
    [
      'one that may only cancel',
      { permissions: ['query-funds', 'query-open-trades', 'query-closed-trades', 'create-ws-token', 'close-trades'] },
      ['trade'],
    ],
    ['one whose history begins late', { query_from: '1700000000' }, ['read']],
    ['one that has expired', { valid_until: String(START_MS / 1000 - 1) }, ['expiry']],
    ['one that expires later', { valid_until: String(START_MS / 1000 + 100) }, []],
  ])('%s', async (_what, more, checks) => {
    expect(await failing(more)).toEqual(checks);
  });

  test.each(['withdraw-funds', 'add-withdraw-address', 'update-withdraw-address'])(
    'one with %s can move money',
    async (name) => {
      const { permissions } = info({}).result;
      expect(await failing({ permissions: [...permissions, name] })).toEqual(['withdrawal']);
    },
  );

  test('[MD-6] clocks that differ too much', async () => {
    const rig = new AdapterRig();
    rig.skewMs = -11_000;
    rig.answer('key-info', info({}));
    const findings = await new KrakenSpotAdapter(rig.context(SPOT)).findings();
    expect(findings.find(({ check }) => check === 'clock')?.status).toBe('fail');
  });
});
