import type { Venue } from '#shared/domain/ids';
import type { VenueStack } from '#shared/settings/settings';

/**
 * RO-5: what a role is worth when legs are chosen, bps. Small on purpose: it tips what is otherwise equal, and never
 * outweighs a cost that was measured.
 */
const ROLE_BPS = 0.1;

/** How well the roles fit an entry on one venue with its hedge on another: hedge on the anchor, enter on the divergence leg. */
export function roleFitBps(stack: VenueStack, entry: Venue, hedge: Venue): number {
  return (hedge === stack.anchor ? ROLE_BPS : 0) + (entry === stack.divergence ? ROLE_BPS : 0);
}

/** Order in which equal scores are ranked: anchor, divergence, derivatives, no role. */
export function roleRank(stack: VenueStack, venue: Venue): number {
  if (venue === stack.anchor) return 0;
  if (venue === stack.divergence) return 1;
  return venue === stack.derivatives ? 2 : 3;
}
