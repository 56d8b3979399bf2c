import type { Clock } from '#shared/kernel/time';
import type { ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import type { ExchangeAccount, PracticeExchange } from '../../../exchange/types.ts';
import type { FeedGate } from '../../gate.ts';
import { wholeMs } from '../../instants.ts';
import type { Message } from '../../message.ts';
import { isRecord, readMessage } from '../../message.ts';
import type { Address } from '../../venue.ts';
import { failed } from '../answers.ts';
import { Gatekeeper } from './gatekeeper.ts';
import { isListLive, listOf } from './order-lists.ts';
import type { OrderStep } from './order-story.ts';
import { OrderStory } from './order-story.ts';
import { PrivateSessions } from './sessions.ts';
import { signatureMatches } from './signature.ts';
import { executionReport, listStatusEvent, positionEvent } from './spot-events.ts';
import { UNKNOWN_STATUS } from './statuses.ts';

interface Session {
  readonly socket: ServerSocket;
  readonly host: string;
  /** Ends its subscriptions, by number. */
  readonly subscriptions: Map<number, () => void>;
  next: number;
}

/**
 * Binance's spot account stream: a signed subscription on the WebSocket API
 * (https://developers.binance.com/docs/binance-spot-api-docs/websocket-api/user-data-stream-requests).
 */
export class BinanceSpotAccountStream {
  readonly #exchange: PracticeExchange;
  readonly #clock: Clock;
  readonly #gate: FeedGate;
  readonly #gatekeeper: Gatekeeper;
  readonly #sessions: PrivateSessions;

  constructor(exchange: PracticeExchange, clock: Clock, gate: FeedGate) {
    this.#exchange = exchange;
    this.#clock = clock;
    this.#gate = gate;
    this.#gatekeeper = new Gatekeeper(exchange, clock, 'spot');
    this.#sessions = new PrivateSessions(clock, gate);
  }

  start(): void {
    this.#sessions.start();
  }

  stop(): void {
    this.#sessions.stop();
  }

  connect({ host, path }: Pick<Address, 'host' | 'path'>, socket: ServerSocket): ServerSocketEvents | null {
    if (path !== '/ws-api/v3') return null;
    const session: Session = { socket, host, subscriptions: new Map(), next: 0 };
    this.#sessions.opened(socket);
    return {
      message: (text) => {
        if (this.#sessions.count(socket)) this.#message(session, text);
      },
      ping: () => void this.#sessions.count(socket),
      pong: () => this.#sessions.pong(socket),
      closed: () => {
        this.#sessions.closed(socket);
        for (const end of session.subscriptions.values()) end();
      },
    };
  }

  #message(session: Session, text: string): void {
    const request = readMessage(text);
    if (request === null) {
      this.#refuse(session, null, failed(400, -1135, 'Invalid JSON Request.'));
      return;
    }
    const id = request.id ?? null;
    const params = isRecord(request.params) ? request.params : {};
    switch (request.method) {
      case 'ping':
        this.#reply(session, id, {});
        return;
      case 'time':
        this.#reply(session, id, { serverTime: wholeMs(this.#clock.wallMs()) });
        return;
      case 'userDataStream.subscribe.signature':
        this.#subscribe(session, id, params);
        return;
      case 'userDataStream.unsubscribe':
        for (const end of session.subscriptions.values()) end();
        session.subscriptions.clear();
        this.#reply(session, id, {});
        return;
      default:
        this.#refuse(session, id, failed(400, -1020, 'This operation is not supported.'));
    }
  }

  #subscribe(session: Session, id: unknown, given: Message): void {
    if (this.#gate.refusesSubscriptions) {
      this.#refuse(session, id, failed(400, -1008, 'Server is currently overloaded with other requests.'));
      return;
    }
    const params = new URLSearchParams();
    for (const [name, value] of Object.entries(given)) params.set(name, String(value));
    const key = this.#gatekeeper.keyOf(params.get('apiKey') ?? undefined, session.host, 'read');
    if (!('account' in key)) {
      this.#refuse(session, id, key);
      return;
    }
    const late = this.#gatekeeper.refusesTime(params);
    const signed = [...params.keys()]
      .filter((name) => name !== 'signature')
      .sort()
      .map((name) => `${name}=${params.get(name)}`)
      .join('&');
    if (late !== null || !signatureMatches(key.secret, signed, params.get('signature') ?? '')) {
      this.#refuse(session, id, late ?? failed(400, -1022, 'Signature for this request is not valid.'));
      return;
    }
    const subscriptionId = session.next;
    session.next += 1;
    session.subscriptions.set(subscriptionId, this.#listen(session.socket, subscriptionId, key.account));
    this.#reply(session, id, { subscriptionId });
  }

  #listen(socket: ServerSocket, subscriptionId: number, account: ExchangeAccount): () => void {
    const tell = (event: object) => this.#gate.send(socket, JSON.stringify({ subscriptionId, event }), 'private');
    const now = () => wholeMs(this.#clock.wallMs());
    const story = new OrderStory((step) => {
      tell(executionReport(this.#asTold(step), now()));
      const list = listOf(account, step.order);
      // A list is told of when both halves are there, and when neither lives any more.
      if (list === undefined || list.orders.length < 2 || step.execution === 'TRADE') return;
      if (!isListLive(list) || step.execution === 'NEW') tell(listStatusEvent(list, now()));
    });
    const ours = (feed: string) => feed === 'binance:spot';
    return account.listen({
      orderChanged: (order) => {
        if (ours(order.request.market.spec.feed)) story.changed(order);
      },
      filled: (fill) => {
        if (ours(fill.order.request.market.spec.feed)) story.filled(fill);
      },
      holdingChanged: (wallet, holding) => {
        if (wallet === 'spot') tell(positionEvent(holding, now()));
      },
      positionChanged: () => {},
      fundingPaid: () => {},
    });
  }

  #asTold(step: OrderStep): OrderStep {
    if (step.fill !== null || !this.#exchange.takesUnknownStatus('binance:spot')) return step;
    return { ...step, status: UNKNOWN_STATUS };
  }

  #reply(session: Session, id: unknown, result: object): void {
    const limit = { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 6000, count: 2 };
    this.#gate.send(session.socket, JSON.stringify({ id, status: 200, result, rateLimits: [limit] }), 'control');
  }

  #refuse(session: Session, id: unknown, { status, body }: { readonly status: number; readonly body: string }): void {
    this.#gate.send(session.socket, `{"id":${JSON.stringify(id)},"status":${status},"error":${body}}`, 'control');
  }
}
