import type { z } from 'zod';
import { err, ok } from '#shared/kernel/result';
import { isObject } from '../../kit/json.ts';
import type { AdapterContext, Answer, SignedCall } from '../../orders/adapter.ts';
import { grantSchema } from './messages.ts';
import { isTokenRefused } from './verdict.ts';

const AUTH_MS = 8_000;
/** A token is renewed after this part of its life. */
const RENEW_AT = 0.8;

interface Grant {
  readonly token: string;
  readonly renewMonoMs: number;
}

export type Rpc = Pick<SignedCall, 'endpoint' | 'method' | 'params' | 'urgency' | 'kind' | 'timeoutMs'> &
  Partial<Pick<SignedCall, 'createBeforeMs'>>;

/**
 * Calls of the gateway over HTTP. The CDP key is exchanged for an access token that is renewed before it runs out; a call
 * whose token was refused did not run and is repeated once with a new one.
 * https://docs.cdp.coinbase.com/api-reference/coinbase-deribit-app-api/rest-api/authentication/post-publicauth
 */
export class GatewaySession {
  readonly #context: AdapterContext;
  #grant: Grant | null = null;
  #asking: Promise<Answer<Grant>> | null = null;

  constructor(context: AdapterContext) {
    this.#context = context;
  }

  async call<T>(rpc: Rpc, schema: z.ZodType<T>): Promise<Answer<T>> {
    const first = await this.#send(rpc, schema);
    if (first.ok || first.error.kind !== 'authentication' || !isTokenRefused(first.error.code)) return first;
    if (this.#grant === null) return first;
    this.#grant = null;
    return this.#send(rpc, schema);
  }

  async #send<T>(rpc: Rpc, schema: z.ZodType<T>): Promise<Answer<T>> {
    const grant = await this.#granted(rpc.urgency);
    // The call itself was never sent: whatever became of the sign-in, nothing was done.
    if (!grant.ok) return rpc.kind === 'create' ? err(unsent(grant.error)) : grant;
    const headers = { authorization: `Bearer ${grant.value.token}` };
    const answer = await this.#context.caller.call({ ...rpc, headers, weight: 1 });
    return answer.ok ? resultOf(rpc.endpoint, answer.value, schema) : answer;
  }

  /** One exchange at a time, whoever waits for it. */
  #granted(urgency: SignedCall['urgency']): Promise<Answer<Grant>> {
    const { clock } = this.#context;
    if (this.#grant !== null && clock.monoMs() < this.#grant.renewMonoMs) return Promise.resolve(ok(this.#grant));
    this.#asking ??= this.#exchange(urgency).finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #exchange(urgency: SignedCall['urgency']): Promise<Answer<Grant>> {
    const { caller, clock, hide } = this.#context;
    const askedMonoMs = clock.monoMs();
    const call = { endpoint: 'auth', method: 'public/auth', params: {}, urgency, weight: 1, timeoutMs: AUTH_MS };
    const answer = await caller.call({ ...call, kind: 'read' });
    if (!answer.ok) return answer;
    const read = resultOf('auth', answer.value, grantSchema);
    if (!read.ok) return read;
    const { access_token: token, expires_in } = read.value;
    hide(token);
    this.#grant = { token, renewMonoMs: askedMonoMs + expires_in * 1_000 * RENEW_AT };
    return ok(this.#grant);
  }
}

/** The `result` of an answer in the shape that its page describes, or in doubt. */
export function resultOf<T>(endpoint: string, body: unknown, schema: z.ZodType<T>): Answer<T> {
  const read = schema.safeParse(isObject(body) ? body.result : undefined);
  if (read.success) return ok(read.data);
  const where = read.error.issues[0];
  const message = `${endpoint}: ${where?.path.join('.') ?? ''} ${where?.message ?? 'cannot be read'}`;
  return err({ kind: 'in-doubt', code: 'UNREADABLE', message, retryAtMonoMs: null });
}

type Failure = Extract<Answer<never>, { readonly ok: false }>['error'];

/** An authentication failure stays one: it says what is wrong with the key. */
const unsent = (error: Failure): Failure =>
  error.kind === 'authentication' ? error : { ...error, kind: 'rejected', message: `not sent: ${error.message}` };
