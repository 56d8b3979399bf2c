import type { Random } from '#shared/kernel/random';
import type { Cancel, Clock } from '#shared/kernel/time';
import { every } from '#shared/kernel/time';
import type { ServerSocket } from '#shared/kernel/transport';
import type { PracticeExchange, PracticeKey } from '../../../exchange/types.ts';
import type { FeedGate } from '../../gate.ts';
import { wholeMs } from '../../instants.ts';
import { sameText } from '../../kraken/private/signature.ts';
import type { Message } from '../../message.ts';
import { readMessage, stringAt } from '../../message.ts';
import type { FuturesAccount } from './account.ts';
import type { FuturesGatekeeper } from './gatekeeper.ts';
import { ACCOUNT_UID } from './ids.ts';
import type { PrivateFeedName } from './listener.ts';
import { FuturesListener, PRIVATE_FEEDS } from './listener.ts';
import { signedChallenge } from './signature.ts';

const REVOKED_CHECK_MS = 1_000;

/** One socket's private side. */
export interface PrivateSession {
  /** True when the message was for the private side. */
  message(text: string): boolean;
  closed(): void;
}

interface Held {
  readonly socket: ServerSocket;
  readonly challenges: Map<string, string>;
  key: PracticeKey | null;
  listener: FuturesListener | null;
}

/** Kraken Futures' private feeds, on the same socket as the public ones. */
export class FuturesPrivateFeed {
  readonly #gate: FeedGate;
  readonly #exchange: PracticeExchange;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #gatekeeper: FuturesGatekeeper;
  readonly #account: FuturesAccount;
  readonly #held = new Set<Held>();
  #stopChecking: Cancel = () => {};

  constructor(
    gate: FeedGate,
    exchange: PracticeExchange,
    clock: Clock,
    parts: { readonly gatekeeper: FuturesGatekeeper; readonly account: FuturesAccount; readonly random: Random },
  ) {
    this.#gate = gate;
    this.#exchange = exchange;
    this.#clock = clock;
    this.#random = parts.random;
    this.#gatekeeper = parts.gatekeeper;
    this.#account = parts.account;
  }

  start(): void {
    this.#stopChecking = every(this.#clock, REVOKED_CHECK_MS, () => {
      for (const { key, socket } of [...this.#held]) {
        if (key !== null && this.#gatekeeper.keyOf(key.id) === null) socket.close(1008, 'key revoked');
      }
    });
  }

  stop(): void {
    this.#stopChecking();
    for (const { listener } of this.#held) listener?.stop();
  }

  session(socket: ServerSocket): PrivateSession {
    const held: Held = { socket, challenges: new Map(), key: null, listener: null };
    this.#held.add(held);
    return {
      message: (text) => this.#message(held, readMessage(text)),
      closed: () => {
        held.listener?.stop();
        this.#held.delete(held);
      },
    };
  }

  #message(held: Held, message: Message | null): boolean {
    if (message === null) return false;
    const event = stringAt(message, 'event');
    const feed = PRIVATE_FEEDS.find((one) => one === message.feed);
    if (event === 'challenge') {
      this.#challenge(held, stringAt(message, 'api_key'));
      return true;
    }
    if (feed === undefined || (event !== 'subscribe' && event !== 'unsubscribe')) return false;
    this.#subscription(held, event, feed, message);
    return true;
  }

  #challenge(held: Held, id: string | undefined): void {
    if (id === undefined) {
      this.#alert(held, 'Bad request');
      return;
    }
    const digits = Array.from({ length: 12 }, () => Math.floor(this.#random.next() * 16).toString(16)).join('');
    const message = `226aee50-88fc-4618-a42a-${digits}`;
    held.challenges.set(id, message);
    this.#send(held, JSON.stringify({ event: 'challenge', message }));
  }

  #subscription(held: Held, event: 'subscribe' | 'unsubscribe', feed: PrivateFeedName, message: Message): void {
    const [id, original, signed] = ['api_key', 'original_challenge', 'signed_challenge'].map((name) =>
      stringAt(message, name),
    );
    const key = this.#gatekeeper.keyOf(id);
    if (id === undefined || original === undefined || signed === undefined) {
      this.#alert(held, 'Bad request');
      return;
    }
    const echo = { feed, api_key: id, original_challenge: original, signed_challenge: signed };
    const failed = () => this.#send(held, JSON.stringify({ event: `${event}d_failed`, ...echo }));
    const known = held.challenges.get(id) === original;
    if (key === null || !known || !sameText(signedChallenge(key.secret, original), signed)) {
      this.#alert(held, 'Failed to subscribe to authenticated feed');
      return;
    }
    if (key.ipRefused || !key.permissions.read || !key.products.includes('perp') || this.#gate.refusesSubscriptions) {
      failed();
      return;
    }
    this.#send(held, JSON.stringify({ event: `${event}d`, ...echo }));
    const listener = this.#listenerOf(held, key);
    if (event === 'subscribe') listener.add(feed);
    else listener.remove(feed);
  }

  #listenerOf(held: Held, key: PracticeKey): FuturesListener {
    if (held.listener !== null) return held.listener;
    held.key = key;
    held.listener = new FuturesListener({
      account: key.account,
      exchange: this.#exchange,
      ledger: this.#account,
      accountUid: ACCOUNT_UID,
      nowMs: () => wholeMs(this.#clock.wallMs()),
      send: (frame) => this.#gate.send(held.socket, frame, 'private'),
    });
    return held.listener;
  }

  #alert(held: Held, message: string): void {
    this.#send(held, JSON.stringify({ event: 'alert', message }));
  }

  #send({ socket }: Held, frame: string): void {
    this.#gate.send(socket, frame, 'control');
  }
}
