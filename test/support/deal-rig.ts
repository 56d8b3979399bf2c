import { DealRunner } from '#engine/execute/deal-runner';
import type { RestingDecision } from '#engine/execute/deal-view';
import type { ExecutionListener } from '#engine/execute/listener';
import { OrderRegistry } from '#engine/execute/order-registry';
import { Journal } from '#engine/journal/journal';
import { JournalState } from '#engine/journal/state';
import { Ledger } from '#engine/ledger/ledger';
import type { Approved, Broker, Journaled, JournalStore, PaperStore, SubmitOutcome } from '#engine/ports';
import { LimitValues } from '#engine/risk/limits';
import { type Refusal, refusal } from '#engine/risk/refusal';
import { allocatePaper } from '#main/paper/allocate';
import { PaperBroker } from '#main/paper/paper-broker';
import { SqliteJournalStore } from '#main/storage/sqlite-journal-store';
import { SqlitePaperStore } from '#main/storage/sqlite-paper-store';
import type { ListingId, Venue } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import { isFinal, type OrderIntent } from '#shared/domain/order';
import type { Plan } from '#shared/domain/plan';
import type { KillLevel, KillState } from '#shared/domain/safety';
import { SeededRandom } from '#shared/kernel/random';
import { err, ok, type Result } from '#shared/kernel/result';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { decimal } from '#shared/money/decimal';
import type { LimitName } from '#shared/settings/limits';
import { DEFAULT_SETTINGS, type Settings } from '#shared/settings/settings';
import { Lifeline, MortalBroker, MortalStore } from './lifeline.ts';
import { ladderOf, type PlanSketch, planOf } from './plans.ts';
import { ScriptedMarket } from './scripted-market.ts';

export const DEAL_START_MS = Date.UTC(2026, 0, 5, 12);
export const BINANCE: ListingId = 'binance:spot|BTC-USD';
export const KRAKEN: ListingId = 'kraken:spot|BTC-USD';
export const OKX: ListingId = 'okx:spot|BTC-USD';
const VENUES: readonly Venue[] = ['binance', 'kraken', 'okx'];

export function bitcoinAt(venue: Venue, changes: Partial<Listing> = {}): Listing {
  const id: ListingId = `${venue}:spot|BTC-USD`;
  return {
    id,
    venue,
    product: 'spot',
    instrument: 'BTC-USD',
    base: 'BTC',
    quote: 'USD',
    symbol: 'BTCUSD',
    priceTick: '0.1',
    lotStep: '0.0001',
    minQuantity: '0.0005',
    minNotional: '5',
    makerFeeBps: '1',
    takerFeeBps: '2',
    feeSource: 'practice',
    feeCurrency: 'quote',
    priceBand: null,
    status: 'normal',
    settle: 'USD',
    contractSize: '1',
    unitsPerBase: '1',
    funding: null,
    bookId: id,
    ...changes,
  };
}

export interface DealRigOptions {
  readonly listings?: readonly Listing[];
  readonly seed?: number;
  readonly roundTripMs?: number;
  /** Wraps each venue's broker, e.g. to lose answers. */
  readonly wrap?: (broker: Broker) => Broker;
  readonly store?: JournalStore;
  readonly paperStore?: PaperStore;
}

/** Whole deals over simulated venues, a real journal and scripted books in virtual time; can be killed and restarted. */
export class DealRig {
  clock = new VirtualClock(DEAL_START_MS);
  readonly market = new ScriptedMarket();
  readonly store: JournalStore;
  readonly paperStore: PaperStore;
  settings: Settings = DEFAULT_SETTINGS;
  kill: KillState = { engaged: false, level: null, by: null, reason: null, atMs: null, report: [] };
  resting: (plan: Plan) => RestingDecision = () => ({ do: 'keep' });
  refuse: (intent: OrderIntent) => Refusal | undefined = () => undefined;
  forbidden: (dealId: string, yielding: ReadonlySet<string>) => string | undefined = () => undefined;
  /** Client order ids that left for a venue, over all runs. */
  readonly submitted: string[] = [];
  readonly told: string[] = [];
  /** Defects that were contained are failures of the test, unless it makes them. */
  toleratesDefects = false;
  readonly alarms = new Map<string, string>();
  life = new Lifeline();
  journal: Journal;
  ledger: Ledger;
  runner: DealRunner;
  readonly #options: DealRigOptions;
  #venues: readonly Broker[] = [];

