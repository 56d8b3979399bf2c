import type { Deal, DealState } from '#shared/domain/deal';
import type { Decimal } from '#shared/money/decimal';
import type { OrderView, Send } from './deal-view.ts';

export type Action =
  | { readonly do: 'send'; readonly send: Send }
  | {
      readonly do: 'cancel';
      readonly clientOrderId: string;
      readonly reason: string;
      readonly replaceAt: Decimal | null;
    }
  | { readonly do: 'state'; readonly state: DealState; readonly rescueStep: number; readonly reason: string }
  | { readonly do: 'take-residue'; readonly quantity: Decimal }
  | { readonly do: 'breach' }
  | { readonly do: 'close'; readonly outcome: Exclude<Deal['outcome'], 'open'> };

/** What to do now, what the deal waits for in a sentence, and when to look again if nothing happens. */
export interface Step {
  readonly actions: readonly Action[];
  readonly next: string;
  readonly wakeAtMs: number | null;
}

export const step = (next: string, actions: readonly Action[] = [], wakeAtMs: number | null = null): Step => ({
  actions,
  next,
  wakeAtMs,
});

export const cancelOf = (order: OrderView, reason: string): Action => ({
  do: 'cancel',
  clientOrderId: order.record.intent.clientOrderId,
  reason,
  replaceAt: null,
});
