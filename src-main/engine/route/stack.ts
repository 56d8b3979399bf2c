import { VENUE_NAMES, VENUES, type Venue } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import { bpsOf, decimal, ONE, toDouble } from '#shared/money/decimal';
import type { MarketView } from '../market/view.ts';
import { reliabilityBps } from '../plan/costs.ts';
import type { HealthView } from '../risk/health-view.ts';
import { termsOf } from '../risk/listing-terms.ts';

/** RO-5: one proposed role with what it was measured on; no venue where nothing could be measured. */
export interface RoleProposal {
  readonly role: 'anchor' | 'derivatives' | 'divergence';
  readonly venue: Venue | null;
  readonly reason: string;
}

interface Reading {
  readonly venue: Venue;
  /** Median over its instruments: taker fee + half the spread, plus the reliability penalty, bps. */
  readonly costBps: number;
  readonly feeBps: number;
  /** Median distance of its mids from the composite, bps. */
  readonly apartBps: number;
  readonly health: number;
  readonly instruments: number;
}

/**
 * RO-5: the stack until the user chooses. Anchor: the cheapest venue to take on, health included. Derivatives: the
 * cheapest with perpetuals, other than the anchor where there is a choice. Divergence: of the others, the one whose
 * prices stand furthest from the composite. Ties go by venue order. Only enabled, unvetoed venues with fresh quotes.
 */
export function proposeStack(market: MarketView, health: HealthView): readonly RoleProposal[] {
  const spot = readings(market, health, 'spot');
  const perps = readings(market, health, 'perp');
  const anchor = least(spot, (reading) => reading.costBps);
  const derivatives = least(
    perps.length > 1 ? perps.filter((reading) => reading.venue !== anchor?.venue) : perps,
    (reading) => reading.costBps,
  );
  const divergence = least(
    spot.filter((reading) => reading.venue !== anchor?.venue),
    (reading) => -reading.apartBps,
  );
  const cost = (reading: Reading) =>
    `${reading.costBps.toFixed(2)} bps to take (fee ${reading.feeBps.toFixed(2)} bps), health ${reading.health.toFixed(2)}, ` +
    `over ${reading.instruments} fresh instruments`;
  return [
    proposal('anchor', anchor, 'No venue has fresh spot quotes.', (found) => `Cheapest: ${cost(found)}.`),
    proposal(
      'derivatives',
      derivatives,
      'No perpetuals are quoted, so no venue can be measured for them.',
      (found) => `Cheapest with perpetuals: ${cost(found)}.`,
    ),
    proposal(
      'divergence',
      divergence,
      'No second venue has fresh spot quotes.',
      (found) => `Furthest from the composite: ${found.apartBps.toFixed(2)} bps; ${cost(found)}.`,
    ),
  ];
}

function proposal(
  role: RoleProposal['role'],
  found: Reading | undefined,
  none: string,
  why: (found: Reading) => string,
): RoleProposal {
  if (found === undefined) return { role, venue: null, reason: none };
  return { role, venue: found.venue, reason: `${VENUE_NAMES[found.venue]}. ${why(found)}` };
}

function readings(market: MarketView, health: HealthView, product: Listing['product']): readonly Reading[] {
  // One composite a coin: it weighs every book of the coin, and each venue lists most of them.
  const fair = new Map(market.bases().map((base) => [base, market.composite(base)?.mid]));
  const found: Reading[] = [];
  for (const venue of VENUES) {
    const score = health.score(venue);
    if (!market.venueEnabled(venue) || health.vetoed(venue) || !Number.isFinite(score)) continue;
    const costs: number[] = [];
    const fees: number[] = [];
    const apart: number[] = [];
    for (const listing of market.listings()) {
      if (listing.venue !== venue || listing.product !== product || !market.freshness(listing.id).fresh) continue;
      const measured = measure(market, listing, fair.get(listing.base));
      if (measured === undefined) continue;
      costs.push(measured.feeBps + measured.halfSpreadBps);
      fees.push(measured.feeBps);
      apart.push(measured.apartBps);
    }
    if (costs.length === 0) continue;
    found.push({
      venue,
      costBps: median(costs) + reliabilityBps(score, 1),
      feeBps: median(fees),
      apartBps: median(apart),
      health: score,
      instruments: costs.length,
    });
  }
  return found;
}

function measure(market: MarketView, listing: Listing, composite: string | undefined) {
  const touch = market.snapshot(listing.id);
  const usd = market.convert(listing.quote, 'USD', ONE);
  if (touch === undefined || composite === undefined || !usd.ok) return undefined;
  const mid = decimal(touch.bid).plus(decimal(touch.ask)).times(decimal('0.5'));
  const half = decimal(touch.ask).minus(mid);
  const fair = decimal(composite);
  return {
    feeBps: termsOf(listing).takerFeeBpsDouble,
    halfSpreadBps: toDouble(bpsOf(half, mid)),
    apartBps: Math.abs(toDouble(bpsOf(mid.times(usd.value.midRate).minus(fair), fair))),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

function least(all: readonly Reading[], by: (reading: Reading) => number): Reading | undefined {
  let best: Reading | undefined;
  for (const reading of all) if (best === undefined || by(reading) < by(best)) best = reading;
  return best;
}
