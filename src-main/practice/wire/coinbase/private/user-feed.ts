import type { Cancel, Clock } from '#shared/kernel/time';
import { every } from '#shared/kernel/time';
import type { ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import type { ExchangeOrder, PracticeKey } from '../../../exchange/types.ts';
import type { FeedGate, FrameKind } from '../../gate.ts';
import { isoNanos } from '../../instants.ts';
import { readMessage, stringAt } from '../../message.ts';
import type { BookKeeping } from './book-keeping.ts';
import type { CdpTokens } from './cdp-token.ts';

const HEARTBEAT_MS = 1_000;
const SUBSCRIBE_WITHIN_MS = 5_000;
/** Open orders come in batches of this many; the last one has fewer. */
const SNAPSHOT_BATCH = 50;

interface Session {
  readonly socket: ServerSocket;
  sequence: number;
  heartbeats: boolean;
  heartbeatCounter: number;
  subscribedOnce: boolean;
  user: { readonly key: PracticeKey; readonly stop: () => void } | null;
}

/**
 * The socket of the `user` channel (wss://advanced-trade-ws-user.coinbase.com): a subscription carries a token of its own.
 * https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/websocket/user
 */
export class CoinbaseUserFeed {
  readonly #gate: FeedGate;
  readonly #clock: Clock;
  readonly #tokens: CdpTokens;
  readonly #books: BookKeeping;
  readonly #sessions = new Set<Session>();
  #stopHeartbeats: Cancel = () => {};

  constructor(gate: FeedGate, clock: Clock, tokens: CdpTokens, books: BookKeeping) {
    this.#gate = gate;
    this.#clock = clock;
    this.#tokens = tokens;
    this.#books = books;
  }

  start(): void {
    this.#stopHeartbeats = every(this.#clock, HEARTBEAT_MS, () => this.#beat());
  }

  stop(): void {
    this.#stopHeartbeats();
    for (const { user } of this.#sessions) user?.stop();
  }

  connect(path: string, socket: ServerSocket): ServerSocketEvents | null {
    if (path !== '/') return null;
    const session: Session = {
      socket,
      sequence: 0,
      heartbeats: false,
      heartbeatCounter: 0,
      subscribedOnce: false,
      user: null,
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
        session.user?.stop();
        this.#sessions.delete(session);
      },
    };
  }

  #message(session: Session, text: string): void {
    const request = readMessage(text);
    if (request === null || request.type !== 'subscribe') {
      this.#error(session, 'Malformed JSON');
      return;
    }
    const channel = stringAt(request, 'channel');
    if (channel === 'heartbeats') {
      session.subscribedOnce = true;
      session.heartbeats = true;
      this.#acknowledge(session);
      return;
    }
    const check = this.#tokens.check(stringAt(request, 'jwt') ?? '', null);
    // Unknown channels are answered like bad tokens.
    if (channel !== 'user' || !check.ok || !check.key.permissions.read || this.#gate.refusesSubscriptions) {
      this.#error(session, 'authentication failure');
      return;
    }
    session.subscribedOnce = true;
    session.user?.stop();
    session.user = { key: check.key, stop: this.#follow(session, check.key) };
    this.#acknowledge(session);
    this.#snapshot(session, check.key);
  }

  #follow(session: Session, { account }: PracticeKey): () => void {
    return account.listen({
      orderChanged: (order) => this.#tell(session, 'update', [order]),
      filled: () => {},
      holdingChanged: () => {},
      positionChanged: () => {},
      fundingPaid: () => {},
    });
  }

  #snapshot(session: Session, { account }: PracticeKey): void {
    const open = this.#books.orders(account).filter(({ state }) => state === 'open' || state === 'waiting');
    for (let from = 0; from <= open.length; from += SNAPSHOT_BATCH) {
      this.#tell(session, 'snapshot', open.slice(from, from + SNAPSHOT_BATCH));
    }
  }

  #tell(session: Session, type: 'snapshot' | 'update', orders: readonly ExchangeOrder[]): void {
    const rows = orders.flatMap((order) => this.#books.event(order) ?? []);
    if (rows.length === 0 && type === 'update') return;
    this.#emit(session, 'user', [{ type, orders: rows }], 'private');
  }

  #acknowledge(session: Session): void {
    const subscriptions: Record<string, string[]> = {};
    if (session.user !== null) subscriptions.user = [session.user.key.account.id];
    if (session.heartbeats) subscriptions.heartbeats = ['heartbeats'];
    this.#emit(session, 'subscriptions', [{ subscriptions }], 'control');
  }

  #beat(): void {
    const now = isoNanos(this.#clock.wallMs()).replace('T', ' ').replace('Z', '');
    for (const session of this.#sessions) {
      if (!session.heartbeats) continue;
      const current_time = `${now} +0000 UTC m=+${(this.#clock.monoMs() / 1000).toFixed(9)}`;
      const beat = [{ current_time, heartbeat_counter: session.heartbeatCounter }];
      this.#emit(session, 'heartbeats', beat, 'heartbeat');
      session.heartbeatCounter += 1;
    }
  }

  #emit(session: Session, channel: string, events: readonly object[], kind: FrameKind): void {
    const timestamp = isoNanos(this.#clock.wallMs());
    const frame = { channel, client_id: '', timestamp, sequence_num: session.sequence, events };
    session.sequence += 1;
    this.#gate.send(session.socket, JSON.stringify(frame), kind);
  }

  #error(session: Session, message: string): void {
    this.#gate.send(session.socket, JSON.stringify({ type: 'error', message }), 'control');
  }
}
