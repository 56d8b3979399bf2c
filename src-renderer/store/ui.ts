import { createSlice, type PayloadAction } from '@reduxjs/toolkit';
import type { ListingId } from '#shared/domain/ids';
import type { KillLevel } from '#shared/domain/safety';
import type { Settings } from '#shared/settings/settings';
import type { GridLayout } from './grid-layout.ts';
import { type DealFilter, type Draft, FIRST_UI_STATE, type Panel, type PlannerFilter } from './ui-state.ts';

/** What the user arranged in this window (UI-10). */
export const uiSlice = createSlice({
  name: 'ui',
  initialState: FIRST_UI_STATE,
  reducers: {
    panelChosen: (state, action: PayloadAction<Panel>) => {
      state.panel = action.payload;
    },
    themeHeard: (state, action: PayloadAction<Settings['theme']>) => {
      state.lastTheme = action.payload;
    },
    killLevelChosen: (state, action: PayloadAction<KillLevel>) => {
      state.killLevel = action.payload;
    },
    firstRunSeen: (state) => {
      state.firstRunSeen = true;
    },
    marketBaseChosen: (state, action: PayloadAction<string>) => {
      if (state.market.base !== action.payload) state.market = { base: action.payload, listing: null };
    },
    marketListingChosen: (state, action: PayloadAction<ListingId>) => {
      state.market.listing = action.payload;
    },
    plannerFiltered: (state, action: PayloadAction<Partial<PlannerFilter>>) => {
      Object.assign(state.planner.filter, action.payload);
    },
    candidateChosen: (state, action: PayloadAction<string | null>) => {
      state.planner.selected = action.payload;
    },
    dealsFiltered: (state, action: PayloadAction<Partial<DealFilter>>) => {
      Object.assign(state.deals.filter, action.payload);
    },
    dealChosen: (state, action: PayloadAction<string | null>) => {
      state.deals.selected = action.payload;
    },
    /** Jumps to a deal from anywhere; the filter must not hide it. */
    dealOpened: (state, action: PayloadAction<string>) => {
      state.panel = 'deals';
      state.deals = { filter: FIRST_UI_STATE.deals.filter, selected: action.payload };
    },
    gridArranged: (state, action: PayloadAction<{ grid: string; layout: GridLayout }>) => {
      state.grids[action.payload.grid] = action.payload.layout;
    },
    profileFormOpened: (state, action: PayloadAction<string>) => {
      state.profileForm = action.payload;
    },
    profileFormClosed: (state) => {
      state.profileForm = null;
    },
    drafted: (state, action: PayloadAction<{ form: string; draft: Draft }>) => {
      state.drafts[action.payload.form] = action.payload.draft;
    },
    draftDropped: (state, action: PayloadAction<string>) => {
      delete state.drafts[action.payload];
    },
  },
});

export const ui = uiSlice.actions;
