import type { Status } from '#shared/contract/rows';
import { VENUE_NAMES } from '#shared/domain/ids';
import { Age } from '../components/age.tsx';
import { useEngineText } from '../components/engine-time.ts';
import { Mark } from '../components/mark.tsx';
import { count, DASH, score } from '../format/numbers.ts';
import { venueTitle, venueTone, venueWords } from '../format/venue-state.ts';
import { BREAKER_CAUSE_WORDS } from '../format/words.ts';
import { useAppDispatch, useAppSelector } from '../store/hooks.ts';
import { selectStatus } from '../store/selectors.ts';
import { ui } from '../store/ui.ts';

/** The second line of the status bar: one fixed place each for venues, engine, arming, breakers, cycle and alarms. */
export function StatusCells() {
  const status = useAppSelector(selectStatus);
  return (
    <ul className="cb-cells" aria-label="State of venues and engine">
      {status?.venues.map((venue) => (
        <VenueCell key={venue.venue} venue={venue} />
      ))}
      <li>
        <span className="cb-cell-name">Engine</span>
        <Mark tone={status === null ? 'quiet' : status.engine === 'running' ? 'good' : 'warn'}>
          {status?.engine ?? DASH}
        </Mark>
      </li>
      <li>
        <span className="cb-cell-name">Live entries</span>
        <Mark tone={status?.armed ? 'warn' : 'quiet'}>{armedWords(status)}</Mark>
      </li>
      <BreakerCell breakers={status?.breakers ?? null} />
      <li>
        <span className="cb-cell-name">Last cycle</span>
        <span className="cb-num">
          {status === null ? DASH : `#${status.cycle}`} <Age atMs={status?.lastCycleAtMs ?? null} />
        </span>
      </li>
      <AlarmCell alarms={status?.alarms ?? null} />
    </ul>
  );
}

function VenueCell({ venue }: { venue: Status['venues'][number] }) {
  const title = useEngineText((nowMs) => venueTitle(venue, nowMs));
  return (
    <li title={title}>
      <span className="cb-cell-name">{VENUE_NAMES[venue.venue]}</span>
      <Mark tone={venueTone(venue)}>
        {venueWords(venue)} <span className="cb-num cb-health">{score(venue.health)}</span>
      </Mark>
    </li>
  );
}

function armedWords(status: Status | null): string {
  if (status === null) return DASH;
  return status.armed ? 'ARMED' : 'not armed';
}

function BreakerCell({ breakers }: { breakers: Status['breakers'] | null }) {
  const tripped = breakers?.filter((breaker) => breaker.state !== 'closed') ?? [];
  const title = tripped
    .map(({ scope, state, cause }) => {
      const who = scope === 'global' ? 'Global' : VENUE_NAMES[scope];
      return `${who} ${state}${cause === null ? '' : `: ${BREAKER_CAUSE_WORDS[cause]}`}`;
    })
    .join('; ');
  const open = tripped.filter((breaker) => breaker.state === 'open').length;
  return (
    <li title={title === '' ? 'No breaker is open' : title}>
      <span className="cb-cell-name">Breakers</span>
      <Mark tone={breakers === null ? 'quiet' : open > 0 ? 'bad' : tripped.length > 0 ? 'warn' : 'good'}>
        {breakers === null ? DASH : breakerWords(open, tripped.length - open)}
      </Mark>
    </li>
  );
}

function breakerWords(open: number, stabilizing: number): string {
  if (open === 0 && stabilizing === 0) return 'all closed';
  return open > 0 ? `${open} open` : 'stabilizing';
}

function AlarmCell({ alarms }: { alarms: number | null }) {
  const dispatch = useAppDispatch();
  return (
    <li>
      <button type="button" className="cb-cell-button" onClick={() => dispatch(ui.panelChosen('dashboard'))}>
        <span className="cb-cell-name">Alarms</span>
        <Mark tone={alarms === null ? 'quiet' : alarms > 0 ? 'bad' : 'good'}>
          {alarms === null ? DASH : alarms === 0 ? 'none' : count(alarms)}
        </Mark>
      </button>
    </li>
  );
}
