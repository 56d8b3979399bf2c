import { beforeEach, describe, expect, test } from 'vitest';
import type { ExchangeAccount, ExchangeOrder } from '#main/practice/exchange/types';
import { wire } from '#shared/money/decimal';
import type { Asked } from './desk.ts';
import { listener } from './desk.ts';
import { ScriptedVenue } from './scripted-venue.ts';

/** Bids 50000.0 × 0.5 and 49999.9 × 1, asks 50000.2 × 0.4 and 50000.3 × 1. */
const BIDS = [
  { price: 500_000, size: 50_000 },
  { price: 499_999, size: 100_000 },
];
const ASKS = [
  { price: 500_002, size: 40_000 },
  { price: 500_003, size: 100_000 },
];

let venue: ScriptedVenue;
let account: ExchangeAccount;
let heard: string[];

function open(of: ConstructorParameters<typeof ScriptedVenue>[0], key = 'trading'): void {
  venue = new ScriptedVenue(of);
  account = venue.exchange.key(key).account;
  venue.show(BIDS, ASKS);
  heard = [];
  account.listen(listener(heard));
}

function place(asked: Asked): ExchangeOrder {
  const placed = account.place(venue.request(asked));
  if (!placed.ok) throw new Error(placed.error);
  return placed.value;
}

function refusal(asked: Asked): string {
  const placed = account.place(venue.request(asked));
  return placed.ok ? `accepted ${placed.value.endedBy ?? placed.value.state}` : placed.error;
}

const held = (currency: string): string => {
  const found = account.holdings(account.walletOf(venue.market)).find((one) => one.currency === currency);
  return found === undefined ? 'none' : `${wire(found.total)} ${wire(found.locked)}`;
};
const TAKES = { side: 'buy', quantity: '0.5', price: '50000.3' } as const;
const RESTS = { side: 'buy', quantity: '0.2', price: '50000.0' } as const;

beforeEach(() => open('binance'));

describe('[PP-2] takers', () => {
  test('an IOC walks the displayed levels, pays in the bought coin, ends with the rest; events come in order', () => {
    const order = place({ ...TAKES, quantity: '2', timeInForce: 'ioc' });
    expect(order).toMatchObject({ state: 'cancelled', endedBy: 'ioc' });
    const n = order.number;
    expect(heard).toEqual([
      `order ${n} open 0`,
      `fill ${n} 0.4 @ 50000.2 fee 0.0004 BTC taker order`,
      `fill ${n} 1 @ 50000.3 fee 0.001 BTC taker order`,
      `order ${n} cancelled 1.4 ioc`,
      'holding spot USD 929999.62 0',
      'holding spot BTC 11.3986 0',
    ]);
    // What was taken is gone until the level changes.
    expect(wire(place({ ...TAKES, timeInForce: 'ioc' }).filled)).toBe('0');
    venue.show(BIDS, [{ price: 500_002, size: 39_000 }]);
    expect(wire(place({ ...TAKES, timeInForce: 'ioc' }).filled)).toBe('0.39');
  });

  test('a limit order takes what it can and rests with the remainder', () => {
    const order = place({ ...TAKES, quantity: '2', price: '50000.2' });
    expect(order.state).toBe('open');
    expect(wire(order.filled)).toBe('0.4');
    expect(held('USD')).toBe(`${wire(order.filledValue.times('-1').plus('1000000'))} 80000.32`);
  });

  test('a FOK is filled whole or not at all', () => {
    expect(place({ ...TAKES, quantity: '1.5', timeInForce: 'fok' })).toMatchObject({
      state: 'cancelled',
      endedBy: 'fok',
    });
    expect(place({ ...TAKES, quantity: '1.4', timeInForce: 'fok' })).toMatchObject({ state: 'filled' });
    const futures = new ScriptedVenue('kraken', 'perp');
    futures.show(BIDS, ASKS);
    expect(futures.account.place(futures.request({ ...TAKES, quantity: '1.5', timeInForce: 'fok' }))).toEqual({
      ok: false,
      error: 'would-not-fill',
    });
  });

  test('market orders, by quantity and by value', () => {
    expect(wire(place({ side: 'buy', type: 'market', timeInForce: 'ioc', quoteAmount: '25000' }).filled)).toBe(
      '0.49999',
    );
    const sold = place({ side: 'sell', type: 'market', timeInForce: 'ioc', quantity: '0.7' });
    expect(sold.fills.map(({ price, quantity }) => `${wire(quantity)} @ ${wire(price)}`)).toEqual([
      '0.5 @ 50000',
      '0.2 @ 49999.9',
    ]);
    expect(refusal({ side: 'buy', type: 'market', timeInForce: 'ioc', quantity: '25' })).toBe('accepted ioc');
  });

  test('fees are in the quote on Coinbase and Kraken, with their own tiers', () => {
    for (const [of, fee] of [
      ['coinbase', '240.00096'],
      ['kraken', '80.00032'],
    ] as const) {
      open(of);
      const order = place({ ...TAKES, quantity: '0.4', price: '50000.2', timeInForce: 'ioc' });
      expect(`${wire(order.feePaid)} ${order.feeCurrency}`, of).toBe(`${fee} USD`);
    }
  });

  test('[AC-2] self-trade: taker, maker or both go', () => {
    const modes = {
      'cancel-taker': ['open', 'cancelled', 'self-trade'],
      'cancel-maker': ['cancelled', 'open', null],
      'cancel-both': ['cancelled', 'cancelled', 'self-trade'],
    } as const;
    for (const [selfTrade, [makerState, takerState, takerEnd]] of Object.entries(modes)) {
      open('binance');
      const maker = place({ side: 'sell', quantity: '0.3', price: '50000.1', timeInForce: 'post-only' });
      const more = { selfTrade: selfTrade as keyof typeof modes };
      const taker = place({ side: 'buy', quantity: '0.1', price: '50000.1', more });
      expect([maker.state, taker.state, taker.endedBy], selfTrade).toEqual([makerState, takerState, takerEnd]);
    }
  });
});

