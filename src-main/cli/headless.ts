import { join, resolve } from 'node:path';
import type { Result } from '#shared/kernel/result';
import { EXIT } from '../app/start-problem.ts';
import { SystemClock } from '../app/system-clock.ts';
import { wantsPassphrase } from '../app/vault-file.ts';
import { createWorkstation } from '../app/workstation.ts';
import { type ReservedPort, reservePort } from '../host/web/port.ts';
import { startWebHost, type WebHost } from '../host/web/web-host.ts';
import { openConsole } from './console.ts';
import { type HeadlessFlags, parseFlags, portOption, refuseContradiction, workstationCommand } from './flags.ts';
import { passphraseFrom } from './passphrase.ts';
import { untilAskedToStop } from './signals.ts';

/** Tried first when no port was asked for, so that a bookmark stays right. */
const USUAL_PORT = 8417;

export const headlessCommand = () =>
  workstationCommand('npm run headless --', 'Serve the workstation to a browser on this machine.').addOption(
    portOption(),
  );

/** `headless`: runs until asked to stop; resolves to the exit code. `outDir` holds the built window. */
export async function headless(args: readonly string[], outDir: string): Promise<number> {
  const parsed = parseFlags(headlessCommand(), args, (command): HeadlessFlags => {
    refuseContradiction(command);
    const options = command.opts<HeadlessFlags>();
    return { ...options, port: options.port ?? null };
  });
  if (parsed.kind === 'exit') return parsed.exitCode;
  const { flags } = parsed;

  const dataDir = resolve(flags.dataDir);
  const passphrase = await passphraseFrom({
    environment: process.env,
    terminal: process.stdin,
    say: (text) => process.stdout.write(text),
    wanted: () => wantsPassphrase(dataDir),
  });
  if (!passphrase.ok) return EXIT.ok;

  let report = (problem: unknown): unknown => problem;
  const onProblem = (problem: unknown) => console.error(report(problem));
  const clock = new SystemClock(onProblem);
  const askedToStop = untilAskedToStop(clock);
  const port = await takePort(flags.port);
  if (!port.ok) {
    console.error(port.error);
    return EXIT.port;
  }
  const workstation = await createWorkstation({
    dataDir,
    venues: flags.venues,
    seed: flags.seed,
    world: flags.world,
    bases: flags.bases,
    broker: flags.broker,
    passphrase: passphrase.value,
  });
  if (!workstation.ok) {
    console.error(workstation.error.message);
    await port.value.release();
    return workstation.error.exitCode;
  }
  const { service, health, stop } = workstation.value;
  report = workstation.value.report;
  const rendererDir = join(outDir, 'renderer');
  const host = startWebHost(port.value, { service, health, clock, rendererDir, onProblem });
  if (!host.ok) {
    console.error(host.error);
    await port.value.release();
    await stop();
    return EXIT.defect;
  }

  announce(host.value, flags);
  const vault = service.value('vault');
  if (passphrase.value !== undefined && vault.state !== 'open') {
    console.log('The vault did not open by that passphrase; the Keys panel tells more and takes another.');
  }
  const offerLinks = freshLinksOnSignal(host.value);
  const typed = openConsole({
    input: process.stdin,
    service,
    say: (text) => console.log(text),
    newAddress: () => printAddress(host.value),
  });
  await askedToStop;
  offerLinks.stop();
  typed.stop();
  await host.value.stop();
  await stop();
  return EXIT.ok;
}

/** The port asked for, or nothing; without a wish the usual one, or any when that is taken. */
async function takePort(wished: number | null): Promise<Result<ReservedPort, string>> {
  if (wished !== null) return reservePort(wished);
  const usual = await reservePort(USUAL_PORT);
  return usual.ok ? usual : reservePort(0);
}

function announce(host: WebHost, flags: HeadlessFlags): void {
  const what = flags.venues === 'practice' ? `practice venues, seed ${flags.seed}` : 'live public feeds';
  const fills = flags.broker === 'practice' ? 'paper trading on practice accounts' : 'paper trading';
  console.log(`Crossbook runs: ${what}; ${fills}; data in ${resolve(flags.dataDir)}`);
  printAddress(host);
}

function printAddress(host: WebHost): void {
  const again = process.stdin.isTTY ? '; Enter gives a new one, help says what else' : '';
  console.log(`Open ${host.newAddress()}`);
  console.log(`(the address works once, within 10 minutes${again}; Ctrl+C stops)`);
}

/** SIGUSR2 prints a new address, as Enter does on a terminal: a browser may have lost its cookie. */
function freshLinksOnSignal(host: WebHost): { stop(): void } {
  const print = () => printAddress(host);
  if (process.platform !== 'win32') process.on('SIGUSR2', print);
  return {
    stop: () => {
      process.removeListener('SIGUSR2', print);
    },
  };
}
