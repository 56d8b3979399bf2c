import { useMemo } from 'react';
import type { MarketRow } from '#shared/contract/rows';
import type { FundingSettlement } from '#shared/domain/funding';
import { decimal, wire } from '#shared/money/decimal';
import { Card } from '../../components/card.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { ProfitLoss } from '../../components/profit-loss.tsx';
import { usePolled } from '../../components/use-polled.ts';
import { intervalText } from '../../format/funding.ts';
import { dateTimeText } from '../../format/time.ts';
import { listingName } from '../../format/words.ts';
import { FundingChart } from './funding-chart.tsx';

const LIMIT = 120;
/** Settlements are hours apart; a minute is soon enough. */
const EVERY_MS = 60_000;
const NO_ROWS: readonly FundingSettlement[] = [];
const HUNDRED = decimal('100');

/** What was paid on the chosen perpetual, newest first (MD-7). */
export function FundingCard({ row }: { row: MarketRow }) {
  const perpetual = row.feed.endsWith(':perp');
  const { data, failure } = usePolled(
    'funding.history',
    perpetual ? { listing: row.listing, limit: LIMIT } : null,
    EVERY_MS,
  );
  const rows = data?.listing === row.listing ? data.rows : null;
  const drawn = rows ?? NO_ROWS;
  const newest = useMemo(() => [...drawn].reverse(), [drawn]);
  return (
    <Card
      title={perpetual ? `Funding history of ${listingName(row.listing)}` : 'Funding history'}
      className="cb-area-funding"
    >
      {perpetual ? <FailureNote failure={failure} /> : null}
      {perpetual && rows !== null && rows.length > 0 ? (
        <>
          {rows.length < 2 ? null : <FundingChart rows={rows} />}
          <div className="cb-scroll-y">
            <table className="cb-table">
              <caption className="cb-hidden">Settled funding, newest first</caption>
              <thead>
                <tr>
                  <th scope="col">Settled, UTC</th>
                  <th scope="col" className="cb-right">
                    Rate, % of notional
                  </th>
                  <th scope="col" className="cb-right">
                    Interval
                  </th>
                </tr>
              </thead>
              <tbody>
                {newest.map(({ settledAtMs, rate, intervalMs }) => (
                  <tr key={settledAtMs}>
                    <td className="cb-num">{dateTimeText(settledAtMs)}</td>
                    <td className="cb-right">
                      <ProfitLoss value={wire(decimal(rate).times(HUNDRED))} places={4} />
                    </td>
                    <td className="cb-right cb-num">{intervalText(intervalMs)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      ) : (
        <p className="cb-muted">{emptyText(perpetual, rows !== null)}</p>
      )}
    </Card>
  );
}

function emptyText(perpetual: boolean, known: boolean): string {
  if (!perpetual) return 'Spot pays no funding. Choose a perpetual above.';
  return known ? 'The venue has told of no settlement yet.' : 'The history is being read.';
}
