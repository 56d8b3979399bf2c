import { z } from 'zod';
import { listingIdSchema } from '#shared/domain/ids';
import { REJECT_REASONS } from '#shared/domain/reject';
import { killLevelSchema } from '#shared/domain/safety';
import { settingsSchema } from '#shared/settings/settings';
import { gridLayoutSchema } from './grid-layout.ts';

export const PANELS = ['dashboard', 'market', 'auto-mode', 'planner', 'deals', 'accounts', 'keys', 'practice'] as const;
export type Panel = (typeof PANELS)[number];

/** A half-filled form: its fields as typed. Nested names are joined by dots. */
const draftSchema = z.record(z.string().max(100), z.union([z.string().max(2_000), z.boolean(), z.null()]));
export type Draft = z.infer<typeof draftSchema>;

const plannerFilterSchema = z.strictObject({
  text: z.string().max(200),
  base: z.string().max(20),
  venue: z.string().max(20),
  verdict: z.enum(['all', 'plan', 'reject']),
  reason: z.union([z.literal('all'), z.enum(REJECT_REASONS)]),
});
export type PlannerFilter = z.infer<typeof plannerFilterSchema>;

const dealFilterSchema = z.strictObject({
  show: z.enum(['all', 'open', 'closed']),
  text: z.string().max(200),
});
export type DealFilter = z.infer<typeof dealFilterSchema>;

const marketChoiceSchema = z.strictObject({
  base: z.string().max(24).nullable(),
  /** The row whose book, funding and latency are shown; `null` until one was chosen. */
  listing: listingIdSchema.nullable(),
});
export type MarketChoice = z.infer<typeof marketChoiceSchema>;
const FIRST_MARKET: MarketChoice = { base: null, listing: null };

/** UI-10: what of the window survives a reload. It is the user's, not the engine's: no price, no setting in force. */
export const uiStateSchema = z.strictObject({
  version: z.literal(1),
  panel: z.enum(PANELS),
  /** The theme last told by the engine, so that a reload does not flash. */
  lastTheme: settingsSchema.shape.theme,
  killLevel: killLevelSchema,
  firstRunSeen: z.boolean(),
  /** A layout of an earlier version has none. */
  market: marketChoiceSchema.default(FIRST_MARKET),
  planner: z.strictObject({ filter: plannerFilterSchema, selected: z.string().max(200).nullable() }),
  deals: z.strictObject({ filter: dealFilterSchema, selected: z.string().max(200).nullable() }),
  grids: z.record(z.string().max(40), gridLayoutSchema),
  /** The profile being edited; `null` when the form is shut, `''` for a new one. */
  profileForm: z.string().max(24).nullable(),
  drafts: z.record(z.string().max(60), draftSchema),
});
export type UiState = z.infer<typeof uiStateSchema>;

export const EMPTY_PLANNER_FILTER: PlannerFilter = {
  text: '',
  base: 'all',
  venue: 'all',
  verdict: 'all',
  reason: 'all',
};

export const FIRST_UI_STATE: UiState = {
  version: 1,
  panel: 'dashboard',
  lastTheme: 'system',
  killLevel: 'cancel-orders',
  firstRunSeen: false,
  market: FIRST_MARKET,
  planner: { filter: EMPTY_PLANNER_FILTER, selected: null },
  deals: { filter: { show: 'all', text: '' }, selected: null },
  grids: {},
  profileForm: null,
  drafts: {},
};
