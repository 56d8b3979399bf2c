import { describe, expect, it } from 'vitest';
import { StorageError } from '#engine/ports';
import type { JournalEntry } from '#shared/domain/journal';
import { MemoryJournalStore } from '#support/memory-journal';
import { DealRig, type DealRigOptions } from '../../support/deal-rig.ts';
import { fillOf, ScriptedBroker, truthOf } from '../../support/scripted-broker.ts';

/** Binance and Kraken under the test's control. */
async function scripted(options: DealRigOptions = {}) {
  const brokers = new Map<string, ScriptedBroker>();
  const rig = new DealRig({
    ...options,
    wrap: (inner) => {
      const broker = new ScriptedBroker(inner);
      brokers.set(inner.venue, broker);
      return broker;
    },
  });
  await rig.recover();
  const of = (venue: string): ScriptedBroker => {
    const broker = brokers.get(venue);
    if (broker === undefined) throw new Error(venue);
    return broker;
  };
  return { rig, binance: of('binance'), kraken: of('kraken') };
}

describe('[EX-3] [EX-4] doubt', () => {
  it('an order that arrived although its answer was lost is found by asking, hedged, and never sent again', async () => {
    const { rig, binance } = await scripted();
    binance.submitWith = async (order) => {
      void binance.inner.submit(order);
      return { kind: 'in-doubt', message: '504' };
    };
    const id = rig.open();
    await rig.run(3_000);
    expect(rig.deal(id)).toMatchObject({ state: 'closed', outcome: 'completed' });
    expect(binance.orders).toHaveLength(1);
    expect(rig.differences()).toEqual([]);
  });

  it('stays pending and in doubt until the venue says something', async () => {
    const { rig, binance } = await scripted();
    binance.submitWith = async () => ({ kind: 'in-doubt', message: '502' });
    binance.queryWith = async () => ({ kind: 'unknown', message: 'timeout' });
    const id = rig.open();
    await rig.run(60_000);
    expect(rig.deal(id).orders[0]).toMatchObject({ state: 'pending', inDoubt: true });
    expect(binance.orders).toHaveLength(1);
    expect(rig.told.filter((text) => text === 'unanswered entry')).toHaveLength(1);
    // Backs off to one question in five seconds.
    expect(binance.queried.length).toBeLessThan(25);
  });

  it('an order that never arrived ends only after its deadline, and is not sent again', async () => {
    const { rig, binance } = await scripted();
    binance.submitWith = async () => ({ kind: 'in-doubt', message: '502' });
    binance.queryWith = async () => ({ kind: 'absent' });
    const id = rig.open();
    await rig.run(4_900);
    expect(rig.deal(id).state).not.toBe('closed');
    await rig.run(6_000);
    expect(rig.deal(id)).toMatchObject({ state: 'closed', outcome: 'no-fill' });
    expect(rig.deal(id).orders[0]).toMatchObject({ state: 'rejected', reason: 'the venue never had it' });
    expect(binance.orders).toHaveLength(1);
  });

  it('an exception of the broker is doubt, not a refusal', async () => {
    const { rig, binance } = await scripted();
    binance.submitWith = () => Promise.reject(new Error('SocketError: terminated'));
    binance.queryWith = async () => ({ kind: 'unknown', message: 'down' });
    const id = rig.open();
    await rig.run(1_000);
    expect(rig.deal(id).orders[0]).toMatchObject({ state: 'pending', inDoubt: true });
  });

  it('while a hedge is in doubt nothing else is hedged; when the budget runs out the deal freezes with an alarm', async () => {
    const { rig, kraken } = await scripted();
    kraken.submitWith = async () => ({ kind: 'in-doubt', message: '504' });
    kraken.queryWith = async () => ({ kind: 'unknown', message: 'timeout' });
    const id = rig.open();
    await rig.run(10_000);
    expect(rig.submitted).toHaveLength(1);
    expect(kraken.orders).toHaveLength(1);
    await rig.run(15_000);
    expect(rig.deal(id).state).toBe('frozen');
    expect(rig.alarms.get(`deal:${id}`)).toContain('frozen');
    expect(rig.told).toContain(`breached ${id}`);
    expect([rig.submitted.length, kraken.orders.length]).toEqual([1, 1]);

    // It never arrived: the exposure is real, and it is undone rather than hedged.
    kraken.queryWith = async () => ({ kind: 'absent' });
    await rig.run(8_000);
    expect(rig.deal(id)).toMatchObject({ state: 'closed', outcome: 'unwound', unhedgedBase: '0' });
    expect(rig.alarms.size).toBe(0);
    expect(rig.differences()).toEqual([]);
  });

  it('acts on the exposure that is common to every outcome', async () => {
    const { rig, binance, kraken } = await scripted();
    binance.submitWith = async (order) => {
      queueMicrotask(() => binance.emit({ kind: 'fill', fill: fillOf(order, '0.04') }));
      return { kind: 'accepted', venueOrderId: 'v' };
    };
    kraken.submitWith = async () => ({ kind: 'in-doubt', message: '504' });
    kraken.queryWith = async () => ({ kind: 'unknown', message: 'timeout' });
    rig.open();
    await rig.run(1_000);
    expect(kraken.orders.map((order) => order.quantity)).toEqual(['0.04']);
    const entry = binance.orders[0];
    if (entry === undefined) throw new Error('no entry');
    binance.emit({ kind: 'fill', fill: fillOf(entry, '0.06') });
    await rig.run(1_000);
    // Of 0.1 at most 0.04 is hedged whatever became of the first: 0.06 is common to both outcomes.
    expect(kraken.orders.map((order) => order.quantity)).toEqual(['0.04', '0.06']);
  });

  it('an answer that never comes is asked about after the acknowledgement deadline', async () => {
    const { rig, binance } = await scripted();
    binance.submitWith = (order) => {
      void binance.inner.submit(order);
      return new Promise(() => undefined);
    };
    binance.onEvent(() => undefined);
    binance.queryWith = undefined;
    const id = rig.open();
    await rig.run(10_000);
    expect(rig.deal(id).outcome).toBe('completed');
    expect(binance.orders).toHaveLength(1);
  });
});

