import { afterEach, beforeEach, expect, test } from 'vitest';
import type { BrokerEvent, Journaled } from '#engine/ports';
import { BYBIT_SPOT_ORDERS } from '#main/venues/bybit/orders/protocol';
import type { OrderRef, VenueFill, VenueOrder } from '#main/venues/orders/adapter';
import { Scrubber } from '#main/venues/orders/scrub';
import { VenueBroker } from '#main/venues/orders/venue-broker';
import type { Capabilities } from '#shared/domain/capabilities';
import { type Listing, listingSchema } from '#shared/domain/listing';
import type { OrderIntent } from '#shared/domain/order';
import { err, ok } from '#shared/kernel/result';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { failure, ScriptedAdapter } from './scripted-adapter.ts';

const START_MS = Date.UTC(2026, 9, 9);
const LISTING: Listing = listingSchema.parse({
  id: 'bybit:spot|BTC-USDT',
  venue: 'bybit',
  product: 'spot',
  instrument: 'BTC-USDT',
  base: 'BTC',
  quote: 'USDT',
  symbol: 'BTCUSDT',
  priceTick: '0.1',
  lotStep: '0.001',
  minQuantity: '0.001',
  minNotional: '1',
  makerFeeBps: '10',
  takerFeeBps: '10',
  feeSource: 'practice',
  feeCurrency: 'received',
  priceBand: null,
  status: 'normal',
  settle: 'USDT',
  contractSize: '1',
  unitsPerBase: '1',
  funding: null,
  bookId: 'bybit:spot|BTC-USDT',
});

let clock: VirtualClock;
let adapter: ScriptedAdapter;
let broker: VenueBroker;
let events: BrokerEvent[];
let skewMs: number;
let made: number;

const run = (ms: number) => clock.runUntil(clock.wallMs() + ms, () => new Promise((resolve) => setImmediate(resolve)));

function build(capabilities: Partial<Capabilities> = {}): void {
  broker = new VenueBroker({
    protocol: { ...BYBIT_SPOT_ORDERS, capabilities: { ...BYBIT_SPOT_ORDERS.capabilities, ...capabilities } },
    adapter,
    account: 'a',
    clock,
    scrubber: new Scrubber({ secret: 'secret-of-the-key' }),
    listing: (id) => (id === LISTING.id ? LISTING : undefined),
    mid: () => undefined,
    skewMs: () => skewMs,
    made: (id) => /^x\d+$/.test(id),
    holdsDeadMan: true,
    stopCalls: () => undefined,
  });
  broker.onEvent((event) => events.push(event));
}

async function live(): Promise<void> {
  await broker.start();
  adapter.sink?.stream('live', '');
  await run(10);
  expect(broker.state().kind).toBe('ready');
}

beforeEach(() => {
  clock = new VirtualClock(START_MS);
  adapter = new ScriptedAdapter();
  events = [];
  skewMs = 0;
  made = 0;
  build();
});
afterEach(async () => {
  await broker.stop();
  clock.advanceBy(3_600_000);
  expect(clock.pending()).toBe(0);
});

const order = (changes: Partial<OrderIntent> = {}): Journaled => {
  made += 1;
  const intent: OrderIntent = {
    clientOrderId: `x${made}`,
    dealId: 'd',
    leg: 0,
    account: 'a',
    venue: 'bybit',
    listing: LISTING.id,
    side: 'buy',
    kind: 'ioc',
    purpose: 'hedge',
    quantity: '0.01',
    price: '90000',
    createBeforeMs: clock.wallMs() + 3_000,
    expiresAtMs: null,
    ...changes,
  };
  return intent as Journaled;
};
const venueOrder = (changes: Partial<VenueOrder>): VenueOrder => ({
  venueOrderId: 'v',
  clientOrderId: null,
  listing: LISTING.id,
  symbol: LISTING.symbol,
  side: 'buy',
  quantity: '0.01',
  price: '90000',
  filled: '0',
  state: 'open',
  status: 'New',
  atMs: clock.wallMs(),
  ...changes,
});
const venueFill = (changes: Partial<VenueFill>): VenueFill => ({
  tradeId: 't1',
  venueOrderId: 'v',
  clientOrderId: null,
  listing: LISTING.id,
  symbol: LISTING.symbol,
  side: 'buy',
  quantity: '0.004',
  price: '90000',
  fee: '0.000004',
  feeCurrency: 'BTC',
  liquidity: 'taker',
  atMs: clock.wallMs(),
  ...changes,
});
const told = () =>
  events.map((event) =>
    event.kind === 'fill'
      ? `fill ${event.fill.clientOrderId} ${event.fill.tradeId} ${event.fill.quantity}`
      : `order ${event.order.clientOrderId} ${event.order.state} ${event.order.filled}`,
  );

