import { err, ok } from '#shared/kernel/result';
import type { Answer, VenueFill } from '../../orders/adapter.ts';
import type { Desk } from './desk.ts';
import { allRows, unreadable } from './desk.ts';
import { answerOf, fillSchema } from './messages.ts';
import { venueFill } from './rows.ts';

const DAY_MS = 86_400_000;
/** The shorter list is the fresher one: "We advise you to use it when you request data for recent 3 days." */
const RECENT_MS = 3 * DAY_MS - 60_000;

/**
 * Executions since then (venue wall ms), oldest first, paged by bill.
 * https://www.okx.com/docs-v5/en/#order-book-trading-trade-get-transaction-details-last-3-days
 */
export async function fillsSince(
  desk: Desk,
  sinceMs: number,
  only: Readonly<Record<string, string>>,
): Promise<Answer<readonly VenueFill[]>> {
  const { clock, bySymbol } = desk.context;
  const recent = clock.wallMs() - sinceMs < RECENT_MS;
  const [endpoint, method] = recent
    ? (['fills', 'privateGetTradeFills'] as const)
    : (['fills-history', 'privateGetTradeFillsHistory'] as const);
  const rows = await allRows(desk, {
    endpoint,
    method,
    params: { instType: desk.instType, ...only, begin: String(Math.max(0, Math.floor(sinceMs))) },
    rows: answerOf(fillSchema),
    idOf: ({ billId }) => billId,
  });
  if (!rows.ok) return rows;
  try {
    return ok(rows.value.map((row) => venueFill(row, bySymbol)).reverse());
  } catch (error) {
    return err(unreadable(endpoint, error));
  }
}
