import type { VenueCapabilities } from '../ports.ts';

/**
 * EX-14: an entry may rest only where something at the venue ends it when we are gone: its own expiry, or a dead-man.
 * `connection` dead-men end it when the connection is lost, which is as good.
 */
export const mayRest = ({ orderKinds, venueExpiry, deadMan }: VenueCapabilities): boolean =>
  orderKinds.includes('post-only') && (venueExpiry || deadMan !== null);