test.each([
  ['rejected', '110007', 'rejected'],
  ['rate-limit', '10006', 'rejected'],
  ['authentication', '10003', 'rejected'],
  ['authentication', 'HTTP_401', 'in-doubt'],
  ['transient', '10016', 'in-doubt'],
  ['maintenance', '503', 'in-doubt'],
  ['in-doubt', '170007', 'in-doubt'],
] as const)('[EX-3] a create that failed as %s (%s) is %s', async (kind, code, outcome) => {
  await live();
  adapter.createWith = () => Promise.resolve(err(failure(kind, code, 'secret-of-the-key')));
  const answer = await broker.submit(order());
  expect(answer.kind).toBe(outcome);
  expect(JSON.stringify(answer)).not.toContain('secret-of-the-key');
});

test('[EX-3] an adapter that breaks in the middle of a create leaves doubt', async () => {
  await live();
  adapter.createWith = () => Promise.reject(new Error('broken pipe'));
  expect((await broker.submit(order())).kind).toBe('in-doubt');
});

test('[EX-4] a listener that breaks over an answer does not leave it out for ever', async () => {
  await live();
  adapter.createWith = () => Promise.resolve(err(failure('authentication', 'HTTP_401', 'unclear')));
  let breaks = true;
  broker.onState(() => {
    if (breaks) throw new Error('a defect elsewhere');
  });
  const lost = order();
  await broker.submit(lost).catch(() => undefined);
  breaks = false;
  await run(60_000);
  expect(await broker.query(lost.clientOrderId, lost.listing, lost.createBeforeMs)).toEqual({ kind: 'absent' });
});

test('[EX-4] nothing is sent twice, whatever became of it', async () => {
  await live();
  const one = order();
  expect((await broker.submit(one)).kind).toBe('accepted');
  expect((await broker.submit(one)).kind).toBe('in-doubt');
  expect(adapter.created).toHaveLength(1);
});

test('[EX-4] absence: not while its answer is out, not before deadline, skew and margin, not once it was confirmed', async () => {
  await live();
  skewMs = -4_000;
  const lost = order();
  let answer: () => void = () => undefined;
  adapter.createWith = () =>
    new Promise((resolve) => {
      answer = () => resolve(err(failure('in-doubt')));
    });
  const submitted = broker.submit(lost);
  const query = () => broker.query(lost.clientOrderId, lost.listing, lost.createBeforeMs);
  await run(60_000);
  expect(await query()).toMatchObject({ kind: 'unknown', message: 'its answer is still out' });
  answer();
  await submitted;
  expect(await query()).toEqual({ kind: 'absent' });
  const fresh = order();
  adapter.createWith = () => Promise.resolve(err(failure('in-doubt')));
  await broker.submit(fresh);
  await run(3_000 + 4_000 + 1_900);
  const early = await broker.query(fresh.clientOrderId, fresh.listing, fresh.createBeforeMs);
  expect(early.kind).toBe('unknown');
  await run(200);
  expect(await broker.query(fresh.clientOrderId, fresh.listing, fresh.createBeforeMs)).toEqual({ kind: 'absent' });
  const sure = order();
  adapter.createWith = () => Promise.resolve(ok({ venueOrderId: 'v9' }));
  await broker.submit(sure);
  await run(600_000);
  expect((await broker.query(sure.clientOrderId, sure.listing, sure.createBeforeMs)).kind).toBe('unknown');
});