describe('[PP-2] resting orders', () => {
  test('they lock, stand behind what is displayed, and are filled at their price as makers', () => {
    const order = place(RESTS);
    expect(held('USD')).toBe('1000000 10000');
    venue.trade(500_000, 50_000, 'sell');
    expect(wire(order.filled)).toBe('0');
    venue.trade(500_000, 5_000, 'sell');
    expect(wire(order.filled)).toBe('0.05');
    venue.trade(499_990, 100_000, 'sell');
    expect(order).toMatchObject({ state: 'filled' });
    expect(order.fills.every(({ maker, price }) => maker && wire(price) === '50000')).toBe(true);
    expect(held('USD')).toBe('990000 0');
    expect(held('BTC')).toBe('10.1998 0');
  });

  test('nothing is matched while trading is not normal', () => {
    const order = place(RESTS);
    venue.setStatus('halted');
    venue.show([{ price: 499_000, size: 1 }], [{ price: 499_500, size: 90_000 }]);
    expect(wire(order.filled)).toBe('0');
    expect(refusal(TAKES)).toBe('not-trading');
    venue.setStatus('normal');
    venue.show([{ price: 499_000, size: 1 }], [{ price: 499_500, size: 80_000 }]);
    expect(wire(order.filled)).toBe('0.2');
  });

  test('[MD-8] each status keeps out what it keeps out', () => {
    const said = (status: Parameters<ScriptedVenue['setStatus']>[0]): string[] => {
      venue.setStatus(status);
      return [
        refusal({ ...RESTS, timeInForce: 'post-only' }),
        refusal(RESTS),
        refusal({ side: 'sell', type: 'market', timeInForce: 'ioc', quantity: '0.1' }),
      ];
    };
    expect(said('post-only')).toEqual(['accepted open', 'post-only-phase', 'post-only-phase']);
    expect(said('limit-only')).toEqual(['accepted open', 'accepted open', 'not-trading']);
    expect(said('cancel-only')).toEqual(['not-trading', 'not-trading', 'not-trading']);
    expect(said('delisted')).toEqual(['unknown-market', 'unknown-market', 'unknown-market']);
    expect(account.orders('binance:spot').map(({ endedBy }) => endedBy)).toEqual(['venue', 'venue', 'venue']);
  });

  test('post-only that would take: refused, or accepted and cancelled, as the venue does it', () => {
    expect(refusal({ ...TAKES, timeInForce: 'post-only' })).toBe('would-take');
    open('okx');
    expect(refusal({ ...TAKES, timeInForce: 'post-only' })).toBe('accepted post-only');
  });

  test('[EX-14] expiry and dead-man end them at their time, and only what they name', () => {
    const short = place({ ...RESTS, more: { expiresAtMs: venue.clock.wallMs() + 2_000 } });
    const kept = place(RESTS);
    const named = place(RESTS);
    account.deadMan('timer', 5_000, ({ number }) => number === named.number);
    venue.clock.advanceBy(2_000);
    expect([short.state, short.endedBy, kept.state]).toEqual(['expired', 'expiry', 'open']);
    account.deadMan('timer', 5_000, ({ number }) => number === named.number);
    venue.clock.advanceBy(4_999);
    expect(named.state).toBe('open');
    venue.clock.advanceBy(1);
    expect([named.endedBy, kept.state]).toEqual(['dead-man', 'open']);
    account.deadMan('timer', 1_000, () => true);
    account.deadMan('timer', null, () => true);
    venue.clock.advanceBy(10_000);
    expect(kept.state).toBe('open');
  });

  test('a cancel works once and gives back what was locked', () => {
    const order = place(RESTS);
    expect(account.cancel(order)).toBe(true);
    expect(account.cancel(order)).toBe(false);
    expect(held('USD')).toBe('1000000 0');
    place(RESTS);
    place({ ...RESTS, side: 'sell', price: '50001.0' });
    expect(account.cancelAll(({ request }) => request.side === 'sell')).toHaveLength(1);
  });
});

