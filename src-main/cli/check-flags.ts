import { EXIT } from '../app/start-problem.ts';
import { parseFlags, portOption, refuseContradiction, workstationCommand } from './flags.ts';

/**
 * `check-flags`: says whether `npm start` could run with these flags, before anything is opened or fetched. The port is
 * only used when there is no desktop, and accepted either way.
 */
export function checkFlags(args: readonly string[]): number {
  const command = workstationCommand('npm start --', 'Open the desktop app, or serve the browser where there is none.');
  const parsed = parseFlags(command.addOption(portOption()), args, refuseContradiction);
  return parsed.kind === 'exit' ? parsed.exitCode : EXIT.ok;
}
