import type { Engine } from '#engine/engine';
import type { Broker, InventorySource, PaperStore, StorageError } from '#engine/ports';
import type { BrokerMaker } from '#main/accounts/ports';
import type { PaperMarket } from '#main/paper/market';
import type { PracticeWorld } from '#main/practice/practice';
import type { Venue } from '#shared/domain/ids';
import type { JournalEntry } from '#shared/domain/journal';
import type { Listing } from '#shared/domain/listing';
import { SeededRandom } from '#shared/kernel/random';
import type { Clock } from '#shared/kernel/time';
import type { Decimal } from '#shared/money/decimal';
import type { Settings } from '#shared/settings/settings';
import { PaperAccount } from './paper-account.ts';
import { PracticeAccounts } from './practice-accounts.ts';

/** Who fills the orders of paper deals: the simulated broker, or real brokers on accounts at the practice venues. */
export const BROKER_CHOICES = ['simulated', 'practice'] as const;
export type BrokerChoice = (typeof BROKER_CHOICES)[number];

export type AllocationRow = Extract<JournalEntry, { kind: 'inventory-allocated' }>;

/** The accounts a workstation trades on: simulated ones, or accounts at practice venues. */
export interface TradingAccounts {
  readonly brokers: readonly Broker[];
  /** Rows of inventory to begin with; `undefined` until they can be had. */
  allocate(
    catalogue: readonly Listing[],
    priceUsd: (currency: string) => Decimal | undefined,
  ): readonly AllocationRow[] | undefined;
  /** IN-1: a changed allocation reaches the venue's own books. */
  readonly settle: InventorySource['settle'];
  start(): void;
  stop(): Promise<void>;
}

export interface TradingAccountsOptions {
  readonly broker: BrokerChoice;
  readonly clock: Clock;
  readonly seed: number;
  /** `null` where the venues are the real ones: only the simulated broker can be had then. */
  readonly world: PracticeWorld | null;
  readonly venues: readonly Venue[];
  readonly market: PaperMarket;
  readonly store: PaperStore;
  readonly make: BrokerMaker;
  readonly settings: () => Settings;
  readonly engine: () => Engine | undefined;
  readonly failed: (error: StorageError) => void;
  readonly problem: (text: string) => void;
}

/** The accounts that were chosen. */
export function tradingAccounts(options: TradingAccountsOptions): TradingAccounts {
  const { broker, seed, world } = options;
  if (broker === 'practice' && world !== null) return new PracticeAccounts({ ...options, world });
  return new PaperAccount({ ...options, random: new SeededRandom(seed).fork('paper') });
}
