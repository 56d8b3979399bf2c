import { describe, expect, it } from 'vitest';
import { Journal } from '#engine/journal/journal';
import { JournalState } from '#engine/journal/state';
import { type Approved, type JournalRow, StorageError } from '#engine/ports';
import type { JournalEntry } from '#shared/domain/journal';
import type { OrderIntent } from '#shared/domain/order';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { MemoryJournalStore } from '#support/memory-journal';
import { BINANCE, KRAKEN } from '../../support/deal-rig.ts';
import { planOf } from '../../support/plans.ts';

const START_MS = Date.UTC(2026, 0, 5);
const allocated: JournalEntry = {
  kind: 'inventory-allocated',
  account: 'paper',
  venue: 'binance',
  currency: 'USD',
  quantity: '1000',
  priceUsd: '1',
};
const plan = planOf({
  entry: { listing: BINANCE, side: 'buy', price: '50000', limit: '50010' },
  hedge: { listing: KRAKEN, price: '50050', limit: '50040' },
  quantity: '0.1',
  touches: [],
  atMs: START_MS,
});

/** Counts commits and can be full. */
class WatchedStore extends MemoryJournalStore {
  readonly commits: number[] = [];
  full = false;
  override append(atMs: number, entries: readonly JournalEntry[]): void {
    if (this.full) throw new StorageError('full', 'The disk is full.');
    this.commits.push(entries.length);
    super.append(atMs, entries);
  }
}

function make(store = new WatchedStore()) {
  const clock = new VirtualClock(START_MS);
  const state = new JournalState();
  const rows: JournalRow[] = [];
  const journal = new Journal({ store, clock, state, observers: [{ apply: (row) => rows.push(row) }] });
  return { clock, store, journal, state, rows };
}
const approved = (journal: Journal): Approved =>
  ({
    clientOrderId: journal.nextClientOrderId(),
    dealId: journal.nextDealId(),
    leg: 0,
    account: 'paper',
    venue: 'binance',
    listing: BINANCE,
    side: 'buy',
    kind: 'ioc',
    purpose: 'entry',
    quantity: '0.1',
    price: '50010',
    createBeforeMs: START_MS + 5000,
    expiresAtMs: null,
  }) satisfies OrderIntent as OrderIntent as Approved;

