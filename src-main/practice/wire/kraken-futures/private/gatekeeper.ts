import type { Clock } from '#shared/kernel/time';
import type { HttpRequest } from '#shared/kernel/transport';
import type { PracticeExchange, PracticeKey } from '../../../exchange/types.ts';
import { header } from '../../kraken/private/gatekeeper.ts';
import { sameText } from '../../kraken/private/signature.ts';
import { authent } from './signature.ts';

/** `any`: a key of any kind. */
export type Need = 'any' | 'read' | 'full';

export interface Admitted {
  readonly key: PracticeKey;
  readonly params: URLSearchParams;
}

/** How far a nonce may lie behind the highest of its key: they need not come in order. */
const NONCES_KEPT = 1_000;

export type Refused = 'authenticationError' | 'nonceDuplicate' | 'nonceBelowThreshold';

/** Who may call: key, signature over data, nonce and path as they came, a nonce not used before, access. */
export class FuturesGatekeeper {
  readonly #exchange: PracticeExchange;
  readonly #clock: Clock;
  readonly #nonces = new Map<string, Set<string>>();

  /** `clock`: the venue's own. */
  constructor(exchange: PracticeExchange, clock: Clock) {
    this.#exchange = exchange;
    this.#clock = clock;
  }

  admit(request: HttpRequest, path: string, need: Need): Admitted | Refused {
    const key = this.keyOf(header(request, 'apikey'));
    if (key === null) return 'authenticationError';
    const question = request.url.indexOf('?');
    const data = (question < 0 ? '' : request.url.slice(question + 1)) + (request.body ?? '');
    const nonce = header(request, 'nonce') ?? '';
    const signed = path.startsWith('/derivatives') ? path.slice('/derivatives'.length) : path;
    if (!sameText(authent(key.secret, data, nonce, signed), header(request, 'authent') ?? '')) {
      return 'authenticationError';
    }
    if (key.ipRefused || !permits(key, need)) return 'authenticationError';
    const used = nonce === '' ? null : this.#takeNonce(key, nonce);
    return used ?? { key, params: new URLSearchParams(data) };
  }

  /** The key while it opens anything. */
  keyOf(id: string | undefined): PracticeKey | null {
    const key = id === undefined ? undefined : this.#exchange.keyById('kraken-futures', id);
    if (key === undefined || key.revoked || key.entity !== 'global') return null;
    return key.expiresAtMs === null || this.#clock.wallMs() < key.expiresAtMs ? key : null;
  }

  #takeNonce(key: PracticeKey, nonce: string): Refused | null {
    const used = this.#nonces.get(key.id) ?? new Set<string>();
    this.#nonces.set(key.id, used);
    if (used.has(nonce)) return 'nonceDuplicate';
    const [oldest] = used;
    if (used.size >= NONCES_KEPT && oldest !== undefined) {
      if (Number(nonce) < Number(oldest)) return 'nonceBelowThreshold';
      used.delete(oldest);
    }
    used.add(nonce);
    return null;
  }
}

function permits({ permissions, products }: PracticeKey, need: Need): boolean {
  if (need === 'any') return true;
  if (!products.includes('perp')) return false;
  return need === 'read' ? permissions.read : permissions.trade;
}
