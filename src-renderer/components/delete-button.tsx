import { Button, Callout } from '@blueprintjs/core';
import { useState } from 'react';
import type { Failure } from '#shared/contract/contract';
import { useAppDispatch, useAppSelector } from '../store/hooks.ts';
import { ask } from '../store/queries.ts';
import { selectCommandable } from '../store/selectors.ts';
import { NOT_CONNECTED } from './command-button.tsx';
import { FailureNote } from './failure-note.tsx';

interface DeleteButtonProps {
  /** What it is called, as the person named it. */
  what: string;
  id: string;
  dependents: 'account.dependents' | 'key.dependents';
  onDelete: () => Promise<Failure | null>;
}

/** Deletes in two steps; between them it says what depends on the thing (UI-5). */
export function DeleteButton({ what, id, dependents, onDelete }: DeleteButtonProps) {
  const dispatch = useAppDispatch();
  const commandable = useAppSelector(selectCommandable);
  const [asked, setAsked] = useState<{ sentences: readonly string[]; blocked: string | null } | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const look = async () => {
    const answer = await dispatch(ask(dependents, { id }));
    setFailure(answer.ok ? null : answer.error);
    setAsked(answer.ok ? answer.value : null);
  };
  return (
    <>
      <Button
        size="small"
        text="Delete…"
        aria-label={`Delete ${what}`}
        disabled={!commandable}
        title={commandable ? 'Says what depends on it first' : NOT_CONNECTED}
        onClick={look}
      />
      <FailureNote failure={failure} />
      {asked === null ? null : (
        <Callout compact intent="danger" role="alertdialog" aria-label={`Delete ${what}?`} className="cb-delete">
          {asked.sentences.length === 0 ? <p>Nothing depends on it.</p> : null}
          {asked.sentences.map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
          {asked.blocked === null ? null : <p className="cb-tone-bad">{asked.blocked}</p>}
          <Button size="small" text="Keep it" autoFocus onClick={() => setAsked(null)} />
          <Button
            size="small"
            intent="danger"
            text={`Delete ${what}`}
            disabled={asked.blocked !== null}
            onClick={async () => {
              setAsked(null);
              setFailure(await onDelete());
            }}
          />
        </Callout>
      )}
    </>
  );
}
