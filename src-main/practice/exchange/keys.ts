import type { KeyKind } from '#shared/domain/credentials';
import { KEY_KINDS, KEY_TERMS } from '#shared/domain/credentials';
import { ENTITIES, type Entity, testEntitiesOf } from '#shared/domain/entities';
import type { FeedId, Venue } from '#shared/domain/ids';
import { productOf, venueOf } from '#shared/domain/ids';
import type { Random } from '#shared/kernel/random';
import { KEY_MAKERS } from './key-makers.ts';
import { marginTerms } from './terms.ts';
import type { AccountModes, ExchangeAccount, PracticeKey } from './types.ts';

/** Where a venue has one entity only, a key of another place is one of a place that nobody knows. */
const ELSEWHERE = 'elsewhere';
const DAY_MS = 86_400_000;

/** The accounts behind the keys: the good one, one for each unsafe mode that the venue has (AC-2), one of its test networks. */
const ACCOUNT_NAMES = ['trading', 'hedge-mode', 'auto-borrow', 'account-level', 'isolated', 'test-network'] as const;
export type AccountName = (typeof ACCOUNT_NAMES)[number];

const GOOD: AccountModes = {
  positionMode: 'one-way',
  marginMode: 'cross',
  autoBorrow: false,
  accountLevel: 'multi-currency',
  defaultLeverage: 0,
};

const UNSAFE: Readonly<Record<Exclude<AccountName, 'trading' | 'test-network'>, Partial<AccountModes>>> = {
  'hedge-mode': { positionMode: 'hedge' },
  'auto-borrow': { autoBorrow: true },
  'account-level': { accountLevel: 'spot' },
  isolated: { marginMode: 'isolated' },
};

/** OKX trades spot without margin in its spot and futures modes alone, and swaps not in the first of them. */
const OKX_LEVELS = { trading: 'futures', 'account-level': 'portfolio' } as const;

/** Which unsafe modes a venue's accounts can have. */
const HAS: Readonly<Record<Venue, readonly (keyof typeof UNSAFE)[]>> = {
  binance: ['hedge-mode', 'isolated'],
  coinbase: [],
  bybit: ['hedge-mode', 'auto-borrow', 'account-level', 'isolated'],
  okx: ['hedge-mode', 'auto-borrow', 'account-level', 'isolated'],
  kraken: ['isolated'],
};

/** The modes of every account that a venue keeps, the good one first. */
export function accountModes(venue: Venue): ReadonlyMap<AccountName, AccountModes> {
  const { defaultLeverage } = marginTerms(venue);
  const good = { ...GOOD, defaultLeverage, ...(venue === 'okx' ? { accountLevel: OKX_LEVELS.trading } : {}) };
  const modes = new Map<AccountName, AccountModes>([['trading', good]]);
  for (const name of HAS[venue]) {
    const level = venue === 'okx' && name === 'account-level' ? { accountLevel: OKX_LEVELS[name] } : {};
    modes.set(name, { ...good, ...UNSAFE[name], ...level });
  }
  // The last one, so that the others are who they were.
  if (ENTITIES[venue].some(({ test }) => test)) modes.set('test-network', good);
  return modes;
}

export interface KeyOptions {
  readonly venue: Venue;
  readonly random: Random;
  /** When the keys are handed out, venue wall ms. */
  readonly nowMs: number;
  readonly account: (name: AccountName) => ExchangeAccount;
  readonly isRevoked: (feeds: readonly FeedId[]) => boolean;
}

/** Every key of a venue: for each of its kinds one that may trade, and one for each way in which a key is unfit (AC-1). */
export function handOutKeys(options: KeyOptions): readonly PracticeKey[] {
  return KEY_KINDS.filter((kind) => KEY_TERMS[kind].venue === options.venue).flatMap((kind) => keysOf(kind, options));
}

function keysOf(kind: KeyKind, { venue, random, nowMs, account, isRevoked }: KeyOptions): readonly PracticeKey[] {
  const { feeds } = KEY_TERMS[kind];
  const home = ENTITIES[venue][0].id;
  const make = (name: string, differs: Partial<PracticeKey> = {}): PracticeKey => ({
    name,
    kind,
    ...KEY_MAKERS[kind](random.fork(`${kind}/${name}`)),
    permissions: { read: true, trade: true, withdraw: false },
    products: feeds.map(productOf),
    ipRefused: false,
    entity: home,
    expiresAtMs: null,
    get revoked() {
      return isRevoked(feeds);
    },
    account: account('trading'),
    ...differs,
  });
  return [
    make('trading'),
    make('read-only', { permissions: { read: true, trade: false, withdraw: false } }),
    make('withdrawal', { permissions: { read: true, trade: true, withdraw: true } }),
    make('expired', { expiresAtMs: nowMs - DAY_MS }),
    make('other-ip', { ipRefused: true }),
    make('other-entity', { entity: otherThan(home, feeds) }),
    ...testNetworksOf(feeds).map(({ id, products }) =>
      make(id, { entity: id, products: [...products], account: account('test-network') }),
    ),
    ...HAS[venue]
      .filter(
        (name) =>
          name === 'auto-borrow' || name === 'account-level' || feeds.some((feed) => productOf(feed) === 'perp'),
      )
      .map((name) => make(name, { account: account(name) })),
  ];
}

/** Another legal entity, else a test network, else nowhere. */
function otherThan(home: string, feeds: readonly FeedId[]): string {
  const legal = feeds.flatMap((feed) => ENTITIES[venueOf(feed)]).find(({ id, test }) => id !== home && !test);
  return legal?.id ?? testNetworksOf(feeds)[0]?.id ?? ELSEWHERE;
}

/** Test networks that have one of the feeds at least. */
const testNetworksOf = (feeds: readonly FeedId[]): readonly Entity[] => [...new Set(feeds.flatMap(testEntitiesOf))];
