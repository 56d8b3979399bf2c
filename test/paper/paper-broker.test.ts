import { describe, expect, it } from 'vitest';
import type { BrokerEvent, Journaled, PaperStore, SubmitOutcome } from '#engine/ports';
import { StorageError } from '#engine/ports';
import { PaperBroker } from '#main/paper/paper-broker';
import { SqlitePaperStore } from '#main/storage/sqlite-paper-store';
import type { Listing } from '#shared/domain/listing';
import type { OrderIntent } from '#shared/domain/order';
import { SeededRandom } from '#shared/kernel/random';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { BINANCE, bitcoinAt } from '../support/deal-rig.ts';
import { ScriptedMarket } from '../support/scripted-market.ts';

const START_MS = Date.UTC(2026, 0, 5);
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function venue(
  changes: Partial<Listing> = {},
  store: PaperStore = new SqlitePaperStore({ path: ':memory:' }),
  seed = 5,
) {
  const clock = new VirtualClock(START_MS);
  const market = new ScriptedMarket();
  market.list(bitcoinAt('binance', changes));
  market.quote(
    BINANCE,
    [
      ['49999.9', '2'],
      ['49999.8', '3'],
    ],
    [
      ['50000.0', '1'],
      ['50001.0', '1'],
      ['50010.0', '5'],
    ],
  );
  for (const [currency, total] of [
    ['BTC', '1'],
    ['USD', '100000'],
  ] as const) {
    if (store.balances('paper', 'binance').some((row) => row.currency === currency)) continue;
    store.commit({ balances: [{ account: 'paper', venue: 'binance', currency, total }] });
  }
  const failures: string[] = [];
  const broker = new PaperBroker({
    venue: 'binance',
    account: 'paper',
    market,
    store,
    clock,
    random: new SeededRandom(seed, '/binance'),
    roundTripMs: () => 40,
    failed: (error) => failures.push(error.code),
  });
  const events: BrokerEvent[] = [];
  broker.onEvent((event) => events.push(event));
  const run = (ms = 1_000) => clock.runUntil(clock.wallMs() + ms, settle);
  let made = 0;
  const order = (of: Partial<OrderIntent> = {}): Journaled => {
    made += 1;
    const intent: OrderIntent = {
      clientOrderId: `order${made}`,
      dealId: 'd1',
      leg: 0,
      account: 'paper',
      venue: 'binance',
      listing: BINANCE,
      side: 'buy',
      kind: 'ioc',
      purpose: 'entry',
      quantity: '0.5',
      price: '50005.0',
      createBeforeMs: clock.wallMs() + 5_000,
      expiresAtMs: null,
      ...of,
    };
    return intent as Journaled;
  };
  const submit = async (of: Partial<OrderIntent> = {}): Promise<SubmitOutcome> => {
    const answer = broker.submit(order(of));
    await run();
    return answer;
  };
  const fills = () =>
    events.flatMap((event) => (event.kind === 'fill' ? [`${event.fill.quantity} @ ${event.fill.price}`] : []));
  const balance = (currency: string) =>
    store.balances('paper', 'binance').find((row) => row.currency === currency)?.total;
  return { clock, market, store, broker, events, run, order, submit, fills, balance, failures };
}
const RESTS = { kind: 'post-only', price: '49999.9' } as const;

describe('[PP-1] taking', () => {
  it('walks the visible ladder to its limit and cancels the rest', async () => {
    const { submit, fills, events, balance } = venue();
    expect(await submit({ quantity: '3' })).toMatchObject({ kind: 'rejected', code: 'INSUFFICIENT_BALANCE' });
    expect(await submit({ quantity: '1.9', price: '50001.0' })).toMatchObject({ kind: 'accepted' });
    expect(fills()).toEqual(['1 @ 50000', '0.9 @ 50001']);
    expect(events.at(-1)).toMatchObject({ kind: 'order', order: { state: 'filled', filled: '1.9' } });
    // 95,000.9 and 2 bps of it
    expect(balance('USD')).toBe('4980.09982');
    expect(balance('BTC')).toBe('2.9');
  });

  it('does not take what its own orders took before, until the level changes', async () => {
    const { submit, fills, events, market } = venue();
    await submit({ quantity: '0.8', price: '50000.0' });
    await submit({ quantity: '0.8', price: '50000.0' });
    expect(fills()).toEqual(['0.8 @ 50000', '0.2 @ 50000']);
    expect(events.at(-1)).toMatchObject({ kind: 'order', order: { state: 'cancelled', filled: '0.2' } });
    market.show(BINANCE, [['49999.9', '2']], [['50000.0', '0.5']]);
    await submit({ quantity: '0.5', price: '50000.0' });
    expect(fills().at(-1)).toBe('0.5 @ 50000');
  });

  it('never fills outside its limit, on an invalid book, or where nothing is traded', async () => {
    const { submit, fills, market } = venue();
    expect(await submit({ price: '49999.9' })).toMatchObject({ kind: 'accepted' });
    market.invalid.add(BINANCE);
    expect(await submit()).toMatchObject({ kind: 'rejected', code: 'NOT_TRADING' });
    market.invalid.clear();
    market.frozen.add(BINANCE);
    expect(await submit()).toMatchObject({ kind: 'rejected', code: 'NOT_TRADING' });
    expect(fills()).toEqual([]);
  });

  it('[ID-2] takes the fee in what the listing says', async () => {
    const received = venue({ feeCurrency: 'received', takerFeeBps: '10' });
    await received.submit({ quantity: '0.5' });
    expect([received.balance('BTC'), received.balance('USD')]).toEqual(['1.4995', '75000']);
    await received.submit({ side: 'sell', price: '49999.9', quantity: '1' });
    expect(received.balance('USD')).toBe('124949.9001');
  });
});