test('[EX-4] what is older than the history that the venue tells is not absent for not being shown', async () => {
  build({ historyDays: 30 });
  await live();
  const ask = async (days: number) => (await broker.query('x77', LISTING.id, clock.wallMs() - days * 86_400_000)).kind;
  expect(await ask(29)).toBe('absent');
  expect(await ask(31)).toBe('unknown');
});

test('[EX-4] where the venue enforces no deadline, absence takes longer; where it is not proven, it never comes', async () => {
  build({ createDeadline: false });
  await live();
  const lost = order();
  const query = () => broker.query(lost.clientOrderId, lost.listing, lost.createBeforeMs);
  await run(3_000 + 129_000);
  expect((await query()).kind).toBe('unknown');
  await run(2_000);
  expect(await query()).toEqual({ kind: 'absent' });
  adapter.lookWith = () => ok({ kind: 'unproven', message: 'history ends' });
  expect((await query()).kind).toBe('unknown');
  adapter.lookWith = () => err(failure('transient'));
  expect((await query()).kind).toBe('unknown');
});

test('[EX-5] events that come before the answer, twice and in any order, tell each execution once', async () => {
  await live();
  const one = order();
  let answer: () => void = () => undefined;
  adapter.createWith = () =>
    new Promise((resolve) => {
      answer = () => resolve(ok({ venueOrderId: 'v1' }));
    });
  const submitted = broker.submit(one);
  const fill = venueFill({ venueOrderId: 'v1', tradeId: 't1' });
  adapter.sink?.fill(fill);
  adapter.sink?.fill(venueFill({ venueOrderId: 'v1', tradeId: 't2', quantity: '0.006' }));
  expect(told()).toEqual([]);
  answer();
  await submitted;
  expect(told()).toEqual(['fill x1 t1 0.004', 'fill x1 t2 0.006']);
  adapter.sink?.order(venueOrder({ venueOrderId: 'v1', clientOrderId: 'x1', state: 'filled', filled: '0.01' }));
  adapter.sink?.order(venueOrder({ venueOrderId: 'v1', clientOrderId: 'x1', state: 'open', filled: '0.004' }));
  adapter.sink?.fill(fill);
  expect(told().slice(2)).toEqual(['order x1 filled 0.01']);
});

test('[EX-5] where only totals are streamed, the total is told at once and the executions are asked for', async () => {
  build({ fillStream: 'cumulative' });
  await live();
  await broker.submit(order());
  adapter.fillsWith = () => ok([venueFill({ venueOrderId: 'v-x1', tradeId: 't7' })]);
  adapter.sink?.order(venueOrder({ venueOrderId: 'v-x1', clientOrderId: 'x1', filled: '0.004' }));
  expect(told()).toEqual(['order x1 open 0.004']);
  await run(100);
  expect(told()).toEqual(['order x1 open 0.004', 'fill x1 t7 0.004']);
});

test('[EX-5] an execution that a stream of executions left out is asked for all the same, until it is there', async () => {
  await live();
  await broker.submit(order());
  let asked = 0;
  adapter.fillsWith = () => {
    asked += 1;
    return asked < 3 ? ok([]) : ok([venueFill({ venueOrderId: 'v-x1', tradeId: 't7' })]);
  };
  adapter.sink?.order(venueOrder({ venueOrderId: 'v-x1', clientOrderId: 'x1', filled: '0.004' }));
  await run(20_000);
  expect(told()).toEqual(['order x1 open 0.004', 'fill x1 t7 0.004']);
});

