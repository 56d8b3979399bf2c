import type { Status } from '#shared/contract/rows';
import { VENUE_NAMES } from '#shared/domain/ids';
import type { FeedState } from '#shared/domain/market';
import { Age } from '../../components/age.tsx';
import { Card, useTrueAt } from '../../components/card.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Mark } from '../../components/mark.tsx';
import { type BreakerRow, breakerRows } from '../../format/breakers.ts';
import { count, DASH, score } from '../../format/numbers.ts';
import { signedMsText, spanText } from '../../format/time.ts';
import { venueTone, venueWords } from '../../format/venue-state.ts';
import { useAppSelector } from '../../store/hooks.ts';
import { selectFeeds, selectStatus } from '../../store/selectors.ts';

/** Health and freshness of the five venues, each with the readings behind its word. */
export function VenuesCard() {
  const status = useAppSelector(selectStatus);
  const feeds = useAppSelector(selectFeeds);
  const breakers = status === null ? [] : breakerRows(status);
  const trueAt = useTrueAt(status !== null);
  return (
    <Card title="Venues" className="cb-area-venues" trueAtMs={trueAt}>
      {status === null ? (
        <p className="cb-muted">Unknown until the engine answers.</p>
      ) : (
        <ul className="cb-venues">
          {status.venues.map((venue) => (
            <li key={venue.venue} aria-label={VENUE_NAMES[venue.venue]}>
              <VenueColumn
                venue={venue}
                breaker={breakers.find(({ scope }) => scope === venue.venue)?.state ?? null}
                feed={feeds.find((feed) => feed.venue === venue.venue) ?? null}
              />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

interface VenueColumnProps {
  venue: Status['venues'][number];
  breaker: BreakerRow['state'] | null;
  feed: FeedState | null;
}

function VenueColumn({ venue, breaker, feed }: VenueColumnProps) {
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
        <Fact name="Last heard">
          <Age atMs={feed?.lastHeardAtMs ?? null} />
        </Fact>
        <Fact name="Lag p50">{spanText(feed?.lagP50Ms ?? null)}</Fact>
        <Fact name="Lag p99">{spanText(feed?.lagP99Ms ?? null)}</Fact>
        <Fact name="Round trip">{spanText(feed?.roundTripMs ?? null)}</Fact>
        <Fact name="Clock skew">{signedMsText(feed?.skewMs ?? null)}</Fact>
        <Fact name="Gaps">{count(feed?.gaps ?? null)}</Fact>
        <Fact name="Bad checksums">{count(feed?.checksumErrors ?? null)}</Fact>
        <Fact name="Undecoded">{count(feed?.decodeErrors ?? null)}</Fact>
        <Fact name="Reconnects">{count(feed?.reconnects ?? null)}</Fact>
        <Fact name="Breaker">
          {breaker === null ? DASH : <Mark tone={breaker === 'closed' ? 'good' : 'bad'}>{breaker}</Mark>}
        </Fact>
      </Facts>
      <p className="cb-venue-reason">{venue.reason ?? feed?.reason ?? ''}</p>
    </>
  );
}
