import type { Random } from '#shared/kernel/random';
import type { Cancel, Clock } from '#shared/kernel/time';
import { every } from '#shared/kernel/time';
import type { ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import type { BookChange } from '../../world/book.ts';
import type { MarketListener, MarketView, WorldTrade } from '../../world/world.ts';
import type { FeedGate, FrameKind } from '../gate.ts';
import type { Message } from '../message.ts';
import { isRecord, readMessage, strings } from '../message.ts';
import { Topics } from '../topics.ts';
import type { FeedContext } from '../venue.ts';
import { BookChannel, ChangeIds } from './book-channel.ts';
import { Heartbeat } from './heartbeat.ts';
import { indexOf, isIndexLocked, nameOf } from './instruments.ts';
import { errorOf, invalid, METHOD_NOT_FOUND, type RpcError, resultOf } from './json-rpc.ts';
import { streamed, tickerFields } from './tickers.ts';
import { TradeChannel } from './trade-channel.ts';

/** How often the channels of an interval speak. */
const INTERVALS = { '100ms': 100, agg2: 1_000 } as const;
type Interval = keyof typeof INTERVALS;
const isInterval = (text: string | undefined): text is Interval => text !== undefined && text in INTERVALS;

const SECOND_MS = 1_000;
/** A client that has sent nothing for this long is dropped; protocol pings do not count. */
const IDLE_LIMIT_MS = 30_000;
const PLATFORM = 'platform_state';
const INSTRUMENTS = 'instrument.state.future.USDC';
const RAW_REFUSED: RpcError = { code: 13778, message: 'raw_subscriptions_not_available_for_unauthorized' };

interface Session {
  readonly socket: ServerSocket;
  readonly heartbeat: Heartbeat;
  heardMonoMs: number;
}

interface Collected {
  readonly books: BookChannel;
  readonly trades: TradeChannel;
}

/**
 * The gateway's public WebSocket: subscriptions and nothing else
 * (https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/websocket/websocket-endpoints).
 */
export class GatewayStreams implements MarketListener {
  readonly #feed: FeedContext;
  readonly #clock: Clock;
  readonly #gate: FeedGate;
  readonly #sessions = new Set<Session>();
  readonly #topics = new Topics<Session>();
  readonly #collected: Readonly<Record<Interval, Collected>>;
  readonly #delisted = new Set<MarketView>();
  #cancels: Cancel[] = [];
  #nextIndex = 0;

  constructor(feed: FeedContext, clock: Clock, random: Random) {
    this.#feed = feed;
    this.#clock = clock;
    this.#gate = feed.gate;
    const ids = new ChangeIds(random.fork('change-ids'));
    const { gate } = feed;
    const listeners = (channel: string) => this.#topics.of(channel);
    const collect = (interval: Interval): Collected => ({
      books: new BookChannel({ gate, clock, ids, interval, listeners }),
      trades: new TradeChannel(gate, interval, listeners),
    });
    this.#collected = { '100ms': collect('100ms'), agg2: collect('agg2') };
  }

  start(): void {
    this.#cancels = [
      ...Object.entries(INTERVALS).map(([interval, ms]) => every(this.#clock, ms, () => this.#flush(interval))),
      every(this.#clock, SECOND_MS, () => this.#tick()),
    ];
  }

  stop(): void {
    for (const cancel of this.#cancels.splice(0)) cancel();
    for (const { heartbeat } of this.#sessions) heartbeat.stop();
  }

  connect(socket: ServerSocket): ServerSocketEvents {
    const session: Session = {
      socket,
      heartbeat: new Heartbeat(socket, this.#gate, this.#clock),
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
        session.heartbeat.stop();
        this.#sessions.delete(session);
        this.#topics.drop(session);
      },
    };
  }

  bookChanged(market: MarketView, changes: readonly BookChange[]): void {
    for (const { books } of Object.values(this.#collected)) books.changed(market, changes);
  }

  traded(market: MarketView, trades: readonly WorldTrade[]): void {
    for (const { trades: channel } of Object.values(this.#collected)) channel.traded(market, trades);
  }

  statusChanged(market: MarketView): void {
    const was = this.#delisted.has(market);
    if (market.status === 'delisted') this.#delisted.add(market);
    else this.#delisted.delete(market);
    if (was !== this.#delisted.has(market)) {
      const [state, instrument_name] = [was ? 'created' : 'closed', nameOf(market.spec)];
      this.#publish(INSTRUMENTS, { timestamp: Math.floor(this.#clock.wallMs()), state, instrument_name }, 'data');
    }
    this.#tellIndex(market);
    this.referenceChanged(market);
  }

  referenceChanged(market: MarketView): void {
    for (const interval of Object.keys(INTERVALS)) {
      const channel = `ticker.${nameOf(market.spec)}.${interval}`;
      if (market.perp === null || this.#topics.of(channel) === undefined) continue;
      this.#publish(channel, tickerFields(market, market.perp, this.#clock.wallMs()), 'data');
    }
  }

  #flush(interval: string): void {
    if (!isInterval(interval)) return;
    this.#collected[interval].trades.flush();
    this.#collected[interval].books.flush();
  }

  #tick(): void {
    const markets = this.#feed.listed();
    const market = markets[this.#nextIndex % Math.max(1, markets.length)];
    this.#nextIndex += 1;
    if (market !== undefined) this.#tellIndex(market);
    for (const { socket, heardMonoMs } of [...this.#sessions]) {
      if (this.#clock.monoMs() - heardMonoMs > IDLE_LIMIT_MS) socket.close(1011, 'no message for 30 seconds');
    }
  }

  #tellIndex(market: MarketView): void {
    const locked = isIndexLocked(market);
    const reasons = locked ? ['maintenance'] : [];
    if (this.#topics.of(PLATFORM) === undefined) return;
    const data = JSON.stringify({ locked, price_index: indexOf(market.spec), reasons });
    this.#broadcast(PLATFORM, data, 'data');
  }

  #message(session: Session, text: string): void {
    const request = readMessage(text);
    if (request === null) {
      this.#answer(
        session,
        errorOf(undefined, { code: 11050, message: 'bad_request', data: 'invalid json' }, this.#now),
      );
      return;
    }
    const { id, method, params = {} } = request;
    const answer = isRecord(params) ? this.#call(session, method, params) : { error: invalid('params') };
    if ('error' in answer) this.#answer(session, errorOf(id, answer.error, this.#now));
    else this.#answer(session, resultOf(id, answer.result, this.#now));
    if ('fresh' in answer) for (const channel of answer.fresh) this.#snapshot(session, channel);
  }

  #call(
    session: Session,
    method: unknown,
    params: Message,
  ): { readonly result: unknown; readonly fresh?: readonly string[] } | { readonly error: RpcError } {
    switch (method) {
      case 'public/subscribe':
        return this.#subscribe(session, params);
      case 'public/unsubscribe': {
        const channels = strings(params.channels);
        if (channels === null) return { error: invalid('channels') };
        const held = channels.filter((channel) => this.#topics.of(channel)?.has(session) === true);
        for (const channel of held) this.#topics.delete(channel, session);
        return { result: held };
      }
      case 'public/unsubscribe_all':
        this.#topics.drop(session);
        return { result: 'ok' };
      case 'public/set_heartbeat': {
        const { interval } = params;
        if (typeof interval !== 'number' || !(interval >= 10))
          return { error: invalid('interval', 'must be at least 10') };
        session.heartbeat.start(interval);
        return { result: 'ok' };
      }
      case 'public/disable_heartbeat':
        session.heartbeat.stop();
        return { result: 'ok' };
      case 'public/test':
        session.heartbeat.answered();
        return { result: { version: '1.2.26' } };
      default:
        return { error: METHOD_NOT_FOUND };
    }
  }

  /** Lists what it takes; what it does not have it leaves out without a word. */
  #subscribe(
    session: Session,
    params: Message,
  ): { readonly result: readonly string[]; readonly fresh: readonly string[] } | { readonly error: RpcError } {
    const channels = strings(params.channels);
    if (channels === null) return { error: invalid('channels') };
    if (channels.some((channel) => channel.endsWith('.raw'))) return { error: RAW_REFUSED };
    const result = this.#gate.refusesSubscriptions ? [] : channels.filter((channel) => this.#has(channel));
    const fresh = result.filter((channel) => this.#topics.of(channel)?.has(session) !== true);
    return { result, fresh };
  }

  #has(channel: string): boolean {
    return channel === PLATFORM || channel === INSTRUMENTS || this.#subjectOf(channel) !== null;
  }

  #subjectOf(
    channel: string,
  ): { readonly kind: string; readonly market: MarketView; readonly interval: Interval } | null {
    const [kind = '', name, interval, ...rest] = channel.split('.');
    if (!['book', 'trades', 'ticker'].includes(kind) || !isInterval(interval) || rest.length > 0) return null;
    const market = this.#feed.listed().find(({ spec }) => nameOf(spec) === name);
    return market === undefined ? null : { kind, market, interval };
  }

  /** What a new subscriber is sent at once, then it is one. */
  #snapshot(session: Session, channel: string): void {
    const subject = this.#subjectOf(channel);
    if (subject?.kind === 'book') this.#collected[subject.interval].books.snapshot(subject.market, session.socket);
    this.#topics.add(channel, session);
    const perp = subject?.market.perp ?? null;
    if (subject?.kind === 'ticker' && perp !== null) {
      const frame = frameOf(channel, streamed(tickerFields(subject.market, perp, this.#now)));
      this.#gate.send(session.socket, frame, 'data');
    }
  }

  #publish(channel: string, fields: Readonly<Record<string, unknown>>, kind: FrameKind): void {
    if (this.#topics.of(channel) !== undefined) this.#broadcast(channel, streamed(fields), kind);
  }

  #broadcast(channel: string, data: string, kind: FrameKind): void {
    const frame = frameOf(channel, data);
    for (const { socket } of this.#topics.of(channel) ?? []) this.#gate.send(socket, frame, kind);
  }

  #answer(session: Session, answer: object): void {
    this.#gate.send(session.socket, JSON.stringify(answer), 'control');
  }

  get #now(): number {
    return this.#clock.wallMs();
  }
}

const frameOf = (channel: string, data: string): string =>
  `{"jsonrpc":"2.0","method":"subscription","params":{"channel":"${channel}","data":${data}}}`;
