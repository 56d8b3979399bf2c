import type { Product } from '#shared/domain/ids';
import type { Clock } from '#shared/kernel/time';
import type { HttpRequest } from '#shared/kernel/transport';
import type { PracticeExchange, PracticeKey } from '../../../exchange/types.ts';
import { wholeMs } from '../../instants.ts';
import { Refused } from './answers.ts';
import { isSigned } from './signature.ts';

const DEFAULT_WINDOW_MS = 5_000;
const LONGEST_WINDOW_MS = 60_000;
/** A timestamp may be this much ahead of the venue's clock. */
const AHEAD_MS = 1_000;

/** Every host, by the entity whose keys are known there; a key works on its own alone. */
export const BYBIT_HOSTS: Readonly<Record<string, string>> = {
  'api.bybit.com': 'global',
  'stream.bybit.com': 'global',
  'api.bybit.eu': 'eu',
  'stream.bybit.eu': 'eu',
  'api-testnet.bybit.com': 'testnet',
  'stream-testnet.bybit.com': 'testnet',
};

/** Checks who calls (https://bybit-exchange.github.io/docs/v5/guide#authentication). */
export class Gatekeeper {
  readonly #exchange: PracticeExchange;
  readonly #clock: Clock;

  constructor(exchange: PracticeExchange, clock: Clock) {
    this.#exchange = exchange;
    this.#clock = clock;
  }

  /** The key that signed a call. @throws {Refused} */
  admit(request: HttpRequest): PracticeKey {
    const headers = new Map(Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]));
    const url = new URL(request.url);
    const id = headers.get('x-bapi-api-key') ?? '';
    const timestamp = headers.get('x-bapi-timestamp') ?? '';
    const window = headers.get('x-bapi-recv-window') ?? String(DEFAULT_WINDOW_MS);
    const key = this.keyOf(id, url.hostname);
    this.#inTime(timestamp, window);
    const payload = request.method === 'GET' ? url.search.slice(1) : (request.body ?? '');
    const origin = `${timestamp}${id}${window}${payload}`;
    if (!isSigned(key.secret, origin, headers.get('x-bapi-sign') ?? '')) {
      throw new Refused(10004, `error sign! origin_string[${origin}]`);
    }
    return key;
  }

  /** The key of that name on this host. @throws {Refused} when it opens nothing there. */
  keyOf(id: string, host: string): PracticeKey {
    const key = this.#exchange.keyById('bybit', id);
    if (key === undefined || key.revoked || key.entity !== BYBIT_HOSTS[host]) {
      throw new Refused(10003, 'API key is invalid.');
    }
    if (key.expiresAtMs !== null && key.expiresAtMs <= this.#clock.wallMs()) {
      throw new Refused(33004, 'Your api key has expired.');
    }
    if (key.ipRefused) throw new Refused(10010, "Unmatched IP, please check your API key's bound IP addresses.");
    return key;
  }

  #inTime(timestamp: string, window: string): void {
    const nowMs = wholeMs(this.#clock.wallMs());
    const sentMs = /^\d{13}$/.test(timestamp) ? Number(timestamp) : Number.NaN;
    const windowMs = /^\d{1,6}$/.test(window) ? Math.min(LONGEST_WINDOW_MS, Number(window)) : Number.NaN;
    if (sentMs >= nowMs - windowMs && sentMs < nowMs + AHEAD_MS) return;
    throw new Refused(
      10002,
      'invalid request, please check your server timestamp or recv_window param. ' +
        `req_timestamp[${timestamp}],server_timestamp[${nowMs}],recv_window[${window}]`,
    );
  }
}

/** @throws {Refused} when the key may not trade the product. */
export function mayTrade({ permissions, products }: PracticeKey, product: Product): void {
  if (permissions.trade && products.includes(product)) return;
  throw new Refused(10005, 'Permission denied, please check your API key permissions.');
}
