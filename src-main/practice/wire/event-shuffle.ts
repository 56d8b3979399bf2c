import type { Cancel, Clock } from '#shared/kernel/time';
import type { ServerSocket } from '#shared/kernel/transport';

/** An event after which no other comes is held back no longer than this. */
const LONGEST_MS = 500;

interface Held {
  readonly release: () => void;
  readonly cancel: Cancel;
}

/** Lets neighbouring private events of a socket change places (PP-3). */
export class EventShuffle {
  readonly #clock: Clock;
  readonly #held = new Map<ServerSocket, Held>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Of two events the first waits for the second and leaves after it. */
  pass(socket: ServerSocket, frame: string, put: (frame: string) => void): void {
    const held = this.#held.get(socket);
    if (held === undefined) {
      const release = (): void => {
        this.forget(socket);
        put(frame);
      };
      this.#held.set(socket, { release, cancel: this.#clock.after(LONGEST_MS, release) });
      return;
    }
    put(frame);
    held.release();
  }

  releaseAll(): void {
    for (const { release } of [...this.#held.values()]) release();
  }

  forget(socket: ServerSocket): void {
    this.#held.get(socket)?.cancel();
    this.#held.delete(socket);
  }
}