describe('[PP-2] resident orders', () => {
  const stop = { price: '49999.0', by: 'last', when: 'falls-to' } as const;

  test('a stop waits, is triggered by the last trade, and becomes its limit order', () => {
    const order = place({ side: 'sell', quantity: '0.3', price: '49990.0', trigger: stop });
    expect(order.state).toBe('waiting');
    expect(held('BTC')).toBe('10 0.3');
    venue.trade(499_991, 1, 'sell');
    expect(order.state).toBe('waiting');
    venue.trade(499_990, 1, 'sell');
    expect(order).toMatchObject({ state: 'filled', triggered: true });
    expect(wire(order.fills[0]?.price ?? order.filled)).toBe('50000');
  });

  test('one whose trigger is met is refused, or triggers at once on Kraken', () => {
    venue.trade(499_980, 1, 'sell');
    const asked = { side: 'sell', quantity: '0.3', price: '50001.0', trigger: stop } as const;
    expect(refusal(asked)).toBe('would-trigger');
    open('kraken');
    venue.trade(499_980, 1, 'sell');
    expect(place(asked)).toMatchObject({ state: 'open', triggered: true });
  });

  test('OCO: both lock once, and the first that executes or triggers cancels the other', () => {
    for (const fate of ['executes', 'triggers'] as const) {
      open('binance');
      const more = { ocoGroup: 'g1' };
      const profit = place({ side: 'sell', quantity: '1', price: '50010.0', more });
      const loss = place({ side: 'sell', quantity: '1', price: '49990.0', trigger: stop, more });
      expect(held('BTC')).toBe('10 1');
      if (fate === 'executes') venue.trade(500_200, 10_000, 'buy');
      else venue.trade(499_900, 1, 'sell');
      const [ended, went] = fate === 'executes' ? [loss, profit] : [profit, loss];
      expect([ended.state, ended.endedBy], fate).toEqual(['cancelled', 'oco']);
      expect(wire(went.filled), fate).not.toBe('0');
    }
  });
});

