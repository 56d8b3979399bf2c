import type { FeedId } from '#shared/domain/ids';
import type { Random } from '#shared/kernel/random';
import type { Cancel, Clock } from '#shared/kernel/time';
import { every } from '#shared/kernel/time';
import type { ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import type { AccountListener, PracticeExchange, PracticeKey } from '../../../exchange/types.ts';
import type { FeedGate } from '../../gate.ts';
import { wholeMs } from '../../instants.ts';
import type { Message } from '../../message.ts';
import { readMessage, stringAt, strings } from '../../message.ts';
import type { Category } from '../rest.ts';
import { CATEGORIES } from '../rest.ts';
import { Refused } from './answers.ts';
import type { Gatekeeper } from './gatekeeper.ts';
import type { Shelves } from './parameters.ts';
import { executionRow, fundingRow, orderRow, positionRow } from './rows.ts';
import { isSigned } from './signature.ts';
import { walletRow } from './wallet.ts';

const TOPICS = ['order', 'execution', 'position', 'wallet', 'dcp'] as const;
type Topic = (typeof TOPICS)[number];
const IDLE_LIMIT_MS = 600_000;
const TICK_MS = 1_000;

interface Session {
  readonly socket: ServerSocket;
  readonly host: string;
  readonly connectionId: string;
  /** As subscribed: `order`, or `order.spot`. */
  readonly topics: Set<string>;
  /** Feeds whose events it asked for. */
  readonly feeds: Set<FeedId>;
  key: PracticeKey | null;
  deaf: Cancel;
  heardMonoMs: number;
}

/** Bybit's v5 private stream (https://bybit-exchange.github.io/docs/v5/ws/connect). */
export class BybitPrivateStream {
  readonly #shelves: Shelves;
  readonly #exchange: PracticeExchange;
  readonly #gatekeeper: Gatekeeper;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #sessions = new Set<Session>();
  #tick: Cancel = () => {};

  constructor(shelves: Shelves, exchange: PracticeExchange, gatekeeper: Gatekeeper, clock: Clock, random: Random) {
    this.#shelves = shelves;
    this.#exchange = exchange;
    this.#gatekeeper = gatekeeper;
    this.#clock = clock;
    this.#random = random;
  }

  start(): void {
    this.#tick = every(this.#clock, TICK_MS, () => this.#dropIdle());
  }

  stop(): void {
    this.#tick();
  }

  connect(host: string, socket: ServerSocket): ServerSocketEvents {
    const session: Session = {
      socket,
      host,
      connectionId: this.#hex(20),
      topics: new Set(),
      feeds: new Set(),
      key: null,
      deaf: () => {},
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
        session.deaf();
        this.#sessions.delete(session);
      },
    };
  }

  #message(session: Session, text: string): void {
    const request = readMessage(text);
    const op = request === null ? undefined : stringAt(request, 'op');
    if (request === null || op === undefined) {
      this.#reply(session, {}, { success: false, ret_msg: 'error:invalid request', op: '' });
      return;
    }
    switch (op) {
      case 'ping':
        this.#reply(session, request, { op: 'pong', args: [String(wholeMs(this.#clock.wallMs()))] });
        return;
      case 'auth':
        this.#authenticate(session, request);
        return;
      case 'subscribe':
      case 'unsubscribe':
        this.#subscription(session, op, request);
        return;
      default:
        this.#reply(session, request, { success: false, ret_msg: `error:op type not support,op:${op}`, op });
    }
  }

  /** `[key, expires, HMAC of "GET/realtime" and expires]`. */
  #authenticate(session: Session, request: Message): void {
    const [id, expires, signature] = Array.isArray(request.args) ? request.args : [];
    try {
      const key = this.#gatekeeper.keyOf(String(id), session.host);
      if (!(Number(expires) > this.#clock.wallMs())) throw new Refused(10002, 'Request expired');
      if (!isSigned(key.secret, `GET/realtime${String(expires)}`, String(signature))) {
        throw new Refused(10004, 'Error sign, please check your signature generation algorithm.');
      }
      session.deaf();
      session.key = key;
      session.deaf = key.account.listen(this.#listener(session, key));
      this.#reply(session, request, { success: true, ret_msg: '', op: 'auth' });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const { retCode, retMsg } = error.complaint;
      this.#reply(session, request, { success: false, ret_msg: retMsg, retCode, op: 'auth' });
      session.socket.close(1000, 'authentication failed');
    }
  }

  #subscription(session: Session, op: 'subscribe' | 'unsubscribe', request: Message): void {
    const topics = strings(request.args) ?? [];
    const wrong = topics.find((topic) => feedsOf(topic, this.#shelves) === null);
    const refused = op === 'subscribe' && CATEGORIES.every((one) => this.#shelves[one].gate.refusesSubscriptions);
    let ret_msg = '';
    if (session.key === null) ret_msg = 'Request not authorized';
    else if (topics.length === 0) ret_msg = 'error:args is empty';
    else if (wrong !== undefined) ret_msg = `error:handler not found,topic:${wrong}`;
    else if (refused) ret_msg = 'error:system busy, subscribe later';
    if (ret_msg !== '') {
      this.#reply(session, request, { success: false, ret_msg, op });
      return;
    }
    for (const topic of topics) {
      if (op === 'unsubscribe') session.topics.delete(topic);
      else this.#open(session, topic);
    }
    this.#reply(session, request, { success: true, ret_msg: '', op });
  }

  #open(session: Session, topic: string): void {
    session.topics.add(topic);
    for (const feed of feedsOf(topic, this.#shelves) ?? []) {
      session.feeds.add(feed);
      this.#gate(feed).opened(session.socket);
    }
  }

  /** What the account hears goes to the topics that its category was asked for. */
  #listener(session: Session, key: PracticeKey): AccountListener {
    const { account } = key;
    const tell = (topic: Topic, feed: FeedId, rows: readonly object[]): void => this.#tell(session, topic, feed, rows);
    return {
      orderChanged: (order) => {
        const { feed } = order.request.market.spec;
        if (this.#isAsked(session, 'order', feed)) {
          tell('order', feed, [orderRow(order, this.#exchange.takesUnknownStatus(feed))]);
        }
      },
      filled: (fill) => tell('execution', fill.order.request.market.spec.feed, [executionRow(account, fill)]),
      positionChanged: (position) => {
        const { market } = position;
        tell('position', market.spec.feed, [positionRow(account, market, position, this.#clock.wallMs())]);
      },
      fundingPaid: (market, amount, rate, atMs) => {
        const held = account.positions().find((position) => position.market === market);
        if (held === undefined) return;
        const row = fundingRow({ market, amount, rate, positionQuantity: held.quantity, atMs });
        tell('execution', market.spec.feed, [row]);
      },
      holdingChanged: (_wallet, { currency }) => {
        if (!session.topics.has('wallet')) return;
        const feed = this.#home(session).feed;
        this.#send(session, 'wallet', feed, [walletRow(account, this.#shelves, [currency])]);
      },
    };
  }

  #isAsked(session: Session, topic: Topic, feed: FeedId): boolean {
    return session.topics.has(topic) || session.topics.has(`${topic}.${this.#categoryOf(feed)}`);
  }

  #tell(session: Session, topic: Topic, feed: FeedId, rows: readonly object[]): void {
    const category = this.#categoryOf(feed);
    const named = `${topic}.${category}`;
    const data = rows.map((row) => ({ category, ...row }));
    if (session.topics.has(named)) this.#send(session, named, feed, data);
    else if (session.topics.has(topic)) this.#send(session, topic, feed, data);
  }

  #send(session: Session, topic: string, feed: FeedId, data: readonly object[]): void {
    const creationTime = wholeMs(this.#clock.wallMs());
    const id = `${session.key?.account.id ?? ''}_${topic}_${creationTime}`;
    this.#gate(feed).send(session.socket, JSON.stringify({ id, topic, creationTime, data }), 'private');
  }

  #reply(session: Session, request: Message, reply: object): void {
    const reqId = stringAt(request, 'req_id');
    const text = JSON.stringify({
      ...(reqId === undefined ? {} : { req_id: reqId }),
      ...reply,
      conn_id: session.connectionId,
    });
    this.#home(session).gate.send(session.socket, text, 'op' in reply && reply.op === 'pong' ? 'heartbeat' : 'control');
  }

  /** The feed whose events it asked for first; before that the first that is not silent. */
  #home(session: Session): Shelves[Category] {
    const [feed] = session.feeds;
    const shelves = CATEGORIES.map((category) => this.#shelves[category]);
    return (
      shelves.find((shelf) => shelf.feed === feed) ?? shelves.find(({ gate }) => !gate.closed) ?? this.#shelves.spot
    );
  }

  #dropIdle(): void {
    const now = this.#clock.monoMs();
    for (const session of [...this.#sessions]) {
      if (now - session.heardMonoMs > IDLE_LIMIT_MS) session.socket.close(1000, 'idle');
      else if (session.key?.revoked === true) session.socket.close(1000, 'api key deleted');
    }
  }

  #categoryOf(feed: FeedId): Category {
    return feed === this.#shelves.spot.feed ? 'spot' : 'linear';
  }

  #gate(feed: FeedId): FeedGate {
    return this.#shelves[this.#categoryOf(feed)].gate;
  }

  #hex(length: number): string {
    return Array.from({ length }, () => Math.floor(this.#random.next() * 16).toString(16)).join('');
  }
}

/** The feeds that a topic is about, none for those of the whole account; `null` for one that there is not. */
function feedsOf(topic: string, shelves: Shelves): readonly FeedId[] | null {
  const [name = '', category, ...rest] = topic.split('.');
  if (rest.length > 0 || !TOPICS.some((one) => one === name)) return null;
  if (name === 'dcp') return [];
  if (name === 'wallet') return category === undefined ? [] : null;
  if (category === undefined) return CATEGORIES.map((one) => shelves[one].feed);
  const known = CATEGORIES.find((one) => one === category);
  return known === undefined ? null : [shelves[known].feed];
}
