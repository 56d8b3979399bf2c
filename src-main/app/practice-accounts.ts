import type { Broker, VenueAccountBroker } from '#engine/ports';
import type { BrokerMaker } from '#main/accounts/ports';
import type { PracticeKey } from '#main/practice/exchange/types';
import type { PracticeWorld } from '#main/practice/practice';
import { feedId, VENUES, type Venue } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import { invariant } from '#shared/kernel/invariant';
import type { Clock } from '#shared/kernel/time';
import { type Decimal, decimal, max, min, ZERO } from '#shared/money/decimal';
import type { Settings } from '#shared/settings/settings';
import { credentialsOf } from './practice-keys.ts';
import { PAPER_ACCOUNT, StartingInventory } from './starting-inventory.ts';
import type { AllocationRow, TradingAccounts } from './trading-accounts.ts';

export interface PracticeAccountsOptions {
  readonly world: PracticeWorld;
  readonly make: BrokerMaker;
  readonly clock: Clock;
  readonly settings: () => Settings;
  /** Venues that take part; all five unless a recording has fewer. */
  readonly venues?: readonly Venue[];
  /** A broker failed inside: for the log. */
  readonly problem: (text: string) => void;
}

/**
 * PP-2: accounts at the practice venues, traded over the venues' real protocols by the brokers that live accounts use.
 * They live as long as the practice venues do.
 */
export class PracticeAccounts implements TradingAccounts {
  readonly brokers: readonly Broker[];
  readonly #brokers: readonly VenueAccountBroker[];
  readonly #options: PracticeAccountsOptions;
  readonly #inventory: StartingInventory;
  /** By venue and currency, less what was taken out. */
  readonly #paidIn = new Map<string, Decimal>();

  constructor(options: PracticeAccountsOptions) {
    const { make, world, clock, settings, venues = VENUES } = options;
    this.#options = options;
    this.#inventory = new StartingInventory({ clock, settings, venues });
    this.#brokers = venues.map((venue) => {
      const made = make(feedId(venue, 'spot'), {
        account: PAPER_ACCOUNT,
        entity: 'global',
        credentials: credentialsOf(tradingKey(world, venue)),
      });
      invariant(made.ok, `no broker for ${venue}: ${made.ok ? '' : made.error}`);
      return made.value;
    });
    this.brokers = this.#brokers;
  }

  /** What is allocated is paid in first: a crash between the two ends with the practice venues anyway. */
  allocate(
    catalogue: readonly Listing[],
    priceUsd: (currency: string) => Decimal | undefined,
  ): readonly AllocationRow[] | undefined {
    const allocated = this.#inventory.allocate(catalogue, priceUsd);
    if (allocated === undefined) return undefined;
    const rows = allocated.entries.filter((entry) => entry.kind === 'inventory-allocated');
    for (const row of rows) this.settle(row, ZERO, decimal(row.quantity));
    return rows;
  }

  /** Less is taken out only as far as the venue has it free; the rest follows with the next payment. */
  settle(line: Parameters<TradingAccounts['settle']>[0], booked: Decimal, total: Decimal): void {
    const { venue, currency } = line;
    const { account } = tradingKey(this.#options.world, venue);
    const wallet = account.wallets.includes('spot') ? 'spot' : account.wallets[0];
    invariant(wallet !== undefined, `${venue} has no wallet`);
    const name = `${venue}|${currency}`;
    const paidIn = this.#paidIn.get(name) ?? booked;
    const held = account.holdings(wallet).find((row) => row.currency === currency);
    const free = held === undefined ? ZERO : max(held.total.minus(held.locked), ZERO);
    const change = total.gte(paidIn) ? total.minus(paidIn) : ZERO.minus(min(paidIn.minus(total), free));
    this.#paidIn.set(name, paidIn.plus(change));
    if (!change.eq(ZERO)) account.deposit(wallet, currency, change);
  }

  start(): void {
    for (const broker of this.#brokers) {
      broker.start().catch((error: unknown) => this.#options.problem(`${broker.feed}: ${String(error)}`));
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.#brokers.map((broker) => broker.stop()));
  }
}

function tradingKey(world: PracticeWorld, venue: Venue): PracticeKey {
  const key = world.exchange(venue).keys.find(({ name, kind }) => name === 'trading' && kind === venue);
  invariant(key !== undefined, `${venue} handed out no key to trade with`);
  return key;
}