test('[EX-5] an execution without a name is held until its order is known; of someone else’s nothing is told', async () => {
  await live();
  adapter.lookWith = ({ venueOrderId }) =>
    ok({
      kind: 'found',
      order: venueOrder({ venueOrderId: venueOrderId ?? '', clientOrderId: venueOrderId === 'v5' ? 'x55' : 'by-hand' }),
      fills: [],
    });
  adapter.sink?.fill(venueFill({ venueOrderId: 'v5', tradeId: 't1' }));
  adapter.sink?.fill(venueFill({ venueOrderId: 'v6', tradeId: 't2' }));
  await run(1_000);
  expect(told()).toEqual(['fill x55 t1 0.004']);
});

test('[EX-12] an execution that nobody can name is asked about less and less, and still named when it can be', async () => {
  await live();
  adapter.lookWith = () => ok({ kind: 'unproven', message: 'not shown' });
  adapter.sink?.fill(venueFill({ venueOrderId: 'v-late', tradeId: 't5' }));
  await run(4 * 3_600_000);
  expect(adapter.looked.length).toBeGreaterThan(10);
  expect(adapter.looked.length).toBeLessThan(40);
  adapter.lookWith = () =>
    ok({ kind: 'found', order: venueOrder({ venueOrderId: 'v-late', clientOrderId: 'x7' }), fills: [] });
  await run(900_000);
  expect(told()).toContain('fill x7 t5 0.004');
});

test('[EX-6] a status nobody knows is told as unknown', async () => {
  await live();
  await broker.submit(order());
  adapter.sink?.order(venueOrder({ venueOrderId: 'v-x1', clientOrderId: 'x1', state: 'unknown', status: 'Odd' }));
  expect(told()).toEqual(['order x1 unknown 0']);
});

test('[EX-6] a frame that cannot be read makes it ask, once for a flood of them', async () => {
  await live();
  await broker.submit(order());
  let asked = 0;
  adapter.fillsWith = () => {
    asked += 1;
    return ok([venueFill({ venueOrderId: 'v-x1' })]);
  };
  for (let count = 0; count < 50; count += 1) adapter.sink?.unreadable('{"odd":"secret-of-the-key"}');
  await run(2_000);
  expect(asked).toBe(1);
  expect(told()).toEqual(['fill x1 t1 0.004']);
  expect(broker.state().reason).not.toContain('secret-of-the-key');
});

test('[EX-5] an execution whose quantity cannot be read is not taken for told: it is asked for', async () => {
  await live();
  await broker.submit(order());
  adapter.fillsWith = () => ok([venueFill({ venueOrderId: 'v-x1' })]);
  adapter.sink?.fill(venueFill({ venueOrderId: 'v-x1', quantity: 'NaN' }));
  expect(told()).toEqual([]);
  await run(2_000);
  expect(told()).toEqual(['fill x1 t1 0.004']);
});

test('[EX-5] an execution that was changed before it was told is booked as it stands; one from before this start is not', async () => {
  await live();
  adapter.createWith = ({ clientOrderId }) => Promise.resolve(ok({ venueOrderId: `v-${clientOrderId}` }));
  await broker.submit(order());
  const clear = { words: 'FILL, REVERSAL', clear: true };
  const of = { venueOrderId: 'v-x1' };
  adapter.fillsWith = () =>
    ok([
      venueFill({ ...of, tradeId: 't1', quantity: '0', fee: '0', adjusted: clear }),
      venueFill({ ...of, tradeId: 't2', quantity: '0.003', adjusted: clear }),
    ]);
  adapter.sink?.order(venueOrder({ ...of, filled: '0.003' }));
  await run(5_000);
  expect(told().filter((text) => text.startsWith('fill'))).toEqual(['fill x1 t2 0.003']);
  expect(broker.unfit()).toBeUndefined();
  const fills = await broker.fillsSince(0, LISTING.id);
  expect(fills.ok && fills.value.map(({ tradeId }) => tradeId)).toEqual(['t2']);
  adapter.sink?.fill(venueFill({ venueOrderId: 'v-old', clientOrderId: 'x99', tradeId: 't9', adjusted: clear }));
  expect(told()).toHaveLength(2);
  expect(broker.unfit()).toContain('check the key');
  // Of someone else's order it is no matter of ours (EX-12).
  await broker.checkKey();
  adapter.sink?.fill(
    venueFill({ venueOrderId: 'other', clientOrderId: 'not-ours', adjusted: { words: 'X', clear: false } }),
  );
  expect(broker.unfit()).toBeUndefined();
});

