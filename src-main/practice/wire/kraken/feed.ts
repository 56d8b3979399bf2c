import type { Random } from '#shared/kernel/random';
import type { Cancel, Clock } from '#shared/kernel/time';
import { every } from '#shared/kernel/time';
import type { ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import type { BookChange } from '../../world/book.ts';
import { ASK, BID } from '../../world/book.ts';
import type { MarketListener, MarketView, WorldTrade } from '../../world/world.ts';
import type { FeedGate, FrameKind } from '../gate.ts';
import { isoMicros } from '../instants.ts';
import { readMessage, stringAt } from '../message.ts';
import type { FeedContext } from '../venue.ts';
import { bookChecksum } from './checksum.ts';
import { DepthView } from './depth-view.ts';
import { instrumentPair, symbolOf } from './pairs.ts';
import type { Asked, Depth } from './requests.ts';
import { DEPTHS, readRequest } from './requests.ts';
import { levelsJson, tradeJson } from './rows.ts';

const HEARTBEAT_MS = 1_000;
/** A connection without a subscription is closed after this. */
const UNUSED_LIMIT_MS = 60_000;

interface Session {
  readonly socket: ServerSocket;
  /** `channel|symbol`, for books with the depth behind. */
  readonly topics: Set<string>;
  readonly openedMonoMs: number;
  sentMonoMs: number;
}

/** Kraken's spot WebSocket v2 (https://docs.kraken.com/api/docs/guides/spot-ws-intro), its public part. */
export class KrakenFeed implements MarketListener {
  readonly #clock: Clock;
  readonly #gate: FeedGate;
  readonly #random: Random;
  readonly #feed: FeedContext;
  readonly #views = new Map<MarketView, Map<Depth, DepthView>>();
  readonly #sessions = new Set<Session>();
  #stopBeating: Cancel = () => {};

  constructor(feed: FeedContext, clock: Clock, random: Random) {
    this.#feed = feed;
    this.#clock = clock;
    this.#gate = feed.gate;
    this.#random = random.fork('connections');
    for (const market of feed.markets) this.#views.set(market, new Map());
  }

  start(): void {
    this.#stopBeating = every(this.#clock, HEARTBEAT_MS, () => this.#beat());
  }

  stop(): void {
    this.#stopBeating();
  }

  connect(path: string, socket: ServerSocket): ServerSocketEvents | null {
    if (path !== '/v2') return null;
    const now = this.#clock.monoMs();
    const session: Session = { socket, topics: new Set(), openedMonoMs: now, sentMonoMs: now };
    this.#sessions.add(session);
    // Twenty digits, beyond what a double holds: as the venue sends it.
    const connection = `1${Array.from({ length: 19 }, () => Math.floor(this.#random.next() * 10)).join('')}`;
    this.#send(
      session,
      `{"channel":"status","type":"update","data":[{"version":"2.0.10","system":"online","api_version":"v2","connection_id":${connection}}]}`,
      'control',
    );
    return {
      message: (text) => this.#message(session, text),
      ping: () => {},
      pong: () => {},
      closed: () => {
        this.#sessions.delete(session);
        this.#dropUnusedViews();
      },
    };
  }

  bookChanged(market: MarketView, changes: readonly BookChange[]): void {
    const views = this.#views.get(market);
    if (views === undefined || views.size === 0) return;
    const symbol = symbolOf(market.spec);
    const checksum = bookChecksum(market.book.asks, market.book.bids);
    for (const [depth, view] of views) {
      const seen = view.advance(changes);
      if (seen.length === 0) continue;
      const told = this.#gate.told(market, seen);
      // A level that the book does not have comes first: only the checksum of this one frame knows of it.
      const own = told === seen ? checksum : bookChecksum(market.book.asks, [...told.slice(-1), ...market.book.bids]);
      const topic = `book|${symbol}|${depth}`;
      const frame = this.#bookFrame(market, 'update', told, this.#maybeWrong(own));
      const fate = this.#gate.fateOf(topic, this.#inTopTen(market, told));
      const now = this.#clock.monoMs();
      for (const session of this.#sessions) {
        if (!session.topics.has(topic)) continue;
        session.sentMonoMs = now;
        this.#gate.sendDelta(session.socket, frame, fate);
      }
    }
  }

  traded(market: MarketView, trades: readonly WorldTrade[]): void {
    const topic = `trade|${symbolOf(market.spec)}`;
    if (!this.#wanted(topic)) return;
    const rows = trades.map((trade) => tradeJson(market.spec, trade)).join(',');
    this.#toTopic(topic, `{"channel":"trade","type":"update","data":[${rows}]}`);
  }

  statusChanged(market: MarketView): void {
    const data = { assets: [], pairs: [instrumentPair(market)] };
    this.#toTopic('instrument', JSON.stringify({ channel: 'instrument', type: 'update', data }));
  }

  #message(session: Session, text: string): void {
    const timeIn = isoMicros(this.#clock.wallMs());
    const request = readMessage(text);
    if (request === null) {
      this.#send(session, '{"error":"Malformed request","success":false}', 'control');
      return;
    }
    const id = typeof request.req_id === 'number' ? { req_id: request.req_id } : {};
    if (request.method === 'ping') {
      const pong = { method: 'pong', ...id, time_in: timeIn, time_out: isoMicros(this.#clock.wallMs()) };
      this.#send(session, JSON.stringify(pong), 'heartbeat');
      return;
    }
    const method = stringAt(request, 'method');
    const asked = readRequest(request);
    const refuse = (error: string, symbol?: string): void => {
      const reply = {
        error,
        method: method ?? '',
        ...id,
        success: false,
        ...(symbol === undefined ? {} : { symbol }),
        time_in: timeIn,
        time_out: isoMicros(this.#clock.wallMs()),
      };
      this.#send(session, JSON.stringify(reply), 'control');
    };
    if (typeof asked === 'string') {
      refuse(asked);
      return;
    }
    for (const symbol of asked.symbols) {
      if (asked.method === 'subscribe' && this.#gate.refusesSubscriptions) {
        refuse(`Subscription ${asked.channel} unavailable`, symbol);
        continue;
      }
      const market = this.#feed.listed().find((one) => symbolOf(one.spec) === symbol);
      if (market === undefined && asked.channel !== 'instrument') {
        refuse(`Currency pair not supported ${symbol}`, symbol);
        continue;
      }
      this.#subscription(session, asked, symbol, market, { ...id, time_in: timeIn });
    }
  }

  #subscription(
    session: Session,
    asked: Asked,
    symbol: string,
    market: MarketView | undefined,
    echo: { req_id?: number; time_in: string },
  ): void {
    const { method, channel, depth, snapshot } = asked;
    const topic = topicOf(channel, symbol, depth);
    const result = {
      channel,
      ...(channel === 'book' ? { depth } : {}),
      ...(method === 'subscribe' ? { snapshot } : {}),
      ...(channel === 'instrument' ? {} : { symbol }),
    };
    const { time_in, ...id } = echo;
    const reply = { method, result, success: true, time_in, time_out: isoMicros(this.#clock.wallMs()), ...id };
    this.#send(session, JSON.stringify(reply), 'control');
    if (method === 'unsubscribe') {
      session.topics.delete(topic);
      this.#dropUnusedViews();
      return;
    }
    session.topics.add(topic);
    if (channel === 'instrument') {
      const data = { assets: [], pairs: this.#feed.listed().map(instrumentPair) };
      if (snapshot) this.#send(session, JSON.stringify({ channel, type: 'snapshot', data }), 'data');
      return;
    }
    if (market === undefined) return;
    if (channel === 'trade') {
      const rows = market.recentTrades.map((trade) => tradeJson(market.spec, trade)).join(',');
      if (snapshot) this.#send(session, `{"channel":"trade","type":"snapshot","data":[${rows}]}`, 'data');
      return;
    }
    const views = this.#views.get(market);
    let view = views?.get(depth);
    if (view === undefined) {
      view = new DepthView(market.book, depth);
      views?.set(depth, view);
    }
    if (!snapshot) return;
    const levels = [BID, ASK].flatMap((side) =>
      (view?.levels(side === BID ? BID : ASK) ?? []).map((level) => ({ side: side === BID ? BID : ASK, ...level })),
    );
    const checksum = bookChecksum(market.book.asks, market.book.bids);
    this.#send(session, this.#bookFrame(market, 'snapshot', levels, this.#maybeWrong(checksum)), 'book');
  }

  #bookFrame(
    { spec }: MarketView,
    type: 'snapshot' | 'update',
    levels: readonly BookChange[],
    checksum: number,
  ): string {
    const bids = levelsJson(
      spec,
      levels.filter((level) => level.side === BID),
    );
    const asks = levelsJson(
      spec,
      levels.filter((level) => level.side === ASK),
    );
    return `{"channel":"book","type":"${type}","data":[{"symbol":"${symbolOf(spec)}","bids":${bids},"asks":${asks},"checksum":${checksum},"timestamp":"${isoMicros(this.#clock.wallMs())}"}]}`;
  }

  #maybeWrong(checksum: number): number {
    return this.#gate.deltas.take('bad-checksum') ? (checksum ^ 0x5a5a5a5a) >>> 0 : checksum;
  }

  /** True when a client that missed `told` would see another checksum than the venue's. */
  #inTopTen({ book }: MarketView, told: readonly BookChange[]): boolean {
    return told.some(({ side, price }) => {
      const tenth = book.levels(side)[9]?.price;
      return tenth === undefined || (side === BID ? price >= tenth : price <= tenth);
    });
  }

  #dropUnusedViews(): void {
    for (const [market, views] of this.#views) {
      for (const depth of DEPTHS) {
        if (!this.#wanted(topicOf('book', symbolOf(market.spec), depth))) views.delete(depth);
      }
    }
  }

  #beat(): void {
    const now = this.#clock.monoMs();
    for (const session of [...this.#sessions]) {
      if (session.topics.size === 0) {
        if (now - session.openedMonoMs > UNUSED_LIMIT_MS) session.socket.close(1000, 'no subscription');
      } else if (now - session.sentMonoMs >= HEARTBEAT_MS) {
        this.#send(session, '{"channel":"heartbeat"}', 'heartbeat');
      }
    }
  }

  #wanted(topic: string): boolean {
    for (const session of this.#sessions) if (session.topics.has(topic)) return true;
    return false;
  }

  #toTopic(topic: string, frame: string): void {
    for (const session of this.#sessions) if (session.topics.has(topic)) this.#send(session, frame, 'data');
  }

  #send(session: Session, frame: string, kind: FrameKind): void {
    session.sentMonoMs = this.#clock.monoMs();
    this.#gate.send(session.socket, frame, kind);
  }
}

const topicOf = (channel: Asked['channel'], symbol: string, depth: Depth): string => {
  if (channel === 'instrument') return 'instrument';
  return channel === 'book' ? `book|${symbol}|${depth}` : `${channel}|${symbol}`;
};
