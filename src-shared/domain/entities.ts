import type { Account } from './account.ts';
import { KEY_TERMS, type KeyKind } from './credentials.ts';
import { type FeedId, feedName, type Product, productOf, type Venue, venueOf } from './ids.ts';

/** AC-1: where an account of a venue lives. */
export interface Entity {
  readonly id: string;
  readonly name: string;
  /** A test network: it has hosts and keys of its own, and its money is play money. */
  readonly test: boolean;
  /** What its accounts can trade. */
  readonly products: readonly Product[];
}

const BOTH: readonly Product[] = ['spot', 'perp'];
const legal = (id: string, name: string): Entity => ({ id, name, test: false, products: BOTH });
const test = (id: string, name: string, products = BOTH): Entity => ({ id, name, test: true, products });

/**
 * AC-1: legal entities and test networks of a venue, whose accounts live on other hosts. A key works on its own entity's
 * hosts alone and is an unknown key everywhere else. Bybit's demo trading is none of them: its prices come from the real
 * venue's hosts (https://bybit-exchange.github.io/docs/v5/demo).
 */
export const ENTITIES: Readonly<Record<Venue, readonly [Entity, ...Entity[]]>> = {
  binance: [
    legal('global', 'Binance.com'),
    // Its keys are made at testnet.binance.vision and open nothing of the futures.
    test('testnet', 'Binance Spot Testnet', ['spot']),
    test('demo', 'Binance Demo Trading'),
  ],
  coinbase: [legal('global', 'Coinbase')],
  bybit: [legal('global', 'Bybit.com'), legal('eu', 'Bybit EU'), test('testnet', 'Bybit Testnet')],
  okx: [
    legal('global', 'OKX.com'),
    legal('eea', 'OKX Europe'),
    legal('us', 'OKX US'),
    test('demo', 'OKX Demo Trading'),
    test('eea-demo', 'OKX Europe Demo Trading'),
    test('us-demo', 'OKX US Demo Trading'),
  ],
  kraken: [legal('global', 'Kraken')],
};

/** Why a feed cannot be tried on any test network. */
const NO_TEST_NETWORK: Readonly<Partial<Record<FeedId, string>>> = {
  'kraken:spot': 'Kraken spot has no test network',
  'kraken:perp': 'Kraken retired the demo of its futures on 14 July 2026 and put nothing in its place',
  'coinbase:spot':
    'Coinbase’s sandbox answers with fixed data and has no streams: https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/sandbox',
  'coinbase:perp':
    'the documentation of Coinbase’s gateway names no test environment: https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/guides/derivatives/technical',
};

export const entityOf = (venue: Venue, id: string): Entity | undefined => ENTITIES[venue].find((one) => one.id === id);

/** Whether an account or key lives on a test network. */
export const isTestEntity = (venue: Venue, id: string): boolean => entityOf(venue, id)?.test === true;

/** What an account is called wherever it is shown: one of a test network is never called live. */
export function modeName({
  venue,
  entity,
  mode,
}: Pick<Account, 'venue' | 'entity' | 'mode'>): 'TEST' | 'LIVE' | 'paper' {
  if (isTestEntity(venue, entity)) return 'TEST';
  return mode === 'live' ? 'LIVE' : 'paper';
}

/** Feeds that a key of this kind serves at an entity. */
export function feedsAt(kind: KeyKind, entity: string): readonly FeedId[] {
  const { venue, feeds } = KEY_TERMS[kind];
  const products = entityOf(venue, entity)?.products ?? [];
  return feeds.filter((feed) => products.includes(productOf(feed)));
}

/** Test networks on which a feed can be tried. */
export const testEntitiesOf = (feed: FeedId): readonly Entity[] =>
  ENTITIES[venueOf(feed)].filter(({ test: isTest, products }) => isTest && products.includes(productOf(feed)));

/** Why a feed cannot be tried at a test network; `undefined` when it can. */
export function whyNotTested(feed: FeedId, entity: string): string | undefined {
  const here = testEntitiesOf(feed);
  if (here.some(({ id }) => id === entity)) return undefined;
  const names = here.map(({ name }) => `“${name}”`).join(' or ');
  return NO_TEST_NETWORK[feed] ?? `${feedName(feed)} can be tried at the entity ${names}, not at this one`;
}
