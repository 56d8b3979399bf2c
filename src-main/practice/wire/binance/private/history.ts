import type { HttpResponse } from '#shared/kernel/transport';
import { json } from '../../http.ts';
import { failed } from '../answers.ts';
import { whole } from './parameters.ts';

/** How rows of a history are told and paged. */
export interface HistoryOf<T> {
  /** The parameter that pages by number: rows from that number on. */
  readonly from: 'orderId' | 'fromId' | 'algoId';
  readonly idOf: (one: T) => number;
  /** Venue wall ms. */
  readonly atOf: (one: T) => number;
  readonly row: (one: T) => object;
}

interface Limits {
  readonly usual: number;
  readonly most: number;
  /** Longest time that may be asked for at once, ms. */
  readonly widest: number;
  readonly tooWide: () => HttpResponse;
}

const DAY_MS = 86_400_000;
const SPOT: Limits = {
  usual: 500,
  most: 1000,
  widest: DAY_MS,
  tooWide: () => failed(400, -1127, 'More than 24 hours between startTime and endTime.'),
};
const PERP: Limits = {
  usual: 500,
  most: 1000,
  widest: 7 * DAY_MS,
  tooWide: () => failed(400, -1127, 'More than 7 days between startTime and endTime.'),
};

/** `all` are the account's rows of one symbol, oldest first. Without a start the latest are told, oldest first. */
export const spotHistory = <T>(params: URLSearchParams, all: readonly T[], of: HistoryOf<T>): HttpResponse =>
  history(params, all, of, SPOT, null);

/** Like {@link spotHistory}; what is asked for without a time is of the last seven days. */
export const perpHistory = <T>(
  params: URLSearchParams,
  all: readonly T[],
  of: HistoryOf<T>,
  nowMs: number,
): HttpResponse => history(params, all, of, PERP, nowMs);

function history<T>(
  params: URLSearchParams,
  all: readonly T[],
  { from, idOf, atOf, row }: HistoryOf<T>,
  { usual, most, widest, tooWide }: Limits,
  nowMs: number | null,
): HttpResponse {
  const fromId = whole(params, from);
  const startMs = whole(params, 'startTime');
  const endMs = whole(params, 'endTime');
  const limit = Math.min(most, whole(params, 'limit') ?? usual);
  if (startMs !== null && endMs !== null && endMs - startMs > widest) return tooWide();
  if (from === 'fromId' && fromId !== null && (startMs !== null || endMs !== null)) {
    return failed(400, -1128, 'Combination of optional parameters invalid.');
  }
  const earliest = startMs ?? (nowMs === null || fromId !== null ? 0 : nowMs - widest);
  // A start alone reaches as far as the longest time that may be asked for.
  const latest = endMs ?? (startMs === null ? Number.MAX_SAFE_INTEGER : startMs + widest);
  const rows = all
    .filter((one) => fromId === null || idOf(one) >= fromId)
    .filter((one) => atOf(one) >= earliest && atOf(one) <= latest);
  const first = fromId !== null || startMs !== null;
  return json(200, (first ? rows.slice(0, limit) : rows.slice(-limit)).map(row));
}
