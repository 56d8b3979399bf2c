import type { Fill } from '#shared/domain/order';
import { plain, price } from '../../format/numbers.ts';
import { clockMsText } from '../../format/time.ts';
import { listingName } from '../../format/words.ts';

/** Every fill with its fee in the currency it was taken in. */
export function FillsTable({ fills }: { fills: readonly Fill[] }) {
  if (fills.length === 0) return <p className="cb-muted">None yet.</p>;
  return (
    <div className="cb-scroll-x">
      <table className="cb-table">
        <thead>
          <tr>
            <th scope="col">Fill</th>
            <th scope="col" className="cb-right">
              Quantity
            </th>
            <th scope="col" className="cb-right">
              Price
            </th>
            <th scope="col" className="cb-right">
              Fee
            </th>
          </tr>
        </thead>
        <tbody>
          {fills.map((fill) => (
            <tr
              key={`${fill.clientOrderId} ${fill.tradeId}`}
              title={`trade ${fill.tradeId}, order ${fill.clientOrderId}`}
            >
              <th scope="row">
                {fill.side} as {fill.liquidity}
                <span className="cb-help">
                  {listingName(fill.listing)}, {clockMsText(fill.atMs)}
                </span>
              </th>
              <td className="cb-right cb-num">{plain(fill.quantity)}</td>
              <td className="cb-right cb-num">{price(fill.price)}</td>
              <td className="cb-right cb-num">
                {plain(fill.fee)} {fill.feeCurrency}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
