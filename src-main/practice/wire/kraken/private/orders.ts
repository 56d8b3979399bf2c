import type { Clock } from '#shared/kernel/time';
import type { ExchangeAccount, ExchangeOrder, ExchangeRefusal, PracticeExchange } from '../../../exchange/types.ts';
import type { MarketView } from '../../../world/world.ts';
import { isoSeconds } from '../../instants.ts';
import type { FeedContext } from '../../venue.ts';
import { wsNameV1 } from '../pairs.ts';
import type { DecayingCounter } from './counters.ts';
import { orderNumber, orderTxid } from './ids.ts';
import { readOrder } from './order-form.ts';
import { description, isClosed, orderRow, statusWord, UNKNOWN_STATUS } from './order-rows.ts';

const FEED = 'kraken:spot';
const PAGE = 50;
const MOST_TXIDS = 50;
const MOST_TIMEOUT_S = 86_400;
/** What cancelling costs by the age of the order, s. */
const CANCEL_COSTS = [
  [5, 8],
  [10, 6],
  [15, 5],
  [45, 4],
  [90, 2],
  [300, 1],
] as const;

/** A result, or the error's text. */
export type Outcome = { readonly result: unknown } | string;

/** Orders of one account as Kraken's private REST takes and tells them. */
export class SpotOrders {
  readonly #feed: FeedContext;
  readonly #exchange: PracticeExchange;
  readonly #clock: Clock;
  readonly #engine: DecayingCounter;

  /** `engine`: the trading engine's counter of transactions, by account and pair. */
  constructor(feed: FeedContext, exchange: PracticeExchange, clock: Clock, engine: DecayingCounter) {
    this.#feed = feed;
    this.#exchange = exchange;
    this.#clock = clock;
    this.#engine = engine;
  }

