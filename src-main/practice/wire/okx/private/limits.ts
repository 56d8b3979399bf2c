import type { Clock } from '#shared/kernel/time';

interface Limit {
  readonly requests: number;
  readonly windowMs: number;
  /** Counted for each instrument, or each tag, on its own. */
  readonly by: 'user' | 'instrument' | 'tag';
}

const per2s = (requests: number, byInstrument = false): Limit => ({
  requests,
  windowMs: 2_000,
  by: byInstrument ? 'instrument' : 'user',
});

/** What each endpoint allows a user. https://www.okx.com/docs-v5/en/#overview-rate-limits */
const LIMITS: Readonly<Record<string, Limit>> = {
  'POST /api/v5/trade/order': per2s(60, true),
  'POST /api/v5/trade/batch-orders': per2s(300, true),
  'POST /api/v5/trade/cancel-order': per2s(60, true),
  'GET /api/v5/trade/order': per2s(60, true),
  'POST /api/v5/trade/cancel-batch-orders': per2s(300, true),
  'POST /api/v5/trade/order-algo': per2s(20, true),
  'POST /api/v5/trade/cancel-algos': per2s(20, true),
  'GET /api/v5/trade/order-algo': per2s(20),
  'GET /api/v5/trade/orders-algo-pending': per2s(20),
  'GET /api/v5/trade/orders-algo-history': per2s(20),
  'GET /api/v5/trade/orders-pending': per2s(60),
  'GET /api/v5/trade/orders-history': per2s(40),
  'GET /api/v5/trade/orders-history-archive': per2s(20),
  'GET /api/v5/trade/fills': per2s(60),
  'GET /api/v5/trade/fills-history': per2s(10),
  'POST /api/v5/trade/cancel-all-after': { requests: 1, windowMs: 1_000, by: 'tag' },
  'GET /api/v5/account/config': per2s(5),
  'GET /api/v5/account/balance': per2s(10),
  'GET /api/v5/account/positions': per2s(10),
  'GET /api/v5/account/trade-fee': per2s(5),
  'GET /api/v5/account/instruments': per2s(20),
  'GET /api/v5/account/leverage-info': per2s(20),
  'POST /api/v5/account/set-leverage': per2s(20),
};

/** Counts the requests of every user. */
export class RateLimits {
  readonly #clock: Clock;
  readonly #askedMonoMs = new Map<string, number[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** False when this one is too many. */
  take(endpoint: string, user: string, of: { readonly instrument: string; readonly tag: string }): boolean {
    const limit = LIMITS[endpoint];
    if (limit === undefined) return true;
    const name = `${endpoint} ${user} ${limit.by === 'user' ? '' : of[limit.by]}`;
    const now = this.#clock.monoMs();
    const recent = (this.#askedMonoMs.get(name) ?? []).filter((at) => at > now - limit.windowMs);
    this.#askedMonoMs.set(name, recent);
    if (recent.length >= limit.requests) return false;
    recent.push(now);
    return true;
  }
}
