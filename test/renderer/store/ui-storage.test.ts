import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { EngineClient } from '../../../src-renderer/bridge/client.ts';
import { createStore } from '../../../src-renderer/store/store.ts';
import { ui } from '../../../src-renderer/store/ui.ts';
import { FIRST_UI_STATE } from '../../../src-renderer/store/ui-state.ts';
import { type KeyValueStore, keepUi, loadUi } from '../../../src-renderer/store/ui-storage.ts';
import { TestChannel } from '../fixtures/raw-channel.ts';

class MemoryStore implements KeyValueStore {
  readonly values = new Map<string, string>();
  getItem(key: string): string | null {
    return this.values.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.values.set(key, value);
  }
}

function start(storage: KeyValueStore) {
  const clock = new VirtualClock(0);
  const store = createStore(new EngineClient(new TestChannel(), clock), loadUi(storage).state, () => clock.monoMs());
  keepUi(store, storage, clock);
  return { clock, store };
}

describe('window layout', () => {
  it('starts with the first layout where nothing was saved, without a complaint', () => {
    expect(loadUi(new MemoryStore())).toEqual({ state: FIRST_UI_STATE, problem: null });
  });

  it('[UI-10] a layout saved before there was a Market panel is taken as it is', () => {
    const storage = new MemoryStore();
    const { market: _none, ...older } = { ...FIRST_UI_STATE, panel: 'planner' as const };
    storage.setItem('crossbook.window', JSON.stringify(older));
    expect(loadUi(storage)).toEqual({ state: { ...FIRST_UI_STATE, panel: 'planner' }, problem: null });
  });

  it('[UI-10] panel, filters and half-filled forms survive a reload', () => {
    const storage = new MemoryStore();
    const { clock, store } = start(storage);
    store.dispatch(ui.panelChosen('planner'));
    store.dispatch(ui.plannerFiltered({ text: 'kraken', reason: 'fees-kill' }));
    store.dispatch(ui.drafted({ form: 'limits', draft: { maxQuoteAgeMs: '50x' } }));
    clock.advanceBy(300);
    const { state, problem } = loadUi(storage);
    expect(problem).toBeNull();
    expect(state).toEqual(store.getState().ui);
    expect(state).toMatchObject({ panel: 'planner', drafts: { limits: { maxQuoteAgeMs: '50x' } } });
  });

  it.each([
    ['not JSON', '{"version":1'],
    ['another version', JSON.stringify({ ...FIRST_UI_STATE, version: 2 })],
    ['an unknown panel', JSON.stringify({ ...FIRST_UI_STATE, panel: 'casino' })],
    ['an unknown field', JSON.stringify({ ...FIRST_UI_STATE, extra: 1 })],
    ['a list', '[]'],
    ['an empty text', ''],
  ])('[UI-8] %s: set aside and said, first layout used', (_name, text) => {
    const storage = new MemoryStore();
    storage.setItem('crossbook.window', text);
    const { state, problem } = loadUi(storage);
    expect(state).toEqual(FIRST_UI_STATE);
    expect(problem).toContain('could not be read');
    expect(storage.getItem('crossbook.window.rejected')).toBe(text);
  });

  it('a browser that refuses storage still gives a window', () => {
    const refuse = () => {
      throw new DOMException('denied', 'SecurityError');
    };
    const storage: KeyValueStore = { getItem: refuse, setItem: refuse };
    const { clock, store } = start(storage);
    store.dispatch(ui.panelChosen('deals'));
    clock.advanceBy(300);
    expect(store.getState().ui.panel).toBe('deals');
    expect(loadUi(storage).problem).toContain('remember');
  });

  it('opening a deal from elsewhere drops a filter that could hide it', () => {
    const { store } = start(new MemoryStore());
    store.dispatch(ui.dealsFiltered({ show: 'closed', text: 'okx' }));
    store.dispatch(ui.dealOpened('d-7'));
    expect(store.getState().ui).toMatchObject({
      panel: 'deals',
      deals: { selected: 'd-7', filter: { show: 'all', text: '' } },
    });
  });
});
