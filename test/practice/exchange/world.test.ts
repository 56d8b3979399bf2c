import { expect, test } from 'vitest';
import type { InProcessTransport } from '#main/practice/in-process';
import { VENUES } from '#shared/domain/ids';
import { decimal } from '#shared/money/decimal';
import { Recorder, stand } from '../client.ts';
import { FEED_CLIENTS } from '../feed-clients.ts';
import { Desk } from './desk.ts';

test('[PP-4] orders never move the world: public frames are the same byte for byte with and without them', () => {
  const [calm, busy] = [stand(), stand()];
  const record = (transport: InProcessTransport): Recorder[] =>
    FEED_CLIENTS.map(({ socket, subscribe }) => new Recorder(transport, socket, subscribe));
  const [plain, meddled] = [record(calm.transport), record(busy.transport)];
  let placed = 0;
  for (let second = 0; second < 6; second += 1) {
    calm.clock.advanceBy(500);
    busy.clock.advanceBy(500);
    for (const venue of VENUES) {
      const exchange = busy.practice.exchange(venue);
      const { account } = exchange.key('trading');
      for (const { feed, instrument } of busy.practice.instruments) {
        if (!feed.startsWith(venue) || !instrument.startsWith('BTC-')) continue;
        const market = exchange.market(feed, instrument);
        const answer = account.place({
          market,
          side: second % 2 === 0 ? 'buy' : 'sell',
          type: 'market',
          timeInForce: 'ioc',
          quantity: decimal('0.5'),
          quoteAmount: null,
          price: null,
          clientOrderId: null,
          reduceOnly: false,
          trigger: null,
          ocoGroup: null,
          createBeforeMs: null,
          expiresAtMs: null,
          selfTrade: 'cancel-taker',
        });
        if (answer.ok && answer.value.filled.gt('0')) placed += 1;
      }
    }
  }
  expect(placed).toBeGreaterThan(50);
  expect(meddled.map(({ frames }) => frames)).toEqual(plain.map(({ frames }) => frames));
});

test('[PP-1] over the running world a resting order is filled at its price by what really trades there', () => {
  const desk = new Desk('binance:spot', 'BTC-USDT', { feeds: ['binance:spot'] });
  const order = desk.place({ side: 'buy', quantity: '0.05', price: desk.bid(), timeInForce: 'post-only' });
  for (let second = 0; second < 600 && order.state === 'open'; second += 1) desk.clock.advanceBy(1_000);
  expect(order.state).toBe('filled');
  expect(order.fills.every(({ maker, price }) => maker && price.eq(order.request.price ?? '0'))).toBe(true);
});
