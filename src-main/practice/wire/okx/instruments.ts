import type { TradingStatus } from '#shared/domain/listing';
import type { MarketSpec } from '../../world/market-spec.ts';
import type { MarketView } from '../../world/world.ts';
import { step, trimmed } from '../digits.ts';

export const instIdOf = (spec: MarketSpec): string => `${spec.base}-${spec.quote}`;
export const priceText = (spec: MarketSpec, ticks: number): string => trimmed(ticks, spec.priceDecimals);
export const sizeText = (spec: MarketSpec, lots: number): string => trimmed(lots, spec.sizeDecimals);

/** `[price, size, "0", orders]`: the third field is a relic the venue still sends, the last the number of orders. */
export function levelRow(spec: MarketSpec, level: { price: number; size: number }): [string, string, string, string] {
  const orders = level.size === 0 ? 0 : 1 + (level.price % 5);
  return [priceText(spec, level.price), sizeText(spec, level.size), '0', String(orders)];
}

const stateOf = (status: TradingStatus): string => {
  if (status === 'normal') return 'live';
  return status === 'auction' ? 'preopen' : 'suspend';
};

/** One entry of `public/instruments?instType=SPOT`. */
export function instrumentInfo({ spec, status }: MarketView): object {
  return {
    alias: '',
    auctionEndTime: '',
    baseCcy: spec.base,
    category: '1',
    contTdSwTime: '',
    ctMult: '',
    ctType: '',
    ctVal: '',
    ctValCcy: '',
    expTime: '',
    futureSettlement: false,
    groupId: '1',
    instFamily: '',
    instId: instIdOf(spec),
    instIdCode: 0,
    instType: 'SPOT',
    lever: '10',
    listTime: '1606468572000',
    lotSz: step(spec.sizeDecimals),
    maxIcebergSz: '9999999999.0000000000000000',
    maxLmtAmt: '20000000',
    maxLmtSz: '9999999999',
    maxMktAmt: '1000000',
    maxMktSz: '1000000',
    maxStopSz: '1000000',
    maxTriggerSz: '9999999999.0000000000000000',
    maxTwapSz: '9999999999.0000000000000000',
    minSz: spec.minQuantity,
    openType: 'fix_price',
    optType: '',
    quoteCcy: spec.quote,
    ruleType: 'normal',
    settleCcy: '',
    state: stateOf(status),
    stk: '',
    tickSz: step(spec.priceDecimals),
    tradeQuoteCcyList: [spec.quote],
    uly: '',
  };
}
