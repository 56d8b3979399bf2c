import type { ListingId } from '#shared/domain/ids';

export interface QuarantineRow {
  /** The two listings in alphabetical order, joined by `~`. */
  readonly pair: string;
  readonly reason: string;
  readonly lifted: boolean;
}

/** ID-6: pairs whose edge was implausible: set aside in both directions until a person lifts it, across restarts. */
export class Quarantine {
  readonly #reasons = new Map<string, string>();
  readonly #record: (row: QuarantineRow) => void;

  /** `record` writes a row to the journal; it is in force before this is called. */
  constructor(record: (row: QuarantineRow) => void) {
    this.#record = record;
  }

  /** Why the pair is set aside, or `undefined`. */
  reason(a: ListingId, b: ListingId): string | undefined {
    return this.#reasons.size === 0 ? undefined : this.#reasons.get(pairOf(a, b));
  }

  /** Sets a pair aside; once is enough. */
  add(a: ListingId, b: ListingId, reason: string): void {
    const pair = pairOf(a, b);
    if (this.#reasons.has(pair)) return;
    this.#reasons.set(pair, reason);
    this.#record({ pair, reason, lifted: false });
  }

  /** A person confirmed that the pair is sound, or that the error is gone. False when it was not set aside. */
  lift(pair: string): boolean {
    const reason = this.#reasons.get(pair);
    if (reason === undefined) return false;
    this.#reasons.delete(pair);
    this.#record({ pair, reason, lifted: true });
    return true;
  }

  all(): readonly { readonly pair: string; readonly reason: string }[] {
    return [...this.#reasons].map(([pair, reason]) => ({ pair, reason }));
  }

  /** Startup: journal rows in their order. */
  restore(rows: readonly QuarantineRow[]): void {
    for (const row of rows) {
      if (row.lifted) this.#reasons.delete(row.pair);
      else this.#reasons.set(row.pair, row.reason);
    }
  }
}

export const pairOf = (a: ListingId, b: ListingId): string => (a < b ? `${a}~${b}` : `${b}~${a}`);
