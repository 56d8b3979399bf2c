import type { Cancel, Clock } from '#shared/kernel/time';
import { every } from '#shared/kernel/time';
import type { ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import type {
  AccountListener,
  ExchangeAccount,
  ExchangeFill,
  ExchangeOrder,
  PracticeExchange,
  PracticeKey,
  WalletHolding,
} from '../../../exchange/types.ts';
import type { FeedGate, FrameKind } from '../../gate.ts';
import { isoMicros } from '../../instants.ts';
import type { Message } from '../../message.ts';
import { isRecord, readMessage, stringAt } from '../../message.ts';
import type { FeedContext } from '../../venue.ts';
import { execStatus, orderUpdate, tradeUpdate, wholeOrder } from './execution-rows.ts';
import type { Gatekeeper } from './gatekeeper.ts';
import { isClosed, UNKNOWN_STATUS } from './order-rows.ts';
import type { Tokens } from './tokens.ts';

const FEED = 'kraken:spot';
const HEARTBEAT_MS = 1_000;
const SNAPSHOT_TRADES = 50;
const CHANNELS = ['executions', 'balances'] as const;
type Channel = (typeof CHANNELS)[number];

interface Session {
  readonly socket: ServerSocket;
  /** Of each channel that is subscribed: the number of its last message. */
  readonly sequences: Map<Channel, number>;
  key: PracticeKey | null;
  stopListening: () => void;
  sentMonoMs: number;
}

/** Kraken's private WebSocket v2 (https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/executions). */
export class KrakenPrivateFeed {
  readonly #feed: FeedContext;
  readonly #gate: FeedGate;
  readonly #exchange: PracticeExchange;
  readonly #clock: Clock;
  readonly #gatekeeper: Gatekeeper;
  readonly #tokens: Tokens;
  readonly #sessions = new Set<Session>();
  #stopBeating: Cancel = () => {};

  constructor(
    feed: FeedContext,
    exchange: PracticeExchange,
    clock: Clock,
    parts: { readonly gatekeeper: Gatekeeper; readonly tokens: Tokens },
  ) {
    this.#feed = feed;
    this.#gate = feed.gate;
    this.#exchange = exchange;
    this.#clock = clock;
    this.#gatekeeper = parts.gatekeeper;
    this.#tokens = parts.tokens;
  }

  start(): void {
    this.#stopBeating = every(this.#clock, HEARTBEAT_MS, () => this.#beat());
  }

  stop(): void {
    this.#stopBeating();
    for (const session of this.#sessions) session.stopListening();
  }

  connect(path: string, socket: ServerSocket): ServerSocketEvents | null {
    if (path !== '/v2') return null;
    const session: Session = {
      socket,
      sequences: new Map(),
      key: null,
      stopListening: () => {},
      sentMonoMs: this.#clock.monoMs(),
    };
    this.#sessions.add(session);
    this.#send(
      session,
      '{"channel":"status","type":"update","data":[{"version":"2.0.10","system":"online","api_version":"v2","connection_id":13834774380200032777}]}',
      'control',
    );
    return {
      message: (text) => this.#message(session, text),
      ping: () => {},
      pong: () => {},
      closed: () => {
        session.stopListening();
        this.#sessions.delete(session);
      },
    };
  }

  #message(session: Session, text: string): void {
    const timeIn = isoMicros(this.#clock.wallMs());
    const request = readMessage(text);
    if (request === null) {
      this.#send(session, '{"error":"Malformed request","success":false}', 'control');
      return;
    }
    const id = typeof request.req_id === 'number' ? { req_id: request.req_id } : {};
    const method = stringAt(request, 'method');
    const stamped = () => ({ time_in: timeIn, time_out: isoMicros(this.#clock.wallMs()) });
    if (method === 'ping') {
      this.#send(session, JSON.stringify({ method: 'pong', ...id, ...stamped() }), 'heartbeat');
      return;
    }
    const answer = this.#subscription(session, method, request);
    if (typeof answer === 'string') {
      const refusal = { error: answer, method: method ?? '', ...id, success: false, ...stamped() };
      this.#send(session, JSON.stringify(refusal), 'control');
      return;
    }
    this.#send(
      session,
      JSON.stringify({ method, result: answer.result, success: true, ...id, ...stamped() }),
      'control',
    );
    answer.afterwards();
  }

  /** What is acknowledged and sent after that, or what the venue says against it. */
  #subscription(
    session: Session,
    method: string | undefined,
    request: Message,
  ): { readonly result: object; readonly afterwards: () => void } | string {
    if (method !== 'subscribe' && method !== 'unsubscribe') return 'Unsupported method';
    const params = request.params;
    if (!isRecord(params)) return 'Params not found';
    const channel = CHANNELS.find((one) => one === params.channel);
    if (channel === undefined) return 'Channel not supported';
    const token = stringAt(params, 'token');
    const key = token === undefined ? null : this.#tokens.keyOf(token);
    if (key === null || !this.#gatekeeper.isLive(key)) return 'EAPI:Invalid token';
    if (session.key !== null && session.key.id !== key.id) return 'ESession:Invalid session';
    if (this.#gate.refusesSubscriptions) return `Subscription ${channel} unavailable`;
    if (method === 'unsubscribe') {
      session.sequences.delete(channel);
      return { result: { channel }, afterwards: () => {} };
    }
    if (session.sequences.has(channel)) return 'Already subscribed';
    const [orders, trades] = [params.snap_orders !== false, params.snap_trades === true];
    const result =
      channel === 'executions'
        ? { channel, maxratecount: 125, snap_orders: orders, snap_trades: trades }
        : { channel, snapshot: params.snapshot !== false };
    return {
      result,
      afterwards: () => {
        this.#listen(session, key);
        session.sequences.set(channel, 0);
        if (channel === 'executions') this.#snapshot(session, key.account, orders, trades);
        else if (params.snapshot !== false) this.#balances(session, key.account);
      },
    };
  }

  #listen(session: Session, key: PracticeKey): void {
    if (session.key !== null) return;
    session.key = key;
    session.stopListening = key.account.listen(new SpotListener(session, key.account, this.#feed, this));
  }

  #snapshot(session: Session, account: ExchangeAccount, orders: boolean, trades: boolean): void {
    const open = orders ? account.orders(FEED).filter((order) => !isClosed(order)) : [];
    const fills = trades ? account.fills(FEED).slice(-SNAPSHOT_TRADES) : [];
    const rows = [
      ...open.map((order) => wholeOrder(order, order.fills.length > 0 ? 'status' : 'new', this.statusOf(order))),
      ...fills.map(tradeUpdate),
    ];
    this.tell(session, 'executions', 'snapshot', rows);
  }

  #balances(session: Session, account: ExchangeAccount): void {
    const [market] = this.#feed.markets;
    if (market === undefined) return;
    const rows = account.holdings(account.walletOf(market)).map(({ currency, total }) => ({
      asset: currency,
      asset_class: 'currency',
      balance: Number(total.toFixed()),
      wallets: [{ type: 'spot', id: 'main', balance: Number(total.toFixed()) }],
    }));
    this.tell(session, 'balances', 'snapshot', rows);
  }

  statusOf(order: ExchangeOrder): string {
    return this.#exchange.takesUnknownStatus(FEED) ? UNKNOWN_STATUS : execStatus(order);
  }

  nowText(): string {
    return isoMicros(this.#clock.wallMs());
  }

  /** A message of a channel that is subscribed. */
  tell(session: Session, channel: Channel, type: 'snapshot' | 'update', data: readonly object[]): void {
    const last = session.sequences.get(channel);
    if (last === undefined) return;
    session.sequences.set(channel, last + 1);
    this.#send(session, JSON.stringify({ channel, type, data, sequence: last + 1 }), 'private');
  }

  #beat(): void {
    const now = this.#clock.monoMs();
    for (const session of [...this.#sessions]) {
      if (session.key !== null && !this.#gatekeeper.isLive(session.key)) session.socket.close(1008, 'key revoked');
      else if (session.sequences.size > 0 && now - session.sentMonoMs >= HEARTBEAT_MS) {
        this.#send(session, '{"channel":"heartbeat"}', 'heartbeat');
      }
    }
  }

  #send(session: Session, frame: string, kind: FrameKind): void {
    session.sentMonoMs = this.#clock.monoMs();
    this.#gate.send(session.socket, frame, kind);
  }
}

/** Turns what happens to an account into messages for one socket. */
class SpotListener implements AccountListener {
  readonly #session: Session;
  readonly #account: ExchangeAccount;
  readonly #feed: FeedContext;
  readonly #out: KrakenPrivateFeed;
  readonly #announced = new Set<number>();
  readonly #triggered = new Set<number>();

  constructor(session: Session, account: ExchangeAccount, feed: FeedContext, out: KrakenPrivateFeed) {
    this.#session = session;
    this.#account = account;
    this.#feed = feed;
    this.#out = out;
    for (const order of account.orders(FEED)) this.#announced.add(order.number);
  }

  orderChanged(order: ExchangeOrder): void {
    if (order.request.market.spec.feed !== FEED) return;
    this.#announce(order);
    if (isClosed(order)) {
      const status = this.#out.statusOf(order);
      this.#update(orderUpdate(order, execStatus(order), status));
    } else if (order.triggered && !this.#triggered.has(order.number)) {
      this.#triggered.add(order.number);
      this.#update(orderUpdate(order, 'status', this.#out.statusOf(order)));
    }
  }

  filled(fill: ExchangeFill): void {
    if (fill.order.request.market.spec.feed !== FEED) return;
    this.#announce(fill.order);
    this.#update(tradeUpdate(fill));
  }

  holdingChanged(wallet: string, { currency, total }: WalletHolding): void {
    const [market] = this.#feed.markets;
    if (market === undefined || wallet !== this.#account.walletOf(market)) return;
    const row = {
      asset: currency,
      asset_class: 'currency',
      category: 'trade',
      wallet_type: 'spot',
      wallet_id: 'main',
      type: 'trade',
      balance: Number(total.toFixed()),
      timestamp: this.#out.nowText(),
    };
    this.#out.tell(this.#session, 'balances', 'update', [row]);
  }

  positionChanged(): void {}

  fundingPaid(): void {}

  /** An order is told of whole when it was taken, and again when it is live. */
  #announce(order: ExchangeOrder): void {
    if (this.#announced.has(order.number)) return;
    this.#announced.add(order.number);
    this.#update(wholeOrder(order, 'pending_new', 'pending_new'));
    this.#update(orderUpdate(order, 'new', 'new'));
  }

  #update(row: object): void {
    this.#out.tell(this.#session, 'executions', 'update', [row]);
  }
}
