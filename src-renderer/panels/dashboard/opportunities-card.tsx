import { REJECT_REASONS, REJECT_SENTENCES } from '#shared/domain/reject';
import { Card } from '../../components/card.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { count, percentOf, share } from '../../format/numbers.ts';
import { useAppDispatch, useAppSelector } from '../../store/hooks.ts';
import { selectPerformance } from '../../store/selectors.ts';
import { ui } from '../../store/ui.ts';
import { EMPTY_PLANNER_FILTER } from '../../store/ui-state.ts';

/** Spread opportunities since start: found, planned, and every verdict against by its reason. */
export function OpportunitiesCard() {
  const performance = useAppSelector(selectPerformance);
  const dispatch = useAppDispatch();
  const rejects = performance?.rejects ?? {};
  const reasons = REJECT_REASONS.filter((reason) => (rejects[reason] ?? 0) > 0);
  const most = Math.max(1, ...Object.values(rejects));
  return (
    <Card title="Opportunities" className="cb-area-opportunities" trueAtMs={performance?.atMs ?? null}>
      <Facts>
        <Fact name="Found">{count(performance?.candidatesFound ?? null)}</Fact>
        <Fact name="Planned">{count(performance?.candidatesPlanned ?? null)}</Fact>
      </Facts>
      <h3>Rejected by reason</h3>
      {reasons.length === 0 ? (
        <p className="cb-muted">{performance === null ? 'Unknown until the engine answers.' : 'None rejected yet.'}</p>
      ) : (
        <ul className="cb-bars" aria-label="Rejected by reason">
          {reasons.map((reason) => (
            <li key={reason} title={REJECT_SENTENCES[reason]}>
              <button
                type="button"
                aria-label={`Show ${reason} in the Planner`}
                onClick={() => {
                  dispatch(ui.plannerFiltered({ ...EMPTY_PLANNER_FILTER, reason }));
                  dispatch(ui.panelChosen('planner'));
                }}
              >
                {reason}
              </button>
              <span className="cb-bar" aria-hidden="true">
                <span style={{ width: percentOf((rejects[reason] ?? 0) / most).replace(' ', '') }} />
              </span>
              <span className="cb-num">{count(rejects[reason] ?? 0)}</span>
            </li>
          ))}
        </ul>
      )}
      <p className="cb-muted cb-foot">
        {performance === null
          ? ''
          : `${percentOf(share(performance.candidatesPlanned, performance.candidatesFound), 1)} of those found were planned.`}
      </p>
    </Card>
  );
}