describe('[EX-3] refusals, in the order in which a matching engine tests', () => {
  test.each([
    [{ quantity: '0.000001' }, 'lot-step'],
    [{ quantity: '0' }, 'lot-step'],
    [{ price: '50000.05' }, 'price-tick'],
    [{ quantity: '0.00009' }, 'min-notional'],
    [{ price: '300000' }, 'price-band'],
    [{ quantity: '21' }, 'insufficient-balance'],
    [{ side: 'sell', quantity: '10.1' }, 'insufficient-balance'],
  ] as const)('%j: %s', (differs, why) => {
    expect(refusal({ ...TAKES, ...differs })).toBe(why);
    expect(account.orders('binance:spot')).toEqual([]);
    expect(heard).toEqual([]);
  });

  test('[EX-4] one that arrives after its deadline is not created', () => {
    const nowMs = venue.clock.wallMs();
    expect(refusal({ ...RESTS, more: { createBeforeMs: nowMs - 1 } })).toBe('deadline');
    expect(refusal({ ...RESTS, more: { createBeforeMs: nowMs } })).toBe('accepted open');
  });

  test('[EX-2] a client order id is used once, also after its order ended', () => {
    const order = place({ ...RESTS, more: { clientOrderId: 'x' } });
    account.cancel(order);
    expect(refusal({ ...RESTS, more: { clientOrderId: 'x' } })).toBe('duplicate-client-id');
    expect(account.orderByClientId('x')).toBe(order);
  });

  test('more orders than the venue keeps open', () => {
    open('kraken');
    for (let n = 0; n < 60; n += 1) place({ ...RESTS, quantity: '0.001' });
    expect(refusal({ ...RESTS, quantity: '0.001' })).toBe('too-many-orders');
  });
});

describe('[PP-3] faults of orders', () => {
  test('the fault late-fill: the cancel is confirmed, and the rest fills all the same, its event after', () => {
    const order = place(RESTS);
    venue.exchange.faults('binance:spot').arm('late-fill');
    expect(account.cancel(order)).toBe(true);
    expect([order.state, held('USD')]).toEqual(['cancelled', '1000000 10000']);
    const before = heard.length;
    venue.clock.advanceBy(200);
    expect(order).toMatchObject({ state: 'filled' });
    expect(heard[before]).toBe(`fill ${order.number} 0.2 @ 50000 fee 0.0002 BTC maker order`);
    expect(held('USD')).toBe('990000 0');
    expect(account.cancel(order)).toBe(false);
  });

  test('the fault partial-fills: at most half of what is displayed', () => {
    venue.exchange.faults('binance:spot').turn('partial-fills', true);
    expect(wire(place({ ...TAKES, price: '50000.2', timeInForce: 'ioc' }).filled)).toBe('0.2');
    expect(wire(place({ ...TAKES, price: '50000.2', timeInForce: 'ioc' }).filled)).toBe('0');
    venue.exchange.faults('binance:spot').turn('partial-fills', false);
    expect(wire(place({ ...TAKES, price: '50000.2', timeInForce: 'ioc' }).filled)).toBe('0.2');
  });

  test('the faults reject-orders, revoke-keys and maintenance, until they are switched off', () => {
    const faults = venue.exchange.faults('binance:spot');
    for (const on of [true, false]) {
      faults.turn('reject-orders', on);
      faults.turn('revoke-keys', on);
      faults.turn('maintenance', on);
      expect(refusal(RESTS)).toBe(on ? 'not-trading' : 'accepted open');
      expect(venue.exchange.key('trading').revoked).toBe(on);
      expect(venue.exchange.inMaintenance('binance:spot')).toBe(on);
    }
  });

  test('answers are lost or spoilt once, and only those of creates', () => {
    const faults = venue.exchange.faults('binance:spot');
    faults.arm('accept-then-silence');
    faults.arm('accept-then-5xx');
    faults.arm('unknown-status');
    const { exchange } = venue;
    expect(exchange.answerTo('binance:spot', 'cancel')).toBe('as-it-is');
    expect(exchange.answerTo('binance:perp', 'create')).toBe('as-it-is');
    const answers = [1, 2, 3].map(() => exchange.answerTo('binance:spot', 'create'));
    expect(answers).toEqual(['bad-gateway', 'lost', 'as-it-is']);
    expect([1, 2].map(() => exchange.takesUnknownStatus('binance:spot'))).toEqual([true, false]);
  });
});
