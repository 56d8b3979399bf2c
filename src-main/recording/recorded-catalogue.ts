import { type CatalogueEntry, loadMarkets, readMarkets } from '#main/venues/kit/catalogue';
import type { VenueProtocol } from '#main/venues/kit/protocol';
import { RestClient } from '#main/venues/kit/rest-client';
import type { PairScope } from '#main/venues/kit/scope';
import type { Random } from '#shared/kernel/random';
import type { Clock } from '#shared/kernel/time';
import { AnswersTransport } from './answers-transport.ts';

const EVERYTHING: PairScope = { includes: () => true, offer: () => undefined, onChanged: () => () => undefined };

/**
 * The instruments of a feed as the answers in a recording describe them, by the name they have in frames; empty when the
 * recording holds no catalogue that can be read.
 */
export async function recordedCatalogue(
  protocol: VenueProtocol,
  answers: ReadonlyMap<string, { readonly status: number; readonly body: string }>,
  clock: Clock,
  random: Random,
): Promise<ReadonlyMap<string, CatalogueEntry>> {
  const rest = new RestClient({
    transport: new AnswersTransport(answers),
    clock,
    random,
    feed: protocol.feed,
    baseUrl: protocol.restUrl,
    budgetPerMinute: Number.MAX_SAFE_INTEGER,
    report: () => undefined,
  });
  const bySymbol = new Map<string, CatalogueEntry>();
  const markets = await loadMarkets(protocol, rest, clock);
  const read = markets.ok ? readMarkets(protocol, markets.value, EVERYTHING) : markets;
  if (!read.ok) return bySymbol;
  // A book under two names is its owner's: the others are only used where the owner is missing.
  for (const entry of read.value.entries) {
    const owner = entry.listing.id === entry.listing.bookId;
    if (owner || !bySymbol.has(entry.bookSymbol)) bySymbol.set(entry.bookSymbol, entry);
  }
  return bySymbol;
}
