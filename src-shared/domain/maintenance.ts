import { z } from 'zod';
import { feedSchema } from './ids.ts';

/**
 * A maintenance that a venue announces (MD-8). Times are the venue's own, wall ms; `toMs` `null` is an open end. The venue
 * moves `state` on by hand, so what was to begin by now has begun whatever it says.
 */
export const maintenanceWindowSchema = z.object({
  /** Whose trading it concerns. */
  feed: feedSchema,
  /** What the venue calls the announcement. */
  id: z.string(),
  /** In the venue's words. */
  title: z.string(),
  fromMs: z.number(),
  toMs: z.number().nullable(),
  state: z.enum(['announced', 'under-way']),
  /** Where it was read: host and path. */
  source: z.string(),
  readAtMs: z.number(),
});
export type MaintenanceWindow = z.infer<typeof maintenanceWindowSchema>;

/** What one look at a venue's announcements gave for a feed. `windows` are all there are: what is not among them is off. */
export type MaintenanceReading =
  | { readonly kind: 'windows'; readonly windows: readonly MaintenanceWindow[] }
  | { readonly kind: 'unreadable'; readonly why: string }
  /** The venue announces nothing that a program could read. */
  | { readonly kind: 'not-announced'; readonly why: string };

/** What is known of a feed's announced maintenance now. */
export const maintenanceStandingSchema = z.object({
  /** Those that are not over, soonest first. */
  windows: z.array(maintenanceWindowSchema),
  /** When the announcements could last be read, wall ms. */
  readAtMs: z.number().nullable(),
  /** Since when they cannot be read; then nothing is known of what was announced since. */
  unreadableSinceMs: z.number().nullable(),
  /** Why they cannot be read, or that the venue makes none. */
  note: z.string().nullable(),
  /** New entries wait because of the first window. */
  entriesWait: z.boolean(),
});
export type MaintenanceStanding = z.infer<typeof maintenanceStandingSchema>;

/** Of a feed that told nothing of announcements. */
export const NOTHING_ANNOUNCED: MaintenanceStanding = {
  windows: [],
  readAtMs: null,
  unreadableSinceMs: null,
  note: null,
  entriesWait: false,
};

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

const two = (value: number): string => String(value).padStart(2, '0');

/** `02:00`, with the day before it when that is not today; UTC. */
function momentText(ms: number, nowMs: number): string {
  const at = new Date(ms);
  const time = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
  if (Math.floor(ms / DAY_MS) === Math.floor(nowMs / DAY_MS)) return time;
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()] ?? ''} ${time}`;
}

/** `1 h 12 min`: coarse, because nobody waits for its seconds. */
function lengthText(ms: number): string {
  if (ms < MINUTE_MS) return 'less than a minute';
  const days = Math.floor(ms / DAY_MS);
  const hours = Math.floor((ms % DAY_MS) / HOUR_MS);
  const minutes = Math.floor((ms % HOUR_MS) / MINUTE_MS);
  const parts =
    days > 0 ? [[days, 'd'] as const, [hours, 'h'] as const] : [[hours, 'h'] as const, [minutes, 'min'] as const];
  return parts.flatMap(([count, unit]) => (count === 0 ? [] : [`${count} ${unit}`])).join(' ');
}

/** `maintenance 02:00 to 04:00 UTC`, or `maintenance from 02:00 UTC, end open`. */
export function maintenanceSpan({ fromMs, toMs }: MaintenanceWindow, nowMs: number): string {
  if (toMs === null) return `maintenance from ${momentText(fromMs, nowMs)} UTC, end open`;
  // The day is said once when both are on the same one.
  return `maintenance ${momentText(fromMs, nowMs)} to ${momentText(toMs, sameDay(fromMs, toMs) ? toMs : nowMs)} UTC`;
}

const sameDay = (a: number, b: number): boolean => Math.floor(a / DAY_MS) === Math.floor(b / DAY_MS);

/** A window as a person reads it: `maintenance 02:00 to 04:00 UTC, in 1 h 12 min: Spot trading upgrade`. */
export function maintenanceWords(window: MaintenanceWindow, nowMs: number): string {
  return `${maintenanceSpan(window, nowMs)}, ${whenWords(window, nowMs)}: ${window.title}`;
}

function whenWords({ fromMs, toMs }: MaintenanceWindow, nowMs: number): string {
  if (nowMs < fromMs) return `in ${lengthText(fromMs - nowMs)}`;
  if (toMs === null) return `under way for ${lengthText(nowMs - fromMs)}`;
  return nowMs < toMs ? `under way, ${lengthText(toMs - nowMs)} left` : 'not over yet';
}
