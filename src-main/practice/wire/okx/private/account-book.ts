import type { FeedId } from '#shared/domain/ids';
import type { Decimal } from '#shared/money/decimal';
import { ZERO } from '#shared/money/decimal';
import type {
  AccountListener,
  ExchangeAccount,
  ExchangeFill,
  ExchangeOrder,
  ExchangePosition,
} from '../../../exchange/types.ts';
import { algoIdOf, ordIdOf } from './ids.ts';

/** A take-profit, a stop-loss or both, as the venue keeps them: apart from orders, with ids of their own. */
export interface Algo {
  readonly algoId: string;
  readonly algoClOrdId: string;
  readonly feed: FeedId;
  readonly kind: 'conditional' | 'oco';
  readonly sl: ExchangeOrder | null;
  readonly tp: ExchangeOrder | null;
}

export type AlgoState = 'live' | 'effective' | 'canceled' | 'order_failed';

/** What sockets hear of an account, in the venue's own terms. */
export interface BookListener {
  /** `fill`: the execution that is told; `filled` what was executed up to it, base units. */
  order(order: ExchangeOrder, filled: Decimal, fill: ExchangeFill | null): void;
  algo(algo: Algo): void;
  holdings(): void;
  position(position: ExchangePosition): void;
}

/** What the venue keeps of cancelled orders without any execution: "only reserved for 2 hours". */
const CANCELLED_KEPT_MS = 2 * 3_600_000;

const legsOf = ({ sl, tp }: Algo): readonly ExchangeOrder[] => [sl, tp].filter((leg) => leg !== null);
const isOpen = ({ state }: ExchangeOrder): boolean => state === 'open' || state === 'waiting';

export function algoStateOf(algo: Algo): AlgoState {
  const legs = legsOf(algo);
  if (legs.some(({ state, triggered }) => triggered && state === 'rejected')) return 'order_failed';
  if (legs.some(({ triggered }) => triggered)) return 'effective';
  return legs.some(({ state }) => state === 'waiting') ? 'live' : 'canceled';
}

/** The leg that went off. */
export const triggeredLeg = (algo: Algo): ExchangeOrder | null =>
  legsOf(algo).find(({ triggered }) => triggered) ?? null;

export const algoUpdatedMs = (algo: Algo): number => Math.max(...legsOf(algo).map(({ updatedAtMs }) => updatedAtMs));
export const algoCreatedMs = (algo: Algo): number => Math.min(...legsOf(algo).map(({ createdAtMs }) => createdAtMs));

/** One account as OKX arranges it: orders that reached the book, and algo orders that may. */
export class AccountBook {
  readonly account: ExchangeAccount;
  readonly #listeners = new Set<BookListener>();
  readonly #algos: Algo[] = [];
  readonly #algoOfLeg = new Map<ExchangeOrder, Algo>();
  /** State and executed quantity of each order, as told last. */
  readonly #told = new Map<ExchangeOrder, string>();
  readonly #toldAlgos = new Map<Algo, AlgoState>();

  constructor(account: ExchangeAccount) {
    this.account = account;
    account.listen(this.#hear());
  }

  listen(listener: BookListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Orders that reached the book, oldest first. */
  orders(feed: FeedId): readonly ExchangeOrder[] {
    return this.account.orders(feed).filter(isOrder);
  }

  openOrders(feed: FeedId): readonly ExchangeOrder[] {
    return this.orders(feed).filter(isOpen);
  }

  /** Ended orders that the venue still shows at `nowMs`. */
  endedOrders(feed: FeedId, nowMs: number): readonly ExchangeOrder[] {
    return this.orders(feed).filter(
      (order) => !isOpen(order) && (order.filled.gt(ZERO) || nowMs - order.updatedAtMs <= CANCELLED_KEPT_MS),
    );
  }

  /** By the venue's id or else the client's; of several the latest. `undefined` when the venue would not show it. */
  order(feed: FeedId, ordId: string, clOrdId: string, nowMs: number): ExchangeOrder | undefined {
    const shown = [...this.openOrders(feed), ...this.endedOrders(feed, nowMs)];
    const named = (order: ExchangeOrder): boolean =>
      ordId === '' ? clOrdId !== '' && order.request.clientOrderId === clOrdId : ordIdOf(order) === ordId;
    return shown.filter(named).sort((a, b) => b.number - a.number)[0];
  }

  algoOf(order: ExchangeOrder): Algo | undefined {
    return this.#algoOfLeg.get(order);
  }

  get algoCount(): number {
    return this.#algos.length;
  }

  algos(feed: FeedId): readonly Algo[] {
    return this.#algos.filter((algo) => algo.feed === feed);
  }

  algo(algoId: string, algoClOrdId: string): Algo | undefined {
    return this.#algos.findLast((algo) =>
      algoId === '' ? algoClOrdId !== '' && algo.algoClOrdId === algoClOrdId : algo.algoId === algoId,
    );
  }

  /** Legs that the exchange has taken become one algo order. */
  addAlgo(terms: Omit<Algo, 'algoId'>): Algo {
    const algo: Algo = { ...terms, algoId: algoIdOf(Math.max(terms.sl?.number ?? 0, terms.tp?.number ?? 0)) };
    this.#algos.push(algo);
    for (const leg of legsOf(algo)) this.#algoOfLeg.set(leg, algo);
    this.#tellAlgo(algo);
    return algo;
  }

  #hear(): AccountListener {
    return {
      orderChanged: (order) => this.#changed(order),
      filled: (fill) => this.#filled(fill),
      holdingChanged: () => {
        for (const one of this.#listeners) one.holdings();
      },
      positionChanged: (position) => {
        for (const one of this.#listeners) one.position(position);
      },
      fundingPaid: () => {},
    };
  }

  #changed(order: ExchangeOrder): void {
    const algo = this.#algoOfLeg.get(order);
    if (algo !== undefined) this.#tellAlgo(algo);
    if (isOrder(order)) this.#tellOrder(order, order.filled, null);
  }

  #filled(fill: ExchangeFill): void {
    const { order } = fill;
    const algo = this.#algoOfLeg.get(order);
    if (algo !== undefined) this.#tellAlgo(algo);
    // An order that fills in the moment it is placed was on the book first.
    if (!this.#told.has(order)) this.#tellOrder(order, ZERO, null);
    const upTo = order.fills.filter(({ tradeNumber }) => tradeNumber <= fill.tradeNumber);
    this.#tellOrder(
      order,
      upTo.reduce((sum, { quantity }) => sum.plus(quantity), ZERO),
      fill,
    );
  }

  #tellOrder(order: ExchangeOrder, filled: Decimal, fill: ExchangeFill | null): void {
    const ended = fill === null && !isOpen(order);
    const telling = `${filled.gte(order.quantity) ? 'filled' : ended ? 'ended' : 'open'} ${filled}`;
    if (fill === null && this.#told.get(order) === telling) return;
    this.#told.set(order, telling);
    for (const one of this.#listeners) one.order(order, filled, fill);
  }

  #tellAlgo(algo: Algo): void {
    const state = algoStateOf(algo);
    if (this.#toldAlgos.get(algo) === state) return;
    this.#toldAlgos.set(algo, state);
    for (const one of this.#listeners) one.algo(algo);
  }
}

/** Waiting legs are no orders yet. */
const isOrder = ({ request, triggered }: ExchangeOrder): boolean => request.trigger === null || triggered;
