import type { Product } from '#shared/domain/ids';
import type { Clock } from '#shared/kernel/time';
import type { HttpRequest, HttpResponse } from '#shared/kernel/transport';
import type { PracticeExchange, PracticeKey } from '../../../exchange/types.ts';
import { failed, missing } from '../answers.ts';
import { entityOfHost } from '../hosts.ts';
import { signatureMatches, takeSignature } from './signature.ts';

/** What a call needs of its key. `stream`: no signature. `any`: no permission for the product. */
export type Need = 'stream' | 'any' | 'read' | 'trade';

export interface Admitted {
  readonly key: PracticeKey;
  readonly params: URLSearchParams;
}

const MOST_WINDOW_MS = 60_000;
const USUAL_WINDOW_MS = 5_000;
/** How far ahead of the venue's clock a timestamp may be. */
const AHEAD_MS = 1_000;
/** What a key may look like at all. */
const KEY_FORM = /^[\w-]{8,128}$/;

export const refusedKey = (): HttpResponse => failed(401, -2015, 'Invalid API-key, IP, or permissions for action.');
const unknownKey = (): HttpResponse => failed(401, -2008, 'Invalid Api-Key ID.');
const badKeyForm = (): HttpResponse => failed(401, -2014, 'API-key format invalid.');
const badSignature = (): HttpResponse => failed(400, -1022, 'Signature for this request is not valid.');
export const outsideWindow = (): HttpResponse =>
  failed(400, -1021, 'Timestamp for this request is outside of the recvWindow.');
const ahead = (): HttpResponse =>
  failed(400, -1021, "Timestamp for this request was 1000ms ahead of the server's time.");
const badWindow = (): HttpResponse => failed(400, -1131, 'recvWindow must be less than 60000.');

/** False stands for an answer that refuses. */
export const isAdmitted = (admission: Admitted | HttpResponse): admission is Admitted => 'key' in admission;

/**
 * Decides who may call: key, signature over query and body as they came, receive window by the venue's clock, permissions
 * (https://developers.binance.com/docs/binance-spot-api-docs/rest-api/request-security).
 */
export class Gatekeeper {
  readonly #exchange: PracticeExchange;
  readonly #clock: Clock;
  readonly #product: Product;

  /** `clock`: the venue's own. */
  constructor(exchange: PracticeExchange, clock: Clock, product: Product) {
    this.#exchange = exchange;
    this.#clock = clock;
    this.#product = product;
  }

  admit(request: HttpRequest, need: Need): Admitted | HttpResponse {
    const { hostname } = new URL(request.url);
    const key = this.keyOf(request.headers['X-MBX-APIKEY'] ?? request.headers['x-mbx-apikey'], hostname, need);
    if (!('account' in key)) return key;
    const question = request.url.indexOf('?');
    const query = question < 0 ? '' : request.url.slice(question + 1);
    const body = request.body ?? '';
    const params = new URLSearchParams(query);
    // A parameter that comes both ways is the query's.
    for (const [name, value] of new URLSearchParams(body)) if (!params.has(name)) params.append(name, value);
    if (need === 'stream') return { key, params };
    const [ofQuery, ofBody] = [takeSignature(query), takeSignature(body)];
    const signature = ofQuery.signature ?? ofBody.signature;
    if (signature === null) return missing('signature');
    const refusal = this.refusesTime(params);
    if (refusal !== null) return refusal;
    const signed = `${ofQuery.rest}${ofBody.rest}`;
    return signatureMatches(key.secret, signed, signature) ? { key, params } : badSignature();
  }

  /** The key by its name, when it is known at the host and may do what is needed. */
  keyOf(id: string | undefined, host: string, need: Need): PracticeKey | HttpResponse {
    if (id === undefined || !KEY_FORM.test(id)) return badKeyForm();
    const key = this.#exchange.keyById('binance', id);
    // A key of another entity, of the testnet or of the demo is simply not known here.
    if (key === undefined || key.entity !== entityOfHost(host)) return unknownKey();
    if (key.revoked || key.ipRefused) return refusedKey();
    // What runs out is the authority to trade; such a key goes on reading.
    const expired = key.expiresAtMs !== null && this.#clock.wallMs() >= key.expiresAtMs;
    if (!key.permissions.read || (need !== 'any' && !key.products.includes(this.#product))) return refusedKey();
    return need === 'trade' && (expired || !key.permissions.trade) ? refusedKey() : key;
  }

  /** `timestamp` and `recvWindow` against the venue's clock. */
  refusesTime(params: URLSearchParams): HttpResponse | null {
    const timestamp = params.get('timestamp');
    if (timestamp === null || !/^\d{1,17}$/.test(timestamp)) return missing('timestamp');
    const window = params.get('recvWindow') ?? String(USUAL_WINDOW_MS);
    if (!/^\d{1,6}(\.\d{1,3})?$/.test(window)) return missing('recvWindow');
    if (Number(window) > MOST_WINDOW_MS) return badWindow();
    const now = this.#clock.wallMs();
    if (Number(timestamp) >= now + AHEAD_MS) return ahead();
    return now - Number(timestamp) <= Number(window) ? null : outsideWindow();
  }
}

/** Venue wall ms after which a request must not be carried out any more. */
export function deadlineOf(params: URLSearchParams): number {
  return Number(params.get('timestamp')) + Number(params.get('recvWindow') ?? USUAL_WINDOW_MS);
}
