import { combineReducers, configureStore } from '@reduxjs/toolkit';
import type { Failure } from '#shared/contract/contract';
import type { EngineClient } from '../bridge/client.ts';
import { createSubmissions, newSubmissionId } from '../bridge/submission.ts';
import { connectionSlice } from './connection.ts';
import { resultsSlice } from './results.ts';
import {
  accounts,
  candidates,
  deals,
  feeds,
  keys,
  notifications,
  performanceTopic,
  practice,
  quotes,
  runtime,
  settings,
  status,
  vault,
} from './topics.ts';
import { uiSlice } from './ui.ts';
import type { UiState } from './ui-state.ts';

const reducer = combineReducers({
  connection: connectionSlice.reducer,
  results: resultsSlice.reducer,
  ui: uiSlice.reducer,
  status: status.reducer,
  runtime: runtime.reducer,
  performance: performanceTopic.reducer,
  settings: settings.reducer,
  practice: practice.reducer,
  feeds: feeds.reducer,
  quotes: quotes.reducer,
  candidates: candidates.reducer,
  deals: deals.reducer,
  notifications: notifications.reducer,
  accounts: accounts.reducer,
  keys: keys.reducer,
  vault: vault.reducer,
});

export type RootState = ReturnType<typeof reducer>;

/** What thunks may reach besides the store. */
export interface StoreTools {
  readonly client: EngineClient;
  readonly submissions: ReturnType<typeof createSubmissions<Failure | null>>;
}

export function createStore(client: EngineClient, ui: UiState, monoMs: () => number) {
  const tools: StoreTools = { client, submissions: createSubmissions<Failure | null>(monoMs, newSubmissionId) };
  return configureStore({
    reducer,
    preloadedState: { ui },
    middleware: (defaults) =>
      // The checks walk the whole replica at every push; what comes in was parsed by the contract and is plain data.
      defaults({ thunk: { extraArgument: tools }, serializableCheck: false, immutableCheck: false }),
  });
}

export type AppStore = ReturnType<typeof createStore>;
export type AppDispatch = AppStore['dispatch'];
