import { Button, type ButtonProps } from '@blueprintjs/core';
import type { CommandInput, CommandName } from '#shared/contract/contract';
import { useAppSelector } from '../store/hooks.ts';
import { selectCommandable } from '../store/selectors.ts';
import { useCommand } from './use-command.ts';

export const NOT_CONNECTED = 'The engine is not reachable: commands are disabled until it answers.';

interface CommandButtonProps<N extends CommandName> {
  /** What is asked, in words; the button's text, and the name of the result. */
  action: string;
  /** Shorter text on the button; the accessible name stays `action`. */
  text?: string;
  name: N;
  input: CommandInput<N>;
  /** Why it makes no sense now; disables the button. */
  unless?: string | null;
  icon?: ButtonProps['icon'];
  intent?: ButtonProps['intent'];
}

/** A button that gives one command to the engine; disabled, with the reason, when it cannot. */
export function CommandButton<N extends CommandName>(props: CommandButtonProps<N>) {
  const { action, text, name, input, unless = null, icon, intent = 'none' } = props;
  const commandable = useAppSelector(selectCommandable);
  const { run, busy } = useCommand();
  const blocked = commandable ? unless : NOT_CONNECTED;
  return (
    <Button
      size="small"
      text={text ?? action}
      aria-label={action}
      aria-busy={busy}
      icon={icon}
      intent={intent}
      disabled={blocked !== null}
      title={blocked ?? action}
      onClick={() => run(action, name, input)}
    />
  );
}
