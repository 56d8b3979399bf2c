import type { FeeTier, Holding } from '#shared/domain/account';
import { instrumentOfListing } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import type { OrderIntent } from '#shared/domain/order';
import { err, ok } from '#shared/kernel/result';
import type { Cancel } from '#shared/kernel/time';
import { decimal, max, wire, ZERO } from '#shared/money/decimal';
import type {
  AdapterContext,
  Answer,
  Looked,
  OrderAdapter,
  OrderRef,
  PrivateSink,
  SignedCall,
  VenueFill,
  VenueOrder,
} from '../../../orders/adapter.ts';
import { urgencyOf } from '../../../orders/adapter.ts';
import { ask, unreadable } from '../../../orders/ask.ts';
import { refused } from '../../../orders/failures.ts';
import { spotFindings } from './findings.ts';
import { KrakenSpotHistory, read } from './history.ts';
import { addedSchema, balancesSchema, cancelledSchema, timerSchema, volumeSchema } from './messages.ts';
import { altname, assetOf, byPairName } from './pair-names.ts';
import { addOrderForm, deadlineOf } from './requests.ts';
import { privateStream } from './stream.ts';

const ORDER_MS = 5_000;
/** Pairs whose fees are asked for at once. */
const FEE_PAIRS = 100;
/** Nonces grow with the clock; deadlines go by it. "Must be within a few seconds of real time." */
export const MOST_SKEW_MS = 10_000;

/** Kraken spot over its REST and private socket. Nothing here decides. */
export class KrakenSpotAdapter implements OrderAdapter {
  readonly #context: AdapterContext;
  readonly #history: KrakenSpotHistory;

  constructor(context: AdapterContext) {
    this.#context = context;
    this.#history = new KrakenSpotHistory(context);
  }

  async create(order: OrderIntent, listing: Listing): Promise<Answer<{ readonly venueOrderId: string }>> {
    const form = addOrderForm(order, listing, this.#context.clock.wallMs(), this.#context.skewMs());
    if (!form.ok) return err(refused(form.error.code, form.error.message));
    const call: SignedCall = {
      endpoint: 'order-create',
      method: 'privatePostAddOrder',
      params: form.value,
      paramsAt: (wallMs) => ({ ...form.value, deadline: deadlineOf(order, wallMs, this.#context.skewMs()) }),
      createBeforeMs: order.createBeforeMs,
      urgency: urgencyOf(order.purpose),
      weight: 1,
      timeoutMs: ORDER_MS,
      kind: 'create',
    };
    const answer = await ask(this.#context.caller, call, addedSchema);
    return answer.ok ? ok({ venueOrderId: answer.value.result.txid[0] }) : answer;
  }

  async cancel({ venueOrderId, clientOrderId }: OrderRef): Promise<Answer<'cancelled' | 'gone'>> {
    const named = venueOrderId === null ? { cl_ord_id: clientOrderId } : { txid: venueOrderId };
    const call = cancelCall('order-cancel', 'privatePostCancelOrder', named, 0);
    const answer = await ask(this.#context.caller, call, cancelledSchema);
    if (!answer.ok) return answer.error.code === 'EOrder:Unknown order' ? ok('gone') : answer;
    const { count, pending } = answer.value.result;
    if (Number(count) > 0) return ok('cancelled');
    return pending === true ? err(unreadable('the cancel is still pending')) : ok('gone');
  }

  /** The account's every order at once; of one listing, one by one. */
  async cancelAll(listing: Listing | null): Promise<Answer<{ readonly cancelled: number | null }>> {
    if (listing === null) {
      const call = cancelCall('cancel-all', 'privatePostCancelAll', {}, 1);
      const answer = await ask(this.#context.caller, call, cancelledSchema);
      return answer.ok ? ok({ cancelled: Number(answer.value.result.count) }) : answer;
    }
    const open = await this.#history.open(null);
    if (!open.ok) return open;
    const wanted = open.value.filter((order) => order.listing === listing.id);
    const answers = await Promise.all(
      wanted.map(({ venueOrderId }) => this.cancel({ clientOrderId: '', venueOrderId, listing, resident: false })),
    );
    let cancelled = 0;
    for (const answer of answers) {
      if (!answer.ok) return answer;
      if (answer.value === 'cancelled') cancelled += 1;
    }
    return ok({ cancelled });
  }

  /** Takes every order of the account, stops included. https://docs.kraken.com/api-reference/trading/cancel-all-orders-after-x */
  async deadMan(seconds: number | null): Promise<Answer<void>> {
    const timeout = String(Math.floor(seconds ?? 0));
    const call = cancelCall('dead-man', 'privatePostCancelAllOrdersAfter', { timeout }, 1);
    const answer = await ask(this.#context.caller, call, timerSchema);
    if (!answer.ok) return answer;
    const isArmed = answer.value.result.triggerTime !== '0';
    if (isArmed === (seconds !== null)) return ok(undefined);
    return err(unreadable(isArmed ? 'the switch is still armed' : 'the switch is not armed'));
  }

  look(order: OrderRef, sinceMs: number): Promise<Answer<Looked>> {
    return this.#history.look(order, sinceMs);
  }

  openOrders(): Promise<Answer<readonly VenueOrder[]>> {
    return this.#history.open(null);
  }

  fills(sinceMs: number, listing: Listing | null): Promise<Answer<readonly VenueFill[]>> {
    return this.#history.fills(sinceMs, listing);
  }

  async holdings(): Promise<Answer<readonly Holding[]>> {
    const answer = await ask(this.#context.caller, read('balances', 'privatePostBalanceEx', {}), balancesSchema);
    if (!answer.ok) return answer;
    return ok(
      Object.entries(answer.value.result).map(([code, { balance, hold_trade }]) => ({
        ...assetOf(code),
        free: wire(max(ZERO, decimal(balance).minus(decimal(hold_trade)))),
        locked: hold_trade,
      })),
    );
  }

  positions(): ReturnType<OrderAdapter['positions']> {
    return Promise.resolve(ok([]));
  }

  /** In percent, taker and maker apart; pairs that know no difference have the taker's alone. */
  async fees(): Promise<Answer<readonly FeeTier[]>> {
    const listings = this.#context.listings();
    const byPair = byPairName(listings);
    const tiers: FeeTier[] = [];
    for (let from = 0; from < listings.length; from += FEE_PAIRS) {
      const pair = listings
        .slice(from, from + FEE_PAIRS)
        .map(altname)
        .join(',');
      const answer = await ask(this.#context.caller, read('fees', 'privatePostTradeVolume', { pair }), volumeSchema);
      if (!answer.ok) return answer;
      const { fees, fees_maker } = answer.value.result;
      for (const [name, taker] of Object.entries(fees)) {
        const listing = byPair(name);
        if (listing === undefined) continue;
        const maker = fees_maker?.[name] ?? taker;
        tiers.push({
          feed: 'kraken:spot',
          instrument: instrumentOfListing(listing.id),
          makerBps: bps(maker.fee),
          takerBps: bps(taker.fee),
        });
      }
    }
    return ok(tiers);
  }

  findings(): ReturnType<OrderAdapter['findings']> {
    return spotFindings(this.#context, MOST_SKEW_MS);
  }

  stream(sink: PrivateSink): Cancel {
    return privateStream(this.#context, sink);
  }
}

const cancelCall = (
  endpoint: string,
  method: string,
  params: Readonly<Record<string, unknown>>,
  weight: number,
): SignedCall => ({ endpoint, method, params, urgency: 'cancel', weight, timeoutMs: ORDER_MS, kind: 'cancel' });

const bps = (percent: string): string => wire(decimal(percent).times('100'));
