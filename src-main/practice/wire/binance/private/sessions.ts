import type { Cancel, Clock } from '#shared/kernel/time';
import { every } from '#shared/kernel/time';
import type { ServerSocket } from '#shared/kernel/transport';
import type { FeedGate } from '../../gate.ts';

const PING_MS = 20_000;
const PONG_LIMIT_MS = 60_000;
const LIFETIME_MS = 24 * 3_600_000;
const MESSAGES_PER_SECOND = 5;

interface Life {
  readonly openedMonoMs: number;
  lastPongMonoMs: number;
  windowStartMonoMs: number;
  messages: number;
}

/** The rules that every private connection keeps to: pings and their pongs, a day's life, few messages a second. */
export class PrivateSessions {
  readonly #clock: Clock;
  readonly #gate: FeedGate;
  readonly #lives = new Map<ServerSocket, Life>();
  #cancel: Cancel = () => {};

  constructor(clock: Clock, gate: FeedGate) {
    this.#clock = clock;
    this.#gate = gate;
  }

  start(): void {
    this.#cancel = every(this.#clock, PING_MS, () => this.#pingAll());
  }

  stop(): void {
    this.#cancel();
  }

  opened(socket: ServerSocket): void {
    const now = this.#clock.monoMs();
    this.#lives.set(socket, { openedMonoMs: now, lastPongMonoMs: now, windowStartMonoMs: now, messages: 0 });
  }

  closed(socket: ServerSocket): void {
    this.#lives.delete(socket);
  }

  pong(socket: ServerSocket): void {
    const life = this.#lives.get(socket);
    if (life !== undefined) life.lastPongMonoMs = this.#clock.monoMs();
  }

  /** False, and the connection ends, when there were too many messages in this second. */
  count(socket: ServerSocket): boolean {
    const life = this.#lives.get(socket);
    if (life === undefined) return false;
    const now = this.#clock.monoMs();
    if (now - life.windowStartMonoMs >= 1000) {
      life.windowStartMonoMs = now;
      life.messages = 0;
    }
    life.messages += 1;
    if (life.messages <= MESSAGES_PER_SECOND) return true;
    socket.close(1008, 'Too many requests');
    return false;
  }

  #pingAll(): void {
    const now = this.#clock.monoMs();
    for (const [socket, { openedMonoMs, lastPongMonoMs }] of [...this.#lives]) {
      if (now - openedMonoMs >= LIFETIME_MS) socket.close(1001, 'connection lifetime reached');
      else if (now - lastPongMonoMs > PONG_LIMIT_MS) socket.close(1008, 'Pong timeout');
      else this.#gate.ping(socket);
    }
  }
}
