import type { ListingId } from '#shared/domain/ids';
import type { Composite } from '#shared/domain/market';
import { Card } from '../../components/card.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { plain, price, score } from '../../format/numbers.ts';
import { listingName } from '../../format/words.ts';

/** MD-5: one price of the coin in dollars, and what it was made of. Without contributors there is none. */
export function CompositeCard({ base, composite }: { base: string; composite: Composite | null }) {
  return (
    <Card title={`${base} composite`} className="cb-area-composite" trueAtMs={composite?.atMs ?? null}>
      <Facts>
        <Fact name="Mid, USD">
          <span className="cb-big cb-num" title={composite === null ? undefined : plain(composite.mid)}>
            {price(composite?.mid ?? null)}
          </span>
        </Fact>
        <Fact name="Confidence">{score(composite?.confidence ?? null)}</Fact>
        <Fact name="Best bid">{composite === null ? '—' : listingName(composite.bestBid)}</Fact>
        <Fact name="Best ask">{composite === null ? '—' : listingName(composite.bestAsk)}</Fact>
      </Facts>
      {composite === null ? (
        <p className="cb-muted">
          No fresh spot book of a healthy venue contributes: nothing that needs a mid is traded.
        </p>
      ) : (
        <>
          <Names title="Contributors" listings={composite.contributors} />
          <Names title="Left out as outliers" listings={composite.outliers} />
        </>
      )}
    </Card>
  );
}

function Names({ title, listings }: { title: string; listings: readonly ListingId[] }) {
  return (
    <>
      <h3>{title}</h3>
      <p className={listings.length === 0 ? 'cb-muted' : undefined}>
        {listings.length === 0 ? 'none' : listings.map(listingName).join(', ')}
      </p>
    </>
  );
}
