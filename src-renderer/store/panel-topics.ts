import type { TopicName } from '#shared/contract/contract';
import type { Panel } from './ui-state.ts';

/** What is on screen whatever the panel. */
const ALWAYS: readonly TopicName[] = ['status', 'settings'];

const OF_PANEL: Readonly<Record<Panel, readonly TopicName[]>> = {
  dashboard: ['feeds', 'quotes', 'performance', 'deals', 'notifications'],
  market: ['feeds', 'runtime'],
  'auto-mode': ['runtime'],
  planner: ['candidates', 'quotes', 'deals'],
  deals: ['deals'],
  practice: ['practice', 'feeds'],
  accounts: ['accounts', 'keys', 'vault', 'runtime'],
  keys: ['keys', 'vault'],
};

/** The topics a window needs while it shows a panel: nothing else is sent to it. */
export const topicsOf = (panel: Panel): ReadonlySet<TopicName> => new Set([...ALWAYS, ...OF_PANEL[panel]]);
