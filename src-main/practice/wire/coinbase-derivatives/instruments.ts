import type { TradingStatus } from '#shared/domain/listing';
import type { MarketSpec } from '../../world/market-spec.ts';
import { pow10 } from '../../world/market-spec.ts';
import type { MarketView } from '../../world/world.ts';

/** `BTC_USDC-PERPETUAL` */
export const nameOf = ({ base, quote }: MarketSpec): string => `${base}_${quote}-PERPETUAL`;
/** `btc_usdc` */
export const indexOf = ({ base, quote }: MarketSpec): string => `${base}_${quote}`.toLowerCase();

/** Quote per base. */
export const priceOf = (spec: MarketSpec, ticks: number): number => ticks / pow10(spec.priceDecimals);
/** Base coin: the gateway counts in it, in steps of the contract's size. */
export const amountOf = (spec: MarketSpec, lots: number): number => lots / pow10(spec.sizeDecimals);

/**
 * The gateway's word for a book. It knows no book that takes only some kinds of orders: one that is not open to all is
 * `locked`, where only cancels are accepted.
 */
export function stateOf(status: TradingStatus): string {
  switch (status) {
    case 'normal':
      return 'open';
    case 'halted':
      return 'halted';
    case 'unknown':
      return 'inactive';
    case 'delisted':
      return 'archivized';
    default:
      return 'locked';
  }
}

/** A price index is locked while what is quoted by it is in maintenance. */
export const isIndexLocked = (market: MarketView): boolean => market.status === 'maintenance';

/** One row of `public/get_instruments`. */
export function instrumentRow({ spec, status }: MarketView, id: number): object {
  return {
    tick_size: priceOf(spec, 1),
    tick_size_steps: [],
    // https://support.deribit.com/hc/en-us/articles/25944746248989-Fees: the standard tier.
    taker_commission: 0.00035,
    maker_commission: 0.00015,
    settlement_period: 'perpetual',
    settlement_currency: spec.settle,
    quote_currency: spec.quote,
    counter_currency: spec.quote,
    base_currency: spec.base,
    price_index: indexOf(spec),
    underlying_type: 'crypto',
    min_trade_amount: Number(spec.minQuantity),
    contract_size: amountOf(spec, 1),
    max_liquidation_commission: 0.01,
    max_leverage: 50,
    kind: 'future',
    future_type: 'linear',
    instrument_type: 'linear',
    instrument_name: nameOf(spec),
    instrument_id: 300_000 + id,
    is_active: status === 'normal',
    state: stateOf(status),
    creation_timestamp: 1_640_995_200_000,
    expiration_timestamp: 32_503_708_800_000,
    block_trade_tick_size: priceOf(spec, 1),
    block_trade_min_trade_amount: 200_000,
    block_trade_commission: 0.00025,
  };
}
