import type { Random } from '#shared/kernel/random';
import type { Clock } from '#shared/kernel/time';
import type { PracticeKey } from '../../../exchange/types.ts';
import type { CdpTokens } from '../../coinbase/private/cdp-token.ts';
import { type Message, stringAt } from '../../message.ts';
import { INVALID_CREDENTIALS, type Outcome, wrong } from './outcomes.ts';

/** Access tokens live this long. */
const LIFETIME_S = 900;

interface Grant {
  readonly key: PracticeKey;
  readonly untilMs: number;
}

/**
 * `public/auth`: a token signed with a CDP key is exchanged for an access token.
 * https://docs.cdp.coinbase.com/api-reference/coinbase-deribit-app-api/rest-api/authentication/post-publicauth
 */
export class GatewayAccess {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #tokens: CdpTokens;
  readonly #grants = new Map<string, Grant>();

  constructor(tokens: CdpTokens, clock: Clock, random: Random) {
    this.#tokens = tokens;
    this.#clock = clock;
    this.#random = random;
  }

  authenticate(params: Message): Outcome & { readonly key?: PracticeKey } {
    if (params.grant_type !== 'coinbase_cdp') return wrong('grant_type');
    const token = stringAt(params, 'token');
    if (token === undefined) return wrong('token', 'missing');
    const check = this.#tokens.check(token, null);
    if (!check.ok || !check.key.products.includes('perp')) return { error: INVALID_CREDENTIALS };
    const access = Array.from({ length: 64 }, () => Math.floor(this.#random.next() * 16).toString(16)).join('');
    this.#grants.set(access, { key: check.key, untilMs: this.#clock.wallMs() + LIFETIME_S * 1000 });
    const { read, trade, withdraw } = check.key.permissions;
    const scopes = [read && 'rat#view', trade && 'rat#trade', withdraw && 'rat#transfer'].filter(
      (one) => one !== false,
    );
    return {
      key: check.key,
      result: { access_token: access, expires_in: LIFETIME_S, scope: scopes.join(' '), token_type: 'bearer' },
    };
  }

  /** `null`: unknown, run out, or its key was revoked. */
  keyOf(access: string): PracticeKey | null {
    const grant = this.#grants.get(access);
    if (grant === undefined || grant.key.revoked) return null;
    return grant.untilMs > this.#clock.wallMs() ? grant.key : null;
  }
}
