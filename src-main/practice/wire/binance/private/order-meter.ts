import type { Clock } from '#shared/kernel/time';
import type { HttpResponse } from '#shared/kernel/transport';
import type { ExchangeAccount } from '../../../exchange/types.ts';
import { failed } from '../answers.ts';

interface Window {
  /** As headers write it: `10s`, `1m`, `1d`. */
  readonly name: string;
  readonly windowMs: number;
  readonly limit: number;
}

const SPOT_WINDOWS: readonly Window[] = [
  { name: '10s', windowMs: 10_000, limit: 100 },
  { name: '1d', windowMs: 86_400_000, limit: 200_000 },
];
const PERP_WINDOWS: readonly Window[] = [
  { name: '10s', windowMs: 10_000, limit: 300 },
  { name: '1m', windowMs: 60_000, limit: 1_200 },
];
export const ORDER_WINDOWS = { spot: SPOT_WINDOWS, perp: PERP_WINDOWS } as const;

/** New orders of each account within windows of fixed length (order rate limits count by account, weight by address). */
export class OrderMeter {
  readonly #clock: Clock;
  readonly #windows: readonly Window[];
  readonly #used = new Map<ExchangeAccount, { window: number; used: number }[]>();

  constructor(clock: Clock, windows: readonly Window[]) {
    this.#clock = clock;
    this.#windows = windows;
  }

  /** The venue's refusal when a window has no more orders, else `null`. */
  spend(account: ExchangeAccount, orders: number): HttpResponse | null {
    const counts = this.#countsOf(account);
    for (const [index, { windowMs, limit, name }] of this.#windows.entries()) {
      const count = counts[index];
      if (count === undefined) continue;
      const window = Math.floor(this.#clock.wallMs() / windowMs);
      if (count.window !== window) {
        count.window = window;
        count.used = 0;
      }
      if (count.used + orders > limit) {
        return failed(429, -1015, `Too many new orders; current limit is ${limit} orders per ${name.toUpperCase()}.`);
      }
    }
    for (const count of counts) count.used += orders;
    return null;
  }

  headers(account: ExchangeAccount): Record<string, string> {
    const counts = this.#countsOf(account);
    return Object.fromEntries(
      this.#windows.map(({ name }, index) => [`x-mbx-order-count-${name}`, String(counts[index]?.used ?? 0)]),
    );
  }

  #countsOf(account: ExchangeAccount): { window: number; used: number }[] {
    let counts = this.#used.get(account);
    if (counts === undefined) {
      counts = this.#windows.map(() => ({ window: -1, used: 0 }));
      this.#used.set(account, counts);
    }
    return counts;
  }
}
