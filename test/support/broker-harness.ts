import { ASK, BID, type BrokerEvent, type BrokerState, type Journaled, type VenueAccountBroker } from '#engine/ports';
import type { PracticeKey } from '#main/practice/exchange/types';
import { InProcessTransport } from '#main/practice/in-process';
import { createPracticeWorld, type PracticeWorld } from '#main/practice/practice';
import { createFeed, listedScope } from '#main/venues/feeds';
import { createBroker, ORDER_PROTOCOLS } from '#main/venues/orders/order-protocols';
import type { Credentials } from '#shared/domain/credentials';
import { keyKindOf } from '#shared/domain/credentials';
import { type FeedId, listingId, venueOf } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import type { OrderIntent } from '#shared/domain/order';
import type { FaultName } from '#shared/domain/practice';
import { SeededRandom } from '#shared/kernel/random';
import type { Transport } from '#shared/kernel/transport';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { ceilTo, type Decimal, decimal, floorTo, max, ONE, wire } from '#shared/money/decimal';
import { RecordingSink } from './recording-sink.ts';
import { WireCapture } from './wire-capture.ts';

export const START_MS = Date.UTC(2026, 9, 9, 8, 0, 0);
const TWO = decimal('2');

export interface BrokerHarnessOptions {
  readonly feed: FeedId;
  /** Canonical instrument that is traded. */
  readonly instrument: string;
  readonly seed?: number;
  /** Which of the practice keys (AC-1). */
  readonly key?: string;
  /** AC-1: where the account lives; the venue itself when left out. */
  readonly entity?: string;
  /** EX-14: off when left out, so that a test sees its own requests alone. */
  readonly holdsDeadMan?: boolean;
  /** The key goes with the secret of another one. */
  readonly secretOf?: string;
}

/** One broker over the practice venue in virtual time, with the feed that shows it the market. */
export class BrokerHarness {
  readonly clock = new VirtualClock(START_MS);
  readonly world: PracticeWorld;
  readonly sink = new RecordingSink();
  readonly wire: WireCapture;
  readonly broker: VenueAccountBroker;
  readonly key: PracticeKey;
  readonly credentials: Credentials;
  readonly events: BrokerEvent[] = [];
  readonly states: BrokerState[] = [];
  readonly feed: FeedId;
  readonly #entity: string;
  readonly #instrument: string;
  readonly #market: ReturnType<typeof createFeed>;
  readonly #others: VenueAccountBroker[] = [];
  readonly #newLine: () => Transport;
  #made = 0;

