import type { Clock } from '#shared/kernel/time';
import { ZERO } from '#shared/money/decimal';
import type { ExchangeAccount, ExchangeOrder, ExchangeRefusal, PracticeExchange } from '../../../exchange/types.ts';
import type { FeedContext } from '../../venue.ts';
import { symbolOf } from '../symbols.ts';
import { fillUid, orderNumber, orderUid } from './ids.ts';
import { readOrder } from './order-form.ts';
import { isClosed, isoMs, isTrigger, number, openOrder, orderJson, triggerJson } from './order-rows.ts';

const FEED = 'kraken:perp';
/** "open or were filled/cancelled in the last 5 seconds" */
const RECENT_MS = 5_000;
const MOST_TIMEOUT_S = 86_400;
/** A status that the documentation does not know (EX-6). */
export const UNKNOWN_STATUS = 'underReview';

/** What an answer holds beside its result and time, or the error's word. */
export type Outcome = { readonly body: object } | { readonly error: string };

/** Orders of one account as Kraken Futures' REST takes and tells them. */
export class FuturesOrders {
  readonly #feed: FeedContext;
  readonly #exchange: PracticeExchange;
  readonly #clock: Clock;

  constructor(feed: FeedContext, exchange: PracticeExchange, clock: Clock) {
    this.#feed = feed;
    this.#exchange = exchange;
    this.#clock = clock;
  }

