import type { FundingSettlement } from '#shared/domain/funding';

/** The end of a period was seen when the next one is told within this. */
const SEEN_MS = 60_000;

/**
 * The funding period an instrument is in (MD-7). The venue tells when it ends, nowhere how long it is: its beginning is
 * the end of the one before, seen in the stream, or told by the history when the periods before were as long. Until one
 * of them is known the interval is not.
 */
export class FundingPeriod {
  #startMs = Number.NaN;
  #endMs = Number.NaN;
  #pastEndMs = Number.NaN;
  #pastLengthMs = Number.NaN;

  /** The history as it is now, oldest first. */
  history(rows: readonly FundingSettlement[]): void {
    const last = rows.at(-1);
    if (last === undefined || last.intervalMs === null) return;
    this.#pastEndMs = last.settledAtMs;
    this.#pastLengthMs = last.intervalMs;
  }

  /** The running period ends at `endMs`, as told at `nowMs`, both in the venue's time: its length, NaN when unknown. */
  endsAt(endMs: number, nowMs: number): number {
    if (endMs !== this.#endMs) {
      const over = nowMs >= this.#endMs;
      const seen = over && nowMs - this.#endMs < SEEN_MS;
      // What is still running may be told another end; what ended unseen was followed by nobody knows how many.
      if (seen) this.#startMs = this.#endMs;
      else if (over || Number.isNaN(this.#endMs)) this.#startMs = Number.NaN;
      this.#endMs = endMs;
    }
    if (Number.isNaN(this.#startMs) && endMs - this.#pastEndMs === this.#pastLengthMs) this.#startMs = this.#pastEndMs;
    const lengthMs = endMs - this.#startMs;
    return lengthMs > 0 ? lengthMs : Number.NaN;
  }
}
