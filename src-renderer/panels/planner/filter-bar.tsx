import { Button, HTMLSelect, InputGroup } from '@blueprintjs/core';
import { VENUE_NAMES, VENUES } from '#shared/domain/ids';
import { REJECT_REASONS } from '#shared/domain/reject';
import { StillReading } from '../../components/still-reading.tsx';
import { count } from '../../format/numbers.ts';
import { clockText } from '../../format/time.ts';
import { useAppDispatch, useAppSelector } from '../../store/hooks.ts';
import { ui } from '../../store/ui.ts';
import { EMPTY_PLANNER_FILTER, type PlannerFilter } from '../../store/ui-state.ts';
import type { Cycles } from './use-cycles.ts';

interface PlannerFilterBarProps {
  bases: readonly string[];
  cycles: Cycles;
  shown: number;
  total: number;
  onExport: () => void;
}

const VERDICTS: readonly { value: PlannerFilter['verdict']; label: string }[] = [
  { value: 'all', label: 'All verdicts' },
  { value: 'plan', label: 'Planned' },
  { value: 'reject', label: 'Rejected' },
];

export function PlannerFilterBar({ bases, cycles, shown, total, onExport }: PlannerFilterBarProps) {
  const dispatch = useAppDispatch();
  const filter = useAppSelector((state) => state.ui.planner.filter);
  const missing = useAppSelector((state) => state.candidates.missing);
  const set = (change: Partial<PlannerFilter>) => dispatch(ui.plannerFiltered(change));
  return (
    <search className="cb-filters" aria-label="Filter candidates">
      <InputGroup
        type="search"
        size="small"
        aria-label="Search candidates"
        placeholder="Search venue, pair, reason"
        value={filter.text}
        onValueChange={(text) => set({ text: text.slice(0, 200) })}
      />
      <HTMLSelect
        aria-label="Base"
        iconName="caret-down"
        value={filter.base}
        onChange={(event) => set({ base: event.currentTarget.value })}
        options={[
          { value: 'all', label: 'All bases' },
          ...[...new Set([...bases, ...(filter.base === 'all' ? [] : [filter.base])])].map((base) => ({ value: base })),
        ]}
      />
      <HTMLSelect
        aria-label="Venue"
        iconName="caret-down"
        value={filter.venue}
        onChange={(event) => set({ venue: event.currentTarget.value })}
        options={[
          { value: 'all', label: 'All venues' },
          ...VENUES.map((venue) => ({ value: venue, label: VENUE_NAMES[venue] })),
        ]}
      />
      <HTMLSelect
        aria-label="Verdict"
        iconName="caret-down"
        value={filter.verdict}
        onChange={(event) => {
          const chosen = VERDICTS.find(({ value }) => value === event.currentTarget.value);
          if (chosen !== undefined) set({ verdict: chosen.value });
        }}
        options={[...VERDICTS]}
      />
      <HTMLSelect
        aria-label="Reject reason"
        iconName="caret-down"
        value={filter.reason}
        onChange={(event) => {
          const chosen = REJECT_REASONS.find((reason) => reason === event.currentTarget.value);
          set({ reason: chosen ?? 'all' });
        }}
        options={[{ value: 'all', label: 'All reasons' }, ...REJECT_REASONS.map((reason) => ({ value: reason }))]}
      />
      <CycleChooser cycles={cycles} />
      <Button size="small" text="Clear filters" onClick={() => set(EMPTY_PLANNER_FILTER)} />
      <Button size="small" text="Export CSV" disabled={shown === 0} onClick={onExport} />
      <span className="cb-muted cb-num" role="status" aria-label="Candidates shown">
        {count(shown)} of {count(total)}
      </span>
      <StillReading missing={cycles.report === null ? missing : 0} />
      {cycles.problem === null ? null : (
        <span className="cb-tone-warn" role="alert">
          {cycles.problem}
        </span>
      )}
    </search>
  );
}

function CycleChooser({ cycles }: { cycles: Cycles }) {
  const { list, report } = cycles;
  const listed = report === null || list.some(({ cycle }) => cycle === report.cycle);
  return (
    <HTMLSelect
      aria-label="Cycle"
      iconName="caret-down"
      value={report === null ? 'now' : String(report.cycle)}
      onFocus={cycles.refresh}
      onChange={(event) => {
        const { value } = event.currentTarget;
        cycles.choose(value === 'now' ? null : Number(value));
      }}
      options={[
        { value: 'now', label: 'Now' },
        ...(listed || report === null ? [] : [{ value: String(report.cycle), label: `Cycle ${report.cycle}` }]),
        ...list.map(({ cycle, fromMs, candidates, plans }) => ({
          value: String(cycle),
          label: `Cycle ${cycle}, ${clockText(fromMs)}: ${candidates} found, ${plans} planned`,
        })),
      ]}
    />
  );
}
