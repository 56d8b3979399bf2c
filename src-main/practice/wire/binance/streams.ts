import type { Cancel, Clock } from '#shared/kernel/time';
import { every } from '#shared/kernel/time';
import type { ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import type { BookChange } from '../../world/book.ts';
import { ASK, BID } from '../../world/book.ts';
import type { MarketListener, MarketView, WorldTrade } from '../../world/world.ts';
import type { Fate } from '../delta-faults.ts';
import type { FeedGate, FrameKind } from '../gate.ts';
import { wholeMs } from '../instants.ts';
import type { Message } from '../message.ts';
import { isRecord, strings } from '../message.ts';
import type { Batch } from './batch.ts';
import { clear, depthUpdate, emptyBatch, gather } from './batch.ts';
import { price8, size8, symbolOf } from './symbols.ts';

const BATCH_MS = 100;
const SLOW_BATCHES = 10;
const PING_MS = 20_000;
const PONG_LIMIT_MS = 60_000;
const LIFETIME_MS = 24 * 3_600_000;
const MESSAGES_PER_SECOND = 5;
const MAX_STREAMS = 1024;

interface Session {
  readonly socket: ServerSocket;
  readonly streams: Set<string>;
  combined: boolean;
  readonly openedMonoMs: number;
  lastPongMonoMs: number;
  windowStartMonoMs: number;
  messagesInWindow: number;
}

interface Book {
  readonly market: MarketView;
  updateId: number;
  readonly fast: Batch;
  readonly slow: Batch;
}

/** Binance's spot market streams (https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams). */
export class BinanceStreams implements MarketListener {
  readonly #clock: Clock;
  readonly #gate: FeedGate;
  readonly #books = new Map<MarketView, Book>();
  readonly #sessions = new Set<Session>();
  readonly #cancels: Cancel[] = [];
  readonly #firstUpdateId: () => number;
  #batches = 0;

  constructor(markets: readonly MarketView[], clock: Clock, gate: FeedGate, firstUpdateId: () => number) {
    this.#clock = clock;
    this.#gate = gate;
    this.#firstUpdateId = firstUpdateId;
    for (const market of markets) {
      this.#books.set(market, { market, updateId: firstUpdateId(), fast: emptyBatch(), slow: emptyBatch() });
    }
  }

  start(): void {
    this.#cancels.push(
      every(this.#clock, BATCH_MS, () => this.#flush()),
      every(this.#clock, PING_MS, () => this.#pingAll()),
    );
  }

  stop(): void {
    for (const cancel of this.#cancels.splice(0)) cancel();
  }

  /** The venue restarts: update ids begin elsewhere and every connection ends. */
  restart(): void {
    for (const book of this.#books.values()) {
      book.updateId = this.#firstUpdateId();
      for (const batch of [book.fast, book.slow]) clear(batch);
    }
    this.#gate.dropConnections();
  }

  lastUpdateId(market: MarketView): number {
    return this.#books.get(market)?.updateId ?? 0;
  }

  bookChanged(market: MarketView, changes: readonly BookChange[]): void {
    const book = this.#books.get(market);
    if (book === undefined) return;
    for (const batch of [book.fast, book.slow]) gather(batch, changes, book.updateId);
    book.updateId += changes.length;
    const symbol = symbolOf(market.spec);
    const touched = [BID, ASK].some((side) => {
      const best = market.book.levels(side === BID ? BID : ASK)[0]?.price;
      return changes.some(
        (change) => change.side === side && (best === undefined || change.price === best || change.size === 0),
      );
    });
    if (touched)
      this.#toSubscribers(`${symbol.toLowerCase()}@bookTicker`, 'book', () => this.#bookTicker(book, symbol));
  }

  traded(market: MarketView, trades: readonly WorldTrade[]): void {
    const { spec } = market;
    const symbol = symbolOf(spec);
    const lower = symbol.toLowerCase();
    const now = wholeMs(this.#clock.wallMs());
    for (const trade of trades) {
      const price = price8(spec, trade.price);
      const size = size8(spec, trade.size);
      const maker = trade.taker === 'sell';
      const at = wholeMs(trade.atMs);
      this.#toSubscribers(
        `${lower}@trade`,
        'data',
        () =>
          `{"e":"trade","E":${now},"s":"${symbol}","t":${trade.id},"p":"${price}","q":"${size}","T":${at},"m":${maker},"M":true}`,
      );
      this.#toSubscribers(
        `${lower}@aggTrade`,
        'data',
        () =>
          `{"e":"aggTrade","E":${now},"s":"${symbol}","a":${trade.id},"p":"${price}","q":"${size}","f":${trade.id},"l":${trade.id},"T":${at},"m":${maker},"M":true}`,
      );
    }
  }

  /** The status of a symbol is only in the exchange information. */
  statusChanged(): void {}

  /** `path` is `/ws`, `/ws/<stream>[/<stream>…]` or `/stream`, `query` its `streams`. */
  connect(path: string, query: URLSearchParams, socket: ServerSocket): ServerSocketEvents | null {
    const combined = path === '/stream' || path.startsWith('/stream/');
    if (!combined && path !== '/ws' && !path.startsWith('/ws/')) return null;
    const named = combined ? (query.get('streams') ?? '') : path.slice('/ws/'.length);
    const now = this.#clock.monoMs();
    const session: Session = {
      socket,
      streams: new Set(named.split('/').filter((name) => name !== '')),
      combined,
      openedMonoMs: now,
      lastPongMonoMs: now,
      windowStartMonoMs: now,
      messagesInWindow: 0,
    };
    this.#sessions.add(session);
    return {
      message: (text) => this.#message(session, text),
      ping: () => this.#count(session),
      pong: () => {
        session.lastPongMonoMs = this.#clock.monoMs();
      },
      closed: () => {
        this.#sessions.delete(session);
      },
    };
  }

  #message(session: Session, text: string): void {
    if (!this.#count(session)) return;
    let request: unknown;
    try {
      request = JSON.parse(text);
    } catch {
      this.#send(session, '{"error":{"code":3,"msg":"Invalid JSON: expected value at line 1 column 1"}}');
      return;
    }
    if (!isRecord(request)) {
      this.#refuse(session, null, 'Invalid request: request must be an object');
      return;
    }
    this.#obey(session, request);
  }

  #obey(session: Session, request: Message): void {
    const id = request.id ?? null;
    const params = strings(request.params);
    switch (request.method) {
      case 'SUBSCRIBE':
      case 'UNSUBSCRIBE': {
        if (params === null || params.length === 0) {
          this.#refuse(session, id, 'Invalid request: params must be an array of stream names');
          return;
        }
        if (request.method === 'SUBSCRIBE' && this.#gate.refusesSubscriptions) {
          this.#refuse(session, id, 'Invalid request: subscriptions are not available at this time');
          return;
        }
        // A stream that does not exist is acknowledged like any other and never says a word.
        for (const name of params) {
          if (request.method === 'SUBSCRIBE') session.streams.add(name);
          else session.streams.delete(name);
        }
        if (session.streams.size > MAX_STREAMS) {
          session.socket.close(1008, 'Too many streams');
          return;
        }
        this.#send(session, `{"result":null,"id":${JSON.stringify(id)}}`);
        return;
      }
      case 'LIST_SUBSCRIPTIONS':
        this.#send(session, JSON.stringify({ result: [...session.streams], id }));
        return;
      case 'SET_PROPERTY': {
        const [name, value] = Array.isArray(request.params) ? request.params : [];
        if (name !== 'combined' || typeof value !== 'boolean') {
          this.#refuse(session, id, 'Invalid request: unknown property');
          return;
        }
        session.combined = value;
        this.#send(session, `{"result":null,"id":${JSON.stringify(id)}}`);
        return;
      }
      case 'GET_PROPERTY':
        this.#send(session, JSON.stringify({ result: session.combined, id }));
        return;
      default:
        this.#refuse(
          session,
          id,
          `Invalid request: unknown variant \`${String(request.method)}\`, expected one of \`SUBSCRIBE\`, \`UNSUBSCRIBE\`, \`LIST_SUBSCRIPTIONS\`, \`SET_PROPERTY\`, \`GET_PROPERTY\``,
        );
    }
  }

  /** Five messages a second, pings included; more ends the connection. */
  #count(session: Session): boolean {
    const now = this.#clock.monoMs();
    if (now - session.windowStartMonoMs >= 1000) {
      session.windowStartMonoMs = now;
      session.messagesInWindow = 0;
    }
    session.messagesInWindow += 1;
    if (session.messagesInWindow <= MESSAGES_PER_SECOND) return true;
    session.socket.close(1008, 'Too many requests');
    return false;
  }

  #flush(): void {
    this.#batches += 1;
    const slow = this.#batches % SLOW_BATCHES === 0;
    for (const book of this.#books.values()) {
      const symbol = symbolOf(book.market.spec);
      const lower = symbol.toLowerCase();
      this.#flushBatch(book, book.fast, `${lower}@depth@100ms`);
      if (slow) this.#flushBatch(book, book.slow, `${lower}@depth`);
    }
  }

  #flushBatch(book: Book, batch: Batch, stream: string): void {
    if (batch.firstId === 0) return;
    if (this.#wanted(stream)) {
      for (const told of this.#gate.told(book.market, [])) batch.bids.set(told.price, told.size);
      const frame = depthUpdate(book.market.spec, batch, book.updateId, this.#clock.wallMs());
      this.#toSubscribers(stream, 'book', () => frame, this.#gate.fateOf(stream));
    }
    clear(batch);
  }

  #bookTicker({ market, updateId }: Book, symbol: string): string {
    const { spec, book } = market;
    const [bid, ask] = [book.bids[0], book.asks[0]];
    return `{"u":${updateId},"s":"${symbol}","b":"${price8(spec, bid?.price ?? 0)}","B":"${size8(spec, bid?.size ?? 0)}","a":"${price8(spec, ask?.price ?? 0)}","A":"${size8(spec, ask?.size ?? 0)}"}`;
  }

  #wanted(stream: string): boolean {
    for (const session of this.#sessions) if (session.streams.has(stream)) return true;
    return false;
  }

  /** With a `fate` the frame is a book delta. */
  #toSubscribers(stream: string, kind: FrameKind, payload: () => string, fate: Fate | null = null): void {
    let raw: string | null = null;
    let wrapped: string | null = null;
    for (const session of this.#sessions) {
      if (!session.streams.has(stream)) continue;
      raw ??= payload();
      if (session.combined) wrapped ??= `{"stream":"${stream}","data":${raw}}`;
      const frame = session.combined && wrapped !== null ? wrapped : raw;
      if (fate === null) this.#gate.send(session.socket, frame, kind);
      else this.#gate.sendDelta(session.socket, frame, fate);
    }
  }

  #send(session: Session, frame: string): void {
    this.#gate.send(session.socket, frame, 'control');
  }

  #refuse(session: Session, id: unknown, msg: string): void {
    this.#send(session, JSON.stringify({ error: { code: 2, msg }, id }));
  }

  #pingAll(): void {
    const now = this.#clock.monoMs();
    for (const session of [...this.#sessions]) {
      if (now - session.openedMonoMs >= LIFETIME_MS) session.socket.close(1001, 'connection lifetime reached');
      else if (now - session.lastPongMonoMs > PONG_LIMIT_MS) session.socket.close(1008, 'Pong timeout');
      else this.#gate.ping(session.socket);
    }
  }
}
