import type { Clock } from '#shared/kernel/time';
import { tryDecimal, ZERO } from '#shared/money/decimal';
import type { ExchangeAccount, ExchangePosition, PracticeKey } from '../../../exchange/types.ts';
import { altnameOf } from '../../kraken/pairs.ts';
import type { FeedContext } from '../../venue.ts';
import { symbolOf } from '../symbols.ts';
import { ACCOUNT_UID } from './ids.ts';
import { fillRow, isoMs, number } from './order-rows.ts';
import type { Outcome } from './orders.ts';

const FEED = 'kraken:perp';
const FILLS = 100;
const STRATEGIES = ['REJECT_TAKER', 'CANCEL_MAKER_SELF', 'CANCEL_MAKER_CHILD', 'CANCEL_MAKER_ANY'];

/** Money, positions and settings of an account. Preferences of leverage make a market's margin isolated. */
export class FuturesAccount {
  readonly #feed: FeedContext;
  readonly #clock: Clock;
  readonly #preferences = new Map<string, Set<string>>();
  readonly #strategies = new Map<string, string>();

  constructor(feed: FeedContext, clock: Clock) {
    this.#feed = feed;
    this.#clock = clock;
  }

  /** `accounts`: all collateral lies in the wallet `flex`. */
  wallets(account: ExchangeAccount): Outcome {
    const positions = this.positionsOf(account);
    const margin = positions.reduce((sum, position) => sum.plus(position.margin), ZERO);
    const pnl = positions.reduce((sum, position) => sum.plus(position.unrealised), ZERO);
    let value = ZERO;
    const currencies: Record<string, object> = {};
    for (const { currency, total, locked } of this.holdingsOf(account)) {
      if (currency.startsWith('USD')) value = value.plus(total);
      currencies[altnameOf(currency)] = {
        quantity: number(total),
        value: number(total),
        collateral: number(total),
        available: number(total.minus(locked)),
      };
    }
    const flex = {
      type: 'multiCollateralMarginAccount',
      currencies,
      balanceValue: number(value),
      portfolioValue: number(value.plus(pnl)),
      collateralValue: number(value),
      initialMargin: number(margin),
      initialMarginWithOrders: number(margin),
      maintenanceMargin: number(margin.div('2')),
      pnl: number(pnl),
      unrealizedFunding: 0,
      totalUnrealized: number(pnl),
      totalUnrealizedAsMargin: number(pnl),
      marginEquity: number(value.plus(pnl)),
      availableMargin: number(value.plus(pnl).minus(margin)),
    };
    return { body: { accounts: { cash: { type: 'cashAccount', balances: {} }, flex } } };
  }

  positions(account: ExchangeAccount): Outcome {
    const rows = this.positionsOf(account).map((position) => ({
      side: position.quantity.gt(ZERO) ? 'long' : 'short',
      symbol: symbolOf(position.market.spec),
      price: number(position.entryPrice),
      fillTime: isoMs(this.#clock.wallMs()),
      size: number(position.quantity.abs()),
      unrealizedFunding: 0,
      pnlCurrency: position.market.spec.settle,
      ...(this.#isFixed(account, position) ? { maxFixedLeverage: number(position.leverage) } : {}),
    }));
    return { body: { openPositions: rows } };
  }

  /** `fills`: the latest hundred, or the hundred before a time. */
  fills(account: ExchangeAccount, params: URLSearchParams): Outcome {
    const before = params.get('lastFillTime');
    const beforeMs = before === null ? Number.POSITIVE_INFINITY : Date.parse(before);
    if (Number.isNaN(beforeMs)) return { error: 'invalidArgument' };
    const rows = [...account.fills(FEED)]
      .filter(({ atMs }) => atMs < beforeMs)
      .sort((a, b) => b.atMs - a.atMs || b.tradeNumber - a.tradeNumber)
      .slice(0, FILLS);
    return { body: { fills: rows.map(fillRow) } };
  }

  leverage(account: ExchangeAccount): Outcome {
    const rows = this.#feed.listed().flatMap((market) => {
      const symbol = symbolOf(market.spec);
      return this.#prefers(account, symbol) ? [{ symbol, maxLeverage: number(account.leverage(market)) }] : [];
    });
    return { body: { leveragePreferences: rows } };
  }

  /** Without `maxLeverage` the preference is taken away: the market's margin is crossed again. */
  setLeverage(account: ExchangeAccount, params: URLSearchParams): Outcome {
    const symbol = params.get('symbol')?.toUpperCase();
    const market = this.#feed.listed().find(({ spec }) => symbolOf(spec) === symbol);
    if (symbol === undefined || market === undefined) return { error: 'contractNotFound' };
    const preferred = this.#preferences.get(account.id) ?? new Set<string>();
    this.#preferences.set(account.id, preferred);
    const wanted = params.get('maxLeverage');
    if (wanted === null) {
      preferred.delete(symbol);
      return { body: {} };
    }
    const leverage = tryDecimal(wanted);
    if (leverage === undefined || !account.setLeverage(market, leverage).ok) return { error: 'invalidArgument' };
    preferred.add(symbol);
    return { body: {} };
  }

  strategy(account: ExchangeAccount): Outcome {
    return { body: { strategy: this.#strategies.get(account.id) ?? 'REJECT_TAKER' } };
  }

  setStrategy(account: ExchangeAccount, params: URLSearchParams): Outcome {
    const strategy = params.get('strategy') ?? '';
    if (!STRATEGIES.includes(strategy)) return { error: 'invalidArgument' };
    this.#strategies.set(account.id, strategy);
    return { body: { strategy } };
  }

  holdingsOf(account: ExchangeAccount) {
    const [market] = this.#feed.markets;
    return market === undefined ? [] : account.holdings(account.walletOf(market));
  }

  positionsOf(account: ExchangeAccount): readonly ExchangePosition[] {
    return account.positions().filter(({ market, quantity }) => market.spec.feed === FEED && !quantity.eq(ZERO));
  }

  #isFixed(account: ExchangeAccount, { market, marginMode }: ExchangePosition): boolean {
    return marginMode === 'isolated' || this.#prefers(account, symbolOf(market.spec));
  }

  #prefers(account: ExchangeAccount, symbol: string): boolean {
    return account.modes.marginMode === 'isolated' || this.#preferences.get(account.id)?.has(symbol) === true;
  }
}

/** `/api/auth/v1/api-keys/v3/check`: access by area. A key that may move money out has `transfer`. */
export function keyDetails({ id, permissions }: PracticeKey): object {
  const { read, trade, withdraw } = permissions;
  return {
    apiKey: id,
    accountUid: ACCOUNT_UID,
    iiban: 'AA08 N84G CPAR UN7A',
    createdAt: '2026-01-05T14:15:22Z',
    permissions: {
      general: trade ? 'FULL_ACCESS' : read ? 'READ_ONLY' : 'NO_ACCESS',
      transfer: withdraw ? 'FULL_ACCESS' : 'NO_ACCESS',
    },
    allowedCidrBlock: null,
    allowedCidrBlocks: [],
  };
}
