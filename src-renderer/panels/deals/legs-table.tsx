import type { Deal } from '#shared/domain/deal';
import { plain, price } from '../../format/numbers.ts';
import { listingName, ORDER_KIND_WORDS } from '../../format/words.ts';

/** What each leg was planned to do and what it did, net of fees taken in the coin (EX-7). */
export function LegsTable({ deal }: { deal: Deal }) {
  return (
    <div className="cb-scroll-x">
      <table className="cb-table">
        <thead>
          <tr>
            <th scope="col">Leg</th>
            <th scope="col" className="cb-right">
              Planned
            </th>
            <th scope="col" className="cb-right">
              At
            </th>
            <th scope="col" className="cb-right">
              Executed, net
            </th>
            <th scope="col" className="cb-right">
              Average
            </th>
          </tr>
        </thead>
        <tbody>
          {deal.plan.legs.map((leg) => {
            const done = deal.legs.filter(({ listing, side }) => listing === leg.listing && side === leg.side);
            const [first] = done;
            return (
              <tr key={leg.index}>
                <th scope="row">
                  {leg.index + 1}, {leg.role}: {leg.side} {ORDER_KIND_WORDS[leg.kind]}
                  <span className="cb-help">{listingName(leg.listing)}</span>
                </th>
                <td className="cb-right cb-num">{plain(leg.quantity)}</td>
                <td className="cb-right cb-num">{price(leg.price)}</td>
                <td className="cb-right cb-num">{first === undefined ? '0' : plain(first.netBase)}</td>
                <td className="cb-right cb-num">{price(first?.averagePrice ?? null)}</td>
              </tr>
            );
          })}
          {deal.legs
            .filter(({ listing, side }) => !deal.plan.legs.some((leg) => leg.listing === listing && leg.side === side))
            .map((leg) => (
              <tr key={`${leg.listing} ${leg.side}`}>
                <th scope="row">
                  rescue: {leg.side}
                  <span className="cb-help">{listingName(leg.listing)}</span>
                </th>
                <td className="cb-right">not planned</td>
                <td />
                <td className="cb-right cb-num">{plain(leg.netBase)}</td>
                <td className="cb-right cb-num">{price(leg.averagePrice)}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}
