import { z } from 'zod';
import { feedId, type ListingId, listingId } from '#shared/domain/ids';
import { type Listing, listingSchema } from '#shared/domain/listing';
import { err, ok, type Result } from '#shared/kernel/result';
import type { Clock } from '#shared/kernel/time';
import { decimal, decimalsOf, wire } from '#shared/money/decimal';
import { spotCatalogueClient } from './ccxt-classes.ts';
import type { CatalogueMarket, VenueProtocol } from './protocol.ts';
import type { RestClient } from './rest-client.ts';
import { inScope, type PairScope } from './scope.ts';

/** A catalogue call may bring megabytes. */
const TIMEOUT_MS = 12_000;

/** A listing with what its frames look like. */
export interface CatalogueEntry {
  readonly listing: Listing;
  /** The name its book has in frames: the other listing's where the venue shows one book under two names (ID-3). */
  readonly bookSymbol: string;
  readonly priceDecimals: number;
  readonly sizeDecimals: number;
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
  spot: z.literal(true),
  precision: z.object({ price: optionalNumber, amount: optionalNumber }),
  limits: z.object({ amount: z.object({ min: optionalNumber }), cost: z.object({ min: optionalNumber }) }),
  info: z.unknown(),
});

/** Loads the venue's spot catalogue through ccxt over `rest`, keeps what is in scope, maps it to listings (ID-2). */
export async function loadCatalogue(
  protocol: VenueProtocol,
  rest: RestClient,
  clock: Clock,
  scope: PairScope,
): Promise<Result<Catalogue, string>> {
  const client = spotCatalogueClient(protocol.venue, clock, async (url) => {
    const answer = await rest.fetch('catalogue', url, protocol.catalogueWeight, TIMEOUT_MS);
    // ccxt turns a TypeError into its NetworkError and appends the cause.
    if (!answer.ok) throw new TypeError('no answer', { cause: new Error(answer.error.message) });
    const { status, body, headers: answered } = answer.value.response;
    return { status, statusText: String(status), headers: answered, text: () => Promise.resolve(body) };
  });
  let markets: unknown;
  try {
    markets = await client.fetchMarkets();
  } catch (error) {
    return err(error instanceof Error ? error.message.slice(0, 200) : String(error));
  }
  return readMarkets(protocol, Array.isArray(markets) ? markets : [], scope);
}

/** The pure half of {@link loadCatalogue}: ccxt's unified markets to listings. */
export function readMarkets(
  protocol: VenueProtocol,
  markets: readonly unknown[],
  scope: PairScope,
): Result<Catalogue, string> {
  const kept: { market: CatalogueMarket; entry: CatalogueEntry; aliasOf: string | null }[] = [];
  const unreadable: string[] = [];
  const canaries = new Map<string, string>();
  for (const raw of markets) {
    const parsed = marketSchema.safeParse(raw);
    if (!parsed.success) continue;
    const market: CatalogueMarket = {
      id: parsed.data.id,
      base: parsed.data.base,
      quote: parsed.data.quote,
      priceTick: parsed.data.precision.price,
      lotStep: parsed.data.precision.amount,
      minQuantity: parsed.data.limits.amount.min,
      minNotional: parsed.data.limits.cost.min,
      info: parsed.data.info,
    };
    const canary = market.base === 'BTC';
    if (!canary && !inScope(scope, market.base, market.quote)) continue;
    try {
      const terms = protocol.terms(market);
      if (canary) canaries.set(market.quote, terms.symbol);
      if (inScope(scope, market.base, market.quote)) {
        kept.push({ market, entry: describe(protocol, market, terms), aliasOf: terms.aliasOf });
      }
    } catch (error) {
      unreadable.push(`${market.id}: ${error instanceof Error ? error.message.slice(0, 160) : String(error)}`);
    }
  }
  if (kept.length === 0) return err(unreadable[0] ?? 'the catalogue lists no market in scope');
  const entries = withSharedBooks(kept).sort((a, b) => (a.listing.id < b.listing.id ? -1 : 1));
  const canarySymbol = canaries.get('USDT') ?? canaries.get('USD') ?? canaries.get('USDC') ?? null;
  return ok({ entries, unreadable, canarySymbol });
}

function describe(
  protocol: VenueProtocol,
  market: CatalogueMarket,
  terms: ReturnType<VenueProtocol['terms']>,
): CatalogueEntry {
  const feed = feedId(protocol.venue, 'spot');
  const id = listingId(feed, `${market.base}-${market.quote}`);
  const priceTick = step(market.priceTick, 'price step');
  const lotStep = step(market.lotStep, 'quantity step');
  const listing = listingSchema.parse({
    id,
    venue: protocol.venue,
    product: 'spot',
    instrument: `${market.base}-${market.quote}`,
    base: market.base,
    quote: market.quote,
    symbol: terms.symbol,
    priceTick,
    lotStep,
    // A venue that states no least quantity still takes nothing below one step.
    minQuantity: market.minQuantity === undefined ? lotStep : wire(decimal(String(market.minQuantity))),
    minNotional: market.minNotional === undefined ? '0' : wire(decimal(String(market.minNotional))),
    makerFeeBps: terms.makerFeeBps,
    takerFeeBps: terms.takerFeeBps,
    feeSource: 'published',
    feeCurrency: protocol.feeCurrency,
    priceBand: terms.priceBand,
    status: terms.status,
    bookId: id,
  } satisfies Listing);
  return {
    listing,
    bookSymbol: terms.symbol,
    priceDecimals: terms.frameDecimals?.price ?? decimalsOf(decimal(priceTick)),
    sizeDecimals: terms.frameDecimals?.size ?? decimalsOf(decimal(lotStep)),
  };
}

function step(value: number | undefined, name: string): string {
  if (value === undefined || !(value > 0)) throw new TypeError(`no ${name}`);
  return wire(decimal(String(value)));
}

/** ID-3: of the listings that show one book, the one the others repeat owns it. */
function withSharedBooks(
  kept: readonly { readonly entry: CatalogueEntry; readonly aliasOf: string | null }[],
): CatalogueEntry[] {
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
