import type { BrokerState, VenueAccountBroker, VenueAction, VenueFailure } from '#engine/ports';
import type { ExternalOrder, FeeTier, Holding, Position } from '#shared/domain/account';
import type { FeedId } from '#shared/domain/ids';
import type { Result } from '#shared/kernel/result';
import type { Clock } from '#shared/kernel/time';
import { whyUnusable } from './key-verdict.ts';

/** A reading with the time it was true; `problem` says why it is missing or old. */
export interface Reading<T> {
  readonly value: T | null;
  readonly atMs: number | null;
  readonly problem: string | null;
}

const NEVER: Reading<never> = { value: null, atMs: null, problem: null };

/** One feed of an account while it is connected: its broker and what was last read of it. */
export class AccountConnection {
  readonly feed: FeedId;
  readonly broker: VenueAccountBroker;
  readonly #clock: Clock;
  readonly #changed: () => void;
  holdings: Reading<readonly Holding[]> = NEVER;
  positions: Reading<readonly Position[]> = NEVER;
  externalOrders: Reading<readonly ExternalOrder[]> = NEVER;
  fees: Reading<readonly FeeTier[]> = NEVER;
  #reading: Promise<void> | null = null;
  #stopped = false;

  constructor(broker: VenueAccountBroker, clock: Clock, changed: () => void, acted: (action: VenueAction) => void) {
    this.feed = broker.feed;
    this.broker = broker;
    this.#clock = clock;
    this.#changed = changed;
    broker.onState(() => changed());
    broker.onVenueAction(acted);
  }

  get state(): BrokerState {
    return this.broker.state();
  }

  async start(): Promise<void> {
    await this.broker.start();
    await this.read(true);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.broker.stop();
  }

  /** A person asks: what is held against the key is looked at anew before everything is read. */
  async refresh(): Promise<void> {
    if (this.state.kind === 'blocked') await this.broker.checkKey();
    await this.read(true);
  }

  /** Reads everything again; two asked for at once are one. `feesToo`: they change rarely. */
  read(feesToo: boolean): Promise<void> {
    this.#reading ??= this.#readNow(feesToo).finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  async #readNow(feesToo: boolean): Promise<void> {
    if (this.#stopped || this.state.kind === 'off') return;
    // A key that cannot be used at all is asked no more questions: each would count against the address.
    const { kind, reason, health } = this.state;
    if (kind === 'blocked' && health !== null && whyUnusable(health) !== undefined) {
      this.#unread(reason);
      return;
    }
    this.holdings = this.#read(this.holdings, await this.broker.holdings());
    this.positions = this.#read(this.positions, await this.broker.positions());
    this.externalOrders = this.#read(this.externalOrders, await this.broker.externalOrders());
    if (feesToo) this.fees = this.#read(this.fees, await this.broker.fees());
    if (!this.#stopped) this.#changed();
  }

  #unread(problem: string): void {
    this.holdings = { ...this.holdings, problem };
    this.positions = { ...this.positions, problem };
    this.externalOrders = { ...this.externalOrders, problem };
    this.fees = { ...this.fees, problem };
    this.#changed();
  }

  /** What was read before stays with its age when it cannot be read again. */
  #read<T>(before: Reading<T>, now: Result<T, VenueFailure>): Reading<T> {
    if (now.ok) return { value: now.value, atMs: this.#clock.wallMs(), problem: null };
    return { ...before, problem: `${now.error.message} (${now.error.code})` };
  }
}
