import type { Clock } from '#shared/kernel/time';
import type { HttpRequest } from '#shared/kernel/transport';
import type { PracticeExchange } from '../../../exchange/types.ts';
import type { Asked } from '../../http.ts';
import { answered, json } from '../../http.ts';
import { isRecord, type Message, readMessage } from '../../message.ts';
import type { VenueAnswer } from '../../venue.ts';
import { errorOf, resultOf, TOO_MANY_REQUESTS } from '../json-rpc.ts';
import type { GatewayAccess } from './access.ts';
import type { Credits } from './credits.ts';
import type { GatewayMethods } from './methods.ts';
import { type Outcome, UNAUTHORIZED } from './outcomes.ts';
import { wireText } from './wire-text.ts';

const FEED = 'coinbase:perp';
const BASE = '/api/v2/';

/** Private methods and `public/auth` over HTTP. */
export class GatewayPrivateRest {
  readonly #clock: Clock;
  readonly #exchange: PracticeExchange;
  readonly #access: GatewayAccess;
  readonly #methods: GatewayMethods;
  readonly #credits: Credits;

  constructor(parts: {
    readonly clock: Clock;
    readonly exchange: PracticeExchange;
    readonly access: GatewayAccess;
    readonly methods: GatewayMethods;
    readonly credits: Credits;
  }) {
    this.#clock = parts.clock;
    this.#exchange = parts.exchange;
    this.#access = parts.access;
    this.#methods = parts.methods;
    this.#credits = parts.credits;
  }

  static isPrivate({ path }: Asked): boolean {
    return path.startsWith(`${BASE}private/`) || path === `${BASE}public/auth`;
  }

  request(request: HttpRequest, { method: verb, path, query }: Asked): VenueAnswer {
    const method = path.slice(BASE.length);
    const body = verb === 'POST' ? readMessage(request.body ?? '') : { params: fromQuery(query) };
    const params = body?.params ?? {};
    const id = body?.id;
    if (body === null || !isRecord(params) || (body.method !== undefined && body.method !== method)) {
      return this.#answer(400, id, { error: { code: 11050, message: 'bad_request' } });
    }
    if (method === 'public/auth') {
      const outcome = this.#access.authenticate(params);
      return this.#answer('error' in outcome ? 400 : 200, id, outcome);
    }
    const key = this.#access.keyOf(tokenOf(request, params));
    if (key === null) return this.#answer(401, id, { error: UNAUTHORIZED });
    if (!this.#credits.take(key.account.id, method)) return this.#answer(429, id, { error: TOO_MANY_REQUESTS });
    const called = this.#methods.call(key, method, params, false);
    if (called === null) return this.#answer(400, id, { error: UNAUTHORIZED });
    const { outcome, what } = called;
    return answered(this.#answer('error' in outcome ? 400 : 200, id, outcome), this.#exchange.answerTo(FEED, what));
  }

  #answer(status: number, id: unknown, outcome: Outcome): ReturnType<typeof json> {
    const now = this.#clock.wallMs();
    const body = 'error' in outcome ? errorOf(id, outcome.error, now) : resultOf(id, outcome.result, now);
    return json(status, wireText(body));
  }
}

function tokenOf({ headers }: HttpRequest, params: Message): string {
  const header = /^bearer (\S+)$/i.exec(headers.Authorization ?? headers.authorization ?? '')?.[1];
  return header ?? (typeof params.access_token === 'string' ? params.access_token : '');
}

/** A query's texts as the JSON that they spell. */
function fromQuery(query: URLSearchParams): Message {
  return Object.fromEntries(
    [...query].map(([name, value]) => [name, /^(-?\d+(\.\d+)?|true|false)$/.test(value) ? JSON.parse(value) : value]),
  );
}
