import type { Random } from '#shared/kernel/random';
import type { Cancel } from '#shared/kernel/time';
import { every } from '#shared/kernel/time';
import type { ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import type { ExchangeOrder, PracticeKey } from '../../../exchange/types.ts';
import type { FeedGate } from '../../gate.ts';
import type { Message } from '../../message.ts';
import { readMessage, stringAt } from '../../message.ts';
import type { InstType } from '../instruments.ts';
import { INST_TYPES, instTypeOf } from '../instruments.ts';
import type { Arg } from '../requests.ts';
import { idOf, readArgs } from '../requests.ts';
import { instIdOf } from '../sizes.ts';
import { balanceDetails } from './account.ts';
import type { BookListener } from './account-book.ts';
import type { PrivatePath, Subscription } from './channels.ts';
import { subscriptionOf } from './channels.ts';
import type { Desk } from './desk.ts';
import { loginOf } from './login.ts';
import { algoRow, orderRow, positionRow } from './rows.ts';

const IDLE_LIMIT_MS = 30_000;
const LOGIN_FAILED = 4001;
const NO_DATA = 4004;
const KEY_GONE = 4007;

interface Session {
  readonly socket: ServerSocket;
  readonly path: PrivatePath;
  readonly entity: string;
  readonly connectionId: string;
  activeMonoMs: number;
  key: PracticeKey | null;
  /** By the argument it was asked for with, as text. */
  readonly subscriptions: Map<string, Subscription>;
  deaf: Cancel;
}

/** OKX's private and business sockets: https://www.okx.com/docs-v5/en/#overview-websocket-login */
export class OkxPrivateStream {
  readonly #desk: Desk;
  readonly #random: Random;
  readonly #sessions = new Set<Session>();
  #stopTicking: Cancel = () => {};

  constructor(desk: Desk, random: Random) {
    this.#desk = desk;
    this.#random = random;
  }

  start(): void {
    this.#stopTicking = every(this.#desk.clock, 1_000, () => this.#tick());
  }

  stop(): void {
    this.#stopTicking();
  }

  connect(path: PrivatePath, entity: string, socket: ServerSocket): ServerSocketEvents {
    const session: Session = {
      socket,
      path,
      entity,
      connectionId: Math.floor(this.#random.next() * 0xffffffff)
        .toString(16)
        .padStart(8, '0'),
      activeMonoMs: this.#desk.clock.monoMs(),
      key: null,
      subscriptions: new Map(),
      deaf: () => {},
    };
    this.#sessions.add(session);
    return {
      message: (text) => {
        session.activeMonoMs = this.#desk.clock.monoMs();
        if (text === 'ping') this.#gateOf(session).send(socket, 'pong', 'heartbeat');
        else this.#message(session, text);
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
    if (request === null || (op !== 'login' && op !== 'subscribe' && op !== 'unsubscribe')) {
      this.#error(session, '60012', `Invalid request: ${text.slice(0, 200)}`, request);
      return;
    }
    if (op === 'login') {
      this.#login(session, request);
      return;
    }
    if (session.key === null) {
      this.#error(session, '60011', 'Please log in.', request);
      return;
    }
    const args = readArgs(request);
    if (args === null) this.#error(session, '60013', 'Invalid args', request);
    else for (const arg of args) this.#subscribe(session, session.key, op, arg, request);
  }

  #login(session: Session, request: Message): void {
    if (session.key !== null) {
      this.#error(session, '60010', 'Already logged in', request);
      return;
    }
    const key = loginOf(this.#desk, session.entity, request);
    if ('code' in key) {
      this.#error(session, key.code, key.msg, request);
      session.socket.close(LOGIN_FAILED, 'Login failed.');
      return;
    }
    session.key = key;
    session.deaf = this.#desk.bookOf(key.account).listen(this.#teller(session));
    this.#control(session, { event: 'login', code: '0', msg: '', connId: session.connectionId });
  }

  #subscribe(session: Session, key: PracticeKey, op: 'subscribe' | 'unsubscribe', arg: Arg, request: Message): void {
    const subscription = subscriptionOf(session.path, arg);
    if ('code' in subscription) {
      this.#error(session, subscription.code, subscription.msg, request);
      return;
    }
    for (const type of subscription.types) this.#desk.feeds[type].gate.opened(session.socket);
    const [first] = subscription.types;
    if (op === 'subscribe' && first !== undefined && this.#desk.feeds[first].gate.refusesSubscriptions) {
      this.#error(session, '60014', 'Requests too frequent', request);
      return;
    }
    const { connectionId: connId, subscriptions } = session;
    this.#control(session, { ...idOf(request), event: op, arg, connId });
    if (op === 'unsubscribe') {
      subscriptions.delete(JSON.stringify(arg));
      return;
    }
    subscriptions.set(JSON.stringify(arg), subscription);
    const { channel } = subscription;
    const connCount = [...this.#sessions].filter(
      (one) =>
        one.key?.account === key.account && [...one.subscriptions.values()].some((held) => held.channel === channel),
    ).length;
    this.#control(session, { event: 'channel-conn-count', channel, connCount: String(connCount), connId });
    this.#snapshot(session, key, subscription);
  }

  /** Balances and positions are told at once; orders only when they change. */
  #snapshot(session: Session, { account }: PracticeKey, { channel }: Subscription): void {
    if (channel === 'account') this.#tellBalances(session);
    if (channel !== 'positions') return;
    const rows = account.positions().map((position) => positionRow(position, this.#desk.nowMs));
    this.#push(session, 'positions', 'SWAP', null, rows);
  }

  #teller(session: Session): BookListener {
    const bookOf = (): ReturnType<Desk['bookOf']> | null =>
      session.key === null ? null : this.#desk.bookOf(session.key.account);
    const placeOf = ({ request }: ExchangeOrder) =>
      [instTypeOf(request.market), instIdOf(request.market.spec)] as const;
    return {
      order: (order, filled, fill) => {
        const [type, instId] = placeOf(order);
        if (!this.#wants(session, 'orders', type, instId)) return;
        const row = orderRow(order, {
          algo: bookOf()?.algoOf(order),
          told: { filled, fill },
          unknown: this.#desk.exchange.takesUnknownStatus(order.request.market.spec.feed),
        });
        this.#push(session, 'orders', type, instId, [row]);
      },
      algo: (algo) => {
        const leg = algo.sl ?? algo.tp;
        if (leg !== null) this.#push(session, 'orders-algo', ...placeOf(leg), [algoRow(algo)]);
      },
      holdings: () => this.#tellBalances(session),
      position: (position) => {
        const { market } = position;
        this.#push(session, 'positions', 'SWAP', instIdOf(market.spec), [positionRow(position, this.#desk.nowMs)]);
      },
    };
  }

  #tellBalances(session: Session): void {
    if (session.key === null) return;
    const uTime = String(Math.floor(this.#desk.nowMs));
    const details = balanceDetails(session.key.account);
    this.#push(session, 'account', null, null, [{ uTime, totalEq: '', details }]);
  }

  #wants({ subscriptions }: Session, channel: string, type: InstType | null, instId: string | null): boolean {
    return [...subscriptions.values()].some(
      (held) =>
        held.channel === channel &&
        (type === null || held.types.includes(type)) &&
        (held.instId === null || instId === null || held.instId === instId),
    );
  }

  #push(
    session: Session,
    channel: Subscription['channel'],
    type: InstType | null,
    instId: string | null,
    data: readonly object[],
  ): void {
    if (session.key === null || !this.#wants(session, channel, type, instId)) return;
    const arg = { channel, ...(type === null ? {} : { instType: type }), uid: session.key.account.id };
    session.activeMonoMs = this.#desk.clock.monoMs();
    const gate = type === null ? this.#gateOf(session) : this.#desk.feeds[type].gate;
    gate.send(session.socket, JSON.stringify({ arg, data }), 'private');
  }

  #tick(): void {
    const now = this.#desk.clock.monoMs();
    for (const session of [...this.#sessions]) {
      if (session.key?.revoked === true) {
        session.socket.close(KEY_GONE, 'API key has been updated or deleted. Please reconnect.');
      } else if (now - session.activeMonoMs > IDLE_LIMIT_MS) {
        session.socket.close(NO_DATA, 'Session timeout. No data received in 30s.');
      }
    }
  }

  /** Of the product that it subscribed to first; else of any that is up. */
  #gateOf({ subscriptions }: Session): FeedGate {
    const [first] = subscriptions.values();
    const type = first?.types.length === 1 ? first.types[0] : undefined;
    const gates = INST_TYPES.map((one) => this.#desk.feeds[one].gate);
    return (
      (type === undefined ? gates.find((gate) => !gate.closed) : this.#desk.feeds[type].gate) ??
      this.#desk.feeds.SPOT.gate
    );
  }

  #control(session: Session, message: object): void {
    session.activeMonoMs = this.#desk.clock.monoMs();
    this.#gateOf(session).send(session.socket, JSON.stringify(message), 'control');
  }

  #error(session: Session, code: string, msg: string, request: Message | null): void {
    this.#control(session, { ...idOf(request), event: 'error', code, msg, connId: session.connectionId });
  }
}
