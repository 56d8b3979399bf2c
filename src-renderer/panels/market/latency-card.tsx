import { type FeedId, feedName } from '#shared/domain/ids';
import { Card } from '../../components/card.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { usePolled } from '../../components/use-polled.ts';
import { barsOf } from '../../format/histogram.ts';
import { percentOf } from '../../format/numbers.ts';
import { spanText } from '../../format/time.ts';

const EVERY_MS = 2_000;

/** TE-2: how late the chosen feed's updates arrive, skew taken off, over the last minutes. */
export function LatencyCard({ feed }: { feed: FeedId }) {
  const { data, failure } = usePolled('feed.latency', { feed }, EVERY_MS);
  const own = data?.feed === feed ? data : null;
  const bars = own === null ? [] : barsOf(own.buckets);
  return (
    <Card title={`Event lag of ${feedName(feed)}`} className="cb-area-latency">
      <FailureNote failure={failure} />
      <dl className="cb-figures">
        {(
          [
            ['p50', own?.p50Ms],
            ['p99', own?.p99Ms],
            ['max', own?.maxMs],
          ] as const
        ).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="cb-big cb-num">{spanText(value ?? null)}</dd>
          </div>
        ))}
      </dl>
      {bars.length === 0 ? (
        <p className="cb-muted">{own === null ? 'Being read.' : 'No update with a venue time was heard lately.'}</p>
      ) : (
        <ul className="cb-bars" aria-label="Share of updates by lag">
          {bars.map(({ label, share, length }) => (
            <li key={label}>
              <span className="cb-num">{label}</span>
              <span className="cb-bar" aria-hidden="true">
                <span style={{ width: `${length * 100}%` }} />
              </span>
              <span className="cb-num">{percentOf(share, 1)}</span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