describe('[EX-5] fills', () => {
  async function entered() {
    const made = await scripted();
    made.binance.submitWith = async () => ({ kind: 'accepted', venueOrderId: 'v' });
    const id = made.rig.open();
    await made.rig.run(100);
    const [order] = made.binance.orders;
    if (order === undefined) throw new Error('no entry');
    return { ...made, id, order };
  }

  it('are booked once however often they are reported, in a stream and in an answer', async () => {
    const { rig, binance, order, id } = await entered();
    const fill = fillOf(order, '0.1');
    for (let at = 0; at < 3; at += 1) binance.emit({ kind: 'fill', fill });
    binance.emit({ kind: 'order', order: truthOf(order, 'filled', '0.1', [fill, fill]) });
    binance.emit({ kind: 'order', order: truthOf(order, 'open', '0', []) });
    await rig.run(2_000);
    expect(rig.deal(id).fills.map((booked) => booked.side)).toEqual(['buy', 'sell']);
    expect(rig.deal(id)).toMatchObject({ outcome: 'completed', orders: [{ state: 'filled', filled: '0.1' }, {}] });
  });

  it('that are only known as a cumulative quantity are hedged at once and booked when they are shown', async () => {
    const { rig, binance, kraken, order, id } = await entered();
    binance.queryWith = () => new Promise(() => undefined);
    binance.emit({ kind: 'order', order: truthOf(order, 'filled', '0.1', []) });
    await rig.run(1_000);
    expect(kraken.orders.map((sent) => sent.quantity)).toEqual(['0.1']);
    expect(rig.deal(id).state).not.toBe('closed');
    binance.emit({ kind: 'fill', fill: fillOf(order, '0.1') });
    await rig.run(1_000);
    expect(rig.deal(id)).toMatchObject({ state: 'closed', outcome: 'completed', residueBase: '0' });
  });

  it('that come after the order was cancelled and the deal closed reopen it and are hedged', async () => {
    const { rig, binance, order, id } = await entered();
    binance.emit({ kind: 'order', order: truthOf(order, 'cancelled', '0', []) });
    await rig.run(500);
    expect(rig.deal(id)).toMatchObject({ state: 'closed', outcome: 'no-fill' });
    binance.emit({ kind: 'fill', fill: fillOf(order, '0.02') });
    await rig.run(2_000);
    const deal = rig.deal(id);
    expect(deal).toMatchObject({ state: 'closed', outcome: 'completed', unhedgedBase: '0' });
    expect(deal.orders.map((row) => [row.purpose, row.filled])).toEqual([
      ['entry', '0.02'],
      ['hedge', '0.02'],
    ]);
    expect(rig.ledger.totalResultUsd().toFixed()).toBe(deal.realisedNetUsd);
  });

  it('[EX-7] whose fee is taken in a coin without a price raise an alert', async () => {
    const { rig, binance, order, id } = await entered();
    binance.emit({ kind: 'fill', fill: fillOf(order, '0.1', { fee: '0.001', feeCurrency: 'BNB' }) });
    await rig.run(1_000);
    expect(rig.deal(id).outcome).toBe('completed');
    expect(rig.alarms.get('fee:binance:BNB')).toContain('0.001 BNB');
    expect(
      rig.ledger
        .balanceLines()
        .find((line) => line.currency === 'BNB')
        ?.held.toFixed(),
    ).toBe('-0.001');
  });

  it('[EX-12] of an order that is not ours are named and not touched', async () => {
    const { rig, binance, order } = await entered();
    const rows = rig.journal.state.rows;
    binance.emit({ kind: 'fill', fill: fillOf(order, '1', { clientOrderId: 'somebody-else' }) });
    expect(rig.journal.state.rows).toBe(rows);
    expect([...rig.alarms.values()].join()).toContain('somebody-else');
  });
});

