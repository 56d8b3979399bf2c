import type { Random } from '#shared/kernel/random';
import type { Cancel, Clock } from '#shared/kernel/time';
import type { ClientSocket, Transport } from '#shared/kernel/transport';
import { fullJitterMs } from './backoff.ts';
import type { Liveness } from './protocol.ts';

const BACKOFF_BASE_MS = 500;
const BACKOFF_CAP_MS = 30_000;
/** A connection that lived this long clears the backoff; one that dies sooner makes it grow. */
const STABLE_MS = 30_000;
const OPEN_TIMEOUT_MS = 10_000;
/** Least pause between two attempts. */
const BACKOFF_FLOOR_MS = 100;
const WATCH_MS = 250;
/** Every socket carries an instrument that is never this quiet; heartbeats alone do not keep it. */
const DATA_SILENCE_MS = 60_000;
/** First connects of all feeds are spread over this. */
const STAGGER_MS = 250;

export interface ConnectionEvents {
  connecting(epoch: number, reason: string): void;
  open(epoch: number): void;
  message(data: Uint8Array, monoMs: number): void;
  /** Bytes of any kind. */
  heard(monoMs: number): void;
  /** The connection, or the attempt, ended. Another attempt follows unless stopped. */
  lost(epoch: number, reason: string): void;
}

type State = 'idle' | 'waiting' | 'opening' | 'open' | 'stopped';

/**
 * One socket kept alive: `waiting` (backoff) → `opening` → `open` → `waiting` … until `stop`. Epochs count
 * attempts from 1; nothing of an older epoch's socket is passed on.
 */
export class Connection {
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #url: string;
  readonly #liveness: Liveness;
  readonly #sendGapMs: number;
  readonly #startAfterMs: number;
  readonly #events: ConnectionEvents;
  #state: State = 'idle';
  #epoch = 0;
  #attempt = 0;
  #socket: ClientSocket | null = null;
  #openedMs = 0;
  /** When bytes of any kind came, a message came, a message changed something. */
  #heardMs = 0;
  #messageMs = 0;
  #dataMs = 0;
  #probedMs = 0;
  #keptAliveMs = 0;
  #maxAgeMs = 0;
  #timer: Cancel = () => undefined;
  readonly #outbox: string[] = [];
  #sending = false;
  #sentMs = Number.NEGATIVE_INFINITY;

  constructor(options: {
    transport: Transport;
    clock: Clock;
    random: Random;
    url: string;
    liveness: Liveness;
    sendGapMs: number;
    /** The first connect waits this long, so that many sockets of one venue are not opened at once. */
    startAfterMs?: number;
    events: ConnectionEvents;
  }) {
    this.#transport = options.transport;
    this.#clock = options.clock;
    this.#random = options.random;
    this.#url = options.url;
    this.#liveness = options.liveness;
    this.#sendGapMs = options.sendGapMs;
    this.#startAfterMs = options.startAfterMs ?? 0;
    this.#events = options.events;
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  start(): void {
    if (this.#state !== 'idle') return;
    this.#wait(this.#startAfterMs + this.#random.next() * STAGGER_MS, 'starting');
  }

  stop(): void {
    if (this.#state === 'stopped') return;
    this.#state = 'stopped';
    this.#timer();
    this.#outbox.length = 0;
    this.#socket?.terminate();
    this.#socket = null;
  }

  /** Queues a message; messages leave in order, at most one per send gap. Dropped when the connection is lost. */
  send(text: string): void {
    if (this.#state !== 'open') return;
    this.#outbox.push(text);
    this.#flush();
  }

  /** A message was market data that could be used. */
  gotData(): void {
    this.#dataMs = this.#heardMs;
  }

  /** Drops the connection and connects again after the backoff. */
  reconnect(reason: string): void {
    if (this.#state !== 'open' && this.#state !== 'opening') return;
    const socket = this.#socket;
    // Lost at once, not when the transport has confirmed it: its books are not to be trusted meanwhile (MD-3).
    this.#lost(reason);
    socket?.terminate();
  }

  #wait(delayMs: number, reason: string): void {
    this.#state = 'waiting';
    this.#timer = this.#clock.after(delayMs, () => this.#connect(reason));
  }

  #connect(reason: string): void {
    this.#state = 'opening';
    this.#epoch += 1;
    const epoch = this.#epoch;
    const current = () => epoch === this.#epoch && (this.#state === 'opening' || this.#state === 'open');
    this.#events.connecting(epoch, reason);
    // Whoever heard that may have stopped it: then nothing is opened.
    if (!current()) return;
    this.#timer = this.#clock.after(OPEN_TIMEOUT_MS, () => this.reconnect('no answer to the connect'));
    const socket = this.#transport.openSocket(this.#url, {
      open: () => {
        if (current()) this.#opened();
      },
      message: (data) => {
        if (!current()) return;
        const monoMs = this.#hear();
        this.#messageMs = monoMs;
        this.#events.message(data, monoMs);
      },
      ping: () => {
        if (current()) this.#hear();
      },
      pong: () => {
        if (current()) this.#hear();
      },
      closed: (code, why) => {
        if (current()) this.#lost(`closed by the venue (${code}${why === '' ? '' : ` ${why}`})`);
      },
    });
    if (!current()) {
      // Ended while it was opened: nobody else holds this socket.
      socket.terminate();
      return;
    }
    this.#socket = socket;
    this.#flush();
  }

  #opened(): void {
    const now = this.#clock.monoMs();
    this.#state = 'open';
    this.#openedMs = now;
    this.#heardMs = now;
    this.#messageMs = now;
    this.#dataMs = now;
    this.#probedMs = now;
    this.#keptAliveMs = now;
    this.#sentMs = Number.NEGATIVE_INFINITY;
    // Feeds opened together do not come of age together.
    this.#maxAgeMs = this.#liveness.maxAgeMs * (1 - 0.05 * this.#random.next());
    this.#timer();
    this.#watch();
    this.#events.open(this.#epoch);
  }

