import type { Cancel, Clock } from '#shared/kernel/time';
import { every } from '#shared/kernel/time';
import type { ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import type { ExchangeOrder, ExchangePosition, PracticeExchange, PracticeKey } from '../../../exchange/types.ts';
import type { FeedGate } from '../../gate.ts';
import { isRecord, type Message, readMessage, strings } from '../../message.ts';
import type { FeedContext } from '../../venue.ts';
import { Heartbeat } from '../heartbeat.ts';
import { nameOf } from '../instruments.ts';
import { errorOf, invalid, METHOD_NOT_FOUND, resultOf, TOO_MANY_REQUESTS } from '../json-rpc.ts';
import type { GatewayAccess } from './access.ts';
import { isLive } from './book-keeping.ts';
import type { Credits } from './credits.ts';
import type { GatewayMethods } from './methods.ts';
import { positionRow, tradeRow, triggerRow } from './order-words.ts';
import { type Outcome, UNAUTHORIZED } from './outcomes.ts';
import { wireText } from './wire-text.ts';

const SECOND_MS = 1_000;
/** A client that has sent nothing for this long is dropped; protocol pings do not count. */
const IDLE_LIMIT_MS = 30_000;
/** This host serves the user's own channels alone. */
const CHANNELS =
  /^user\.(orders|trades|changes)\.(any|future|[A-Z0-9_]+-PERPETUAL)(\.(any|USDC))?\.raw$|^user\.portfolio\.(any|usdc)$/;

interface Session {
  readonly id: number;
  readonly socket: ServerSocket;
  readonly heartbeat: Heartbeat;
  readonly channels: Set<string>;
  /** Orders made over this connection. */
  readonly made: Set<ExchangeOrder>;
  cancelsOnDisconnect: boolean;
  heardMonoMs: number;
  key: PracticeKey | null;
  unlisten: () => void;
}

/**
 * The trading socket, wss://drb.coinbase.com/ws/api/v2: every method, the user's own channels, cancel on disconnect.
 * https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/websocket/websocket-endpoints
 */
export class GatewayTradingSocket {
  readonly #feed: FeedContext;
  readonly #gate: FeedGate;
  readonly #clock: Clock;
  readonly #exchange: PracticeExchange;
  readonly #access: GatewayAccess;
  readonly #methods: GatewayMethods;
  readonly #credits: Credits;
  readonly #sessions = new Set<Session>();
  #next = 0;
  #stopWatch: Cancel = () => {};

  constructor(parts: {
    readonly feed: FeedContext;
    readonly clock: Clock;
    readonly exchange: PracticeExchange;
    readonly access: GatewayAccess;
    readonly methods: GatewayMethods;
    readonly credits: Credits;
  }) {
    this.#feed = parts.feed;
    this.#gate = parts.feed.gate;
    this.#clock = parts.clock;
    this.#exchange = parts.exchange;
    this.#access = parts.access;
    this.#methods = parts.methods;
    this.#credits = parts.credits;
  }

  start(): void {
    this.#stopWatch = every(this.#clock, SECOND_MS, () => {
      for (const { socket, heardMonoMs } of [...this.#sessions]) {
        if (this.#clock.monoMs() - heardMonoMs > IDLE_LIMIT_MS) socket.close(1011, 'no message for 30 seconds');
      }
    });
  }

  stop(): void {
    this.#stopWatch();
    for (const { heartbeat, unlisten } of this.#sessions) {
      heartbeat.stop();
      unlisten();
    }
  }

  connect(socket: ServerSocket): ServerSocketEvents {
    this.#next += 1;
    const session: Session = {
      id: this.#next,
      socket,
      heartbeat: new Heartbeat(socket, this.#gate, this.#clock),
      channels: new Set(),
      made: new Set(),
      cancelsOnDisconnect: false,
      heardMonoMs: this.#clock.monoMs(),
      key: null,
      unlisten: () => {},
    };
    this.#sessions.add(session);
    return {
      message: (text) => {
        session.heardMonoMs = this.#clock.monoMs();
        this.#message(session, text);
      },
      ping: () => {},
      pong: () => {},
      closed: () => this.#closed(session),
    };
  }

  /** Orders of other connections stay. */
  #closed(session: Session): void {
    session.heartbeat.stop();
    session.unlisten();
    this.#sessions.delete(session);
    if (!session.cancelsOnDisconnect || session.key === null) return;
    session.key.account.deadMan(`connection ${session.id}`, 0, (order) => session.made.has(order) && isLive(order));
  }

  #message(session: Session, text: string): void {
    const request = readMessage(text);
    const params = request?.params ?? {};
    if (request === null || typeof request.method !== 'string' || !isRecord(params)) {
      this.#answer(session, undefined, { error: { code: 11050, message: 'bad_request' } });
      return;
    }
    const { id, method } = request;
    if (method === 'private/logout') {
      session.cancelsOnDisconnect = false;
      session.socket.close(1000, 'logout');
      return;
    }
    // Who asks too often is not told to wait but disconnected.
    if (this.#gate.isOn('rate-limit')) {
      this.#answer(session, id, { error: TOO_MANY_REQUESTS });
      session.socket.close(1008, 'too_many_requests');
      return;
    }
    const own = this.#own(session, method, params);
    if (own !== null) {
      this.#answer(session, id, own);
      return;
    }
    // A token that has run out ends what it opened.
    const { key } = session;
    if (key === null || key.revoked) {
      this.#answer(session, id, { error: UNAUTHORIZED });
      return;
    }
    if (!this.#credits.take(key.account.id, method)) {
      this.#answer(session, id, { error: TOO_MANY_REQUESTS });
      session.socket.close(1008, 'too_many_requests');
      return;
    }
    const called = this.#methods.call(key, method, params, true);
    if (called === null) {
      this.#answer(session, id, this.#ofConnection(session, method, params));
      return;
    }
    for (const order of called.made) session.made.add(order);
    if (this.#exchange.answerTo('coinbase:perp', called.what) === 'as-it-is') {
      this.#answer(session, id, called.outcome);
    }
  }

  /** What needs no signed-in user. */
  #own(session: Session, method: string, params: Message): Outcome | null {
    switch (method) {
      case 'public/auth':
        return this.#signIn(session, params);
      case 'public/test':
        session.heartbeat.answered();
        return { result: { version: '1.2.26' } };
      case 'public/set_heartbeat': {
        const { interval } = params;
        if (typeof interval !== 'number' || !(interval >= 10)) return { error: invalid('interval') };
        session.heartbeat.start(interval);
        return { result: 'ok' };
      }
      case 'public/get_time':
        return { result: Math.floor(this.#clock.wallMs()) };
      default:
        return method.startsWith('public/') ? { error: METHOD_NOT_FOUND } : null;
    }
  }

  #signIn(session: Session, params: Message): Outcome {
    const outcome = this.#access.authenticate(params);
    if (outcome.key === undefined) return outcome;
    session.key = outcome.key;
    return 'result' in outcome ? { result: outcome.result } : { error: outcome.error };
  }

  #ofConnection(session: Session, method: string, params: Message): Outcome {
    const scope = params.scope ?? 'connection';
    switch (method) {
      case 'private/subscribe':
        return this.#subscribe(session, params);
      case 'private/unsubscribe_all':
        session.channels.clear();
        return { result: 'ok' };
      case 'private/unsubscribe': {
        const channels = strings(params.channels) ?? [];
        return { result: channels.filter((channel) => session.channels.delete(channel)) };
      }
      case 'private/get_cancel_on_disconnect':
        return { result: { enabled: scope === 'connection' && session.cancelsOnDisconnect, scope } };
      case 'private/enable_cancel_on_disconnect':
      case 'private/disable_cancel_on_disconnect':
        if (scope !== 'connection') return { error: invalid('scope') };
        session.cancelsOnDisconnect = method === 'private/enable_cancel_on_disconnect';
        return { result: 'ok' };
      default:
        return { error: METHOD_NOT_FOUND };
    }
  }

  /** Lists what it takes and leaves the rest out without a word. */
  #subscribe(session: Session, params: Message): Outcome {
    const channels = strings(params.channels);
    if (channels === null || session.key === null) return { error: invalid('channels') };
    const taken = this.#gate.refusesSubscriptions ? [] : channels.filter((channel) => CHANNELS.test(channel));
    for (const channel of taken) session.channels.add(channel);
    session.unlisten();
    session.unlisten = this.#follow(session, session.key);
    return { result: taken };
  }

  #follow(session: Session, { account }: PracticeKey): () => void {
    const { feed } = this.#feed;
    const { books } = this.#methods;
    const ours = (order: ExchangeOrder): boolean => order.request.market.spec.feed === feed;
    const wallet = this.#feed.markets[0] === undefined ? '' : account.walletOf(this.#feed.markets[0]);
    const triggered = new WeakSet<ExchangeOrder>();
    return account.listen({
      orderChanged: (order) => {
        if (!ours(order)) return;
        // A stop that went off is told as such, then what it became as an order of its own.
        if (order.triggered && !triggered.has(order)) {
          triggered.add(order);
          this.#push(session, 'orders', order, triggerRow(order, books.noteOf(order)));
        }
        this.#push(session, 'orders', order, books.row(order));
      },
      filled: (fill) => {
        if (!ours(fill.order) || fill.cause === 'auto-deleveraging') return;
        this.#push(session, 'trades', fill.order, [tradeRow(fill, books.noteOf(fill.order))]);
      },
      positionChanged: (position) => {
        if (position.market.spec.feed === feed) this.#changed(session, position);
      },
      holdingChanged: (of, holding) => {
        if (of !== wallet) return;
        const channel = `user.portfolio.${holding.currency.toLowerCase()}`;
        for (const name of [channel, 'user.portfolio.any']) {
          if (session.channels.has(name)) this.#publish(session, name, this.#methods.summaries.row(account, holding));
        }
      },
      fundingPaid: () => {},
    });
  }

  #changed(session: Session, position: ExchangePosition): void {
    const name = nameOf(position.market.spec);
    for (const channel of channelsOf('changes', name)) {
      if (!session.channels.has(channel)) continue;
      const data = { instrument_name: name, trades: [], orders: [], positions: [positionRow(position)] };
      this.#publish(session, channel, data);
    }
  }

  #push(session: Session, kind: 'orders' | 'trades', order: ExchangeOrder, data: object): void {
    for (const channel of channelsOf(kind, nameOf(order.request.market.spec))) {
      if (session.channels.has(channel)) this.#publish(session, channel, data);
    }
  }

  #publish(session: Session, channel: string, data: object): void {
    const frame = { jsonrpc: '2.0', method: 'subscription', params: { channel, data } };
    this.#gate.send(session.socket, wireText(frame), 'private');
  }

  #answer(session: Session, id: unknown, outcome: Outcome): void {
    const now = this.#clock.wallMs();
    const body = 'error' in outcome ? errorOf(id, outcome.error, now) : resultOf(id, outcome.result, now);
    this.#gate.send(session.socket, wireText(body), 'control');
  }
}

const channelsOf = (kind: string, name: string): readonly string[] => [
  `user.${kind}.${name}.raw`,
  ...['any', 'future'].flatMap((of) => ['any', 'USDC'].map((currency) => `user.${kind}.${of}.${currency}.raw`)),
];
