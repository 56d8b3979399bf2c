import { describe, expect, test } from 'vitest';
import type { Journaled } from '#engine/ports';
import { ORDER_KINDS } from '#shared/domain/order';
import { decimal, wire } from '#shared/money/decimal';
import type { BrokerHarness } from '#support/broker-harness';
import type { BrokerCase } from './broker-case.ts';

/** What is sent, read back, refused and cancelled. */
export function describeOrders(on: BrokerCase): void {
  describe('orders', () => {
    test('[EX-1] a resting order is placed, read back, shown open and cancelled', async () => {
      const h = await on.ready();
      const order = h.order();
      const venueOrderId = await on.accepted(h, order);
      const read = await on.truth(h, order);
      expect(read).toMatchObject({ clientOrderId: order.clientOrderId, venueOrderId, state: 'open', filled: '0' });
      expect(await on.openIds(h)).toEqual([order.clientOrderId]);
      const [there] = on.atVenue(h, order.clientOrderId);
      expect(wire(there?.request.price ?? decimal('0'))).toBe(wire(decimal(order.price)));
      expect(wire(there?.quantity ?? decimal('0'))).toBe(order.quantity);
      expect(await on.cancel(h, order)).toBe('cancelled');
      await on.ended(h, order);
      expect((await on.truth(h, order)).state).toBe('cancelled');
      expect(await on.openIds(h)).toEqual([]);
    });

    for (const kind of ORDER_KINDS.filter((one) => !on.capabilities.orderKinds.includes(one))) {
      test(`[EX-9] ${kind} orders are not had: refused as unsupported, nothing leaves`, async () => {
        const h = await on.ready();
        const before = h.wire.requests.length;
        const outcome = await on.submit(h, h.order({ kind, price: h.away('buy', '0.003') }));
        expect(outcome).toMatchObject({ kind: 'rejected', code: 'UNSUPPORTED_ORDER' });
        expect(h.wire.requests.slice(before).filter(({ method }) => method !== 'GET')).toEqual([]);
      });
    }

    test('[EX-3] a post-only order that would take ends without an execution', async () => {
      const h = await on.ready();
      const order = h.order({ price: h.through('buy', '0.0005') });
      const outcome = await on.submit(h, order);
      if (on.subject.postOnlyRefusedAtOnce) expect(outcome).toMatchObject({ kind: 'rejected' });
      else {
        expect(outcome.kind).toBe('accepted');
        await on.ended(h, order);
        expect(['cancelled', 'rejected']).toContain((await on.truth(h, order)).state);
      }
      expect(h.fillsOf(order.clientOrderId)).toEqual([]);
    });

    test('[EX-7] an IOC takes what is there: filled, with price, fee and its currency, taker', async () => {
      const h = await on.ready();
      const order = h.order({ kind: 'ioc', price: h.through('buy') });
      await on.accepted(h, order);
      await h.until('filled', () => h.filledOf(order.clientOrderId) === order.quantity);
      const fills = h.events.flatMap((event) => (event.kind === 'fill' ? [event.fill] : []));
      const told = (await on.truth(h, order)).fills;
      expect(new Set(fills.map(({ tradeId }) => tradeId))).toEqual(new Set(told.map(({ tradeId }) => tradeId)));
      const [there] = on.atVenue(h, order.clientOrderId);
      for (const [index, fill] of told.entries()) {
        const actual = there?.fills[index];
        expect(fill).toMatchObject({ side: 'buy', liquidity: 'taker', feeCurrency: actual?.feeCurrency });
        expect(decimal(fill.price).eq(actual?.price ?? '0')).toBe(true);
        expect(decimal(fill.fee).eq(actual?.fee ?? '0')).toBe(true);
      }
      expect((await on.truth(h, order)).state).toBe('filled');
    });

    test('[EX-7] an IOC gets a part: the rest is cancelled', async () => {
      const h = await on.ready();
      h.fault('partial-fills');
      const order = h.order({ kind: 'ioc', ...on.greedy(h) });
      await on.accepted(h, order);
      await on.ended(h, order);
      const read = await on.truth(h, order);
      expect(read.state).toBe('cancelled');
      expect(decimal(read.filled).gt('0') && decimal(read.filled).lt(order.quantity)).toBe(true);
      await h.until('its executions', () => h.filledOf(order.clientOrderId) === read.filled);
    });

    test('[EX-7] an IOC away from the market gets nothing', async () => {
      const h = await on.ready();
      const order = h.order({ kind: 'ioc', price: h.away('buy', '0.003') });
      const outcome = await on.submit(h, order);
      if (outcome.kind === 'accepted') {
        await on.ended(h, order);
        expect(await on.truth(h, order)).toMatchObject({ state: 'cancelled', filled: '0' });
      } else expect(outcome.kind).toBe('rejected');
      expect(h.fillsOf(order.clientOrderId)).toEqual([]);
    });

    test.runIf(on.capabilities.orderKinds.includes('fok'))('[EX-7] a FOK executes whole or not at all', async () => {
      const h = await on.ready();
      const small = h.order({ kind: 'fok', price: h.through('buy') });
      await on.accepted(h, small);
      await h.until('filled', () => h.filledOf(small.clientOrderId) === small.quantity);
      h.fault('partial-fills');
      const large = h.order({ kind: 'fok', ...on.greedy(h) });
      const outcome = await on.submit(h, large);
      if (outcome.kind === 'accepted') await on.ended(h, large);
      else expect(outcome.kind).toBe('rejected');
      expect(h.fillsOf(large.clientOrderId)).toEqual([]);
    });

    test.runIf(on.capabilities.reduceOnly)(
      '[EX-10] a reduce-only order only ever makes the position smaller',
      async () => {
        const h = await on.ready();
        const long = await on.bought(h);
        const more = wire(decimal(long.quantity).times('3'));
        const order = h.order({
          side: 'sell',
          kind: 'ioc',
          purpose: 'unwind',
          price: h.through('sell'),
          quantity: more,
          reduceOnly: true,
        });
        await on.submit(h, order);
        await h.run(2_000);
        const positions = await h.settled(h.broker.positions());
        expect(positions.ok && positions.value.every(({ side }) => side === 'long')).toBe(true);
      },
    );

    test.runIf(!on.perp)('[EX-10] reduce-only is refused on spot, nothing leaves', async () => {
      const h = await on.ready();
      const before = h.wire.written().length;
      expect(await on.submit(h, h.order({ reduceOnly: true }))).toMatchObject({ code: 'UNSUPPORTED_ORDER' });
      expect(h.wire.written()).toHaveLength(before);
    });

    for (const kind of ['stop-loss', 'take-profit', 'oco'] as const) {
      test.runIf(on.capabilities.orderKinds.includes(kind))(
        `[EX-9] a resident ${kind} is placed, read back, shown open and cancelled`,
        async () => {
          const h = await on.ready();
          const long = await on.bought(h);
          const order = h.order({ ...on.resident(h, kind, '0.005'), quantity: on.sellable(h, long) });
          await on.accepted(h, order);
          expect((await on.truth(h, order)).state).toBe('open');
          expect(await on.openIds(h)).toContain(order.clientOrderId);
          expect(await on.cancel(h, order)).toBe('cancelled');
          await h.run(1_000);
          expect((await on.truth(h, order)).state).toBe('cancelled');
          expect(await on.openIds(h)).toEqual([]);
        },
      );
    }

    test.runIf(on.capabilities.orderKinds.includes('stop-loss'))(
      '[EX-9] a resident stop sells once its trigger is met',
      async () => {
        const h = await on.ready();
        const long = await on.bought(h);
        const order = h.order({ ...on.resident(h, 'stop-loss', '0.0002'), quantity: on.sellable(h, long) });
        await on.accepted(h, order);
        await h.until('triggered', () => h.fillsOf(order.clientOrderId).length > 0, 3_600_000);
        await h.until('whole', () => h.filledOf(order.clientOrderId) === order.quantity, 600_000);
        expect(await on.truth(h, order)).toMatchObject({ state: 'filled', filled: order.quantity });
      },
    );
  });

  describe('catalogue', () => {
    const refusals: readonly [string, string, (h: BrokerHarness) => Partial<Journaled>][] = [
      [
        'CATALOGUE_TICK',
        'off the tick',
        (h) => ({ price: wire(decimal(h.away('buy', '0.003')).plus(decimal(h.listing.priceTick).div('2'))) }),
      ],
      [
        'CATALOGUE_LOT',
        'off the lot',
        (h) => ({ quantity: wire(decimal(h.quantity()).plus(decimal(h.listing.lotStep).div('2'))) }),
      ],
      ['CATALOGUE_QUANTITY', 'of nothing', () => ({ quantity: '0' })],
      ['CLIENT_ORDER_ID', 'with a name the venue does not take', () => ({ clientOrderId: 'ä'.repeat(200) })],
      ['DEADLINE', 'past its deadline', (h) => ({ createBeforeMs: h.clock.wallMs() - 1 })],
      ['CATALOGUE_UNKNOWN', 'of another feed', () => ({ listing: 'binance:spot|NOPE-USDT' })],
    ];
    for (const [code, what, changes] of refusals) {
      test(`[ID-2] an order ${what} is refused here (${code}), nothing leaves`, async () => {
        const h = await on.ready();
        const before = h.wire.requests.length;
        const outcome = await on.submit(h, h.order(changes(h)));
        expect(outcome).toMatchObject({ kind: 'rejected', code });
        expect(h.wire.requests).toHaveLength(before);
      });
    }

    test('[MD-8] an order in a market that does not trade is refused here', async () => {
      const h = await on.ready();
      const listing = { ...h.listing, status: 'halted' as const };
      h.sink.listings.set(listing.id, listing);
      expect(await on.submit(h, h.order())).toMatchObject({ kind: 'rejected', code: 'CATALOGUE_STATUS' });
      expect(h.wire.written().filter(({ request }) => request.body?.includes(h.listing.symbol))).toEqual([]);
    });
  });

  describe('cancels', () => {
    test('[EX-4] cancelling twice, and what never was, is harmless', async () => {
      const h = await on.ready();
      const order = h.order();
      await on.accepted(h, order);
      expect(await on.cancel(h, order)).toBe('cancelled');
      await on.ended(h, order);
      expect(await on.cancel(h, order)).toBe('gone');
      expect(await on.cancel(h, h.order())).not.toBe('cancelled');
    });

    test('[KS-1] cancel-all leaves no order open', async () => {
      const h = await on.ready();
      const orders = [
        h.order(),
        h.order({ price: h.away('buy', '0.002') }),
        h.order({ price: h.away('buy', '0.001') }),
      ];
      for (const order of orders) await on.accepted(h, order);
      expect(await on.openIds(h)).toHaveLength(3);
      const answer = await h.settled(h.broker.cancelAll(null));
      expect(answer.ok).toBe(true);
      await h.run(1_000);
      expect(await on.openIds(h)).toEqual([]);
      expect((await h.settled(h.broker.cancelAll(h.listing.id))).ok).toBe(true);
    });

    test('[EX-5] what fills after its cancel was confirmed is told like any other', async () => {
      const h = await on.ready();
      h.fault('late-fill');
      const order = h.order();
      await on.accepted(h, order);
      await on.cancel(h, order);
      await h.until('the late execution', () => h.filledOf(order.clientOrderId) === order.quantity, 60_000);
      expect((await on.truth(h, order)).filled).toBe(order.quantity);
    });
  });

  describe('the same again', () => {
    test('[PP-4] the same seed sends the same bytes and hears the same events', async () => {
      const lives: string[] = [];
      for (let life = 0; life < 2; life += 1) {
        const h = await on.ready();
        const order = h.order();
        await on.accepted(h, order);
        await on.cancel(h, order);
        await on.bought(h);
        await h.run(35_000);
        const requests = h.wire.requests.map(({ request }) => request);
        lives.push(withoutChance(JSON.stringify([requests, h.wire.frames, h.events, h.states], null, 1)));
        await on.close();
      }
      expect(lives[1]).toBe(lives[0]);
    });
  });
}

/** Node draws a part of each ES256 signature by chance, as the scheme has it; nothing depends on it. */
const withoutChance = (text: string): string => text.replace(/(eyJ[\w-]+\.eyJ[\w-]+)\.[\w-]+/g, '$1');
