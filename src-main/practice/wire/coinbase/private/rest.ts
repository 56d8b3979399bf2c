import type { Clock } from '#shared/kernel/time';
import type { HttpRequest, HttpResponse } from '#shared/kernel/transport';
import type { PracticeExchange, PracticeKey } from '../../../exchange/types.ts';
import type { Asked } from '../../http.ts';
import { json, text } from '../../http.ts';
import { readMessage } from '../../message.ts';
import type { FeedContext } from '../../venue.ts';
import { AccountWords } from './account-words.ts';
import type { BookKeeping } from './book-keeping.ts';
import type { CdpTokens } from './cdp-token.ts';
import { OrderHistory } from './history.ts';
import { badRequest, OrderDesk } from './order-desk.ts';

const BASE = '/api/v3/brokerage/';
/** "Advanced Trade API private endpoints are throttled at 30 requests per second per user." */
const MOST_A_SECOND = 30;

/** The venue tells nobody what is wrong with a token. */
const unauthorized = (): HttpResponse => text(401, 'text/plain', 'Unauthorized\n');
const forbidden = (): HttpResponse =>
  json(403, {
    error: 'PERMISSION_DENIED',
    error_details: 'Missing required scopes',
    message: 'Missing required scopes',
  });
const tooMany = (): HttpResponse =>
  json(429, { errors: [{ id: 'rate_limit_exceeded', message: 'Too many requests' }] });
const noSuchPath = (): HttpResponse => text(404, 'text/plain', '404 page not found\n');

/** What happens to an answer on its way out, with what it is. */
export interface Told {
  readonly answer: HttpResponse;
  readonly what: Parameters<PracticeExchange['answerTo']>[1];
}

/** Advanced Trade's signed calls (https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api). */
export class CoinbasePrivateRest {
  readonly #clock: Clock;
  readonly #tokens: CdpTokens;
  readonly #desk: OrderDesk;
  readonly #history: OrderHistory;
  readonly #words: AccountWords;
  readonly #askedMonoMs = new Map<string, number[]>();

  constructor(feed: FeedContext, clock: Clock, tokens: CdpTokens, books: BookKeeping) {
    this.#clock = clock;
    this.#tokens = tokens;
    this.#desk = new OrderDesk(feed, clock, books);
    this.#history = new OrderHistory(books);
    this.#words = new AccountWords(feed, clock);
  }

  /** Signed calls live beside the public ones, which are under `market/`. */
  static isPrivate({ path }: Asked): boolean {
    return path.startsWith(BASE) && !path.startsWith(`${BASE}market/`) && path !== `${BASE}time`;
  }

  request(request: HttpRequest, asked: Asked): Told {
    const key = this.#keyOf(request, asked);
    if (key === null) return { answer: unauthorized(), what: 'read' };
    if (!this.#takeTurn(key.id)) return { answer: tooMany(), what: 'read' };
    const path = asked.path.slice(BASE.length);
    if (asked.method === 'GET') return { answer: this.#read(key, path, asked.query), what: 'read' };
    if (asked.method !== 'POST') return { answer: noSuchPath(), what: 'read' };
    const body = readMessage(request.body ?? '');
    if (path !== 'orders' && path !== 'orders/batch_cancel') return { answer: noSuchPath(), what: 'read' };
    if (!key.permissions.trade || !key.products.includes('spot')) return { answer: forbidden(), what: 'read' };
    if (body === null) return { answer: badRequest('invalid json'), what: 'read' };
    const { account } = key;
    if (path !== 'orders') return { answer: this.#desk.cancel(account, body), what: 'cancel' };
    const { answer, accepted } = this.#desk.create(account, body);
    return { answer, what: accepted ? 'create' : 'read' };
  }

  #read(key: PracticeKey, path: string, query: URLSearchParams): HttpResponse {
    // What a key may do, it may always ask.
    if (path === 'key_permissions') return this.#words.permissions(key);
    if (!key.permissions.read) return forbidden();
    switch (path) {
      case 'accounts':
        return this.#words.accounts(key, query);
      case 'transaction_summary':
        return this.#words.summary(key);
      case 'orders/historical/batch':
        return this.#history.batch(key.account, query);
      case 'orders/historical/fills':
        return this.#history.fills(key.account, query);
      default: {
        const id = /^orders\/historical\/([\w-]{1,64})$/.exec(path)?.[1];
        return id === undefined ? noSuchPath() : this.#history.one(key.account, id);
      }
    }
  }

  #keyOf({ headers }: HttpRequest, { method, host, path }: Asked): PracticeKey | null {
    const token = /^Bearer (\S+)$/.exec(headers.Authorization ?? headers.authorization ?? '')?.[1];
    if (token === undefined) return null;
    const check = this.#tokens.check(token, `${method} ${host}${path}`);
    return check.ok ? check.key : null;
  }

  #takeTurn(id: string): boolean {
    const now = this.#clock.monoMs();
    const recent = (this.#askedMonoMs.get(id) ?? []).filter((at) => at > now - 1_000);
    this.#askedMonoMs.set(id, recent);
    if (recent.length >= MOST_A_SECOND) return false;
    recent.push(now);
    return true;
  }
}
