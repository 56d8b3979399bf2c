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
 * Chance that a resting entry fills before the divergence ends. Both waiting times are taken as exponential, so it is
 * lifetime / (lifetime + wait). Without a usable lifetime it is not known: NaN.
 */
export function fillChance(lifetimeMs: number, waitMs: number): number {
  return lifetimeMs > 0 && Number.isFinite(lifetimeMs) ? lifetimeMs / (lifetimeMs + waitMs) : Number.NaN;
}

/**
 * RO-2: resting against taking. Expected decay = net edge of resting × chance that the divergence ends first; extra
 * cost of taking = net edge of resting − net edge of taking. Taking is chosen only when the decay is the larger, or
 * when only taking pays; where `makerFirst` is off, whenever it pays. Without a measured lifetime the decay is taken as
 * 0: an unmeasured decay is no reason to pay more, and a resting entry ends with its edge (RO-6).
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
  const known = fillChance(maker.lifetimeMs, maker.expectedWaitMs);
  const chance = Number.isNaN(known) ? 1 : known;
  const decayBps = Math.max(0, maker.netBps) * (1 - chance);
  const measured =
    `wait ${(maker.expectedWaitMs / 1000).toFixed(1)} s from ${maker.waitEvidence} orders, ` +
    `lifetime ${Number.isNaN(known) ? 'not measured' : `${(maker.lifetimeMs / 1000).toFixed(1)} s`} (${maker.lifetimeSource})`;
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
