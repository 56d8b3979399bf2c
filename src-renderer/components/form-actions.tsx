import { Button } from '@blueprintjs/core';
import type { ReactNode } from 'react';
import type { Failure } from '#shared/contract/contract';
import { useAppSelector } from '../store/hooks.ts';
import { selectCommandable } from '../store/selectors.ts';
import { NOT_CONNECTED } from './command-button.tsx';
import { FailureNote } from './failure-note.tsx';

interface FormActionsProps {
  /** The save button's words, e.g. `Save limits`. */
  save: string;
  changes: number;
  problems: number;
  busy: boolean;
  /** Why the engine refused the last save; stands where the buttons are, in sight. */
  failure: Failure | null;
  onDiscard: () => void;
  children?: ReactNode;
}

/** How a form ends: what is not saved yet, save, discard. */
export function FormActions({ save, changes, problems, busy, failure, onDiscard, children }: FormActionsProps) {
  const commandable = useAppSelector(selectCommandable);
  const blocked = !commandable ? NOT_CONNECTED : changes === 0 ? 'Nothing was changed.' : null;
  return (
    <div className="cb-form-actions">
      <FailureNote failure={failure} />
      <span className={problems > 0 ? 'cb-tone-bad' : 'cb-muted'}>{stateText(changes, problems)}</span>
      <Button
        type="submit"
        size="small"
        intent="primary"
        text={save}
        disabled={blocked !== null}
        title={blocked ?? save}
        aria-busy={busy}
      />
      <Button size="small" text="Discard changes" disabled={changes === 0} onClick={onDiscard} />
      {children}
    </div>
  );
}

function stateText(changes: number, problems: number): string {
  if (changes === 0) return 'As the engine has it';
  const changed = changes === 1 ? '1 change not saved' : `${changes} changes not saved`;
  return problems === 0 ? changed : `${changed}, ${problems} refused`;
}
