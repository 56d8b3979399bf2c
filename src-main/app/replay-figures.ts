import type { VirtualRun } from './virtual-run.ts';

/** What only the engine's books of account know at the end of a replay. */
export const replayFigures = ({ engine, recorder }: VirtualRun) => ({
  candidates: engine.counts().found,
  openDeals: engine.deals().filter((deal) => deal.closedAtMs === null),
  decisionsHash: recorder.decisionsHash(),
  pnlUsd: engine.portfolio.totalResultUsd(),
  maxDrawdownPct: engine.totals().maxDrawdownPct,
});
