import { useSyncExternalStore } from 'react';
import { useStore } from 'react-redux';
import { browserClock } from '../bridge/browser-clock.ts';
import type { RootState } from '../store/store.ts';

const TICK_MS = 500;
const listeners = new Set<() => void>();
let tickAtMs = browserClock.wallMs();
let timer: ReturnType<typeof setInterval> | undefined;

function tick(): void {
  tickAtMs = browserClock.wallMs();
  for (const each of listeners) each();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/**
 * A text that depends on the engine's wall time (UI-3), looked at twice a second; goes on when the engine is lost. Drawn
 * again only when the text is another: an age is coarse, and a panel holds hundreds of them.
 */
export function useEngineText(textAt: (nowMs: number) => string): string {
  const store = useStore<RootState>();
  return useSyncExternalStore(subscribe, () => textAt(tickAtMs + (store.getState().connection.offsetMs ?? 0)));
}
