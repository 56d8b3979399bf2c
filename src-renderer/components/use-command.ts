import { useCallback, useState } from 'react';
import type { CommandInput, CommandName, Failure } from '#shared/contract/contract';
import { runCommand } from '../store/commands.ts';
import { useAppDispatch } from '../store/hooks.ts';

/** Sends commands of one control; `busy` while an answer is awaited. */
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
  return { run, busy: pending > 0 };
}
