import type { VenueFailure } from '#engine/ports';
import type { ListingId } from '#shared/domain/ids';

/** It was not asked for at all: the venue lacks it, or it is not to be sent. */
export const refused = (code: string, message: string): VenueFailure => ({
  kind: 'rejected',
  code,
  message,
  retryAtMonoMs: null,
});

export const unknownListing = (id: ListingId | null): VenueFailure =>
  refused('CATALOGUE_UNKNOWN', `${id ?? 'the instrument'} is not in the catalogue`);

/** Something broke on the way: nobody can say what the venue did. */
export const unclear = (error: unknown): VenueFailure => ({
  kind: 'in-doubt',
  code: 'UNCLEAR',
  message: error instanceof Error ? error.message : String(error),
  retryAtMonoMs: null,
});

/**
 * EX-3: the venue, or we before anything left, definitely did not create it. A key that was turned away counts only by a
 * code of the venue's own; all else is in doubt.
 */
export function definitelyNot({ kind, code }: VenueFailure): boolean {
  if (kind === 'rejected' || kind === 'rate-limit') return true;
  return kind === 'authentication' && code !== '' && !code.startsWith('HTTP_');
}
