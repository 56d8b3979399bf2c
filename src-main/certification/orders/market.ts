import { ASK, BID } from '#engine/ports';
import type { Holding, Position } from '#shared/domain/account';
import type { Listing } from '#shared/domain/listing';
import type { Side } from '#shared/domain/order';
import { err, ok, type Result } from '#shared/kernel/result';
import { ceilTo, type Decimal, decimal, floorTo, max, min, ONE, wire, ZERO } from '#shared/money/decimal';
import type { FeedWatch } from '../feed-watch.ts';

const TWO = decimal('2');
/** The least order is sized so that it is still large enough at this part of the price: stops lie below the market. */
const LOWEST_PART = decimal('0.9');
/** What all checks together may hold at one time, in units. */
export const MOST_UNITS = 8;
/** More than the book shows, so that it cannot be filled whole. */
const GREED = decimal('1.5');
/** Nearer to the end of a price band than this part of it no order is put. */
const BAND_PART = decimal('0.8');

/** The instrument that the orders are for: its book, its steps, and how far away prices are put. */
export class Market {
  readonly listing: Listing;
  readonly #watch: FeedWatch;

  constructor(watch: FeedWatch, listing: Listing) {
    this.#watch = watch;
    this.listing = listing;
  }

  get perp(): boolean {
    return this.listing.product === 'perp';
  }

  get mid(): Decimal | undefined {
    const book = this.#watch.book(this.listing.id);
    return book?.valid === true && book.depth(BID) > 0 && book.depth(ASK) > 0
      ? this.touch('sell').plus(this.touch('buy')).div(TWO)
      : undefined;
  }

  /** What an order of this side would take. @throws when there is no book. */
  touch(side: Side): Decimal {
    const book = this.#watch.book(this.listing.id);
    const price = book?.valid === true ? book.price(side === 'buy' ? ASK : BID, 0) : Number.NaN;
    if (!(price > 0)) throw new Error(`there is no book of ${this.listing.instrument}`);
    return decimal(String(price));
  }

  /** A fraction away from its own side of the touch, on the tick: it rests. */
  away(side: Side, fraction: string): string {
    const part = this.#inBand(fraction, side === 'buy' ? 'below' : 'above');
    return side === 'buy'
      ? this.#down(this.touch('sell'), ONE.minus(part))
      : this.#up(this.touch('buy'), ONE.plus(part));
  }

  /** Through the other side of the touch by a fraction, on the tick: it takes. */
  through(side: Side, fraction: string): string {
    const part = this.#inBand(fraction, side === 'buy' ? 'above' : 'below');
    return side === 'buy'
      ? this.#down(this.touch('buy'), ONE.plus(part))
      : this.#up(this.touch('sell'), ONE.minus(part));
  }

  /** Where a stop to sell lies, on the tick: it waits there, so no band binds it. */
  under(fraction: string): string {
    return this.#down(this.touch('sell'), ONE.minus(fraction));
  }

  #inBand(fraction: string, way: 'below' | 'above'): Decimal {
    const { priceBand } = this.listing;
    return priceBand === null ? decimal(fraction) : min(decimal(fraction), decimal(priceBand[way]).times(BAND_PART));
  }

  #down(price: Decimal, factor: Decimal): string {
    return wire(floorTo(price.times(factor), decimal(this.listing.priceTick)));
  }

  #up(price: Decimal, factor: Decimal): string {
    return wire(ceilTo(price.times(factor), decimal(this.listing.priceTick)));
  }

  /** The least quantity that every order of the checks may have, base units, times `units`. */
  quantity(units = 1): string {
    const { lotStep, minQuantity, minNotional } = this.listing;
    const lot = decimal(lotStep);
    const least = max(decimal(minQuantity), decimal(minNotional).div(this.touch('sell').times(LOWEST_PART)));
    return wire(ceilTo(max(least, lot), lot).times(String(units)));
  }

  /** Base units rounded down to the lot. */
  onLot(quantity: Decimal): Decimal {
    return floorTo(quantity, decimal(this.listing.lotStep));
  }

  /** Whether an order of it is large enough to be sent. */
  large(quantity: Decimal): boolean {
    const { minQuantity, minNotional } = this.listing;
    const value = quantity.times(this.touch('sell').times(LOWEST_PART));
    return quantity.gt(ZERO) && quantity.gte(minQuantity) && value.gte(minNotional);
  }

  /** A buy of half as much again as is shown up to its price, which lies a little through the touch. */
  greedy(): { readonly price: string; readonly quantity: string } {
    const book = this.#watch.book(this.listing.id);
    const price = this.through('buy', '0.0001');
    let shown = ZERO;
    for (let level = 0; book !== undefined && level < book.depth(ASK); level += 1) {
      if (decimal(String(book.price(ASK, level))).gt(price)) break;
      shown = shown.plus(String(book.size(ASK, level)));
    }
    const most = max(shown.times(GREED), decimal(this.quantity(2)));
    return { price, quantity: wire(ceilTo(most, decimal(this.listing.lotStep))) };
  }
}

/** The one of the coin with the narrowest spread that trades, in which nothing is held and, on spot, that can be paid for. */
export function chooseListing(
  watch: FeedWatch,
  base: string,
  holdings: readonly Holding[],
  positions: readonly Position[],
): Result<Listing, string> {
  const named = watch.owners.filter((listing) => listing.base === base);
  if (named.length === 0) return err(`the venue lists no ${base}`);
  const spread = (listing: Listing) => {
    const market = new Market(watch, listing);
    return market.touch('buy').minus(market.touch('sell')).div(market.touch('buy'));
  };
  const trading = named
    .filter(({ status }) => status === 'normal')
    .sort((a, b) => spread(a).cmp(spread(b)) || (a.id < b.id ? -1 : 1));
  if (trading.length === 0) return err(`${named.map(({ instrument }) => instrument).join(', ')} does not trade`);
  const [first] = trading;
  if (first?.product === 'perp') {
    const flat = trading.find(({ instrument }) => !positions.some((position) => position.instrument === instrument));
    return flat === undefined
      ? err(`a position is open in ${first.instrument} already, which the checks would change; choose another coin`)
      : ok(flat);
  }
  const payable = trading.find((listing) => {
    const free = holdings
      .filter(({ currency }) => currency === listing.quote)
      .reduce((sum, holding) => sum.plus(holding.free), ZERO);
    const market = new Market(watch, listing);
    return free.gte(decimal(market.quantity(MOST_UNITS)).times(market.touch('buy')));
  });
  return payable === undefined
    ? err(`there is not enough ${trading.map(({ quote }) => quote).join(' or ')} free for ${MOST_UNITS} least orders`)
    : ok(payable);
}
