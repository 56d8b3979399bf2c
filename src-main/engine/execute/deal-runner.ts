import type { Deal } from '#shared/domain/deal';
import type { ListingId, Venue } from '#shared/domain/ids';
import { isFinal } from '#shared/domain/order';
import type { Plan } from '#shared/domain/plan';
import type { KillState } from '#shared/domain/safety';
import { invariant } from '#shared/kernel/invariant';
import { err, ok, type Result } from '#shared/kernel/result';
import type { Cancel, Clock } from '#shared/kernel/time';
import { ZERO } from '#shared/money/decimal';
import type { Settings } from '#shared/settings/settings';
import type { Journal } from '../journal/journal.ts';
import { type DealRecord, entryLeg, hedgeLeg, type OrderRecord } from '../journal/records.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { MarketView } from '../market/view.ts';
import { type Broker, StorageError } from '../ports.ts';
import type { LimitValues } from '../risk/limits.ts';
import { type Refusal, refusal } from '../risk/refusal.ts';
import { nextStep } from './converge.ts';
import { DealActions, type OrderGate } from './deal-actions.ts';
import { dealReport } from './deal-report.ts';
import { type RestingDecision, type Surroundings, viewOf } from './deal-view.ts';
import { entryOrder } from './entry-order.ts';
import { killReport, workingEntries } from './kill-report.ts';
import type { ExecutionListener } from './listener.ts';
import { OrderDesk } from './order-desk.ts';
import { Reconciliation } from './reconciliation.ts';
import { usdRatesOf } from './usd-rates.ts';

/** While something is unhedged its budget is looked at this often. */
const EXPOSURE_CHECK_MS = 500;
/** After the journal refused a row, or a pass failed. */
const RETRY_MS = 1_000;
/** More passes than any real deal needs at one moment: a loop that feeds itself. */
const MOST_STEPS = 64;

interface Looked {
  readonly acted: boolean;
  /** When to look again if nothing happens, wall ms. */
  readonly wakeAtMs: number | null;
}

/** RO-6: judges a resting entry of a plan as the market stands. */
export interface RestingPolicy {
  decide(plan: Plan, entry: OrderRecord): RestingDecision;
  /**
   * Why the entry of a deal would not be allowed now, whatever its edge, or `undefined`. `yielding`: younger deals whose
   * entries give way before it.
   */
  forbidden(deal: DealRecord, entry: OrderRecord, yielding: ReadonlySet<string>): string | undefined;
}

export interface DealRunnerOptions {
  readonly journal: Journal;
  readonly ledger: Ledger;
  readonly market: MarketView;
  readonly gate: OrderGate;
  readonly resting: RestingPolicy;
  /** One per account and venue. */
  readonly brokers: readonly Broker[];
  readonly clock: Clock;
  readonly limits: LimitValues;
  readonly settings: () => Settings;
  /** The kill switch as it is in force, journaled or not (KS-1). */
  readonly kill: () => KillState;
  readonly listener: ExecutionListener;
}

/**
 * Runs deals to their end. Each change (an answer, a fill, a book, a command, a timer) leads to a pass over its deal:
 * {@link nextStep} says what to do, this does it and asks again until nothing is left to do. After a restart the same
 * passes go on from the journal (EX-11); there is no other recovery code.
 */
export class DealRunner {
  readonly #options: DealRunnerOptions;
  readonly #desk: OrderDesk;
  readonly #reconciliation: Reconciliation;
  readonly #next = new Map<string, string>();
  readonly #wakes = new Map<string, Cancel>();
  readonly #actions: DealActions;
  readonly #retryHeld = new Set<string>();
  readonly #passing = new Set<string>();
  readonly #again = new Set<string>();
  /** Deals a person ordered back to their allocation; from its first unwind on the journal carries that. */
  readonly #flattening = new Set<string>();
  /** Deals whose entry would not be allowed any more: why. */
  readonly #withdrawn = new Map<string, string>();
  #journalDown = false;
  #stopped = false;

