import type { Cancel, Clock } from '#shared/kernel/time';
import { every } from '#shared/kernel/time';
import type { ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import type { BookChange, Level } from '../../world/book.ts';
import { BID } from '../../world/book.ts';
import type { MarketListener, MarketView, WorldTrade } from '../../world/world.ts';
import type { Fate } from '../delta-faults.ts';
import { step } from '../digits.ts';
import type { FeedGate, FrameKind } from '../gate.ts';
import { isoMicros, isoNanos } from '../instants.ts';
import type { Message } from '../message.ts';
import { readMessage, stringAt, strings } from '../message.ts';
import type { FeedContext } from '../venue.ts';
import { marketOf, priceText, productOf, sideOf, sizeText, statusText } from './products.ts';

const HEARTBEAT_MS = 1_000;
/** A connection that has asked for nothing by then is closed. */
const SUBSCRIBE_WITHIN_MS = 5_000;
const SNAPSHOT_TIME = '1970-01-01T00:00:00Z';

type Channel = 'level2' | 'market_trades' | 'status' | 'heartbeats';
const SERVED: readonly Channel[] = ['level2', 'market_trades', 'status', 'heartbeats'];
/** Channels the venue has and this one does not serve: said so, instead of acting as if they were quiet. */
const UNSERVED: readonly string[] = ['ticker', 'ticker_batch', 'candles', 'user', 'futures_balance_summary'];

interface Session {
  readonly socket: ServerSocket;
  /** Over all channels of the socket. */
  sequence: number;
  subscribedOnce: boolean;
  readonly markets: Record<Exclude<Channel, 'heartbeats'>, Set<MarketView>>;
  heartbeats: boolean;
  heartbeatCounter: number;
}

const KINDS = {
  l2_data: 'book',
  market_trades: 'data',
  status: 'data',
  heartbeats: 'heartbeat',
  subscriptions: 'control',
} as const satisfies Record<string, FrameKind>;

/** Coinbase Advanced Trade's market data socket (https://docs.cdp.coinbase.com/advanced-trade/docs/ws-channels). */
export class CoinbaseFeed implements MarketListener {
  readonly #feed: FeedContext;
  readonly #clock: Clock;
  readonly #gate: FeedGate;
  readonly #sessions = new Set<Session>();
  #stopHeartbeats: Cancel = () => {};

  constructor(feed: FeedContext, clock: Clock) {
    this.#feed = feed;
    this.#clock = clock;
    this.#gate = feed.gate;
  }

  start(): void {
    this.#stopHeartbeats = every(this.#clock, HEARTBEAT_MS, () => this.#beat());
  }

  stop(): void {
    this.#stopHeartbeats();
  }

  connect(path: string, socket: ServerSocket): ServerSocketEvents | null {
    if (path !== '/') return null;
    const session: Session = {
      socket,
      sequence: 0,
      subscribedOnce: false,
      markets: { level2: new Set(), market_trades: new Set(), status: new Set() },
      heartbeats: false,
      heartbeatCounter: 0,
    };
    this.#sessions.add(session);
    const cancel = this.#clock.after(SUBSCRIBE_WITHIN_MS, () => {
      if (!session.subscribedOnce) socket.close(1008, 'no subscription within 5 seconds');
    });
    return {
      message: (text) => this.#message(session, text),
      ping: () => {},
      pong: () => {},
      closed: () => {
        cancel();
        this.#sessions.delete(session);
      },
    };
  }

  bookChanged(market: MarketView, changes: readonly BookChange[]): void {
    const listeners = [...this.#sessions].filter((session) => session.markets.level2.has(market));
    if (listeners.length === 0) return;
    const at = isoMicros(this.#clock.wallMs());
    const told = this.#gate.told(market, changes);
    const updates = told.map((change) => update(market, change, change.side === BID, at)).join(',');
    const events = `[{"type":"update","product_id":"${productOf(market.spec)}","updates":[${updates}]}]`;
    const fate = this.#gate.fateOf(`l2_data|${productOf(market.spec)}`);
    for (const session of listeners) this.#emit(session, 'l2_data', events, fate);
  }

  traded(market: MarketView, trades: readonly WorldTrade[]): void {
    let events: string | null = null;
    for (const session of this.#sessions) {
      if (!session.markets.market_trades.has(market)) continue;
      events ??= JSON.stringify([
        { type: 'update', trades: [...trades].reverse().map((trade) => tradeRow(market, trade)) },
      ]);
      this.#emit(session, 'market_trades', events);
    }
  }

  statusChanged(market: MarketView): void {
    for (const session of this.#sessions) {
      if (session.markets.status.has(market)) {
        this.#emit(session, 'status', JSON.stringify([{ type: 'update', products: [statusRow(market)] }]));
      }
    }
  }

  #message(session: Session, text: string): void {
    const request = readMessage(text);
    if (request === null) {
      this.#error(session, { message: 'Malformed JSON' });
      return;
    }
    const type = stringAt(request, 'type');
    if (type !== 'subscribe' && type !== 'unsubscribe') {
      this.#error(session, { message: `type '${String(request.type)}' is not a valid message type` });
      return;
    }
    this.#subscription(session, type, request);
  }

  #subscription(session: Session, type: 'subscribe' | 'unsubscribe', request: Message): void {
    const name = stringAt(request, 'channel');
    const channel = SERVED.find((one) => one === name);
    if (channel === undefined) {
      this.#error(session, {
        message: UNSERVED.includes(name ?? '')
          ? `${name} is not served by this practice venue`
          : 'authentication failure',
      });
      return;
    }
    if (type === 'subscribe' && this.#gate.refusesSubscriptions) {
      this.#error(session, { message: 'Failed to subscribe', reason: 'subscriptions are not available at this time' });
      return;
    }
    const products = request.product_ids === undefined ? [] : strings(request.product_ids);
    if (products === null || (products.length === 0 && (channel === 'level2' || channel === 'market_trades'))) {
      this.#error(session, { message: 'Failed to subscribe', reason: 'no product ids were given' });
      return;
    }
    const markets = new Set<MarketView>();
    for (const product of products) {
      const market = marketOf(this.#feed.listed(), product);
      if (market === undefined) {
        this.#error(session, { message: 'Failed to subscribe', reason: `${product} is not a valid product` });
        return;
      }
      markets.add(market);
    }
    session.subscribedOnce = true;
    if (channel === 'heartbeats') session.heartbeats = type === 'subscribe';
    else this.#change(session, channel, type, products.length === 0 ? this.#feed.listed() : [...markets]);
    this.#emit(session, 'subscriptions', JSON.stringify([{ subscriptions: subscriptionsOf(session) }]));
  }

  /** Snapshots come before the acknowledgement, as the venue sends them. */
  #change(
    session: Session,
    channel: Exclude<Channel, 'heartbeats'>,
    type: 'subscribe' | 'unsubscribe',
    markets: readonly MarketView[],
  ): void {
    const held = session.markets[channel];
    if (type === 'unsubscribe') {
      for (const market of markets) held.delete(market);
      return;
    }
    for (const market of markets) held.add(market);
    if (channel === 'status') {
      this.#emit(session, 'status', JSON.stringify([{ type: 'snapshot', products: markets.map(statusRow) }]));
      return;
    }
    for (const market of markets) {
      if (channel === 'level2') this.#emit(session, 'l2_data', snapshot(market));
      else {
        const trades = [...market.recentTrades].reverse().map((trade) => tradeRow(market, trade));
        this.#emit(session, 'market_trades', JSON.stringify([{ type: 'snapshot', trades }]));
      }
    }
  }

  #beat(): void {
    const now = this.#clock.wallMs();
    const current = `${isoNanos(now).replace('T', ' ').replace('Z', '')} +0000 UTC m=+${(this.#clock.monoMs() / 1000).toFixed(9)}`;
    for (const session of this.#sessions) {
      if (!session.heartbeats) continue;
      this.#emit(
        session,
        'heartbeats',
        `[{"current_time":"${current}","heartbeat_counter":${session.heartbeatCounter}}]`,
      );
      session.heartbeatCounter += 1;
    }
  }

  /** `events` is JSON. With a `fate` the frame is a book delta; a lost one still uses its sequence number up. */
  #emit(session: Session, channel: keyof typeof KINDS, events: string, fate: Fate | null = null): void {
    const sequence = session.sequence;
    session.sequence += 1;
    const frame = `{"channel":"${channel}","client_id":"","timestamp":"${isoNanos(this.#clock.wallMs())}","sequence_num":${sequence},"events":${events}}`;
    if (fate === null) this.#gate.send(session.socket, frame, KINDS[channel]);
    else this.#gate.sendDelta(session.socket, frame, fate);
  }

  #error(session: Session, detail: { message: string; reason?: string }): void {
    this.#gate.send(session.socket, JSON.stringify({ type: 'error', ...detail }), 'control');
  }
}