test('[EX-5] a stream that tells nothing of what a question shows is opened anew', async () => {
  await live();
  await broker.submit(order({ kind: 'post-only' }));
  const atMs = clock.wallMs();
  adapter.openWith = () => ok([venueOrder({ venueOrderId: 'v-x1', clientOrderId: 'x1', filled: '0.004' })]);
  adapter.fillsWith = () => ok([venueFill({ venueOrderId: 'v-x1', atMs })]);
  await run(31_000);
  expect(told()).toContain('fill x1 t1 0.004');
  expect(adapter.streams).toBe(2);
  expect(broker.state().stream).toBe('lost');
});

test('[EX-5] what happened while the stream was away is told when it is back', async () => {
  await live();
  await broker.submit(order({ kind: 'post-only' }));
  adapter.sink?.stream('lost', 'closed');
  expect(broker.state()).toMatchObject({ kind: 'ready', stream: 'lost', reason: 'closed' });
  adapter.lookWith = () =>
    ok({
      kind: 'found',
      order: venueOrder({ venueOrderId: 'v-x1', clientOrderId: 'x1', state: 'cancelled', filled: '0.004' }),
      fills: [venueFill({ venueOrderId: 'v-x1', clientOrderId: 'x1' })],
    });
  adapter.sink?.stream('live', '');
  await run(10);
  expect(told()).toEqual(['fill x1 t1 0.004', 'order x1 cancelled 0.004']);
});

test('[EX-5] after hours without an order what was told long ago is not told again, and the stream not blamed for it', async () => {
  await live();
  await broker.submit(order());
  const fill = venueFill({ venueOrderId: 'v-x1', clientOrderId: 'x1', quantity: '0.01' });
  adapter.sink?.fill(fill);
  adapter.sink?.order(venueOrder({ venueOrderId: 'v-x1', clientOrderId: 'x1', filled: '0.01', state: 'filled' }));
  const askedMs: number[] = [];
  adapter.fillsWith = (sinceMs) => {
    askedMs.push(sinceMs);
    return ok(fill.atMs >= sinceMs ? [fill] : []);
  };
  await run(5 * 3_600_000);
  // A late execution would still have been found for a while.
  expect(askedMs.length).toBeGreaterThan(2);
  expect(askedMs.length).toBeLessThan(12);
  const streams = adapter.streams;
  adapter.sink?.stream('lost', 'silent');
  adapter.sink?.stream('live', '');
  await run(10_000);
  expect(told().filter((text) => text.startsWith('fill'))).toHaveLength(1);
  expect(adapter.streams).toBe(streams);
});

test('[EX-5] what could not be read on the way back is read again until it is there', async () => {
  adapter.openWith = () => err(failure('transient'));
  await broker.start();
  adapter.sink?.stream('live', '');
  await run(1_000);
  expect(broker.state().kind).toBe('connecting');
  expect(await broker.submit(order())).toMatchObject({ kind: 'rejected', code: 'NOT_READY' });
  adapter.openWith = () => ok([]);
  await run(10_000);
  expect(broker.state().kind).toBe('ready');
});

