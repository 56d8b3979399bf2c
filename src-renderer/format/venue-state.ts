import type { Status } from '#shared/contract/rows';

type VenueStatus = Status['venues'][number];

/** How a venue's state is drawn: quiet when healthy, bright when it is not (UI-4). */
export function venueTone(venue: VenueStatus): 'quiet' | 'good' | 'warn' | 'bad' {
  if (!venue.enabled) return 'quiet';
  if (venue.state === 'offline' || venue.state === 'stale') return 'bad';
  return venue.vetoed || venue.state !== 'fresh' ? 'warn' : 'good';
}

/** What stands in the way first: the user's own choice, then no data, then the health veto. */
export function venueWords(venue: VenueStatus): string {
  if (!venue.enabled) return 'disabled';
  if (venue.state === 'offline' || venue.state === 'stale' || venue.state === 'connecting') return venue.state;
  return venue.vetoed ? 'vetoed' : venue.state;
}
