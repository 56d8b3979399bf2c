import type { TransferState } from '#shared/domain/funding';
import type { Venue } from '#shared/domain/ids';

/** MD-8: whether a currency can be moved to and from a venue. */
export interface Transfers {
  readonly deposits: TransferState;
  readonly withdrawals: TransferState;
}

const UNKNOWN: Transfers = { deposits: 'unknown', withdrawals: 'unknown' };
/** A venue that was not heard of it for this long may have closed what was open; what was closed stays so until told. */
export const OPEN_LIFE_MS = 3_600_000;

/** What the venues' public sides last told of moving currencies (MD-8). A wallet is the venue's, not a product's. */
export class TransferStates {
  readonly #byVenue = new Map<Venue, Map<string, { readonly states: Transfers; readonly toldMonoMs: number }>>();

  told(venue: Venue, currency: string, states: Transfers, monoMs: number): void {
    let wallets = this.#byVenue.get(venue);
    if (wallets === undefined) {
      wallets = new Map();
      this.#byVenue.set(venue, wallets);
    }
    wallets.set(currency, { states, toldMonoMs: monoMs });
  }

  /** Both `unknown` where nothing was told. */
  of(venue: Venue, currency: string, monoMs: number): Transfers {
    const known = this.#byVenue.get(venue)?.get(currency);
    if (known === undefined) return UNKNOWN;
    const { states, toldMonoMs } = known;
    if (monoMs - toldMonoMs <= OPEN_LIFE_MS) return states;
    return { deposits: aged(states.deposits), withdrawals: aged(states.withdrawals) };
  }
}

const aged = (state: TransferState): TransferState => (state === 'open' ? 'unknown' : state);