  constructor(options: DealRigOptions = {}) {
    this.#options = options;
    this.store = options.store ?? new SqliteJournalStore({ path: ':memory:' });
    this.paperStore = options.paperStore ?? new SqlitePaperStore({ path: ':memory:' });
    this.market.list(...(options.listings ?? VENUES.map((venue) => bitcoinAt(venue))));
    this.market.quote(BINANCE, [['49999.9', '2']], [['50000.0', '2']]);
    this.market.quote(KRAKEN, [['50050.0', '2']], [['50050.1', '2']]);
    this.market.quote(OKX, [['50020.0', '2']], [['50020.1', '2']]);
    this.#venues = this.#openVenues();
    [this.journal, this.ledger, this.runner] = this.#begin();
    this.#allocate();
  }

  /** Kills this run. `venuesSurvive`: the venues are real ones and go on; else they restart from their own store. */
  crash(next = new Lifeline(), venuesSurvive = false): void {
    this.life.kill();
    this.life = next;
    if (!venuesSurvive) {
      this.clock = new VirtualClock(this.clock.wallMs());
      this.market.forgetListeners();
      this.#venues = this.#openVenues();
    }
    [this.journal, this.ledger, this.runner] = this.#begin();
  }

  /** Runs virtual time on, letting promises settle after each timer. */
  async run(ms: number): Promise<void> {
    await this.clock.runUntil(this.clock.wallMs() + ms, drain);
  }

  /** Starts up (EX-11) and waits until every venue is reconciled. */
  async recover(): Promise<void> {
    void this.runner.recover();
    await this.run(15_000);
  }

  plan(changes: Partial<PlanSketch> = {}): Plan {
    return planOf({
      entry: { listing: BINANCE, side: 'buy', price: '50000.0', limit: '50010.0' },
      hedge: { listing: KRAKEN, price: '50050.0', limit: '50040.0' },
      quantity: '0.1',
      touches: [
        [BINANCE, '49999.9', '50000.0'],
        [KRAKEN, '50050.0', '50050.1'],
      ],
      rescue: ladderOf(KRAKEN, BINANCE, {
        retry: '49900.0',
        elsewhere: [OKX, '49900.0'],
        unwind: '49850.0',
        wide: '49400.0',
      }),
      atMs: this.clock.wallMs(),
      ...changes,
    });
  }

  /** Opens a deal that must be accepted; its id. */
  open(changes: Partial<PlanSketch> = {}): string {
    const opened = this.runner.open(this.plan(changes));
    if (!opened.ok) throw new Error(`refused: ${opened.error.reason} ${opened.error.detail}`);
    return opened.value;
  }

  deal(id: string) {
    const deal = this.runner.deal(id);
    if (deal === undefined) throw new Error(`no deal ${id}`);
    return deal;
  }

  limit(name: LimitName, value: string): void {
    this.settings = { ...this.settings, limits: { ...this.settings.limits, [name]: value } };
  }

  async engage(level: KillLevel): Promise<KillState['report']> {
    this.kill = { engaged: true, level, by: 'test', reason: 'test', atMs: this.clock.wallMs(), report: [] };
    const done = this.runner.applyKill();
    await this.run(3_000);
    return done;
  }

  /** What the venues hold minus what the ledger says, for every currency that differs. */
  differences(): string[] {
    const lines = this.ledger.balanceLines();
    return VENUES.flatMap((venue) =>
      this.paperStore.balances('paper', venue).flatMap(({ currency, total }) => {
        const held = lines.find((line) => line.venue === venue && line.currency === currency)?.held ?? decimal('0');
        return held.eq(decimal(total)) ? [] : [`${venue} ${currency}: venue ${total}, ledger ${held.toFixed()}`];
      }),
    );
  }

  /** Orders of the journal that are not final. */
  unfinished(): string[] {
    return [...this.journal.state.deals()].flatMap((deal) =>
      deal.orders.filter((order) => !isFinal(order.state)).map((order) => `${order.intent.purpose} ${order.state}`),
    );
  }

  #openVenues(): readonly Broker[] {
    const { seed = 1, roundTripMs = 40, wrap = (broker: Broker) => broker } = this.#options;
    return VENUES.map((venue) => {
      const broker = new PaperBroker({
        venue,
        account: 'paper',
        market: this.market,
        store: this.paperStore,
        clock: this.clock,
        random: new SeededRandom(seed, `/${venue}`),
        roundTripMs: () => roundTripMs,
        failed: (error) => this.told.push(`paper failed: ${error.message}`),
      });
      return wrap(this.#counted(broker));
    });
  }

