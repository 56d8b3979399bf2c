import { createSelector, lruMemoize } from '@reduxjs/toolkit';
import { FEEDS } from '#shared/domain/ids';
import { compareBases } from './base-order.ts';
import { quoteLines } from './quote-lines.ts';
import type { RootState } from './store.ts';
import { type Rows, rowList } from './topic-rows.ts';

export const selectStatus = (state: RootState) => state.status.value;
export const selectRuntime = (state: RootState) => state.runtime.value;
export const selectPerformance = (state: RootState) => state.performance.value;
export const selectSettings = (state: RootState) => state.settings.value;
export const selectPractice = (state: RootState) => state.practice.value;
export const selectConnection = (state: RootState) => state.connection;

/** Commands may be given: the channel is open and the engine's pulse is heard (UI-3). */
export const selectCommandable = (state: RootState) => state.connection.channel === 'open' && state.connection.live;

/** Something was heard before and now is not: every value on screen is the last one known. */
export const selectLost = (state: RootState) =>
  state.connection.lastPulseAtMs === null ? state.connection.channel === 'lost' : !state.connection.live;

/** Topics whose data cannot be read, in words. */
export const selectTopicProblems = createSelector(
  [
    (state: RootState) => state.status.problem,
    (state: RootState) => state.runtime.problem,
    (state: RootState) => state.performance.problem,
    (state: RootState) => state.settings.problem,
    (state: RootState) => state.practice.problem,
    (state: RootState) => state.feeds.problem,
    (state: RootState) => state.quotes.problem,
    (state: RootState) => state.candidates.problem,
    (state: RootState) => state.deals.problem,
    (state: RootState) => state.notifications.problem,
    (state: RootState) => state.accounts.problem,
    (state: RootState) => state.keys.problem,
    (state: RootState) => state.vault.problem,
  ],
  (...problems) => [...new Set(problems.filter((problem) => problem !== null))],
);

export const selectAccounts = createSelector([(state: RootState) => state.accounts.rows], (rows) => rowList(rows));
export const selectKeys = createSelector([(state: RootState) => state.keys.rows], (rows) => rowList(rows));

export const selectFeeds = createSelector([(state: RootState) => state.feeds.rows], (rows) =>
  rowList(rows).sort((a, b) => FEEDS.indexOf(a.feed) - FEEDS.indexOf(b.feed)),
);

/** Which listings stand beside each other: anew only when listings come or go, not when their prices change. */
export const selectQuoteLines = createSelector(
  [(state: RootState) => state.quotes.rows],
  (rows) => quoteLines(rowList(rows)),
  { memoize: lruMemoize, memoizeOptions: { equalityCheck: (a: Rows<unknown>, b: Rows<unknown>) => a.ids === b.ids } },
);

/** When any quote was last confirmed, engine wall ms; `null` while none was. */
export const selectNewestQuoteMs = createSelector([(state: RootState) => state.quotes.rows], (rows) =>
  rowList(rows).reduce<number | null>(
    (latest, { freshAtMs }) => (freshAtMs === null ? latest : Math.max(latest ?? 0, freshAtMs)),
    null,
  ),
);

export const selectCandidates = createSelector([(state: RootState) => state.candidates.rows], (rows) =>
  rowList(rows).sort((a, b) => compareBases(a.base, b.base) || (a.key < b.key ? -1 : 1)),
);

/** Newest first. */
export const selectDeals = createSelector([(state: RootState) => state.deals.rows], (rows) =>
  rowList(rows).sort((a, b) => b.openedAtMs - a.openedAtMs || (a.id < b.id ? 1 : -1)),
);

const KIND_RANK = { alarm: 0, alert: 1, prompt: 2, message: 3 } as const;
/** What still needs a person first: unacknowledged alarms, then by time, newest first (UI-7). */
export const selectNotifications = createSelector([(state: RootState) => state.notifications.rows], (rows) =>
  rowList(rows).sort(
    (a, b) =>
      Number(a.acknowledged) - Number(b.acknowledged) ||
      KIND_RANK[a.kind] - KIND_RANK[b.kind] ||
      b.atMs - a.atMs ||
      (a.id < b.id ? -1 : 1),
  ),
);
