import { afterEach, describe, expect, test } from 'vitest';
import type { Journaled, OrderTruth } from '#engine/ports';
import { ORDER_PROTOCOLS } from '#main/venues/orders/order-protocols';
import type { Capabilities } from '#shared/domain/capabilities';
import { type FeedId, productOf } from '#shared/domain/ids';
import type { OrderKind } from '#shared/domain/order';
import { ORDER_KINDS } from '#shared/domain/order';
import { decimal, wire } from '#shared/money/decimal';
import { BrokerHarness, type BrokerHarnessOptions } from '#support/broker-harness';

/** What the suite needs to know of a venue beside its declared capabilities. */
export interface BrokerSubject {
  readonly feed: FeedId;
  readonly instrument: string;
  /** A post-only order that would take is refused at once; else it is accepted and then cancelled. */
  readonly postOnlyRefusedAtOnce: boolean;
}

/** One suite for the broker of every feed, over its practice venue, in virtual time. */
export function describeBroker(subject: BrokerSubject): void {
  const { feed, instrument, postOnlyRefusedAtOnce } = subject;
  const capabilities = ORDER_PROTOCOLS[feed]?.capabilities as Capabilities;
  const perp = productOf(feed) === 'perp';
  let harness: BrokerHarness | undefined;

  const open = (options: Partial<BrokerHarnessOptions> = {}): BrokerHarness => {
    harness = new BrokerHarness({ feed, instrument, ...options });
    return harness;
  };
  const ready = async (options: Partial<BrokerHarnessOptions> = {}): Promise<BrokerHarness> => {
    const h = open(options);
    const state = await h.start();
    if (state.kind !== 'ready') throw new Error(`${feed} is ${state.kind}: ${state.reason}`);
    return h;
  };
  afterEach(async () => {
    await harness?.close();
    harness = undefined;
  });

  const submit = (h: BrokerHarness, order: Journaled) => h.settled(h.broker.submit(order));
  const cancel = (h: BrokerHarness, order: Journaled) => h.settled(h.broker.cancel(order.clientOrderId, order.listing));
  const query = (h: BrokerHarness, order: Journaled) =>
    h.settled(h.broker.query(order.clientOrderId, order.listing, order.createBeforeMs));
  const truth = async (h: BrokerHarness, order: Journaled): Promise<OrderTruth> => {
    const found = await query(h, order);
    if (found.kind !== 'found') throw new Error(`not found: ${JSON.stringify(found)}`);
    return found.order;
  };
  const accepted = async (h: BrokerHarness, order: Journaled): Promise<string> => {
    const outcome = await submit(h, order);
    if (outcome.kind !== 'accepted') throw new Error(`not accepted: ${JSON.stringify(outcome)}`);
    return outcome.venueOrderId;
  };
  const openIds = async (h: BrokerHarness): Promise<string[]> => {
    const orders = await h.settled(h.broker.openOrders());
    if (!orders.ok) throw new Error(orders.error);
    return orders.value.map(({ clientOrderId }) => clientOrderId);
  };
  /** Orders that the venue itself has under a client id. */
  const atVenue = (h: BrokerHarness, id: string) =>
    h.account.orders(feed).filter(({ request }) => request.clientOrderId === id);
  const ended = (h: BrokerHarness, order: Journaled) =>
    h.until('its end', () => h.statesOf(order.clientOrderId).some((state) => state !== 'open'), 60_000);
  /** A position or a holding that can be sold. */
  const bought = async (h: BrokerHarness): Promise<Journaled> => {
    const order = h.order({ kind: 'ioc', price: h.through('buy'), quantity: h.quantity(4) });
    await accepted(h, order);
    await h.until('bought', () => h.filledOf(order.clientOrderId) === order.quantity);
    return order;
  };
  /** A resident order around the market: `gap` is the way of the trigger from the touch. */
  const resident = (h: BrokerHarness, kind: OrderKind, gap: string): Partial<Journaled> => {
    const below = kind !== 'take-profit';
    const trigger = below ? h.away('buy', gap) : h.away('sell', gap);
    const tick = decimal(h.listing.priceTick);
    const price = wire(decimal(trigger).minus(tick.times('20')));
    const [by] = capabilities.stopTriggers;
    if (by === undefined) throw new Error('no trigger');
    return {
      side: 'sell',
      kind,
      purpose: 'flatten',
      price,
      trigger: { price: trigger, by },
      ...(perp ? { reduceOnly: true } : {}),
      ...(kind === 'oco' ? { takeProfitPrice: h.away('sell', '0.01') } : {}),
    };
  };

  describe(`broker contract: ${feed}`, () => {
    describe('orders', () => {
      test('[EX-1] a resting order is placed, read back, shown open and cancelled', async () => {
        const h = await ready();
        const order = h.order();
        const venueOrderId = await accepted(h, order);
        const read = await truth(h, order);
        expect(read).toMatchObject({ clientOrderId: order.clientOrderId, venueOrderId, state: 'open', filled: '0' });
        expect(await openIds(h)).toEqual([order.clientOrderId]);
        const [there] = atVenue(h, order.clientOrderId);
        expect(wire(there?.request.price ?? decimal('0'))).toBe(wire(decimal(order.price)));
        expect(wire(there?.quantity ?? decimal('0'))).toBe(order.quantity);
        expect(await cancel(h, order)).toBe('cancelled');
        await ended(h, order);
        expect((await truth(h, order)).state).toBe('cancelled');
        expect(await openIds(h)).toEqual([]);
      });

      for (const kind of ORDER_KINDS.filter((one) => !capabilities.orderKinds.includes(one))) {
        test(`[EX-9] ${kind} orders are not had: refused as unsupported, nothing leaves`, async () => {
          const h = await ready();
          const before = h.wire.requests.length;
          const outcome = await submit(h, h.order({ kind, price: h.away('buy', '0.003') }));
          expect(outcome).toMatchObject({ kind: 'rejected', code: 'UNSUPPORTED_ORDER' });
          expect(h.wire.requests.slice(before).filter(({ method }) => method !== 'GET')).toEqual([]);
        });
      }

      test('[EX-3] a post-only order that would take ends without an execution', async () => {
        const h = await ready();
        const order = h.order({ price: h.through('buy', '0.0005') });
        const outcome = await submit(h, order);
        if (postOnlyRefusedAtOnce) expect(outcome).toMatchObject({ kind: 'rejected' });
        else {
          expect(outcome.kind).toBe('accepted');
          await ended(h, order);
          expect(['cancelled', 'rejected']).toContain((await truth(h, order)).state);
        }
        expect(h.fillsOf(order.clientOrderId)).toEqual([]);
      });

      test('[EX-7] an IOC takes what is there: filled, with price, fee and its currency, taker', async () => {
        const h = await ready();
        const order = h.order({ kind: 'ioc', price: h.through('buy') });
        await accepted(h, order);
        await h.until('filled', () => h.filledOf(order.clientOrderId) === order.quantity);
        const fills = h.events.flatMap((event) => (event.kind === 'fill' ? [event.fill] : []));
        const told = (await truth(h, order)).fills;
        expect(new Set(fills.map(({ tradeId }) => tradeId))).toEqual(new Set(told.map(({ tradeId }) => tradeId)));
        const [there] = atVenue(h, order.clientOrderId);
        for (const [index, fill] of told.entries()) {
          const actual = there?.fills[index];
          expect(fill).toMatchObject({ side: 'buy', liquidity: 'taker', feeCurrency: actual?.feeCurrency });
          expect(decimal(fill.price).eq(actual?.price ?? '0')).toBe(true);
          expect(decimal(fill.fee).eq(actual?.fee ?? '0')).toBe(true);
        }
        expect((await truth(h, order)).state).toBe('filled');
      });

      test('[EX-7] an IOC gets a part: the rest is cancelled', async () => {
        const h = await ready();
        h.fault('partial-fills');
        const order = h.order({ kind: 'ioc', price: h.price('ask').toFixed(), quantity: bigQuantity(h) });
        await accepted(h, order);
        await ended(h, order);
        const read = await truth(h, order);
        expect(read.state).toBe('cancelled');
        expect(decimal(read.filled).gt('0') && decimal(read.filled).lt(order.quantity)).toBe(true);
        await h.until('its executions', () => h.filledOf(order.clientOrderId) === read.filled);
      });

      test('[EX-7] an IOC away from the market gets nothing', async () => {
        const h = await ready();
        const order = h.order({ kind: 'ioc', price: h.away('buy', '0.003') });
        const outcome = await submit(h, order);
        if (outcome.kind === 'accepted') {
          await ended(h, order);
          expect(await truth(h, order)).toMatchObject({ state: 'cancelled', filled: '0' });
        } else expect(outcome.kind).toBe('rejected');
        expect(h.fillsOf(order.clientOrderId)).toEqual([]);
      });

      test.runIf(capabilities.orderKinds.includes('fok'))('[EX-7] a FOK executes whole or not at all', async () => {
        const h = await ready();
        const small = h.order({ kind: 'fok', price: h.through('buy') });
        await accepted(h, small);
        await h.until('filled', () => h.filledOf(small.clientOrderId) === small.quantity);
        h.fault('partial-fills');
        const large = h.order({ kind: 'fok', price: h.price('ask').toFixed(), quantity: bigQuantity(h) });
        const outcome = await submit(h, large);
        if (outcome.kind === 'accepted') await ended(h, large);
        else expect(outcome.kind).toBe('rejected');
        expect(h.fillsOf(large.clientOrderId)).toEqual([]);
      });

      test.runIf(capabilities.reduceOnly)(
        '[EX-10] a reduce-only order only ever makes the position smaller',
        async () => {
          const h = await ready();
          const long = await bought(h);
          const more = wire(decimal(long.quantity).times('3'));
          const order = h.order({
            side: 'sell',
            kind: 'ioc',
            purpose: 'unwind',
            price: h.through('sell'),
            quantity: more,
            reduceOnly: true,
          });
          await submit(h, order);
          await h.run(2_000);
          const positions = await h.settled(h.broker.positions());
          expect(positions.ok && positions.value.every(({ side }) => side === 'long')).toBe(true);
        },
      );

      test.runIf(!perp)('[EX-10] reduce-only is refused on spot, nothing leaves', async () => {
        const h = await ready();
        const before = h.wire.written().length;
        expect(await submit(h, h.order({ reduceOnly: true }))).toMatchObject({ code: 'UNSUPPORTED_ORDER' });
        expect(h.wire.written()).toHaveLength(before);
      });

      for (const kind of ['stop-loss', 'take-profit', 'oco'] as const) {
        test.runIf(capabilities.orderKinds.includes(kind))(
          `[EX-9] a resident ${kind} is placed, read back, shown open and cancelled`,
          async () => {
            const h = await ready();
            const long = await bought(h);
            const order = h.order({ ...resident(h, kind, '0.005'), quantity: sellable(h, long) });
            await accepted(h, order);
            expect((await truth(h, order)).state).toBe('open');
            expect(await openIds(h)).toContain(order.clientOrderId);
            expect(await cancel(h, order)).toBe('cancelled');
            await h.run(1_000);
            expect((await truth(h, order)).state).toBe('cancelled');
            expect(await openIds(h)).toEqual([]);
          },
        );
      }

      test.runIf(capabilities.orderKinds.includes('stop-loss'))(
        '[EX-9] a resident stop sells once its trigger is met',
        async () => {
          const h = await ready();
          const long = await bought(h);
          const order = h.order({ ...resident(h, 'stop-loss', '0.0002'), quantity: sellable(h, long) });
          await accepted(h, order);
          await h.until('triggered', () => h.fillsOf(order.clientOrderId).length > 0, 3_600_000);
          await h.until('whole', () => h.filledOf(order.clientOrderId) === order.quantity, 600_000);
          expect(await truth(h, order)).toMatchObject({ state: 'filled', filled: order.quantity });
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
          const h = await ready();
          const before = h.wire.requests.length;
          const outcome = await submit(h, h.order(changes(h)));
          expect(outcome).toMatchObject({ kind: 'rejected', code });
          expect(h.wire.requests).toHaveLength(before);
        });
      }

      test('[MD-8] an order in a market that does not trade is refused here', async () => {
        const h = await ready();
        const listing = { ...h.listing, status: 'halted' as const };
        h.sink.listings.set(listing.id, listing);
        expect(await submit(h, h.order())).toMatchObject({ kind: 'rejected', code: 'CATALOGUE_STATUS' });
        expect(h.wire.written().filter(({ request }) => request.body?.includes(h.listing.symbol))).toEqual([]);
      });
    });

    describe('cancels', () => {
      test('[EX-4] cancelling twice, and what never was, is harmless', async () => {
        const h = await ready();
        const order = h.order();
        await accepted(h, order);
        expect(await cancel(h, order)).toBe('cancelled');
        await ended(h, order);
        expect(await cancel(h, order)).toBe('gone');
        expect(await cancel(h, h.order())).not.toBe('cancelled');
      });

      test('[KS-1] cancel-all leaves no order open', async () => {
        const h = await ready();
        const orders = [
          h.order(),
          h.order({ price: h.away('buy', '0.002') }),
          h.order({ price: h.away('buy', '0.001') }),
        ];
        for (const order of orders) await accepted(h, order);
        expect(await openIds(h)).toHaveLength(3);
        const answer = await h.settled(h.broker.cancelAll(null));
        expect(answer.ok).toBe(true);
        await h.run(1_000);
        expect(await openIds(h)).toEqual([]);
        expect((await h.settled(h.broker.cancelAll(h.listing.id))).ok).toBe(true);
      });

      test('[EX-5] what fills after its cancel was confirmed is told like any other', async () => {
        const h = await ready();
        h.fault('late-fill');
        const order = h.order();
        await accepted(h, order);
        await cancel(h, order);
        await h.until('the late execution', () => h.filledOf(order.clientOrderId) === order.quantity, 60_000);
        expect((await truth(h, order)).filled).toBe(order.quantity);
      });
    });
  });

  /** More than the touch shows. */
  function bigQuantity(h: BrokerHarness): string {
    const shown = h.sink.book(h.listing.id).size(1, 0);
    const lot = decimal(h.listing.lotStep);
    const least = decimal(h.quantity());
    const wanted = decimal(String(shown)).times('1.5');
    return wire((wanted.gt(least) ? wanted : least).div(lot).round(0, 3).times(lot));
  }

  /** What is left of a purchase after a fee in the coin, on the lot. */
  function sellable(h: BrokerHarness, long: Journaled): string {
    const lot = decimal(h.listing.lotStep);
    return wire(decimal(long.quantity).times('0.9').div(lot).round(0, 0).times(lot));
  }
}
