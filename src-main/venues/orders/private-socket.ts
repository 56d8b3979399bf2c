import type { Random } from '#shared/kernel/random';
import type { Cancel, Clock } from '#shared/kernel/time';
import type { ClientSocket, SocketEvents, Transport } from '#shared/kernel/transport';
import { fullJitterMs } from '../kit/backoff.ts';
import { exactJson } from './exact-json.ts';

const OPEN_TIMEOUT_MS = 10_000;
const BACKOFF_FLOOR_MS = 250;
const BACKOFF_BASE_MS = 500;
const BACKOFF_CAP_MS = 30_000;
/** A connection that lived this long clears the backoff. */
const STABLE_MS = 30_000;

/** A connection of a private socket, as long as it lasts. */
export interface PrivateLine {
  send(message: unknown): void;
  /** Everything that was asked for is confirmed: what comes now is the account's truth from here on. */
  live(): void;
  /** Drops it and connects again after the backoff. */
  drop(reason: string): void;
}

export interface PrivateSocketOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  /** Asked anew for each connection: some addresses carry a key that runs out. `null`: could not be had, try later. */
  readonly url: () => Promise<string | null>;
  /** The socket is open: log in and subscribe. Must lead to `live()` or `drop()`. */
  readonly opened: (line: PrivateLine) => void;
  /** A message, numbers as text; plain text (`pong`) as it is. */
  readonly message: (body: unknown, text: string, line: PrivateLine) => void;
  /** Asked for every this many ms; `null` sends a protocol ping. The answer proves the line, so {@link silenceMs} is longer. */
  readonly ping: { readonly everyMs: number; readonly text: (() => string) | null };
  /** Nothing heard for this long: the line is lost. */
  readonly silenceMs: number;
  /** Not live this long after it opened: the line is lost. */
  readonly loginMs: number;
  readonly heard: () => void;
  readonly state: (state: 'connecting' | 'live' | 'lost', reason: string) => void;
}

const utf8 = new TextDecoder();

/**
 * One private socket kept open until it is cancelled: connect, log in, live; lost on closure, silence, a login that is
 * refused or not answered; again after a backoff with full jitter. Nothing of an older connection is passed on.
 */
export function keepPrivateSocket(options: PrivateSocketOptions): Cancel {
  const { transport, clock, random, state } = options;
  let epoch = 0;
  let attempt = 0;
  let socket: ClientSocket | null = null;
  let stopped = false;
  const timers = new Map<'open' | 'watch' | 'ping' | 'again', Cancel>();
  const after = (name: 'open' | 'watch' | 'ping' | 'again', ms: number, run: () => void) => {
    timers.set(name, clock.after(ms, run));
  };
  const clear = () => {
    for (const cancel of timers.values()) cancel();
    timers.clear();
  };

  const connect = async (reason: string): Promise<void> => {
    epoch += 1;
    const mine = epoch;
    const current = () => !stopped && epoch === mine;
    let phase: 'opening' | 'login' | 'live' = 'opening';
    let openedMs = 0;
    let heardMs = 0;
    const lose = (why: string) => {
      if (!current()) return;
      epoch += 1;
      clear();
      const stable = phase === 'live' && clock.monoMs() - openedMs >= STABLE_MS;
      attempt = stable ? 0 : attempt + 1;
      const old = socket;
      socket = null;
      old?.terminate();
      state('lost', why);
      const waitMs = BACKOFF_FLOOR_MS + fullJitterMs(attempt, BACKOFF_BASE_MS, BACKOFF_CAP_MS, random);
      after('again', waitMs, () => void connect(why));
    };
    state('connecting', reason);
    const url = await options.url().catch(() => null);
    if (!current()) return;
    if (url === null) {
      lose('the address of the private stream could not be had');
      return;
    }
    const line: PrivateLine = {
      send: (message) => {
        if (current()) socket?.send(typeof message === 'string' ? message : JSON.stringify(message));
      },
      live: () => {
        if (!current() || phase !== 'login') return;
        phase = 'live';
        state('live', '');
      },
      drop: lose,
    };
    const hear = () => {
      heardMs = clock.monoMs();
      options.heard();
    };
    const watch = () => {
      after('watch', Math.min(1_000, options.silenceMs), () => {
        const now = clock.monoMs();
        if (now - heardMs >= options.silenceMs) lose(`silent for ${Math.round(options.silenceMs / 1000)} s`);
        else if (phase === 'login' && now - openedMs >= options.loginMs) lose('the login was not answered');
        else watch();
      });
    };
    const ping = () => {
      after('ping', options.ping.everyMs, () => {
        const { text } = options.ping;
        if (text === null) socket?.ping();
        else socket?.send(text());
        ping();
      });
    };
    after('open', OPEN_TIMEOUT_MS, () => {
      if (phase === 'opening') lose('no answer to the connect');
    });
    const events: SocketEvents = {
      open: () => {
        if (!current()) return;
        phase = 'login';
        openedMs = clock.monoMs();
        heardMs = openedMs;
        watch();
        ping();
        try {
          options.opened(line);
        } catch {
          lose('the login could not be made');
        }
      },
      message: (data) => {
        if (!current()) return;
        hear();
        const text = utf8.decode(data);
        try {
          options.message(exactJson(text) ?? text, text, line);
        } catch {
          // It may have been an execution: a new line reads everything again (EX-5).
          lose('a message could not be read');
        }
      },
      ping: () => {
        if (current()) hear();
      },
      pong: () => {
        if (current()) hear();
      },
      closed: (code, why) => lose(`closed by the venue (${code}${why === '' ? '' : ` ${why}`})`),
    };
    try {
      socket = transport.openSocket(url, events);
    } catch {
      lose('the address of the private stream is none');
    }
  };

  void connect('starting');
  return () => {
    if (stopped) return;
    stopped = true;
    clear();
    socket?.terminate();
    socket = null;
  };
}
