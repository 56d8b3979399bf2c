import { expect, test } from 'vitest';
import { decimal, wire } from '#shared/money/decimal';
import { Desk } from './desk.ts';

test('[PP-2] an IOC takes what is shown up to its limit, pays the fee in the bought coin, and ends', () => {
  const desk = new Desk('binance:spot', 'BTC-USDT');
  const [first, price] = [desk.askSize(), desk.ask()];
  const before = [desk.total('BTC'), desk.total('USDT')];
  const asked = wire(decimal(first).plus('1'));
  const order = desk.place({ side: 'buy', quantity: asked, price, timeInForce: 'ioc' });
  const fee = decimal(first).times('0.001');
  expect(order).toMatchObject({ state: 'cancelled', endedBy: 'ioc', feeCurrency: 'BTC' });
  expect(wire(order.filled)).toBe(wire(decimal(first)));
  expect(desk.total('BTC')).toBe(
    wire(
      decimal(before[0] ?? '')
        .plus(first)
        .minus(fee),
    ),
  );
  expect(desk.total('USDT')).toBe(wire(decimal(before[1] ?? '').minus(decimal(first).times(price))));
  expect(desk.locked('USDT')).toBe('0');
  expect(desk.heard[0]).toBe(`order ${order.number} open 0`);
  expect(desk.heard[1]).toContain(`fill ${order.number} ${wire(decimal(first))} @ ${wire(decimal(price))}`);
  // The level is empty for us until it changes.
  expect(wire(desk.place({ side: 'buy', quantity: asked, price, timeInForce: 'ioc' }).filled)).toBe('0');
});
