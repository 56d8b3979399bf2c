import type { QuoteRow } from '#shared/contract/rows';
import { VENUE_NAMES, VENUES } from '#shared/domain/ids';
import { Age } from '../../components/age.tsx';
import { Card } from '../../components/card.tsx';
import { price } from '../../format/numbers.ts';
import { STALE_WORDS } from '../../format/words.ts';
import { useAppSelector } from '../../store/hooks.ts';
import { selectQuotes } from '../../store/selectors.ts';

/** Every pair on every venue; nothing here is converted: each row is in its own quote currency (ID-3). */
export function QuotesCard() {
  const quotes = useAppSelector(selectQuotes);
  const known = useAppSelector((state) => state.quotes.known);
  const newest = quotes.reduce<number | null>(
    (latest, { freshAtMs }) => (freshAtMs === null ? latest : Math.max(latest ?? 0, freshAtMs)),
    null,
  );
  const pairs = [...new Map(quotes.map((row) => [`${row.base}-${row.quote}`, row])).values()];
  const cells = new Map(quotes.map((row) => [`${row.venue} ${row.base}-${row.quote}`, row]));
  return (
    <Card title="Quotes" className="cb-area-quotes" trueAtMs={newest}>
      {quotes.length === 0 ? (
        <p className="cb-muted">{known ? 'No venue lists an instrument yet.' : 'Unknown until the engine answers.'}</p>
      ) : (
        <div className="cb-scroll-x">
          <table className="cb-table cb-quotes">
            <caption className="cb-hidden">Bid and ask by pair and venue, with age</caption>
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
            <tbody>
              {pairs.map(({ base, quote }) => (
                <tr key={`${base}-${quote}`}>
                  <th scope="row">
                    {base} <span className="cb-unit">in {quote}</span>
                  </th>
                  {VENUES.map((venue) => (
                    <QuoteCell key={venue} row={cells.get(`${venue} ${base}-${quote}`)} />
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}

function QuoteCell({ row }: { row: QuoteRow | undefined }) {
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
}
