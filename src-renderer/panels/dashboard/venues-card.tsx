import type { Status } from '#shared/contract/rows';
import { productOf, VENUE_NAMES } from '#shared/domain/ids';
import type { FeedState } from '#shared/domain/market';
import { Card } from '../../components/card.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { FeedsTable } from '../../components/feeds-table.tsx';
import { MaintenanceLine } from '../../components/maintenance-line.tsx';
import { Mark } from '../../components/mark.tsx';
import { type BreakerRow, breakerRows } from '../../format/breakers.ts';
import { DASH, score } from '../../format/numbers.ts';
import { venueTone, venueWords } from '../../format/venue-state.ts';
import { useAppSelector } from '../../store/hooks.ts';
import { selectFeeds, selectStatus } from '../../store/selectors.ts';

/** Health of the five venues, and the readings of their ten feeds behind it. */
export function VenuesCard() {
  const status = useAppSelector(selectStatus);
  const feeds = useAppSelector(selectFeeds);
  const breakers = status === null ? [] : breakerRows(status);
  return (
    <Card title="Venues" className="cb-area-venues" pushed={status !== null}>
      {status === null ? (
        <p className="cb-muted">Unknown until the engine answers.</p>
      ) : (
        <ul className="cb-venues">
          {status.venues.map((venue) => (
            <li key={venue.venue} aria-label={VENUE_NAMES[venue.venue]}>
              <VenueColumn
                venue={venue}
                feeds={feeds.filter((feed) => feed.venue === venue.venue)}
                breaker={breakers.find(({ scope }) => scope === venue.venue)?.state ?? null}
              />
            </li>
          ))}
        </ul>
      )}
      {feeds.length === 0 ? null : <FeedsTable feeds={feeds} />}
    </Card>
  );
}

interface VenueColumnProps {
  venue: Status['venues'][number];
  feeds: readonly FeedState[];
  breaker: BreakerRow['state'] | null;
}

function VenueColumn({ venue, feeds, breaker }: VenueColumnProps) {
  return (
    <>
      <div className="cb-venue-head">
        <h3>{VENUE_NAMES[venue.venue]}</h3>
        <Mark tone={venueTone(venue)}>{venueWords(venue)}</Mark>
      </div>
      <meter className="cb-meter" min={0} max={1} value={venue.health} aria-label="Health" />
      <Facts>
        <Fact name="Health">{score(venue.health)}</Fact>
        <Fact name="Fresh">{`${venue.fresh} of ${venue.instruments}`}</Fact>
        <Fact name="Breaker">
          {breaker === null ? DASH : <Mark tone={breaker === 'closed' ? 'good' : 'bad'}>{breaker}</Mark>}
        </Fact>
      </Facts>
      <p className="cb-venue-reason">
        {venue.reason ?? ''}
        {feeds.map(({ feed, maintenance }) => (
          <MaintenanceLine key={feed} feed={productOf(feed)} standing={maintenance} />
        ))}
      </p>
    </>
  );
}
