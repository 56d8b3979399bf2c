import { memo, useMemo } from 'react';
import type { Deal } from '#shared/domain/deal';
import { Age } from '../../components/age.tsx';
import { Card } from '../../components/card.tsx';
import { DealLink } from '../../components/deal-link.tsx';
import { Mark } from '../../components/mark.tsx';
import { signed, usd } from '../../format/numbers.ts';
import { DEAL_STATE_WORDS, dealTone } from '../../format/words.ts';
import { useAppSelector } from '../../store/hooks.ts';
import { selectDeals, selectStatus } from '../../store/selectors.ts';

/** What is open now and how much of it stands without a hedge. */
export function OpenDealsCard() {
  const deals = useAppSelector(selectDeals);
  const known = useAppSelector((state) => state.deals.known);
  const open = useMemo(() => deals.filter(({ state }) => state !== 'closed'), [deals]);
  return (
    <Card title="Open deals" className="cb-area-open" pushed={known} aside={<Unhedged />}>
      {open.length === 0 ? (
        <p className="cb-muted">{known ? 'No deal is open.' : 'Unknown until the engine answers.'}</p>
      ) : (
        <div className="cb-scroll-x">
          <table className="cb-table">
            <thead>
              <tr>
                <th scope="col">Deal</th>
                <th scope="col">Base</th>
                <th scope="col">State</th>
                <th scope="col" className="cb-right">
                  Open for
                </th>
                <th scope="col" className="cb-right">
                  Unhedged, USD
                </th>
                <th scope="col" className="cb-right">
                  Expected, USD
                </th>
                <th scope="col">Next</th>
              </tr>
            </thead>
            <tbody>
              {open.map((deal) => (
                <OpenDeal key={deal.id} deal={deal} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}

const OpenDeal = memo(function OpenDeal({ deal }: { deal: Deal }) {
  return (
    <tr>
      <th scope="row">
        <DealLink id={deal.id} />
      </th>
      <td>{deal.base}</td>
      <td>
        <Mark tone={dealTone(deal.state)}>{DEAL_STATE_WORDS[deal.state]}</Mark>
      </td>
      <td className="cb-right">
        <Age atMs={deal.openedAtMs} />
      </td>
      <td className="cb-right cb-num">{usd(deal.unhedgedUsd)}</td>
      <td className="cb-right cb-num">{signed(deal.expectedNetUsd, 2)}</td>
      <td className="cb-next" title={deal.next}>
        {deal.next}
      </td>
    </tr>
  );
});

function Unhedged() {
  const unhedgedUsd = useAppSelector((state) => selectStatus(state)?.unhedgedUsd ?? null);
  return <span>Unhedged in all: {usd(unhedgedUsd)} USD</span>;
}
