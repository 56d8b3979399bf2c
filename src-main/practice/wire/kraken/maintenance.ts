import { productOf } from '#shared/domain/ids';
import { isoSeconds } from '../instants.ts';
import type { PlannedMaintenance } from '../maintenance-board.ts';

export const MAINTENANCE_SCHEDULE = '/0/public/MaintenanceSchedule';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** How near it is, with the advice that goes with it; the last one that fits. */
const PHASES = [
  [Number.POSITIVE_INFINITY, 'announced', 'allowed', 'continue'],
  [24 * 60 * MINUTE_MS, 'reminder_24h', 'allowed', 'continue'],
  [30 * MINUTE_MS, 'approaching_30m', 'allowed', 'reduce_activity'],
  [5 * MINUTE_MS, 'imminent_5m', 'discouraged', 'cancel_open_orders'],
  [30 * SECOND_MS, 'final_warning_30s', 'blocked', 'stop_new_orders'],
] as const;

/** Events that have not begun: https://docs.kraken.com/api-reference/market-data/get-maintenance-schedule */
export const upcoming = (plans: readonly PlannedMaintenance[], nowMs: number): object[] =>
  plans.filter(({ begun }) => !begun).map((plan) => eventRow(plan, nowMs));

function eventRow({ number, title, feeds, fromMs, toMs }: PlannedMaintenance, nowMs: number): object {
  const toStartMs = Math.max(0, fromMs - nowMs);
  const [, phase, submission, action] = PHASES.findLast(([withinMs]) => toStartMs <= withinMs) ?? PHASES[0];
  const side = feeds.some((feed) => productOf(feed) === 'spot') ? 'spot' : 'futures';
  return {
    event_id: number,
    title,
    expected_start_utc: isoSeconds(fromMs),
    expected_end_utc: isoSeconds(toMs),
    time_to_start_s: Math.floor(toStartMs / SECOND_MS),
    phase,
    affected_services: [`${side}_trading`, `${side}_ws`, `${side}_rest`, `${side}_fix`],
    order_submission: submission,
    recommended_action: action,
    cancel_before_utc: isoSeconds(fromMs - 5 * MINUTE_MS),
    source_url: 'https://status.kraken.com/incidents/b7k2r9wqmn41',
  };
}

/** https://docs.kraken.com/api/docs/rest-api/get-system-status/: of spot alone, with what is to come in three days. */
export const systemStatus = (plans: readonly PlannedMaintenance[], nowMs: number): object => ({
  status: plans.some(({ begun, feeds }) => begun && feeds.includes('kraken:spot')) ? 'maintenance' : 'online',
  timestamp: isoSeconds(nowMs),
  upcoming_maintenance: upcoming(plans, nowMs),
  emergency: [],
});