  #lost(reason: string): void {
    const stable = this.#state === 'open' && this.#clock.monoMs() - this.#openedMs >= STABLE_MS;
    this.#attempt = stable ? 0 : this.#attempt + 1;
    this.#timer();
    this.#socket = null;
    this.#outbox.length = 0;
    this.#sending = false;
    const backoffMs = fullJitterMs(this.#attempt, BACKOFF_BASE_MS, BACKOFF_CAP_MS, this.#random);
    this.#wait(BACKOFF_FLOOR_MS + backoffMs, reason);
    this.#events.lost(this.#epoch, reason);
  }

  #hear(): number {
    this.#heardMs = this.#clock.monoMs();
    this.#events.heard(this.#heardMs);
    return this.#heardMs;
  }

  #watch(): void {
    this.#timer = this.#clock.after(WATCH_MS, () => {
      const now = this.#clock.monoMs();
      const { probeAfterMs, probeText, keepAliveMs, keepAliveText, silenceMs } = this.#liveness;
      // Pongs do not count: something in front of a dead venue may still answer them.
      if (now - this.#messageMs >= silenceMs) {
        this.reconnect(`silent for ${Math.round(silenceMs / 1000)} s`);
        return;
      }
      if (now - this.#dataMs >= DATA_SILENCE_MS) {
        this.reconnect(`no market data for ${DATA_SILENCE_MS / 1000} s`);
        return;
      }
      if (this.#maxAgeMs > 0 && now - this.#openedMs >= this.#maxAgeMs) {
        this.reconnect('near the venue’s limit for a connection’s age');
        return;
      }
      if (keepAliveMs > 0 && now - this.#keptAliveMs >= keepAliveMs) {
        this.#keptAliveMs = now;
        this.#ask(keepAliveText);
      }
      if (now - this.#heardMs >= probeAfterMs && now - this.#probedMs >= probeAfterMs) {
        this.#probedMs = now;
        this.#ask(probeText);
      }
      this.#watch();
    });
  }

  /** Sends what the venue answers; `null` is a ping. */
  #ask(text: string | null): void {
    if (text === null) this.#socket?.ping();
    else this.send(text);
  }

  #flush(): void {
    const socket = this.#socket;
    const text = this.#outbox[0];
    if (this.#sending || this.#state !== 'open' || socket === null || text === undefined) return;
    const now = this.#clock.monoMs();
    const waitMs = this.#sentMs + this.#sendGapMs - now;
    if (waitMs > 0) {
      this.#sending = true;
      const epoch = this.#epoch;
      this.#clock.after(waitMs, () => {
        if (epoch !== this.#epoch) return;
        this.#sending = false;
        this.#flush();
      });
      return;
    }
    this.#outbox.shift();
    this.#sentMs = now;
    socket.send(text);
    this.#flush();
  }
}
