import type { Random } from '#shared/kernel/random';
import type { Clock } from '#shared/kernel/time';
import type {
  ClientSocket,
  HttpRequest,
  HttpResponse,
  ServerSocketEvents,
  SocketEvents,
  Transport,
} from '#shared/kernel/transport';
import { TransportError } from '#shared/kernel/transport';
import type { LocalVenue } from './wire/venue.ts';

/** One-way delay of a host, ms: fixed part plus an exponential tail. */
export interface Latency {
  readonly baseMs: number;
  readonly jitterMs: number;
}

export interface InProcessOptions {
  readonly clock: Clock;
  readonly servers: readonly LocalVenue[];
  readonly random: Random;
  /** Default: 3 ms and a tail of 1 ms for every host. */
  readonly latencyOf?: (host: string) => Latency;
}

const DEFAULT_LATENCY: Latency = { baseMs: 3, jitterMs: 1 };
const encoder = new TextEncoder();

/** One direction of a connection: what is sent first arrives first, however the delays fall. */
class Lane {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #latency: Latency;
  #lastDueMonoMs = 0;

  constructor(clock: Clock, random: Random, latency: Latency) {
    this.#clock = clock;
    this.#random = random;
    this.#latency = latency;
  }

  /** `laterMs`: how much later than usual it leaves. */
  carry(deliver: () => void, laterMs = 0): void {
    const now = this.#clock.monoMs();
    const delay =
      this.#latency.baseMs + (this.#latency.jitterMs > 0 ? this.#random.exponential(this.#latency.jitterMs) : 0);
    this.#lastDueMonoMs = Math.max(this.#lastDueMonoMs, now + laterMs + delay);
    this.#clock.after(this.#lastDueMonoMs - now, deliver);
  }
}

/**
 * The practice venues without sockets: the same bytes, carried by the clock's timers (PP-4). On a virtual clock the same
 * seed delivers the same frames at the same times.
 */
export class InProcessTransport implements Transport {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #latencyOf: (host: string) => Latency;
  readonly #byHost = new Map<string, LocalVenue>();
  /** Announcements are numbered by themselves: whether anybody reads them moves no other connection (PP-4). */
  readonly #opened = { connection: 0, announcements: 0 };

  constructor(options: InProcessOptions) {
    this.#clock = options.clock;
    this.#random = options.random;
    this.#latencyOf = options.latencyOf ?? (() => DEFAULT_LATENCY);
    for (const server of options.servers) for (const host of server.hosts) this.#byHost.set(host, server);
  }

  openSocket(url: string, events: SocketEvents): ClientSocket {
    const host = hostOf(url);
    const server = host === null ? undefined : this.#byHost.get(host);
    const [there, back] = this.#lanes(host ?? 'unknown');
    let state: 'connecting' | 'open' | 'closed' = 'connecting';
    let remote: ServerSocketEvents | null = null;
    const close = (code: number, reason: string): void => {
      if (state === 'closed') return;
      state = 'closed';
      events.closed(code, reason);
    };
    let remoteGone = false;
    const closeRemote = (code: number): void => {
      if (remoteGone) return;
      remoteGone = true;
      remote?.closed(code);
    };
    const receive = (deliver: () => void): void =>
      back.carry(() => {
        if (state === 'open') deliver();
      });
    there.carry(() => {
      if (server === undefined) {
        back.carry(() => close(1006, `no venue at ${host ?? url}`));
        return;
      }
      if (server.refuses(url)) {
        back.carry(() => close(1006, 'connection refused'));
        return;
      }
      if (state === 'closed') return;
      back.carry(() => {
        if (state !== 'connecting') return;
        state = 'open';
        events.open();
      });
      remote = server.connect(url, {
        send: (text) => {
          if (remoteGone) return;
          receive(() => events.message(encoder.encode(text)));
        },
        ping: () => {
          if (remoteGone) return;
          receive(() => {
            events.ping();
            there.carry(() => remoteGone || remote?.pong());
          });
        },
        close: (code, reason) => {
          back.carry(() => close(code, reason));
          there.carry(() => closeRemote(code));
        },
        terminate: () => {
          back.carry(() => close(1006, ''));
          this.#clock.after(0, () => closeRemote(1006));
        },
      });
      // Refused while connecting: the venue's close above already closed it.
    });
    const ifOpen = (run: () => void): void => {
      if (state === 'open') there.carry(() => remoteGone || run());
    };
    return {
      send: (text) => ifOpen(() => remote?.message(text)),
      ping: () =>
        ifOpen(() => {
          remote?.ping();
          receive(() => events.pong());
        }),
      close: () => {
        there.carry(() => {
          closeRemote(1000);
          back.carry(() => close(1000, ''));
        });
      },
      terminate: () => {
        this.#clock.after(0, () => close(1006, ''));
        there.carry(() => closeRemote(1006));
      },
    };
  }

  request(request: HttpRequest): Promise<HttpResponse> {
    const host = hostOf(request.url);
    const server = host === null ? undefined : this.#byHost.get(host);
    const aside = server?.announces(request.url) === true;
    const [there, back] = this.#lanes(host ?? 'unknown', aside ? 'announcements' : 'connection');
    return new Promise((resolve, reject) => {
      const cancelTimeout = this.#clock.after(request.timeoutMs, () =>
        reject(new TransportError(`${request.url}: no answer within ${request.timeoutMs} ms`)),
      );
      there.carry(() => {
        if (server === undefined) {
          cancelTimeout();
          reject(new TransportError(`${request.url}: no venue at ${host ?? 'this address'}`));
          return;
        }
        const answer = server.request(request);
        // Nothing comes back: the client's own patience ends it.
        if (answer === 'lost') return;
        back.carry(() => {
          cancelTimeout();
          resolve(answer);
        }, server.answerDelayMs(request));
      });
    });
  }

  /** A connection's own delays: drawn from its own stream, so that one connection's traffic never moves another's. */
  #lanes(host: string, kind: 'connection' | 'announcements' = 'connection'): [Lane, Lane] {
    const random = this.#random.fork(`${kind}/${this.#opened[kind]}`);
    this.#opened[kind] += 1;
    const latency = this.#latencyOf(host);
    return [new Lane(this.#clock, random.fork('there'), latency), new Lane(this.#clock, random.fork('back'), latency)];
  }
}

function hostOf(url: string): string | null {
  try {
    return new URL(url).hostname;
  } catch {
    return null;
  }
}
