import { WATERFALL_PARTS, type Waterfall, type WaterfallPart } from '#shared/domain/waterfall';
import { type Decimal, decimal, toDouble, wire, ZERO } from '#shared/money/decimal';

/** Places after the point of a stored part, bps (CO-2). */
const PLACES = 6;

export interface WaterfallLine {
  /** Signed bps of notional: costs negative. */
  readonly bps: Decimal;
  readonly note: string;
}

/** CO-2: rounds each part first and sums the rounded ones, so that what is shown adds up exactly to the net edge. */
export function waterfallOf(lines: Readonly<Record<WaterfallPart, WaterfallLine>>): Waterfall {
  let net = ZERO;
  const parts = WATERFALL_PARTS.map((part) => {
    const bps = lines[part].bps.round(PLACES);
    net = net.plus(bps);
    return { part, bps: wire(bps), note: lines[part].note };
  });
  return { parts, netBps: wire(net) };
}

/** One part of a waterfall, signed bps. */
export function partOf(waterfall: Waterfall, part: WaterfallPart): Decimal {
  for (const row of waterfall.parts) if (row.part === part) return decimal(row.bps);
  return ZERO;
}

/** What is judged of a waterfall, as doubles; costs negative. */
export interface EdgeReading {
  readonly grossBps: number;
  readonly feesBps: number;
  readonly slippageBps: number;
  readonly latencyBps: number;
  readonly netBps: number;
}

export function readingOf(waterfall: Waterfall): EdgeReading {
  return {
    grossBps: toDouble(partOf(waterfall, 'gross')),
    feesBps: toDouble(partOf(waterfall, 'fees')),
    slippageBps: toDouble(partOf(waterfall, 'slippage')),
    latencyBps: toDouble(partOf(waterfall, 'latency')),
    netBps: Number(waterfall.netBps),
  };
}

export type EdgeReason = 'fees-kill' | 'slippage-kill' | 'latency-risk' | 'below-min-edge';

/** The first cost that kills an edge, in the order of the waterfall; `undefined` when the net edge is enough. */
export function edgeReason(edge: EdgeReading, minNetBps: number, maxSlippageBps: number): EdgeReason | undefined {
  const afterFees = edge.grossBps + edge.feesBps;
  if (afterFees <= 0) return 'fees-kill';
  if (-edge.slippageBps > maxSlippageBps || afterFees + edge.slippageBps <= 0) return 'slippage-kill';
  if (afterFees + edge.slippageBps + edge.latencyBps <= 0) return 'latency-risk';
  return edge.netBps < minNetBps ? 'below-min-edge' : undefined;
}

/** The sentence for {@link edgeReason}, with its numbers. */
export function edgeDetail(reason: EdgeReason, edge: EdgeReading, minNetBps: number, maxSlippageBps: number): string {
  const bps = (value: number) => value.toFixed(2);
  const afterFees = edge.grossBps + edge.feesBps;
  const afterSlippage = afterFees + edge.slippageBps;
  switch (reason) {
    case 'fees-kill':
      return `Fees of ${bps(-edge.feesBps)} bps take the gross edge of ${bps(edge.grossBps)} bps.`;
    case 'slippage-kill':
      return -edge.slippageBps > maxSlippageBps
        ? `Slippage of ${bps(-edge.slippageBps)} bps is over the limit of ${maxSlippageBps} bps.`
        : `Slippage of ${bps(-edge.slippageBps)} bps takes the ${bps(afterFees)} bps left after fees.`;
    case 'latency-risk':
      return `Latency risk of ${bps(-edge.latencyBps)} bps takes the ${bps(afterSlippage)} bps left after slippage.`;
    case 'below-min-edge':
      return `The net edge of ${bps(edge.netBps)} bps is below the minimum of ${minNetBps} bps.`;
  }
}
