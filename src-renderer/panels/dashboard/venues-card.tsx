import type { ReactNode } from 'react';
import type { Status } from '#shared/contract/rows';
import { productOf, VENUE_NAMES } from '#shared/domain/ids';
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

/** Health and freshness of the five venues, spot and perpetuals side by side, each with the readings behind its word. */
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
                feeds={feeds.filter((feed) => feed.venue === venue.venue)}
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
  feeds: readonly FeedState[];
}

const READINGS: readonly (readonly [name: string, read: (feed: FeedState) => ReactNode])[] = [
  ['Fresh', ({ fresh, instruments }) => `${fresh}/${instruments}`],
  ['Heard', ({ lastHeardAtMs }) => <Age atMs={lastHeardAtMs} />],
  ['Lag p50', ({ lagP50Ms }) => spanText(lagP50Ms)],
  ['Lag p99', ({ lagP99Ms }) => spanText(lagP99Ms)],
  ['Trip', ({ roundTripMs }) => spanText(roundTripMs)],
  ['Skew', ({ skewMs }) => signedMsText(skewMs)],
  ['Gaps', ({ gaps }) => count(gaps)],
  ['Checksums', ({ checksumErrors }) => count(checksumErrors)],
  ['Undecoded', ({ decodeErrors }) => count(decodeErrors)],
  ['Reconnects', ({ reconnects }) => count(reconnects)],
];

function VenueColumn({ venue, breaker, feeds }: VenueColumnProps) {
  const reasons = feeds.flatMap(({ feed, reason }) => (reason === null ? [] : [`${productOf(feed)}: ${reason}`]));
  return (
    <>
      <div className="cb-venue-head">
        <h3>{VENUE_NAMES[venue.venue]}</h3>
        <Mark tone={venueTone(venue)}>{venueWords(venue)}</Mark>
      </div>
      <meter className="cb-meter" min={0} max={1} value={venue.health} aria-label="Health" />
      <Facts>
        <Fact name="Health">{score(venue.health)}</Fact>
        <Fact name="Breaker">
          {breaker === null ? DASH : <Mark tone={breaker === 'closed' ? 'good' : 'bad'}>{breaker}</Mark>}
        </Fact>
      </Facts>
      {feeds.length === 0 ? null : (
        <table className="cb-table cb-venue-feeds">
          <thead>
            <tr>
              <th scope="col">
                <span className="cb-hidden">Reading</span>
              </th>
              {feeds.map(({ feed }) => (
                <th key={feed} scope="col" className="cb-right">
                  {productOf(feed)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {READINGS.map(([name, read]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {feeds.map((feed) => (
                  <td key={feed.feed} className="cb-right cb-num">
                    {read(feed)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className="cb-venue-reason">{reasons.length > 0 ? reasons.join('; ') : (venue.reason ?? '')}</p>
    </>
  );
}
