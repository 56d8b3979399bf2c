import type { Cancel, Clock } from '#shared/kernel/time';
import { every } from '#shared/kernel/time';
import type { ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import type { BookChange, Level } from '../../world/book.ts';
import { BID } from '../../world/book.ts';
import type { MarketListener, MarketView, WorldTrade } from '../../world/world.ts';
import type { FeedGate, FrameKind } from '../gate.ts';
import { wholeMs } from '../instants.ts';
import { readMessage } from '../message.ts';
import { Topics } from '../topics.ts';
import type { FeedContext } from '../venue.ts';
import type { Asked, Feed } from './requests.ts';
import { readRequest } from './requests.ts';
import { numberText, priceOf, sizeOf, symbolOf } from './symbols.ts';
import { tickerFrame } from './ticker.ts';

const HEARTBEAT_MS = 10_000;
/** "In order to keep the connection alive, you will need to make a ping request at least every 60 seconds." */
const PING_LIMIT_MS = 60_000;

interface Session {
  readonly socket: ServerSocket;
  pingedMonoMs: number;
}

/** One market's places in the stream: books and trades are numbered apart. */
interface Numbers {
  book: number;
  trades: number;
}

const topicOf = (feed: Feed, symbol: string): string => `${feed}|${symbol}`;

/** Kraken Futures' public stream (https://docs.kraken.com/exchange/api-reference/futures-websocket). */
export class KrakenFuturesFeed implements MarketListener {
  readonly #clock: Clock;
  readonly #gate: FeedGate;
  readonly #feed: FeedContext;
  readonly #numbers = new Map<MarketView, Numbers>();
  readonly #sessions = new Set<Session>();
  readonly #topics = new Topics<Session>();
  #cancels: Cancel[] = [];

  constructor(feed: FeedContext, clock: Clock) {
    this.#feed = feed;
    this.#clock = clock;
    this.#gate = feed.gate;
    for (const [index, market] of feed.markets.entries()) {
      this.#numbers.set(market, { book: 17_000_000 + 1_000_000 * index, trades: 45_000 + 1_000 * index });
    }
  }

  start(): void {
    this.#cancels = [
      every(this.#clock, HEARTBEAT_MS, () => {
        this.#broadcast('heartbeat', `{"feed":"heartbeat","time":${wholeMs(this.#clock.wallMs())}}`, 'heartbeat');
      }),
      every(this.#clock, PING_LIMIT_MS / 10, () => this.#dropSilent()),
    ];
  }

  stop(): void {
    for (const cancel of this.#cancels.splice(0)) cancel();
  }

  connect(path: string, socket: ServerSocket): ServerSocketEvents | null {
    if (path !== '/ws/v1') return null;
    const session: Session = { socket, pingedMonoMs: this.#clock.monoMs() };
    this.#sessions.add(session);
    this.#send(session, '{"event":"info","version":1}', 'control');
    return {
      message: (text) => this.#message(session, text),
      ping: () => {
        session.pingedMonoMs = this.#clock.monoMs();
      },
      pong: () => {},
      closed: () => {
        this.#sessions.delete(session);
        this.#topics.drop(session);
      },
    };
  }

  bookChanged(market: MarketView, changes: readonly BookChange[]): void {
    const numbers = this.#numbers.get(market);
    if (numbers === undefined) return;
    const symbol = symbolOf(market.spec);
    const topic = topicOf('book', symbol);
    const sessions = this.#topics.of(topic);
    if (sessions === undefined) {
      numbers.book += changes.length;
      return;
    }
    // One level a frame. What is taken away comes first, so that the book is not crossed on the way.
    const ordered = [...changes.filter(({ size }) => size === 0), ...changes.filter(({ size }) => size > 0)];
    for (const { side, price, size } of this.#gate.told(market, ordered)) {
      numbers.book += 1;
      const { spec } = market;
      const frame =
        `{"feed":"book","product_id":"${symbol}","side":"${side === BID ? 'buy' : 'sell'}","seq":${numbers.book},` +
        `"price":${numberText(priceOf(spec, price))},"qty":${numberText(sizeOf(spec, size))},` +
        `"timestamp":${wholeMs(this.#clock.wallMs())}}`;
      const fate = this.#gate.fateOf(topic);
      for (const session of sessions) this.#gate.sendDelta(session.socket, frame, fate);
    }
  }

  traded(market: MarketView, trades: readonly WorldTrade[]): void {
    const numbers = this.#numbers.get(market);
    if (numbers === undefined) return;
    const topic = topicOf('trade', symbolOf(market.spec));
    for (const trade of trades) {
      numbers.trades += 1;
      if (this.#topics.of(topic) !== undefined)
        this.#broadcast(topic, tradeText(market, trade, numbers.trades), 'data');
    }
  }

  /** The stream tells of it in the ticker. */
  statusChanged(market: MarketView): void {
    this.#pushTicker(market);
  }

  referenceChanged(market: MarketView): void {
    this.#pushTicker(market);
  }

  #message(session: Session, text: string): void {
    const asked = readRequest(readMessage(text));
    if (typeof asked === 'string') {
      this.#alert(session, asked);
      return;
    }
    const { event, feed, products } = asked;
    if (feed === 'heartbeat' || products === null) {
      if (event === 'subscribe') this.#topics.add('heartbeat', session);
      else this.#topics.delete('heartbeat', session);
      this.#send(session, `{"event":"${event}d","feed":"heartbeat"}`, 'control');
      return;
    }
    this.#products(session, { event, feed, products });
  }

  #products(
    session: Session,
    { event, feed, products }: { event: Asked['event']; feed: Feed; products: readonly string[] },
  ): void {
    const reply = (answer: string, product_ids: readonly string[]): void =>
      this.#send(session, JSON.stringify({ event: answer, feed, product_ids }), 'control');
    if (event === 'subscribe' && this.#gate.refusesSubscriptions) {
      reply('subscribed_failed', products);
      return;
    }
    const taken: { readonly symbol: string; readonly market: MarketView }[] = [];
    for (const symbol of products) {
      const market = this.#feed.listed().find(({ spec }) => symbolOf(spec) === symbol);
      if (market !== undefined) taken.push({ symbol, market });
      else this.#alert(session, `Couldn't ${event} to invalid product \`${symbol}\``);
    }
    if (taken.length === 0) return;
    const names = taken.map(({ symbol }) => symbol);
    if (event === 'unsubscribe') {
      for (const symbol of names) this.#topics.delete(topicOf(feed, symbol), session);
      reply('unsubscribed', names);
      return;
    }
    const known = taken.filter(({ symbol }) => !this.#topics.add(topicOf(feed, symbol), session));
    if (known.length > 0) this.#alert(session, 'Already subscribed to feed, re-requesting');
    if (known.length < taken.length) reply('subscribed', names);
    for (const { market } of taken) this.#greet(session, feed, market);
  }

  /** What a subscriber gets first. */
  #greet(session: Session, feed: Feed, market: MarketView): void {
    const { spec, book, recentTrades } = market;
    const symbol = symbolOf(spec);
    const numbers = this.#numbers.get(market);
    if (numbers === undefined) return;
    if (feed === 'ticker') {
      const frame = this.#ticker(market);
      if (frame !== null) this.#send(session, frame, 'data');
      return;
    }
    if (feed === 'trade') {
      const rows = recentTrades.map((trade, index) =>
        tradeText(market, trade, numbers.trades - recentTrades.length + 1 + index),
      );
      const frame = `{"feed":"trade_snapshot","product_id":"${symbol}","trades":[${rows.reverse().join(',')}]}`;
      this.#send(session, frame, 'data');
      return;
    }
    const levels = (side: readonly Level[]) =>
      side
        .map(
          ({ price, size }) => `{"price":${numberText(priceOf(spec, price))},"qty":${numberText(sizeOf(spec, size))}}`,
        )
        .join(',');
    this.#send(
      session,
      `{"feed":"book_snapshot","product_id":"${symbol}","timestamp":${wholeMs(this.#clock.wallMs())},` +
        `"seq":${numbers.book},"tickSize":null,"bids":[${levels(book.bids)}],"asks":[${levels(book.asks)}]}`,
      'book',
    );
  }

  #pushTicker(market: MarketView): void {
    const topic = topicOf('ticker', symbolOf(market.spec));
    const frame = this.#topics.of(topic) === undefined ? null : this.#ticker(market);
    if (frame !== null) this.#broadcast(topic, frame, 'data');
  }

  #ticker(market: MarketView): string | null {
    return market.perp === null ? null : tickerFrame(market, market.perp, wholeMs(this.#clock.wallMs()));
  }

  #dropSilent(): void {
    const now = this.#clock.monoMs();
    for (const session of [...this.#sessions]) {
      if (now - session.pingedMonoMs > PING_LIMIT_MS) session.socket.close(1000, 'no ping');
    }
  }

  #alert(session: Session, message: string): void {
    this.#send(session, JSON.stringify({ event: 'alert', message }), 'control');
  }

  #broadcast(topic: string, frame: string, kind: FrameKind): void {
    for (const session of this.#topics.of(topic) ?? []) this.#send(session, frame, kind);
  }

  #send(session: Session, frame: string, kind: FrameKind): void {
    this.#gate.send(session.socket, frame, kind);
  }
}

function tradeText({ spec }: MarketView, trade: WorldTrade, number: number): string {
  const uid = `896cb851-8322-4946-a123-${String(trade.id).padStart(12, '0')}`;
  return (
    `{"product_id":"${symbolOf(spec)}","feed":"trade","uid":"${uid}","side":"${trade.taker}","type":"fill",` +
    `"time":${wholeMs(trade.atMs)},"qty":${numberText(sizeOf(spec, trade.size))},` +
    `"price":${numberText(priceOf(spec, trade.price))},"seq":${number}}`
  );
}
