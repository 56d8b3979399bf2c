import type { ListingId } from '#shared/domain/ids';
import { feedOfListing, venueOf } from '#shared/domain/ids';
import type { Plan, PlanLeg, RescueStep } from '#shared/domain/plan';
import { WATERFALL_PARTS } from '#shared/domain/waterfall';

export interface PlanSketch {
  readonly entry: {
    readonly listing: ListingId;
    readonly side: 'buy' | 'sell';
    readonly price: string;
    readonly limit: string;
  };
  readonly hedge: { readonly listing: ListingId; readonly price: string; readonly limit: string };
  readonly quantity: string;
  readonly kind?: 'post-only' | 'ioc';
  /** Touches the plan saw: bid and ask. */
  readonly touches: readonly (readonly [listing: ListingId, bid: string, ask: string])[];
  readonly rescue?: readonly RescueStep[];
  readonly carried?: boolean;
  readonly atMs: number;
}

/** A plan as the planner writes one, from what matters to execution. Notional: quantity × entry price. */
export function planOf(sketch: PlanSketch): Plan {
  const { entry, hedge, quantity } = sketch;
  const leg = (
    index: number,
    role: PlanLeg['role'],
    of: { listing: ListingId; price: string; limit: string },
    side: 'buy' | 'sell',
    kind: PlanLeg['kind'],
  ): PlanLeg => ({
    index,
    role,
    venue: venueOf(feedOfListing(of.listing)),
    account: 'paper',
    listing: of.listing,
    side,
    kind,
    quantity,
    price: of.price,
    limitPrice: of.limit,
    feeBps: '2',
  });
  const away = entry.side === 'buy' ? 'sell' : 'buy';
  return {
    id: 'plan-1',
    profile: 'default',
    strategy: 'spread',
    base: 'BTC',
    atMs: sketch.atMs,
    expiresAtMs: sketch.atMs + 20_000,
    quantity,
    notionalUsd: String(Number(quantity) * Number(entry.price)),
    expectedNetUsd: '1',
    worstLossUsd: '10',
    legs: [leg(0, 'entry', entry, entry.side, sketch.kind ?? 'ioc'), leg(1, 'hedge', hedge, away, 'ioc')],
    waterfall: {
      parts: WATERFALL_PARTS.map((part) => ({
        part,
        bps: part === 'gross' ? '10' : part === 'fees' ? '-4' : '0',
        note: '',
      })),
      netBps: '6',
    },
    conversion: {
      from: 'USD',
      to: 'USD',
      rate: '1',
      through: [],
      handling: sketch.carried === true ? 'carried' : 'none',
      ageMs: 0,
    },
    makerTaker: {
      chosen: sketch.kind === 'post-only' ? 'maker' : 'taker',
      expectedWaitMs: 1000,
      fillProbability: 0.5,
      decayBps: 1,
      extraTakerCostBps: 1,
      evidence: 'test',
    },
    alternates: [],
    protectiveExit: { kind: 'hedge-with-unwind', sentence: 'hedged, else undone' },
    rescue: [...(sketch.rescue ?? [])],
    inputs: sketch.touches.map(([listing, bid, ask]) => ({
      listing,
      bid,
      bidSize: '1',
      ask,
      askSize: '1',
      venueTimeMs: null,
      receivedAtMs: sketch.atMs,
      ageMs: 10,
      sequence: null,
      health: 1,
    })),
    confidence: 0.9,
  };
}

/** The ladder of EX-8 for a long entry: retry, elsewhere, unwind, unwind wide, hold. */
export function ladderOf(
  hedge: ListingId,
  entry: ListingId,
  bounds: {
    readonly retry: string;
    readonly elsewhere?: readonly [ListingId, string];
    readonly unwind: string;
    readonly wide: string;
  },
  side: 'buy' | 'sell' = 'sell',
): RescueStep[] {
  const rung = (
    action: RescueStep['action'],
    leg: number,
    listing: ListingId,
    bound: string,
    attempts: number,
  ): RescueStep => ({
    action,
    leg,
    listing,
    side,
    bound,
    attempts,
  });
  return [
    rung('retry-hedge', 1, hedge, bounds.retry, 2),
    ...(bounds.elsewhere === undefined
      ? []
      : [rung('hedge-elsewhere', 1, bounds.elsewhere[0], bounds.elsewhere[1], 1)]),
    rung('unwind', 0, entry, bounds.unwind, 2),
    rung('unwind-wide', 0, entry, bounds.wide, 2),
    { action: 'hold', leg: 1, listing: null, side: null, bound: null, attempts: 0 },
  ];
}
