import type { Engine } from '#engine/engine';
import type { Broker, PaperStore, StorageError } from '#engine/ports';
import type { Travel } from '#main/paper/latency';
import type { PaperMarket } from '#main/paper/market';
import { PaperBroker } from '#main/paper/paper-broker';
import { feedId, VENUES, type Venue } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import type { Random } from '#shared/kernel/random';
import type { Clock } from '#shared/kernel/time';
import { type Decimal, decimal, wire } from '#shared/money/decimal';
import type { Settings } from '#shared/settings/settings';
import { capabilitiesOf } from './broker-maker.ts';
import { PAPER_ACCOUNT, StartingInventory } from './starting-inventory.ts';
import type { AllocationRow, TradingAccounts } from './trading-accounts.ts';

export interface PaperAccountOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly market: PaperMarket;
  readonly store: PaperStore;
  readonly settings: () => Settings;
  /** Whose feeds measure the round trips; `undefined` while it is being built. */
  readonly engine: () => Engine | undefined;
  /** How long messages to the venues travel; as measured when left out. */
  readonly travel?: Travel;
  readonly failed: (error: StorageError) => void;
  /** Venues that take part; all five unless a recording has fewer. */
  readonly venues?: readonly Venue[];
}

/** The simulated accounts (PP-1): a broker a venue, and the stated inventory they begin with. */
export class PaperAccount implements TradingAccounts {
  readonly brokers: readonly Broker[];
  readonly #options: PaperAccountOptions;
  readonly #inventory: StartingInventory;

  constructor(options: PaperAccountOptions) {
    this.#options = options;
    const { clock, settings, venues = VENUES } = options;
    this.#inventory = new StartingInventory({ clock, settings, venues });
    this.brokers = venues.map(
      (venue) =>
        new PaperBroker({
          venue,
          account: PAPER_ACCOUNT,
          market: options.market,
          store: options.store,
          clock: options.clock,
          random: options.random.fork(venue),
          roundTripMs: () => this.#roundTripMs(venue),
          failed: options.failed,
          // EX-14: what may rest where is decided by what the real venue guarantees, or paper would promise too much.
          capabilities: capabilitiesOf(feedId(venue, 'spot')),
          ...(options.travel === undefined ? {} : { travel: options.travel }),
        }),
    );
  }

  /** The venues' own books are written before the rows are given: a crash between the two repeats this. */
  allocate(
    catalogue: readonly Listing[],
    priceUsd: (currency: string) => Decimal | undefined,
  ): readonly AllocationRow[] | undefined {
    const allocated = this.#inventory.allocate(catalogue, priceUsd);
    if (allocated === undefined) return undefined;
    this.#options.store.commit({ balances: allocated.balances });
    return allocated.entries.filter((entry) => entry.kind === 'inventory-allocated');
  }

  /** The venue counts what was paid in, so that the same payment again changes nothing. */
  settle(line: Parameters<TradingAccounts['settle']>[0], booked: Decimal, total: Decimal): void {
    const { store } = this.#options;
    const before = store.balances(line.account, line.venue).find(({ currency }) => currency === line.currency);
    const paidIn = before?.paidIn === undefined ? booked : decimal(before.paidIn);
    const holds = decimal(before?.total ?? '0').plus(total.minus(paidIn));
    store.commit({ balances: [{ ...line, total: wire(holds), paidIn: wire(total) }] });
  }

  start(): void {
    // Simulated venues are always there.
  }

  async stop(): Promise<void> {
    // They hold nothing open: what they know is in their store.
  }

  #roundTripMs(venue: Venue): number {
    const feed = this.#options
      .engine()
      ?.market.feeds()
      .find((candidate) => candidate.venue === venue);
    return feed?.roundTripMs ?? Number.NaN;
  }
}
