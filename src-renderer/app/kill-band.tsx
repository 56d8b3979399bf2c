import { Button } from '@blueprintjs/core';
import { useState } from 'react';
import { VENUE_NAMES } from '#shared/domain/ids';
import { NOT_CONNECTED } from '../components/command-button.tsx';
import { clockText } from '../format/time.ts';
import { killLevelName } from '../format/words.ts';
import { useAppSelector } from '../store/hooks.ts';
import { selectCommandable, selectStatus } from '../store/selectors.ts';
import { RearmDialog } from './rearm-dialog.tsx';

/** While killed: who did it, why, and per venue what was cancelled, what failed, what is left (UI-5). */
export function KillBand() {
  const kill = useAppSelector((state) => selectStatus(state)?.kill ?? null);
  const commandable = useAppSelector(selectCommandable);
  const [asking, setAsking] = useState(false);
  if (kill === null || !kill.engaged) return null;
  return (
    <section className="cb-band cb-band-bad cb-killed" aria-label="Kill switch engaged">
      <div>
        <strong>KILLED.</strong> {kill.level === null ? 'Level unknown' : killLevelName(kill.level)}, by{' '}
        {kill.by ?? 'unknown'} at {clockText(kill.atMs)} UTC
        {kill.reason === null ? '.' : `: ${kill.reason}.`} No new entries until re-armed; hedging and reducing go on.
        {kill.report.length === 0 ? null : (
          <ul aria-label="What the kill switch did">
            {kill.report.map(({ venue, cancelled, failed, remaining, flattening }) => (
              <li key={venue}>
                {VENUE_NAMES[venue]}: cancelled {cancelled}, failed {failed}, left {remaining}, flattening {flattening}
              </li>
            ))}
          </ul>
        )}
      </div>
      <Button
        size="small"
        text="Re-arm…"
        disabled={!commandable}
        title={commandable ? 'Asks for the word RE-ARM' : NOT_CONNECTED}
        onClick={() => setAsking(true)}
      />
      <RearmDialog open={asking} onClose={() => setAsking(false)} />
    </section>
  );
}
