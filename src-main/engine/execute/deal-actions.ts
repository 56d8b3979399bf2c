import type { Deal } from '#shared/domain/deal';
import type { ListingId, Venue } from '#shared/domain/ids';
import { isFinal, type OrderIntent } from '#shared/domain/order';
import { assertNever } from '#shared/kernel/invariant';
import { err, type Result } from '#shared/kernel/result';
import type { Clock } from '#shared/kernel/time';
import { wire } from '#shared/money/decimal';
import type { Journal } from '../journal/journal.ts';
import type { DealRecord } from '../journal/records.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { MarketView } from '../market/view.ts';
import type { Approved } from '../ports.ts';
import type { LimitValues } from '../risk/limits.ts';
import { type Refusal, refusal } from '../risk/refusal.ts';
import { advance } from './converge.ts';
import type { Send } from './deal-view.ts';
import type { ExecutionListener } from './listener.ts';
import type { OrderDesk } from './order-desk.ts';
import type { Action } from './step.ts';

/** For our own resting order to get out of a hedge's way. */
const CLEAR_WAY_MS = 50;

/** RK-1: the sole maker of approved orders. */
export interface OrderGate {
  approve(intent: OrderIntent): Result<Approved, Refusal>;
}

export interface DealActionsOptions {
  readonly journal: Journal;
  readonly ledger: Ledger;
  readonly market: Pick<MarketView, 'listing'>;
  readonly gate: OrderGate;
  readonly clock: Clock;
  readonly limits: LimitValues;
  readonly listener: ExecutionListener;
  readonly desk: OrderDesk;
  /** Why a venue takes no entries because it is not reconciled, or `undefined` (EX-11). */
  readonly blocked: (venue: Venue, account: string) => string | undefined;
}

/** Does what {@link nextStep} decided: approve, journal, send; cancel; write the deal's states. */
export class DealActions {
  readonly #options: DealActionsOptions;
  readonly #breached = new Set<string>();

  constructor(options: DealActionsOptions) {
    this.#options = options;
  }

  /** The deal's breach of its exposure budget was reported in this run. */
  breached(dealId: string): boolean {
    return this.#breached.has(dealId);
  }

  /** Does one action; returns a time to wait when it cannot be done yet. @throws {StorageError} having done nothing. */
  perform(deal: DealRecord, action: Action): number | null {
    const { journal, ledger, listener } = this.#options;
    switch (action.do) {
      case 'send':
        return this.#send(deal, action.send);
      case 'cancel': {
        const order = journal.state.order(action.clientOrderId)?.order;
        if (order !== undefined) this.#options.desk.cancel(order.intent, action.replaceAt);
        return null;
      }
      case 'take-residue':
        journal.record([
          { kind: 'residue-taken', dealId: deal.id, base: deal.plan.base, quantity: wire(action.quantity) },
        ]);
        return null;
      case 'breach':
        this.#breached.add(deal.id);
        listener.exposureBreached(deal.id, `${ledger.unhedgedOf(deal.id).toFixed(1)} %-of-equity × s unhedged`);
        return null;
      case 'state':
        journal.record([
          {
            kind: 'deal-state',
            dealId: deal.id,
            state: action.state,
            rescueStep: action.rescueStep,
            reason: action.reason,
          },
        ]);
        if (action.state === 'holding' || action.state === 'frozen') {
          listener.alarm(
            `deal:${deal.id}`,
            `Deal ${deal.id} (${deal.plan.base}) is ${action.state}: ${action.reason}.`,
          );
        } else {
          listener.alarmCleared(`deal:${deal.id}`);
        }
        return null;
      case 'close':
        this.#close(deal, action.outcome);
        return null;
      default:
        return assertNever(action);
    }
  }

  #send(deal: DealRecord, send: Send): number | null {
    const { journal, gate, clock, limits } = this.#options;
    const intent: OrderIntent = {
      ...send,
      quantity: wire(send.quantity),
      price: wire(send.price),
      clientOrderId: journal.nextClientOrderId(),
      dealId: deal.id,
      createBeforeMs: clock.wallMs() + limits.double('ackDeadlineS') * 1000,
    };
    const unreconciled = intent.purpose === 'entry' ? this.#options.blocked(intent.venue, intent.account) : undefined;
    const approved =
      unreconciled === undefined ? gate.approve(intent) : err(refusal('telemetry-incomplete', unreconciled));
    if (approved.ok) {
      this.#options.desk.send(approved.value);
      return null;
    }
    if (intent.purpose === 'entry') {
      const last = deal.orders.findLast((order) => order.intent.purpose === 'entry');
      if (last !== undefined) this.#options.desk.dropReplacement(last.intent.clientOrderId);
      return null;
    }
    if (approved.error.reason === 'conflicting-position' && this.#clearWay(intent)) return CLEAR_WAY_MS;
    for (const action of advance(deal, approved.error.detail).actions) this.perform(deal, action);
    return null;
  }

  /**
   * Hedging outranks everything (EX-7): our own resting entries on the other side of the book are cancelled, taking
   * orders that are on their way are waited for. False when nothing will get out of the way by itself.
   */
  #clearWay(intent: OrderIntent): boolean {
    const { journal, market, desk } = this.#options;
    const bookOf = (listing: ListingId): ListingId => market.listing(listing)?.bookId ?? listing;
    let clearing = false;
    for (const deal of journal.state.openDeals()) {
      for (const { intent: other, state, inDoubt } of deal.orders) {
        if (isFinal(state) || other.side === intent.side || bookOf(other.listing) !== bookOf(intent.listing)) continue;
        if (inDoubt || state === 'quarantined') continue;
        clearing = true;
        if (other.kind === 'post-only' && !desk.memo(other.clientOrderId).cancelling) desk.cancel(other, null);
      }
    }
    return clearing;
  }

  #close(deal: DealRecord, outcome: Exclude<Deal['outcome'], 'open'>): void {
    const { journal, ledger, listener } = this.#options;
    const { netUsd, residueBase } = ledger.result(deal);
    journal.record([
      { kind: 'deal-closed', dealId: deal.id, outcome, realisedNetUsd: wire(netUsd), residueBase: wire(residueBase) },
    ]);
    this.#options.desk.forget(deal);
    this.#breached.delete(deal.id);
    listener.alarmCleared(`deal:${deal.id}`);
    listener.dealClosed(deal.id, outcome);
  }
}
