import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HEADLESS, ROOT } from './paths.ts';

const READY_MS = 30_000;
const STOP_MS = 15_000;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A program of ours in its own process, with what it printed. */
export class Program {
  readonly #child: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';

  constructor(executable: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
    this.#child = spawn(executable, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child.stdout?.on('data', (chunk) => {
      this.stdout += chunk;
    });
    this.#child.stderr?.on('data', (chunk) => {
      this.stderr += chunk;
    });
    // `close` comes after the last of its output, `exit` may not.
    this.ended = new Promise((resolve) => this.#child.on('close', (code, signal) => resolve({ code, signal })));
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** The first match of `pattern` in its standard output; fails with all it said when it ends or takes too long. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    const deadline = Date.now() + READY_MS;
    let over = false;
    void this.ended.then(() => {
      over = true;
    });
    for (;;) {
      const found = pattern.exec(this.stdout);
      if (found !== null) return found;
      if (over || Date.now() > deadline) throw new Error(`did not say ${pattern}:\n${this.stdout}\n${this.stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  /** Asks it to stop and waits; ends it by force when it does not. */
  async stop(): Promise<Ended> {
    this.signal('SIGTERM');
    const force = setTimeout(() => this.signal('SIGKILL'), STOP_MS);
    const ended = await this.ended;
    clearTimeout(force);
    return ended;
  }
}

export function headless(dataDir: string, ...flags: string[]): Program {
  return new Program(process.execPath, [HEADLESS, 'headless', '--data-dir', dataDir, ...flags]);
}

/** The environment of a program that finds no network, whatever this machine has. */
export function withoutNetwork(): NodeJS.ProcessEnv {
  const preload = `--require ${JSON.stringify(join(ROOT, 'e2e', 'launch', 'no-network.cjs'))}`;
  return { ...process.env, NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} ${preload}`.trim() };
}

export interface Address {
  /** With its one-time token. */
  readonly url: string;
  readonly origin: string;
}

/** The address a headless workstation printed. */
export async function addressOf(program: Program): Promise<Address> {
  const [, url = ''] = await program.says(/^Open (http:\S+)$/m);
  return { url, origin: new URL(url).origin };
}

export interface TempDir {
  readonly path: string;
  remove(): void;
}

export function tempDir(): TempDir {
  const path = mkdtempSync(join(tmpdir(), 'crossbook-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }) };
}
