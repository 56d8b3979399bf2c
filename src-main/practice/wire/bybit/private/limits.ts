import type { Clock } from '#shared/kernel/time';
import type { PracticeKey } from '../../../exchange/types.ts';
import { wholeMs } from '../../instants.ts';

const WINDOW_MS = 1_000;

interface Window {
  startMs: number;
  used: number;
}

export interface Metered {
  readonly admitted: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

/** Calls of each key and endpoint by the second (https://bybit-exchange.github.io/docs/v5/rate-limit). */
export class CallMeter {
  readonly #clock: Clock;
  readonly #windows = new Map<string, Window>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  spend(key: PracticeKey, endpoint: string, limit: number): Metered {
    const nowMs = wholeMs(this.#clock.wallMs());
    const name = `${key.id} ${endpoint}`;
    let window = this.#windows.get(name);
    if (window === undefined || nowMs - window.startMs >= WINDOW_MS) {
      window = { startMs: nowMs, used: 0 };
      this.#windows.set(name, window);
    }
    const admitted = window.used < limit;
    if (admitted) window.used += 1;
    const headers = {
      'x-bapi-limit': String(limit),
      'x-bapi-limit-status': String(limit - window.used),
      'x-bapi-limit-reset-timestamp': String(admitted ? nowMs : window.startMs + WINDOW_MS),
    };
    return { admitted, headers };
  }
}
