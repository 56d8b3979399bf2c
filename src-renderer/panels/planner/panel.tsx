import type { GridApi } from 'ag-grid-community';
import { useMemo, useRef } from 'react';
import { DataGrid } from '../../components/data-grid.tsx';
import { useAppDispatch, useAppSelector } from '../../store/hooks.ts';
import { selectCandidates } from '../../store/selectors.ts';
import { ui } from '../../store/ui.ts';
import { CandidateDetail } from './candidate-detail.tsx';
import { PLANNER_COLUMNS, type PlannerRow } from './columns.tsx';
import { matches } from './filter.ts';
import { PlannerFilterBar } from './filter-bar.tsx';
import { useCycles } from './use-cycles.ts';

const rowId = ({ id }: PlannerRow) => id;

/** PL-1: every candidate with its one verdict, now or as a past cycle recorded it; the chosen one explained. */
export function PlannerPanel() {
  const dispatch = useAppDispatch();
  const live = useAppSelector(selectCandidates);
  const known = useAppSelector((state) => state.candidates.known);
  const { filter, selected } = useAppSelector((state) => state.ui.planner);
  const cycles = useCycles();
  const api = useRef<GridApi<PlannerRow>>(null);

  const all = useMemo<PlannerRow[]>(() => {
    if (cycles.report === null) return live.map((candidate) => ({ id: candidate.key, candidate }));
    return cycles.report.verdicts.map((candidate, index) => ({ id: `${index} ${candidate.key}`, candidate }));
  }, [live, cycles.report]);
  const rows = useMemo(() => all.filter(({ candidate }) => matches(candidate, filter)), [all, filter]);
  const bases = useMemo(() => [...new Set(live.map(({ base }) => base))], [live]);
  const chosen = all.find(({ id }) => id === selected)?.candidate ?? null;

  return (
    <>
      <div className="cb-title">
        <h1>Planner</h1>
        <span className="cb-muted">
          {cycles.report === null
            ? 'The latest verdict of every pair. A row changes when its verdict does.'
            : `Verdicts that changed in cycle ${cycles.report.cycle}, as its report recorded them.`}
        </span>
      </div>
      <PlannerFilterBar
        bases={bases}
        cycles={cycles}
        shown={rows.length}
        total={all.length}
        onExport={() => api.current?.exportDataAsCsv({ fileName: 'crossbook-candidates.csv' })}
      />
      <div className="cb-split">
        <section aria-label="Candidates" className="cb-split-main">
          <DataGrid
            name="Candidates"
            api={api}
            rows={rows}
            columns={PLANNER_COLUMNS}
            rowId={rowId}
            selected={selected}
            onSelect={(id) => dispatch(ui.candidateChosen(id))}
            empty={emptyText(known, all.length)}
          />
        </section>
        <CandidateDetail candidate={chosen} />
      </div>
    </>
  );
}

function emptyText(known: boolean, total: number): string {
  if (!known) return 'Unknown until the engine answers.';
  return total === 0 ? 'No divergence was found yet.' : 'No candidate matches the filter.';
}