test('[AC-1] a key that is turned away stops new orders at once; a check that passes lets them go again, not for ever', async () => {
  await live();
  adapter.createWith = () => Promise.resolve(err(failure('authentication', '10003', 'unknown key')));
  const heard: string[] = [];
  broker.onState(({ kind, reason }) => heard.push(`${kind} ${reason}`));
  for (let count = 0; count < 3; count += 1) {
    heard.length = 0;
    await broker.submit(order());
    expect(heard[0]).toBe('blocked the venue turns the key away (10003): unknown key');
    await run(100);
    expect(broker.state().kind).toBe(count < 2 ? 'ready' : 'blocked');
  }
  // Thrice turned away and thrice found good: a person has to look, or a while has to pass.
  expect(await broker.submit(order())).toMatchObject({ code: 'ACCOUNT_BLOCKED' });
  expect(adapter.created).toHaveLength(3);
  expect(await broker.cancel('x1', LISTING.id)).toBe('cancelled');
  await broker.checkKey();
  expect(broker.state().kind).toBe('ready');
  for (let count = 0; count < 3; count += 1) {
    await broker.submit(order());
    await run(100);
  }
  expect(broker.state().kind).toBe('blocked');
  await run(60_000);
  expect(broker.state().kind).toBe('ready');
});

test('[AC-1] a key that is turned away again and again is tried after 1, 2, 5 and 15 minutes; a person need not wait', async () => {
  await live();
  adapter.createWith = () => Promise.resolve(err(failure('authentication', '10003', 'unknown key')));
  let asked = 0;
  const findings = adapter.findingsWith;
  adapter.findingsWith = () => {
    asked += 1;
    return findings();
  };
  const turnedAway = async () => {
    await broker.submit(order());
    await run(100);
  };
  for (let count = 0; count < 3; count += 1) await turnedAway();
  for (const minutes of [1, 2, 5, 15, 15]) {
    expect(broker.state().kind).toBe('blocked');
    asked = 0;
    // Questions that are turned away meanwhile neither put it off nor ask more.
    for (let part = 0; part < 9; part += 1) {
      await run(minutes * 6_000);
      adapter.holdingsWith = () => err(failure('authentication', '10003', 'unknown key'));
      await broker.holdings();
    }
    expect([asked, broker.state().kind]).toEqual([0, 'blocked']);
    await run(minutes * 6_000);
    expect([asked, broker.state().kind]).toEqual([1, 'ready']);
    await turnedAway();
  }
  expect(broker.state().kind).toBe('blocked');
  await broker.checkKey();
  expect(broker.state().kind).toBe('ready');
  adapter.createWith = ({ clientOrderId }) => Promise.resolve(ok({ venueOrderId: clientOrderId }));
  expect((await broker.submit(order())).kind).toBe('accepted');
});

test('[AC-1] what failed is said first, with what to do; what is not known blocks too and is looked at again', async () => {
  adapter.findingsWith = () => [
    { check: 'withdrawal', status: 'fail', cause: 'It can withdraw (secret-of-the-key).', remedy: 'Make another.' },
    { check: 'signature', status: 'unknown', cause: 'Not reached.', remedy: 'Try again.' },
  ];
  await broker.start();
  expect(broker.state()).toMatchObject({ kind: 'blocked', reason: 'It can withdraw ([hidden]). Make another.' });
  expect(broker.state().health?.findings.map(({ check }) => check)).toEqual(['signature', 'withdrawal']);
  expect(adapter.streams).toBe(0);
  adapter.findingsWith = () => [{ check: 'signature', status: 'unknown', cause: 'Not reached.', remedy: 'Try again.' }];
  await broker.checkKey();
  expect(broker.state()).toMatchObject({ kind: 'blocked', reason: 'Not reached. Try again.' });
  adapter.findingsWith = () => [{ check: 'signature', status: 'pass', cause: 'It is accepted.', remedy: '' }];
  await run(16_000);
  adapter.sink?.stream('live', '');
  await run(10);
  expect(broker.state().kind).toBe('ready');
});

test('[AC-1] a good key that cannot be looked at again stays good for two hours, and no longer', async () => {
  await live();
  adapter.findingsWith = () => [{ check: 'signature', status: 'unknown', cause: 'Busy.', remedy: 'Try again.' }];
  expect((await broker.checkKey()).verdict).toBe('unproven');
  expect(broker.state()).toMatchObject({ kind: 'ready', health: { verdict: 'good' } });
  await run(2 * 3_600_000 - 60_000);
  expect(broker.state().kind).toBe('ready');
  await run(120_000);
  expect(broker.state()).toMatchObject({ kind: 'blocked', reason: 'Busy. Try again.' });
});

