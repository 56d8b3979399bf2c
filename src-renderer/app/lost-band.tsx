import { RECONNECT_HINT } from '../bridge/channel.ts';
import { Age } from '../components/age.tsx';
import { clockText } from '../format/time.ts';
import { useAppSelector } from '../store/hooks.ts';
import { selectConnection, selectLost, selectTopicProblems } from '../store/selectors.ts';

/** UI-3: a lost engine marks the whole window; this says since when and what still holds. */
export function LostBand() {
  const lost = useAppSelector(selectLost);
  const connection = useAppSelector(selectConnection);
  const problems = useAppSelector(selectTopicProblems);
  if (lost) {
    return (
      <div className="cb-band cb-band-bad" role="alert">
        <strong>ENGINE LOST.</strong>{' '}
        {connection.lastPulseAtMs === null ? (
          'The engine has not answered yet; the window keeps trying. '
        ) : (
          <>
            Last heard {clockText(connection.lastPulseAtMs)} UTC, <Age atMs={connection.lastPulseAtMs} /> ago.
            Everything below is the last known, not the present state.{' '}
          </>
        )}
        Commands are disabled until it answers. {RECONNECT_HINT}
      </div>
    );
  }
  if (problems.length === 0) return null;
  return (
    <div className="cb-band cb-band-warn" role="alert">
      <strong>Part of the window is not current.</strong> {problems.join(' ')} The last readable values are kept; it
      asks again every two seconds.
    </div>
  );
}
