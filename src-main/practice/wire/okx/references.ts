import type { MarketView, PerpView, Settlement } from '../../world/world.ts';
import { wholeMs } from '../instants.ts';
import { indexOf, instIdOf } from './sizes.ts';

/** The venue writes rates with sixteen decimals. */
const RATE_DIGITS = 16;

export const rateText = (rate: number): string => rate.toFixed(RATE_DIGITS);

/** A mark or index price: one decimal more than the tick, without trailing zeros. */
function referenceText({ spec }: MarketView, price: number): string {
  const text = price.toFixed(spec.priceDecimals + 1);
  return text.replace(/\.?0+$/, '');
}

/** One entry of `public/funding-rate` and of the channel. `fundingTime` is the coming settlement. */
export function fundingRow({ spec }: MarketView, perp: PerpView, wallMs: number): object {
  const last = perp.settlements[perp.settlements.length - 1];
  const cap = String(perp.rateCap);
  return {
    formulaType: 'withRate',
    fundingRate: rateText(perp.fundingRate),
    fundingTime: String(perp.nextSettlementMs),
    impactValue: '20000.0000000000000000',
    instId: instIdOf(spec),
    instType: 'SWAP',
    interestRate: '0.0001000000000000',
    maxFundingRate: cap,
    method: 'current_period',
    minFundingRate: `-${cap}`,
    nextFundingRate: '',
    nextFundingTime: String(perp.nextSettlementMs + perp.intervalMs),
    premium: rateText(perp.markPrice / perp.indexPrice - 1),
    prevFundingTime: last === undefined ? '' : String(last.atMs),
    settFundingRate: last === undefined ? '' : rateText(last.rate),
    settState: 'settled',
    ts: String(wholeMs(wallMs)),
  };
}

/** One entry of `public/funding-rate-history`. */
export function settlementRow({ spec }: MarketView, { atMs, rate }: Settlement): object {
  return {
    formulaType: 'withRate',
    fundingRate: rateText(rate),
    fundingTime: String(atMs),
    instId: instIdOf(spec),
    instType: 'SWAP',
    method: 'current_period',
    realizedRate: rateText(rate),
  };
}

/** One entry of `public/mark-price` and of the channel. */
export function markRow(market: MarketView, perp: PerpView, wallMs: number): object {
  return {
    instId: instIdOf(market.spec),
    instType: 'SWAP',
    markPx: referenceText(market, perp.markPrice),
    ts: String(wholeMs(wallMs)),
  };
}

/**
 * One entry of `market/index-tickers` and of the channel, under the name of the index. This world's index has no history:
 * the figures of the day are those of the moment.
 */
export function indexRow(market: MarketView, perp: PerpView, wallMs: number): object {
  const price = referenceText(market, perp.indexPrice);
  return {
    instId: indexOf(market.spec),
    idxPx: price,
    high24h: price,
    low24h: price,
    open24h: price,
    sodUtc0: price,
    sodUtc8: price,
    ts: String(wholeMs(wallMs)),
  };
}
