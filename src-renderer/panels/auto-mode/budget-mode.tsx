import { Radio, RadioGroup } from '@blueprintjs/core';
import type { Settings } from '#shared/settings/settings';
import { useCommand } from '../../components/use-command.ts';
import { useAppSelector } from '../../store/hooks.ts';
import { selectCommandable } from '../../store/selectors.ts';

const MODES: readonly { mode: Settings['budgetMode']; name: string }[] = [
  { mode: 'per-venue', name: 'Per venue plus a global cap (default)' },
  { mode: 'unified', name: 'Unified portfolio' },
];

/** RK-2. One press, taken at once: it has no half-typed state. */
export function BudgetMode({ mode }: { mode: Settings['budgetMode'] }) {
  const commandable = useAppSelector(selectCommandable);
  const { run, busy } = useCommand();
  return (
    <RadioGroup
      inline
      label="Budget mode"
      className="cb-budget"
      selectedValue={mode}
      disabled={!commandable || busy}
      onChange={(event) => {
        const chosen = MODES.find((row) => row.mode === event.currentTarget.value);
        if (chosen !== undefined && chosen.mode !== mode) run('Budget mode', 'budget.set', { mode: chosen.mode });
      }}
    >
      {MODES.map((row) => (
        <Radio key={row.mode} value={row.mode} label={row.name} />
      ))}
    </RadioGroup>
  );
}
