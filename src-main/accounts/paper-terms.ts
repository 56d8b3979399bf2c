import type { AccountRow } from '#shared/contract/accounts';
import type { Account } from '#shared/domain/account';
import { type AccountTerms, BUILT_IN_TERMS, type WantedInventory } from '#shared/domain/account-terms';
import { modeName } from '#shared/domain/entities';
import { VENUE_NAMES, type Venue } from '#shared/domain/ids';
import { decimal } from '#shared/money/decimal';

/**
 * The account on whose terms Crossbook trades on paper on a venue: the enabled paper account. The registry takes one a
 * venue; of several in a file of an older version the first by label counts.
 */
export const statingAccount = (accounts: readonly Account[], venue: Venue): Account | undefined =>
  accounts.find((account) => account.venue === venue && account.enabled && modeName(account) === 'paper');

/** The terms that paper accounts state, as the engine reads them. */
export class PaperTerms {
  readonly #accounts: () => readonly Account[];
  readonly #terms = new Map<Venue, AccountTerms>();
  #of: readonly Account[] | undefined;

  /** `accounts`: those of now; the same array while none changed. */
  constructor(accounts: () => readonly Account[]) {
    this.#accounts = accounts;
  }

  /** Read on every change of a book: worked out once per change of the accounts. */
  of(venue: Venue): AccountTerms {
    const accounts = this.#accounts();
    if (accounts !== this.#of) {
      this.#terms.clear();
      this.#of = accounts;
    }
    let terms = this.#terms.get(venue);
    if (terms === undefined) {
      terms = termsOf(statingAccount(accounts, venue));
      this.#terms.set(venue, terms);
    }
    return terms;
  }

  /** IN-1: a row a venue whose account states an inventory, for the account `tradedAs` of the journal. */
  wanted(venues: readonly Venue[], tradedAs: string): readonly WantedInventory[] {
    return venues.flatMap((venue) => {
      const account = statingAccount(this.#accounts(), venue);
      if (account === undefined) return [];
      const lines = account.inventory.map(({ currency, quantity }) => ({ currency, quantity: decimal(quantity) }));
      return [{ venue, account: tradedAs, lines }];
    });
  }
}

function termsOf(account: Account | undefined): AccountTerms {
  if (account === undefined) return BUILT_IN_TERMS;
  const { label, routing, products, riskPerTradePct, maxConcurrent } = account;
  return { label, routing, products, riskPerTradePct: decimal(riskPerTradePct), maxConcurrent };
}

/** What an account binds now, for the window; `kept`: what of the venue's inventory is not as it says. */
export function forceOf(
  account: Account,
  accounts: readonly Account[],
  kept: (venue: Venue) => readonly string[],
): AccountRow['force'] {
  const off = (text: string) => ({ inForce: false, text, kept: [] });
  const mode = modeName(account);
  if (mode === 'TEST') return off('Of a test network: shown and checked; nothing is ever traded on it.');
  if (mode === 'LIVE') return off('Shown and checked; nothing is traded on it yet.');
  const venue = VENUE_NAMES[account.venue];
  const stating = statingAccount(accounts, account.venue);
  if (stating === undefined) return off(`Off: built-in terms hold on ${venue}.`);
  if (stating.id !== account.id) return off(`Off: “${stating.label}” states the terms on ${venue}.`);
  const closed = account.routing ? '' : ': no new deal goes there';
  return { inForce: true, text: `Paper trading on ${venue} follows it${closed}.`, kept: [...kept(account.venue)] };
}
