import type { z } from 'zod';
import { err, ok } from '#shared/kernel/result';
import type { Cancel } from '#shared/kernel/time';
import { keyToken, readCdpKey } from '../../coinbase/orders/cdp-key.ts';
import type { AdapterContext, Answer, PrivateSink } from '../../orders/adapter.ts';
import { refused } from '../../orders/failures.ts';
import { keepPrivateSocket, type PrivateLine } from '../../orders/private-socket.ts';
import { exactText } from './exact-text.ts';
import { codSchema, frameSchema, grantSchema } from './messages.ts';
import { type Rpc, resultOf } from './session.ts';
import { gatewayVerdict } from './verdict.ts';

const URL = 'wss://drb.coinbase.com/ws/api/v2';
/** A client that says nothing for about thirty seconds is dropped; protocol pings do not count. */
const TEST_MS = 5_000;
const SILENCE_MS = 15_000;
const LOGIN_MS = 10_000;
const CALL_MS = 5_000;
const RENEW_AT = 0.8;
/** Orders over this line within a while: the rest of the credits is for calls over HTTP. */
const SHARE = 6;
const SHARE_MS = 4_000;
const DEADLINE_MARGIN_MS = 20;
const CHANNELS = [
  'user.orders.any.any.raw',
  'user.trades.any.any.raw',
  'user.changes.any.any.raw',
  'user.portfolio.any',
];

interface Pending {
  readonly resolve: (answer: Answer<unknown>) => void;
  readonly cancel: Cancel;
  readonly rpc: Rpc;
}

/** What the line passes on. */
export interface LineEvents {
  readonly notified: (channel: string, data: unknown, text: string) => void;
  readonly live: () => void;
}

/**
 * The trading socket: the user's own channels, and orders that shall not outlive the connection. It signs in, subscribes,
 * and renews its sign-in before that runs out. No connection counts as live before the gateway has confirmed that it
 * cancels what was ordered over it when it breaks (EX-14).
 * https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/websocket/websocket-endpoints
 */
export class GatewayLine {
  readonly #context: AdapterContext;
  readonly #pending = new Map<string, Pending>();
  #line: PrivateLine | null = null;
  #renewal: Cancel | null = null;
  #live = false;
  #nextId = 0;
  /** When orders left over it, monotonic ms, the latest few. */
  readonly #sentMonoMs: number[] = [];

  constructor(context: AdapterContext) {
    this.#context = context;
  }

  get isLive(): boolean {
    return this.#live;
  }

