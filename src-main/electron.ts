/** Desktop entry: reads the flags, then hands over to the desktop host. */
import { join, resolve } from 'node:path';
import { app } from 'electron';
import { EXIT } from './app/start-problem.ts';
import { SystemClock } from './app/system-clock.ts';
import { createWorkstation } from './app/workstation.ts';
import { ownArguments } from './cli/desktop-flags.ts';
import { parseFlags, portOption, refuseContradiction, type WorkstationFlags, workstationCommand } from './cli/flags.ts';
import { takePassphrase } from './cli/passphrase.ts';
import { untilAskedToStop } from './cli/signals.ts';
import { runDesktop } from './host/electron/desktop.ts';
import { electronKeychain } from './host/electron/keychain.ts';
import { takeV8Flags } from './host/electron/v8-flags.ts';

takeV8Flags(app.commandLine);
const command = workstationCommand('crossbook', 'The desktop app.').addOption(portOption());
const parsed = parseFlags(command, ownArguments(process.argv, process.defaultApp === true), (parsedCommand) => {
  refuseContradiction(parsedCommand);
  return parsedCommand.opts<WorkstationFlags>();
});

if (parsed.kind === 'exit') app.exit(parsed.exitCode);
else {
  const { flags } = parsed;
  const dataDir = resolve(flags.dataDir);
  const onProblem = (problem: unknown) => console.error(problem);
  const clock = new SystemClock(onProblem);
  const outDir = join(__dirname, '..');
  runDesktop({
    dataDir,
    files: {
      rendererDir: join(outDir, 'renderer'),
      preload: join(outDir, 'preload', 'preload.cjs'),
      icon: join(outDir, '..', 'assets', 'icon.png'),
    },
    clock,
    start: () =>
      createWorkstation({ ...flags, dataDir, keychain: electronKeychain(), passphrase: takePassphrase(process.env) }),
    exitCodes: EXIT,
    inTerminal: process.stderr.isTTY === true || process.env.CROSSBOOK_TERMINAL === '1',
    askedToStop: untilAskedToStop(clock),
    onProblem,
  });
}