describe('[EX-1] journal', () => {
  it('has the order’s row durable before it gives the order out, deal and order in one commit', () => {
    const { store, journal } = make();
    journal.record([allocated]);
    const order = journal.openDeal(plan, {}, approved(journal));
    expect(store.commits).toEqual([1, 2]);
    expect(store.readAll().at(-1)?.entry).toEqual({ kind: 'order-pending', order });
  });

  it('[SE-1] says what an account is needed for: open deals with a leg or an order on it, and what may still execute', () => {
    const { journal, state } = make();
    journal.record([allocated]);
    expect(state.workOn('paper')).toEqual({ deals: 0, orders: 0 });
    const order = journal.openDeal(plan, {}, approved(journal));
    expect(state.workOn('paper')).toEqual({ deals: 1, orders: 1 });
    expect(state.workOn('another')).toEqual({ deals: 0, orders: 0 });
    const ends = { state: 'cancelled', venueOrderId: null, inDoubt: false, reason: '' } as const;
    journal.record([{ kind: 'order-state', clientOrderId: order.clientOrderId, ...ends }]);
    expect(state.workOn('paper')).toEqual({ deals: 1, orders: 0 });
    journal.record([
      { kind: 'deal-closed', dealId: order.dealId, outcome: 'no-fill', realisedNetUsd: '0', residueBase: '0' },
    ]);
    expect(state.workOn('paper')).toEqual({ deals: 0, orders: 0 });
  });

  it('gives nothing out and keeps nothing when the row cannot be written', () => {
    const { store, journal, state } = make();
    journal.record([allocated]);
    store.full = true;
    expect(() => journal.openDeal(plan, {}, approved(journal))).toThrow(StorageError);
    expect([state.openCount, state.orderCount, store.readAll().length]).toEqual([0, 0, 1]);
  });

  it('writes noted facts in one commit with the decision that rests on them', () => {
    const { store, journal, state } = make();
    journal.record([allocated]);
    journal.note([{ kind: 'auto', state: 'running' }]);
    journal.note([{ kind: 'auto', state: 'paused' }]);
    expect(state.auto).toBe('paused');
    expect(store.commits).toEqual([1]);
    journal.openDeal(plan, {}, approved(journal));
    journal.flush();
    expect(store.commits).toEqual([1, 4]);
  });

  it('keeps noted facts over a full disk and writes them later with the time they came', () => {
    const { clock, store, journal } = make();
    journal.record([allocated]);
    store.full = true;
    journal.note([{ kind: 'auto', state: 'running' }]);
    expect(() => journal.flush()).toThrow(StorageError);
    clock.advanceBy(60_000);
    journal.note([{ kind: 'auto', state: 'paused' }]);
    store.full = false;
    journal.flush();
    expect(store.readAll().map((row) => row.atMs - START_MS)).toEqual([0, 0, 60_000]);
  });

  it('[EX-11] replays to the same state, row for row', () => {
    const first = make();
    first.journal.record([allocated]);
    const order = first.journal.openDeal(plan, { USDT: '0.9995' }, approved(first.journal));
    first.journal.record([
      {
        kind: 'order-state',
        clientOrderId: order.clientOrderId,
        state: 'accepted',
        inDoubt: false,
        venueOrderId: 'v',
        reason: null,
      },
      { kind: 'quarantine', pair: 'a>b', reason: 'odd', lifted: false },
      { kind: 'kill', state: { engaged: true, level: 'flatten', by: 'test', reason: 'r', atMs: 1, report: [] } },
    ]);
    const second = make(first.store);
    expect(second.rows).toEqual(first.rows);
    expect(second.state.deal('d1')).toEqual(first.state.deal('d1'));
    expect(second.state.kill.engaged).toBe(true);
    expect(second.state.pairs).toMatchObject([{ pair: 'a>b', reason: 'odd', lifted: false }]);
    expect(second.journal.nextClientOrderId()).toBe(first.journal.nextClientOrderId());
    expect(second.journal.nextClientOrderId()).not.toBe(order.clientOrderId);
    expect([...second.state.traded('paper')]).toEqual([BINANCE]);
    expect([...second.state.traded('another')]).toEqual([]);
  });

  it.each<[string, JournalEntry]>([
    ['an order of a deal it never opened', { kind: 'order-pending', order: { ...orderOf('x1'), dealId: 'd9' } }],
    [
      'a state of an order it never made',
      { kind: 'order-state', clientOrderId: 'x', state: 'filled', inDoubt: false, venueOrderId: null, reason: null },
    ],
    [
      'the end of a deal it never opened',
      { kind: 'deal-closed', dealId: 'd9', outcome: 'no-fill', realisedNetUsd: '0', residueBase: '0' },
    ],
  ])('a journal with %s is damaged, and the row is named', (_name, entry) => {
    const store = new WatchedStore();
    store.append(1, [allocated, entry]);
    expect(() => make(store)).toThrow(
      expect.objectContaining({ code: 'damaged', message: expect.stringContaining('row 2') }),
    );
  });

  it('[EX-2] refuses an order whose id is not the next one', () => {
    const { journal } = make();
    journal.record([allocated]);
    const stale = approved(journal);
    journal.openDeal(plan, {}, stale);
    expect(() => journal.journalOrder(stale)).toThrow('not the next one');
  });
});

function orderOf(clientOrderId: string): OrderIntent {
  return {
    clientOrderId,
    dealId: 'd1',
    leg: 0,
    account: 'paper',
    venue: 'binance',
    listing: BINANCE,
    side: 'buy',
    kind: 'ioc',
    purpose: 'entry',
    quantity: '0.1',
    price: '50010',
    createBeforeMs: 0,
    expiresAtMs: null,
  };
}
