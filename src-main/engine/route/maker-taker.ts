import type { MakerTaker } from '#shared/domain/plan';

export interface Waiting {
  /** Net edge of the resting entry, bps of notional. */
  readonly netBps: number;
  readonly expectedWaitMs: number;
  readonly waitEvidence: number;
  readonly lifetimeMs: number;
  readonly lifetimeSource: string;
}

/**
 * Chance that a resting entry fills before the divergence ends. Both times are taken as exponential, so it is
 * lifetime / (lifetime + wait).
 */
export const fillChance = (lifetimeMs: number, waitMs: number): number =>
  lifetimeMs > 0 ? lifetimeMs / (lifetimeMs + waitMs) : 0;

/**
 * RO-2: resting against taking. Expected decay = net edge of resting × chance that the divergence ends first; extra
 * cost of taking = net edge of resting − net edge of taking. Taking is chosen only when the decay is the larger, or
 * when only taking pays; where `makerFirst` is off, whenever it pays.
 */
export function compare(
  maker: Waiting | undefined,
  takerNetBps: number | undefined,
  makerFirst: boolean,
): MakerTaker | undefined {
  if (maker === undefined) {
    if (takerNetBps === undefined) return undefined;
    return record('taker', 0, 1, 0, 0, 'resting does not pay here');
  }
  const chance = fillChance(maker.lifetimeMs, maker.expectedWaitMs);
  const decayBps = Math.max(0, maker.netBps) * (1 - chance);
  const measured =
    `wait ${(maker.expectedWaitMs / 1000).toFixed(1)} s from ${maker.waitEvidence} orders, ` +
    `lifetime ${(maker.lifetimeMs / 1000).toFixed(1)} s (${maker.lifetimeSource})`;
  if (takerNetBps === undefined) {
    return record('maker', maker.expectedWaitMs, chance, decayBps, 0, `${measured}; taking does not pay here`);
  }
  const extra = maker.netBps - takerNetBps;
  const taking = makerFirst ? decayBps > extra : true;
  return record(taking ? 'taker' : 'maker', maker.expectedWaitMs, chance, decayBps, extra, measured);
}

function record(
  chosen: MakerTaker['chosen'],
  expectedWaitMs: number,
  fillProbability: number,
  decayBps: number,
  extraTakerCostBps: number,
  evidence: string,
): MakerTaker {
  const six = (value: number) => Number(value.toFixed(6));
  return {
    chosen,
    expectedWaitMs: six(expectedWaitMs),
    fillProbability: six(fillProbability),
    decayBps: six(decayBps),
    extraTakerCostBps: six(extraTakerCostBps),
    evidence,
  };
}
