import { createSlice, type PayloadAction } from '@reduxjs/toolkit';
import type { Connection } from '../bridge/client.ts';

const initialState: Connection = {
  channel: 'connecting',
  live: false,
  offsetMs: null,
  lastPulseAtMs: null,
  malformed: 0,
  gaps: 0,
};

export const connectionSlice = createSlice({
  name: 'connection',
  initialState,
  reducers: {
    changed: (_state, action: PayloadAction<Connection>) => action.payload,
  },
});
