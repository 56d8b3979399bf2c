import type { FeedId } from '#shared/domain/ids';
import type { ServerSocket } from '#shared/kernel/transport';
import type { BookChange } from '../world/book.ts';
import { ASK, BID } from '../world/book.ts';
import type { MarketView } from '../world/world.ts';
import type { Fate } from './delta-faults.ts';
import { DeltaFaults } from './delta-faults.ts';
import { EventShuffle } from './event-shuffle.ts';
import { Outbox } from './outbox.ts';
import type { VenueClock } from './venue-clock.ts';

/**
 * `book`: snapshots and deltas. `data`: trades, tickers, statuses. `control`: acknowledgements, refusals, greetings.
 * `private`: events of an account.
 */
export type FrameKind = 'book' | 'data' | 'heartbeat' | 'control' | 'private';

/** Frames lag by this much of the time since lagging began, up to its amount. */
const LAG_GROWTH = 0.5;
/** A crossing bid stands this many levels inside the asks, so that it stays crossed while the touch flickers. */
const CROSSED_LEVELS = 8;

/** The switch faults that act on what leaves; `null` is off, a number the amount in ms. */
export interface GateSwitches {
  latency: number | null;
  lagging: number | null;
  'reconnect-storm': number | null;
  'refuse-connections': boolean;
  silence: boolean;
  'heartbeats-only': boolean;
  'rate-limit': boolean;
  'server-errors': boolean;
  'refuse-subscriptions': boolean;
  ban: boolean;
  'duplicate-events': boolean;
  'reorder-events': boolean;
  'silent-private': boolean;
}

const ALL_OFF: Readonly<GateSwitches> = {
  latency: null,
  lagging: null,
  'reconnect-storm': null,
  'refuse-connections': false,
  silence: false,
  'heartbeats-only': false,
  'rate-limit': false,
  'server-errors': false,
  'refuse-subscriptions': false,
  ban: false,
  'duplicate-events': false,
  'reorder-events': false,
  'silent-private': false,
};

/**
 * What stands between one feed's protocol and its clients: every frame leaves through here, so the faults of PP-3 act in
 * one place and a protocol knows only of those it must write itself.
 */
export class FeedGate {
  readonly feed: FeedId;
  /** The venue's own clock, for every time that is written and every timer. */
  readonly clock: VenueClock;
  readonly deltas = new DeltaFaults();
  readonly #switches: GateSwitches = { ...ALL_OFF };
  readonly #sockets = new Set<ServerSocket>();
  readonly #outbox: Outbox;
  readonly #events: EventShuffle;
  readonly #isOut: () => boolean;
  #laggingSinceMonoMs = 0;
  #framesSent = 0;
  #restart: () => void = () => this.dropConnections();

  constructor(feed: FeedId, clock: VenueClock, isOut: () => boolean) {
    this.feed = feed;
    this.clock = clock;
    this.#outbox = new Outbox(clock);
    this.#events = new EventShuffle(clock);
    this.#isOut = isOut;
  }

  get sockets(): ReadonlySet<ServerSocket> {
    return this.#sockets;
  }

  get framesSent(): number {
    return this.#framesSent;
  }

  isOn(fault: keyof GateSwitches): boolean {
    return this.#switches[fault] !== null && this.#switches[fault] !== false;
  }

  /** Nothing goes out: silenced by a fault, or the venue is down. REST is unavailable then too. */
  get closed(): boolean {
    return this.#switches.silence || this.#isOut();
  }

  /** Asked by a protocol before it accepts a subscription; it refuses in its own words. */
  get refusesSubscriptions(): boolean {
    return this.#switches['refuse-subscriptions'];
  }

  /** How much later than usual a REST answer leaves, ms. */
  get answerDelayMs(): number {
    return this.#switches.latency ?? 0;
  }

