import type { Status } from '#shared/contract/rows';
import { maintenanceWords } from '#shared/domain/maintenance';

type VenueStatus = Status['venues'][number];

/** How a venue's state is drawn: quiet when healthy, bright when it is not (UI-4). */
export function venueTone(venue: VenueStatus): 'quiet' | 'good' | 'warn' | 'bad' {
  if (!venue.enabled) return 'quiet';
  if (venue.state === 'offline' || venue.state === 'stale') return 'bad';
  if (venue.unrouted !== null) return 'quiet';
  return venue.vetoed || venue.state !== 'fresh' || awaited(venue) !== null ? 'warn' : 'good';
}

/** What stands in the way first: the user's own choice, then no data, the account's terms, announced maintenance, then the health veto. */
export function venueWords(venue: VenueStatus): string {
  if (!venue.enabled) return 'disabled';
  if (venue.state === 'offline' || venue.state === 'stale' || venue.state === 'connecting') return venue.state;
  if (venue.unrouted !== null) return 'not routed';
  return awaited(venue) ?? productDown(venue) ?? (venue.vetoed ? 'vetoed' : venue.state);
}

/** `spot maintenance`: entries wait for the end of what the venue announced; `null` when they do not. */
function awaited({ products }: VenueStatus): string | null {
  const waiting = products.filter(({ maintenance }) => maintenance?.entriesWait === true);
  if (waiting.length === 0) return null;
  return waiting.length === products.length ? 'maintenance' : `${waiting.map((one) => one.product).join()} maintenance`;
}

/** `perp stale`: the one product that is not well while another is; `null` when they are alike. */
function productDown({ products }: VenueStatus): string | null {
  const worse = products.find(({ state }) => state !== 'fresh');
  const differs = products.some(({ state }) => state !== worse?.state);
  return worse === undefined || !differs ? null : `${worse.product} ${worse.state}`;
}

/** Every product with its state, what is fresh of all, why no deal goes there, the venue's own reason, and what it announced. */
export function venueTitle(
  { products, state, fresh, instruments, unrouted, reason }: VenueStatus,
  nowMs: number,
): string {
  const states = products.length === 0 ? state : products.map((one) => `${one.product} ${one.state}`).join(', ');
  const announced = products.flatMap(({ product, maintenance }) =>
    maintenance === null ? [] : [`${product}: ${maintenanceWords(maintenance.window, nowMs)}.`],
  );
  const told = [unrouted ?? '', reason ?? '', ...announced].filter((text) => text !== '');
  return [`${states}: ${fresh} of ${instruments} instruments fresh.`, ...told].join(' ').trim();
}
