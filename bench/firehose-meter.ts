/** Sizes and bursts of frames, in counts that do not grow with time. */
export class FirehoseMeter {
  frames = 0;
  #measuring = false;
  #inTurn = 0;
  readonly #bySize = new Uint32Array(4096);
  readonly #byBurst = new Uint32Array(4096);

  begin(): void {
    this.#measuring = true;
  }

  count(bytes: number): void {
    if (!this.#measuring) return;
    this.frames += 1;
    const size = Math.min(bytes, this.#bySize.length - 1);
    this.#bySize[size] = (this.#bySize[size] ?? 0) + 1;
    if (this.#inTurn === 0) setImmediate(this.#endTurn);
    this.#inTurn += 1;
  }

  sizes(): { medianBytes: number; p99Bytes: number } {
    return { medianBytes: at(this.#bySize, 0.5), p99Bytes: at(this.#bySize, 0.99) };
  }

  bursts(): { burstP50: number; burstP99: number } {
    return { burstP50: at(this.#byBurst, 0.5), burstP99: at(this.#byBurst, 0.99) };
  }

  readonly #endTurn = (): void => {
    const burst = Math.min(this.#inTurn, this.#byBurst.length - 1);
    this.#byBurst[burst] = (this.#byBurst[burst] ?? 0) + 1;
    this.#inTurn = 0;
  };
}

/** The value below which `share` of the counted ones lie. */
function at(counts: Uint32Array, share: number): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  for (let value = 0; value < counts.length; value += 1) {
    seen += counts[value] ?? 0;
    if (seen >= total * share) return value;
  }
  return Number.NaN;
}
