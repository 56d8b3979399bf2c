import type { AccountRow } from '#shared/contract/accounts';
import { entityOf } from '#shared/domain/entities';
import { feedName } from '#shared/domain/ids';
import { Age } from '../../components/age.tsx';
import { Card } from '../../components/card.tsx';
import { KeyFindings } from '../../components/key-findings.tsx';
import { FeedMark, ModeMark } from './accounts-table.tsx';
import { CapabilitiesTable } from './capabilities-table.tsx';
import { HoldingsTable, OrdersTable, PositionsTable } from './readings.tsx';

const STREAMS = { off: 'off', connecting: 'connecting', live: 'live', lost: 'lost' } as const;

/** One account: how each product stands and why, what lies on it, what the venue guarantees. */
export function AccountDetail({ row }: { row: AccountRow }) {
  const { account, feeds, balances, positions, externalOrders, fees } = row;
  const here = entityOf(account.venue, account.entity);
  return (
    <>
      <Card title={`${account.label}: products`}>
        {here?.test === true ? (
          <p>
            <ModeMark account={account} /> network {here.name}: what lies there is play money, and nothing is traded on
            it.
          </p>
        ) : null}
        {feeds.map((feed) => (
          <section key={feed.feed} aria-label={feedName(feed.feed)}>
            <p>
              <FeedMark feed={feed} />
              {feed.reason === '' ? null : <span> {feed.reason}</span>}
              <span className="cb-muted">
                {' '}
                Private stream {STREAMS[feed.privateStream]}
                {feed.heardAtMs === null ? null : (
                  <>
                    , heard <Age atMs={feed.heardAtMs} /> ago
                  </>
                )}
                .
              </span>
            </p>
            {feed.health === null ? null : <KeyFindings health={feed.health} />}
          </section>
        ))}
      </Card>
      <div className="cb-column">
        <HoldingsTable reading={balances} inventory={account.inventory} />
        {account.products.includes('perp') ? <PositionsTable reading={positions} /> : null}
        <OrdersTable reading={externalOrders} />
        <CapabilitiesTable feeds={feeds} fees={fees} />
      </div>
    </>
  );
}
