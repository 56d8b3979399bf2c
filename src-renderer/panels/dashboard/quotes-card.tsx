import { memo } from 'react';
import type { QuoteRow } from '#shared/contract/rows';
import { VENUE_NAMES, VENUES } from '#shared/domain/ids';
import { Age } from '../../components/age.tsx';
import { Card } from '../../components/card.tsx';
import { price } from '../../format/numbers.ts';
import { STALE_WORDS } from '../../format/words.ts';
import { useAppDispatch, useAppSelector } from '../../store/hooks.ts';
import type { QuoteLine } from '../../store/quote-lines.ts';
import { selectNewestQuoteMs, selectQuoteLines } from '../../store/selectors.ts';
import { ui } from '../../store/ui.ts';

/** As many lines as fit beside the rest of the Dashboard; the Market panel has every coin. */
const SHOWN = 18;

/** The main pairs on every venue; nothing here is converted: each line is in its own quote currency (ID-3). */
export function QuotesCard() {
  const dispatch = useAppDispatch();
  const lines = useAppSelector(selectQuoteLines);
  const rows = useAppSelector((state) => state.quotes.rows.entities);
  const newest = useAppSelector(selectNewestQuoteMs);
  const known = useAppSelector((state) => state.quotes.known);
  return (
    <Card title="Quotes" className="cb-area-quotes" trueAtMs={newest}>
      {lines.length === 0 ? (
        <p className="cb-muted">{known ? 'No venue lists an instrument yet.' : 'Unknown until the engine answers.'}</p>
      ) : (
        <div className="cb-scroll-x">
          <table className="cb-table cb-quotes">
            <caption className="cb-hidden">Bid and ask by pair and venue, with age</caption>
            {HEAD}
            <tbody>
              {lines.slice(0, SHOWN).map((line) => (
                <tr key={line.key}>
                  <LineName line={line} />
                  {VENUES.map((venue) => {
                    const listing = line.listings[venue];
                    return <QuoteCell key={venue} row={listing === undefined ? undefined : rows[listing]} />;
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {lines.length <= SHOWN ? null : (
        <p className="cb-foot">
          {lines.length - SHOWN} more pairs are in{' '}
          <button type="button" className="cb-link" onClick={() => dispatch(ui.panelChosen('market'))}>
            Market
          </button>
          .
        </p>
      )}
    </Card>
  );
}

const HEAD = (
  <thead>
    <tr>
      <th scope="col">Bid, ask below</th>
      {VENUES.map((venue) => (
        <th key={venue} scope="col" className="cb-right">
          {VENUE_NAMES[venue]}
        </th>
      ))}
    </tr>
  </thead>
);

const LineName = memo(function LineName({ line: { base, quote, product } }: { line: QuoteLine }) {
  return (
    <th scope="row">
      {base} <span className="cb-unit">in {quote}</span>
      <span className="cb-second">{product}</span>
    </th>
  );
});

/** Drawn again only when its row is another: a message changes a part of them. */
const QuoteCell = memo(function QuoteCell({ row }: { row: QuoteRow | undefined }) {
  if (row === undefined) return <td className="cb-right cb-unlisted">not listed</td>;
  const { bid, ask, bidSize, askSize, quote, base, stale, status, freshAtMs } = row;
  const title = `bid ${bid ?? 'unknown'} × ${bidSize ?? 'unknown'} ${base}, ask ${ask ?? 'unknown'} × ${askSize ?? 'unknown'} ${base}, in ${quote}`;
  const abnormal = stale === null ? (status === 'normal' ? null : status) : `stale: ${STALE_WORDS[stale.cause]}`;
  return (
    <td className={abnormal === null ? undefined : 'cb-stale'} title={stale === null ? title : stale.detail}>
      <div className="cb-quote">
        <span className="cb-quote-age">
          {abnormal === null ? null : `${abnormal}, `}
          <Age atMs={freshAtMs} />
        </span>
        <span className="cb-num cb-quote-prices">
          <span>{price(bid)}</span>
          <span>{price(ask)}</span>
        </span>
      </div>
    </td>
  );
});
