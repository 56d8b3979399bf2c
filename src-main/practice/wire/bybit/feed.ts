import type { Random } from '#shared/kernel/random';
import type { Cancel, Clock } from '#shared/kernel/time';
import { every } from '#shared/kernel/time';
import type { ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import type { BookChange } from '../../world/book.ts';
import { BID } from '../../world/book.ts';
import type { MarketListener, MarketView, WorldTrade } from '../../world/world.ts';
import type { VenueGate } from '../gate.ts';
import { wholeMs } from '../instants.ts';
import type { Message } from '../message.ts';
import { readMessage, stringAt, strings } from '../message.ts';
import { levelsJson, priceText, sizeText, symbolOf } from './symbols.ts';

const DEPTHS = [1, 50, 200, 1000] as const;
type Depth = (typeof DEPTHS)[number];
/** Spot takes at most this many topics in one request. */
const MAX_ARGS = 10;
/** An unchanged level-1 book is pushed again after this. */
const RESEND_MS = 3_000;
/** A client that has not sent a word for this long is dropped. */
const IDLE_LIMIT_MS = 600_000;

interface Session {
  readonly socket: ServerSocket;
  readonly connectionId: string;
  readonly topics: Set<string>;
  heardMonoMs: number;
}

/** Counters of one topic family; `touch` is the level-1 book as last pushed. */
interface Book {
  readonly market: MarketView;
  readonly symbol: string;
  readonly updateIds: Record<Depth, number>;
  sequence: number;
  touch: string;
  touchSentMonoMs: number;
}

/** Bybit's v5 public spot stream (https://bybit-exchange.github.io/docs/v5/ws/connect). */
export class BybitFeed implements MarketListener {
  readonly #clock: Clock;
  readonly #gate: VenueGate;
  readonly #random: Random;
  readonly #books = new Map<MarketView, Book>();
  readonly #sessions = new Set<Session>();
  #stopTicking: Cancel = () => {};

  constructor(markets: readonly MarketView[], clock: Clock, gate: VenueGate, random: Random) {
    this.#clock = clock;
    this.#gate = gate;
    this.#random = random.fork('connections');
    const ids = random.fork('update-ids');
    const first = (): number => 1_000_000 + Math.floor(ids.next() * 4_000_000);
    for (const market of markets) {
      this.#books.set(market, {
        market,
        symbol: symbolOf(market.spec),
        updateIds: { 1: first(), 50: first(), 200: first(), 1000: first() },
        sequence: 40_000_000_000 + Math.floor(ids.next() * 1e9),
        touch: '',
        touchSentMonoMs: 0,
      });
    }
  }

  start(): void {
    this.#stopTicking = every(this.#clock, 500, () => this.#tick());
  }

  stop(): void {
    this.#stopTicking();
  }

  version(market: MarketView): { updateId: number; sequence: number } {
    const book = this.#books.get(market);
    return { updateId: book?.updateIds[200] ?? 0, sequence: book?.sequence ?? 0 };
  }

  connect(path: string, socket: ServerSocket): ServerSocketEvents | null {
    if (path !== '/v5/public/spot') return null;
    const session: Session = {
      socket,
      connectionId: this.#connectionId(),
      topics: new Set(),
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
      },
    };
  }

  bookChanged(market: MarketView, changes: readonly BookChange[]): void {
    const book = this.#books.get(market);
    if (book === undefined) return;
    book.sequence += changes.length * 3;
    this.#pushTouch(book);
    let levels: string | null = null;
    let skip: boolean | null = null;
    for (const depth of DEPTHS) {
      if (depth === 1) continue;
      book.updateIds[depth] += 1;
      const topic = `orderbook.${depth}.${book.symbol}`;
      if (!this.#wanted(topic)) continue;
      skip ??= this.#gate.takeSkip();
      if (skip) continue;
      const { spec } = market;
      levels ??= `"b":${levelsJson(
        spec,
        changes.filter((change) => change.side === BID),
      )},"a":${levelsJson(
        spec,
        changes.filter((change) => change.side !== BID),
      )}`;
      this.#broadcast(topic, this.#bookFrame(book, depth, 'delta', levels));
    }
  }

  traded(market: MarketView, trades: readonly WorldTrade[]): void {
    const book = this.#books.get(market);
    if (book === undefined) return;
    const topic = `publicTrade.${book.symbol}`;
    if (!this.#wanted(topic)) return;
    const { spec } = market;
    const rows = trades
      .map(
        (trade) =>
          `{"i":"2290000000${trade.id}","T":${wholeMs(trade.atMs)},"p":"${priceText(spec, trade.price)}","v":"${sizeText(spec, trade.size)}","S":"${trade.taker === 'buy' ? 'Buy' : 'Sell'}","s":"${book.symbol}","BT":false,"RPI":false,"seq":${book.sequence}}`,
      )
      .join(',');
    this.#broadcast(
      topic,
      `{"topic":"${topic}","ts":${wholeMs(this.#clock.wallMs())},"type":"snapshot","data":[${rows}]}`,
    );
  }

  /** The state of a symbol is only in the instruments information. */
  statusChanged(): void {}

  #message(session: Session, text: string): void {
    const request = readMessage(text);
    if (request === null) {
      this.#reply(session, false, 'error:invalid request', {}, '');
      return;
    }
    const op = stringAt(request, 'op') ?? '';
    switch (op) {
      case 'ping':
        this.#reply(session, true, 'pong', request, 'ping');
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
    if (args === null || args.length === 0) {
      this.#reply(session, false, 'error:args is empty', request, op);
      return;
    }
    if (args.length > MAX_ARGS) {
      this.#reply(session, false, `args size >${MAX_ARGS}`, request, op);
      return;
    }
    const wrong = args.find((topic) => this.#bookOf(topic) === null);
    if (wrong !== undefined) {
      this.#reply(session, false, `Invalid symbol :[${wrong}]`, request, op);
      return;
    }
    if (op === 'unsubscribe') {
      for (const topic of args) session.topics.delete(topic);
      this.#reply(session, true, op, request, op);
      return;
    }
    const fresh = args.filter((topic) => !session.topics.has(topic));
    for (const topic of args) session.topics.add(topic);
    this.#reply(session, true, op, request, op);
    for (const topic of fresh) this.#snapshot(session, topic);
  }

  /** The book a topic speaks of; `null` for a topic the stream does not have. */
  #bookOf(topic: string): { book: Book; depth: Depth | null } | null {
    const [name, second, third, ...rest] = topic.split('.');
    if (rest.length > 0) return null;
    const symbol = name === 'orderbook' ? third : second;
    const book = [...this.#books.values()].find((one) => one.symbol === symbol);
    if (book === undefined) return null;
    if (name === 'publicTrade' && third === undefined) return { book, depth: null };
    const depth = DEPTHS.find((one) => String(one) === second);
    return name === 'orderbook' && depth !== undefined ? { book, depth } : null;
  }

  #snapshot(session: Session, topic: string): void {
    const found = this.#bookOf(topic);
    if (found === null || found.depth === null) return;
    const { book, depth } = found;
    const { spec } = book.market;
    const levels = `"b":${levelsJson(spec, book.market.book.bids.slice(0, depth))},"a":${levelsJson(spec, book.market.book.asks.slice(0, depth))}`;
    this.#gate.send(session.socket, this.#bookFrame(book, depth, 'snapshot', levels));
  }

  /** Level 1 is only ever pushed as a snapshot. */
  #pushTouch(book: Book): void {
    const touch = this.#touchOf(book);
    if (touch === book.touch) return;
    book.touch = touch;
    book.updateIds[1] += 1;
    this.#sendTouch(book);
  }

  #touchOf({ market }: Book): string {
    return `"b":${levelsJson(market.spec, market.book.bids.slice(0, 1))},"a":${levelsJson(market.spec, market.book.asks.slice(0, 1))}`;
  }

  #sendTouch(book: Book): void {
    book.touchSentMonoMs = this.#clock.monoMs();
    const topic = `orderbook.1.${book.symbol}`;
    if (this.#wanted(topic)) this.#broadcast(topic, this.#bookFrame(book, 1, 'snapshot', this.#touchOf(book)));
  }

  #bookFrame(book: Book, depth: Depth, type: 'snapshot' | 'delta', levels: string): string {
    const now = wholeMs(this.#clock.wallMs());
    return `{"topic":"orderbook.${depth}.${book.symbol}","ts":${now},"type":"${type}","data":{"s":"${book.symbol}",${levels},"u":${book.updateIds[depth]},"seq":${book.sequence}},"cts":${now}}`;
  }

  #tick(): void {
    const now = this.#clock.monoMs();
    for (const book of this.#books.values()) if (now - book.touchSentMonoMs >= RESEND_MS) this.#sendTouch(book);
    for (const session of [...this.#sessions]) {
      if (now - session.heardMonoMs > IDLE_LIMIT_MS) session.socket.close(1000, 'idle');
    }
  }

  #wanted(topic: string): boolean {
    for (const session of this.#sessions) if (session.topics.has(topic)) return true;
    return false;
  }

  #broadcast(topic: string, frame: string): void {
    for (const session of this.#sessions) if (session.topics.has(topic)) this.#gate.send(session.socket, frame);
  }

  #reply(session: Session, success: boolean, ret_msg: string, request: Message, op: string): void {
    const id = stringAt(request, 'req_id');
    const conn_id = session.connectionId;
    this.#gate.send(
      session.socket,
      JSON.stringify({ success, ret_msg, conn_id, ...(id === undefined ? {} : { req_id: id }), op }),
    );
  }

  #connectionId(): string {
    const hex = (length: number): string =>
      Array.from({ length }, () => Math.floor(this.#random.next() * 16).toString(16)).join('');
    return `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
  }
}