describe('[EX-6] unknown status', () => {
  it('quarantines the order with an alarm; nobody guesses whether it is final', async () => {
    const { rig, binance } = await scripted();
    binance.submitWith = async (order) => {
      queueMicrotask(() => binance.emit({ kind: 'order', order: truthOf(order, 'unknown', '0', []) }));
      return { kind: 'accepted', venueOrderId: 'v' };
    };
    binance.queryWith = async () => ({ kind: 'unknown', message: 'still odd' });
    const id = rig.open();
    await rig.run(30_000);
    expect(rig.deal(id).orders[0]?.state).toBe('quarantined');
    expect(rig.deal(id).state).not.toBe('closed');
    expect([...rig.alarms.values()].join()).toContain('quarantined');
    const [order] = binance.orders;
    if (order === undefined) throw new Error('no entry');
    binance.emit({ kind: 'order', order: truthOf(order, 'cancelled', '0', []) });
    await rig.run(1_000);
    expect(rig.deal(id)).toMatchObject({ state: 'closed', outcome: 'no-fill' });
    expect(rig.alarms.size).toBe(0);
  });
});

describe('[EX-1] a journal that cannot be written', () => {
  class FillingDisk extends MemoryJournalStore {
    full = false;
    override append(atMs: number, entries: readonly JournalEntry[]): void {
      if (this.full) throw new StorageError('full', 'The disk is full.');
      super.append(atMs, entries);
    }
  }

  it('opens no deal and sends nothing', async () => {
    const store = new FillingDisk();
    const { rig } = await scripted({ store });
    store.full = true;
    expect(rig.runner.open(rig.plan())).toMatchObject({ ok: false, error: { reason: 'telemetry-incomplete' } });
    await rig.run(5_000);
    expect(rig.submitted).toEqual([]);
    expect(rig.journal.state.openCount).toBe(0);
  });

  it('keeps what the venue said and hedges it when there is room again', async () => {
    const store = new FillingDisk();
    const { rig, kraken } = await scripted({ store });
    const id = rig.open();
    store.full = true;
    await rig.run(5_000);
    expect(kraken.orders).toEqual([]);
    expect(rig.alarms.get('journal')).toBe('The disk is full.');
    store.full = false;
    await rig.run(3_000);
    expect(rig.alarms.size).toBe(0);
    expect(rig.deal(id)).toMatchObject({ state: 'closed', outcome: 'completed' });
    expect(rig.differences()).toEqual([]);
    // What lies on the disk is what was done.
    rig.crash();
    expect(rig.deal(id)).toMatchObject({ state: 'closed', outcome: 'completed' });
    expect(rig.differences()).toEqual([]);
  });
});
