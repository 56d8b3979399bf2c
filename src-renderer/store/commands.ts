import type { ThunkAction, UnknownAction } from '@reduxjs/toolkit';
import { holdsSecrets } from '#shared/contract/accounts';
import type { CommandInput, CommandName, CommandOutput, Failure } from '#shared/contract/contract';
import type { Result } from '#shared/kernel/result';
import { NOT_SENT } from '../bridge/failures.ts';
import { newSubmissionId } from '../bridge/submission.ts';
import { engineNowMs } from './engine-time.ts';
import { type CommandResult, resultsSlice } from './results.ts';
import type { RootState, StoreTools } from './store.ts';

type AppThunk<R> = ThunkAction<R, RootState, StoreTools, UnknownAction>;

/**
 * Asks the engine for something and writes what became of it into the results (UI-2). `action` is the button's words.
 * Resolves to the failure, or `null` when it was accepted. A double press is one submission (UI-6) with one result; to know
 * it again its input is kept for a moment, so a form with secrets takes care of its own second press (SE-1).
 */
export function runCommand<N extends CommandName>(
  action: string,
  name: N,
  input: CommandInput<N>,
): AppThunk<Promise<Failure | null>> {
  return (dispatch, getState, { client, submissions }) => {
    const submit = async (submissionId: string) => {
      const reply = await client.command(name, input, submissionId);
      const atMs = engineNowMs(getState().connection);
      const result = reply.ok ? accepted(action, reply.value, atMs) : failed(action, reply.error, atMs);
      dispatch(resultsSlice.actions.added(result));
      return reply.ok ? null : reply.error;
    };
    return holdsSecrets(name)
      ? submit(newSubmissionId())
      : submissions.once(`${name} ${JSON.stringify(input)}`, submit);
  };
}

/**
 * {@link runCommand} for a command whose answer holds more than its sentence. The asker keeps it: nothing of it enters the
 * store.
 */
export function commandReply<N extends CommandName>(
  action: string,
  name: N,
  input: CommandInput<N>,
): AppThunk<Promise<Result<CommandOutput<N>, Failure>>> {
  return async (dispatch, getState, { client }) => {
    const reply = await client.command(name, input, newSubmissionId());
    const atMs = engineNowMs(getState().connection);
    const result = reply.ok ? accepted(action, reply.value, atMs) : failed(action, reply.error, atMs);
    dispatch(resultsSlice.actions.added(result));
    return reply;
  };
}

/** A form that breaks a bound never leaves the window; the results say so like any other refusal. */
export function refuseHere(action: string, problems: number): AppThunk<void> {
  return (dispatch, getState) => {
    const fields = problems === 1 ? 'One field is' : `${problems} fields are`;
    dispatch(
      resultsSlice.actions.added({
        action,
        result: 'not sent',
        code: 'out-of-bounds',
        text: `${fields} not accepted; the reason stands beside each.`,
        kept: 'What you entered is kept.',
        remedy: 'Correct it and save again.',
        atMs: engineNowMs(getState().connection),
      }),
    );
  };
}

function accepted(action: string, value: object, atMs: number): CommandResult {
  const text = 'text' in value && typeof value.text === 'string' ? value.text : '';
  return { action, result: 'accepted', code: 'ok', text, kept: '', remedy: '', atMs };
}

function failed(action: string, failure: Failure, atMs: number): CommandResult {
  const { code, message, kept, remedy } = failure;
  return { action, result: resultWord(failure), code, text: message, kept, remedy, atMs };
}

function resultWord(failure: Failure): CommandResult['result'] {
  if (failure === NOT_SENT) return 'not sent';
  return failure.code === 'disconnected' ? 'not known' : 'refused';
}
