import type { Deal } from '#shared/domain/deal';
import type { ListingId, Venue } from '#shared/domain/ids';
import type { Fill, OrderIntent } from '#shared/domain/order';

/** What execution tells the rest of the engine. Called synchronously, after the journal took it in; must not throw. */
export interface ExecutionListener {
  dealChanged(dealId: string): void;
  dealClosed(dealId: string, outcome: Exclude<Deal['outcome'], 'open'>): void;
  orderChanged(dealId: string, clientOrderId: string): void;
  filled(dealId: string, fill: Fill): void;
  /** An order left (order rate). */
  sent(order: OrderIntent): void;
  /** The venue took the order, `milliseconds` after it left. */
  acknowledged(venue: Venue, milliseconds: number): void;
  /** The venue definitely refused the order; a post-only order that would have crossed is refused in ordinary trading. */
  rejected(order: OrderIntent, code: string, message: string): void;
  /** No answer for longer than the acknowledgement deadline (EX-4). */
  unanswered(order: OrderIntent): void;
  /** A taking order ended: what its book promised when it left, and what it got, against the touch then; bps, costs positive. */
  slippage(venue: Venue, expectedBps: number, realisedBps: number): void;
  /** A resting entry had its first fill, or ended without one, after that long (RO-2). */
  waited(listing: ListingId, milliseconds: number, filled: boolean): void;
  /** The deal used up its unhedged exposure × time (EX-8). */
  exposureBreached(dealId: string, reading: string): void;
  /** Something of ours threw while it handled `part`; the deal concerned is looked at again soon. */
  defect(part: string, error: unknown): void;
  /** Stays until {@link alarmCleared} with the same key; repeated calls update the text. */
  alarm(key: string, text: string): void;
  alarmCleared(key: string): void;
}
