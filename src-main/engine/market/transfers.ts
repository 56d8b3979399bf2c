import type { TransferState } from '#shared/domain/funding';
import type { Venue } from '#shared/domain/ids';

/** MD-8: whether a currency can be moved to and from a venue. */
export interface Transfers {
  readonly deposits: TransferState;
  readonly withdrawals: TransferState;
}

const UNKNOWN: Transfers = { deposits: 'unknown', withdrawals: 'unknown' };

/** What the venues' public sides last told of moving currencies (MD-8). A wallet is the venue's, not a product's. */
export class TransferStates {
  readonly #byVenue = new Map<Venue, Map<string, Transfers>>();

  /** True when it is news. */
  told(venue: Venue, currency: string, deposits: TransferState, withdrawals: TransferState): boolean {
    let states = this.#byVenue.get(venue);
    if (states === undefined) {
      states = new Map();
      this.#byVenue.set(venue, states);
    }
    const before = states.get(currency) ?? UNKNOWN;
    if (before.deposits === deposits && before.withdrawals === withdrawals) return false;
    states.set(currency, { deposits, withdrawals });
    return true;
  }

  /** Both `unknown` where nothing was told. */
  of(venue: Venue, currency: string): Transfers {
    return this.#byVenue.get(venue)?.get(currency) ?? UNKNOWN;
  }
}
