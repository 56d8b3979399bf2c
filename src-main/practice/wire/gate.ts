import type { Venue } from '#shared/domain/ids';
import type { ServerSocket } from '#shared/kernel/transport';

/**
 * What stands between a venue's protocol and its clients: every frame leaves through here, so the faults of PP-3 act in
 * one place and a protocol never knows of them.
 */
export class VenueGate {
  readonly venue: Venue;
  readonly #sockets = new Set<ServerSocket>();
  readonly #isOut: () => boolean;
  #silent = false;
  #skips = 0;
  #corruptions = 0;

  constructor(venue: Venue, isOut: () => boolean) {
    this.venue = venue;
    this.#isOut = isOut;
  }

  get sockets(): ReadonlySet<ServerSocket> {
    return this.#sockets;
  }

  /** Nothing goes out: silenced by a fault, or the venue is down. REST is unavailable then too. */
  get closed(): boolean {
    return this.#silent || this.#isOut();
  }

  opened(socket: ServerSocket): void {
    this.#sockets.add(socket);
  }

  gone(socket: ServerSocket): void {
    this.#sockets.delete(socket);
  }

  send(socket: ServerSocket, frame: string): void {
    if (!this.closed) socket.send(frame);
  }

  ping(socket: ServerSocket): void {
    if (!this.closed) socket.ping();
  }

  silence(on: boolean): void {
    this.#silent = on;
  }

  /** The next book delta of the venue is lost on its way to every client; counters go on. */
  skipNextDelta(): void {
    this.#skips += 1;
  }

  /** True once for each {@link skipNextDelta}: asked by the protocol when a delta is ready to go. */
  takeSkip(): boolean {
    if (this.#skips === 0) return false;
    this.#skips -= 1;
    return true;
  }

  /** The next checksum of the venue is wrong. */
  corruptNextChecksum(): void {
    this.#corruptions += 1;
  }

  takeCorruption(): boolean {
    if (this.#corruptions === 0) return false;
    this.#corruptions -= 1;
    return true;
  }

  /** Sends `frame` to every client as it is. */
  sendRaw(frame: string): void {
    for (const socket of this.#sockets) socket.send(frame);
  }

  dropConnections(): void {
    for (const socket of [...this.#sockets]) socket.terminate();
  }
}
