import { describe, expect, test } from 'vitest';
import { decimal, wire } from '#shared/money/decimal';
import { at, cause, lift, list, parse } from './client.ts';
import { BASE, client } from './okx-client.ts';

describe('[PP-2] orders', () => {
  test.each([
    ['51001', { instId: 'NOPE-USDT' }],
    ['51000', { tdMode: 'cross' }],
    ['51000', { side: 'hold' }],
    ['51000', { ordType: 'stop' }],
    ['51000', { sz: 'much' }],
    ['51000', { px: '-1' }],
    ['51000', { clOrdId: 'a-b' }],
    ['51000', { stpMode: 'never' }],
    ['51139', { reduceOnly: true }],
    ['54036', { ordType: 'fok', stpMode: 'cancel_both' }],
    ['51020', { sz: '0.000001' }],
    ['51121', { sz: '0.0100000001' }],
    ['51150', { px: '60000.123' }],
    ['51008', { sz: '100000' }],
    ['50062', { attachAlgoOrds: [] }],
  ])('%s for %o', async (code, change) => {
    const me = client();
    const row = await me.result('/api/v5/trade/order', me.order(change));
    expect([at(row, 'sCode'), at(row, 'ordId')]).toEqual([code, '']);
    expect(at(row, 'sMsg')).not.toBe('');
  });

  test('[EX-4] a request that comes after its own deadline is not processed', async () => {
    const me = client();
    const late = (headers: Record<string, string>) => ({ ...headers, expTime: String(me.here.clock.wallMs() - 1) });
    expect(await me.code('POST', '/api/v5/trade/order', me.order(), late)).toEqual([200, '50036']);
    const soon = (headers: Record<string, string>) => ({
      ...headers,
      expTime: String(Math.floor(me.here.clock.wallMs() + 1_000)),
    });
    expect(await me.code('POST', '/api/v5/trade/order', me.order(), soon)).toEqual([200, '0']);
  });

  test('an order by its id and by its client’s, cancelled, gone', async () => {
    const me = client();
    const placed = await me.result('/api/v5/trade/order', me.order({ clOrdId: 'abc1' }));
    const ordId = at(placed, 'ordId');
    const byName = await me.call('GET', '/api/v5/trade/order?instId=BTC-USDT&clOrdId=abc1');
    const byId = await me.call('GET', `/api/v5/trade/order?instId=BTC-USDT&ordId=${ordId}`);
    expect(at(byName.body, 'data', 0, 'ordId')).toBe(ordId);
    expect(byId.body).toEqual(byName.body);
    expect(at(byName.body, 'data', 0, 'state')).toBe('live');
    expect(at(await me.result('/api/v5/trade/order', me.order({ clOrdId: 'abc1' })), 'sCode')).toBe('51016');
    const open = await me.call('GET', '/api/v5/trade/orders-pending?instType=SPOT');
    expect(list(at(open.body, 'data'))).toHaveLength(1);
    expect(at(await me.result('/api/v5/trade/cancel-order', { instId: 'BTC-USDT', clOrdId: 'abc1' }), 'sCode')).toBe(
      '0',
    );
    expect(at(await me.result('/api/v5/trade/cancel-order', { instId: 'BTC-USDT', ordId }), 'sCode')).toBe('51400');
    expect(await me.code('GET', '/api/v5/trade/order?instId=BTC-USDT&clOrdId=nope')).toEqual([200, '51603']);
  });

  test('[EX-4] cancelled orders without an execution are shown for two hours', async () => {
    const me = client();
    await me.result('/api/v5/trade/order', me.order({ clOrdId: 'short1' }));
    await me.result('/api/v5/trade/cancel-order', { instId: 'BTC-USDT', clOrdId: 'short1' });
    const ask = () => me.code('GET', '/api/v5/trade/order?instId=BTC-USDT&clOrdId=short1');
    expect(await ask()).toEqual([200, '0']);
    me.here.practice.stop();
    me.here.clock.advanceBy(2 * 3_600_000);
    expect(await ask()).toEqual([200, '51603']);
  });

  test('[EX-5] executions: fees negative and in the bought coin, paged by bill', async () => {
    const me = client();
    for (let count = 0; count < 5; count += 1) {
      await me.result(
        '/api/v5/trade/order',
        me.order({ ordType: 'ioc', px: wire(decimal(me.price('ask')).times('1.001').round(1)) }),
      );
    }
    const all = list(at((await me.call('GET', '/api/v5/trade/fills?instType=SPOT')).body, 'data'));
    expect(all.length).toBeGreaterThanOrEqual(5);
    const [newest] = all;
    expect([at(newest ?? null, 'feeCcy'), at(newest ?? null, 'execType')]).toEqual(['BTC', 'T']);
    expect(String(at(newest ?? null, 'fee'))).toMatch(/^-0\.0000/);
    const first = list(at((await me.call('GET', '/api/v5/trade/fills-history?instType=SPOT&limit=2')).body, 'data'));
    const billId = at(first[1] ?? null, 'billId');
    const next = await me.call('GET', `/api/v5/trade/fills-history?instType=SPOT&limit=2&after=${billId}`);
    expect([...first, ...list(at(next.body, 'data'))]).toEqual(all.slice(0, 4));
  });

  test('[EX-14] cancel-all-after takes orders and waiting stops of both products, unless renewed', async () => {
    const me = client();
    expect(await me.code('POST', '/api/v5/trade/cancel-all-after', { timeOut: '9' })).toEqual([400, '51000']);
    await me.result('/api/v5/trade/order', me.order());
    const swap = { instId: 'BTC-USDT-SWAP', tdMode: 'cross', px: '50000', sz: '1' };
    expect(at(await me.result('/api/v5/trade/order', me.order(swap)), 'sCode')).toBe('0');
    const stop = { ...me.order({ side: 'sell', ordType: 'conditional' }), slTriggerPx: '1000', slOrdPx: '900' };
    expect(at(await me.result('/api/v5/trade/order-algo', stop), 'sCode')).toBe('0');
    me.here.clock.advanceBy(1_100);
    expect(await me.code('POST', '/api/v5/trade/cancel-all-after', { timeOut: '10' })).toEqual([200, '0']);
    const counts = async () => [
      list(at((await me.call('GET', '/api/v5/trade/orders-pending')).body, 'data')).length,
      list(at((await me.call('GET', '/api/v5/trade/orders-algo-pending?ordType=conditional')).body, 'data')).length,
    ];
    me.here.clock.advanceBy(9_000);
    expect(await counts()).toEqual([2, 1]);
    me.here.clock.advanceBy(2_000);
    expect(await counts()).toEqual([0, 0]);
  });

  test('[EX-14] with a tag it takes the orders that carry it, one timer for each tag', async () => {
    const me = client();
    for (const tag of ['one', 'two', undefined]) {
      expect(at(await me.result('/api/v5/trade/order', me.order(tag === undefined ? {} : { tag })), 'sCode')).toBe('0');
    }
    me.here.clock.advanceBy(1_100);
    for (const [tag, timeOut] of [
      ['one', '10'],
      ['two', '20'],
    ]) {
      const { body } = await me.call('POST', '/api/v5/trade/cancel-all-after', { timeOut, tag });
      expect(at(list(at(body, 'data'))[0] ?? null, 'tag')).toBe(tag);
    }
    const tags = async () =>
      list(at((await me.call('GET', '/api/v5/trade/orders-pending')).body, 'data'))
        .map((row) => at(row, 'tag'))
        .sort();
    me.here.clock.advanceBy(11_000);
    expect(await tags()).toEqual(['', 'two']);
    me.here.clock.advanceBy(10_000);
    expect(await tags()).toEqual(['']);
    expect(await me.code('POST', '/api/v5/trade/cancel-all-after', { timeOut: '10', tag: 'a b' })).toEqual([
      400,
      '51000',
    ]);
  });

  test('rate limits answer 429 in the venue’s words', async () => {
    const me = client();
    const codes = new Set<string>();
    for (let count = 0; count < 61; count += 1) {
      const { clock, transport } = me.here;
      const body = JSON.stringify(me.order());
      const headers = me.headers('POST', '/api/v5/trade/order', body, clock.wallMs());
      const answer = transport.request({
        method: 'POST',
        url: `${BASE}/api/v5/trade/order`,
        headers,
        body,
        timeoutMs: 1_000,
      });
      clock.advanceBy(20);
      const { status, body: text } = await answer;
      codes.add(`${status} ${at(parse(text), 'code')}`);
    }
    expect([...codes]).toEqual(['200 0', '429 50011']);
  });

  test('[PP-3] accepted, then 502; maintenance', async () => {
    const me = client();
    cause(me.here.practice, 'okx:spot', 'accept-then-5xx');
    const { clock, transport } = me.here;
    const body = JSON.stringify(me.order({ clOrdId: 'there1' }));
    const headers = me.headers('POST', '/api/v5/trade/order', body, clock.wallMs());
    const answer = transport.request({
      method: 'POST',
      url: `${BASE}/api/v5/trade/order`,
      headers,
      body,
      timeoutMs: 1_000,
    });
    clock.advanceBy(50);
    expect((await answer).status).toBe(502);
    expect(await me.code('GET', '/api/v5/trade/order?instId=BTC-USDT&clOrdId=there1')).toEqual([200, '0']);
    cause(me.here.practice, 'okx:spot', 'maintenance');
    expect(await me.code('POST', '/api/v5/trade/order', me.order())).toEqual([503, '50001']);
    lift(me.here.practice, 'okx:spot', 'maintenance');
  });
});

