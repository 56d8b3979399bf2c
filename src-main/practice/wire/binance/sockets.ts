import type { Cancel, Clock } from '#shared/kernel/time';
import { every } from '#shared/kernel/time';
import type { ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import type { Fate } from '../delta-faults.ts';
import type { FeedGate, FrameKind } from '../gate.ts';
import type { Message } from '../message.ts';
import { isRecord, strings } from '../message.ts';
import { Topics } from '../topics.ts';

const PING_MS = 20_000;
const PONG_LIMIT_MS = 60_000;
const LIFETIME_MS = 24 * 3_600_000;
const MAX_STREAMS = 1024;
const METHODS = '`SUBSCRIBE`, `UNSUBSCRIBE`, `LIST_SUBSCRIPTIONS`, `SET_PROPERTY`, `GET_PROPERTY`';

interface Session {
  readonly socket: ServerSocket;
  readonly streams: Set<string>;
  combined: boolean;
  readonly openedMonoMs: number;
  lastPongMonoMs: number;
  windowStartMonoMs: number;
  messagesInWindow: number;
}

/**
 * Sessions of one entrance to Binance's streams: who hears which stream, and the rules that every client keeps to
 * (https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#websocket-limits).
 */
export class BinanceSockets {
  readonly #clock: Clock;
  readonly #gate: FeedGate;
  readonly #messagesPerSecond: number;
  readonly #sessions = new Set<Session>();
  readonly #subscribers = new Topics<Session>();
  #cancel: Cancel = () => {};

  /** `messagesPerSecond`: 5 on spot, 10 on futures, pings included; more ends the connection. */
  constructor(clock: Clock, gate: FeedGate, messagesPerSecond: number) {
    this.#clock = clock;
    this.#gate = gate;
    this.#messagesPerSecond = messagesPerSecond;
  }

  start(): void {
    this.#cancel = every(this.#clock, PING_MS, () => this.#pingAll());
  }

  stop(): void {
    this.#cancel();
  }

  /** `path` is `/ws`, `/ws/<stream>[/<stream>…]` or `/stream`, `query` its `streams`. */
  connect(path: string, query: URLSearchParams, socket: ServerSocket): ServerSocketEvents | null {
    const combined = path === '/stream' || path.startsWith('/stream/');
    if (!combined && path !== '/ws' && !path.startsWith('/ws/')) return null;
    const named = combined ? (query.get('streams') ?? '') : path.slice('/ws/'.length);
    const now = this.#clock.monoMs();
    const session: Session = {
      socket,
      streams: new Set(),
      combined,
      openedMonoMs: now,
      lastPongMonoMs: now,
      windowStartMonoMs: now,
      messagesInWindow: 0,
    };
    this.#sessions.add(session);
    for (const name of named.split('/')) if (name !== '') this.#subscribe(session, name);
    return {
      message: (text) => this.#message(session, text),
      ping: () => this.#count(session),
      pong: () => {
        session.lastPongMonoMs = this.#clock.monoMs();
      },
      closed: () => {
        this.#sessions.delete(session);
        this.#subscribers.drop(session);
      },
    };
  }

  /** Somebody hears the stream. */
  wanted(stream: string): boolean {
    return this.#subscribers.of(stream) !== undefined;
  }

  /** With a `fate` the frame is a book delta. `payload` is asked for when somebody hears the stream. */
  tell(stream: string, kind: FrameKind, payload: () => string, fate: Fate | null = null): void {
    const sessions = this.#subscribers.of(stream);
    if (sessions === undefined) return;
    const raw = payload();
    let wrapped: string | null = null;
    for (const session of sessions) {
      if (session.combined) wrapped ??= `{"stream":"${stream}","data":${raw}}`;
      const frame = session.combined && wrapped !== null ? wrapped : raw;
      if (fate === null) this.#gate.send(session.socket, frame, kind);
      else this.#gate.sendDelta(session.socket, frame, fate);
    }
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
    if (isRecord(request)) this.#obey(session, request);
    else this.#refuse(session, null, 'Invalid request: request must be an object');
  }

  #obey(session: Session, request: Message): void {
    const id = request.id ?? null;
    switch (request.method) {
      case 'SUBSCRIBE':
      case 'UNSUBSCRIBE':
        this.#change(session, id, request.method === 'SUBSCRIBE', strings(request.params));
        return;
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
        this.#acknowledge(session, id);
        return;
      }
      case 'GET_PROPERTY':
        this.#send(session, JSON.stringify({ result: session.combined, id }));
        return;
      default:
        this.#refuse(
          session,
          id,
          `Invalid request: unknown variant \`${String(request.method)}\`, expected one of ${METHODS}`,
        );
    }
  }

  /** A stream that does not exist is acknowledged like any other and never says a word. */
  #change(session: Session, id: unknown, add: boolean, names: readonly string[] | null): void {
    if (names === null || names.length === 0) {
      this.#refuse(session, id, 'Invalid request: params must be an array of stream names');
      return;
    }
    if (add && this.#gate.refusesSubscriptions) {
      this.#refuse(session, id, 'Invalid request: subscriptions are not available at this time');
      return;
    }
    for (const name of names) {
      if (add) this.#subscribe(session, name);
      else {
        session.streams.delete(name);
        this.#subscribers.delete(name, session);
      }
    }
    if (session.streams.size > MAX_STREAMS) session.socket.close(1008, 'Too many streams');
    else this.#acknowledge(session, id);
  }

  #subscribe(session: Session, name: string): void {
    session.streams.add(name);
    this.#subscribers.add(name, session);
  }

  #count(session: Session): boolean {
    const now = this.#clock.monoMs();
    if (now - session.windowStartMonoMs >= 1000) {
      session.windowStartMonoMs = now;
      session.messagesInWindow = 0;
    }
    session.messagesInWindow += 1;
    if (session.messagesInWindow <= this.#messagesPerSecond) return true;
    session.socket.close(1008, 'Too many requests');
    return false;
  }

  #acknowledge(session: Session, id: unknown): void {
    this.#send(session, `{"result":null,"id":${JSON.stringify(id)}}`);
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