describe('[PP-1] resting', () => {
  it('stands behind what is displayed and advances with trades at its price', async () => {
    const { submit, fills, market, run, broker } = venue();
    await submit(RESTS);
    market.trade(BINANCE, 49999.9, 2, 'sell');
    await run();
    expect(fills()).toEqual([]);
    market.trade(BINANCE, 49999.9, 0.2, 'sell');
    market.trade(BINANCE, 49999.9, 9, 'buy');
    market.trade(BINANCE, 50000, 9, 'sell');
    await run();
    expect(fills()).toEqual(['0.2 @ 49999.9']);
    const open = broker.openOrders();
    await run();
    expect(await open).toMatchObject({ ok: true, value: [{ state: 'open', filled: '0.2' }] });
    market.trade(BINANCE, 49999.9, 5, 'sell');
    await run();
    expect(fills()).toEqual(['0.2 @ 49999.9', '0.3 @ 49999.9']);
  });

  it('advances with cancels in proportion, and not twice for a trade that the book showed first', async () => {
    const { submit, fills, market, run } = venue();
    await submit(RESTS);
    // Half of what is ahead goes away.
    market.show(BINANCE, [['49999.9', '1']], [['50000.0', '1']]);
    // The trade that caused it comes after the book: it is known already.
    market.trade(BINANCE, 49999.9, 1, 'sell');
    await run();
    expect(fills()).toEqual([]);
    market.trade(BINANCE, 49999.9, 1.1, 'sell');
    await run();
    expect(fills()).toEqual(['0.1 @ 49999.9']);
  });

  it('[PP-1] a trade through its price fills it, by no more than what traded', async () => {
    const { submit, fills, market, run } = venue();
    await submit(RESTS);
    market.trade(BINANCE, 49999.8, 0.2, 'sell');
    await run();
    expect(fills()).toEqual(['0.2 @ 49999.9']);
    market.trade(BINANCE, 49999.8, 7, 'sell');
    await run();
    expect(fills()).toEqual(['0.2 @ 49999.9', '0.3 @ 49999.9']);
  });

  it('a book that comes through fills it by what it shows, once', async () => {
    const { submit, fills, market, run } = venue();
    await submit(RESTS);
    market.show(
      BINANCE,
      [['49990.0', '1']],
      [
        ['49999.9', '0.2'],
        ['50000.0', '5'],
      ],
    );
    market.changed(BINANCE);
    await run();
    expect(fills()).toEqual(['0.2 @ 49999.9']);
  });

  it('refuses to take, expires at its time, and is cancelled once', async () => {
    const { submit, events, clock, run, broker } = venue();
    expect(await submit({ kind: 'post-only', price: '50000.0' })).toMatchObject({
      kind: 'rejected',
      code: 'POST_ONLY',
    });
    await submit({ ...RESTS, expiresAtMs: clock.wallMs() + 3_000 });
    await run(3_000);
    expect(events.at(-1)).toMatchObject({ kind: 'order', order: { state: 'expired' } });
    await submit(RESTS);
    const [first, second] = [broker.cancel('order3'), broker.cancel('order3')];
    await run();
    expect([await first, await second].sort()).toEqual(['cancelled', 'gone']);
  });

  it('locks what it may cost, and gives it back', async () => {
    const { submit, run, broker } = venue();
    await submit({ ...RESTS, quantity: '1' });
    const read = async () => {
      const balances = broker.balances();
      await run();
      const answer = await balances;
      return answer.ok ? answer.value.find((row) => row.currency === 'USD') : undefined;
    };
    // 49,999.9 and 1 bp of it
    expect(await read()).toMatchObject({ locked: '50004.89999', free: '49995.10001' });
    expect(await submit({ quantity: '1' })).toMatchObject({ kind: 'rejected', code: 'INSUFFICIENT_BALANCE' });
    const cancelled = broker.cancel('order1');
    await run();
    await cancelled;
    expect(await read()).toMatchObject({ locked: '0', free: '100000' });
  });
});

