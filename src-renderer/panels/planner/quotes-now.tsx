import type { ListingId } from '#shared/domain/ids';
import { Age } from '../../components/age.tsx';
import { Mark } from '../../components/mark.tsx';
import { DASH, plain } from '../../format/numbers.ts';
import { listingName, STALE_WORDS } from '../../format/words.ts';
import { useAppSelector } from '../../store/hooks.ts';

/** A plan keeps the inputs it was made from; a rejected candidate has no plan, so its books are shown as they are now. */
export function QuotesNow({ listings }: { listings: readonly ListingId[] }) {
  const quotes = useAppSelector((state) => state.quotes.rows.entities);
  return (
    <>
      <p className="cb-muted">No deal keeps this candidate’s inputs. These are the same books now:</p>
      <table className="cb-table">
        <thead>
          <tr>
            <th scope="col">Book</th>
            <th scope="col" className="cb-right">
              Bid × size
            </th>
            <th scope="col" className="cb-right">
              Ask × size
            </th>
            <th scope="col" className="cb-right">
              Age
            </th>
          </tr>
        </thead>
        <tbody>
          {listings.map((listing) => {
            const row = quotes[listing];
            return (
              <tr key={listing}>
                <th scope="row">{listingName(listing)}</th>
                <td className="cb-right cb-num">{row === undefined ? DASH : touch(row.bid, row.bidSize)}</td>
                <td className="cb-right cb-num">{row === undefined ? DASH : touch(row.ask, row.askSize)}</td>
                <td className="cb-right">
                  {row?.stale ? <Mark tone="warn">stale: {STALE_WORDS[row.stale.cause]}, </Mark> : null}
                  <Age atMs={row?.freshAtMs ?? null} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}

const touch = (price: string | null, size: string | null): string => `${plain(price)} × ${plain(size)}`;
