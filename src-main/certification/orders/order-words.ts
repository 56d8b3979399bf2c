import type { SubmitOutcome } from '#engine/ports';
import type { Listing } from '#shared/domain/listing';
import type { OrderIntent } from '#shared/domain/order';
import { decimal } from '#shared/money/decimal';

/** Why an order was not accepted. */
export const outcomeText = (outcome: SubmitOutcome): string =>
  outcome.kind === 'rejected'
    ? `${outcome.code}: ${outcome.message}`
    : outcome.kind === 'in-doubt'
      ? outcome.message
      : '';

/** What an order would do, for a person who is to allow it. */
export function wordsOf({ side, kind, quantity, price, trigger, reduceOnly }: OrderIntent, listing: Listing): string {
  const value = decimal(quantity).times(price);
  const only = reduceOnly === true ? ' reduce-only' : '';
  const at = trigger === undefined ? '' : ` once the ${trigger.by} price reaches ${trigger.price}`;
  const worth = `about ${value.round(2, 3).toFixed()} ${listing.quote}`;
  return `${side} ${quantity} ${listing.base} of ${listing.symbol}, ${kind}${only}, limit ${price}${at} (${worth})`;
}
