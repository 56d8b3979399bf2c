import type { BrokerEvent, Journaled, OrderTruth, SubmitOutcome, VenueAccountBroker } from '#engine/ports';
import { createBroker } from '#main/venues/orders/order-protocols';
import { venueOf } from '#shared/domain/ids';
import type { Fill, OrderIntent } from '#shared/domain/order';
import { err, ok, type Result } from '#shared/kernel/result';
import { delay } from '#shared/kernel/time';
import { type Decimal, decimal, max, ZERO } from '#shared/money/decimal';
import { FeedWatch } from '../feed-watch.ts';
import { until } from '../subject.ts';
import type { Market } from './market.ts';
import type { KeyName, OrderChanges, OrderSubject } from './order-subject.ts';
import { OrderTap } from './order-tap.ts';
import { outcomeText, wordsOf } from './order-words.ts';

/** Orders may be created for this long after they were made (EX-4), ms. */
const CREATE_WITHIN_MS = 5_000;
/** How far a taking order may go through the touch, and how far away a resting one lies; fractions. */
export const THROUGH = '0.002';
export const AWAY = '0.01';

/** Orders that rest end by themselves after this, where the venue has that, ms. */
const RESTS_MS = 300_000;
/** Slow counters of calls are waited for so long, and asked at this pace, ms. */
export const OWN_LIMIT_MS = 60_000;
export const AGAIN_MS = 1_000;
export const OWN_LIMIT = /OWN_BUDGET|limit for calls is used up/;

/** What the broker does not let out while it reads the account or its stream again. */
const NOT_YET: readonly string[] = ['NOT_READY', 'STREAM_LOST', 'ACCOUNT_BLOCKED'];

export interface Sent {
  readonly order: OrderIntent;
  readonly outcome: SubmitOutcome;
}

/** Thrown when the person did not allow an order. */
export class Declined extends Error {}

/** The account under test: its broker, the market it trades on, and all that was sent and heard. */
export class Desk {
  readonly subject: OrderSubject;
  readonly tap: OrderTap;
  readonly watch: FeedWatch;
  readonly startedAtMs: number;
  readonly fills: Fill[] = [];
  readonly states: OrderTruth[] = [];
  /** Every order that may be at the venue, by client id. */
  readonly sent = new Map<string, OrderIntent>();
  /** What was opened is being closed: nothing stops that. */
  closing = false;
  readonly #brokers: VenueAccountBroker[] = [];
  readonly #refused = new Set<string>();
  readonly #heardAtMs = new Map<string, number>();
  readonly #birth: string;
  #broker: VenueAccountBroker | null = null;
  #market: Market | null = null;
  #made = 0;

  constructor(subject: OrderSubject) {
    this.subject = subject;
    this.tap = new OrderTap(subject.transport, subject.clock);
    this.startedAtMs = subject.clock.wallMs();
    this.#birth = Math.floor(this.startedAtMs).toString(36).padStart(9, '0').slice(-9);
    this.watch = new FeedWatch(subject, {
      transport: subject.transport,
      bases: subject.bases.slice(0, 1),
      name: 'orders',
    });
  }

