import { useSyncExternalStore } from 'react';
import { browserClock } from '../bridge/browser-clock.ts';
import { useAppSelector } from '../store/hooks.ts';

const TICK_MS = 500;
const listeners = new Set<() => void>();
let tickAtMs = browserClock.wallMs();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    tickAtMs = browserClock.wallMs();
    for (const each of listeners) each();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The engine's wall time, twice a second: what ages are counted from (UI-3). Goes on when the engine is lost. */
export function useEngineNow(): number {
  const now = useSyncExternalStore(subscribe, () => tickAtMs);
  return now + useAppSelector((state) => state.connection.offsetMs ?? 0);
}