  constructor(options: DealRunnerOptions) {
    this.#options = options;
    this.#desk = new OrderDesk({
      ...options,
      knowsPrice: (currency) => options.ledger.knowsPrice(currency),
      changed: (dealId) => this.#pass(dealId),
    });
    this.#reconciliation = new Reconciliation({ ...options, desk: this.#desk });
    const blocked = (venue: Venue, account: string) => this.blocked(venue, account);
    this.#actions = new DealActions({ ...options, desk: this.#desk, blocked });
  }

  /**
   * Startup (EX-11): continues every open deal and reconciles orders and balances with each broker. Resolves when each
   * was tried once; a venue that cannot be reconciled takes no entries and is tried again until it can.
   */
  async recover(): Promise<void> {
    const { journal } = this.#options;
    for (const deal of [...journal.state.openDeals()]) this.#pass(deal.id);
    await this.#reconciliation.start();
  }

  /** Why a venue takes no entries because it is not reconciled, or `undefined` (EX-11). */
  blocked(venue: Venue, account: string): string | undefined {
    return this.#reconciliation.blocked(venue, account);
  }

  /**
   * Opens a deal: its row and its first order are committed together and sent (EX-1). Refused without a trace when a
   * venue is not reconciled, a rate is missing, the gate says no, or the journal cannot be written.
   */
  open(plan: Plan): Result<string, Refusal> {
    const { journal, ledger, gate, market, clock, settings, limits, kill } = this.#options;
    const nowMs = clock.wallMs();
    for (const leg of plan.legs) {
      const why = this.blocked(leg.venue, leg.account);
      if (why !== undefined) return err(refusal('telemetry-incomplete', why));
    }
    if (kill().engaged) return err(refusal('halted', 'The kill switch is engaged.'));
    if (nowMs >= plan.expiresAtMs) return err(refusal('latency-risk', 'The plan expired before it could be sent.'));
    const rates = usdRatesOf(plan, market);
    if (!rates.ok) {
      return err(
        refusal(rates.error.problem, `${rates.error.currency} cannot be valued in USD (${rates.error.problem}).`),
      );
    }
    const dealId = journal.nextDealId();
    const intent = entryOrder(
      plan,
      { dealId, clientOrderId: journal.nextClientOrderId() },
      {
        nowMs,
        ackDeadlineMs: limits.double('ackDeadlineS') * 1000,
        restingLifetimeMs: Number(settings().routing.restingLifetimeS) * 1000,
      },
    );
    const approved = ledger.proposing(dealId, plan, () => gate.approve(intent));
    if (!approved.ok) return approved;
    try {
      this.#desk.open(plan, rates.value, approved.value);
    } catch (error) {
      return err(refusal('telemetry-incomplete', this.#storageFailed(error)));
    }
    this.#pass(dealId);
    return ok(dealId);
  }

  /** The book of a listing changed: entries resting against it are judged again (RO-6). Cheap when there are none. */
  bookChanged(listing: ListingId): void {
    if (this.#options.journal.state.openCount === 0) return;
    for (const deal of [...this.#options.journal.state.openDeals()]) {
      if (!isResting(deal)) continue;
      if (entryLeg(deal.plan).listing === listing || hedgeLeg(deal.plan).listing === listing) this.#pass(deal.id);
    }
  }

  /**
   * Once a tick, and when terms or limits change: resting entries are judged by what only time makes wrong, such as a hedge
   * that fell silent (RO-6), and by whether they would be allowed now (RK-3, RO-1). Of several too many at once the youngest
   * go, of those over a budget all: what is left of it is not theirs to share out.
   */
  tend(): void {
    const resting = [...this.#options.journal.state.openDeals()].filter(isResting);
    for (const [index, deal] of resting.entries()) {
      const entry = deal.orders.findLast(({ intent, state }) => intent.purpose === 'entry' && !isFinal(state));
      const younger = new Set(resting.slice(index + 1).map(({ id }) => id));
      const why = entry && this.#options.resting.forbidden(deal, entry, younger);
      if (why !== undefined) this.#withdrawn.set(deal.id, why);
      this.#pass(deal.id);
    }
  }

  /** A venue's health changed: held deals are tried again at once (EX-8). */
  healthChanged(): void {
    for (const deal of [...this.#options.journal.state.openDeals()]) {
      if (deal.state !== 'holding') continue;
      this.#retryHeld.add(deal.id);
      this.#pass(deal.id);
    }
  }

  /** The kill switch changed: acts on every open deal; resolves with what was done, one row per venue concerned. */
  async applyKill(): Promise<KillState['report']> {
    const { journal, kill } = this.#options;
    const deals = [...journal.state.openDeals()];
    const entries = workingEntries(deals);
    for (const deal of deals) this.#pass(deal.id);
    await this.#desk.callsAnswered();
    return killReport(kill().level, deals, entries);
  }

  /** Takes one deal back to its allocation by its planned unwind, as the kill switch would. The error is a sentence. */
  flatten(dealId: string): Result<void, string> {
    const deal = this.#options.journal.state.deal(dealId);
    if (deal === undefined) return err(`There is no deal ${dealId} among the open and recent ones.`);
    if (deal.state === 'closed') return err(`Deal ${dealId} is closed already.`);
    this.#flattening.add(dealId);
    this.#pass(dealId);
    return ok(undefined);
  }

  /** A deal as people see it; `undefined` when it is not among the open and recent ones. */
  deal(dealId: string): Deal | undefined {
    const record = this.#options.journal.state.deal(dealId);
    return record && dealReport(record, this.#options.ledger, this.#next.get(dealId) ?? record.reason);
  }

  /** Open and recent deals, newest first. */
  deals(): readonly Deal[] {
    const { journal, ledger } = this.#options;
    const records = [...journal.state.deals()].reverse();
    return records.map((record) => dealReport(record, ledger, this.#next.get(record.id) ?? record.reason));
  }

  /** Stops all timers; nothing is cancelled at the venues. The journal tells the next run how things stand. */
  stop(): void {
    this.#stopped = true;
    this.#reconciliation.stop();
    for (const cancel of this.#wakes.values()) cancel();
    this.#wakes.clear();
    this.#flush();
  }

  #pass(dealId: string): void {
    if (this.#stopped) return;
    if (this.#passing.has(dealId)) {
      this.#again.add(dealId);
      return;
    }
    const { journal, clock, listener } = this.#options;
    const before = { rows: journal.state.rows, next: this.#next.get(dealId) };
    this.#passing.add(dealId);
    try {
      let looked: Looked;
      let steps = 0;
      do {
        invariant(steps < MOST_STEPS, `deal ${dealId} does not settle`);
        steps += 1;
        this.#again.delete(dealId);
        looked = this.#look(dealId);
      } while (looked.acted || this.#again.has(dealId));
      const written = this.#flush();
      this.#wake(dealId, written ? looked.wakeAtMs : clock.wallMs() + RETRY_MS);
    } catch (error) {
      // Whoever led here (a feed, a timer, a venue's answer) goes on, and so does the deal: its exposure is still there.
      this.#wake(dealId, clock.wallMs() + RETRY_MS);
      listener.defect(`deal ${dealId}`, error);
    } finally {
      this.#passing.delete(dealId);
    }
    if (journal.state.rows !== before.rows || this.#next.get(dealId) !== before.next) listener.dealChanged(dealId);
  }

  /** One look at a deal: does what is next. */
  #look(dealId: string): Looked {
    const { journal, clock, market } = this.#options;
    const deal = journal.state.deal(dealId);
    if (deal === undefined || deal.state === 'closed') {
      // Word of an order may come after its deal closed; nothing of it needs to be remembered.
      if (deal !== undefined) this.#desk.forget(deal);
      this.#next.delete(dealId);
      this.#retryHeld.delete(dealId);
      this.#flattening.delete(dealId);
      this.#withdrawn.delete(dealId);
      return { acted: false, wakeAtMs: null };
    }
    const tendAtMs = this.#desk.tend(deal);
    const view = viewOf(
      deal,
      (clientOrderId) => this.#desk.memo(clientOrderId),
      (listing) => market.listing(listing),
    );
    const step = nextStep(view, this.#surroundings(deal));
    this.#retryHeld.delete(dealId);
    this.#next.set(dealId, step.next);
    const watchAtMs = view.position.eq(ZERO) ? null : clock.wallMs() + EXPOSURE_CHECK_MS;
    const wakes = [tendAtMs, step.wakeAtMs, watchAtMs].filter((at) => at !== null);
    const wakeAtMs = wakes.length === 0 ? null : Math.min(...wakes);
    try {
      for (const action of step.actions) {
        const waitMs = this.#actions.perform(deal, action);
        if (waitMs !== null) return { acted: false, wakeAtMs: clock.wallMs() + waitMs };
      }
    } catch (error) {
      this.#storageFailed(error);
      return { acted: false, wakeAtMs: clock.wallMs() + RETRY_MS };
    }
    return { acted: step.actions.length > 0, wakeAtMs };
  }

  #surroundings(deal: DealRecord): Surroundings {
    const { clock, kill, market, ledger, limits, settings, resting } = this.#options;
    return {
      nowMs: clock.wallMs(),
      kill: this.#flattening.has(deal.id) ? 'flatten' : kill().level,
      listing: (id) => market.listing(id),
      free: (account, venue, currency) => ledger.free(account, venue, currency),
      residue: ledger.residue(deal.plan.base),
      overBudget: ledger.unhedgedOf(deal.id).gt(limits.exact('unhedgedPerDeal')),
      breached: this.#actions.breached(deal.id),
      retryHeld: this.#retryHeld.has(deal.id),
      amendsPerMinute: settings().routing.amendsPerMinute,
      withdrawn: this.#withdrawn.get(deal.id) ?? null,
      resting: (order) => resting.decide(deal.plan, order),
    };
  }

  #wake(dealId: string, atMs: number | null): void {
    this.#wakes.get(dealId)?.();
    this.#wakes.delete(dealId);
    if (atMs === null) return;
    const { clock } = this.#options;
    // At least a millisecond, so that a due time that stays due cannot stop a virtual clock.
    const delayMs = Math.max(atMs - clock.wallMs(), 1);
    this.#wakes.set(
      dealId,
      clock.after(delayMs, () => this.#pass(dealId)),
    );
  }

  #flush(): boolean {
    try {
      this.#options.journal.flush();
    } catch (error) {
      this.#storageFailed(error);
      return false;
    }
    if (this.#journalDown) this.#options.listener.alarmCleared('journal');
    this.#journalDown = false;
    return true;
  }

  /** The journal could not be written: nothing more is sent until it can. @throws what is no storage error. */
  #storageFailed(error: unknown): string {
    if (!(error instanceof StorageError)) throw error;
    this.#journalDown = true;
    this.#options.listener.alarm('journal', error.message);
    return error.message;
  }
}

const isResting = ({ state, plan }: DealRecord): boolean => state === 'entering' && entryLeg(plan).kind === 'post-only';
