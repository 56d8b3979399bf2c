import type { FeedId } from '#shared/domain/ids';
import type { Clock } from '#shared/kernel/time';
import type { Decimal } from '#shared/money/decimal';
import { wire } from '#shared/money/decimal';
import type { ExchangeOrder, PracticeExchange, PracticeKey } from '../../../exchange/types.ts';
import type { Message } from '../../message.ts';
import { symbolOf } from '../symbols.ts';
import { Refused } from './answers.ts';
import { findOrder, isOfFilter, scopeOf } from './order-desk.ts';
import type { Shelves } from './parameters.ts';
import { categoryOf, marketOf, textOf, wholeOf } from './parameters.ts';
import { executionRow, fundingRow, orderRow, positionRow } from './rows.ts';
import { walletRow } from './wallet.ts';

const DAY_MS = 86_400_000;
const LONGEST_RANGE_MS = 7 * DAY_MS;
/** Ended orders that `realtime` still shows. */
const RECENT_ENDED = 500;

interface Row {
  readonly atMs: number;
  /** Orders rows of one moment. */
  readonly number: number;
  readonly row: () => object;
}

/** Calls that read an account. Each gives its result. */
export class AccountQueries {
  readonly #shelves: Shelves;
  readonly #exchange: PracticeExchange;
  readonly #clock: Clock;

  constructor(shelves: Shelves, exchange: PracticeExchange, clock: Clock) {
    this.#shelves = shelves;
    this.#exchange = exchange;
    this.#clock = clock;
  }

