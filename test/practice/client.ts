import { InProcessTransport } from '#main/practice/in-process';
import type { PracticeOptions, PracticeWorld } from '#main/practice/practice';
import { createPracticeWorld } from '#main/practice/practice';
import type { FeedId } from '#shared/domain/ids';
import type { ActiveFault, FaultCommand, FaultName } from '#shared/domain/practice';
import { SeededRandom } from '#shared/kernel/random';
import type { ClientSocket, HttpResponse, Transport } from '#shared/kernel/transport';
import { VirtualClock } from '#shared/kernel/virtual-clock';

export const START_MS = 1_790_000_000_000;

/** A parsed frame: tests look into it with {@link at}. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** The value at `path`; fails when something on the way is missing, so that a test cannot pass on `undefined`. */
export function at(value: Json, ...path: (string | number)[]): Json {
  let here: Json = value;
  for (const key of path) {
    const next: Json | undefined =
      typeof key === 'number'
        ? Array.isArray(here)
          ? here[key]
          : undefined
        : typeof here === 'object' && here !== null && !Array.isArray(here)
          ? here[key]
          : undefined;
    if (next === undefined) throw new Error(`nothing at ${path.join('.')} of ${JSON.stringify(value).slice(0, 300)}`);
    here = next;
  }
  return here;
}

export const has = (value: Json, key: string): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && key in value;

export function list(value: Json): Json[] {
  if (!Array.isArray(value)) throw new Error(`not a list: ${JSON.stringify(value).slice(0, 200)}`);
  return value;
}

export const parse = (text: string): Json => JSON.parse(text) as Json;

/** One socket that writes down everything it hears. */
export class Recorder {
  readonly frames: string[] = [];
  readonly closes: { code: number; reason: string }[] = [];
  pings = 0;
  pongs = 0;
  readonly socket: ClientSocket;

  constructor(transport: Transport, url: string, sendOnOpen: readonly (object | string)[]) {
    this.socket = transport.openSocket(url, {
      open: () => {
        for (const message of sendOnOpen) {
          this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
        }
      },
      message: (data) => this.frames.push(new TextDecoder().decode(data)),
      ping: () => {
        this.pings += 1;
      },
      pong: () => {
        this.pongs += 1;
      },
      closed: (code, reason) => this.closes.push({ code, reason }),
    });
  }

  json(): Json[] {
    return this.frames.map(parse);
  }
}

export interface Stand {
  readonly clock: VirtualClock;
  readonly practice: PracticeWorld;
  readonly transport: InProcessTransport;
  get(url: string): Promise<HttpResponse>;
}

/** A practice world on a virtual clock with the in-process transport, running. */
export function stand(options: Partial<PracticeOptions> = {}): Stand {
  const clock = options.clock instanceof VirtualClock ? options.clock : new VirtualClock(START_MS);
  const practice = createPracticeWorld({ seed: 7, world: 'synthetic', ...options, clock });
  const transport = new InProcessTransport({
    clock,
    servers: practice.servers,
    random: new SeededRandom(options.seed ?? 7).fork('transport'),
  });
  practice.start();
  return {
    clock,
    practice,
    transport,
    get: async (url) => {
      const answer = transport.request({ method: 'GET', url, headers: {}, body: undefined, timeoutMs: 1_000 });
      clock.advanceBy(50);
      return answer;
    },
  };
}

/** Lets a fault happen, or switches it on; fails when the practice world refuses. */
export function cause(
  practice: PracticeWorld,
  feed: FeedId,
  fault: FaultName,
  more: Pick<FaultCommand, 'amount' | 'instrument'> = {},
): ActiveFault | null {
  const applied = practice.faults.apply({ feed, fault, on: true, ...more });
  if (!applied.ok) throw new Error(applied.error);
  return applied.value;
}

/** Switches a fault off. */
export function lift(practice: PracticeWorld, feed: FeedId, fault: FaultName, instrument?: string): void {
  const applied = practice.faults.apply({
    feed,
    fault,
    on: false,
    ...(instrument === undefined ? {} : { instrument }),
  });
  if (!applied.ok) throw new Error(applied.error);
}
