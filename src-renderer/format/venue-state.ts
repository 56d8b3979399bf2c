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
  return productDown(venue) ?? (venue.vetoed ? 'vetoed' : venue.state);
}

/** `perp stale`: the one product that is not well while another is; `null` when they are alike. */
function productDown({ products }: VenueStatus): string | null {
  const worse = products.find(({ state }) => state !== 'fresh');
  const differs = products.some(({ state }) => state !== worse?.state);
  return worse === undefined || !differs ? null : `${worse.product} ${worse.state}`;
}

/** Every product with its state, what is fresh of all, and the venue's own reason. */
export const venueTitle = ({ products, state, fresh, instruments, reason }: VenueStatus): string =>
  `${products.length === 0 ? state : products.map((one) => `${one.product} ${one.state}`).join(', ')}: ` +
  `${fresh} of ${instruments} instruments fresh. ${reason ?? ''}`;