  constructor(options: BrokerHarnessOptions) {
    const { feed, instrument, seed = 7, key = 'trading', secretOf = key } = options;
    this.feed = feed;
    this.#instrument = instrument;
    this.#entity = options.entity ?? 'global';
    const { clock } = this;
    this.world = createPracticeWorld({
      seed,
      clock,
      world: 'synthetic',
      feeds: [feed],
      updatesPerSecond: 2,
      dislocations: { payablePerMinute: 0, smallPerMinute: 0 },
    });
    const kind = keyKindOf(feed);
    const keyOf = (name: string): PracticeKey => {
      const found = this.world.exchange(venueOf(feed)).keys.find((one) => one.kind === kind && one.name === name);
      if (found === undefined) throw new Error(`${feed} has no practice key ${name}`);
      return found;
    };
    this.key = keyOf(key);
    this.credentials = credentialsOf({ ...this.key, secret: keyOf(secretOf).secret });
    const random = new SeededRandom(seed);
    const line = () =>
      new InProcessTransport({
        clock,
        servers: this.world.servers,
        random: random.fork('network'),
        latencyOf: () => ({ baseMs: 4, jitterMs: 0 }),
      });
    this.wire = new WireCapture(line(), () => clock.wallMs());
    this.#market = createFeed(feed, {
      transport: line(),
      clock,
      random: random.fork('feed'),
      scope: listedScope([instrument.split('-')[0] ?? '']),
    });
    this.#newLine = line;
    this.broker = this.#make(this.wire, random, options.holdsDeadMan ?? false);
    this.broker.onEvent((event) => this.events.push(event));
    this.broker.onState((state) => this.states.push(state));
    this.world.start();
    this.#market.start(this.sink);
  }

  /** Another program that uses the same key, or we ourselves in an earlier life; ready when it is given. */
  async other(): Promise<VenueAccountBroker> {
    const other = this.#make(this.#newLine(), new SeededRandom(11, '/other'), false);
    this.#others.push(other);
    await this.settled(other.start());
    await this.until('the other one', () => other.state().kind === 'ready', 60_000);
    return other;
  }

  #make(transport: Transport, random: SeededRandom, holdsDeadMan: boolean): VenueAccountBroker {
    const made = createBroker(this.feed, {
      account: 'test',
      credentials: this.credentials,
      entity: this.#entity,
      transport,
      clock: this.clock,
      random,
      listings: () => [...this.sink.listings.values()],
      mid: () => this.mid(),
      skewMs: () => this.sink.skews.at(-1)?.skewMs ?? 0,
      holdsDeadMan,
    });
    if (!made.ok) throw new Error(made.error);
    return made.value;
  }

  /** The market is read and the broker started; `ready` unless its key is unfit. */
  async start(): Promise<BrokerState> {
    await this.until('the book', () => this.sink.books.get(this.listing.id)?.valid === true, 60_000);
    const started = this.broker.start();
    await this.settled(started);
    await this.until(
      'ready or blocked',
      () => this.broker.state().kind === 'ready' || this.broker.state().kind === 'blocked',
      60_000,
    );
    return this.broker.state();
  }

  get listing(): Listing {
    const listing = this.sink.listings.get(listingId(this.feed, this.#instrument));
    if (listing !== undefined) return listing;
    // Before the catalogue is there only the id is asked for.
    return { id: listingId(this.feed, this.#instrument) } as Listing;
  }

  /** The account as the venue itself keeps it. */
  get account(): PracticeKey['account'] {
    return this.key.account;
  }

  price(side: 'bid' | 'ask'): Decimal {
    const book = this.sink.book(this.listing.id);
    return decimal(String(book.price(side === 'bid' ? BID : ASK, 0)));
  }

  mid(): Decimal | undefined {
    const book = this.sink.books.get(this.listing.id);
    return book?.valid === true ? this.price('bid').plus(this.price('ask')).div(TWO) : undefined;
  }

  /** A fraction away from the touch, towards the passive side for positive ones, on the tick. */
  away(side: 'buy' | 'sell', fraction: string): string {
    const tick = decimal(this.listing.priceTick);
    return side === 'buy'
      ? wire(floorTo(this.price('bid').times(ONE.minus(fraction)), tick))
      : wire(ceilTo(this.price('ask').times(ONE.plus(fraction)), tick));
  }

  /** Through the touch by a fraction: takes. */
  through(side: 'buy' | 'sell', fraction = '0.002'): string {
    const tick = decimal(this.listing.priceTick);
    return side === 'buy'
      ? wire(floorTo(this.price('ask').times(ONE.plus(fraction)), tick))
      : wire(ceilTo(this.price('bid').times(ONE.minus(fraction)), tick));
  }

  /** A little over what the venue takes at least, on the lot, times `times`. */
  quantity(times = 2): string {
    const { lotStep, minQuantity, minNotional } = this.listing;
    const least = max(decimal(minQuantity), decimal(minNotional).div(this.price('bid').times('0.95')));
    return wire(ceilTo(max(least, decimal(lotStep)).times(String(times)), decimal(lotStep)));
  }

  nextId(): string {
    this.#made += 1;
    return `x${'0'.repeat(9)}${this.#made.toString(36).padStart(8, '0')}`;
  }

  /** A resting buy under the market; what is given replaces it. */
  order(changes: Partial<OrderIntent> = {}): Journaled {
    const side = changes.side ?? 'buy';
    const order: OrderIntent = {
      clientOrderId: this.nextId(),
      dealId: 'd1',
      leg: 0,
      account: 'test',
      venue: venueOf(this.feed),
      listing: this.listing.id,
      side,
      kind: 'post-only',
      purpose: 'entry',
      quantity: this.quantity(),
      price: this.away(side, '0.003'),
      createBeforeMs: this.clock.wallMs() + 3_000,
      expiresAtMs: null,
      ...changes,
    };
    // The risk gate and the journal make these; here the broker alone is looked at.
    return order as Journaled;
  }

  fault(fault: FaultName, on = true): void {
    const applied = this.world.faults.apply({ feed: this.feed, fault, on });
    if (!applied.ok) throw new Error(applied.error);
  }

  /** Waits in virtual time for an answer. @throws when there is none within a minute. */
  async settled<T>(promise: Promise<T>, withinMs = 60_000): Promise<T> {
    let done = false;
    const watched = promise.finally(() => {
      done = true;
    });
    watched.catch(() => undefined);
    await this.until('an answer', () => done, withinMs);
    return watched;
  }

  run(ms: number): Promise<void> {
    return this.clock.runUntil(this.clock.wallMs() + ms, drain);
  }

  async until(what: string, done: () => boolean, withinMs = 30_000): Promise<void> {
    const endMs = this.clock.wallMs() + withinMs;
    await drain();
    while (!done()) {
      if (this.clock.wallMs() >= endMs) throw new Error(`not within ${withinMs} ms: ${what}`);
      await this.run(10);
    }
  }

  /** Fills told for an order, each as its trade id. */
  fillsOf(clientOrderId: string): string[] {
    return this.events.flatMap((event) =>
      event.kind === 'fill' && event.fill.clientOrderId === clientOrderId ? [event.fill.tradeId] : [],
    );
  }

  /** Base units told for an order by its executions. */
  filledOf(clientOrderId: string): string {
    return wire(
      this.events.reduce(
        (sum, event) =>
          event.kind === 'fill' && event.fill.clientOrderId === clientOrderId
            ? sum.plus(decimal(event.fill.quantity))
            : sum,
        decimal('0'),
      ),
    );
  }

  /** States told for an order, oldest first. */
  statesOf(clientOrderId: string): string[] {
    return this.events.flatMap((event) =>
      event.kind === 'order' && event.order.clientOrderId === clientOrderId ? [event.order.state] : [],
    );
  }

  async close(): Promise<void> {
    for (const broker of [this.broker, ...this.#others]) await this.settled(broker.stop());
    await this.#market.stop();
    this.world.stop();
  }
}

export function credentialsOf({ kind, id, secret, passphrase }: PracticeKey): Credentials {
  if (kind === 'coinbase') return { keyName: id, privateKey: secret };
  return { apiKey: id, secret, ...(passphrase === null ? {} : { passphrase }) };
}

/** Feeds on which orders can be given. */
export const ORDER_FEEDS = Object.keys(ORDER_PROTOCOLS) as FeedId[];

const drain = () =>
  new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
