import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TOPIC_NAMES } from '#shared/contract/contract';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { EngineClient } from '../../../src-renderer/bridge/client.ts';
import { attachStore } from '../../../src-renderer/store/attach.ts';
import {
  selectCandidates,
  selectCommandable,
  selectLost,
  selectQuoteLines,
} from '../../../src-renderer/store/selectors.ts';
import { createStore } from '../../../src-renderer/store/store.ts';
import { rowList } from '../../../src-renderer/store/topic-rows.ts';
import { ui } from '../../../src-renderer/store/ui.ts';
import { FIRST_UI_STATE } from '../../../src-renderer/store/ui-state.ts';
import { TestChannel } from '../fixtures/raw-channel.ts';
import { sampleNotifications, sampleTopics } from '../fixtures/sample.ts';

function start() {
  const clock = new VirtualClock(1_000_000);
  const channel = new TestChannel();
  const client = new EngineClient(channel, clock);
  const store = createStore(client, FIRST_UI_STATE, () => clock.monoMs());
  attachStore(client, store);
  client.follow(new Set(TOPIC_NAMES));
  channel.become('open');
  channel.push({ kind: 'pulse', wallMs: 5_000_000 });
  return { clock, channel, store };
}

describe('replica', () => {
  it('holds every topic of the contract after its snapshot', () => {
    const { channel, store } = start();
    const sample = sampleTopics();
    for (const topic of ['status', 'runtime', 'performance', 'settings'] as const) {
      expect(store.getState()[topic].value).toBeNull();
      channel.push({ kind: 'value-snapshot', topic, sequence: 1, value: sample[topic] });
      expect(store.getState()[topic].value).toEqual(sample[topic]);
    }
    for (const topic of ['feeds', 'quotes', 'candidates', 'deals', 'notifications'] as const) {
      expect(store.getState()[topic].known).toBe(false);
      channel.push({ kind: 'rows-snapshot', topic, sequence: 1, rows: sample[topic], missing: 0 });
      expect(store.getState()[topic].known).toBe(true);
      expect(Object.keys(store.getState()[topic].rows.entities)).toHaveLength(sample[topic].length);
    }
  });

  it('[UI-10] follows the panel: what it leaves is unknown until it is asked for again', () => {
    const { channel, store } = start();
    const { deals, status } = sampleTopics();
    store.dispatch(ui.panelChosen('deals'));
    channel.push(
      { kind: 'rows-snapshot', topic: 'deals', sequence: 1, rows: deals, missing: 4 },
      { kind: 'value-snapshot', topic: 'status', sequence: 1, value: status },
    );
    expect(store.getState().deals).toMatchObject({ known: true, missing: 4 });
    store.dispatch(ui.panelChosen('market'));
    expect(store.getState().deals).toMatchObject({ known: false, missing: 0, rows: { ids: [] } });
    expect(store.getState().status.value).toEqual(status);
    const asked = channel.subscriptions('deals');
    store.dispatch(ui.panelChosen('deals'));
    expect(channel.subscriptions('deals')).toBe(asked + 1);
  });

  it('patches one key of a value and keeps the others', () => {
    const { channel, store } = start();
    const { status } = sampleTopics();
    channel.push({ kind: 'value-snapshot', topic: 'status', sequence: 1, value: status });
    channel.push({ kind: 'value-delta', topic: 'status', sequence: 2, patch: { auto: 'paused' } });
    expect(store.getState().status.value).toEqual({ ...status, auto: 'paused' });
  });

  it('keeps the last readable value and the reason when a topic cannot be read', () => {
    const { channel, store } = start();
    const { status } = sampleTopics();
    channel.push({ kind: 'value-snapshot', topic: 'status', sequence: 1, value: status });
    channel.push({ kind: 'value-delta', topic: 'status', sequence: 2, patch: { auto: 'dancing' } });
    expect(store.getState().status.value).toEqual(status);
    expect(store.getState().status.problem).toContain('status');
    channel.push({ kind: 'value-snapshot', topic: 'status', sequence: 9, value: status });
    expect(store.getState().status.problem).toBeNull();
  });

  const SEED = 4711;
  it(`equals the engine's rows after any run of deltas, gaps and new snapshots (seed ${SEED})`, () => {
    const [template] = sampleNotifications();
    if (template === undefined) throw new Error('the sample has notifications');
    const id = fc.integer({ min: 0, max: 9 }).map((n) => `n${n}`);
    const step = fc.record({
      upserts: fc.array(id, { maxLength: 4 }),
      removes: fc.array(id, { maxLength: 3 }),
      lost: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const { channel, store } = start();
        const truth = new Map<string, number>();
        const rowsNow = () => [...truth].map(([key, count]) => ({ ...template, id: key, count }));
        let sequence = 1;
        let asked = channel.subscriptions('notifications');
        channel.push({ kind: 'rows-snapshot', topic: 'notifications', sequence, rows: [], missing: 0 });
        for (const [index, { upserts, removes, lost }] of steps.entries()) {
          for (const key of removes) truth.delete(key);
          for (const key of upserts) truth.set(key, index);
          sequence += 1;
          const changed = rowsNow().filter((row) => upserts.includes(row.id));
          if (!lost)
            channel.push({
              kind: 'rows-delta',
              topic: 'notifications',
              sequence,
              upserts: changed,
              removes,
              missing: 0,
            });
          if (channel.subscriptions('notifications') > asked) {
            asked = channel.subscriptions('notifications');
            channel.push({ kind: 'rows-snapshot', topic: 'notifications', sequence, rows: rowsNow(), missing: 0 });
          }
        }
        channel.push({
          kind: 'rows-delta',
          topic: 'notifications',
          sequence: sequence + 1,
          upserts: [],
          removes: [],
          missing: 0,
        });
        if (channel.subscriptions('notifications') > asked) {
          channel.push({
            kind: 'rows-snapshot',
            topic: 'notifications',
            sequence: sequence + 1,
            rows: rowsNow(),
            missing: 0,
          });
        }
        const held = rowList(store.getState().notifications.rows).map((row) => [row.id, row.count]);
        expect(new Map(held as [string, number][])).toEqual(truth);
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  it('[UI-3] commands are possible only while the pulse is heard; a window that never heard one is not lost yet', () => {
    const clock = new VirtualClock(0);
    const channel = new TestChannel();
    const client = new EngineClient(channel, clock);
    const store = createStore(client, FIRST_UI_STATE, () => clock.monoMs());
    attachStore(client, store);
    expect([selectCommandable(store.getState()), selectLost(store.getState())]).toEqual([false, false]);
    channel.become('open');
    channel.push({ kind: 'pulse', wallMs: 1 });
    expect([selectCommandable(store.getState()), selectLost(store.getState())]).toEqual([true, false]);
    clock.advanceBy(4_000);
    expect([selectCommandable(store.getState()), selectLost(store.getState())]).toEqual([false, true]);
    channel.push({ kind: 'pulse', wallMs: 1 });
    channel.become('lost');
    expect([selectCommandable(store.getState()), selectLost(store.getState())]).toEqual([false, true]);
  });
});

describe('order on screen', () => {
  it('does not depend on the order in which rows arrived', () => {
    const { channel, store } = start();
    const { quotes, candidates } = sampleTopics();
    const orderOf = (sequence: number, turned: boolean) => {
      const turn = <T>(rows: T[]) => (turned ? rows.toReversed() : rows);
      channel.push({ kind: 'rows-snapshot', topic: 'quotes', sequence, rows: turn(quotes), missing: 0 });
      channel.push({ kind: 'rows-snapshot', topic: 'candidates', sequence, rows: turn(candidates), missing: 0 });
      const state = store.getState();
      return [selectQuoteLines(state).map(({ key }) => key), selectCandidates(state).map(({ key }) => key)];
    };
    expect(orderOf(1, false)).toEqual(orderOf(2, true));
  });

  it('stays the same object while only prices change, and is another when a listing comes or goes', () => {
    const { channel, store } = start();
    const { quotes } = sampleTopics();
    const [first, ...others] = quotes;
    if (first === undefined) throw new Error('the sample has quotes');
    const change = (sequence: number, upserts: typeof quotes, removes: string[]) =>
      channel.push({ kind: 'rows-delta', topic: 'quotes', sequence, upserts, removes, missing: 0 });
    channel.push({ kind: 'rows-snapshot', topic: 'quotes', sequence: 1, rows: others, missing: 1 });
    const before = selectQuoteLines(store.getState());
    const [other] = others;
    if (other === undefined) throw new Error('the sample has more than one quote');
    change(2, [{ ...other, bid: '1.5' }], []);
    expect(selectQuoteLines(store.getState())).toBe(before);
    expect(store.getState().quotes.rows.entities[other.listing]?.bid).toBe('1.5');
    change(3, [first], []);
    const listed = selectQuoteLines(store.getState()).flatMap(({ listings }) => Object.values(listings));
    expect(listed).toContain(first.listing);
    change(4, [], [first.listing]);
    expect(selectQuoteLines(store.getState())).toEqual(before);
  });
});
