import type { KeyKind } from '#shared/domain/credentials';
import type { FeedId, Venue } from '#shared/domain/ids';
import { feedId, PRODUCTS } from '#shared/domain/ids';
import type { Random } from '#shared/kernel/random';
import type { Clock } from '#shared/kernel/time';
import { decimal } from '#shared/money/decimal';
import type { MarketListener, MarketView } from '../world/world.ts';
import type { AccountOptions } from './account.ts';
import { Account } from './account.ts';
import { MarketFloor } from './floor.ts';
import type { AccountName } from './keys.ts';
import { accountModes, handOutKeys } from './keys.ts';
import { OrderFaults } from './order-faults.ts';
import { PerpetualUpkeep } from './perpetuals.ts';
import { feedTerms } from './terms.ts';
import type { AnswerFate, PracticeExchange, PracticeKey } from './types.ts';

/** What an account begins with unless told otherwise: about as much of every currency. */
const STARTING: Readonly<Record<string, string>> = {
  USD: '1000000',
  USDT: '1000000',
  USDC: '1000000',
  BTC: '10',
  ETH: '300',
  SOL: '8000',
  HYPE: '30000',
  PEPE: '100000000000',
};
const STARTING_OTHER = '100000';

export interface ExchangeOptions {
  readonly venue: Venue;
  /** The venue's markets by feed, the same objects always. */
  readonly markets: (feed: FeedId) => readonly MarketView[];
  /** What happens in them. */
  readonly listen: (feed: FeedId, listener: MarketListener) => void;
  /** The venue's own. */
  readonly clock: Clock;
  /** Keys and ids are drawn from it. */
  readonly random: Random;
}

/** The private side of one practice venue over both its products: accounts, orders, money. */
export class Exchange implements PracticeExchange {
  readonly venue: Venue;
  readonly keys: readonly PracticeKey[];
  readonly accounts: ReadonlyMap<AccountName, Account>;
  readonly #floors = new Map<MarketView, MarketFloor>();
  readonly #faults = new Map<FeedId, OrderFaults>();
  readonly #upkeep: readonly { readonly account: Account; readonly perpetuals: PerpetualUpkeep }[];
  #orders: number;
  #trades: number;