describe('the venue’s rules', () => {
  it.each<[string, Partial<OrderIntent>, Partial<Listing>]>([
    ['DEADLINE', { createBeforeMs: START_MS }, {}],
    ['LOT_STEP', { quantity: '0.50005' }, {}],
    ['PRICE_TICK', { price: '50000.05' }, {}],
    ['MIN_QUANTITY', { quantity: '0.0001' }, {}],
    ['MIN_NOTIONAL', { quantity: '0.0005' }, { minNotional: '100' }],
    ['PRICE_BAND', { price: '56000.0' }, { priceBand: { below: '0.1', above: '0.1' } }],
    ['CLIENT_ORDER_ID', { clientOrderId: 'an id with blanks' }, {}],
    ['NOT_TRADING', {}, { status: 'cancel-only' }],
  ])('%s', async (code, of, changes) => {
    const { submit, fills } = venue(changes);
    expect(await submit(of)).toMatchObject({ kind: 'rejected', code });
    expect(fills()).toEqual([]);
  });

  it('takes a client order id once', async () => {
    const { submit } = venue();
    await submit({ clientOrderId: 'same' });
    expect(await submit({ clientOrderId: 'same' })).toMatchObject({ kind: 'rejected', code: 'DUPLICATE' });
  });
});

describe('[EX-4] asking', () => {
  it('finds what arrived, and denies what did not only after its deadline', async () => {
    const { broker, order, run } = venue();
    const sent = order();
    const early = broker.query(sent.clientOrderId, BINANCE, sent.createBeforeMs);
    await run();
    expect((await early).kind).toBe('unknown');
    await run(5_000);
    const late = broker.query(sent.clientOrderId, BINANCE, sent.createBeforeMs);
    await run();
    expect((await late).kind).toBe('absent');
    const fresh = order();
    void broker.submit(fresh);
    await run();
    const found = broker.query(fresh.clientOrderId, BINANCE, fresh.createBeforeMs);
    await run();
    expect(await found).toMatchObject({
      kind: 'found',
      order: { state: 'filled', filled: '0.5', fills: [{ quantity: '0.5' }] },
    });
  });

  it('knows after a restart what it did before it, and goes on with what rests', async () => {
    const before = venue();
    await before.submit(RESTS);
    before.market.forgetListeners();
    const after = venue({}, before.store);
    const open = after.broker.openOrders();
    await after.run();
    expect(await open).toMatchObject({ ok: true, value: [{ clientOrderId: 'order1', state: 'open' }] });
    after.market.trade(BINANCE, 49999.8, 1, 'sell');
    await after.run();
    expect(after.fills()).toEqual(['0.5 @ 49999.9']);
  });

  it('a venue whose own books cannot be written is in doubt, and did nothing', async () => {
    const { broker, order, run, store, failures } = venue();
    const commit = store.commit.bind(store);
    store.commit = () => {
      throw new StorageError('full', 'The disk is full.');
    };
    const answer = broker.submit(order());
    await run();
    expect((await answer).kind).toBe('in-doubt');
    expect(failures).toEqual(['full']);
    store.commit = commit;
    expect(store.order('order1')).toBeUndefined();
  });
});

describe('[PP-4] [ID-5] determinism', () => {
  it('the same seed gives the same times, another seed others', async () => {
    const timesOf = async (seed: number) => {
      const { submit, market, run, events, store } = venue({}, undefined, seed);
      await submit();
      await submit({ side: 'sell', price: '49999.0' });
      await submit(RESTS);
      market.trade(BINANCE, 49999.8, 1, 'sell');
      await run();
      return { events, orders: ['order1', 'order2', 'order3'].map((id) => store.order(id)) };
    };
    expect(await timesOf(5)).toEqual(await timesOf(5));
    expect(await timesOf(6)).not.toEqual(await timesOf(5));
  });

  it('what is said earlier arrives earlier', async () => {
    const { broker, events, order, run } = venue();
    for (let at = 0; at < 20; at += 1) void broker.submit(order({ quantity: '0.05' }));
    await run();
    const atMs = events.flatMap((event) => (event.kind === 'fill' ? [event.fill.atMs] : []));
    expect(atMs).toHaveLength(20);
    expect([...atMs].sort((a, b) => a - b)).toEqual(atMs);
  });
});
