import type { SignedCall } from '../../../orders/adapter.ts';

const READ_MS = 10_000;
const ORDER_MS = 5_000;

type Params = Readonly<Record<string, unknown>>;
/** What became of an order of ours is as urgent as what hangs on it (EX-4): it may use what readings must leave. */
export type Asking = 'hedge' | 'read';

export const HISTORY = ['history-orders', 'history-triggers', 'history-executions'] as const;

/** `weight`: what the call costs (https://docs.kraken.com/api/docs/guides/futures-rate-limits). */
export const read = (
  endpoint: string,
  method: string,
  params: Params,
  weight: number,
  urgency: Asking = 'read',
): SignedCall => ({
  endpoint,
  method,
  params,
  urgency,
  weight,
  timeoutMs: READ_MS,
  kind: 'read',
});

/** Of the history, which has a budget of its own. */
export const readHistory = (
  endpoint: 'orders' | 'triggers' | 'executions',
  params: Params,
  urgency: Asking,
): SignedCall =>
  read(
    `history-${endpoint}`,
    { orders: 'historyGetOrders', triggers: 'historyGetTriggers', executions: 'historyGetExecutions' }[endpoint],
    // Taken out of the parameters by the client: which of the paths it asks.
    { version: 'v3', ...params },
    1,
    urgency,
  );

export const cancelling = (endpoint: string, method: string, params: Params, weight: number): SignedCall => ({
  endpoint,
  method,
  params,
  urgency: 'cancel',
  weight,
  timeoutMs: ORDER_MS,
  kind: 'cancel',
});
