/** A minute of deltas at ten a second. */
const MAX_FRAMES = 600;
const MAX_BYTES = 4 * 1024 * 1024;

/** One delta that waits for its snapshot, in bytes of its own. */
export interface HeldDelta {
  readonly frame: Uint8Array;
  readonly monoMs: number;
  /** It follows a book that stands between these two. */
  readonly previous: number;
  readonly last: number;
}

/** Deltas of one book that follow each other without a gap, kept until a snapshot comes; the oldest go first. */
export class HeldDeltas {
  #deltas: HeldDelta[] = [];
  #bytes = 0;

  get count(): number {
    return this.#deltas.length;
  }

  clear(): void {
    this.#deltas = [];
    this.#bytes = 0;
  }

  /** False where it does not follow the one before: nothing older is of any use then. A repeat is left out. */
  add(delta: HeldDelta): boolean {
    const newest = this.#deltas[this.#deltas.length - 1];
    if (newest !== undefined && delta.last <= newest.last) return true;
    const follows = newest === undefined || delta.previous <= newest.last;
    if (!follows) this.clear();
    this.#deltas.push(delta);
    this.#bytes += delta.frame.byteLength;
    while (this.#deltas.length > MAX_FRAMES || this.#bytes > MAX_BYTES) {
      const dropped = this.#deltas.shift();
      if (dropped === undefined) break;
      this.#bytes -= dropped.frame.byteLength;
    }
    return follows;
  }

  /** Those that lead on from a book at this sequence; `null` when the first of them comes too late for it. */
  from(sequence: number): readonly HeldDelta[] | null {
    const newer = this.#deltas.filter(({ last }) => last > sequence);
    const [first] = newer;
    return first !== undefined && first.previous > sequence ? null : newer;
  }
}
