import { WATERFALL_NAMES, type Waterfall, type WaterfallPart } from '#shared/domain/waterfall';
import { type Decimal, decimal, decimalsOf, toDouble, wire, ZERO } from '#shared/money/decimal';

export interface WaterfallRow {
  part: WaterfallPart | 'net';
  name: string;
  /** Signed bps, exact. */
  bps: string;
  /** What is left after this part, bps, exact. */
  left: string;
  note: string;
  /** The bar, as fractions 0..1 of the whole width. */
  from: number;
  to: number;
}

export interface WaterfallView {
  rows: WaterfallRow[];
  /** Where zero is, 0..1. */
  zero: number;
  /** Digits after the point that show every part exactly. */
  places: number;
  /** CO-2: the parts add up to the net exactly. False is a defect of the engine, and is said. */
  sums: boolean;
}

/** Lays a waterfall out: each part's bar starts where the one before ended; the net starts at zero. */
export function waterfallView({ parts, netBps }: Waterfall): WaterfallView {
  let left: Decimal = ZERO;
  const steps = parts.map(({ part, bps, note }) => {
    const before = left;
    left = left.plus(decimal(bps));
    return { part, bps, note, before: toDouble(before), after: toDouble(left), left: wire(left) };
  });
  const net = decimal(netBps);
  const ends = [0, toDouble(net), ...steps.flatMap(({ before, after }) => [before, after])];
  const low = Math.min(...ends);
  const span = Math.max(...ends) - low || 1;
  const at = (value: number) => (value - low) / span;
  const rows: WaterfallRow[] = steps.map(({ part, bps, note, before, after, left: rest }) => ({
    part,
    name: WATERFALL_NAMES[part],
    bps,
    left: rest,
    note,
    from: at(Math.min(before, after)),
    to: at(Math.max(before, after)),
  }));
  rows.push({
    part: 'net',
    name: WATERFALL_NAMES.net,
    bps: netBps,
    left: netBps,
    note: '',
    from: at(Math.min(0, toDouble(net))),
    to: at(Math.max(0, toDouble(net))),
  });
  const places = Math.min(
    6,
    Math.max(2, ...[...parts.map(({ bps }) => bps), netBps].map((bps) => decimalsOf(decimal(bps)))),
  );
  return { rows, zero: at(0), places, sums: left.eq(net) };
}
