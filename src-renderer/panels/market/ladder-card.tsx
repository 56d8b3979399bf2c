import type { MarketRow, MarketViewData } from '#shared/contract/rows';
import { Card } from '../../components/card.tsx';
import { plain } from '../../format/numbers.ts';
import { listingName } from '../../format/words.ts';
import { LADDER_LEVELS } from './use-market-view.ts';

type Ladder = NonNullable<MarketViewData['ladder']>;
type Level = Ladder['bids'][number];

/** The chosen book as the venue wrote it: exact prices and sizes, the sum from the touch as figures and as a bar. */
export function LadderCard({ row, ladder, atMs }: { row: MarketRow; ladder: Ladder | null; atMs: number }) {
  const own = ladder?.listing === row.listing ? ladder : null;
  const rows = Math.max(own?.bids.length ?? 0, own?.asks.length ?? 0);
  const most = Math.max(...[own?.bids.at(-1), own?.asks.at(-1)].map((level) => Number(level?.cumulative ?? 0)), 0);
  return (
    <Card
      title={`Book of ${listingName(row.listing)}`}
      className="cb-area-ladder"
      trueAtMs={own === null ? null : atMs}
    >
      {own === null || rows === 0 ? (
        <p className="cb-muted">
          {row.stale === null ? 'The book is being read.' : `No valid book: ${row.stale.detail}.`}
        </p>
      ) : (
        <table className="cb-table cb-book">
          <caption className="cb-hidden">
            {`Up to ${LADDER_LEVELS} levels a side: size, sum from the touch in ${row.base}, price in ${row.quote}`}
          </caption>
          <thead>
            <tr>
              <th scope="col" className="cb-right">
                Sum, {row.base}
              </th>
              <th scope="col" className="cb-right">
                Size
              </th>
              <th scope="col" className="cb-right">
                Bid, {row.quote}
              </th>
              <th scope="col">Ask, {row.quote}</th>
              <th scope="col">Size</th>
              <th scope="col">Sum, {row.base}</th>
            </tr>
          </thead>
          <tbody>
            {Array.from({ length: rows }, (_, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a level is its place in the book.
              <tr key={index}>
                <Bid level={own.bids[index]} most={most} />
                <Ask level={own.asks[index]} most={most} />
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}

const widthOf = (level: Level, most: number) => ({
  width: `${most > 0 ? (Number(level.cumulative) / most) * 100 : 0}%`,
});

function Bid({ level, most }: { level: Level | undefined; most: number }) {
  if (level === undefined) return <td colSpan={3} />;
  return (
    <>
      <td className="cb-right cb-num cb-depth">
        <span className="cb-depth-bid" style={widthOf(level, most)} aria-hidden="true" />
        <span>{plain(level.cumulative)}</span>
      </td>
      <td className="cb-right cb-num">{plain(level.size)}</td>
      <td className="cb-right cb-num">{plain(level.price)}</td>
    </>
  );
}

function Ask({ level, most }: { level: Level | undefined; most: number }) {
  if (level === undefined) return <td colSpan={3} />;
  return (
    <>
      <td className="cb-num">{plain(level.price)}</td>
      <td className="cb-num">{plain(level.size)}</td>
      <td className="cb-num cb-depth">
        <span className="cb-depth-ask" style={widthOf(level, most)} aria-hidden="true" />
        <span>{plain(level.cumulative)}</span>
      </td>
    </>
  );
}
