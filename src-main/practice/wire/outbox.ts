import type { Clock } from '#shared/kernel/time';
import type { ServerSocket } from '#shared/kernel/transport';

/** A frame, or `null` for a protocol ping. */
type Parcel = string | null;

interface Waiting {
  readonly parcels: Parcel[];
  lastDueMonoMs: number;
}

/** Lets what leaves for a socket leave later, in the order in which it came. */
export class Outbox {
  readonly #clock: Clock;
  readonly #waiting = new Map<ServerSocket, Waiting>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Delivers after `delayMs`, but never before what was given for the socket earlier. */
  put(socket: ServerSocket, delayMs: number, parcel: Parcel): void {
    let waiting = this.#waiting.size === 0 ? undefined : this.#waiting.get(socket);
    if (waiting === undefined) {
      if (delayMs <= 0) {
        deliver(socket, parcel);
        return;
      }
      waiting = { parcels: [], lastDueMonoMs: 0 };
      this.#waiting.set(socket, waiting);
    }
    const queue = waiting;
    const now = this.#clock.monoMs();
    queue.lastDueMonoMs = Math.max(queue.lastDueMonoMs, now + delayMs);
    queue.parcels.push(parcel);
    // Each timer delivers the oldest, whichever timer it is: order holds however a real clock fires them.
    this.#clock.after(queue.lastDueMonoMs - now, () => {
      const oldest = queue.parcels.shift();
      if (oldest !== undefined) deliver(socket, oldest);
      if (queue.parcels.length === 0 && this.#waiting.get(socket) === queue) this.#waiting.delete(socket);
    });
  }

  /** The socket is gone: what waits for it is never delivered. */
  forget(socket: ServerSocket): void {
    const waiting = this.#waiting.get(socket);
    if (waiting !== undefined) waiting.parcels.length = 0;
    this.#waiting.delete(socket);
  }
}

function deliver(socket: ServerSocket, parcel: Parcel): void {
  if (parcel === null) socket.ping();
  else socket.send(parcel);
}
