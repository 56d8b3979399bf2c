import type { VenueHealth } from '#shared/domain/market';
import type { ServiceRecord } from './service-record.ts';

export type HealthInput = VenueHealth['inputs'][number];

/**
 * Weights of the inputs (VH-1): exponents of a geometric mean, so that an input at its worst vetoes alone. Market data
 * counts most, because it is measured always and everything is decided on it.
 */
export const WEIGHTS: Readonly<Record<HealthInput['name'], number>> = {
  'fresh-share': 0.3,
  'event-lag': 0.15,
  'api-errors': 0.12,
  'round-trip': 0.08,
  reconnects: 0.1,
  'ack-time': 0.1,
  'order-rejects': 0.1,
  slippage: 0.05,
};

/** Readings at which an input is worst (0) are extreme; best (1) is what a good day looks like. */
const FRESH_LEAST_S = 2;
const LAG_GOOD_SHARE = 0.25;
const ROUND_TRIP_GOOD_MS = 250;
const ROUND_TRIP_WORST_MS = 3000;
const RECONNECTS_WORST = 6;
const ACK_GOOD_SHARE = 0.1;
const REJECTS_WORST_RATE = 0.5;
/**
 * Good outcomes that are taken for granted beside the recorded ones: a share of what fades would itself never fade, and
 * an outage that is over would be held against a venue until the next many calls.
 */
const GRANTED_CALLS = 3;
const GRANTED_ORDERS = 2;
/** Decayed counts below these are no evidence. */
const LEAST_CALLS = 1;
const LEAST_ORDERS = 3;
const LEAST_SLIPPAGES = 3;

/** Limits the worst readings are taken from. */
export interface HealthScales {
  readonly maxFeedLagMs: number;
  readonly ackDeadlineMs: number;
  readonly maxSlippageBps: number;
}

/** 1 at `good` or better, 0 at `worst` or beyond, straight between. */
function between(reading: number, good: number, worst: number): number {
  return Math.min(1, Math.max(0, (worst - reading) / (worst - good)));
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const milliseconds = (ms: number): string => `p95 ${ms.toFixed(0)} ms`;

/**
 * The eight inputs at `nowMs` (monotonic). An input without evidence has weight 0: it neither pretends to be perfect
 * nor punishes, and its reading says so.
 */
export function healthInputs(record: ServiceRecord, scales: HealthScales, nowMs: number): readonly HealthInput[] {
  const inputs: HealthInput[] = [];
  const put = (name: HealthInput['name'], evidence: boolean, score: number, reading: string) => {
    inputs.push(
      evidence
        ? { name, score, weight: WEIGHTS[name], reading }
        : { name, score: 0, weight: 0, reading: 'no evidence yet' },
    );
  };
  const watched = record.watchedS.at(nowMs);
  const share = watched > 0 ? record.freshS.at(nowMs) / watched : 0;
  put('fresh-share', watched >= FRESH_LEAST_S, share, `${percent(share)} of quotes fresh`);

  const lag = record.lagP95Ms;
  const lagScore = between(lag, scales.maxFeedLagMs * LAG_GOOD_SHARE, scales.maxFeedLagMs);
  put('event-lag', !Number.isNaN(lag), lagScore, milliseconds(lag));

  const calls = record.apiCalls.at(nowMs);
  const failing = record.apiFailures.at(nowMs) / (calls + GRANTED_CALLS);
  put(
    'api-errors',
    calls >= LEAST_CALLS,
    1 - failing,
    `${percent(record.apiFailures.at(nowMs) / calls)} of calls failed`,
  );

  const trips = record.roundTrip.weight(nowMs);
  const trip = record.roundTrip.quantile(0.95);
  put('round-trip', trips >= 0.5, between(trip, ROUND_TRIP_GOOD_MS, ROUND_TRIP_WORST_MS), milliseconds(trip));

  const reconnects = record.reconnects.at(nowMs);
  const reconnectScore = between(reconnects, 0, RECONNECTS_WORST);
  put('reconnects', watched > 0, reconnectScore, `${reconnects.toFixed(1)} reconnects of late`);

  const acks = record.acks.at(nowMs);
  const ack = record.ackTime.quantile(0.95);
  const ackScore = between(ack, scales.ackDeadlineMs * ACK_GOOD_SHARE, scales.ackDeadlineMs);
  put('ack-time', acks >= LEAST_ORDERS, ackScore, milliseconds(ack));

  const rejects = record.rejects.at(nowMs);
  const orders = acks + rejects;
  const rejecting = rejects / (orders + GRANTED_ORDERS);
  const rejectScore = between(rejecting, 0, REJECTS_WORST_RATE);
  put('order-rejects', orders >= LEAST_ORDERS, rejectScore, `${percent(rejects / orders)} of orders rejected`);

  const slips = record.slippageCount.at(nowMs);
  const excess = record.slippageExcess.at(nowMs) / (slips + GRANTED_ORDERS);
  const slippageScore = between(excess, 0, scales.maxSlippageBps);
  put(
    'slippage',
    slips >= LEAST_SLIPPAGES,
    slippageScore,
    `${(record.slippageExcess.at(nowMs) / slips).toFixed(2)} bps worse than expected`,
  );
  return inputs;
}

/**
 * Weighted geometric mean of the inputs that have evidence, 0 … 1. Without evidence on market data the score is 0:
 * nobody knows, and unknown is not healthy (FCL).
 */
export function healthScore(inputs: readonly HealthInput[]): number {
  const market = inputs.find(({ name }) => name === 'fresh-share');
  if (market === undefined || market.weight === 0) return 0;
  let logs = 0;
  let weights = 0;
  for (const { score, weight } of inputs) {
    if (weight === 0) continue;
    if (score === 0) return 0;
    logs += weight * Math.log(score);
    weights += weight;
  }
  return Math.exp(logs / weights);
}
