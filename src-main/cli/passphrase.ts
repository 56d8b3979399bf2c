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
const CTRL_U = '\u0015';
const BACKSPACE = /[\b\u007f]/;
/** Arrows and other keys that are no characters. */
const ESCAPE = '\u001b';
const KEYS = new RegExp(`${ESCAPE}(?:\\[[0-9;?]*[ -/]*[@-~]|O[A-Z]|)`, 'g');

/** The part of a terminal that is used. */
export interface Terminal {
  readonly isTTY: boolean;
  setRawMode(raw: boolean): unknown;
  setEncoding(encoding: 'utf8'): unknown;
  on(event: 'data', listener: (chunk: string | Buffer) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  off(event: 'data', listener: (chunk: string | Buffer) => void): unknown;
  off(event: 'end', listener: () => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

/** Asks for it on a terminal without showing what is typed; the error when the person gives up or the terminal is gone. */
export function askPassphrase(
  terminal: Terminal,
  say: (text: string) => void,
  question: string,
): Promise<Result<string, 'given-up'>> {
  return new Promise((resolve) => {
    say(question);
    let typed: readonly string[] = [];
    terminal.setRawMode(true);
    terminal.setEncoding('utf8');
    const end = (result: Result<string, 'given-up'>) => {
      terminal.off('data', onData);
      terminal.off('end', onEnd);
      terminal.setRawMode(false);
      terminal.pause();
      say('\n');
      resolve(result);
    };
    const onEnd = () => end(err('given-up'));
    const onData = (chunk: string | Buffer) => {
      for (const character of String(chunk).replaceAll(KEYS, '')) {
        if (character === CTRL_C || character === CTRL_D) return end(err('given-up'));
        if (ENTER.test(character)) return end(ok(typed.join('')));
        if (character === CTRL_U) typed = [];
        else typed = BACKSPACE.test(character) ? typed.slice(0, -1) : [...typed, character];
      }
    };
    terminal.on('data', onData);
    terminal.on('end', onEnd);
    terminal.resume();
  });
}

const QUESTION = 'Passphrase of the vault (it is not shown; Enter alone leaves the vault locked): ';

export interface PassphraseSource {
  readonly environment: NodeJS.ProcessEnv;
  readonly terminal: Terminal;
  readonly say: (text: string) => void;
  /** Whether there is a vault that a passphrase opens. */
  readonly wanted: () => boolean;
}

/**
 * SE-1: from the environment, else asked for once where a person sits at a terminal and there is a vault to open.
 * `undefined` leaves the vault locked; the error when the person wants no start at all.
 */
export async function passphraseFrom(source: PassphraseSource): Promise<Result<string | undefined, 'given-up'>> {
  const { environment, terminal, say, wanted } = source;
  const given = takePassphrase(environment);
  if (given !== undefined || !terminal.isTTY || !wanted()) return ok(given);
  const asked = await askPassphrase(terminal, say, QUESTION);
  return asked.ok && asked.value === '' ? ok(undefined) : asked;
}