describe('[PP-2] swaps', () => {
  const SWAP = { instId: 'BTC-USDT-SWAP', tdMode: 'cross', posSide: 'net' };

  test('sizes are contracts; a position, its leverage, reduce-only', async () => {
    const me = client();
    const price = wire(
      decimal(me.price('ask', 'BTC-USDT-PERP', 'okx:perp'))
        .times('1.002')
        .round(1),
    );
    const buy = await me.result('/api/v5/trade/order', me.order({ ...SWAP, ordType: 'ioc', px: price, sz: '3' }));
    expect(at(buy, 'sCode')).toBe('0');
    const held = await me.call('GET', '/api/v5/account/positions?instType=SWAP');
    expect([at(held.body, 'data', 0, 'pos'), at(held.body, 'data', 0, 'mgnMode')]).toEqual(['3', 'cross']);
    const position = me.key.account.positions()[0];
    expect(wire(position?.quantity ?? decimal('0'))).toBe('0.03');
    const wrongWay = me.order({ ...SWAP, reduceOnly: true, sz: '1' });
    expect(at(await me.result('/api/v5/trade/order', wrongWay), 'sCode')).toBe('51169');
    expect(
      await me.code('POST', '/api/v5/account/set-leverage', { instId: 'BTC-USDT-SWAP', lever: '2', mgnMode: 'cross' }),
    ).toEqual([200, '0']);
    const shown = await me.call('GET', '/api/v5/account/leverage-info?instId=BTC-USDT-SWAP&mgnMode=cross');
    expect(at(shown.body, 'data', 0, 'lever')).toBe('2');
    expect(
      await me.code('POST', '/api/v5/account/set-leverage', {
        instId: 'BTC-USDT-SWAP',
        lever: '500',
        mgnMode: 'cross',
      }),
    ).toEqual([200, '59102']);
  });

  test('[AC-2] in long/short mode an order for the net position is refused', async () => {
    const me = client('hedge-mode');
    const row = await me.result('/api/v5/trade/order', me.order({ ...SWAP, px: '50000', sz: '1' }));
    expect([at(row, 'sCode'), at(row, 'sMsg')]).toEqual(['51000', 'Parameter posSide  error']);
  });

  test('[EX-9] triggers: spot watches the last price alone; a met one is refused; a pair is one order', async () => {
    const me = client();
    const algo = (more: object) => me.result('/api/v5/trade/order-algo', more);
    const spot = me.order({ side: 'sell', ordType: 'conditional', slTriggerPx: '1000', slOrdPx: '900' });
    expect(at(await algo({ ...spot, slTriggerPxType: 'mark' }), 'sCode')).toBe('51415');
    expect(at(await algo({ ...spot, slTriggerPx: '9000000' }), 'sCode')).toBe('51280');
    expect(at(await algo({ ...spot, ordType: 'oco' }), 'sCode')).toBe('51000');
    const pair = { ...spot, ordType: 'oco', algoClOrdId: 'pair1', tpTriggerPx: '9000000', tpOrdPx: '9000000' };
    expect(at(await algo(pair), 'sCode')).toBe('0');
    expect(at(await algo(pair), 'sCode')).toBe('51065');
    const open = await me.call('GET', '/api/v5/trade/orders-algo-pending?ordType=conditional,oco');
    expect(list(at(open.body, 'data')).map((row) => [at(row, 'algoClOrdId'), at(row, 'state')])).toEqual([
      ['pair1', 'live'],
    ]);
    expect(at((await me.call('GET', '/api/v5/trade/orders-pending')).body, 'data')).toEqual([]);
    const cancelled = await me.result('/api/v5/trade/cancel-algos', [{ instId: 'BTC-USDT', algoClOrdId: 'pair1' }]);
    expect(at(cancelled, 'sCode')).toBe('0');
    const details = await me.call('GET', '/api/v5/trade/order-algo?algoClOrdId=pair1');
    expect(at(details.body, 'data', 0, 'state')).toBe('canceled');
  });
});
