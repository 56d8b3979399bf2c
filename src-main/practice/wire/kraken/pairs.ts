import type { TradingStatus } from '#shared/domain/listing';
import type { MarketSpec } from '../../world/market-spec.ts';
import type { MarketView } from '../../world/world.ts';
import { fixed, step } from '../digits.ts';

/** Kraken's own asset codes: the old ones carry X (coins) or Z (currencies), newer ones are plain. */
const ASSET_CODES: Readonly<Record<string, string>> = { BTC: 'XXBT', ETH: 'XETH', USD: 'ZUSD' };
const ALTNAMES: Readonly<Record<string, string>> = { BTC: 'XBT' };

export const assetCode = (currency: string): string => ASSET_CODES[currency] ?? currency;
export const altnameOf = (currency: string): string => ALTNAMES[currency] ?? currency;

/** REST key of a pair: codes when both sides are of the old kind (or a USD stablecoin pair), altnames otherwise. */
export function pairId(spec: MarketSpec): string {
  const old = assetCode(spec.base) !== spec.base && assetCode(spec.quote) !== spec.quote;
  if (old) return assetCode(spec.base) + assetCode(spec.quote);
  if (spec.base === 'USDT' && spec.quote === 'USD') return 'USDTZUSD';
  return pairAltname(spec);
}

export const pairAltname = (spec: MarketSpec): string => altnameOf(spec.base) + altnameOf(spec.quote);
/** `XBT/USD`: what `AssetPairs` calls the WebSocket name, which is the v1 one. */
export const wsNameV1 = (spec: MarketSpec): string => `${altnameOf(spec.base)}/${altnameOf(spec.quote)}`;
/** `BTC/USD`: what the v2 socket uses. */
export const symbolOf = (spec: MarketSpec): string => `${spec.base}/${spec.quote}`;

export const priceText = (spec: MarketSpec, ticks: number): string => fixed(ticks, spec.priceDecimals);
export const sizeText = (spec: MarketSpec, lots: number): string => fixed(lots, spec.sizeDecimals);

/** Any of the names REST takes for a pair. */
export function findPair(markets: readonly MarketView[], name: string): MarketView | undefined {
  return markets.find(({ spec }) => [pairId(spec), pairAltname(spec), wsNameV1(spec), symbolOf(spec)].includes(name));
}

/** Volume tiers as Kraken publishes them, [30-day volume in USD, percent]. */
const TAKER = [
  [0, 0.4],
  [10_000, 0.35],
  [50_000, 0.24],
  [100_000, 0.22],
  [250_000, 0.2],
  [500_000, 0.18],
  [1_000_000, 0.16],
  [2_500_000, 0.14],
  [5_000_000, 0.12],
  [10_000_000, 0.1],
];
const MAKER = [
  [0, 0.25],
  [10_000, 0.2],
  [50_000, 0.14],
  [100_000, 0.12],
  [250_000, 0.1],
  [500_000, 0.08],
  [1_000_000, 0.06],
  [2_500_000, 0.04],
  [5_000_000, 0.02],
  [10_000_000, 0],
];
/** Stablecoin pairs have a cheaper schedule of their own, the same on both sides; these steps are approximate. */
const STABLE = [
  [0, 0.2],
  [50_000, 0.16],
  [100_000, 0.12],
  [250_000, 0.08],
  [500_000, 0.04],
  [1_000_000, 0],
];

const STATUS: Readonly<Record<TradingStatus, string>> = {
  normal: 'online',
  'cancel-only': 'cancel_only',
  'post-only': 'post_only',
  'limit-only': 'limit_only',
  auction: 'cancel_only',
  maintenance: 'maintenance',
  halted: 'cancel_only',
  delisted: 'delisted',
  unknown: 'work_in_progress',
};

export const statusText = (status: TradingStatus): string => STATUS[status];

const isStable = (spec: MarketSpec): boolean => spec.base === 'USDT' || spec.base === 'USDC';

/** One entry of `AssetPairs`. */
export function pairInfo({ spec, status }: MarketView): object {
  const stable = isStable(spec);
  return {
    altname: pairAltname(spec),
    wsname: wsNameV1(spec),
    aclass_base: 'currency',
    base: assetCode(spec.base),
    aclass_quote: 'currency',
    quote: assetCode(spec.quote),
    lot: 'unit',
    cost_decimals: 5,
    pair_decimals: spec.priceDecimals,
    lot_decimals: spec.sizeDecimals,
    lot_multiplier: 1,
    leverage_buy: stable ? [] : [2, 3, 4, 5],
    leverage_sell: stable ? [] : [2, 3, 4, 5],
    fees: stable ? STABLE : TAKER,
    fees_maker: stable ? STABLE : MAKER,
    fee_volume_currency: 'ZUSD',
    margin_call: 80,
    margin_stop: 40,
    ordermin: spec.minQuantity,
    costmin: spec.minNotional,
    tick_size: step(spec.priceDecimals),
    status: statusText(status),
    long_position_limit: 80,
    short_position_limit: 80,
    execution_venue: 'international',
  };
}

/** One entry of the v2 `instrument` channel's pairs. */
export function instrumentPair({ spec, status }: MarketView): object {
  return {
    symbol: symbolOf(spec),
    base: spec.base,
    quote: spec.quote,
    status: statusText(status),
    qty_precision: spec.sizeDecimals,
    qty_increment: Number(step(spec.sizeDecimals)),
    price_precision: spec.priceDecimals,
    cost_precision: 5,
    marginable: !isStable(spec),
    has_index: true,
    cost_min: Number(spec.minNotional),
    margin_initial: 0.2,
    position_limit_long: 300,
    position_limit_short: 240,
    tick_size: Number(step(spec.priceDecimals)),
    price_increment: Number(step(spec.priceDecimals)),
    qty_min: Number(spec.minQuantity),
  };
}

/** One entry of `Assets`. */
export function assetInfo(currency: string): object {
  const fiat = currency === 'USD';
  return {
    aclass: 'currency',
    altname: altnameOf(currency),
    decimals: fiat ? 4 : currency.startsWith('USD') ? 8 : 10,
    display_decimals: fiat ? 2 : 5,
    collateral_value: fiat ? 1 : 0.9,
    status: 'enabled',
  };
}
