import type { ReactNode } from 'react';
import type { AccountRow } from '#shared/contract/accounts';
import type { Account } from '#shared/domain/account';
import { feedName } from '#shared/domain/ids';
import { Card } from '../../components/card.tsx';
import { ProfitLoss } from '../../components/profit-loss.tsx';
import { DASH, plain } from '../../format/numbers.ts';

interface ReadingCardProps {
  title: string;
  reading: { readonly value: readonly unknown[] | null; readonly atMs: number | null; readonly problem: string | null };
  /** Said when it was read and there is nothing. */
  none: string;
  children: ReactNode;
}

/** What was read of a venue, with its age; why it is missing or old. */
function ReadingCard({ title, reading, none, children }: ReadingCardProps) {
  return (
    <Card title={title} trueAtMs={reading.atMs}>
      {reading.problem === null ? null : <p className="cb-tone-warn">Cannot be read now: {reading.problem}</p>}
      {reading.value === null ? (
        <p className="cb-muted">Not read yet.</p>
      ) : reading.value.length === 0 ? (
        <p className="cb-muted">{none}</p>
      ) : (
        <div className="cb-scroll-x">{children}</div>
      )}
    </Card>
  );
}

/** IN-1: what lies on the account, and how much of it deals may use. */
export function HoldingsTable({
  reading,
  inventory,
}: {
  reading: AccountRow['balances'];
  inventory: Account['inventory'];
}) {
  return (
    <ReadingCard title="Balances" reading={reading} none="The account holds nothing.">
      <table className="cb-table">
        <thead>
          <tr>
            <th scope="col">Currency</th>
            <th scope="col">Wallet</th>
            <th scope="col" className="cb-right">
              Free
            </th>
            <th scope="col" className="cb-right">
              In orders
            </th>
            <th scope="col" className="cb-right">
              Working inventory
            </th>
          </tr>
        </thead>
        <tbody>
          {(reading.value ?? []).map(({ wallet, currency, free, locked }) => (
            <tr key={`${wallet} ${currency}`}>
              <th scope="row">{currency}</th>
              <td>{wallet}</td>
              <td className="cb-right cb-num">{plain(free)}</td>
              <td className="cb-right cb-num">{plain(locked)}</td>
              <td className="cb-right cb-num">
                {plain(inventory.find((line) => line.currency === currency)?.quantity ?? '0')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ReadingCard>
  );
}

export function PositionsTable({ reading }: { reading: AccountRow['positions'] }) {
  return (
    <ReadingCard title="Positions" reading={reading} none="No position is open.">
      <table className="cb-table">
        <thead>
          <tr>
            <th scope="col">Instrument</th>
            <th scope="col">Side</th>
            <th scope="col" className="cb-right">
              Quantity
            </th>
            <th scope="col" className="cb-right">
              Entry
            </th>
            <th scope="col" className="cb-right">
              Mark
            </th>
            <th scope="col" className="cb-right">
              Liquidation
            </th>
            <th scope="col" className="cb-right">
              Unrealised
            </th>
            <th scope="col" className="cb-right">
              Leverage
            </th>
          </tr>
        </thead>
        <tbody>
          {(reading.value ?? []).map((row) => (
            <tr key={`${row.feed} ${row.instrument} ${row.side}`}>
              <th scope="row">{row.instrument}</th>
              <td>{row.side}</td>
              <td className="cb-right cb-num">{plain(row.quantity)}</td>
              <td className="cb-right cb-num">{orDash(row.entryPrice)}</td>
              <td className="cb-right cb-num">{orDash(row.markPrice)}</td>
              <td className="cb-right cb-num">{orDash(row.liquidationPrice)}</td>
              <td className="cb-right">
                <ProfitLoss value={row.unrealised} />
              </td>
              <td className="cb-right cb-num">
                {row.leverage === null ? DASH : `${plain(row.leverage)}×`} {row.marginMode ?? ''}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ReadingCard>
  );
}

/** EX-12: orders that Crossbook did not make. */
export function OrdersTable({ reading }: { reading: AccountRow['externalOrders'] }) {
  return (
    <ReadingCard title="External orders" reading={reading} none="No order of anyone else is open.">
      <table className="cb-table">
        <thead>
          <tr>
            <th scope="col">Order</th>
            <th scope="col">Product</th>
            <th scope="col">Instrument</th>
            <th scope="col">Side</th>
            <th scope="col" className="cb-right">
              Quantity
            </th>
            <th scope="col" className="cb-right">
              Filled
            </th>
            <th scope="col" className="cb-right">
              Price
            </th>
          </tr>
        </thead>
        <tbody>
          {(reading.value ?? []).map((row) => (
            <tr key={`${row.feed} ${row.venueOrderId}`}>
              <th scope="row" className="cb-num">
                {row.venueOrderId}
              </th>
              <td>{feedName(row.feed)}</td>
              <td>{row.instrument}</td>
              <td>{row.side}</td>
              <td className="cb-right cb-num">{plain(row.quantity)}</td>
              <td className="cb-right cb-num">{plain(row.filled)}</td>
              <td className="cb-right cb-num">{orDash(row.price)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ReadingCard>
  );
}

const orDash = (value: string | null): string => (value === null ? DASH : plain(value));
