import type { Listing } from '#shared/domain/listing';
import { ASK, BID, type Book, type BookSide } from '../ports.ts';
import { type ListingTerms, termsOf } from '../risk/listing-terms.ts';
import { failureChance, latencyBps, legFailureBps, reliabilityBps } from './costs.ts';
import type { EntryStyle } from './style.ts';
import { type EdgeReading, type EdgeReason, edgeReason } from './waterfall.ts';

/** One leg of the quick look, read from its book in doubles. */
export interface QuickLeg {
  readonly listing: Listing;
  readonly book: Book;
  readonly latencyMs: number;
  readonly health: number;
}

/** Inputs of {@link quickLook}; `rate`: executable, from the sell leg's quote to the buy leg's. */
export interface QuickInputs {
  readonly buy: QuickLeg;
  readonly sell: QuickLeg;
  readonly rate: number;
  readonly volatilityBps: number;
  readonly minNetBps: number;
  readonly maxSlippageBps: number;
}

export type QuickReason = EdgeReason | 'insufficient-depth' | 'stale-quote';

/** Why no way of entering pays, and the one that comes closest where any could be priced. */
export interface QuickRefusal {
  readonly reason: QuickReason;
  readonly style: EntryStyle | undefined;
}

const TAKE: EntryStyle = { side: 'buy', liquidity: 'taker' };
const REST_BUY: EntryStyle = { side: 'buy', liquidity: 'maker' };
const REST_SELL: EntryStyle = { side: 'sell', liquidity: 'maker' };
const STYLES: readonly EntryStyle[] = [TAKE, REST_BUY, REST_SELL];

/** Average price of taking `quantity` from a side of a book; NaN when it holds less. */
function averageOf(book: Book, side: BookSide, quantity: number): number {
  const depth = book.depth(side);
  let left = quantity;
  let paid = 0;
  for (let index = 0; index < depth; index += 1) {
    const part = Math.min(left, book.size(side, index));
    paid += part * book.price(side, index);
    left -= part;
    if (left <= 0) return paid / quantity;
  }
  return Number.NaN;
}

function smallest(terms: ListingTerms, price: number): number {
  return Math.max(terms.minQuantityDouble, terms.minNotionalDouble / price);
}

/**
 * Stage 1 of a judgement (ID-4): would the smallest executable size pay under the best way of entering it? Doubles only
 * and no size, so it can say no a thousand times a second; a yes is looked at again exactly. The cost of restoring
 * inventory is left out here (it only lowers the edge).
 * @returns why none pays, or `undefined` when one does.
 */
export function quickLook(inputs: QuickInputs): QuickRefusal | undefined {
  const { buy, sell } = inputs;
  const ask = buy.book.price(ASK, 0);
  const bid = sell.book.price(BID, 0);
  const ownBid = buy.book.price(BID, 0);
  const ownAsk = sell.book.price(ASK, 0);
  if (!(ask > 0 && bid > 0 && ownBid > 0 && ownAsk > 0)) return { reason: 'stale-quote', style: undefined };
  const size = Math.max(smallest(termsOf(buy.listing), ask), smallest(termsOf(sell.listing), bid));
  const bought = averageOf(buy.book, ASK, size);
  const sold = averageOf(sell.book, BID, size);
  const minNet = inputs.minNetBps;
  const maxSlippage = inputs.maxSlippageBps;
  let closest: QuickRefusal = { reason: 'insufficient-depth', style: undefined };
  let closestNet = Number.NEGATIVE_INFINITY;
  for (const style of STYLES) {
    const buyFrom = style === REST_BUY ? ownBid : ask;
    const sellFrom = style === REST_SELL ? ownAsk : bid;
    const buyAt = style === REST_BUY ? ownBid : bought;
    const sellAt = style === REST_SELL ? ownAsk : sold;
    if (Number.isNaN(buyAt) || Number.isNaN(sellAt)) continue;
    const edge = quickEdge(inputs, style, buyFrom, buyAt, sellFrom, sellAt);
    const reason = edgeReason(edge, minNet, maxSlippage);
    if (reason === undefined) return undefined;
    if (edge.netBps > closestNet) {
      closest = { reason, style };
      closestNet = edge.netBps;
    }
  }
  return closest;
}

function quickEdge(
  inputs: QuickInputs,
  { side, liquidity }: EntryStyle,
  buyFrom: number,
  buyAt: number,
  sellFrom: number,
  sellAt: number,
): EdgeReading {
  const { buy, sell, rate } = inputs;
  const entry = side === 'buy' ? buy : sell;
  const hedge = side === 'buy' ? sell : buy;
  const fee = (leg: QuickLeg) => {
    const terms = termsOf(leg.listing);
    return leg === entry && liquidity === 'maker' ? terms.makerFeeBpsDouble : terms.takerFeeBpsDouble;
  };
  const grossBps = ((sellFrom * rate) / buyFrom - 1) * 10_000;
  const feesBps = -(fee(buy) * buyAt + fee(sell) * sellAt * rate) / buyFrom;
  const slippageBps = -((buyAt - buyFrom + (sellFrom - sellAt) * rate) / buyFrom) * 10_000;
  const moveBps = latencyBps(inputs.volatilityBps, buy.latencyMs, sell.latencyMs);
  const high = entry.book.price(ASK, 0);
  const low = entry.book.price(BID, 0);
  const failure = legFailureBps(
    failureChance(liquidity, hedge.health),
    fee(entry),
    termsOf(entry.listing).takerFeeBpsDouble,
    ((high - low) / ((high + low) / 2)) * 10_000,
    moveBps,
  );
  const netBps = grossBps + feesBps + slippageBps - moveBps - reliabilityBps(buy.health, sell.health) - failure;
  return { grossBps, feesBps, slippageBps, latencyBps: -moveBps, netBps };
}
