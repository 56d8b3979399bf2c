import type { Cancel, Clock } from '#shared/kernel/time';
import type { AppStore } from './store.ts';
import { FIRST_UI_STATE, type UiState, uiStateSchema } from './ui-state.ts';

const KEY = 'crossbook.window';
const REJECTED_KEY = 'crossbook.window.rejected';

/** The part of `localStorage` that is used. */
export type KeyValueStore = Pick<Storage, 'getItem' | 'setItem'>;

/** What the last window left. One that cannot be read is put aside, and said (UI-8). */
export function loadUi(store: KeyValueStore): { state: UiState; problem: string | null } {
  let text: string | null;
  try {
    text = store.getItem(KEY);
  } catch {
    return { state: FIRST_UI_STATE, problem: 'This browser does not let the window remember its layout.' };
  }
  if (text === null) return { state: FIRST_UI_STATE, problem: null };
  const parsed = uiStateSchema.safeParse(readJson(text));
  if (parsed.success) return { state: parsed.data, problem: null };
  try {
    store.setItem(REJECTED_KEY, text);
  } catch {
    // Full or forbidden storage: the layout is lost either way, and the sentence below says so.
  }
  return {
    state: FIRST_UI_STATE,
    problem: 'The saved window layout could not be read; it was set aside and the window starts with its first layout.',
  };
}

const SAVE_AFTER_MS = 300;

/** Saves the window's part of the store shortly after each change, and at once when the page goes away. */
export function keepUi(store: AppStore, target: KeyValueStore, clock: Clock): void {
  let saved = store.getState().ui;
  let cancel: Cancel | undefined;
  const save = () => {
    cancel?.();
    cancel = undefined;
    const state = store.getState().ui;
    if (state === saved) return;
    saved = state;
    try {
      target.setItem(KEY, JSON.stringify(state));
    } catch {
      // Storage is full or forbidden: the window works on, and a reload starts with what was saved last.
    }
  };
  store.subscribe(() => {
    if (store.getState().ui !== saved) cancel ??= clock.after(SAVE_AFTER_MS, save);
  });
  globalThis.addEventListener?.('pagehide', save);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
