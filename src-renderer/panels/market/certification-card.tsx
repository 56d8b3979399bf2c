import { useState } from 'react';
import {
  CERTIFICATION_HALVES,
  type CertificationCheck,
  type CertificationHalf,
  type CertificationReport,
  type CheckResult,
  checksOf,
} from '#shared/domain/certification';
import { FEEDS, type FeedId, feedName } from '#shared/domain/ids';
import { Age } from '../../components/age.tsx';
import { Card } from '../../components/card.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { Mark, type Tone } from '../../components/mark.tsx';
import { usePolled } from '../../components/use-polled.ts';
import { spanText } from '../../format/time.ts';

const EVERY_MS = 10_000;
const COMMAND = 'npm run certify -- --venues practice';
const TONES: Readonly<Record<CheckResult['status'], Tone>> = { PASS: 'good', FAIL: 'bad', 'NOT SUPPORTED': 'quiet' };
const VERDICT_TONES: Readonly<Record<CertificationReport['verdict'], Tone>> = {
  PASS: 'good',
  PARTIAL: 'warn',
  FAIL: 'bad',
};

const HALVES: Readonly<Record<CertificationHalf, string>> = {
  public: 'Market data',
  private: 'Orders and accounts',
};

/** The last certification of this data directory, as the matrix it printed; that of a test network is one of its own. */
export function CertificationCard() {
  const { data, failure } = usePolled('certification.latest', {}, EVERY_MS);
  const report = data?.report ?? null;
  const testnet = data?.testnet ?? null;
  return (
    <Card title="Certification" className="cb-area-certification">
      <FailureNote failure={failure} />
      {report === null ? (
        <p className="cb-muted">
          {data === null ? 'Being read. ' : 'These feeds were not certified yet. '}Run <code>{COMMAND}</code> with this
          data directory; the matrix then stands here.
        </p>
      ) : (
        <Matrix report={report} />
      )}
      {testnet === null ? null : (
        <section aria-label="Test network">
          <h3>
            <Mark tone="warn">TEST</Mark> network
          </h3>
          <Matrix report={testnet} />
        </section>
      )}
    </Card>
  );
}

/** A test network is never taken for the venue itself. */
const placeText = ({ venues, network }: CertificationReport): string =>
  venues === 'testnet' ? `the TEST network ${network ?? 'not named'}` : `${venues} venues`;

interface Looked {
  feed: FeedId;
  check: CertificationCheck;
}

/** Checks down, feeds across: what passes everywhere is one calm row. */
function Matrix({ report }: { report: CertificationReport }) {
  const [looked, setLooked] = useState<Looked | null>(null);
  const result = looked === null ? undefined : report.feeds[looked.feed]?.[looked.check];
  return (
    <>
      <p>
        <Mark tone={VERDICT_TONES[report.verdict]}>{report.verdict}</Mark> on {placeText(report)},{' '}
        <Age atMs={report.startedAtMs} /> ago, took {spanText(report.tookMs)}, Crossbook {report.version}.
      </p>
      <p className="cb-check-detail" role="status" aria-label="Detail of the check">
        {looked === null || result === undefined
          ? 'Point at a check, or move to it with Tab, for its detail.'
          : `${feedName(looked.feed)}, ${looked.check}: ${result.status}${result.ms === null ? '' : ` in ${spanText(result.ms)}`}. ${result.detail}`}
      </p>
      <div className="cb-scroll-x">
        <table className="cb-table cb-small cb-matrix">
          <caption className="cb-hidden">Checks by feed</caption>
          <thead>
            <tr>
              <th scope="col">Check</th>
              {FEEDS.map((feed) => (
                <th key={feed} scope="col">
                  {feedName(feed)}
                </th>
              ))}
            </tr>
          </thead>
          {CERTIFICATION_HALVES.map((half) => (
            <tbody key={half}>
              <tr>
                <th scope="rowgroup" colSpan={FEEDS.length + 1} className="cb-matrix-half">
                  {HALVES[half]}
                  {report.halves.includes(half) ? '' : ' (not part of this run)'}
                </th>
              </tr>
              {report.halves.includes(half) &&
                checksOf(half).map((check) => (
                  <tr key={check}>
                    <th scope="row">{check}</th>
                    {FEEDS.map((feed) => (
                      <td key={feed}>
                        <Check
                          name={`${feedName(feed)}, ${check}`}
                          result={report.feeds[feed]?.[check]}
                          onLook={() => setLooked({ feed, check })}
                        />
                      </td>
                    ))}
                  </tr>
                ))}
            </tbody>
          ))}
        </table>
      </div>
    </>
  );
}

interface CheckProps {
  name: string;
  result: CheckResult | undefined;
  onLook: () => void;
}

function Check({ name, result, onLook }: CheckProps) {
  if (result === undefined) return <span className="cb-muted">not tried</span>;
  const { status, ms, detail } = result;
  return (
    <button
      type="button"
      className="cb-check"
      aria-label={`${name}: ${status}. ${detail}`}
      title={detail}
      onFocus={onLook}
      onMouseEnter={onLook}
      onClick={onLook}
    >
      <Mark tone={TONES[status]}>{status === 'NOT SUPPORTED' ? 'N/S' : status}</Mark>{' '}
      <span className="cb-muted cb-num">{ms === null ? '' : spanText(ms)}</span>
    </button>
  );
}