test('[MD-6] no entry while the clocks differ by more than the venue takes; what reduces risk goes on', async () => {
  await live();
  skewMs = 5_001;
  expect(await broker.submit(order({ purpose: 'entry' }))).toMatchObject({ code: 'CLOCK_SKEW' });
  expect((await broker.submit(order())).kind).toBe('accepted');
});

test('[EX-12] open orders of others are shown as theirs, also those that carry a name', async () => {
  await live();
  adapter.openWith = () =>
    ok([
      venueOrder({ venueOrderId: 'v1', clientOrderId: 'x77' }),
      venueOrder({ venueOrderId: 'v2', clientOrderId: 'by-hand' }),
      venueOrder({ venueOrderId: 'v3', listing: null, symbol: 'ODDUSDT' }),
    ]);
  const open = await broker.openOrders();
  expect(open.ok && open.value.map(({ clientOrderId }) => clientOrderId)).toEqual([
    'x77',
    'external:v2',
    'external:v3',
  ]);
  const external = await broker.externalOrders();
  expect(external.ok && external.value.map(({ instrument }) => instrument)).toEqual(['BTC-USDT', 'ODDUSDT']);
});

test('[EX-4] an order from before the start is cancelled where residents lie, too', async () => {
  build({ orderKinds: ['ioc', 'stop-loss'], stopTriggers: ['last'] });
  await live();
  adapter.cancelWith = ({ resident }) => ok(resident ? 'cancelled' : 'gone');
  expect(await broker.cancel('x500', LISTING.id)).toBe('cancelled');
  expect(adapter.cancelled.map(({ resident }) => resident)).toEqual([false, true]);
});

test('balances are summed over wallets', async () => {
  await live();
  const balances = await broker.balances();
  expect(balances.ok && balances.value).toEqual([
    { venue: 'bybit', account: 'a', currency: 'BTC', free: '1.75', locked: '0.5' },
  ]);
});

test('stopped: nothing is sent, nothing is told', async () => {
  await live();
  await broker.submit(order());
  const { sink } = adapter;
  await broker.stop();
  events.length = 0;
  sink?.fill(venueFill({ venueOrderId: 'v-x1' }));
  sink?.stream('lost', 'late');
  expect(told()).toEqual([]);
  expect(broker.state()).toMatchObject({ kind: 'off', stream: 'off' });
  expect(await broker.submit(order())).toMatchObject({ code: 'NOT_STARTED' });
});

const ARMABLE = { scope: 'account', cancelsStops: true, minS: 10, maxS: 120, renewEveryS: 15 } as const;

test('[EX-14] an entry rests only while the dead-man is armed, and never beside a resident stop that it would take along', async () => {
  build({ deadMan: ARMABLE, orderKinds: ['post-only', 'stop-loss'], stopTriggers: ['last'] });
  const armed: (number | null)[] = [];
  adapter.deadMan = (seconds) => {
    armed.push(seconds);
    return Promise.resolve(ok(undefined));
  };
  await live();
  const entry = order({ kind: 'post-only', purpose: 'entry' });
  const stop = { kind: 'stop-loss', side: 'sell', price: '80000', trigger: { price: '81000', by: 'last' } } as const;
  expect((await broker.submit(entry)).kind).toBe('accepted');
  expect(armed).toEqual([60]);
  expect(await broker.submit(order(stop))).toMatchObject({ kind: 'rejected', code: 'DEAD_MAN' });
  await run(31_000);
  expect(armed).toEqual([60, 60, 60]);
  const { clientOrderId } = entry;
  adapter.sink?.order(venueOrder({ venueOrderId: `v-${clientOrderId}`, clientOrderId, state: 'cancelled' }));
  await run(60_000);
  expect(armed).toEqual([60, 60, 60, null]);
  expect((await broker.submit(order(stop))).kind).toBe('accepted');
  expect(await broker.submit(order({ kind: 'post-only', purpose: 'entry' }))).toMatchObject({ code: 'DEAD_MAN' });
  expect(adapter.created).toHaveLength(2);
});

