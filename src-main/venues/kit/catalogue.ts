import { z } from 'zod';
import { type FeedId, type ListingId, listingId, productOf, venueOf } from '#shared/domain/ids';
import { type Listing, listingSchema } from '#shared/domain/listing';
import { err, ok, type Result } from '#shared/kernel/result';
import type { Clock } from '#shared/kernel/time';
import { decimal, decimalsOf, wire } from '#shared/money/decimal';
import { canonicalBase } from './canonical-base.ts';
import { catalogueClient } from './ccxt-classes.ts';
import type { CatalogueMarket, VenueProtocol, VenueTerms } from './protocol.ts';
import type { RestClient } from './rest-client.ts';
import { isReadQuote, type PairScope } from './scope.ts';

/** A catalogue call may bring megabytes. */
const TIMEOUT_MS = 12_000;

/** A listing with what its frames look like. */
export interface CatalogueEntry {
  readonly listing: Listing;
  /** The name its book has in frames: the other listing's where the venue shows one book under two names (ID-3). */
  readonly bookSymbol: string;
  readonly priceDecimals: number;
  readonly sizeDecimals: number;
  /** Base units in one unit of the frames' sizes. */
  readonly contractSize: number;
}

interface Kept {
  readonly entry: CatalogueEntry;
  readonly aliasOf: string | null;
}

export interface Catalogue {
  readonly entries: readonly CatalogueEntry[];
  /** Markets in scope that were left out, each with why. */
  readonly unreadable: readonly string[];
  /** The busiest market of the venue by name, in scope or not: what a socket's canary listens to. */
  readonly canarySymbol: string | null;
}

const optionalNumber = z.number().optional().catch(undefined);
const marketSchema = z.object({
  id: z.string(),
  base: z.string(),
  quote: z.string(),
  settle: z.string().optional().catch(undefined),
  spot: z.boolean().optional().catch(undefined),
  swap: z.boolean().optional().catch(undefined),
  linear: z.boolean().optional().catch(undefined),
  contractSize: optionalNumber,
  precision: z.object({ price: optionalNumber, amount: optionalNumber }),
  limits: z.object({ amount: z.object({ min: optionalNumber }), cost: z.object({ min: optionalNumber }) }),
  info: z.unknown(),
});

/** The markets of a feed's catalogue, whole: spot, or linear perpetuals. What is read of them is the scope's to say. */
export async function loadMarkets(
  protocol: VenueProtocol,
  rest: RestClient,
  clock: Clock,
): Promise<Result<readonly CatalogueMarket[], string>> {
  const { catalogue, catalogueWeight } = protocol;
  let unanswered: string | null = null;
  try {
    if (catalogue.kind === 'own') {
      const markets = await catalogue.load(async (path) => {
        const answer = await rest.get('catalogue', path, catalogueWeight, TIMEOUT_MS);
        if (!answer.ok) throw new TypeError(answer.error.message);
        return JSON.parse(answer.value.response.body) as unknown;
      });
      return ok(markets);
    }
    const client = catalogueClient(catalogue.client, catalogue.types, clock, async (url) => {
      const answer = await rest.fetch('catalogue', url, catalogueWeight, TIMEOUT_MS);
      // ccxt turns a TypeError into its NetworkError and appends the cause.
      if (!answer.ok) {
        unanswered = answer.error.message;
        throw new TypeError('no answer', { cause: new Error(unanswered) });
      }
      const { status, body, headers: answered } = answer.value.response;
      return { status, statusText: String(status), headers: answered, text: () => Promise.resolve(body) };
    });
    const markets: unknown = await client.fetchMarkets();
    return ok(unifiedMarkets(protocol.feed, Array.isArray(markets) ? markets : []));
  } catch (error) {
    // ccxt names the address that it asked for, which need not be where the call went.
    return err((unanswered ?? (error instanceof Error ? error.message : String(error))).slice(0, 200));
  }
}

/** Of ccxt's unified markets those this feed is about; others, dated and inverse contracts among them, are left out. */
export function unifiedMarkets(feed: FeedId, markets: readonly unknown[]): readonly CatalogueMarket[] {
  const perp = productOf(feed) === 'perp';
  const kept: CatalogueMarket[] = [];
  for (const raw of markets) {
    const parsed = marketSchema.safeParse(raw);
    if (!parsed.success) continue;
    const { data } = parsed;
    if (perp ? data.swap !== true || data.linear !== true : data.spot !== true) continue;
    if (perp && !((data.contractSize ?? 0) > 0)) continue;
    kept.push({
      id: data.id,
      base: data.base,
      quote: data.quote,
      settle: data.settle ?? data.quote,
      priceTick: data.precision.price,
      lotStep: data.precision.amount,
      minQuantity: data.limits.amount.min,
      minNotional: data.limits.cost.min,
      contractSize: perp ? (data.contractSize ?? Number.NaN) : 1,
      info: data.info,
    });
  }
  return kept;
}

/** The coins a catalogue quotes in a currency that is read: what it offers to a scope of coins quoted in common. */
export const offeredBases = (markets: readonly CatalogueMarket[]): ReadonlySet<string> =>
  new Set(markets.filter(({ quote }) => isReadQuote(quote)).map(({ base }) => canonicalBase(base).base));