  /** A socket is this feed's from now on; asking twice does nothing. While connections are refused it breaks at once. */
  opened(socket: ServerSocket): void {
    if (this.#sockets.has(socket)) return;
    this.#sockets.add(socket);
    if (this.isOn('refuse-connections')) socket.terminate();
    else this.#breakLater(socket);
  }

  gone(socket: ServerSocket): void {
    this.#sockets.delete(socket);
    this.#outbox.forget(socket);
    this.#events.forget(socket);
  }

  send(socket: ServerSocket, frame: string, kind: FrameKind): void {
    if (kind === 'private') this.#sendEvent(socket, frame);
    else if (!this.#drops(kind)) this.#put(socket, frame);
  }

  #sendEvent(socket: ServerSocket, frame: string): void {
    if (this.closed || this.#switches['silent-private']) return;
    const copies = this.#switches['duplicate-events'] ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      if (this.#switches['reorder-events']) this.#events.pass(socket, frame, (one) => this.#put(socket, one));
      else this.#put(socket, frame);
    }
  }

  #put(socket: ServerSocket, frame: string): void {
    this.#framesSent += 1;
    if (this.#switches.latency === null && this.#switches.lagging === null) this.#outbox.put(socket, 0, frame);
    else this.#outbox.put(socket, this.#delayMs(), frame);
  }

  ping(socket: ServerSocket): void {
    if (!this.closed) this.#outbox.put(socket, this.#delayMs(), null);
  }

  /**
   * What happens to the next book delta of one stream (`key`: topic and symbol): asked once a delta, when at least one
   * socket will get it. `missed` false says that no client could notice its loss, which then waits for another one.
   */
  fateOf(key: string, missed = true): Fate {
    return this.deltas.fateOf(key, missed);
  }

  /** Sends one copy of a delta the way `fate` says. */
  sendDelta(socket: ServerSocket, frame: string, fate: Fate): void {
    switch (fate) {
      case 'gap':
        return;
      case 'reorder':
        this.deltas.hold(socket, frame);
        return;
      case 'malformed':
        this.send(socket, frame.slice(0, frame.length >> 1), 'book');
        return;
      case 'duplicate':
        this.send(socket, frame, 'book');
        break;
      case 'release': {
        this.send(socket, frame, 'book');
        const held = this.deltas.release(socket);
        if (held !== undefined) this.send(socket, held, 'book');
        return;
      }
      default:
        break;
    }
    this.send(socket, frame, 'book');
  }

  /**
   * The changes as the venue tells them: usually as they are. After the fault `crossed` a bid inside the asks comes with
   * them, once; the book itself has no such bid and nothing takes it back. Asked when a delta is about to be told.
   */
  told(market: MarketView, changes: readonly BookChange[]): readonly BookChange[] {
    const inside = market.book.levels(ASK)[CROSSED_LEVELS];
    if (inside === undefined || !this.deltas.take('crossed')) return changes;
    return [...changes, { side: BID, price: inside.price, size: inside.size }];
  }

  /** What a protocol does when its venue restarts: numbering begins anew. Without it every connection breaks. */
  onRestart(restart: () => void): void {
    this.#restart = restart;
  }

  restart(): void {
    this.#restart();
  }

  /** Switches a fault; amounts in ms. */
  turn<F extends keyof GateSwitches>(fault: F, value: GateSwitches[F]): void {
    this.#switches[fault] = value;
    if (fault === 'lagging') this.#laggingSinceMonoMs = this.clock.monoMs();
    if (fault === 'refuse-connections' && value === true) this.dropConnections();
    if (fault === 'reorder-events' && value === false) this.#events.releaseAll();
    if (fault === 'reconnect-storm') for (const socket of this.#sockets) this.#breakLater(socket);
  }

  dropConnections(): void {
    for (const socket of [...this.#sockets]) socket.terminate();
  }

  /** Sends `frame` to every client as it is. */
  sendRaw(frame: string): void {
    for (const socket of this.#sockets) socket.send(frame);
  }

  #drops(kind: FrameKind): boolean {
    if (this.closed) return true;
    return this.#switches['heartbeats-only'] && (kind === 'book' || kind === 'data');
  }

  #delayMs(): number {
    const { latency, lagging } = this.#switches;
    const lag = lagging === null ? 0 : (this.clock.monoMs() - this.#laggingSinceMonoMs) * LAG_GROWTH;
    return (latency ?? 0) + Math.min(lagging ?? 0, lag);
  }

  #breakLater(socket: ServerSocket): void {
    const afterMs = this.#switches['reconnect-storm'];
    if (afterMs === null) return;
    this.clock.after(afterMs, () => {
      if (this.#sockets.has(socket) && this.isOn('reconnect-storm')) socket.terminate();
    });
  }
}
