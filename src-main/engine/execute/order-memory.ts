import { isFinal } from '#shared/domain/order';
import { type Decimal, ZERO } from '#shared/money/decimal';
import type { OrderRecord } from '../journal/records.ts';
import type { OrderMemo } from './deal-view.ts';

const QUARANTINE_MS = 10_000;
/** A resting order is looked at now and then even when its stream says nothing. */
const RESTING_CHECK_MS = 15_000;
const EXPIRY_GRACE_MS = 1_000;
const FIRST_BACKOFF_MS = 250;
const LONGEST_BACKOFF_MS = 5_000;

/** The best price of the side an order takes from, and the average its quantity would get there. */
export interface Promised {
  readonly touch: Decimal;
  readonly average: Decimal;
}

/** What this run knows of one order and its traffic. Nothing here is needed after a crash: then the venue is asked. */
export class OrderMemory implements OrderMemo {
  /** The create is on its way and its answer is awaited. */
  submitting = false;
  submittedMonoMs = 0;
  /** What the book promised a taking order when it left; `null` where it showed nothing. */
  promised: Promised | null = null;
  /** Executed in all by the venue's word, its fills seen or not (EX-5). */
  cumulative: Decimal = ZERO;
  unbooked: Decimal = ZERO;
  cancelling = false;
  /** A cancel was answered, so the order's end can be asked for. */
  cancelAnswered = false;
  replaceAt: Decimal | null = null;
  querying = false;
  lastQueryMs = Number.NEGATIVE_INFINITY;
  queries = 0;
  /** The venue spoke of the order in this run. */
  confirmed = false;
  acknowledgedMonoMs: number | null = null;
  waitReported = false;
  unansweredReported = false;
  /** Since when this run waits for word of it, wall ms. */
  readonly sinceMs: number;

  constructor(nowMs: number) {
    this.sinceMs = nowMs;
  }
}

/** When the venue is to be asked about the order, wall ms, or `null` when there is no need (EX-4). */
export function queryDueAtMs(order: OrderRecord, memory: OrderMemory, ackDeadlineMs: number): number | null {
  if (memory.querying) return null;
  if (isFinal(order.state) && memory.unbooked.eq(ZERO)) return null;
  const backoffMs = Math.min(FIRST_BACKOFF_MS * 2 ** memory.queries, LONGEST_BACKOFF_MS);
  return Math.max(neededSinceMs(order, memory, ackDeadlineMs), memory.lastQueryMs + backoffMs);
}

function neededSinceMs(order: OrderRecord, memory: OrderMemory, ackDeadlineMs: number): number {
  if (memory.unbooked.gt(ZERO)) return order.updatedAtMs;
  if (order.state === 'quarantined') return order.updatedAtMs + QUARANTINE_MS;
  if (order.inDoubt || !memory.confirmed) {
    // Its own answer settles most creates; only an overdue one is asked about.
    return memory.submitting ? order.createdAtMs + ackDeadlineMs : order.updatedAtMs;
  }
  if (memory.cancelAnswered) return order.updatedAtMs;
  if (order.intent.kind === 'ioc') return order.createdAtMs + ackDeadlineMs;
  const checkMs = Math.max(order.updatedAtMs, memory.lastQueryMs) + RESTING_CHECK_MS;
  const expiresAtMs = order.intent.expiresAtMs;
  return expiresAtMs === null ? checkMs : Math.min(checkMs, expiresAtMs + EXPIRY_GRACE_MS);
}
