import type { Runtime } from '#shared/contract/rows';
import { VENUE_NAMES } from '#shared/domain/ids';
import { plain, signed } from '../../format/numbers.ts';

/** IN-1: working inventory against its target; only what is here may be sold. */
export function InventoryTable({ inventory }: { inventory: Runtime['inventory'] }) {
  return (
    <>
      <h3>Inventory</h3>
      {inventory.length === 0 ? (
        <p className="cb-muted">None allocated, or not told yet.</p>
      ) : (
        <div className="cb-scroll-x cb-inventory">
          <table className="cb-table">
            <thead>
              <tr>
                <th scope="col">Venue</th>
                <th scope="col">Currency</th>
                <th scope="col" className="cb-right">
                  Held
                </th>
                <th scope="col" className="cb-right">
                  Available
                </th>
                <th scope="col" className="cb-right">
                  Target
                </th>
                <th scope="col" className="cb-right">
                  Drift
                </th>
              </tr>
            </thead>
            <tbody>
              {inventory.map(({ venue, currency, quantity, available, target, drift }) => (
                <tr key={`${venue} ${currency}`}>
                  <th scope="row">{VENUE_NAMES[venue]}</th>
                  <td>{currency}</td>
                  <td className="cb-right cb-num">{plain(quantity)}</td>
                  <td className="cb-right cb-num">{plain(available)}</td>
                  <td className="cb-right cb-num">{plain(target)}</td>
                  <td className="cb-right cb-num">{signed(drift)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}
