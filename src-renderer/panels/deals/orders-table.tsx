import type { OrderRow } from '#shared/domain/deal';
import { Mark, type Tone } from '../../components/mark.tsx';
import { plain, price } from '../../format/numbers.ts';
import { clockMsText } from '../../format/time.ts';
import { listingName, ORDER_KIND_WORDS, ORDER_STATE_WORDS, PURPOSE_WORDS } from '../../format/words.ts';

function orderTone(order: OrderRow): Tone {
  if (order.inDoubt || order.state === 'quarantined') return 'bad';
  if (order.state === 'rejected') return 'warn';
  return order.state === 'filled' ? 'good' : 'quiet';
}

/** Every order of the deal; one in doubt says so: nobody guesses what the venue did (EX-3). */
export function OrdersTable({ orders }: { orders: readonly OrderRow[] }) {
  if (orders.length === 0) return <p className="cb-muted">None sent yet.</p>;
  return (
    <div className="cb-scroll-x">
      <table className="cb-table">
        <thead>
          <tr>
            <th scope="col">Order</th>
            <th scope="col" className="cb-right">
              Limit
            </th>
            <th scope="col" className="cb-right">
              Filled
            </th>
            <th scope="col" className="cb-right">
              Average
            </th>
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          {orders.map((order) => (
            <tr
              key={order.clientOrderId}
              title={`client id ${order.clientOrderId}, venue id ${order.venueOrderId ?? 'not told'}`}
            >
              <th scope="row">
                {PURPOSE_WORDS[order.purpose]}: {order.side} {ORDER_KIND_WORDS[order.kind]}
                <span className="cb-help">
                  {listingName(order.listing)}, {clockMsText(order.createdAtMs)}
                </span>
              </th>
              <td className="cb-right cb-num">{price(order.price)}</td>
              <td className="cb-right cb-num">
                {plain(order.filled)}
                <span className="cb-help">of {plain(order.quantity)}</span>
              </td>
              <td className="cb-right cb-num">{price(order.averagePrice)}</td>
              <td>
                <Mark tone={orderTone(order)}>
                  {ORDER_STATE_WORDS[order.state]}
                  {order.inDoubt ? ', IN DOUBT' : ''}
                </Mark>
                {order.reason === null ? null : <span className="cb-help">{order.reason}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
