import { useCallback, useState } from 'react';
import type { CommandInput, CommandName, Failure } from '#shared/contract/contract';
import { refuseHere, runCommand } from '../store/commands.ts';
import { useAppDispatch } from '../store/hooks.ts';

/** Sends commands of one control; `busy` while an answer is awaited; `refuse` reports what this window would not send. */
export function useCommand() {
  const dispatch = useAppDispatch();
  const [pending, setPending] = useState(0);
  const run = useCallback(
    async <N extends CommandName>(action: string, name: N, input: CommandInput<N>): Promise<Failure | null> => {
      setPending((count) => count + 1);
      try {
        return await dispatch(runCommand(action, name, input));
      } finally {
        setPending((count) => count - 1);
      }
    },
    [dispatch],
  );
  const refuse = useCallback(
    (action: string, problems: object) => {
      dispatch(refuseHere(action, Object.keys(problems).length));
    },
    [dispatch],
  );
  return { run, refuse, busy: pending > 0 };
}
