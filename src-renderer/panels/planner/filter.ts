import { feedOfListing, type ListingId, VENUE_NAMES, venueOf } from '#shared/domain/ids';
import type { Candidate } from '#shared/domain/plan';
import { listingName, verdictSentence } from '../../format/words.ts';
import type { PlannerFilter } from '../../store/ui-state.ts';

const venueOfListing = (id: ListingId) => venueOf(feedOfListing(id));

/** True when the candidate is to be shown: every set part of the filter must hold, every typed word must occur. */
export function matches(candidate: Candidate, filter: PlannerFilter): boolean {
  const { base, venue, verdict, reason, text } = filter;
  if (base !== 'all' && candidate.base !== base) return false;
  if (venue !== 'all' && venueOfListing(candidate.buy) !== venue && venueOfListing(candidate.sell) !== venue)
    return false;
  if (verdict !== 'all' && candidate.verdict.kind !== verdict) return false;
  if (reason !== 'all' && (candidate.verdict.kind !== 'reject' || candidate.verdict.reason !== reason)) return false;
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const haystack = [
    candidate.base,
    candidate.profile,
    listingName(candidate.buy),
    listingName(candidate.sell),
    VENUE_NAMES[venueOfListing(candidate.buy)],
    candidate.verdict.kind === 'reject' ? candidate.verdict.reason : 'planned',
    verdictSentence(candidate.verdict),
  ]
    .join(' ')
    .toLowerCase();
  return words.every((word) => haystack.includes(word));
}
