import { type KeyboardEvent, useRef } from 'react';
import type { MarketRow } from '#shared/contract/rows';
import { FEEDS, type FeedId, feedName, instrumentOfListing, type ListingId } from '#shared/domain/ids';
import { FeedCells } from './feed-cells.tsx';

const COLUMNS: readonly (readonly [head: string, title: string])[] = [
  ['Bid × size', 'Best bid in the quote currency; size in the coin'],
  ['Ask × size', 'Best ask in the quote currency; size in the coin'],
  ['Age', 'Time since the book was last confirmed, and why it may not be traded on'],
  ['Spread', 'Ask less bid, bps of their middle'],
  ['Basis', 'Middle against the composite mid, both in US dollars, bps'],
  ['Funding', 'Rate for one interval, positive when longs pay shorts; the interval as the venue reports it now'],
  ['Predicted', 'Rate predicted for the next interval; time to the next settlement'],
  ['Mark, index', 'Mark price, and index price below it'],
  ['Trading', 'Trading status of the instrument'],
];

interface FeedsGridProps {
  base: string;
  rows: readonly MarketRow[];
  chosen: ListingId | null;
  onChoose: (listing: ListingId) => void;
}

/** The ten feeds of one coin, venue by venue; arrow keys and clicks choose the row the cards below explain. */
export function FeedsGrid({ base, rows, chosen, onChoose }: FeedsGridProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  const move = (event: KeyboardEvent) => {
    const at = rows.findIndex(({ listing }) => listing === chosen);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    const row = to === undefined ? undefined : rows[to];
    if (row === undefined) return;
    event.preventDefault();
    onChoose(row.listing);
    body.current?.querySelector<HTMLElement>(`[data-listing="${row.listing}"]`)?.focus();
  };
  return (
    <div className="cb-scroll-x">
      <table className="cb-table cb-feeds" aria-label={`${base} on ten feeds`}>
        <thead>
          <tr>
            <th scope="col">Feed</th>
            {COLUMNS.map(([head, title]) => (
              <th key={head} scope="col" className="cb-right" title={title}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          {FEEDS.flatMap((feed) => {
            const own = rows.filter((row) => row.feed === feed);
            if (own.length === 0) return [<Unlisted key={feed} feed={feed} base={base} />];
            return own.map((row) => (
              <tr
                key={row.listing}
                className={`${className(row)}${row.listing === chosen ? ' cb-chosen' : ''}`}
                onClick={() => onChoose(row.listing)}
              >
                <th scope="row">
                  <button
                    type="button"
                    className="cb-row-button"
                    data-listing={row.listing}
                    aria-pressed={row.listing === chosen}
                    tabIndex={row.listing === chosen ? 0 : -1}
                    onKeyDown={move}
                  >
                    {feedName(feed)}
                    <span className="cb-second">{instrumentOfListing(row.listing)}</span>
                  </button>
                </th>
                <FeedCells row={row} />
              </tr>
            ));
          })}
        </tbody>
      </table>
    </div>
  );
}

const className = ({ feed, stale, status }: MarketRow): string =>
  `${feed.endsWith(':spot') ? 'cb-feed-spot' : 'cb-feed-perp'}${stale !== null || status !== 'normal' ? ' cb-stale' : ''}`;

function Unlisted({ feed, base }: { feed: FeedId; base: string }) {
  return (
    <tr className={feed.endsWith(':spot') ? 'cb-feed-spot' : 'cb-feed-perp'}>
      <th scope="row">{feedName(feed)}</th>
      <td colSpan={COLUMNS.length} className="cb-unlisted">
        {base} is not listed
      </td>
    </tr>
  );
}