  constructor({ venue, markets, listen, clock, random }: ExchangeOptions) {
    this.venue = venue;
    const ids = random.fork('ids');
    this.#orders = 1_000_000 + Math.floor(ids.next() * 8_000_000);
    this.#trades = 1_000_000 + Math.floor(ids.next() * 8_000_000);
    const feeds = PRODUCTS.map((product) => feedId(venue, product));
    for (const feed of feeds) {
      const faults = new OrderFaults();
      this.#faults.set(feed, faults);
      for (const market of markets(feed)) {
        this.#floors.set(market, new MarketFloor(market, () => faults.isOn('partial-fills')));
      }
    }
    const accounts = new Map<AccountName, Account>();
    const upkeep = [];
    for (const [name, modes] of accountModes(venue)) {
      const options: AccountOptions = {
        id: String(10_000_000 + Math.floor(ids.next() * 80_000_000)),
        venue,
        modes,
        clock,
        floor: (market) => this.#floor(market),
        nextOrder: () => {
          this.#orders += 1;
          return this.#orders;
        },
        nextTrade: () => {
          this.#trades += 1;
          return this.#trades;
        },
        faults: (feed) => this.faults(feed),
      };
      const account = new Account(options);
      for (const feed of feeds) for (const market of markets(feed)) endow(account, market);
      accounts.set(name, account);
      upkeep.push({ account, perpetuals: new PerpetualUpkeep(account, options) });
    }
    this.accounts = accounts;
    this.#upkeep = upkeep;
    this.keys = handOutKeys({
      venue,
      random: random.fork('keys'),
      nowMs: clock.wallMs(),
      account: (name) => this.account(name),
      isRevoked: (of) => of.some((feed) => this.faults(feed).isOn('revoke-keys')),
    });
    for (const feed of feeds) listen(feed, this.#listener());
  }

  /** @throws {RangeError} for an account that this venue does not keep. */
  account(name: AccountName): Account {
    const account = this.accounts.get(name);
    if (account === undefined) throw new RangeError(`${this.venue} keeps no account ${name}`);
    return account;
  }

  faults(feed: FeedId): OrderFaults {
    const faults = this.#faults.get(feed);
    if (faults === undefined) throw new RangeError(`${feed} is not of ${this.venue}`);
    return faults;
  }

  /** @throws {RangeError} for an instrument that this world does not list there. */
  market(feed: FeedId, instrument: string): MarketView {
    for (const market of this.#floors.keys()) {
      if (market.spec.feed === feed && market.spec.instrument === instrument) return market;
    }
    throw new RangeError(`${feed} has no ${instrument}`);
  }

  keyById(kind: KeyKind, id: string): PracticeKey | undefined {
    return this.keys.find((key) => key.kind === kind && key.id === id);
  }

  key(name: string, kind?: KeyKind): PracticeKey {
    const key = this.keys.find((one) => one.name === name && (kind === undefined || one.kind === kind));
    if (key === undefined) throw new RangeError(`${this.venue} has handed out no key ${name}`);
    return key;
  }

  answerTo(feed: FeedId, what: 'create' | 'cancel' | 'read'): AnswerFate {
    if (what !== 'create') return 'as-it-is';
    const faults = this.faults(feed);
    if (faults.take('accept-then-5xx')) return 'bad-gateway';
    return faults.take('accept-then-silence') ? 'lost' : 'as-it-is';
  }

  takesUnknownStatus(feed: FeedId): boolean {
    return this.faults(feed).take('unknown-status');
  }

  inMaintenance(feed: FeedId): boolean {
    return this.faults(feed).isOn('maintenance');
  }

  /** Whether any account has a position in the market, or in any of the feed's. */
  holdsPosition(feed: FeedId, market: MarketView | null): boolean {
    return this.#upkeep.some(({ account }) => this.#held(account, feed, market).length > 0);
  }

  /** PP-3: every position of the feed is liquidated. */
  liquidate(feed: FeedId): void {
    for (const { account, perpetuals } of this.#upkeep) {
      for (const position of this.#held(account, feed, null)) perpetuals.liquidate(position);
    }
  }

  /** PP-3: half of every position in the market is closed. */
  deleverage(market: MarketView): void {
    for (const { account, perpetuals } of this.#upkeep) {
      for (const position of this.#held(account, market.spec.feed, market)) perpetuals.deleverage(position);
    }
  }

  #held(account: Account, feed: FeedId, market: MarketView | null) {
    return account.books.money.positions.filter(
      (position) => position.market.spec.feed === feed && (market === null || position.market === market),
    );
  }

  #floor(market: MarketView): MarketFloor {
    const floor = this.#floors.get(market);
    if (floor === undefined) throw new RangeError(`${market.spec.instrument} is not of ${this.venue}`);
    return floor;
  }

  #listener(): MarketListener {
    return {
      bookChanged: (market) => this.#floor(market).bookChanged(),
      traded: (market, trades) => this.#floor(market).traded(trades),
      statusChanged: (market) => {
        if (market.status === 'delisted') this.#delist(market);
      },
      referenceChanged: (market) => {
        this.#floor(market).referenceChanged();
        for (const { perpetuals } of this.#upkeep) perpetuals.referenceChanged(market);
      },
      settled: (market, settlement) => {
        for (const { perpetuals } of this.#upkeep) perpetuals.settled(market, settlement);
      },
    };
  }

  /** Orders in a market that leaves the catalogue are cancelled. */
  #delist(market: MarketView): void {
    for (const { account } of this.#upkeep) {
      account.dealing.endAll(({ request }) => request.market === market, 'venue');
      account.books.listeners.tell();
    }
  }
}

/** Gives an account what its market's orders need, once for each wallet and currency. */
function endow(account: Account, market: MarketView): void {
  const { spec } = market;
  const { wallet } = feedTerms(spec);
  const currencies = spec.product === 'spot' ? [spec.base, spec.quote, spec.aliasQuote ?? spec.quote] : [spec.settle];
  for (const currency of currencies) {
    if (account.holdings(wallet).some((held) => held.currency === currency)) continue;
    account.deposit(wallet, currency, decimal(STARTING[currency] ?? STARTING_OTHER));
  }
}
