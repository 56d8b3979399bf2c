import type { ListingId } from '#shared/domain/ids';
import type { Alternate } from '#shared/domain/plan';
import { REJECT_SENTENCES } from '#shared/domain/reject';
import { plain } from '../format/numbers.ts';
import { listingName } from '../format/words.ts';
import { Mark } from './mark.tsx';

/** RO-3: who else could have served each leg, best first. The score is expected total cost in bps: lower is better. */
export function AlternatesTable({
  alternates,
  chosen,
}: {
  alternates: readonly Alternate[];
  chosen: readonly ListingId[];
}) {
  if (alternates.length === 0) return <p className="cb-muted">Venues were not scored for it.</p>;
  return (
    <div className="cb-scroll-x">
      <table className="cb-table">
        <thead>
          <tr>
            <th scope="col">Leg</th>
            <th scope="col">Book</th>
            <th scope="col" className="cb-right">
              Score
            </th>
            <th scope="col" className="cb-right">
              Fee
            </th>
            <th scope="col" className="cb-right">
              Slippage
            </th>
            <th scope="col" className="cb-right">
              Latency
            </th>
            <th scope="col" className="cb-right">
              Reliability
            </th>
          </tr>
        </thead>
        <tbody>
          {alternates.map((row) => (
            <tr key={`${row.leg} ${row.listing}`}>
              <td>{row.leg + 1}</td>
              <th scope="row" title={row.reason === null ? undefined : REJECT_SENTENCES[row.reason]}>
                {listingName(row.listing)}
                <span className="cb-use">
                  <UseWord row={row} chosen={chosen.includes(row.listing)} />
                </span>
              </th>
              <td className="cb-right cb-num">{row.score.toFixed(2)}</td>
              <td className="cb-right cb-num">{plain(row.feeBps, 2)}</td>
              <td className="cb-right cb-num">{row.slippageBps.toFixed(2)}</td>
              <td className="cb-right cb-num">{row.latencyBps.toFixed(2)}</td>
              <td className="cb-right cb-num">{row.reliabilityBps.toFixed(2)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function UseWord({ row, chosen }: { row: Alternate; chosen: boolean }) {
  if (chosen) return <Mark tone="good">chosen</Mark>;
  if (row.eligible) return <Mark tone="quiet">alternate</Mark>;
  return <Mark tone="warn">{row.reason ?? 'not eligible'}</Mark>;
}
