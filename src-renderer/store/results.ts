import { createSlice, type PayloadAction } from '@reduxjs/toolkit';
import type { Failure } from '#shared/contract/contract';

/** UI-2: what became of one command. Result words differ from the words on buttons. */
export interface CommandResult {
  /** What was asked, in the words of the button. */
  action: string;
  result: 'accepted' | 'refused' | 'not sent' | 'not known';
  code: 'ok' | Failure['code'];
  /** The engine's sentence, or the failure's: what was wrong. */
  text: string;
  /** UI-8: what was kept, what to do; empty when accepted. */
  kept: string;
  remedy: string;
  atMs: number;
}

const KEPT_RESULTS = 20;

/** Newest first. */
export const resultsSlice = createSlice({
  name: 'results',
  initialState: [] as CommandResult[],
  reducers: {
    added: (state, action: PayloadAction<CommandResult>) => {
      state.unshift(action.payload);
      state.length = Math.min(state.length, KEPT_RESULTS);
    },
  },
});