  get broker(): VenueAccountBroker {
    if (this.#broker === null) throw new Error('the account is not running');
    return this.#broker;
  }

  get market(): Market {
    if (this.#market === null) throw new Error('no instrument was chosen');
    return this.#market;
  }

  get chosen(): boolean {
    return this.#market !== null;
  }

  get can(): VenueAccountBroker['capabilities'] {
    return this.subject.orders.capabilities;
  }

  choose(market: Market): void {
    this.#market = market;
  }

  /** Another broker of the feed, not started. */
  make(key: KeyName): Result<VenueAccountBroker, string> {
    const { orders, entity, clock, random } = this.subject;
    const credentials = this.subject.credentials(key);
    if (credentials === undefined) return err(`there is no key ${key}`);
    const made = createBroker(orders.feed, {
      account: 'certification',
      credentials,
      entity,
      transport: this.tap,
      clock,
      random: random.fork(`broker ${this.#brokers.length}`),
      listings: () => this.watch.listings,
      mid: (listing) => (this.#market?.listing.id === listing ? this.#market.mid : undefined),
      skewMs: () => this.watch.skewMs,
    });
    if (!made.ok) return made;
    this.#brokers.push(made.value);
    return made;
  }

  /** Starts the broker that the checks trade with. The error is one line. */
  async open(): Promise<Result<void, string>> {
    const made = this.make('own');
    if (!made.ok) return made;
    const broker = this.subject.through?.(made.value) ?? made.value;
    broker.onEvent((event) => this.#hear(event));
    this.#broker = broker;
    await broker.start();
    return ok(undefined);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#brokers.map((broker) => broker.stop()));
    await this.watch.stop();
  }

  #hear(event: BrokerEvent): void {
    const id = event.kind === 'fill' ? event.fill.clientOrderId : event.order.clientOrderId;
    this.#heardAtMs.set(`${event.kind} ${id}`, this.subject.clock.monoMs());
    if (event.kind === 'fill') this.fills.push(event.fill);
    else this.states.push(event.order);
  }

  /** When an event of the order was last heard, monotonic ms. */
  heardAt(kind: BrokerEvent['kind'], id: string): number | undefined {
    return this.#heardAtMs.get(`${kind} ${id}`);
  }

  /** A name of the journal's own shape: its birth and a count, unlike any of another run. */
  nextId(): string {
    this.#made += 1;
    const count = this.#made.toString(36).padStart(4, '0');
    const draw = Math.floor(this.subject.random.next() * 36 ** 4);
    return `x${this.#birth}${draw.toString(36).padStart(4, '0')}${count}`;
  }

  /** A resting buy of the least size; what is given replaces it. */
  order(changes: OrderChanges = {}): OrderIntent {
    const { market, subject } = this;
    const nowMs = subject.clock.wallMs();
    const side = changes.side ?? 'buy';
    return {
      clientOrderId: this.nextId(),
      dealId: 'certification',
      leg: 0,
      account: 'certification',
      venue: venueOf(subject.orders.feed),
      listing: market.listing.id,
      side,
      kind: 'post-only',
      purpose: 'entry',
      quantity: market.quantity(),
      price: market.away(side, AWAY),
      createBeforeMs: nowMs + CREATE_WITHIN_MS,
      // What would be left lying if this program were gone ends by itself where the venue can do that.
      expiresAtMs: this.can.venueExpiry && (changes.kind ?? 'post-only') === 'post-only' ? nowMs + RESTS_MS : null,
      ...changes,
    };
  }

  /** An order that takes at once, bounded by a price through the touch. */
  taking(changes: OrderChanges = {}): OrderIntent {
    const side = changes.side ?? 'buy';
    return this.order({ kind: 'ioc', purpose: 'hedge', price: this.market.through(side, THROUGH), ...changes });
  }

  /**
   * Sends it once the person, where one is asked, has allowed it. What our own count of the venue's limits kept back is
   * tried again: it never left. Gives the order as it was sent in the end.
   * @throws {Declined}
   */
  async send(order: OrderIntent, why: string): Promise<Sent> {
    const { consent, clock } = this.subject;
    if (consent !== null && !(await consent.order(`${why}: ${wordsOf(order, this.market.listing)}`))) {
      throw new Declined(`declined by the person: ${why}`);
    }
    // However long they took, it is as fresh as it would have been.
    let fresh = { ...order, createBeforeMs: clock.wallMs() + CREATE_WITHIN_MS };
    for (const endMs = clock.monoMs() + OWN_LIMIT_MS; ; ) {
      const outcome = await this.submit(fresh);
      if (!this.#keptBack(outcome) || clock.monoMs() > endMs || this.subject.cancelled())
        return { order: fresh, outcome };
      await delay(clock, AGAIN_MS);
      fresh = { ...order, clientOrderId: this.nextId(), createBeforeMs: clock.wallMs() + CREATE_WITHIN_MS };
    }
  }

  /** It never left: our own count of the venue's limits was full, or the broker was looking at the account again. */
  #keptBack(outcome: SubmitOutcome): boolean {
    if (outcome.kind !== 'rejected') return false;
    const { code, message } = outcome;
    if (NOT_YET.includes(code)) return this.broker.state().health?.verdict !== 'refused';
    // One account's switch serves both products, which count their calls apart.
    if (code === 'DEAD_MAN' && /too many requests/i.test(message)) return true;
    return OWN_LIMIT.test(`${code} ${message}`) || message.includes('before it could be sent');
  }

  /** {@link send} without asking: what closes was allowed with what it closes. */
  async submit(order: OrderIntent): Promise<SubmitOutcome> {
    const { clientOrderId } = order;
    this.sent.set(clientOrderId, order);
    this.tap.listenFor(clientOrderId);
    // Neither a deal nor the journal stands behind these orders: `closed-out` answers for them.
    const outcome = await this.broker.submit(order as Journaled);
    if (outcome.kind === 'rejected') this.#refused.add(clientOrderId);
    return outcome;
  }

  /** {@link send}, and what must be accepted. @throws with the venue's words when it is not. */
  async accepted(order: OrderIntent, why: string): Promise<{ order: OrderIntent; venueOrderId: string }> {
    const sent = await this.send(order, why);
    if (sent.outcome.kind === 'accepted') return { order: sent.order, venueOrderId: sent.outcome.venueOrderId };
    throw new Error(`${why}: ${sent.outcome.kind}, ${outcomeText(sent.outcome)}`);
  }

  /** Submits what must be refused here; nothing of it leaves, whatever the broker does. */
  async refusal(order: OrderIntent): Promise<{ readonly code: string; readonly left: number }> {
    this.tap.forbid(order.clientOrderId);
    const outcome = await this.broker.submit(order as Journaled);
    const code = outcome.kind === 'rejected' ? outcome.code : outcome.kind;
    return { code, left: this.tap.leaving(order.clientOrderId).length };
  }

  /** Executions, each once however often it was told. */
  get once(): readonly Fill[] {
    return [...new Map(this.fills.map((fill) => [`${fill.clientOrderId} ${fill.tradeId}`, fill])).values()];
  }

  /** Base units told by executions of the order. */
  filled(id: string): Decimal {
    return this.once.filter((fill) => fill.clientOrderId === id).reduce((sum, fill) => sum.plus(fill.quantity), ZERO);
  }

  /** Base units executed of it by whatever was told: executions or the order's own word. */
  got(id: string): Decimal {
    return this.states
      .filter(({ clientOrderId }) => clientOrderId === id)
      .reduce((most, { filled }) => max(most, decimal(filled)), this.filled(id));
  }

  lastState(id: string): OrderTruth['state'] | undefined {
    return this.states.findLast(({ clientOrderId }) => clientOrderId === id)?.state;
  }

  whole({ clientOrderId, quantity }: OrderIntent): boolean {
    return this.filled(clientOrderId).eq(quantity);
  }

  /** Its end was told, or it never came to be. */
  ended(id: string): boolean {
    if (this.#refused.has(id)) return true;
    return this.states.some(
      ({ clientOrderId, state }) => clientOrderId === id && state !== 'open' && state !== 'unknown',
    );
  }

  /** Base units that the checks have bought and not sold again; fees taken in the coin are off. */
  held(fills: readonly Fill[] = this.once): Decimal {
    const { base } = this.market.listing;
    return fills.reduce((sum, fill) => {
      const signed = fill.side === 'buy' ? decimal(fill.quantity) : decimal(fill.quantity).neg();
      return sum.plus(signed).minus(fill.feeCurrency === base ? fill.fee : ZERO);
    }, ZERO);
  }

  /** Buys so that at least so many units can be sold. @throws when it cannot. */
  async hold(units: number, why: string): Promise<void> {
    const lacking = decimal(this.market.quantity(units)).minus(this.held());
    if (lacking.lte(ZERO)) return;
    const { order } = await this.accepted(this.taking({ quantity: this.market.quantity(units) }), why);
    if (!(await this.until(() => this.whole(order)))) throw new Error(`${why}: not filled`);
  }

  /** The account is ready and its stream live. */
  live(withinMs: number): Promise<boolean> {
    return this.until(() => {
      const { kind, stream } = this.broker.state();
      return kind === 'ready' && stream === 'live';
    }, withinMs);
  }

  until(holds: () => boolean, withinMs = this.subject.times.recoveryMs): Promise<boolean> {
    return until(this.subject, holds, withinMs);
  }
}