  /** https://bybit-exchange.github.io/docs/v5/order/open-order */
  realtime(key: PracticeKey, params: Message): object {
    const category = categoryOf(params);
    const feed = this.#shelves[category].feed;
    const orders = key.account.orders(feed);
    const recent = new Set(orders.filter((order) => !isLive(order)).slice(-RECENT_ENDED));
    const byId = textOf(params, 'orderId') !== null || textOf(params, 'orderLinkId') !== null;
    if (byId) {
      const found = findOrder(key, params, category);
      const shown = found !== undefined && (isLive(found) || recent.has(found)) ? [found] : [];
      return { category, nextPageCursor: '', list: shown.map((order) => this.#orderRow(order, feed)) };
    }
    const chosen = scopeOf(params, category, this.#shelves);
    const ended = textOf(params, 'openOnly') === '1';
    const filter = textOf(params, 'orderFilter');
    const rows = orders
      .filter((order) => (ended ? recent.has(order) : isLive(order)) && chosen(order) && isOfFilter(order, filter))
      .map((order) => this.#row(order, feed));
    return { category, ...page(rows, params, 20, 50) };
  }

  /** https://bybit-exchange.github.io/docs/v5/order/order-list */
  history(key: PracticeKey, params: Message): object {
    const category = categoryOf(params);
    const feed = this.#shelves[category].feed;
    const within = this.#range(params);
    const byId = textOf(params, 'orderId') !== null || textOf(params, 'orderLinkId') !== null;
    const found = byId ? findOrder(key, params, category) : undefined;
    const symbol = textOf(params, 'symbol');
    const filter = textOf(params, 'orderFilter');
    const rows = key.account
      .orders(feed)
      .filter((order) => !isLive(order) && (byId ? order === found : within(order.createdAtMs)))
      .filter(({ request }) => symbol === null || symbolOf(request.market.spec) === symbol)
      .filter((order) => isOfFilter(order, filter))
      .map((order) => this.#row(order, feed));
    return { category, ...page(rows, params, 20, 50) };
  }

  /** https://bybit-exchange.github.io/docs/v5/order/execution */
  executions(key: PracticeKey, params: Message): object {
    const category = categoryOf(params);
    const feed = this.#shelves[category].feed;
    const { account } = key;
    const within = this.#range(params);
    const byId = textOf(params, 'orderId') !== null || textOf(params, 'orderLinkId') !== null;
    const found = byId ? findOrder(key, params, category) : undefined;
    const symbol = textOf(params, 'symbol');
    const type = textOf(params, 'execType');
    const fills: Row[] = account
      .fills(feed)
      .filter(({ order, atMs }) => (byId ? order === found : within(atMs)))
      .filter(({ order }) => symbol === null || symbolOf(order.request.market.spec) === symbol)
      .map((fill) => ({ atMs: fill.atMs, number: fill.tradeNumber, row: () => executionRow(account, fill) }));
    const payments: Row[] = byId
      ? []
      : account
          .funding(feed)
          .filter(({ market, atMs }) => within(atMs) && (symbol === null || symbolOf(market.spec) === symbol))
          .map((payment) => ({ atMs: payment.atMs, number: 0, row: () => fundingRow(payment) }));
    const rows = type === 'Trade' ? fills : type === 'Funding' ? payments : [...fills, ...payments];
    return { category, ...page(rows, params, 50, 100) };
  }

  /** https://bybit-exchange.github.io/docs/v5/position */
  positions({ account }: PracticeKey, params: Message): object {
    const category = categoryOf(params);
    if (category !== 'linear') throw new Refused(10001, 'Illegal category');
    const symbol = textOf(params, 'symbol');
    const held = account.positions();
    const now = this.#clock.wallMs();
    if (symbol !== null) {
      const market = marketOf(params, category, this.#shelves);
      const position = held.find((one) => one.market === market) ?? null;
      const indices = account.modes.positionMode === 'hedge' ? [1, 2] : [0];
      const list = indices.map((index) => positionRow(account, market, position, now, index));
      return { category, nextPageCursor: '', list };
    }
    const settle = textOf(params, 'settleCoin');
    if (settle === null)
      throw new Refused(10001, 'Missing some parameters that must be filled in, symbol or settleCoin');
    const rows = held
      .filter(({ market }) => market.spec.settle === settle && market.spec.feed === this.#shelves.linear.feed)
      .map((position, index) => ({
        atMs: 0,
        number: held.length - index,
        row: () => positionRow(account, position.market, position, now),
      }));
    return { category, ...page(rows, params, 20, 200) };
  }

  wallet({ account }: PracticeKey, params: Message): object {
    if (textOf(params, 'accountType') !== 'UNIFIED') {
      throw new Refused(10001, 'accountType only support UNIFIED.');
    }
    return { list: [walletRow(account, this.#shelves, textOf(params, 'coin')?.split(',') ?? null)] };
  }

  /** https://bybit-exchange.github.io/docs/v5/account/account-info */
  accountInfo({ account: { modes } }: PracticeKey): object {
    return {
      // 1 is a classic account, 5 and 6 are unified ones.
      unifiedMarginStatus: modes.accountLevel === 'multi-currency' ? 5 : modes.accountLevel === 'portfolio' ? 6 : 1,
      marginMode:
        modes.accountLevel === 'portfolio'
          ? 'PORTFOLIO_MARGIN'
          : modes.marginMode === 'isolated'
            ? 'ISOLATED_MARGIN'
            : 'REGULAR_MARGIN',
      isMasterTrader: false,
      spotHedgingStatus: 'OFF',
      updatedTime: '1700000000000',
      dcpStatus: 'OFF',
      timeWindow: 10,
      smpGroup: 0,
    };
  }

  /** Margin trading on spot: while it is on, a sale may borrow what is sold. */
  spotMargin({ account: { modes } }: PracticeKey): object {
    return {
      spotLeverage: modes.autoBorrow ? '10' : '',
      spotMarginMode: modes.autoBorrow ? '1' : '0',
      effectiveLeverage: modes.autoBorrow ? '1' : '',
    };
  }

  /** https://bybit-exchange.github.io/docs/v5/account/fee-rate */
  feeRates({ account }: PracticeKey, params: Message): object {
    const category = categoryOf(params);
    const symbol = textOf(params, 'symbol');
    const base = textOf(params, 'baseCoin');
    const rate = (value: Decimal): string => wire(value);
    const list = this.#shelves[category]
      .listed()
      .filter(({ spec }) => (symbol === null || symbolOf(spec) === symbol) && (base === null || spec.base === base))
      .map((market) => {
        const { maker, taker } = account.fees(market);
        return { symbol: symbolOf(market.spec), baseCoin: '', takerFeeRate: rate(taker), makerFeeRate: rate(maker) };
      });
    if (symbol !== null && list.length === 0) marketOf(params, category, this.#shelves);
    return { category, list };
  }

  /** Orders are cancelled on disconnection only for accounts for which the venue has set it up: this is none. */
  dcpInfo(): object {
    return { dcpInfos: [] };
  }

  #row(order: ExchangeOrder, feed: FeedId): Row {
    return { atMs: order.createdAtMs, number: order.number, row: () => this.#orderRow(order, feed) };
  }

  #orderRow(order: ExchangeOrder, feed: FeedId): object {
    return orderRow(order, this.#exchange.takesUnknownStatus(feed));
  }

  /** The last seven days unless told otherwise, and never more. @throws {Refused} */
  #range(params: Message): (atMs: number) => boolean {
    const start = wholeOf(params, 'startTime', 0, Number.MAX_SAFE_INTEGER);
    const end = wholeOf(params, 'endTime', 0, Number.MAX_SAFE_INTEGER);
    const now = this.#clock.wallMs();
    const to = end ?? (start === null ? now : start + LONGEST_RANGE_MS);
    const from = start ?? to - LONGEST_RANGE_MS;
    if (to - from > LONGEST_RANGE_MS || to < from) {
      throw new Refused(10001, 'The time range between startTime and endTime cannot exceed 7 days');
    }
    return (atMs) => atMs >= from && atMs <= to;
  }
}

const isLive = ({ state }: ExchangeOrder): boolean => state === 'open' || state === 'waiting';

/** Rows newest first, from where the cursor points. Only rows that are sent are written. */
function page(
  rows: readonly Row[],
  params: Message,
  usual: number,
  most: number,
): { list: object[]; nextPageCursor: string } {
  const limit = Math.max(1, wholeOf(params, 'limit', 0, Number.MAX_SAFE_INTEGER) ?? usual);
  const sorted = [...rows].sort((a, b) => b.atMs - a.atMs || b.number - a.number);
  const cursor = textOf(params, 'cursor');
  // Given back as it was told, it is decoded once on its way; a client that encodes it again sends it as it was told.
  const points = (row: Row): boolean => cursorOf(row) === cursor || decodeURIComponent(cursorOf(row)) === cursor;
  const from = cursor === null ? 0 : sorted.findIndex(points) + 1;
  if (cursor !== null && from === 0) throw new Refused(10001, 'cursor invalid');
  const to = from + Math.min(limit, most);
  const last = sorted[to - 1];
  return {
    list: sorted.slice(from, to).map(({ row }) => row()),
    nextPageCursor: last !== undefined && sorted.length > to ? cursorOf(last) : '',
  };
}

const cursorOf = ({ atMs, number }: Row): string => encodeURIComponent(`${number}:${Math.floor(atMs)},${number}`);
