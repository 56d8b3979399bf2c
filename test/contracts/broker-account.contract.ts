import { describe, expect, test } from 'vitest';
import { venueOf } from '#shared/domain/ids';
import { decimal, wire } from '#shared/money/decimal';
import type { BrokerHarness } from '#support/broker-harness';
import type { BrokerCase } from './broker-case.ts';

/** What an account holds, pays and may set; what others do with it; what protects its orders. */
export function describeAccount(on: BrokerCase): void {
  const { feed, instrument } = on.subject;
  const market = (h: BrokerHarness) => h.world.exchange(venueOf(feed)).market(feed, instrument);

  describe('account', () => {
    test('[CO-1] fees are the account’s own', async () => {
      const h = await on.ready();
      const fees = await h.settled(h.broker.fees());
      if (!fees.ok) throw new Error(fees.error.message);
      if (on.subject.feesTold === false) {
        expect(fees.value).toEqual([]);
        return;
      }
      const mine =
        fees.value.find((row) => row.instrument === instrument) ?? fees.value.find((row) => row.instrument === null);
      const { maker, taker } = h.account.fees(market(h));
      expect(mine?.makerBps).toBe(wire(maker.times('10000')));
      expect(mine?.takerBps).toBe(wire(taker.times('10000')));
    });

    test.runIf(!on.perp)('[EX-11] balances after executions are the venue’s, free and locked apart', async () => {
      const h = await on.ready();
      await on.bought(h);
      await on.accepted(h, h.order());
      await h.run(1_000);
      const balances = await h.settled(h.broker.balances());
      if (!balances.ok) throw new Error(balances.error);
      const holdings = h.account.holdings(h.account.walletOf(market(h)));
      for (const currency of instrument.split('-')) {
        const said = balances.value.find((row) => row.currency === currency);
        const held = holdings.find((row) => row.currency === currency);
        if (said === undefined || held === undefined) throw new Error(`no ${currency}`);
        expect(wire(decimal(said.free).plus(decimal(said.locked)))).toBe(wire(held.total));
        expect(said.locked).toBe(wire(held.locked));
      }
    });

    test.runIf(on.perp)('[EX-10] a position is read with side, quantity and entry', async () => {
      const h = await on.ready();
      const order = await on.bought(h);
      const positions = await h.settled(h.broker.positions());
      if (!positions.ok) throw new Error(positions.error.message);
      const [position, ...others] = positions.value;
      expect(others).toEqual([]);
      expect(position).toMatchObject({ feed, instrument, side: 'long' });
      expect(decimal(position?.quantity ?? '0').eq(order.quantity)).toBe(true);
      const [there] = h.account.positions();
      const difference = decimal(position?.entryPrice ?? '0')
        .minus(there?.entryPrice ?? '0')
        .abs();
      expect(difference.lt(h.listing.priceTick)).toBe(true);
    });

    test.runIf(on.perp)('[AC-2] leverage is set and read back', async () => {
      const h = await on.ready();
      const set = await h.settled(h.broker.setLeverage(h.listing.id, '3'));
      if (set.ok) expect(h.account.leverage(market(h)).eq('3')).toBe(true);
      // A venue without the setting says so; it never pretends.
      else expect(set.error.code).toBe('UNSUPPORTED_ORDER');
    });

    test('[EX-5] executions are back-filled whole, over every page', async () => {
      const h = await on.ready();
      const sinceMs = h.clock.wallMs() - 1_000;
      const earlier = await h.other();
      for (let count = 0; count < 130; count += 1) {
        const order = h.order({ kind: 'ioc', price: h.through('buy'), purpose: 'hedge' });
        const outcome = await h.settled(earlier.submit(order));
        if (outcome.kind !== 'accepted') throw new Error(JSON.stringify(outcome));
        await h.run(150);
      }
      await h.run(5_000);
      const expected = h.account.fills(feed).map(({ quantity, price }) => `${wire(quantity)}@${wire(price)}`);
      expect(expected.length).toBeGreaterThan(120);
      const fills = await h.settled(h.broker.fillsSince(sinceMs, h.listing.id), 600_000);
      if (!fills.ok) throw new Error(`${fills.error.code}: ${fills.error.message}`);
      expect(
        fills.value.map(({ quantity, price }) => `${wire(decimal(quantity))}@${wire(decimal(price))}`).sort(),
      ).toEqual(expected.sort());
      expect(fills.value.every(({ clientOrderId }) => /^x[0-9a-z]{17}$/.test(clientOrderId))).toBe(true);
    });

    test('[EX-12] orders of others are shown as external, told of in no event, and left alone', async () => {
      const h = await on.ready();
      const someone = await h.other();
      const resting = h.order({ clientOrderId: 'foreign1', purpose: 'unwind' });
      expect((await h.settled(someone.submit(resting))).kind).toBe('accepted');
      await h.run(5_000);
      const external = await h.settled(h.broker.externalOrders());
      if (!external.ok) throw new Error(external.error.message);
      expect(external.value).toHaveLength(1);
      expect(external.value[0]).toMatchObject({ feed, instrument, side: 'buy' });
      expect(await on.openIds(h)).toEqual([`external:${external.value[0]?.venueOrderId}`]);
      const taking = h.order({ clientOrderId: 'foreign2', kind: 'ioc', price: h.through('buy') });
      expect((await h.settled(someone.submit(taking))).kind).toBe('accepted');
      await h.run(60_000);
      expect(on.atVenue(h, 'foreign2')[0]?.state).toBe('filled');
      expect(h.events).toEqual([]);
      expect(on.atVenue(h, 'foreign1')[0]?.state).toBe('open');
    });
  });

  const { deadMan } = on.capabilities;
  describe('dead-man', () => {
    test.runIf(deadMan === null || deadMan.minS === null)(
      '[EX-14] there is none to arm, and that is said',
      async () => {
        const h = await on.ready();
        const armed = await h.settled(h.broker.deadMan(60, [h.listing.id]));
        expect(armed.ok ? null : armed.error.code).toBe('UNSUPPORTED_ORDER');
      },
    );

    test.runIf(deadMan !== null && deadMan.minS !== null)(
      '[EX-14] an entry rests while we are here to renew it, and is cancelled by the venue when we are gone',
      async () => {
        const h = await on.ready({ holdsDeadMan: true });
        // Nothing about it would end it at the venue by itself.
        const order = h.order({ expiresAtMs: null });
        await on.accepted(h, order);
        await h.run(180_000);
        expect(on.atVenue(h, order.clientOrderId)[0]?.state).toBe('open');
        await h.settled(h.broker.stop());
        await h.run(125_000);
        expect(on.atVenue(h, order.clientOrderId)[0]).toMatchObject({ state: 'cancelled', endedBy: 'dead-man' });
      },
    );

    test.runIf(deadMan !== null && deadMan.minS !== null)(
      '[EX-14] armed by hand it cancels when it is left alone, disarmed it does nothing; outside its bounds it is refused',
      async () => {
        const h = await on.ready();
        const seconds = Math.max(deadMan?.minS ?? 0, 10);
        const arm = async (value: number | null) => {
          const done = await h.settled(h.broker.deadMan(value, [h.listing.id]));
          if (!done.ok) throw new Error(`${done.error.code}: ${done.error.message}`);
        };
        // A purpose that no dead-man is held for.
        const resting = () => h.order({ purpose: 'unwind' });
        await on.accepted(h, resting());
        await arm(seconds);
        await h.run(seconds * 700);
        await arm(seconds);
        await h.run(seconds * 700);
        expect(await on.openIds(h)).toHaveLength(1);
        await h.run(seconds * 1_000);
        expect(await on.openIds(h)).toEqual([]);
        await on.accepted(h, resting());
        await arm(seconds);
        await arm(null);
        await h.run(seconds * 2_000);
        expect(await on.openIds(h)).toHaveLength(1);
        const before = h.wire.requests.length;
        const never = await h.settled(h.broker.deadMan(1, [h.listing.id]));
        expect(never.ok ? null : never.error.code).toBe('UNSUPPORTED_ORDER');
        expect(h.wire.requests).toHaveLength(before);
      },
    );

    test.runIf(deadMan !== null && deadMan.minS !== null)(
      '[EX-12] [EX-14] where a dead-man would take orders of others along, no entry rests',
      async () => {
        const h = await on.ready({ holdsDeadMan: true });
        const someone = await h.other();
        const theirs = h.order({ clientOrderId: 'foreign1', purpose: 'unwind' });
        expect((await h.settled(someone.submit(theirs))).kind).toBe('accepted');
        const order = h.order();
        expect(await on.submit(h, order)).toMatchObject({ kind: 'rejected', code: 'DEAD_MAN' });
        expect(on.atVenue(h, order.clientOrderId)).toEqual([]);
      },
    );
  });
}
