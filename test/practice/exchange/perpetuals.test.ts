import { beforeEach, describe, expect, test } from 'vitest';
import type { ExchangeAccount, ExchangeOrder } from '#main/practice/exchange/types';
import type { Venue } from '#shared/domain/ids';
import { decimal, wire } from '#shared/money/decimal';
import { cause } from '../client.ts';
import type { Asked } from './desk.ts';
import { Desk, listener } from './desk.ts';
import { ScriptedVenue } from './scripted-venue.ts';

let venue: ScriptedVenue;
let account: ExchangeAccount;
let heard: string[];

function open(of: Venue, key = 'trading'): void {
  venue = new ScriptedVenue(of, 'perp');
  account = venue.exchange.keys.find(({ name, products }) => name === key && products.includes('perp'))
    ?.account as ExchangeAccount;
  around(50_000);
  heard = [];
  account.listen(listener(heard));
}

/** A deep book around a price, and the mark there. */
function around(price: number): void {
  const ticks = price * 10;
  venue.show([{ price: ticks - 1, size: 100_000_000 }], [{ price: ticks + 1, size: 100_000_000 }]);
  venue.mark(price);
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

const market = (side: 'buy' | 'sell', quantity: string, reduceOnly = false): Asked => {
  return { side, quantity, type: 'market', timeInForce: 'ioc', more: { reduceOnly } };
};
const total = (): string => wire(account.holdings(account.walletOf(venue.market))[0]?.total ?? decimal('0'));
const position = (): string => {
  const [held] = account.positions();
  return held === undefined ? 'flat' : `${wire(held.quantity)} @ ${wire(held.entryPrice)} ${wire(held.unrealised)}`;
};

beforeEach(() => open('binance'));

describe('[PP-2] positions', () => {
  test('profit is realised when a position is reduced, in the settle currency, fees beside it', () => {
    const bought = place(market('buy', '2'));
    expect(position()).toBe('2 @ 50000.1 -0.2');
    expect(wire(bought.feePaid)).toBe('50.0001');
    around(50_100);
    expect(position()).toBe('2 @ 50000.1 199.8');
    const sold = place(market('sell', '0.5'));
    expect(wire(sold.fills[0]?.realised ?? decimal('0'))).toBe('49.9');
    expect(position()).toBe('1.5 @ 50000.1 149.85');
    expect(total()).toBe(wire(decimal('1000000').minus('50.0001').plus('49.9').minus('12.5249750')));
  });

  test('one order can turn a position round', () => {
    place(market('buy', '1'));
    const turned = place(market('sell', '3'));
    expect(wire(turned.fills[0]?.realised ?? decimal('0'))).toBe('-0.2');
    expect(position()).toBe('-2 @ 49999.9 -0.2');
  });

  test('[AC-2] hedge-mode accounts refuse orders of one-way mode', () => {
    open('binance', 'hedge-mode');
    expect(refusal(market('buy', '1'))).toBe('position-mode');
  });
});

describe('[PP-2] margin', () => {
  test('what a position and open orders hold is not there for more', () => {
    account.setLeverage(venue.market, decimal('10'));
    expect(refusal(market('buy', '201'))).toBe('insufficient-margin');
    place(market('buy', '150'));
    expect(refusal({ side: 'buy', quantity: '60', price: '49000.0' })).toBe('insufficient-margin');
    place({ side: 'buy', quantity: '30', price: '49000.0' });
    expect(refusal({ side: 'buy', quantity: '30', price: '49000.0' })).toBe('insufficient-margin');
    // What only closes needs none.
    expect(place({ side: 'sell', quantity: '150', price: '51000.0' }).state).toBe('open');
  });

  test('leverage: bounds of the venue, and no less than open positions bear', () => {
    expect(account.setLeverage(venue.market, decimal('126'))).toEqual({ ok: false, error: 'leverage' });
    expect(account.setLeverage(venue.market, decimal('0.5'))).toEqual({ ok: false, error: 'leverage' });
    place(market('buy', '100'));
    expect(account.setLeverage(venue.market, decimal('2'))).toEqual({ ok: false, error: 'insufficient-margin' });
    expect(account.setLeverage(venue.market, decimal('50')).ok).toBe(true);
    expect(wire(account.leverage(venue.market))).toBe('50');
  });

  test('[EX-15] at the maintenance margin orders go, then the position is liquidated; the account is never below zero', () => {
    place(market('buy', '300'));
    const resting = place({ side: 'sell', quantity: '1', price: '52000.0' });
    const price = account.positions()[0]?.liquidationPrice ?? decimal('0');
    around(Number(price.toFixed(0)) + 1);
    expect(position()).toContain('300 @');
    heard.length = 0;
    around(Number(price.toFixed(0)) - 1);
    expect(position()).toBe('flat');
    expect(resting).toMatchObject({ state: 'cancelled', endedBy: 'venue' });
    expect(heard.filter((line) => line.startsWith('fill'))).toEqual([expect.stringContaining('liquidation')]);
    expect(Number(total())).toBeGreaterThanOrEqual(0);
  });

  test('a price that jumps beyond what was there is the insurance’s loss', () => {
    place(market('buy', '300'));
    around(40_000);
    expect([position(), total()]).toEqual(['flat', '0']);
    expect(venue.exchange.account('trading').books.insured.get('USD')?.gt('0')).toBe(true);
  });

  test('isolated margin loses what was put aside, and no more', () => {
    open('binance', 'isolated');
    place(market('buy', '10'));
    around(47_000);
    expect(position()).toBe('flat');
    expect(Number(total())).toBeGreaterThan(974_400);
  });
});

describe('[EX-10] reduce-only', () => {
  test('is refused without a position, cut to it, and cancelled when it is gone', () => {
    expect(refusal(market('sell', '1', true))).toBe('reduce-only');
    place(market('buy', '2'));
    expect(refusal(market('buy', '1', true))).toBe('reduce-only');
    const resting = place({ side: 'sell', quantity: '5', price: '50500.0', more: { reduceOnly: true } });
    expect(wire(resting.quantity)).toBe('2');
    const stop = place({
      side: 'sell',
      quantity: '2',
      price: '48000.0',
      trigger: { price: '49000.0', by: 'mark', when: 'falls-to' },
      more: { reduceOnly: true },
    });
    place(market('sell', '2'));
    expect([resting.endedBy, stop.endedBy]).toEqual(['reduce-only', 'reduce-only']);
    expect(position()).toBe('flat');
  });

  test('[EX-9] a stop on the mark price closes no more than the position', () => {
    place(market('buy', '2'));
    const stop = place({
      side: 'sell',
      quantity: '3',
      price: '48000.0',
      trigger: { price: '49000.0', by: 'mark', when: 'falls-to' },
      more: { reduceOnly: true },
    });
    place(market('sell', '0.5'));
    venue.trade(489_000, 1, 'sell');
    expect(stop.state).toBe('waiting');
    around(48_990);
    expect(wire(stop.filled)).toBe('1.5');
    expect(position()).toBe('flat');
  });
});

describe('[FC-4] funding', () => {
  test('at a settlement who holds pays the rate of the value at mark', () => {
    place(market('buy', '2'));
    const before = decimal(total());
    venue.settle(0.0003);
    expect(wire(decimal(total()).minus(before))).toBe('-30');
    expect(heard.at(-2)).toBe('funding BTC-USD-PERP -30 0.0003');
    place(market('sell', '4'));
    const short = decimal(total());
    venue.settle(0.0003);
    expect(wire(decimal(total()).minus(short))).toBe('30');
    expect(account.funding('binance:perp').map(({ amount }) => wire(amount))).toEqual(['-30', '30']);
  });

  test('continuous funding accrues with time and is booked by the hour and when the position changes', () => {
    open('kraken');
    place(market('buy', '2'));
    venue.clock.advanceBy(1_800_000);
    venue.mark(50_000);
    expect(account.funding('kraken:perp')).toEqual([]);
    place(market('buy', '1'));
    venue.clock.advanceBy(1_800_000);
    venue.settle(0.0001);
    expect(account.funding('kraken:perp').map(({ amount }) => wire(amount))).toEqual(['-5', '-7.5']);
  });
});

test('[PP-3] [EX-15] faults: the venue closes half of a position, then liquidates the rest', () => {
  const desk = new Desk('bybit:perp', 'BTC-USDT-PERP', { feeds: ['bybit:perp'] });
  const apply = (fault: 'auto-deleverage' | 'liquidate') =>
    desk.practice.faults.apply({ feed: 'bybit:perp', fault, on: true });
  expect(apply('auto-deleverage')).toEqual({ ok: false, error: 'nobody holds a position in BTC-USDT-PERP' });
  expect(apply('liquidate')).toEqual({ ok: false, error: 'nobody holds a position in bybit:perp' });
  desk.place({ side: 'buy', quantity: '0.1', type: 'market', timeInForce: 'ioc' });
  cause(desk.practice, 'bybit:perp', 'auto-deleverage');
  expect(wire(desk.account.positions()[0]?.quantity ?? decimal('0'))).toBe('0.05');
  cause(desk.practice, 'bybit:perp', 'liquidate');
  expect(desk.account.positions()).toEqual([]);
  const causes = desk.account.fills('bybit:perp').map((fill) => fill.cause);
  expect(causes.slice(-2)).toEqual(['auto-deleveraging', 'liquidation']);
  expect(desk.practice.faults.active()).toEqual([]);
  expect(desk.practice.faults.apply({ feed: 'bybit:spot', fault: 'liquidate', on: true }).ok).toBe(false);
});
