import { ok } from '#shared/kernel/result';
import type { Answer, Looked } from '../../orders/adapter.ts';

const PAGE = 1000;
const DAY_MS = 86_400_000;

/** Ended orders without an execution are told for so many days, spot and USDⓈ-M; what executed is told longer. */
export const HISTORY_DAYS = { spot: 90, perp: 3 } as const;

/** EX-4: what the venue tells no more of is not absent for that. `null` when its history reaches back that far. */
export function beyondHistory(sinceMs: number, venueMs: number, days: number): Looked | null {
  if (venueMs - sinceMs <= days * DAY_MS) return null;
  return { kind: 'unproven', message: `Binance tells of ended orders for ${days} days only` };
}

/** How one of Binance's histories is paged. */
export interface Numbered<T> {
  /** The parameter that asks for rows from a number on. */
  readonly from: 'fromId' | 'orderId' | 'algoId';
  readonly idOf: (row: T) => string;
  readonly ask: (page: Readonly<Record<string, string | number>>) => Promise<Answer<readonly T[]>>;
}

export interface Timed<T> extends Numbered<T> {
  /** Longest time between start and end of one question, ms. */
  readonly windowMs: number;
}

/**
 * Every row from `sinceMs` to `nowMs` (the venue's wall time), oldest first: window by window, and number by number from
 * the first window on that holds more than one page.
 */
export async function wholeHistory<T>(sinceMs: number, nowMs: number, of: Timed<T>): Promise<Answer<readonly T[]>> {
  const rows: T[] = [];
  for (let from = Math.max(0, Math.floor(sinceMs)); from <= nowMs; from += of.windowMs) {
    const window = await of.ask({ startTime: from, endTime: from + of.windowMs - 1, limit: PAGE });
    if (!window.ok) return window;
    rows.push(...window.value);
    if (window.value.length >= PAGE) return byNumber(rows, of);
  }
  return ok(rows);
}

/** Every row, from the first on. */
export async function allPages<T>(of: Numbered<T>): Promise<Answer<readonly T[]>> {
  const first = await of.ask({ limit: PAGE, [of.from]: 0 });
  if (!first.ok || first.value.length < PAGE) return first;
  return byNumber([...first.value], of);
}

/** What follows the last of `rows`. */
async function byNumber<T>(rows: T[], { from, idOf, ask }: Numbered<T>): Promise<Answer<readonly T[]>> {
  for (;;) {
    const last = rows.at(-1);
    if (last === undefined) return ok(rows);
    const next = (BigInt(idOf(last)) + 1n).toString();
    const page = await ask({ [from]: next, limit: PAGE });
    if (!page.ok) return page;
    rows.push(...page.value);
    if (page.value.length < PAGE) return ok(rows);
  }
}
