import { decimal, wire, ZERO } from '#shared/money/decimal';
import type { VenueFill } from './adapter.ts';
import type { Tracked } from './tracker.ts';

/** What an execution comes to: the same text for the same money, however it is written. */
export const termsOf = ({ side, quantity, price, fee, feeCurrency }: VenueFill): string =>
  [side, ...[quantity, price, fee].map((text) => wire(decimal(text))), feeCurrency].join(' ');

export const tradeKey = ({ venueOrderId, tradeId }: VenueFill): string => `${venueOrderId}|${tradeId}`;

/** Whether an answer may tell it as an execution of its order. */
export const standsAsTold = ({ adjusted, quantity }: VenueFill): boolean =>
  adjusted === undefined || (adjusted.clear && !decimal(quantity).eq(ZERO));

/**
 * Executions that their venue changed after the fact (EX-5). What was never told is booked as it stands now; what was told
 * and is otherwise now cannot be taken back here: a person must compare the account with its venue.
 */
export class Adjustments {
  /** Why nothing new is entered until a person has looked. */
  #unsettled: string | null = null;
  readonly #said = new Set<string>();

  get unsettled(): string | null {
    return this.#unsettled;
  }

  /** A person has looked. */
  settle(): void {
    this.#unsettled = null;
  }

  /**
   * `book`: it is an execution like any other. `nothing`: nothing of it stands, and nothing was told. `known`: it was told
   * as it is. `person`: none of these, and it is news.
   */
  judge(fill: VenueFill, tracked: Tracked | undefined): 'book' | 'nothing' | 'known' | 'person' {
    const { adjusted } = fill;
    if (adjusted === undefined) return 'book';
    const told = tracked?.trades.get(tradeKey(fill));
    if (adjusted.clear && told === termsOf(fill)) return 'known';
    // Of an order from before this start nobody here knows what was told.
    const isOfThisRun = tracked !== undefined && tracked.resident !== null;
    if (adjusted.clear && told === undefined && isOfThisRun)
      return decimal(fill.quantity).eq(ZERO) ? 'nothing' : 'book';
    const name = `${tradeKey(fill)} ${adjusted.words} ${termsOf(fill)}`;
    if (this.#said.has(name)) return 'known';
    this.#said.add(name);
    this.#unsettled = `Execution ${fill.tradeId} of order ${fill.venueOrderId} in ${fill.symbol} was changed by its venue afterwards (${adjusted.words}). Compare it with the account’s history there; then check the key, and entries go on.`;
    return 'person';
  }
}
