import { Button, Callout } from '@blueprintjs/core';
import { useAppDispatch, useAppSelector } from '../store/hooks.ts';
import { selectStatus } from '../store/selectors.ts';
import { ui } from '../store/ui.ts';
import { KILL_KEYS } from './kill-switch.tsx';

/** What was found wrong at start (UI-8), and the way for somebody who is here for the first time (UI-11). */
export function Notes({ layoutProblem }: { layoutProblem: string | null }) {
  const status = useAppSelector(selectStatus);
  const startNotes = [...(layoutProblem === null ? [] : [layoutProblem]), ...(status?.startupNotes ?? [])];
  return (
    <>
      {startNotes.length === 0 ? null : (
        <Callout compact intent="warning" className="cb-note" role="note" aria-label="Notes from the start">
          {startNotes.map((note) => (
            <p key={note}>{note}</p>
          ))}
        </Callout>
      )}
      <FirstRun />
    </>
  );
}

function FirstRun() {
  const dispatch = useAppDispatch();
  const seen = useAppSelector((state) => state.ui.firstRunSeen);
  const mode = useAppSelector((state) => selectStatus(state)?.mode ?? null);
  const auto = useAppSelector((state) => selectStatus(state)?.auto ?? null);
  if (seen || mode === null || mode === 'LIVE') return null;
  const prices =
    mode === 'PRACTICE'
      ? 'Five practice venues quote spot and perpetuals on this machine'
      : 'The five venues’ public prices are used';
  return (
    <Callout compact className="cb-note cb-first-run" role="note" aria-label="First steps">
      <p>
        {prices}; every deal is on paper: no key is needed and no money moves.{' '}
        {auto === 'running' ? 'Auto mode is running.' : 'Press Start in the status bar to let auto mode trade.'} Planner
        shows every candidate with its reason, Deals what was traded. {KILL_KEYS} stops it all.
      </p>
      <Button size="small" text="Got it" onClick={() => dispatch(ui.firstRunSeen())} />
    </Callout>
  );
}
