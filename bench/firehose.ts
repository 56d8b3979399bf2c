import { type ChildProcess, fork } from 'node:child_process';
import { type EngineOrder, FIREHOSE_ENGINE, type FirehoseResult } from './firehose-engine.ts';
import { FIREHOSE_VENUES, type FirehoseOrder } from './firehose-venues.ts';

const SEED = 17;
/** With the named coins this makes about fifty instruments a feed. */
const ASSETS = 45;
/** How long the venues' process may take to listen. */
const START_TIMEOUT_MS = 60_000;
/** What the engine's process may take beyond the time it measures. */
const OVERHEAD_MS = 120_000;

/**
 * Ten feeds of about fifty instruments over real sockets, the venues in a process of their own and the engine in
 * another: every frame decoded, written, detected on. The event loop's delay says whether one core keeps up.
 * `nodeFlags`: those of the engine's process.
 */
export async function benchFirehose(
  seconds: number,
  updatesPerSecond: number,
  nodeFlags: readonly string[],
): Promise<FirehoseResult> {
  const venuesOrder: FirehoseOrder = { seed: SEED, assets: ASSETS, updatesPerSecond };
  const venues = forkSelf(FIREHOSE_VENUES, venuesOrder, []);
  try {
    const { port } = await answerOf<{ port: number }>(venues, 'the venues', START_TIMEOUT_MS);
    const engineOrder: EngineOrder = { port, seed: SEED, seconds };
    const engine = forkSelf(FIREHOSE_ENGINE, engineOrder, ['--expose-gc', ...nodeFlags]);
    try {
      return await answerOf<FirehoseResult>(engine, 'the engine', seconds * 1000 + OVERHEAD_MS);
    } finally {
      engine.kill();
    }
  } finally {
    venues.kill();
  }
}

/** This program again, in another part. */
const forkSelf = (part: string, order: object, execArgv: string[]): ChildProcess =>
  fork(process.argv[1] ?? '', [part, JSON.stringify(order)], { execArgv });

/** The first message of a process; an error when it ends, or takes too long, without one. */
function answerOf<T>(child: ChildProcess, name: string, timeoutMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${name} did not answer`)), timeoutMs);
    child.once('message', (message) => {
      clearTimeout(timer);
      resolve(message as T);
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`${name} ended with code ${code}`));
    });
  });
}
