import type { Decimal } from '#shared/money/decimal';
import { wire, ZERO } from '#shared/money/decimal';
import { midOf } from '../../../exchange/measures.ts';
import type { ExchangeAccount, ExchangePosition, WalletHolding } from '../../../exchange/types.ts';
import type { FeedContext } from '../../venue.ts';
import type { Shelves } from './parameters.ts';
import { realisedOf } from './realised.ts';

const WALLET = 'unified';
const USD_LIKE: readonly string[] = ['USD', 'USDT', 'USDC'];

/** Worth of one unit in dollars by the account's own spot market; stablecoins count as one. */
function usdOf(currency: string, spot: FeedContext): Decimal {
  const one = ZERO.plus('1');
  if (USD_LIKE.includes(currency)) return one;
  const market = spot.markets.find(({ spec }) => spec.base === currency && USD_LIKE.includes(spec.quote));
  return (market === undefined ? null : midOf(market)) ?? ZERO;
}

/** One coin of the unified wallet; contracts of a coin are those that settle in it. */
function coinRow(account: ExchangeAccount, holding: WalletHolding, { spot, linear }: Shelves): object {
  const { currency, total, locked } = holding;
  const held = account.positions().filter(({ market }) => market.spec.settle === currency);
  const sum = (of: (position: (typeof held)[number]) => Decimal): Decimal =>
    held.reduce((all, position) => all.plus(of(position)), ZERO);
  const unrealised = sum((position) => position.unrealised);
  const equity = total.plus(unrealised);
  const [spotLocked, orderMargin] = splitLocked(account, currency, locked);
  return {
    coin: currency,
    equity: wire(equity),
    usdValue: wire(equity.times(usdOf(currency, spot)).round(8)),
    walletBalance: wire(total),
    free: '',
    locked: wire(spotLocked),
    spotHedgingQty: '0',
    borrowAmount: '0',
    availableToWithdraw: '',
    accruedInterest: '0',
    totalOrderIM: wire(orderMargin.round(8)),
    totalPositionIM: wire(sum((position) => position.margin).round(8)),
    totalPositionMM: wire(sum((position) => position.maintenance).round(8)),
    unrealisedPnl: wire(unrealised.round(8)),
    cumRealisedPnl: wire(cumulative(account, currency, linear).round(8)),
    bonus: '0',
    collateralSwitch: true,
    marginCollateral: true,
    spotBorrow: '0',
  };
}

/** What spot orders hold and what orders of contracts hold of one coin. */
function splitLocked(account: ExchangeAccount, currency: string, locked: Decimal): readonly [Decimal, Decimal] {
  const orderMargin = account.orderMargin(WALLET, currency);
  return [locked.minus(orderMargin), orderMargin];
}

/** What the contracts of a coin have brought. */
function cumulative(account: ExchangeAccount, currency: string, { markets }: FeedContext): Decimal {
  return markets
    .filter(({ spec }) => spec.settle === currency)
    .reduce((sum, market) => sum.plus(realisedOf(account, market).ever), ZERO);
}

/** The unified wallet, whole or only some coins (https://bybit-exchange.github.io/docs/v5/account/wallet-balance). */
export function walletRow(account: ExchangeAccount, shelves: Shelves, coins: readonly string[] | null): object {
  const holdings = account.holdings(WALLET);
  const worth = (of: (currency: string) => Decimal): Decimal =>
    holdings.reduce((sum, { currency }) => sum.plus(of(currency).times(usdOf(currency, shelves.spot))), ZERO);
  const held =
    (of: (position: ExchangePosition) => Decimal) =>
    (currency: string): Decimal =>
      account
        .positions()
        .filter(({ market }) => market.spec.settle === currency)
        .reduce((sum, position) => sum.plus(of(position)), ZERO);
  const balance = holdings.reduce((sum, one) => sum.plus(one.total.times(usdOf(one.currency, shelves.spot))), ZERO);
  const unrealised = worth(held((position) => position.unrealised));
  const equity = balance.plus(unrealised);
  const initial = worth((currency) =>
    held(({ margin }) => margin)(currency).plus(account.orderMargin(WALLET, currency)),
  );
  const maintenance = worth(held((position) => position.maintenance));
  const rate = (margin: Decimal): string => (equity.gt(ZERO) ? wire(margin.div(equity).round(4)) : '');
  const text = (value: Decimal): string => wire(value.round(8));
  return {
    accountType: 'UNIFIED',
    accountIMRate: rate(initial),
    accountMMRate: rate(maintenance),
    accountLTV: '0',
    totalEquity: text(equity),
    totalWalletBalance: text(balance),
    totalMarginBalance: text(equity),
    totalAvailableBalance: text(equity.minus(initial)),
    totalPerpUPL: text(unrealised),
    totalInitialMargin: text(initial),
    totalMaintenanceMargin: text(maintenance),
    coin: holdings
      .filter(({ currency, total }) => (coins === null ? !total.eq(ZERO) : coins.includes(currency)))
      .map((one) => coinRow(account, one, shelves)),
  };
}