/** The pure half of a catalogue: what is in scope of a venue's markets, as listings (ID-2). */
export function readMarkets(
  protocol: VenueProtocol,
  markets: readonly CatalogueMarket[],
  scope: PairScope,
): Result<Catalogue, string> {
  const kept: Kept[] = [];
  const unreadable: string[] = [];
  const canaries = new Map<string, string>();
  for (const market of markets) {
    const { base } = canonicalBase(market.base);
    const canary = base === 'BTC';
    const included = scope.includes(base, market.quote);
    if (!canary && !included) continue;
    try {
      const terms = protocol.terms(market);
      if (canary) canaries.set(market.quote, terms.symbol);
      if (included)
        kept.push({ entry: describe(protocol.feed, protocol.feeCurrency, market, terms), aliasOf: terms.aliasOf });
    } catch (error) {
      unreadable.push(`${market.id}: ${error instanceof Error ? error.message.slice(0, 160) : String(error)}`);
    }
  }
  if (kept.length === 0) return err(unreadable[0] ?? 'the catalogue lists no market in scope');
  const entries = withSharedBooks(withoutCollisions(kept, unreadable)).sort((a, b) =>
    a.listing.id < b.listing.id ? -1 : 1,
  );
  const canarySymbol = canaries.get('USDT') ?? canaries.get('USD') ?? canaries.get('USDC') ?? null;
  return ok({ entries, unreadable, canarySymbol });
}

function describe(
  feed: FeedId,
  feeCurrency: Listing['feeCurrency'],
  market: CatalogueMarket,
  terms: VenueTerms,
): CatalogueEntry {
  const { base, unitsPerBase } = canonicalBase(market.base);
  const product = productOf(feed);
  const instrument = `${base}-${market.quote}${product === 'perp' ? '-PERP' : ''}`;
  const id = listingId(feed, instrument);
  const priceTick = step(market.priceTick, 'price step');
  const contractSize = step(market.contractSize, 'contract size');
  const inBase = (quantity: string) => wire(decimal(quantity).times(contractSize));
  const lotStep = inBase(step(market.lotStep, 'quantity step'));
  const listing = listingSchema.parse({
    id,
    venue: venueOf(feed),
    product,
    instrument,
    base,
    quote: market.quote,
    symbol: terms.symbol,
    priceTick,
    lotStep,
    // A venue that states no least quantity still takes nothing below one step.
    minQuantity: market.minQuantity === undefined ? lotStep : inBase(String(market.minQuantity)),
    minNotional: market.minNotional === undefined ? '0' : wire(decimal(String(market.minNotional))),
    makerFeeBps: terms.makerFeeBps,
    takerFeeBps: terms.takerFeeBps,
    feeSource: 'published',
    feeCurrency,
    priceBand: terms.priceBand,
    status: terms.status,
    settle: market.settle,
    contractSize,
    unitsPerBase,
    funding: terms.funding,
    bookId: id,
  } satisfies Listing);
  return {
    listing,
    bookSymbol: terms.symbol,
    priceDecimals: terms.frameDecimals?.price ?? decimalsOf(decimal(priceTick)),
    sizeDecimals: terms.frameDecimals?.size ?? decimalsOf(decimal(lotStep)),
    contractSize: market.contractSize,
  };
}

function step(value: number | undefined, name: string): string {
  if (value === undefined || !(value > 0)) throw new TypeError(`no ${name}`);
  return wire(decimal(String(value)));
}

/**
 * ID-6: two markets under one canonical name are two books, and both would be written into the one of that name. The plainest
 * symbol keeps it; the others are left out and named.
 */
function withoutCollisions(kept: readonly Kept[], unreadable: string[]): readonly Kept[] {
  const byId = new Map<ListingId, Kept>();
  const plainestFirst = [...kept].sort(({ entry: { listing: a } }, { entry: { listing: b } }) =>
    a.symbol.length === b.symbol.length ? (a.symbol < b.symbol ? -1 : 1) : a.symbol.length - b.symbol.length,
  );
  for (const one of plainestFirst) {
    const { id, symbol, instrument } = one.entry.listing;
    const first = byId.get(id);
    if (first === undefined) byId.set(id, one);
    else unreadable.push(`${symbol}: ${instrument} is ${first.entry.listing.symbol} already`);
  }
  return kept.filter((one) => byId.get(one.entry.listing.id) === one);
}

/** ID-3: of the listings that show one book, the one the others repeat owns it. */
function withSharedBooks(kept: readonly Kept[]): CatalogueEntry[] {
  const owners = new Map<string, ListingId>();
  for (const { entry, aliasOf } of kept) if (aliasOf === null) owners.set(entry.listing.symbol, entry.listing.id);
  for (const { entry, aliasOf } of kept) {
    // The owner itself is out of scope: the first listing that repeats it stands for it.
    if (aliasOf !== null && !owners.has(aliasOf)) owners.set(aliasOf, entry.listing.id);
  }
  return kept.map(({ entry, aliasOf }) => {
    const owner = aliasOf === null ? undefined : owners.get(aliasOf);
    if (aliasOf === null || owner === undefined) return entry;
    return { ...entry, bookSymbol: aliasOf, listing: { ...entry.listing, bookId: owner } };
  });
}
