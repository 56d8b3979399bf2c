import type { Engine } from '#engine/engine';
import type { Ladder } from '#engine/market/view';
import { ASK, BID } from '#engine/ports';
import type { QueryInput } from '#shared/contract/contract';
import type { MarketRow, MarketViewData } from '#shared/contract/rows';
import { FEEDS, type FeedId, feedId } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import { wire, ZERO } from '#shared/money/decimal';

/** What a window without a choice of its own sees first. */
const FIRST_BASE = 'BTC';

const known = (value: number): number | null => (Number.isFinite(value) ? Math.round(value * 1000) / 1000 : null);
const feedOf = ({ venue, product }: Listing): FeedId => feedId(venue, product);

/** Everything the Market panel draws of one base asset, read in one moment. A base that is not read has no rows. */
export function marketView(engine: Engine, input: QueryInput<'market.view'>): MarketViewData {
  const { market, clock } = engine;
  const bases = market.bases();
  const asked = input.base ?? (bases.includes(FIRST_BASE) ? FIRST_BASE : (bases[0] ?? null));
  const base = asked !== null && bases.includes(asked) ? asked : null;
  const listings = base === null ? [] : [...market.listingsOf(base)].sort(inTableOrder);
  const ladder = listings.find(({ id }) => id === input.ladder)?.id ?? null;
  return {
    atMs: clock.wallMs(),
    bases: [...bases],
    base,
    rows: listings.map((listing) => marketRow(engine, listing)),
    composite: (base === null ? undefined : market.composite(base)) ?? null,
    ladder:
      ladder === null
        ? null
        : {
            listing: ladder,
            bids: levelsOf(market.ladder(ladder, 'bid', input.levels)),
            asks: levelsOf(market.ladder(ladder, 'ask', input.levels)),
          },
  };
}

/** Venue by venue, spot before perpetual. */
const inTableOrder = (a: Listing, b: Listing): number =>
  FEEDS.indexOf(feedOf(a)) - FEEDS.indexOf(feedOf(b)) || (a.instrument < b.instrument ? -1 : 1);

function marketRow({ market, clock }: Engine, listing: Listing): MarketRow {
  const { id, venue, base, quote } = listing;
  const touch = market.snapshot(id);
  const freshness = market.freshness(id);
  const age = market.ageMs(id);
  const feed = feedOf(listing);
  const { deposits, withdrawals } = market.transfersOf(venue, base);
  return {
    listing: id,
    venue,
    base,
    quote,
    bid: touch?.bid ?? null,
    bidSize: touch?.bidSize ?? null,
    ask: touch?.ask ?? null,
    askSize: touch?.askSize ?? null,
    // A book that holds nothing was confirmed at no time, however lately its feed was heard.
    freshAtMs: touch !== undefined && Number.isFinite(age) ? clock.wallMs() - age : null,
    stale: freshness.fresh ? null : { cause: freshness.cause, detail: freshness.detail },
    status: listing.status,
    feed,
    symbol: listing.symbol,
    spreadBps: spreadBps(market.book(id)),
    basisBps: known(market.basisBps(id)),
    priceTick: listing.priceTick,
    lotStep: listing.lotStep,
    contractSize: listing.contractSize,
    settle: listing.settle,
    bookId: listing.bookId,
    funding: market.funding(id) ?? null,
    deposits,
    withdrawals,
  };
}

/** Ask less bid against their middle, bps; `null` while a side is empty or the book is invalid. */
function spreadBps(book: ReturnType<Engine['market']['book']>): number | null {
  if (book === undefined || !book.valid) return null;
  const bid = book.price(BID, 0);
  const ask = book.price(ASK, 0);
  return known(((ask - bid) / ((ask + bid) / 2)) * 10_000);
}

function levelsOf({ levels }: Ladder) {
  let cumulative = ZERO;
  return levels.map(({ price, size }) => {
    cumulative = cumulative.plus(size);
    return { price: wire(price), size: wire(size), cumulative: wire(cumulative) };
  });
}