  add(account: ExchangeAccount, form: URLSearchParams): Outcome {
    const formed = readOrder(form, this.#feed.listed(), this.#clock.wallMs());
    if (typeof formed === 'string') return formed;
    const { request, validateOnly } = formed;
    if (!this.#engine.take(counterName(account, request.market), 1)) return 'EOrder:Rate limit exceeded';
    if (validateOnly) return { result: { descr: { order: '' } } };
    const placed = account.place(request);
    if (!placed.ok) return refusalText(placed.error, request.market);
    return { result: { descr: { order: description(placed.value) }, txid: [orderTxid(placed.value.number)] } };
  }

  cancel(account: ExchangeAccount, form: URLSearchParams): Outcome {
    const byClient = form.get('cl_ord_id');
    const txid = form.get('txid');
    if ((byClient === null) === (txid === null)) return 'EGeneral:Invalid arguments';
    const number = txid === null ? null : orderNumber(txid);
    const order =
      byClient === null
        ? number === null
          ? undefined
          : account.orderByNumber(number)
        : this.#ofClient(account, byClient).find((one) => !isClosed(one));
    if (order === undefined || !this.#isOurs(order) || isClosed(order)) return 'EOrder:Unknown order';
    this.#engine.add(counterName(account, order.request.market), this.#cancelCost(order));
    return account.cancel(order) ? { result: { count: 1 } } : 'EOrder:Unknown order';
  }

  cancelAll(account: ExchangeAccount): Outcome {
    return { result: { count: account.cancelAll((order) => this.#isOurs(order)).length } };
  }

  /** Every open order of the account, stops included, unless it is asked for again in time. */
  cancelAllAfter(account: ExchangeAccount, form: URLSearchParams): Outcome {
    const timeout = form.get('timeout') ?? '';
    if (!/^\d{1,9}$/.test(timeout) || Number(timeout) > MOST_TIMEOUT_S) return 'EGeneral:Invalid arguments:timeout';
    const now = this.#clock.wallMs();
    const afterMs = Number(timeout) * 1000;
    account.deadMan(FEED, afterMs === 0 ? null : afterMs, (order) => this.#isOurs(order));
    const triggerTime = afterMs === 0 ? '0' : isoSeconds(now + afterMs);
    return { result: { currentTime: isoSeconds(now), triggerTime } };
  }

  open(account: ExchangeAccount, form: URLSearchParams): Outcome {
    const orders = this.#wanted(account, form).filter((order) => !isClosed(order));
    return { result: { open: this.#rows(orders.reverse(), form) } };
  }

  closed(account: ExchangeAccount, form: URLSearchParams): Outcome {
    const [start, end, ofs] = [numberOf(form, 'start'), numberOf(form, 'end'), numberOf(form, 'ofs')];
    if (start === 'bad' || end === 'bad' || ofs === 'bad') return 'EGeneral:Invalid arguments';
    const by = form.get('closetime') ?? 'both';
    if (by !== 'open' && by !== 'close' && by !== 'both') return 'EGeneral:Invalid arguments:closetime';
    const within = (ms: number) => (start === null || ms > start * 1000) && (end === null || ms <= end * 1000);
    const orders = this.#wanted(account, form)
      .filter(isClosed)
      .filter((order) => (by !== 'close' && within(order.createdAtMs)) || (by !== 'open' && within(order.updatedAtMs)))
      .sort((a, b) => b.updatedAtMs - a.updatedAtMs || b.number - a.number);
    const page = orders.slice(ofs ?? 0, (ofs ?? 0) + PAGE);
    const count = form.get('without_count') === 'true' ? {} : { count: orders.length };
    return { result: { closed: this.#rows(page, form), ...count } };
  }

  query(account: ExchangeAccount, form: URLSearchParams): Outcome {
    const txids = (form.get('txid') ?? '').split(',').map((txid) => txid.trim());
    if (txids.length > MOST_TXIDS || txids[0] === '') return 'EGeneral:Invalid arguments:txid';
    const orders: ExchangeOrder[] = [];
    for (const txid of txids) {
      const number = orderNumber(txid);
      if (number === null) return 'EOrder:Invalid order';
      const order = account.orderByNumber(number);
      if (order !== undefined && this.#isOurs(order)) orders.push(order);
    }
    return { result: this.#rows(orders, form) };
  }

  #rows(orders: readonly ExchangeOrder[], form: URLSearchParams): object {
    const trades = form.get('trades') === 'true';
    return Object.fromEntries(
      orders.map((order) => {
        const status = this.#exchange.takesUnknownStatus(FEED) ? UNKNOWN_STATUS : statusWord(order);
        return [orderTxid(order.number), orderRow(order, { trades, status })];
      }),
    );
  }

  #wanted(account: ExchangeAccount, form: URLSearchParams): ExchangeOrder[] {
    const client = form.get('cl_ord_id');
    return client === null ? [...account.orders(FEED)] : this.#ofClient(account, client);
  }

  /** The same id may have been used before: it is unique among open orders alone. */
  #ofClient(account: ExchangeAccount, client: string): ExchangeOrder[] {
    return account.orders(FEED).filter((order) => order.request.clientOrderId === client);
  }

  #isOurs({ request }: ExchangeOrder): boolean {
    return request.market.spec.feed === FEED;
  }

  #cancelCost({ createdAtMs }: ExchangeOrder): number {
    const ageS = (this.#clock.wallMs() - createdAtMs) / 1000;
    return CANCEL_COSTS.find(([below]) => ageS < below)?.[1] ?? 0;
  }
}

const counterName = (account: ExchangeAccount, { spec }: MarketView): string => `${account.id}|${spec.instrument}`;

/** A number from the form: `null` when it is not there. */
export function numberOf(form: URLSearchParams, name: string): number | null | 'bad' {
  const text = form.get(name);
  if (text === null || text === '') return null;
  return /^\d{1,12}(\.\d+)?$/.test(text) ? Number(text) : 'bad';
}

function refusalText(refusal: ExchangeRefusal, market: MarketView): string {
  const { spec, status } = market;
  switch (refusal) {
    case 'unknown-market':
      return 'EQuery:Unknown asset pair';
    case 'not-trading':
      return status === 'limit-only' ? 'EService:Market in limit_only mode' : 'EService:Market in cancel_only mode';
    case 'post-only-phase':
      return 'EService:Market in post_only mode';
    case 'price-tick':
      return `EOrder:Invalid price:${wsNameV1(spec)} price can only be specified up to ${spec.priceDecimals} decimals.`;
    case 'lot-step':
      return 'EGeneral:Invalid arguments:volume';
    case 'min-quantity':
      return 'EGeneral:Invalid arguments:volume minimum not met';
    case 'min-notional':
      return 'EOrder:Cost minimum not met';
    case 'price-band':
      return 'EOrder:Invalid price';
    case 'would-take':
      return 'EOrder:Post only order';
    case 'insufficient-balance':
      return 'EOrder:Insufficient funds';
    case 'insufficient-margin':
      return 'EOrder:Insufficient margin';
    case 'reduce-only':
      return 'EOrder:Reduce only:No position exists';
    case 'duplicate-client-id':
      return 'EGeneral:Invalid arguments:cl_ord_id';
    case 'deadline':
      return 'EService:Deadline elapsed';
    case 'too-many-orders':
      return 'EOrder:Orders limit exceeded';
    default:
      return 'EOrder:Invalid order';
  }
}
