import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factsOfAbsence, factsOfAnswer, factsOfFill, factsOfTruth } from '#engine/execute/order-facts';
import { Journal } from '#engine/journal/journal';
import { JournalState } from '#engine/journal/state';
import type { Approved, BrokerEvent, Journaled } from '#engine/ports';
import { isFinal, type OrderIntent } from '#shared/domain/order';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { MemoryJournalStore } from '#support/memory-journal';
import { BINANCE, DEAL_START_MS, KRAKEN } from '../../support/deal-rig.ts';
import { planOf } from '../../support/plans.ts';
import { fillOf, truthOf } from '../../support/scripted-broker.ts';

function orderInJournal() {
  const state = new JournalState();
  const journal = new Journal({
    store: new MemoryJournalStore(),
    clock: new VirtualClock(DEAL_START_MS),
    state,
    observers: [],
  });
  journal.record([
    { kind: 'inventory-allocated', account: 'paper', venue: 'binance', currency: 'USD', quantity: '1', priceUsd: '1' },
  ]);
  const intent: OrderIntent = {
    clientOrderId: journal.nextClientOrderId(),
    dealId: journal.nextDealId(),
    leg: 0,
    account: 'paper',
    venue: 'binance',
    listing: BINANCE,
    side: 'buy',
    kind: 'ioc',
    purpose: 'entry',
    quantity: '1',
    price: '50000',
    createBeforeMs: DEAL_START_MS + 5_000,
    expiresAtMs: null,
  };
  const plan = planOf({
    entry: { listing: BINANCE, side: 'buy', price: '50000', limit: '50000' },
    hedge: { listing: KRAKEN, price: '50050', limit: '50040' },
    quantity: '1',
    touches: [],
    atMs: DEAL_START_MS,
  });
  const order: Journaled = journal.openDeal(plan, {}, intent as Approved);
  const record = () => {
    const found = state.order(order.clientOrderId);
    if (found === undefined) throw new Error('no order');
    return found.order;
  };
  const known = () => ({
    dealId: order.dealId,
    order: record(),
    hasTrade: (tradeId: string) => state.hasTrade(order.clientOrderId, tradeId),
  });
  return { journal, order, record, known };
}

describe('[EX-5] seed 31: what venues say, in any order and any number of times', () => {
  it('ends in the same record: every trade booked once, quantity monotone, a final state never left', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        fc.infiniteStream(fc.nat()),
        (sizes, cancelled, noise) => {
          const { journal, order, record, known } = orderInJournal();
          const fills = sizes.map((size) => fillOf(order, `0.0${size}`));
          const total = (sizes.reduce((sum, size) => sum + size, 0) / 100).toFixed(2);
          const end = truthOf(order, cancelled ? 'cancelled' : 'expired', total, fills);
          const said: BrokerEvent[] = [
            ...fills.map((fill): BrokerEvent => ({ kind: 'fill', fill })),
            ...fills.map(
              (fill): BrokerEvent => ({ kind: 'order', order: truthOf(order, 'open', fill.quantity, [fill]) }),
            ),
            { kind: 'order', order: truthOf(order, 'open', '0', []) },
            { kind: 'order', order: end },
            { kind: 'order', order: end },
          ];
          const shuffled = said.map((event) => ({ event, at: noise.next().value ?? 0 })).sort((a, b) => a.at - b.at);
          let filled = record().filled;
          for (const { event } of [...shuffled, ...shuffled]) {
            const before = record().state;
            journal.note(
              (event.kind === 'fill' ? factsOfFill(known(), event.fill) : factsOfTruth(known(), event.order)).entries,
            );
            expect(record().filled.gte(filled)).toBe(true);
            if (isFinal(before)) expect(record().state).toBe(before);
            filled = record().filled;
          }
          expect(record().filled.toFixed(2)).toBe(total);
          expect(record().fills).toHaveLength(sizes.length);
          expect(record().state).toBe(cancelled ? 'cancelled' : 'expired');
        },
      ),
      { seed: 31, numRuns: 200 },
    );
  });
});

describe('[EX-3] answers', () => {
  it('accepted after its fills does not take them back', () => {
    const { journal, order, record, known } = orderInJournal();
    journal.note(factsOfFill(known(), fillOf(order, '1')).entries);
    journal.note(factsOfAnswer(known(), { kind: 'accepted', venueOrderId: 'v' }).entries);
    expect(record().state).toBe('filled');
  });

  it('in doubt is pending, and a later acceptance ends the doubt', () => {
    const { journal, record, known } = orderInJournal();
    journal.note(factsOfAnswer(known(), { kind: 'in-doubt', message: '504' }).entries);
    expect(record()).toMatchObject({ state: 'pending', inDoubt: true, reason: '504' });
    journal.note(factsOfAnswer(known(), { kind: 'accepted', venueOrderId: 'v' }).entries);
    expect(record()).toMatchObject({ state: 'accepted', inDoubt: false, venueOrderId: 'v' });
  });

  it('[EX-6] a refusal or an absence after fills contradicts them: quarantine, no guess', () => {
    for (const contradict of [
      (known: Parameters<typeof factsOfAbsence>[0]) => factsOfAbsence(known),
      (known: Parameters<typeof factsOfAbsence>[0]) =>
        factsOfAnswer(known, { kind: 'rejected', code: 'X', message: 'no' }),
    ]) {
      const { journal, order, record, known } = orderInJournal();
      journal.note(factsOfFill(known(), fillOf(order, '0.5')).entries);
      const facts = contradict(known());
      journal.note(facts.entries);
      expect(facts.quarantine).not.toBeNull();
      expect(record().state).toBe('quarantined');
    }
  });

  it('[EX-5] is not final before the fills it covers are booked', () => {
    const { journal, order, record, known } = orderInJournal();
    const facts = factsOfTruth(known(), truthOf(order, 'cancelled', '0.4', []));
    journal.note(facts.entries);
    expect([record().state, facts.cumulative.toFixed()]).toEqual(['accepted', '0.4']);
    journal.note(factsOfTruth(known(), truthOf(order, 'cancelled', '0.4', [fillOf(order, '0.4')])).entries);
    expect(record().state).toBe('cancelled');
  });
});
