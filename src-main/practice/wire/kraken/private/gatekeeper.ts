import type { Clock } from '#shared/kernel/time';
import type { HttpRequest } from '#shared/kernel/transport';
import type { PracticeExchange, PracticeKey } from '../../../exchange/types.ts';
import { apiSign, sameText } from './signature.ts';

/** What a call needs of its key (https://docs.kraken.com/exchange/guides/rest/api-keys); `none`: the key alone. */
export type Need = 'none' | 'read' | 'modify' | 'cancel' | 'stream';

export interface Admitted {
  readonly key: PracticeKey;
  readonly form: URLSearchParams;
}

/** Who may call: key, signature over path, nonce and body as they came, a nonce above the key's last, permissions. */
export class Gatekeeper {
  readonly #exchange: PracticeExchange;
  readonly #clock: Clock;
  readonly #lastNonce = new Map<string, bigint>();

  /** `clock`: the venue's own. */
  constructor(exchange: PracticeExchange, clock: Clock) {
    this.#exchange = exchange;
    this.#clock = clock;
  }

  /** The key and its form, or what the venue says against it. */
  admit(request: HttpRequest, path: string, need: Need): Admitted | string {
    const body = request.body ?? '';
    const form = new URLSearchParams(body);
    const id = header(request, 'api-key');
    const key = id === undefined ? undefined : this.#exchange.keyById('kraken', id);
    if (id === undefined || key === undefined || !this.#isLive(key)) return 'EAPI:Invalid key';
    const nonce = form.get('nonce') ?? '';
    const sign = header(request, 'api-sign') ?? '';
    if (!sameText(apiSign(key.secret, path, nonce, body), sign)) return 'EAPI:Invalid signature';
    if (!/^\d{1,19}$/.test(nonce)) return 'EAPI:Invalid nonce';
    const value = BigInt(nonce);
    if (value <= (this.#lastNonce.get(id) ?? -1n)) return 'EAPI:Invalid nonce';
    this.#lastNonce.set(id, value);
    // An address that the key does not allow may do nothing with it.
    if (key.ipRefused || !permits(key, need)) return 'EGeneral:Permission denied';
    return { key, form };
  }

  /** The highest nonce that the key has used, as text. */
  nonceOf(key: PracticeKey): string {
    return String(this.#lastNonce.get(key.id) ?? 0n);
  }

  /** Whether the key still opens anything: a socket's token dies with its key. */
  isLive(key: PracticeKey): boolean {
    const now = this.#exchange.keyById('kraken', key.id);
    return now !== undefined && this.#isLive(now);
  }

  #isLive(key: PracticeKey): boolean {
    if (key.revoked || key.entity !== 'global') return false;
    return key.expiresAtMs === null || this.#clock.wallMs() < key.expiresAtMs;
  }
}

function permits({ permissions, products }: PracticeKey, need: Need): boolean {
  if (need === 'none') return true;
  if (!products.includes('spot')) return false;
  return need === 'read' || need === 'stream' ? permissions.read : permissions.trade;
}

/** Header names come as the client wrote them. */
export function header({ headers }: HttpRequest, name: string): string | undefined {
  for (const [key, value] of Object.entries(headers)) if (key.toLowerCase() === name) return value;
  return undefined;
}
