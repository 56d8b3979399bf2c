import type { FundingSettlement } from '#shared/domain/funding';
import type { ListingId } from '#shared/domain/ids';
import { REFERENCE_VALUES } from '../ports.ts';
import type { Listed } from './listed.ts';

interface Reference {
  readonly values: Float64Array;
  readonly heardMonoMs: Float64Array;
}

/** MD-7: what each perpetual's venue last told of its funding, mark and index, and when. */
export class FundingBook {
  readonly #references = new Map<ListingId, Reference>();
  readonly #settled = new Map<ListingId, readonly FundingSettlement[]>();

  /** {@link FeedSink.reference}. */
  told(listed: Listed, values: Float64Array | null, monoMs: number): void {
    const { id } = listed.listing;
    if (values === null) {
      this.#references.delete(id);
      return;
    }
    let known = this.#references.get(id);
    if (known === undefined) {
      known = {
        values: new Float64Array(REFERENCE_VALUES).fill(Number.NaN),
        heardMonoMs: new Float64Array(REFERENCE_VALUES).fill(Number.NaN),
      };
      this.#references.set(id, known);
    }
    for (let index = 0; index < REFERENCE_VALUES; index += 1) {
      const value = values[index] as number;
      if (Number.isNaN(value)) continue;
      known.values[index] = value;
      known.heardMonoMs[index] = monoMs;
    }
  }

  settled(id: ListingId, rows: readonly FundingSettlement[]): void {
    this.#settled.set(id, rows);
  }
}
