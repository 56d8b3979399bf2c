import type { ListingId } from '#shared/domain/ids';

export interface QuarantineRow {
  /** The two listings in alphabetical order, joined by `~`. */
  readonly pair: string;
  readonly reason: string;
  /** A person confirmed the pair. */
  readonly lifted: boolean;
}

/**
 * ID-6: pairs whose edge was implausible, set aside in both directions until a person confirms them, and the pairs that
 * a person confirmed; both across restarts. What a person confirmed is set aside again by a new implausible edge.
 */
export class Quarantine {
  readonly #reasons = new Map<string, string>();
  readonly #confirmed = new Set<string>();
  readonly #record: (row: QuarantineRow) => void;

  /** `record` writes a row to the journal; it is in force before this is called. */
  constructor(record: (row: QuarantineRow) => void) {
    this.#record = record;
  }

  /** Why the pair is set aside, or `undefined`. */
  reason(a: ListingId, b: ListingId): string | undefined {
    return this.#reasons.size === 0 ? undefined : this.#reasons.get(pairOf(a, b));
  }

  /** A person said that the two are one asset. */
  confirmed(a: ListingId, b: ListingId): boolean {
    return this.#confirmed.size > 0 && this.#confirmed.has(pairOf(a, b));
  }

  /** Sets a pair aside; once is enough. */
  add(a: ListingId, b: ListingId, reason: string): void {
    const pair = pairOf(a, b);
    if (this.#reasons.has(pair)) return;
    this.#apply({ pair, reason, lifted: false });
  }

  /** A person confirmed that the pair is one asset: it is used again. False when it was not set aside. */
  lift(pair: string): boolean {
    const reason = this.#reasons.get(pair);
    if (!this.#confirmed.has(pair)) this.#apply({ pair, reason: reason ?? 'confirmed by a person', lifted: true });
    return reason !== undefined;
  }

  all(): readonly { readonly pair: string; readonly reason: string }[] {
    return [...this.#reasons].map(([pair, reason]) => ({ pair, reason }));
  }

  /** Startup: journal rows in their order. */
  restore(rows: readonly QuarantineRow[]): void {
    for (const row of rows) this.#keep(row);
  }

  #apply(row: QuarantineRow): void {
    this.#keep(row);
    this.#record(row);
  }

  #keep({ pair, reason, lifted }: QuarantineRow): void {
    if (lifted) {
      this.#reasons.delete(pair);
      this.#confirmed.add(pair);
    } else {
      this.#reasons.set(pair, reason);
      this.#confirmed.delete(pair);
    }
  }
}

export const pairOf = (a: ListingId, b: ListingId): string => (a < b ? `${a}~${b}` : `${b}~${a}`);
