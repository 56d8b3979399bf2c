import type { Random } from '#shared/kernel/random';
import type { Cancel, Clock } from '#shared/kernel/time';
import { every } from '#shared/kernel/time';
import type { ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import type { BookChange } from '../../world/book.ts';
import type { MarketListener, MarketView, PerpView, WorldTrade } from '../../world/world.ts';
import type { FeedGate, FrameKind } from '../gate.ts';
import { wholeMs } from '../instants.ts';
import type { Message } from '../message.ts';
import { readMessage, stringAt } from '../message.ts';
import { Topics } from '../topics.ts';
import type { FeedContext } from '../venue.ts';
import { Book } from './books.ts';
import type { InstType } from './instruments.ts';
import { INST_TYPES, instrumentInfo, instTypeOf } from './instruments.ts';
import { fundingRow, indexRow, markRow } from './references.ts';
import type { Arg } from './requests.ts';
import { idOf, noSuchChannel, readArgs } from './requests.ts';
import { indexOf, priceText } from './sizes.ts';

/** A connection on which nothing was pushed and nothing heard for this long is closed. */
const IDLE_LIMIT_MS = 30_000;
/** An unchanged book is pushed again, without levels, after this. */
const REPEAT_MS = 60_000;
/** Funding is pushed this often, a mark that stands still too. */
const FUNDING_MS = 60_000;
const STILL_MARK_MS = 10_000;
/** Subscribe and unsubscribe requests of one connection in an hour. */
const REQUESTS_PER_HOUR = 480;
const HOUR_MS = 3_600_000;
const LONGEST_REQUEST = 64 * 1024;
/** Channels of one instrument, and of one swap. */
const MARKET_CHANNELS: readonly string[] = ['books', 'bbo-tbt', 'trades'];
const SWAP_CHANNELS: readonly string[] = ['funding-rate', 'mark-price'];

interface Session {
  readonly socket: ServerSocket;
  readonly connectionId: string;
  activeMonoMs: number;
  /** When requests of the last hour came, oldest first. */
  readonly requestedMonoMs: number[];
  /** Through which its own answers leave: the product that it subscribed to first. */
  gate: FeedGate | null;
}

/** What a swap's references were when they were pushed last. */
interface Told {
  readonly book: Book;
  readonly perp: PerpView;
  mark: string;
  markMonoMs: number;
  index: string;
  fundingMonoMs: number;
}

/** OKX's v5 public socket, which both products share (https://www.okx.com/docs-v5/en/#overview-websocket). */
export class OkxFeed implements MarketListener {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #feeds: Readonly<Record<InstType, FeedContext>>;
  readonly #books = new Map<MarketView, Book>();
  readonly #byInstId = new Map<string, Book>();
  readonly #told = new Map<MarketView, Told>();
  readonly #byIndex = new Map<string, Told>();
  readonly #sessions = new Set<Session>();
  /** `channel|instrument`. */
  readonly #topics = new Topics<Session>();
  #stopTicking: Cancel = () => {};

  constructor(feeds: Readonly<Record<InstType, FeedContext>>, clock: Clock, random: Random) {
    this.#clock = clock;
    this.#feeds = feeds;
    this.#random = random.fork('connections');
    this.#open(feeds.SPOT, random.fork('sequences'));
    this.#open(feeds.SWAP, random.fork('swap sequences'));
  }

  start(): void {
    this.#stopTicking = every(this.#clock, 1_000, () => this.#tick());
  }

  stop(): void {
    this.#stopTicking();
  }

  /** A product restarts: its sequence numbers begin anew, connections stay. */
  restart(gate: FeedGate): void {
    for (const book of this.#books.values()) if (book.gate === gate) book.restart();
  }

  seqId(market: MarketView): number {
    return this.#books.get(market)?.seqId ?? 0;
  }

  connect(path: string, socket: ServerSocket): ServerSocketEvents | null {
    if (path !== '/ws/v5/public') return null;
    const session: Session = {
      socket,
      connectionId: Math.floor(this.#random.next() * 0xffffffff)
        .toString(16)
        .padStart(8, '0'),
      activeMonoMs: this.#clock.monoMs(),
      requestedMonoMs: [],
      gate: null,
    };
    this.#sessions.add(session);
    return {
      message: (text) => {
        session.activeMonoMs = this.#clock.monoMs();
        if (text === 'ping') this.#answer(session, 'pong', 'heartbeat');
        else this.#message(session, text);
      },
      ping: () => {},
      pong: () => {},
      closed: () => {
        this.#sessions.delete(session);
        this.#topics.drop(session);
      },
    };
  }

  bookChanged(market: MarketView, changes: readonly BookChange[]): void {
    const book = this.#books.get(market);
    if (book === undefined) return;
    const { gate } = book;
    const now = this.#clock.monoMs();
    book.advance(changes.length);
    book.pushedMonoMs = now;
    const touch = `bbo-tbt|${book.instId}`;
    if (this.#topics.of(touch) !== undefined)
      this.#broadcast(touch, gate, book.touchFrame(this.#clock.wallMs()), 'book');
    const topic = `books|${book.instId}`;
    const sessions = this.#topics.of(topic);
    if (sessions === undefined) return;
    // The venue has sent 0 since 2026-06; anything else is a checksum, and this one is of no book.
    const checksum = gate.deltas.take('bad-checksum') ? 1 + (book.seqId % 1_000_000_007) : 0;
    const frame = book.updateFrame(gate.told(market, changes), this.#clock.wallMs(), checksum);
    const fate = gate.fateOf(topic);
    for (const session of sessions) {
      session.activeMonoMs = now;
      gate.sendDelta(session.socket, frame, fate);
    }
  }

  traded(market: MarketView, trades: readonly WorldTrade[]): void {
    const book = this.#books.get(market);
    if (book === undefined || this.#topics.of(`trades|${book.instId}`) === undefined) return;
    const { instId, sizes, seqId, gate } = book;
    for (const trade of trades) {
      this.#broadcast(
        `trades|${instId}`,
        gate,
        `{"arg":{"channel":"trades","instId":"${instId}"},"data":[{"instId":"${instId}","tradeId":"${trade.id}","px":"${priceText(market.spec, trade.price)}","sz":"${sizes.text(trade.size)}","side":"${trade.taker}","ts":"${wholeMs(trade.atMs)}","count":"1","source":"0","seqId":${seqId}}]}`,
        'data',
      );
    }
  }

  statusChanged(market: MarketView): void {
    const instType = instTypeOf(market);
    const frame = JSON.stringify({ arg: { channel: 'instruments', instType }, data: [instrumentInfo(market)] });
    this.#broadcast(`instruments|${instType}`, this.#feeds[instType].gate, frame, 'data');
  }

  referenceChanged(market: MarketView): void {
    const told = this.#told.get(market);
    if (told === undefined) return;
    const now = this.#clock.monoMs();
    const mark = String(told.perp.markPrice);
    if (mark !== told.mark || now - told.markMonoMs >= STILL_MARK_MS) {
      told.mark = mark;
      told.markMonoMs = now;
      this.#pushReference(told, 'mark-price');
    }
    const index = String(told.perp.indexPrice);
    if (index !== told.index) {
      told.index = index;
      this.#pushReference(told, 'index-tickers');
    }
  }

  settled(market: MarketView): void {
    const told = this.#told.get(market);
    if (told !== undefined) this.#pushReference(told, 'funding-rate');
  }

  #open({ markets, gate }: FeedContext, ids: Random): void {
    const now = this.#clock.monoMs();
    for (const market of markets) {
      const book = new Book(market, gate, 10_000_000_000 + Math.floor(ids.next() * 1e9), now);
      this.#books.set(market, book);
      this.#byInstId.set(book.instId, book);
      const { perp } = market;
      if (perp === null) continue;
      const told: Told = { book, perp, mark: '', markMonoMs: now, index: '', fundingMonoMs: now };
      this.#told.set(market, told);
      this.#byIndex.set(indexOf(market.spec), told);
    }
  }

  #message(session: Session, text: string): void {
    const request = text.length > LONGEST_REQUEST ? null : readMessage(text);
    const op = request === null ? undefined : stringAt(request, 'op');
    const args = request === null ? null : readArgs(request);
    if (request === null || args === null || (op !== 'subscribe' && op !== 'unsubscribe')) {
      this.#error(session, '60012', `Invalid request: ${text.slice(0, 200)}`, request);
      return;
    }
    if (!this.#mayAsk(session)) {
      this.#error(session, '60014', 'Requests too frequent', request);
      return;
    }
    for (const arg of args) this.#subscription(session, op, arg, request);
  }

  #mayAsk({ requestedMonoMs }: Session): boolean {
    const now = this.#clock.monoMs();
    while (requestedMonoMs[0] !== undefined && requestedMonoMs[0] <= now - HOUR_MS) requestedMonoMs.shift();
    if (requestedMonoMs.length >= REQUESTS_PER_HOUR) return false;
    requestedMonoMs.push(now);
    return true;
  }

  #subscription(session: Session, op: 'subscribe' | 'unsubscribe', arg: Arg, request: Message): void {
    const gate = this.#gateOf(arg);
    if (gate === null) {
      this.#error(session, '60018', noSuchChannel(arg), request);
      return;
    }
    gate.opened(session.socket);
    session.gate ??= gate;
    if (op === 'subscribe' && gate.refusesSubscriptions) {
      this.#error(session, '60014', 'Requests too frequent', request);
      return;
    }
    const reply = { ...idOf(request), event: op, arg, connId: session.connectionId };
    this.#send(session, gate, JSON.stringify(reply), 'control');
    const topic = `${arg.channel}|${arg.instId ?? arg.instType ?? ''}`;
    if (op === 'unsubscribe') this.#topics.delete(topic, session);
    else {
      this.#topics.add(topic, session);
      this.#first(session, gate, arg);
    }
  }

  /** Whose channel it is; `null` for a channel or an instrument that does not exist here. */
  #gateOf({ channel, instId = '', instType }: Arg): FeedGate | null {
    if (channel === 'instruments') {
      const type = INST_TYPES.find((one) => one === instType);
      return type === undefined ? null : this.#feeds[type].gate;
    }
    const book = channel === 'index-tickers' ? this.#byIndex.get(instId)?.book : this.#byInstId.get(instId);
    if (book === undefined || book.market.status === 'delisted') return null;
    const known =
      channel === 'index-tickers' ||
      MARKET_CHANNELS.includes(channel) ||
      (book.market.perp !== null && SWAP_CHANNELS.includes(channel));
    return known ? book.gate : null;
  }

  /** What a new subscriber is sent at once. */
  #first(session: Session, gate: FeedGate, { channel, instId = '', instType }: Arg): void {
    if (channel === 'instruments') {
      const type = INST_TYPES.find((one) => one === instType) ?? 'SPOT';
      const data = this.#feeds[type].listed().map(instrumentInfo);
      this.#send(session, gate, JSON.stringify({ arg: { channel, instType }, data }), 'data');
      return;
    }
    const book = this.#byInstId.get(instId);
    const told = channel === 'index-tickers' ? this.#byIndex.get(instId) : book && this.#told.get(book.market);
    const wallMs = this.#clock.wallMs();
    if (channel === 'books' && book !== undefined) this.#send(session, gate, book.snapshotFrame(wallMs), 'book');
    else if (channel === 'bbo-tbt' && book !== undefined) this.#send(session, gate, book.touchFrame(wallMs), 'book');
    else if (told !== undefined) {
      const frame = this.#referenceFrame(told, channel);
      if (frame !== null) this.#send(session, gate, frame, 'data');
    }
  }

  #pushReference(told: Told, channel: 'funding-rate' | 'mark-price' | 'index-tickers'): void {
    const { spec } = told.book.market;
    if (channel === 'funding-rate') told.fundingMonoMs = this.#clock.monoMs();
    const topic = `${channel}|${channel === 'index-tickers' ? indexOf(spec) : told.book.instId}`;
    if (this.#topics.of(topic) === undefined) return;
    const frame = this.#referenceFrame(told, channel);
    if (frame !== null) this.#broadcast(topic, told.book.gate, frame, 'data');
  }

  #referenceFrame({ book, perp }: Told, channel: string): string | null {
    const { market, instId } = book;
    const wallMs = this.#clock.wallMs();
    const frame = (name: string, row: object) => JSON.stringify({ arg: { channel, instId: name }, data: [row] });
    if (channel === 'funding-rate') return frame(instId, fundingRow(market, perp, wallMs));
    if (channel === 'mark-price') return frame(instId, markRow(market, perp, wallMs));
    if (channel === 'index-tickers') return frame(indexOf(market.spec), indexRow(market, perp, wallMs));
    return null;
  }

  #tick(): void {
    const now = this.#clock.monoMs();
    for (const book of this.#books.values()) {
      if (now - book.pushedMonoMs < REPEAT_MS) continue;
      book.pushedMonoMs = now;
      this.#broadcast(`books|${book.instId}`, book.gate, book.repeatFrame(this.#clock.wallMs()), 'book');
    }
    for (const told of this.#told.values()) {
      if (now - told.fundingMonoMs >= FUNDING_MS) this.#pushReference(told, 'funding-rate');
    }
    for (const session of [...this.#sessions]) {
      if (now - session.activeMonoMs > IDLE_LIMIT_MS) {
        session.socket.close(4004, 'Session timeout. No data received in 30s.');
      }
    }
  }

  #broadcast(topic: string, gate: FeedGate, frame: string, kind: FrameKind): void {
    for (const session of this.#topics.of(topic) ?? []) this.#send(session, gate, frame, kind);
  }

  #send(session: Session, gate: FeedGate, frame: string, kind: FrameKind): void {
    session.activeMonoMs = this.#clock.monoMs();
    gate.send(session.socket, frame, kind);
  }

  /** To a session that may not have named a product yet: then any product that is up answers. */
  #answer(session: Session, frame: string, kind: FrameKind): void {
    const gates = INST_TYPES.map((type) => this.#feeds[type].gate);
    const gate = session.gate ?? gates.find((one) => !one.closed) ?? this.#feeds.SPOT.gate;
    this.#send(session, gate, frame, kind);
  }

  #error(session: Session, code: string, msg: string, request: Message | null): void {
    const reply = { ...idOf(request), event: 'error', code, msg, connId: session.connectionId };
    this.#answer(session, JSON.stringify(reply), 'control');
  }
}
