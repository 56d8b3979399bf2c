import type { Decimal } from '../money/decimal.ts';
import { PRODUCTS, type Product, type Venue } from './ids.ts';

/** On which terms deals are entered on a venue (RO-1). `null` leaves a bound to the global limits. */
export interface AccountTerms {
  /** What a person calls the account that states them; `null`: nobody does, they are built in. */
  readonly label: string | null;
  /** May the venue be chosen for new deals at all? */
  readonly routing: boolean;
  readonly products: readonly Product[];
  /**
   * Most that a deal may be planned to lose, % of trading equity. Worst planned loss: the entry fills whole at the worst
   * price its plan allows, and all of it goes at the worst bound of the plan's rescue ladder, fees of both ways included.
   */
  readonly riskPerTradePct: Decimal | null;
  /** Most open deals with a leg on the venue. */
  readonly maxConcurrent: number | null;
}

/** The terms in force now; read at each decision, so it must not wait for anything. */
export type TermsOf = (venue: Venue) => AccountTerms;

/** Where nobody stated others: every product, routing on, only the global limits. */
export const BUILT_IN_TERMS: AccountTerms = {
  label: null,
  routing: true,
  products: PRODUCTS,
  riskPerTradePct: null,
  maxConcurrent: null,
};

/** IN-1: what a person wants allocated on a venue's account. A currency that is not named is wanted not at all. */
export interface WantedInventory {
  readonly venue: Venue;
  /** The account's name in the journal. */
  readonly account: string;
  readonly lines: readonly { readonly currency: string; readonly quantity: Decimal }[];
}
