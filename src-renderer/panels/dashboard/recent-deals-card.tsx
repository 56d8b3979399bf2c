import { useMemo } from 'react';
import { Card } from '../../components/card.tsx';
import { DealLink } from '../../components/deal-link.tsx';
import { ProfitLoss } from '../../components/profit-loss.tsx';
import { usd } from '../../format/numbers.ts';
import { clockText } from '../../format/time.ts';
import { OUTCOME_WORDS, routeName } from '../../format/words.ts';
import { useAppSelector } from '../../store/hooks.ts';
import { selectDeals } from '../../store/selectors.ts';

const SHOWN = 10;

/** The last closed deals, newest first. */
export function RecentDealsCard() {
  const deals = useAppSelector(selectDeals);
  const known = useAppSelector((state) => state.deals.known);
  const closed = useMemo(() => deals.filter(({ state }) => state === 'closed').slice(0, SHOWN), [deals]);
  return (
    <Card title="Recent deals" className="cb-area-recent" pushed={known}>
      {closed.length === 0 ? (
        <p className="cb-muted">{known ? 'No deal was closed yet.' : 'Unknown until the engine answers.'}</p>
      ) : (
        <div className="cb-scroll-x">
          <table className="cb-table">
            <thead>
              <tr>
                <th scope="col">Closed, UTC</th>
                <th scope="col">Deal</th>
                <th scope="col">Base</th>
                <th scope="col">Bought › sold</th>
                <th scope="col">Outcome</th>
                <th scope="col" className="cb-right">
                  Notional, USD
                </th>
                <th scope="col" className="cb-right">
                  Result, USD
                </th>
              </tr>
            </thead>
            <tbody>
              {closed.map((deal) => (
                <tr key={deal.id}>
                  <td className="cb-num">{clockText(deal.closedAtMs)}</td>
                  <th scope="row">
                    <DealLink id={deal.id} />
                  </th>
                  <td>{deal.base}</td>
                  <td>{routeName(deal.plan.legs)}</td>
                  <td>{OUTCOME_WORDS[deal.outcome]}</td>
                  <td className="cb-right cb-num">{usd(deal.plan.notionalUsd)}</td>
                  <td className="cb-right">
                    <ProfitLoss value={deal.realisedNetUsd} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}
