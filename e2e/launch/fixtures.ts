import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Browser,
  test as base,
  type ConsoleMessage,
  chromium,
  type ElectronApplication,
  _electron as electron,
  expect,
  type Page,
} from '@playwright/test';
import { chromiumOptions } from './chromium.ts';
import { desktopRuntime } from './paths.ts';
import { addressOf, headless, tempDir } from './programs.ts';

/** A desktop app that was asked to close has this long; it gives itself 13 s. */
const CLOSE_MS = 25_000;

export interface HostOptions {
  readonly host: 'web' | 'electron';
}

/** A workstation on practice venues with its window open, whatever the window is shown in. */
export interface Workstation {
  readonly page: Page;
  readonly dataDir: string;
  /** Ends the program, orderly or as a power cut would, and starts it again on the same data directory. */
  restart(how: 'orderly' | 'kill'): Promise<void>;
  /** Stops the engine's process in its tracks, or lets it go on; `null` where the window would stop with it. */
  readonly freeze: ((frozen: boolean) => void) | null;
  /** The desktop app's own process; `null` in a browser. */
  readonly desktop: ElectronApplication | null;
}

interface Running {
  readonly page: Page;
  readonly freeze: Workstation['freeze'];
  readonly desktop: Workstation['desktop'];
  end(how: 'orderly' | 'kill'): Promise<void>;
}

type Start = (dataDir: string) => Promise<Running>;

export const test = base.extend<{ workstation: Workstation; start: Start }, HostOptions & { shell: Browser | null }>({
  host: ['web', { option: true, scope: 'worker' }],

  /** The browser of the worker, when the host is the web. */
  shell: [
    async ({ host }, use) => {
      const options = chromiumOptions();
      if (host === 'electron' || 'reason' in options) return use(null);
      const browser = await chromium.launch(options);
      await use(browser);
      await browser.close();
    },
    { scope: 'worker' },
  ],

  start: async ({ host, shell }, use) => {
    if (host === 'electron') {
      const runtime = desktopRuntime(process.env);
      if ('reason' in runtime) return test.skip(true, `no desktop journeys: ${runtime.reason}`);
      return use((dataDir) => startDesktop(runtime.executable, runtime.args, dataDir));
    }
    if (shell === null) return test.skip(true, 'no browser journeys: there is no Chromium here');
    return use((dataDir) => startWeb(shell, dataDir));
  },

  workstation: async ({ start }, use, info) => {
    const dir = tempDir();
    const errors: string[] = [];
    let running = await start(dir.path);
    watch(running.page, errors);
    await use({
      get page() {
        return running.page;
      },
      dataDir: dir.path,
      get freeze() {
        return running.freeze;
      },
      get desktop() {
        return running.desktop;
      },
      restart: async (how) => {
        await running.end(how);
        running = await start(dir.path);
        watch(running.page, errors);
      },
    });
    if (info.status !== info.expectedStatus) {
      const body = await running.page.screenshot().catch(() => null);
      if (body !== null) await info.attach('window', { body, contentType: 'image/png' });
    }
    await running.end('orderly');
    dir.remove();
    // A refused style, a thrown error, a failed load: nothing of the kind may happen on any journey.
    expect(errors, 'errors in the window’s console').toEqual([]);
  },
});

function watch(page: Page, errors: string[]): void {
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message: ConsoleMessage) => {
    // A line that broke is told by the window itself, and by Chromium here.
    if (message.type() === 'error' && !/WebSocket connection to .* failed/.test(message.text()))
      errors.push(message.text());
  });
}

async function startWeb(browser: Browser, dataDir: string): Promise<Running> {
  const program = headless(dataDir, '--port', '0', '--seed', '7');
  const { url } = await addressOf(program);
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-US' });
  const page = await context.newPage();
  await page.goto(url);
  return {
    page,
    desktop: null,
    freeze: (frozen) => program.signal(frozen ? 'SIGSTOP' : 'SIGCONT'),
    end: async (how) => {
      if (how === 'kill') {
        program.signal('SIGKILL');
        await program.ended;
      }
      await context.close();
      const ended = await program.stop();
      if (how === 'orderly') expect(ended, program.stderr).toEqual({ code: 0, signal: null });
    },
  };
}

/** An engine that stopped in order gives its data directory up. */
const hasStopped = (dataDir: string): boolean => !existsSync(join(dataDir, 'owner.json'));

const after = <T>(ms: number, value: T): Promise<T> => new Promise((resolve) => setTimeout(() => resolve(value), ms));

async function startDesktop(executablePath: string, args: readonly string[], dataDir: string): Promise<Running> {
  const app = await electron.launch({
    executablePath,
    args: [...args, `--data-dir=${dataDir}`, '--seed=7'],
    env: { ...(process.env as Record<string, string>), CROSSBOOK_TERMINAL: '1' },
  });
  const child = app.process();
  const gone = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const page = await app.firstWindow();
  return {
    page,
    freeze: null,
    desktop: app,
    end: async (how) => {
      if (how === 'kill') {
        child.kill('SIGKILL');
        await gone;
        return;
      }
      const closing = app.close();
      const code = await Promise.race([gone, after(CLOSE_MS, 'alive' as const)]);
      if (code === 'alive') {
        const stopped = hasStopped(dataDir);
        child.kill('SIGKILL');
        await gone;
        // What a journey needs is an engine that stopped in order. A debugger may keep a process of Electron's from ending;
        // that one without a debugger does end is a test of its own.
        expect(stopped, `the engine did not stop within ${CLOSE_MS / 1000} s`).toBe(true);
        console.warn(`the engine stopped in order, but its process did not end within ${CLOSE_MS / 1000} s: killed`);
      } else expect(code).toBe(0);
      // Playwright waits for pipes that a helper of Chromium's may hold beyond the end of its parent.
      child.stdout?.destroy();
      child.stderr?.destroy();
      await closing;
    },
  };
}

export { expect };