function update(market: MarketView, level: Level, bid: boolean, at: string): string {
  const { spec } = market;
  return `{"side":"${bid ? 'bid' : 'offer'}","event_time":"${at}","price_level":"${priceText(spec, level.price)}","new_quantity":"${sizeText(spec, level.size)}"}`;
}

function snapshot(market: MarketView): string {
  const updates = [
    ...market.book.bids.map((level) => update(market, level, true, SNAPSHOT_TIME)),
    ...market.book.asks.map((level) => update(market, level, false, SNAPSHOT_TIME)),
  ];
  return `[{"type":"snapshot","product_id":"${productOf(market.spec)}","updates":[${updates.join(',')}]}]`;
}

function tradeRow({ spec }: MarketView, trade: WorldTrade): object {
  return {
    product_id: productOf(spec),
    trade_id: String(trade.id),
    price: priceText(spec, trade.price),
    size: sizeText(spec, trade.size),
    time: isoMicros(trade.atMs),
    side: sideOf(trade),
  };
}

function statusRow({ spec, status }: MarketView): object {
  return {
    product_type: 'SPOT',
    id: productOf(spec),
    base_currency: spec.base,
    quote_currency: spec.quote,
    base_increment: step(spec.sizeDecimals),
    quote_increment: step(spec.priceDecimals),
    display_name: `${spec.base}/${spec.quote}`,
    status: statusText(status),
    status_message: '',
    min_market_funds: spec.minNotional,
  };
}

function subscriptionsOf(session: Session): Record<string, string[]> {
  const named: Record<string, string[]> = {};
  for (const channel of ['level2', 'market_trades', 'status'] as const) {
    const held = session.markets[channel];
    if (held.size > 0) named[channel] = [...held].map((market) => productOf(market.spec));
  }
  if (session.heartbeats) named.heartbeats = ['heartbeats'];
  return named;
}
