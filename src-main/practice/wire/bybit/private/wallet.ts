import type { Decimal } from '#shared/money/decimal';
import { wire, ZERO } from '#shared/money/decimal';
import { midOf } from '../../../exchange/measures.ts';
import type { ExchangeAccount, WalletHolding } from '../../../exchange/types.ts';
import type { FeedContext } from '../../venue.ts';

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
function coinRow(account: ExchangeAccount, { currency, total, locked }: WalletHolding, spot: FeedContext): object {
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
    totalPositionMM: '0',
    unrealisedPnl: wire(unrealised.round(8)),
    cumRealisedPnl: '0',
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

/** The unified wallet, whole or only some coins (https://bybit-exchange.github.io/docs/v5/account/wallet-balance). */
export function walletRow(account: ExchangeAccount, spot: FeedContext, coins: readonly string[] | null): object {
  const holdings = account.holdings(WALLET);
  const equity = holdings.reduce((sum, held) => sum.plus(held.total.times(usdOf(held.currency, spot))), ZERO);
  const total = wire(equity.round(8));
  return {
    accountType: 'UNIFIED',
    accountIMRate: '0',
    accountMMRate: '0',
    accountLTV: '0',
    totalEquity: total,
    totalWalletBalance: total,
    totalMarginBalance: total,
    totalAvailableBalance: '',
    totalPerpUPL: '0',
    totalInitialMargin: '0',
    totalMaintenanceMargin: '0',
    coin: holdings
      .filter(({ currency, total: held }) => (coins === null ? !held.eq(ZERO) : coins.includes(currency)))
      .map((held) => coinRow(account, held, spot)),
  };
}
