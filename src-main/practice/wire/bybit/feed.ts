import type { Random } from '#shared/kernel/random';
import type { Cancel, Clock } from '#shared/kernel/time';
import { every } from '#shared/kernel/time';
import type { ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import type { BookChange } from '../../world/book.ts';
import type { MarketListener, MarketView, WorldTrade } from '../../world/world.ts';
import type { FeedGate, FrameKind } from '../gate.ts';
import type { Message } from '../message.ts';
import { readMessage, stringAt, strings } from '../message.ts';
import { Topics } from '../topics.ts';
import type { FeedContext } from '../venue.ts';
import type { Depth } from './books.ts';
import { BookNumbers, bookFrame, bookLevels, changedLevels, DEPTHS } from './books.ts';
import { symbolOf } from './symbols.ts';
import { TickerBoard } from './ticker-board.ts';
import { tradeFrame } from './trades.ts';

/** Spot takes at most this many topics in one request; contracts have no such limit. */
const MAX_SPOT_ARGS = 10;
/** An unchanged level-1 book is pushed again after this. */
const RESEND_MS = 3_000;
/** A client that has not sent a word for this long is dropped. */
const IDLE_LIMIT_MS = 600_000;
const TICK_MS = 500;
const TICKER_MS = 100;

interface Session {
  readonly socket: ServerSocket;
  readonly connectionId: string;
  heardMonoMs: number;
}

/** One market as this stream tells it; `touch` is the level-1 book as last pushed. */
interface Book {
  readonly market: MarketView;
  readonly symbol: string;
  readonly numbers: BookNumbers;
  touch: string;
  touchSentMonoMs: number;
}

/** What a topic is about; `depth` is `null` but for books. */
interface Subject {
  readonly kind: 'orderbook' | 'publicTrade' | 'tickers';
  readonly book: Book;
  readonly depth: Depth | null;
}

/** One category of Bybit's v5 public stream (https://bybit-exchange.github.io/docs/v5/ws/connect). */
export class BybitFeed implements MarketListener {
  readonly #feed: FeedContext;
  readonly #clock: Clock;
  readonly #gate: FeedGate;
  readonly #random: Random;
  readonly #books = new Map<MarketView, Book>();
  readonly #bySymbol = new Map<string, Book>();
  readonly #sessions = new Set<Session>();
  readonly #topics = new Topics<Session>();
  readonly #tickers: TickerBoard;
  readonly #isSpot: boolean;
  #cancels: Cancel[] = [];

  constructor(feed: FeedContext, clock: Clock, random: Random) {
    this.#feed = feed;
    this.#clock = clock;
    this.#gate = feed.gate;
    this.#isSpot = feed.feed === 'bybit:spot';
    this.#random = random.fork('connections');
    this.#tickers = new TickerBoard(clock);
    const ids = random.fork('update-ids');
    for (const market of feed.markets) {
      const symbol = symbolOf(market.spec);
      const book = { market, symbol, numbers: new BookNumbers(ids), touch: '', touchSentMonoMs: 0 };
      this.#books.set(market, book);
      this.#bySymbol.set(symbol, book);
    }
  }

  start(): void {
    this.#cancels = [every(this.#clock, TICK_MS, () => this.#tick())];
    if (!this.#isSpot) this.#cancels.push(every(this.#clock, TICKER_MS, () => this.#pushTickers()));
  }

  stop(): void {
    for (const cancel of this.#cancels.splice(0)) cancel();
  }

  /** The venue restarts: connections stay, every book comes again as a snapshot with the update id 1. */
  restart(): void {
    for (const book of this.#books.values()) {
      book.numbers.restart();
      for (const depth of DEPTHS) {
        const topic = `orderbook.${depth}.${book.symbol}`;
        const sessions = this.#topics.of(topic);
        if (sessions === undefined) continue;
        const frame = this.#snapshotFrame(book, depth);
        for (const session of sessions) this.#gate.send(session.socket, frame, 'book');
      }
    }
  }

  numbersOf(market: MarketView): { updateId: number; sequence: number } {
    const numbers = this.#books.get(market)?.numbers;
    return { updateId: numbers?.updateIds[200] ?? 0, sequence: numbers?.sequence ?? 0 };
  }

  connect(socket: ServerSocket): ServerSocketEvents {
    const session: Session = {
      socket,
      connectionId: this.#connectionId(),
      heardMonoMs: this.#clock.monoMs(),
    };
    this.#sessions.add(session);
    return {
      message: (text) => {
        session.heardMonoMs = this.#clock.monoMs();
        this.#message(session, text);
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
    book.numbers.sequence += changes.length * 3;
    this.#pushTouch(book);
    let levels: string | null = null;
    for (const depth of DEPTHS) {
      if (depth === 1) continue;
      book.numbers.updateIds[depth] += 1;
      const topic = `orderbook.${depth}.${book.symbol}`;
      const sessions = this.#topics.of(topic);
      if (sessions === undefined) continue;
      levels ??= changedLevels(market.spec, this.#gate.told(market, changes));
      const frame = bookFrame(book, depth, 'delta', levels, this.#clock.wallMs());
      const fate = this.#gate.fateOf(topic);
      for (const session of sessions) this.#gate.sendDelta(session.socket, frame, fate);
    }
  }

  traded(market: MarketView, trades: readonly WorldTrade[]): void {
    const book = this.#books.get(market);
    if (book === undefined) return;
    const topic = `publicTrade.${book.symbol}`;
    if (this.#topics.of(topic) === undefined) return;
    const frame = tradeFrame(book, trades, this.#clock.wallMs());
    this.#broadcast(topic, frame, 'data');
  }

  /** The state of a symbol is only in the instruments information. */
  statusChanged(): void {}

  referenceChanged(market: MarketView): void {
    this.#tickers.refresh(market);
  }

  #message(session: Session, text: string): void {
    const request = readMessage(text);
    if (request === null) {
      this.#reply(session, false, 'error:invalid request', {}, '');
      return;
    }
    const op = stringAt(request, 'op') ?? '';
    switch (op) {
      case 'ping':
        this.#reply(session, true, 'pong', request, 'ping', 'heartbeat');
        return;
      case 'subscribe':
      case 'unsubscribe':
        this.#subscription(session, op, request);
        return;
      default:
        this.#reply(session, false, `error:op type not support,op:${op}`, request, op);
    }
  }

  #subscription(session: Session, op: 'subscribe' | 'unsubscribe', request: Message): void {
    const args = strings(request.args);
    const refusal = this.#refusal(op, args);
    if (args === null || refusal !== null) {
      this.#reply(session, false, refusal ?? 'error:args is empty', request, op);
      return;
    }
    if (op === 'unsubscribe') {
      for (const topic of args) this.#topics.delete(topic, session);
      this.#reply(session, true, op, request, op);
      return;
    }
    const fresh = args.filter((topic) => this.#topics.add(topic, session));
    this.#reply(session, true, op, request, op);
    for (const topic of fresh) this.#snapshot(session, topic);
  }

  /** What the venue says against a subscription; `null` when nothing. */
  #refusal(op: string, args: readonly string[] | null): string | null {
    if (args === null || args.length === 0) return 'error:args is empty';
    if (this.#isSpot && args.length > MAX_SPOT_ARGS) return `args size >${MAX_SPOT_ARGS}`;
    if (op === 'subscribe' && this.#gate.refusesSubscriptions) return 'error:system busy, subscribe later';
    const wrong = args.find((topic) => this.#subjectOf(topic) === null);
    return wrong === undefined
      ? null
      : this.#isSpot
        ? `Invalid symbol :[${wrong}]`
        : `error:handler not found,topic:${wrong}`;
  }

  /** What a topic speaks of; `null` for one that the stream does not have. */
  #subjectOf(topic: string): Subject | null {
    const [kind, second = '', third, ...rest] = topic.split('.');
    if (rest.length > 0) return null;
    const book = this.#bySymbol.get(kind === 'orderbook' ? (third ?? '') : second);
    if (book === undefined || !this.#feed.listed().includes(book.market)) return null;
    if (kind === 'publicTrade' && third === undefined) return { kind, book, depth: null };
    if (kind === 'tickers' && third === undefined && !this.#isSpot) return { kind, book, depth: null };
    const depth = DEPTHS.find((one) => String(one) === second);
    return kind === 'orderbook' && depth !== undefined ? { kind, book, depth } : null;
  }

  #snapshot(session: Session, topic: string): void {
    const subject = this.#subjectOf(topic);
    if (subject === null) return;
    if (subject.depth !== null) {
      this.#gate.send(session.socket, this.#snapshotFrame(subject.book, subject.depth), 'book');
    } else if (subject.kind === 'tickers') {
      this.#gate.send(session.socket, this.#tickers.snapshot(topic, subject.book.market), 'data');
    }
  }

  #snapshotFrame(book: Book, depth: Depth): string {
    return bookFrame(book, depth, 'snapshot', bookLevels(book.market, depth), this.#clock.wallMs());
  }

  /** Level 1 is only ever pushed as a snapshot. */
  #pushTouch(book: Book): void {
    const touch = bookLevels(book.market, 1);
    if (touch === book.touch) return;
    book.touch = touch;
    book.numbers.updateIds[1] += 1;
    this.#sendTouch(book);
  }

  #sendTouch(book: Book): void {
    book.touchSentMonoMs = this.#clock.monoMs();
    const topic = `orderbook.1.${book.symbol}`;
    if (this.#topics.of(topic) !== undefined) this.#broadcast(topic, this.#snapshotFrame(book, 1), 'book');
  }

  #tick(): void {
    const now = this.#clock.monoMs();
    for (const book of this.#books.values()) if (now - book.touchSentMonoMs >= RESEND_MS) this.#sendTouch(book);
    for (const session of [...this.#sessions]) {
      if (now - session.heardMonoMs > IDLE_LIMIT_MS) session.socket.close(1000, 'idle');
    }
  }

  #pushTickers(): void {
    for (const { market, symbol } of this.#books.values()) {
      const topic = `tickers.${symbol}`;
      if (this.#topics.of(topic) === undefined) continue;
      const frame = this.#tickers.delta(topic, market);
      if (frame !== null) this.#broadcast(topic, frame, 'data');
    }
  }

  #broadcast(topic: string, frame: string, kind: FrameKind): void {
    for (const session of this.#topics.of(topic) ?? []) this.#gate.send(session.socket, frame, kind);
  }

  #reply(
    session: Session,
    success: boolean,
    ret_msg: string,
    request: Message,
    op: string,
    kind: FrameKind = 'control',
  ): void {
    const id = stringAt(request, 'req_id');
    const conn_id = session.connectionId;
    const reply = { success, ret_msg, conn_id, ...(id === undefined ? {} : { req_id: id }), op };
    this.#gate.send(session.socket, JSON.stringify(reply), kind);
  }

  #connectionId(): string {
    const hex = (length: number): string =>
      Array.from({ length }, () => Math.floor(this.#random.next() * 16).toString(16)).join('');
    return `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
  }
}