  /** Notes every order that leaves for the venue. */
  #counted(broker: PaperBroker): Broker {
    const submitted = this.submitted;
    return new Proxy(broker, {
      get(target, name) {
        if (name === 'submit') {
          return (order: Journaled): Promise<SubmitOutcome> => {
            submitted.push(order.clientOrderId);
            return target.submit(order);
          };
        }
        const member: unknown = Reflect.get(target, name, target);
        return typeof member === 'function' ? member.bind(target) : member;
      },
    });
  }

  #begin(): [Journal, Ledger, DealRunner] {
    const { clock, life } = this;
    const state = new JournalState();
    const ledger = new Ledger({
      clock,
      state,
      priceUsd: (currency) => (currency === 'BTC' ? decimal('50000') : undefined),
    });
    const journal = new Journal({ store: new MortalStore(this.store, life), clock, state, observers: [ledger] });
    const orders = new OrderRegistry(state);
    const runner = new DealRunner({
      journal,
      ledger,
      market: this.market,
      gate: { approve: (intent) => this.#approve(intent, orders) },
      resting: {
        decide: (plan) => this.resting(plan),
        forbidden: (deal, _entry, yielding) => this.forbidden(deal.id, yielding),
      },
      brokers: this.#venues.map((broker) => new MortalBroker(broker, life)),
      clock,
      limits: new LimitValues(() => this.settings),
      settings: () => this.settings,
      kill: () => this.kill,
      listener: this.#listener(life),
    });
    return [journal, ledger, runner];
  }

  /** Stands in for the risk gate: what the test refuses, and trades with ourselves (AC-2). */
  #approve(intent: OrderIntent, orders: OrderRegistry): Result<Approved, Refusal> {
    const refused = this.refuse(intent);
    if (refused !== undefined) return err(refused);
    const price = decimal(intent.price);
    for (const order of orders.working()) {
      if (order.listing !== intent.listing || order.side === intent.side) continue;
      const meets = intent.side === 'buy' ? price.gte(order.price) : price.lte(order.price);
      if (meets) return err(refusal('conflicting-position', 'it would trade with our own order'));
    }
    return ok(intent as Approved);
  }

  #listener(life: Lifeline): ExecutionListener {
    const tell = (text: string) => {
      if (!life.dead) this.told.push(text);
    };
    return {
      dealChanged: () => undefined,
      dealClosed: (dealId, outcome) => tell(`closed ${dealId} ${outcome}`),
      orderChanged: () => undefined,
      filled: (_dealId, fill) => tell(`fill ${fill.side} ${fill.quantity}`),
      sent: (order) => tell(`sent ${order.purpose} ${order.venue} ${order.side} ${order.quantity} @ ${order.price}`),
      acknowledged: () => undefined,
      rejected: (order, code) => tell(`rejected ${order.purpose} ${code}`),
      unanswered: (order) => tell(`unanswered ${order.purpose}`),
      slippage: (venue, expected, realised) => tell(`slippage ${venue} ${expected.toFixed(2)} ${realised.toFixed(2)}`),
      waited: (_listing, ms, filled) => tell(`waited ${filled ? 'for a fill' : 'in vain'} ${ms > 0}`),
      exposureBreached: (dealId) => tell(`breached ${dealId}`),
      defect: (part, error) => {
        tell(`defect ${part}`);
        if (!this.toleratesDefects && !life.dead) throw error;
      },
      alarm: (key, text) => {
        if (!life.dead) this.alarms.set(key, text);
      },
      alarmCleared: (key) => {
        if (!life.dead) this.alarms.delete(key);
      },
    };
  }

  #allocate(): void {
    const allocation = allocatePaper({
      account: 'paper',
      startingUsd: decimal('300000'),
      coinsPct: decimal('50'),
      venues: VENUES,
      listings: this.market.listings(),
      prices: new Map([['BTC', decimal('50000')]]),
    });
    if (!allocation.ok) throw new Error(allocation.error);
    this.paperStore.commit({ balances: allocation.value.balances });
    this.journal.record(allocation.value.entries);
  }
}

const drain = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
