import type { Decimal } from '#shared/money/decimal';
import { ZERO } from '#shared/money/decimal';
import type { MarginTerms } from '../../../exchange/terms.ts';
import type { ExchangeAccount, ExchangePosition, PracticeKey, WalletHolding } from '../../../exchange/types.ts';
import type { MarketView } from '../../../world/world.ts';
import { wholeMs } from '../../instants.ts';
import { symbolOf } from '../symbols.ts';

const eight = (value: Decimal): string => value.toFixed(8);

/** Unrealised profit of the positions that settle in a currency. */
const unrealisedIn = (account: ExchangeAccount, currency: string): Decimal =>
  account
    .positions()
    .filter(({ market }) => market.spec.settle === currency)
    .reduce((sum, { unrealised }) => sum.plus(unrealised), ZERO);

/** `GET /fapi/v3/balance`. */
export const balanceRows = (account: ExchangeAccount, now: number): readonly object[] =>
  account.holdings('perp').map(({ currency, total, locked }: WalletHolding) => ({
    accountAlias: `p${account.id}`,
    asset: currency,
    balance: eight(total),
    crossWalletBalance: eight(total),
    crossUnPnl: eight(unrealisedIn(account, currency)),
    availableBalance: eight(total.minus(locked)),
    maxWithdrawAmount: eight(total.minus(locked)),
    marginAvailable: true,
    updateTime: wholeMs(now),
  }));

/** `GET /fapi/v3/account`: the wallet by asset, the positions, and their sums in the settle currencies together. */
export function accountRow(account: ExchangeAccount, now: number): object {
  const holdings = account.holdings('perp');
  const positions = account.positions().filter(({ market, quantity }) => market.perp !== null && !quantity.eq(ZERO));
  const sum = (of: readonly Decimal[]): Decimal => of.reduce((total, value) => total.plus(value), ZERO);
  const wallet = sum(holdings.map(({ total }) => total));
  const locked = sum(holdings.map((holding) => holding.locked));
  const unrealised = sum(positions.map((position) => position.unrealised));
  return {
    totalInitialMargin: eight(locked),
    totalWalletBalance: eight(wallet),
    totalUnrealizedProfit: eight(unrealised),
    totalMarginBalance: eight(wallet.plus(unrealised)),
    totalCrossWalletBalance: eight(wallet),
    totalCrossUnPnl: eight(unrealised),
    availableBalance: eight(wallet.minus(locked)),
    maxWithdrawAmount: eight(wallet.minus(locked)),
    assets: holdings.map(({ currency, total, locked: held }) => ({
      asset: currency,
      walletBalance: eight(total),
      unrealizedProfit: eight(unrealisedIn(account, currency)),
      marginBalance: eight(total.plus(unrealisedIn(account, currency))),
      initialMargin: eight(held),
      crossWalletBalance: eight(total),
      crossUnPnl: eight(unrealisedIn(account, currency)),
      availableBalance: eight(total.minus(held)),
      maxWithdrawAmount: eight(total.minus(held)),
      updateTime: wholeMs(now),
    })),
    positions: positions.map((position) => positionRow(position, now)),
  };
}

/** An entry of `GET /fapi/v1/leverageBracket`: one bracket for any size. */
export const bracketRow = ({ spec }: MarketView, { mostLeverage, maintenance }: MarginTerms): object => ({
  symbol: symbolOf(spec),
  notionalCoef: 1,
  brackets: [
    {
      bracket: 1,
      initialLeverage: mostLeverage,
      notionalCap: 1_000_000_000,
      notionalFloor: 0,
      maintMarginRatio: Number(maintenance.toFixed()),
      cum: 0,
    },
  ],
});

/** An entry of `GET /fapi/v3/positionRisk`: no leverage and no margin mode, unlike its older versions. */
export function positionRow(position: ExchangePosition, now: number): object {
  const { market, quantity, entryPrice, unrealised, liquidationPrice, margin, marginMode } = position;
  const isolated = marginMode === 'isolated';
  return {
    symbol: symbolOf(market.spec),
    positionSide: 'BOTH',
    positionAmt: quantity.toFixed(market.spec.sizeDecimals),
    entryPrice: eight(entryPrice),
    breakEvenPrice: eight(entryPrice),
    markPrice: (market.perp?.markPrice ?? 0).toFixed(8),
    unRealizedProfit: eight(unrealised),
    liquidationPrice: liquidationPrice === null ? '0' : eight(liquidationPrice),
    isolatedMargin: isolated ? eight(margin) : '0',
    notional: eight(quantity.times(entryPrice).plus(unrealised)),
    marginAsset: market.spec.settle,
    isolatedWallet: isolated ? eight(margin) : '0',
    initialMargin: eight(margin),
    maintMargin: eight(margin.times('0.1')),
    positionInitialMargin: eight(margin),
    openOrderInitialMargin: '0',
    adl: 1,
    bidNotional: '0',
    askNotional: '0',
    updateTime: wholeMs(now),
  };
}

/** An entry of `GET /fapi/v1/symbolConfig`. */
export const symbolConfigRow = (account: ExchangeAccount, market: MarketView): object => ({
  symbol: symbolOf(market.spec),
  marginType: account.modes.marginMode === 'cross' ? 'CROSSED' : 'ISOLATED',
  isAutoAddMargin: false,
  leverage: Number(account.leverage(market).toFixed()),
  maxNotionalValue: '1000000',
});

/** `GET /fapi/v1/accountConfig`. */
export const accountConfigRow = ({ account, permissions }: PracticeKey): object => ({
  feeTier: 0,
  canTrade: true,
  canDeposit: true,
  canWithdraw: permissions.withdraw,
  dualSidePosition: account.modes.positionMode === 'hedge',
  updateTime: 0,
  multiAssetsMargin: account.modes.autoBorrow,
  tradeGroupId: -1,
});

/** `GET /fapi/v1/commissionRate`. */
export function commissionRow(account: ExchangeAccount, market: MarketView): object {
  const { maker, taker } = account.fees(market);
  return {
    symbol: symbolOf(market.spec),
    makerCommissionRate: maker.toFixed(),
    takerCommissionRate: taker.toFixed(),
    rpiCommissionRate: maker.toFixed(),
  };
}
