import type { ReadStream } from 'node:tty';
import { err, ok, type Result } from '#shared/kernel/result';

/** Where a program without a person in front of it finds the vault's passphrase. */
export const PASSPHRASE_VARIABLE = 'CROSSBOOK_VAULT_PASSPHRASE';

/**
 * The passphrase from the environment, taken out of it at once so that no child process, report or crash dump has it;
 * `undefined` when it is not set.
 */
export function takePassphrase(environment: NodeJS.ProcessEnv): string | undefined {
  const passphrase = environment[PASSPHRASE_VARIABLE];
  delete environment[PASSPHRASE_VARIABLE];
  return passphrase === '' ? undefined : passphrase;
}

const ENTER = /[\r\n]/;
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const BACKSPACE = /[\b\u007f]/;

/** Asks for it on a terminal without showing what is typed; the error when the person gives up. */
export function askPassphrase(
  terminal: Pick<ReadStream, 'setRawMode' | 'on' | 'off' | 'resume' | 'pause' | 'setEncoding'>,
  say: (text: string) => void,
  question: string,
): Promise<Result<string, 'given-up'>> {
  return new Promise((resolve) => {
    say(question);
    let typed = '';
    terminal.setRawMode(true);
    terminal.setEncoding('utf8');
    const end = (result: Result<string, 'given-up'>) => {
      terminal.off('data', onData);
      terminal.setRawMode(false);
      terminal.pause();
      say('\n');
      resolve(result);
    };
    const onData = (chunk: string | Buffer) => {
      for (const character of String(chunk)) {
        if (character === CTRL_C || character === CTRL_D) return end(err('given-up'));
        if (ENTER.test(character)) return end(ok(typed));
        typed = BACKSPACE.test(character) ? typed.slice(0, -1) : typed + character;
      }
    };
    terminal.on('data', onData);
    terminal.resume();
  });
}
