import type { Deal } from '#shared/domain/deal';
import { WATERFALL_NAMES } from '#shared/domain/waterfall';
import { decimal, wire, ZERO } from '#shared/money/decimal';
import { ProfitLoss } from '../../components/profit-loss.tsx';
import { signed } from '../../format/numbers.ts';

/** CO-3: each part as expected and as realised, USD, and their difference; better than expected is up. */
export function CostsTable({ costs, closed }: { costs: Deal['costs']; closed: boolean }) {
  if (costs.length === 0) return <p className="cb-muted">Nothing was booked yet.</p>;
  const total = (read: (line: Deal['costs'][number]) => string) =>
    costs.reduce((sum, line) => sum.plus(decimal(read(line))), ZERO);
  const expected = total(({ expectedUsd }) => expectedUsd);
  const realised = total(({ realisedUsd }) => realisedUsd);
  return (
    <table className="cb-table">
      <thead>
        <tr>
          <th scope="col">Part</th>
          <th scope="col" className="cb-right">
            Expected, USD
          </th>
          <th scope="col" className="cb-right">
            Realised{closed ? '' : ' so far'}, USD
          </th>
          <th scope="col" className="cb-right">
            Difference, USD
          </th>
        </tr>
      </thead>
      <tbody>
        {costs.map(({ part, expectedUsd, realisedUsd }) => (
          <tr key={part}>
            <th scope="row">{WATERFALL_NAMES[part]}</th>
            <td className="cb-right cb-num">{signed(expectedUsd, 4)}</td>
            <td className="cb-right cb-num">{signed(realisedUsd, 4)}</td>
            <td className="cb-right">
              <ProfitLoss value={wire(decimal(realisedUsd).minus(decimal(expectedUsd)))} places={4} />
            </td>
          </tr>
        ))}
        <tr className="cb-net">
          <th scope="row">Sum</th>
          <td className="cb-right cb-num">{signed(wire(expected), 4)}</td>
          <td className="cb-right cb-num">{signed(wire(realised), 4)}</td>
          <td className="cb-right">
            <ProfitLoss value={wire(realised.minus(expected))} places={4} />
          </td>
        </tr>
      </tbody>
    </table>
  );
}