  open(sink: PrivateSink, events: LineEvents): Cancel {
    const { transport, clock, random } = this.#context;
    const cancel = keepPrivateSocket({
      transport,
      clock,
      random,
      url: () => Promise.resolve(URL),
      opened: (line) => {
        this.#line = line;
        void this.#begin(line, events);
      },
      message: (body, text, line) => this.#message(body, text, line, events, sink),
      ping: { everyMs: TEST_MS, text: () => this.#text('public/test', {}) },
      silenceMs: SILENCE_MS,
      loginMs: LOGIN_MS,
      heard: () => sink.heard(),
      state: (state, reason) => {
        if (state === 'lost') this.#lost(reason);
        sink.stream(state, reason);
      },
    });
    return () => {
      cancel();
      this.#lost('stopped');
    };
  }

  /** Makes an order over the line; nothing leaves while it is not live, after the deadline, or beyond its share of credits. */
  async create<T>(rpc: Rpc, schema: z.ZodType<T>): Promise<Answer<T>> {
    if (!this.#live) return err(refused('STREAM_LOST', 'not sent: the connection that would end it is not there'));
    const { clock } = this.#context;
    if (rpc.createBeforeMs !== undefined && clock.wallMs() > rpc.createBeforeMs - DEADLINE_MARGIN_MS) {
      return err(refused('DEADLINE', 'its deadline would have passed before it could be sent'));
    }
    const now = clock.monoMs();
    while ((this.#sentMonoMs[0] ?? now) <= now - SHARE_MS) this.#sentMonoMs.shift();
    const [oldest] = this.#sentMonoMs;
    if (this.#sentMonoMs.length >= SHARE && oldest !== undefined) {
      const message = 'not sent: the venue’s limit for calls is used up';
      return err({ kind: 'rate-limit', code: 'OWN_BUDGET', message, retryAtMonoMs: oldest + SHARE_MS });
    }
    this.#sentMonoMs.push(now);
    const answer = await this.#ask(rpc);
    return answer.ok ? resultOf(rpc.endpoint, answer.value, schema) : answer;
  }

  async #begin(line: PrivateLine, events: LineEvents): Promise<void> {
    const signedIn = await this.#signIn(line);
    if (this.#line !== line || !signedIn) return;
    const ready = await this.#prepare();
    if (this.#line !== line) return;
    if (!ready.ok) {
      line.drop(`the subscription failed: ${ready.error.message}`);
      return;
    }
    this.#live = true;
    line.live();
    events.live();
  }

  /** False when the line was given up. */
  async #signIn(line: PrivateLine): Promise<boolean> {
    const { credentials, clock, random, skewMs, hide } = this.#context;
    const key = readCdpKey(credentials);
    if (!key.ok) {
      line.drop(key.error);
      return false;
    }
    const token = keyToken(key.value, clock.wallMs() + skewMs(), random);
    const asked = await this.#ask(own('auth', 'public/auth', { grant_type: 'coinbase_cdp', token }));
    const grant = asked.ok ? resultOf('auth', asked.value, grantSchema) : asked;
    if (this.#line !== line) return false;
    if (!grant.ok) {
      line.drop(`the sign-in was refused: ${grant.error.message}`);
      return false;
    }
    hide(grant.value.access_token);
    this.#renewal?.();
    this.#renewal = clock.after(grant.value.expires_in * 1_000 * RENEW_AT, () => {
      if (this.#line === line) void this.#signIn(line);
    });
    return true;
  }

  async #prepare(): Promise<Answer<void>> {
    const set = await this.#cancelOnDisconnect();
    if (!set.ok) return set;
    const beat = await this.#ask(own('heartbeat', 'public/set_heartbeat', { interval: 10 }));
    if (!beat.ok) return beat;
    const asked = await this.#ask(own('subscribe', 'private/subscribe', { channels: CHANNELS }));
    if (!asked.ok) return asked;
    // What it does not take it leaves out without a word.
    const { value } = asked;
    const taken = typeof value === 'object' && value !== null && 'result' in value ? value.result : null;
    const missing = CHANNELS.filter((channel) => !(Array.isArray(taken) && taken.includes(channel)));
    return missing.length === 0 ? ok(undefined) : err(refused('NOT_SUBSCRIBED', missing.join(', ')));
  }

  /** Set, and read back. */
  async #cancelOnDisconnect(): Promise<Answer<void>> {
    const name = 'cancel-on-disconnect';
    const scope = { scope: 'connection' };
    const set = await this.#ask(own(name, 'private/enable_cancel_on_disconnect', scope));
    if (!set.ok) return set;
    const asked = await this.#ask(own(name, 'private/get_cancel_on_disconnect', scope));
    const told = asked.ok ? resultOf(name, asked.value, codSchema) : asked;
    if (!told.ok) return told;
    return told.value.enabled ? ok(undefined) : err(refused('NOT_SET', 'cancel on disconnect stays off'));
  }

  #ask(rpc: Rpc): Promise<Answer<unknown>> {
    const line = this.#line;
    if (line === null) return Promise.resolve(err(refused('STREAM_LOST', 'not sent: no connection')));
    return new Promise((resolve) => {
      const text = this.#text(rpc.method, rpc.params);
      const id = String(this.#nextId);
      const cancel = this.#context.clock.after(rpc.timeoutMs, () => {
        this.#pending.delete(id);
        resolve(err(unanswered(rpc, `no answer within ${rpc.timeoutMs} ms`)));
      });
      this.#pending.set(id, { resolve, cancel, rpc });
      line.send(text);
    });
  }

  #text(method: string, params: unknown): string {
    this.#nextId += 1;
    return exactText({ jsonrpc: '2.0', id: this.#nextId, method, params });
  }

  #message(body: unknown, text: string, line: PrivateLine, events: LineEvents, sink: PrivateSink): void {
    const frame = frameSchema.safeParse(body);
    if (!frame.success) {
      sink.unreadable(text.slice(0, 200));
      return;
    }
    const { id, method, params } = frame.data;
    if (method === 'heartbeat') {
      if (params?.type === 'test_request') line.send(this.#text('public/test', {}));
    } else if (method === 'subscription') {
      if (typeof params?.channel === 'string') events.notified(params.channel, params.data, text);
      else sink.unreadable(text.slice(0, 200));
    } else if (id !== undefined) this.#answered(id, body, text);
  }

  #answered(id: string, body: unknown, text: string): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    pending.cancel();
    const call = { ...pending.rpc, weight: 1 };
    const failure = gatewayVerdict({ status: 200, body, text, headers: {}, call });
    if (failure === null) pending.resolve(ok(body));
    else {
      const { kind, code, message } = failure;
      pending.resolve(err({ kind, code, message, retryAtMonoMs: null }));
    }
  }

  #lost(reason: string): void {
    this.#line = null;
    this.#live = false;
    this.#renewal?.();
    this.#renewal = null;
    for (const { resolve, cancel, rpc } of this.#pending.values()) {
      cancel();
      resolve(err(unanswered(rpc, `the connection was lost: ${reason}`)));
    }
    this.#pending.clear();
  }
}

const own = (endpoint: string, method: string, params: Readonly<Record<string, unknown>>): Rpc => ({
  endpoint,
  method,
  params,
  urgency: 'read',
  kind: 'read',
  timeoutMs: CALL_MS,
});

const unanswered = ({ kind }: Rpc, message: string) =>
  ({ kind: kind === 'create' ? 'in-doubt' : 'transient', code: 'NO_ANSWER', message, retryAtMonoMs: null }) as const;
