import { useMemo } from 'react';
import type { Waterfall } from '#shared/domain/waterfall';
import { bps, plain } from '../format/numbers.ts';
import { waterfallView } from '../format/waterfall.ts';
import { Mark } from './mark.tsx';

/** CO-2: from gross to net, each part exact and drawn where the one before it ended. */
export function WaterfallTable({ waterfall }: { waterfall: Waterfall }) {
  const { rows, zero, places, sums } = useMemo(() => waterfallView(waterfall), [waterfall]);
  return (
    <>
      <table className="cb-table cb-waterfall">
        <caption className="cb-hidden">Waterfall from gross to net edge, in bps of notional</caption>
        <thead>
          <tr>
            <th scope="col">Part</th>
            <th scope="col" className="cb-right">
              bps
            </th>
            <th scope="col" className="cb-right">
              Left
            </th>
            <th scope="col">From gross to net</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.part} className={row.part === 'net' ? 'cb-net' : undefined} title={row.note}>
              <th scope="row">{row.name}</th>
              <td className="cb-right cb-num">{bps(row.bps, places)}</td>
              <td className="cb-right cb-num cb-muted">{row.part === 'net' ? '' : plain(row.left, places)}</td>
              <td>
                <div className="cb-fall" aria-hidden="true">
                  <span className="cb-fall-zero" style={{ left: `${zero * 100}%` }} />
                  <span
                    className={`cb-fall-bar cb-fall-${barKind(row.part, row.bps)}`}
                    style={{ left: `${row.from * 100}%`, width: `${(row.to - row.from) * 100}%` }}
                  />
                </div>
                <span className="cb-help">{row.note}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {sums ? null : <Mark tone="bad">The parts do not add up to the net edge: do not trust this candidate.</Mark>}
    </>
  );
}

function barKind(part: string, value: string): 'gross' | 'net' | 'cost' {
  if (part === 'net') return 'net';
  return value.startsWith('-') ? 'cost' : 'gross';
}
