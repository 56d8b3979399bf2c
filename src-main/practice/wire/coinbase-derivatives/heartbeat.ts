import type { Cancel, Clock } from '#shared/kernel/time';
import { every } from '#shared/kernel/time';
import type { ServerSocket } from '#shared/kernel/transport';
import type { FeedGate } from '../gate.ts';

const SECOND_MS = 1_000;

/**
 * `public/set_heartbeat`: a `test_request` every interval that wants a `public/test` before the next, else the socket is
 * closed (https://docs.deribit.com/api-reference/session-management/public-set_heartbeat).
 */
export class Heartbeat {
  readonly #socket: ServerSocket;
  readonly #gate: FeedGate;
  readonly #clock: Clock;
  #awaited = false;
  #cancel: Cancel = () => {};

  constructor(socket: ServerSocket, gate: FeedGate, clock: Clock) {
    this.#socket = socket;
    this.#gate = gate;
    this.#clock = clock;
  }

  start(intervalSeconds: number): void {
    this.stop();
    this.#cancel = every(this.#clock, intervalSeconds * SECOND_MS, () => this.#beat());
  }

  stop(): void {
    this.#cancel();
    this.#awaited = false;
  }

  answered(): void {
    this.#awaited = false;
  }

  #beat(): void {
    if (this.#awaited) {
      this.stop();
      this.#socket.close(4000, 'heartbeat close');
      return;
    }
    this.#awaited = true;
    for (const type of ['heartbeat', 'test_request']) {
      this.#gate.send(this.#socket, `{"params":{"type":"${type}"},"method":"heartbeat","jsonrpc":"2.0"}`, 'heartbeat');
    }
  }
}
