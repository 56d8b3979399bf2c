import type { TradingStatus } from '#shared/domain/listing';
import type { MarketView } from '../../world/world.ts';
import { step } from '../digits.ts';
import { indexOf, instIdOf, Sizes } from './sizes.ts';

export const INST_TYPES = ['SPOT', 'SWAP'] as const;
export type InstType = (typeof INST_TYPES)[number];

export const instTypeOf = ({ spec }: MarketView): InstType => (spec.product === 'spot' ? 'SPOT' : 'SWAP');

/** `post_only` is for swaps only. */
function stateOf({ spec, status }: MarketView): string {
  const states: Partial<Record<TradingStatus, string>> = {
    normal: 'live',
    auction: 'preopen',
    delisted: 'expired',
    ...(spec.product === 'perp' ? { 'post-only': 'post_only' } : {}),
  };
  return states[status] ?? 'suspend';
}

/** One entry of `public/instruments`, in the order in which the venue writes its fields. */
export function instrumentInfo(market: MarketView): object {
  const { spec } = market;
  const sizes = new Sizes(spec);
  const swap = spec.product === 'perp';
  const minLots = Math.round(Number(spec.minQuantity) * 10 ** spec.sizeDecimals);
  return {
    alias: '',
    auctionEndTime: '',
    baseCcy: swap ? '' : spec.base,
    category: '1',
    contTdSwTime: '',
    ctMult: swap ? '1' : '',
    ctType: swap ? 'linear' : '',
    ctVal: swap ? spec.contractSize : '',
    ctValCcy: swap ? spec.base : '',
    expTime: '',
    futureSettlement: false,
    groupId: swap ? (spec.quote === 'USDT' ? '2' : '3') : spec.quote === 'USDT' ? '1' : '2',
    instCategory: '1',
    instFamily: swap ? indexOf(spec) : '',
    instId: instIdOf(spec),
    instIdCode: 0,
    instType: instTypeOf(market),
    lever: swap ? '100' : '10',
    listTime: '1606468572000',
    lotSz: swap ? sizes.text(1) : step(spec.sizeDecimals),
    maxIcebergSz: '100000000.0000000000000000',
    maxLmtAmt: '20000000',
    maxLmtSz: '100000000',
    maxMktAmt: swap ? '' : '1000000',
    maxMktSz: swap ? '30000' : '1000000',
    maxStopSz: swap ? '30000' : '1000000',
    maxTriggerSz: '100000000.0000000000000000',
    maxTwapSz: '100000000.0000000000000000',
    minSz: sizes.text(minLots),
    openType: swap ? '' : 'fix_price',
    optType: '',
    preMktSwTime: '',
    quoteCcy: swap ? '' : spec.quote,
    ruleType: 'normal',
    settleCcy: swap ? spec.settle : '',
    state: stateOf(market),
    stk: '',
    tickSz: step(spec.priceDecimals),
    tradeQuoteCcyList: swap ? [] : [spec.quote],
    uly: swap ? indexOf(spec) : '',
    upcChg: [],
  };
}
