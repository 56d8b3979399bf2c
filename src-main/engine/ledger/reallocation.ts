import { inventoryTooDear } from '#shared/domain/account';
import type { WantedInventory } from '#shared/domain/account-terms';
import { VENUE_NAMES, type Venue } from '#shared/domain/ids';
import type { JournalEntry } from '#shared/domain/journal';
import { type Listing, worksWith } from '#shared/domain/listing';
import { type Decimal, min, wire, ZERO } from '#shared/money/decimal';
import { type InventorySource, StorageError } from '../ports.ts';
import type { BalanceLine } from './balances.ts';
import type { Ledger } from './ledger.ts';

type Line = { readonly venue: Venue; readonly account: string; readonly currency: string };

interface Change {
  readonly line: Line;
  readonly target: Decimal;
  /** Signed; what of the difference can be done now. */
  readonly by: Decimal;
  readonly priceUsd: Decimal;
}

export interface ReallocationOptions {
  readonly source: InventorySource;
  readonly ledger: Ledger;
  readonly listings: () => readonly Listing[];
  /** USD for one unit of a currency now; `undefined` when it is not known. */
  readonly priceUsd: (currency: string) => Decimal | undefined;
  /** Durable on return. @throws {StorageError} having kept nothing. */
  readonly record: (rows: readonly JournalEntry[]) => void;
  readonly alarm: (text: string | undefined) => void;
}

/**
 * IN-1: brings what is allocated on a venue to what a person wants there, by further rows of the journal; looked at again
 * every second, so that what could not be done yet follows by itself. More is paid into the venue's own books before its
 * row is written, less is taken out of them after it: the ledger never says more than the venue holds, and since the venue
 * counts what was paid in, a crash between the two repeats nothing. Only what no order and no open deal needs leaves.
 */
export class Reallocation {
  readonly #options: ReallocationOptions;
  readonly #kept = new Map<Venue, readonly string[]>();

  constructor(options: ReallocationOptions) {
    this.#options = options;
  }

  /** What of the wanted inventory is not in force on a venue, and why, in sentences. */
  kept(venue: Venue): readonly string[] {
    return this.#kept.get(venue) ?? [];
  }

  /** Does what can be done now. A disk that is full raises an alarm; it is tried again. */
  align(): void {
    const { source, alarm } = this.#options;
    this.#kept.clear();
    let failed: string | undefined;
    for (const wanted of source.wanted()) {
      try {
        this.#alignVenue(wanted);
      } catch (error) {
        if (!(error instanceof StorageError)) throw error;
        this.#kept.set(wanted.venue, [`It could not be changed yet: ${error.message}`]);
        failed = `The allocation could not be changed: ${error.message}`;
      }
    }
    alarm(failed);
  }

  #alignVenue({ venue, account, lines }: WantedInventory): void {
    const { source, ledger, record } = this.#options;
    const wanted = new Map(lines.map(({ currency, quantity }) => [currency, quantity]));
    const held = ledger.balanceLines().filter((line) => line.venue === venue && line.account === account);
    const allocated = new Map(held.map((line) => [line.currency, line]));
    const kept: string[] = [];
    const changes: Change[] = [];
    for (const currency of [...new Set([...wanted.keys(), ...allocated.keys()])].sort()) {
      const now = allocated.get(currency);
      const difference = (wanted.get(currency) ?? ZERO).minus(now?.target ?? ZERO);
      if (difference.eq(ZERO)) continue;
      const line = { venue, account, currency };
      const change = difference.gt(ZERO)
        ? this.#more(line, now?.target ?? ZERO, difference, kept)
        : now && this.#less(line, now, difference.abs(), kept);
      if (change !== undefined) changes.push(change);
    }
    this.#kept.set(venue, kept);
    if (changes.length === 0) return;
    const settle = ({ line, target, by }: Change) => source.settle(line, target, target.plus(by));
    changes.filter(({ by }) => by.gt(ZERO)).forEach(settle);
    record(
      changes.map(({ line, by, priceUsd }) => ({
        kind: 'inventory-allocated',
        ...line,
        quantity: wire(by),
        priceUsd: wire(priceUsd),
      })),
    );
    changes.filter(({ by }) => by.lt(ZERO)).forEach(settle);
  }

  /** What can be paid in now; what cannot is said in `kept`. */
  #more(line: Line, target: Decimal, by: Decimal, kept: string[]): Change | undefined {
    const { venue, currency } = line;
    const amount = `${wire(by)} ${currency}`;
    if (!this.#trades(venue, currency)) {
      kept.push(`${amount} wait: ${VENUE_NAMES[venue]} lists nothing that is traded in ${currency}.`);
      return undefined;
    }
    const price = this.#options.priceUsd(currency);
    if (price === undefined || price.lte(ZERO)) {
      kept.push(`${amount} wait: ${currency} has no USD price yet.`);
      return undefined;
    }
    const tooDear = inventoryTooDear(currency, target.plus(by), price);
    if (tooDear !== undefined) {
      kept.push(`${amount} are not taken in. ${tooDear}`);
      return undefined;
    }
    return { line, target, by, priceUsd: price };
  }

  /** What can leave of `wanted` now, at what it was taken in for: no price of now is needed. What stays is said in `kept`. */
  #less(line: Line, { target, held, costUsd }: BalanceLine, wanted: Decimal, kept: string[]): Change | undefined {
    const leaving = min(wanted, this.#options.ledger.withdrawable(line.account, line.venue, line.currency));
    if (leaving.lt(wanted)) kept.push(whyStaying(line, held, wanted, leaving));
    if (leaving.eq(ZERO)) return undefined;
    return { line, target, by: ZERO.minus(leaving), priceUsd: costUsd.div(target) };
  }

  #trades(venue: Venue, currency: string): boolean {
    return this.#options.listings().some((one) => one.venue === venue && worksWith(one, currency));
  }
}

/** Why less than wanted leaves: part of it is in use, or deals brought it elsewhere. */
function whyStaying({ currency }: Line, held: Decimal, wanted: Decimal, leaving: Decimal): string {
  const rest = `${wire(wanted.minus(leaving))} ${currency} stay allocated`;
  return held.lt(wanted)
    ? `${rest}: deals moved them to other venues or currencies, or still need them. They leave once they are back.`
    : `${rest}: open orders and deals may need them. They leave when those end.`;
}
