import type { FaultName } from '#shared/domain/practice';
import type { ServerSocket } from '#shared/kernel/transport';

/** What can happen to a single book delta on its way, asked for in this order. */
const ON_THE_WAY = ['gap', 'duplicate', 'reorder', 'malformed'] as const satisfies readonly FaultName[];
/** One-off faults that a wire writes into its own frames. */
const IN_THE_FRAME = ['bad-checksum', 'crossed'] as const satisfies readonly FaultName[];

type OnTheWay = (typeof ON_THE_WAY)[number];
export type DeltaFault = OnTheWay | (typeof IN_THE_FRAME)[number];

export const isDeltaFault = (name: FaultName): name is DeltaFault =>
  [...ON_THE_WAY, ...IN_THE_FRAME].some((one) => one === name);

/** What happens to one delta; every copy of it, to whichever socket, shares the fate. */
export type Fate = 'pass' | 'release' | OnTheWay;

/** The one-off faults that wait for the next book delta of a feed, and the delta that is being held back. */
export class DeltaFaults {
  readonly #armed = new Map<DeltaFault, number>();
  /** The stream whose delta waits for the one after it, and that delta's frames. */
  #heldKey: string | null = null;
  #held = new Map<ServerSocket, string>();

  arm(fault: DeltaFault): void {
    this.#armed.set(fault, (this.#armed.get(fault) ?? 0) + 1);
  }

  isArmed(fault: DeltaFault): boolean {
    return this.#armed.has(fault) || (fault === 'reorder' && this.#heldKey !== null);
  }

  disarmAll(): void {
    this.#armed.clear();
  }

  /** Uses one up; false when none waits. */
  take(fault: DeltaFault): boolean {
    const count = this.#armed.get(fault);
    if (count === undefined) return false;
    if (count === 1) this.#armed.delete(fault);
    else this.#armed.set(fault, count - 1);
    return true;
  }

  /** Decides what happens to the next delta of the stream `key`. One that a client could not miss is never lost. */
  fateOf(key: string, missed: boolean): Fate {
    if (this.#heldKey === key) {
      this.#heldKey = null;
      return 'release';
    }
    if (this.#armed.size === 0) return 'pass';
    const fault = ON_THE_WAY.find((one) => (one !== 'gap' || missed) && this.take(one));
    if (fault === 'reorder') {
      this.#heldKey = key;
      this.#held = new Map();
    }
    return fault ?? 'pass';
  }

  hold(socket: ServerSocket, frame: string): void {
    this.#held.set(socket, frame);
  }

  /** The frame held back for this socket, once. */
  release(socket: ServerSocket): string | undefined {
    const frame = this.#held.get(socket);
    this.#held.delete(socket);
    return frame;
  }
}