test('[EX-14] a dead-man that cannot be armed, or reaches orders of others, lets no entry rest', async () => {
  build({ deadMan: ARMABLE, orderKinds: ['post-only', 'ioc'] });
  adapter.deadMan = () => Promise.resolve(err(failure('transient', 'BUSY', 'busy')));
  await live();
  const entry = () => order({ kind: 'post-only', purpose: 'entry' });
  expect(await broker.submit(entry())).toMatchObject({ kind: 'rejected', code: 'DEAD_MAN' });
  adapter.deadMan = () => Promise.resolve(ok(undefined));
  adapter.openWith = () => ok([venueOrder({ venueOrderId: 'v7', clientOrderId: 'by-hand' })]);
  expect(await broker.submit(entry())).toMatchObject({ kind: 'rejected', code: 'DEAD_MAN' });
  expect(adapter.created).toEqual([]);
  expect((await broker.submit(order({ purpose: 'entry' }))).kind).toBe('accepted');
});

test('[EX-5] answers that an adapter breaks over, or that hold no number, are asked for again and end nothing', async () => {
  await live();
  await broker.submit(order());
  let asked = 0;
  adapter.fillsWith = () => {
    asked += 1;
    if (asked === 1) throw new TypeError('no fee currency');
    if (asked === 2) return ok([venueFill({ venueOrderId: 'v-x1', clientOrderId: 'x1', quantity: 'abc' })]);
    return ok([venueFill({ venueOrderId: 'v-x1', clientOrderId: 'x1', quantity: '0.01' })]);
  };
  adapter.sink?.unreadable('?');
  await run(10_000);
  expect(told()).toContain('fill x1 t1 0.01');
});

test('[EX-5] an order from before this start is looked for from when it was made, not from its last change', async () => {
  const madeMs = clock.wallMs() - 3_600_000;
  await live();
  const since: number[] = [];
  adapter.sink?.order(venueOrder({ venueOrderId: 'v7', clientOrderId: 'x7', filled: '0.004' }));
  adapter.look = (_ref: OrderRef, sinceMs: number) => {
    since.push(sinceMs);
    return Promise.resolve(ok({ kind: 'unproven', message: 'executions of 0 are shown' }));
  };
  await broker.query('x7', LISTING.id, madeMs);
  expect(since.at(-1)).toBeLessThanOrEqual(madeMs - 60_000);
});

test('[SE-1] [EX-9] one that is wound down lets no entry leave, and whatever ends what is open all the same', async () => {
  await live();
  expect(broker.working()).toBe(0);
  const resting = order({ purpose: 'entry' });
  expect((await broker.submit(resting)).kind).toBe('accepted');
  expect(broker.working()).toBe(1);
  broker.closeToEntries('The vault is locked.');
  expect(broker.unfit()).toBe('The vault is locked.');
  expect(broker.state()).toMatchObject({ kind: 'ready', reason: 'The vault is locked.' });
  expect(await broker.submit(order({ purpose: 'entry' }))).toMatchObject({
    kind: 'rejected',
    code: 'CLOSED_TO_ENTRIES',
    message: 'The vault is locked.',
  });
  expect((await broker.submit(order({ purpose: 'hedge' }))).kind).toBe('accepted');
  expect((await broker.submit(order({ purpose: 'unwind' }))).kind).toBe('accepted');
  expect(await broker.cancel(resting.clientOrderId, resting.listing)).toBe('cancelled');
  broker.closeToEntries(null);
  expect(broker.unfit()).toBeUndefined();
  expect((await broker.submit(order({ purpose: 'entry' }))).kind).toBe('accepted');
});
