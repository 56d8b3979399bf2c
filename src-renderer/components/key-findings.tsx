import type { KeyCheck, KeyHealth } from '#shared/domain/account';
import { feedName } from '#shared/domain/ids';
import { Age } from './age.tsx';
import { Mark, type Tone } from './mark.tsx';

const CHECK_WORDS: Readonly<Record<KeyCheck, string>> = {
  signature: 'Key and signature',
  environment: 'Live or test network',
  region: 'Entity and host',
  ip: 'Allowed addresses',
  expiry: 'Expiry',
  clock: 'Clock',
  read: 'Permission to read',
  trade: 'Permission to trade',
  withdrawal: 'No withdrawal',
  account: 'Account type',
  'position-mode': 'One-way positions',
  'margin-mode': 'Margin mode',
  'auto-borrow': 'No borrowing',
  leverage: 'Leverage',
  'self-trade': 'Own orders never meet',
};
const TONES = { pass: 'good', fail: 'bad', unknown: 'warn', 'not-applicable': 'quiet' } as const satisfies Record<
  KeyHealth['findings'][number]['status'],
  Tone
>;
const WORDS = { pass: 'sound', fail: 'unsound', unknown: 'not known', 'not-applicable': 'none here' } as const;
const VERDICTS: Readonly<Record<KeyHealth['verdict'], { tone: Tone; word: string }>> = {
  good: { tone: 'good', word: 'may trade' },
  refused: { tone: 'bad', word: 'refused' },
  unproven: { tone: 'warn', word: 'not proven' },
};

/** What a key's last check came to, feed by feed. */
export function KeyVerdicts({ health }: { health: readonly KeyHealth[] }) {
  return (
    <span className="cb-verdicts">
      {health.map(({ feed, verdict }) => (
        <Mark key={feed} tone={VERDICTS[verdict].tone}>
          {feedName(feed)}: {VERDICTS[verdict].word}
        </Mark>
      ))}
    </span>
  );
}

/** AC-1, AC-2: every finding of a check, with its cause and what to do about it. */
export function KeyFindings({ health }: { health: KeyHealth }) {
  const verdict = VERDICTS[health.verdict];
  return (
    <section aria-label={`Check of ${feedName(health.feed)}`}>
      <h3>
        {feedName(health.feed)} <Mark tone={verdict.tone}>{verdict.word}</Mark>
        <span className="cb-muted cb-checked">
          checked <Age atMs={health.atMs} /> ago
        </span>
      </h3>
      <div className="cb-scroll-x">
        <table className="cb-table cb-findings">
          <thead>
            <tr>
              <th scope="col">Check</th>
              <th scope="col">Result</th>
              <th scope="col">Found</th>
              <th scope="col">What to do</th>
            </tr>
          </thead>
          <tbody>
            {health.findings.map(({ check, status, cause, remedy }) => (
              <tr key={check}>
                <th scope="row">{CHECK_WORDS[check]}</th>
                <td>
                  <Mark tone={TONES[status]}>{WORDS[status]}</Mark>
                </td>
                <td className="cb-wrap">{cause}</td>
                <td className="cb-wrap">{remedy}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
