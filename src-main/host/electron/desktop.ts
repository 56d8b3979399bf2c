import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, BrowserWindow, dialog } from 'electron';
import type { ContractService } from '#shared/contract/service';
import type { Result } from '#shared/kernel/result';
import type { Clock } from '#shared/kernel/time';
import { Dispatcher } from '../dispatch.ts';
import { Session } from '../session.ts';
import { serveIpc } from './ipc.ts';
import { registerScheme } from './scheme.ts';
import { openWindow, setMenu, type WindowFiles } from './window.ts';

/** An orderly stop that takes longer than this is given up; the journal holds whatever was under way. */
const STOP_LIMIT_MS = 10_000;
/** Electron is given this long to end the process, which would keep the next one out; then it kills itself. */
const EXIT_LIMIT_MS = 3_000;

/** What the desktop needs of a running workstation. */
interface Running {
  readonly service: ContractService;
  /** Takes a problem down; gives its text as it may be shown. */
  report(problem: string): string;
  stop(): Promise<void>;
}

interface Problem {
  readonly exitCode: number;
  readonly message: string;
}

export interface DesktopOptions {
  readonly dataDir: string;
  readonly files: Omit<WindowFiles, 'stateFile'>;
  readonly clock: Clock;
  readonly start: () => Promise<Result<Running, Problem>>;
  /** Exit codes for what goes wrong here. */
  readonly exitCodes: { readonly dataDirectory: number; readonly secondInstance: number; readonly defect: number };
  /** Problems at start are printed; someone without a terminal needs a dialog too. */
  readonly inTerminal: boolean;
  /** Resolves when a signal asks for an orderly stop. */
  readonly askedToStop: Promise<void>;
  /** Prints it. */
  readonly onProblem: (problem: string) => void;
}

/** Runs the desktop app to its end: one instance a data directory (EX-13), the engine, the window, an orderly stop. */
export function runDesktop(options: DesktopOptions): void {
  registerScheme();
  const profileDir = join(options.dataDir, 'window');
  try {
    mkdirSync(profileDir, { recursive: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `The data directory ${options.dataDir} cannot be used: ${reason}`;
    void refuse(options, { exitCode: options.exitCodes.dataDirectory, message });
    return;
  }
  // Chromium's own files stay out of ours, and the lock below belongs to this data directory.
  app.setPath('userData', profileDir);
  if (!app.requestSingleInstanceLock()) {
    const message = `Crossbook already runs on ${options.dataDir}; its window was brought to the front.`;
    void refuse({ ...options, inTerminal: true }, { exitCode: options.exitCodes.secondInstance, message });
    return;
  }
  void open(options, join(profileDir, 'window.json'));
}

async function open(options: DesktopOptions, stateFile: string): Promise<void> {
  const { clock } = options;
  await app.whenReady();
  setMenu(process.platform);
  const started = await options.start();
  if (!started.ok) {
    await refuse(options, started.error);
    return;
  }
  const { service, report } = started.value;
  const onProblem = (problem: string) => options.onProblem(report(problem));
  const window = openWindow({ ...options.files, stateFile }, clock, onProblem);
  const dispatcher = new Dispatcher(service, onProblem);
  const ipc = serveIpc(window, (link) => new Session(service, dispatcher, clock, link, onProblem));
  app.on('second-instance', () => bringToFront(window));
  app.on('window-all-closed', () => app.quit());
  stopWithApp(options, async () => {
    ipc.stop();
    await started.value.stop();
  });
}

/** Quitting waits for the engine; a signal asks for the same. */
function stopWithApp(options: DesktopOptions, stop: () => Promise<void>): void {
  let stopping = false;
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (stopping) return;
    stopping = true;
    options.clock.after(STOP_LIMIT_MS, () => {
      options.onProblem(`the engine did not stop within ${STOP_LIMIT_MS / 1000} s`);
      end(options.clock, options.exitCodes.defect);
    });
    Promise.all([closeWindows(), stop()]).then(
      () => end(options.clock, 0),
      (error: unknown) => {
        options.onProblem(String(error));
        end(options.clock, options.exitCodes.defect);
      },
    );
  });
  void options.askedToStop.then(() => app.quit());
}

/**
 * Ends the process, the hard way where Electron does not and this still runs. In a turn of its own: what comes before may
 * be the event of the last window that closed, and Electron is in the middle of that. The journal takes the hard end like
 * any crash.
 */
function end(clock: Clock, exitCode: number): void {
  clock.after(0, () => app.exit(exitCode));
  clock.after(EXIT_LIMIT_MS, () => process.kill(process.pid, 'SIGKILL'));
}

/** Closing asks the page first, and remembers the window's place: worth the wait. */
function closeWindows(): Promise<unknown> {
  const closed = BrowserWindow.getAllWindows().map((window) => {
    const gone = new Promise<void>((resolve) => window.once('closed', () => resolve()));
    window.close();
    return gone;
  });
  return Promise.all(closed);
}

async function refuse(options: DesktopOptions, { exitCode, message }: Problem): Promise<void> {
  console.error(message);
  if (!options.inTerminal) {
    await app.whenReady();
    dialog.showErrorBox('Crossbook cannot start', message);
  }
  app.exit(exitCode);
}

function bringToFront(window: BrowserWindow): void {
  if (window.isDestroyed()) return;
  if (window.isMinimized()) window.restore();
  window.focus();
}
