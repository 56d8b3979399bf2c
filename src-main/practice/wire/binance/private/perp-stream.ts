import type { Random } from '#shared/kernel/random';
import type { Clock } from '#shared/kernel/time';
import type { ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import type { ExchangeAccount, PracticeExchange } from '../../../exchange/types.ts';
import type { FeedGate } from '../../gate.ts';
import { wholeMs } from '../../instants.ts';
import type { Address } from '../../venue.ts';
import { entityOfHost } from '../hosts.ts';
import { ListenKeys } from './listen-keys.ts';
import type { OrderStep } from './order-story.ts';
import { OrderStory } from './order-story.ts';
import { algoUpdate, balanceUpdate, orderTradeUpdate, positionUpdate } from './perp-events.ts';
import { isAlgo, isInEngine } from './perp-rows.ts';
import { PrivateSessions } from './sessions.ts';
import { UNKNOWN_STATUS } from './statuses.ts';

const FEED = 'binance:perp';

/**
 * Binance's USDⓈ-M account stream: whoever connects with a listen key hears its account
 * (https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams).
 */
export class BinancePerpAccountStream {
  readonly keys: ListenKeys;
  readonly #exchange: PracticeExchange;
  readonly #clock: Clock;
  readonly #gate: FeedGate;
  readonly #sessions: PrivateSessions;
  readonly #sockets = new Map<ServerSocket, string>();

  constructor(exchange: PracticeExchange, clock: Clock, gate: FeedGate, random: Random) {
    this.#exchange = exchange;
    this.#clock = clock;
    this.#gate = gate;
    this.#sessions = new PrivateSessions(clock, gate);
    this.keys = new ListenKeys(clock, random, (listenKey) => this.#ended(listenKey));
  }

  start(): void {
    this.#sessions.start();
  }

  stop(): void {
    this.#sessions.stop();
  }

  /** `path` is `/private/ws` with `listenKey` in the query, or `/private/ws/<listenKey>`; `null` for others. */
  connect({ host, path, query }: Address, socket: ServerSocket): ServerSocketEvents | null {
    if (path !== '/private/ws' && !path.startsWith('/private/ws/')) return null;
    const listenKey = query.get('listenKey') ?? path.slice('/private/ws/'.length);
    const account = this.keys.accountOf(listenKey, entityOfHost(host));
    if (account === undefined) return null;
    this.#sessions.opened(socket);
    this.#sockets.set(socket, listenKey);
    const end = this.#listen(socket, account);
    return {
      message: () => void this.#sessions.count(socket),
      ping: () => void this.#sessions.count(socket),
      pong: () => this.#sessions.pong(socket),
      closed: () => {
        this.#sockets.delete(socket);
        this.#sessions.closed(socket);
        end();
      },
    };
  }

  #listen(socket: ServerSocket, account: ExchangeAccount): () => void {
    const tell = (event: object) => this.#gate.send(socket, JSON.stringify(event), 'private');
    const now = () => wholeMs(this.#clock.wallMs());
    const story = new OrderStory((step) => {
      const { order } = step;
      if (!isAlgo(order)) {
        tell(orderTradeUpdate(this.#asTold(step), now()));
        return;
      }
      if (isInEngine(order)) tell(orderTradeUpdate(step, now()));
      // What the algo service tells of: arrival, trigger, end.
      if (step.fill === null || step.status === 'FILLED') tell(algoUpdate(order, now()));
    });
    let reason = 'ORDER';
    return account.listen({
      orderChanged: (order) => {
        if (order.request.market.spec.feed === FEED) story.changed(order);
      },
      filled: (fill) => {
        if (fill.order.request.market.spec.feed === FEED) story.filled(fill);
      },
      holdingChanged: (wallet, holding) => {
        if (wallet === 'perp') tell(balanceUpdate(reason, holding, now()));
        reason = 'ORDER';
      },
      positionChanged: (position) => {
        if (position.market.spec.feed === FEED) tell(positionUpdate(position, now()));
      },
      fundingPaid: () => {
        // The change of the wallet that follows carries the reason.
        reason = 'FUNDING_FEE';
      },
    });
  }

  #asTold(step: OrderStep): OrderStep {
    if (step.fill !== null || !this.#exchange.takesUnknownStatus(FEED)) return step;
    return { ...step, status: UNKNOWN_STATUS };
  }

  #ended(listenKey: string): void {
    const event = { e: 'listenKeyExpired', E: wholeMs(this.#clock.wallMs()), listenKey };
    for (const [socket, key] of [...this.#sockets]) {
      if (key !== listenKey) continue;
      this.#gate.send(socket, JSON.stringify(event), 'private');
      socket.close(1000, 'listen key expired');
    }
  }
}