  send(account: ExchangeAccount, params: URLSearchParams): Outcome {
    const now = this.#clock.wallMs();
    const read = readOrder(params, this.#feed.listed(), now);
    if ('error' in read) return read;
    const answered = (status: string, rest: object): Outcome => ({
      body: { sendStatus: { status, receivedTime: isoMs(now), ...rest } },
    });
    if ('status' in read) return answered(read.status, { orderEvents: [] });
    const placed = account.place(read);
    if (!placed.ok) return answered(refusalStatus(placed.error), { orderEvents: [] });
    const order = placed.value;
    const named = {
      order_id: orderUid(order.number),
      ...(read.clientOrderId === null ? {} : { cliOrdId: read.clientOrderId }),
    };
    const failed = endedUnfilled(order);
    if (failed !== null) {
      const event = {
        type: 'REJECT',
        uid: orderUid(order.number),
        reason: failed.reason,
        order: orderJson(order, ZERO),
      };
      return answered(failed.status, { ...named, orderEvents: [event] });
    }
    const events: object[] = isTrigger(order)
      ? [{ type: 'PLACE', orderTrigger: triggerJson(order) }]
      : order.fills.length === 0
        ? [{ type: 'PLACE', order: orderJson(order, ZERO), reducedQuantity: null }]
        : [];
    let before = ZERO;
    for (const fill of order.fills) {
      events.push({
        type: 'EXECUTION',
        executionId: fillUid(fill.tradeNumber),
        price: number(fill.price),
        amount: number(fill.quantity),
        orderPriorEdit: null,
        orderPriorExecution: orderJson(order, before),
        takerReducedQuantity: null,
      });
      before = before.plus(fill.quantity);
    }
    return answered('placed', { ...named, orderEvents: events });
  }

  cancel(account: ExchangeAccount, params: URLSearchParams): Outcome {
    const [uid, client] = [params.get('order_id'), params.get('cliOrdId')];
    if (uid === null && client === null) return { error: 'requiredArgumentMissing' };
    const receivedTime = isoMs(this.#clock.wallMs());
    const order = this.#named(account, uid, client);
    if (order === undefined || isClosed(order) || !account.cancel(order)) {
      return { body: { cancelStatus: { status: 'notFound', receivedTime } } };
    }
    const order_id = orderUid(order.number);
    const orderEvents = [{ type: 'CANCEL', uid: order_id, order: orderJson(order, order.filled) }];
    return { body: { cancelStatus: { status: 'cancelled', order_id, receivedTime, orderEvents } } };
  }

  cancelAll(account: ExchangeAccount, params: URLSearchParams): Outcome {
    const symbol = params.get('symbol')?.toUpperCase() ?? null;
    const cancelled = account.cancelAll(
      (order) => isOurs(order) && (symbol === null || symbolOf(order.request.market.spec) === symbol),
    );
    return {
      body: {
        cancelStatus: {
          receivedTime: isoMs(this.#clock.wallMs()),
          cancelOnly: symbol ?? 'all',
          status: cancelled.length > 0 ? 'cancelled' : 'noOrdersToCancel',
          cancelledOrders: cancelled.map((order) => ({
            order_id: orderUid(order.number),
            ...(order.request.clientOrderId === null ? {} : { cliOrdId: order.request.clientOrderId }),
          })),
          orderEvents: cancelled.map((order) => ({
            type: 'CANCEL',
            uid: orderUid(order.number),
            order: orderJson(order, order.filled),
          })),
        },
      },
    };
  }

  /** Every open order of the account, triggers included, unless it is asked for again in time. */
  cancelAllAfter(account: ExchangeAccount, params: URLSearchParams): Outcome {
    const timeout = params.get('timeout');
    if (timeout === null) return { error: 'requiredArgumentMissing' };
    if (!/^\d{1,9}$/.test(timeout) || Number(timeout) > MOST_TIMEOUT_S) return { error: 'invalidArgument' };
    const now = this.#clock.wallMs();
    const afterMs = Number(timeout) * 1000;
    account.deadMan(FEED, afterMs === 0 ? null : afterMs, isOurs);
    const triggerTime = afterMs === 0 ? '0' : isoMs(now + afterMs);
    return { body: { status: { currentTime: isoMs(now), triggerTime } } };
  }

  open(account: ExchangeAccount): Outcome {
    const rows = account
      .orders(FEED)
      .filter((order) => !isClosed(order))
      .reverse()
      .map((order) => openOrder(order, this.#word(order.filled.gt(ZERO) ? 'partiallyFilled' : 'untouched')));
    return { body: { openOrders: rows } };
  }

  /** Orders that are open or ended just now. */
  status(account: ExchangeAccount, params: URLSearchParams): Outcome {
    const [uids, clients] = [listOf(params, 'orderIds'), listOf(params, 'cliOrdIds')];
    const now = this.#clock.wallMs();
    const orders = account
      .orders(FEED)
      .filter((order) => uids.includes(orderUid(order.number)) || clients.includes(order.request.clientOrderId ?? ''))
      .filter((order) => !isClosed(order) || now - order.updatedAtMs <= RECENT_MS)
      .map((order) => this.#statusRow(order));
    return { body: { orders } };
  }

  #statusRow(order: ExchangeOrder): object {
    const { request } = order;
    const waits = isTrigger(order);
    const words = {
      waiting: 'TRIGGER_PLACED',
      open: 'ENTERED_BOOK',
      filled: 'FULLY_EXECUTED',
      cancelled: 'CANCELLED',
      expired: 'CANCELLED',
      rejected: 'REJECTED',
    } as const;
    const fields = {
      type: waits ? 'TRIGGER_ORDER' : 'ORDER',
      orderId: orderUid(order.number),
      cliOrdId: request.clientOrderId,
      symbol: symbolOf(request.market.spec),
      side: request.side,
      quantity: number(order.quantity),
      filled: waits ? null : number(order.filled),
      limitPrice: request.price === null ? null : number(request.price),
      reduceOnly: request.reduceOnly,
      timestamp: isoMs(order.createdAtMs),
      lastUpdateTimestamp: isoMs(order.updatedAtMs),
      priceTriggerOptions:
        waits && request.trigger !== null
          ? {
              triggerPrice: number(request.trigger.price),
              triggerSide: request.trigger.when === 'rises-to' ? 'TRIGGER_ABOVE' : 'TRIGGER_BELOW',
              triggerSignal: { last: 'LAST_PRICE', mark: 'MARK_PRICE', index: 'SPOT_PRICE' }[request.trigger.by],
            }
          : null,
      triggerTime: null,
    };
    return { order: fields, status: this.#word(words[order.state]), updateReason: null, error: null };
  }

  #named(account: ExchangeAccount, uid: string | null, client: string | null): ExchangeOrder | undefined {
    if (uid !== null) {
      const found = orderNumber(uid);
      const order = found === null ? undefined : account.orderByNumber(found);
      return order !== undefined && isOurs(order) ? order : undefined;
    }
    return account.orders(FEED).find((order) => order.request.clientOrderId === client);
  }

  #word(usual: string): string {
    return this.#exchange.takesUnknownStatus(FEED) ? UNKNOWN_STATUS : usual;
  }
}

const isOurs = ({ request }: ExchangeOrder): boolean => request.market.spec.feed === FEED;

/** Repeated, or one list with commas. */
const listOf = (params: URLSearchParams, name: string): readonly string[] =>
  params.getAll(name).flatMap((text) => text.split(','));

/** An order that came to nothing is told as one that was not placed. */
function endedUnfilled(order: ExchangeOrder): { readonly status: string; readonly reason: string } | null {
  if (!isClosed(order) || order.filled.gt(ZERO)) return null;
  switch (order.endedBy) {
    case 'ioc':
    case 'fok':
      return { status: 'iocWouldNotExecute', reason: 'IOC_WOULD_NOT_EXECUTE' };
    case 'post-only':
      return { status: 'postWouldExecute', reason: 'POST_WOULD_EXECUTE' };
    case 'self-trade':
      return { status: 'selfFill', reason: 'WOULD_EXECUTE_SELF' };
    default:
      return null;
  }
}

function refusalStatus(refusal: ExchangeRefusal): string {
  switch (refusal) {
    case 'not-trading':
      return 'marketSuspended';
    case 'unknown-market':
      return 'marketInactive';
    case 'post-only-phase':
      return 'marketIsPostOnly';
    case 'lot-step':
    case 'min-quantity':
    case 'min-notional':
      return 'invalidSize';
    case 'would-take':
      return 'postWouldExecute';
    case 'would-not-fill':
      return 'iocWouldNotExecute';
    case 'insufficient-balance':
    case 'insufficient-margin':
      return 'insufficientAvailableFunds';
    case 'price-band':
      return 'outsidePriceCollar';
    case 'reduce-only':
      return 'wouldNotReducePosition';
    case 'duplicate-client-id':
      return 'clientOrderIdAlreadyExist';
    case 'deadline':
      return 'wouldProcessAfterSpecifiedTime';
    case 'self-trade':
      return 'selfFill';
    case 'too-many-orders':
      return 'tooManyOrders';
    case 'leverage':
      return 'fixedLeverageTooHigh';
    default:
      return 'invalidPrice';
  }
}
