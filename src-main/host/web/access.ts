import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '#shared/kernel/time';

/** A printed link that nobody opened is worthless after this. */
export const LINK_LIFETIME_MS = 10 * 60_000;
/** Browsers let in at once; the one let in longest ago is shut out by the next. */
const MAX_VISITORS = 16;

const digest = (secret: string): Buffer => createHash('sha256').update(secret).digest();
const newSecret = (): string => randomBytes(32).toString('base64url');

/**
 * Who may use the loopback host: a link printed on the terminal works once and is exchanged for a cookie that lives as
 * long as this process and the browser. Secrets are 256 bits, kept only as hashes, compared in constant time.
 */
export class Access {
  readonly #clock: Clock;
  #link: { readonly hash: Buffer; readonly untilMs: number } | null = null;
  #visitors: Buffer[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A new one-time link secret; an unused earlier one stops working. */
  newLink(): string {
    const secret = newSecret();
    this.#link = { hash: digest(secret), untilMs: this.#clock.monoMs() + LINK_LIFETIME_MS };
    return secret;
  }

  /** The cookie's secret for a link that is good, once; `null` when it is wrong, used or too old. */
  exchange(linkSecret: string): string | null {
    const link = this.#link;
    if (link === null || !timingSafeEqual(link.hash, digest(linkSecret))) return null;
    this.#link = null;
    if (this.#clock.monoMs() > link.untilMs) return null;
    const secret = newSecret();
    this.#visitors = [...this.#visitors, digest(secret)].slice(-MAX_VISITORS);
    return secret;
  }

  admits(cookieSecret: string | null): boolean {
    if (cookieSecret === null) return false;
    const hash = digest(cookieSecret);
    // No early exit: how long it takes must not tell which visitor it was near to.
    return this.#visitors.reduce((known, one) => timingSafeEqual(one, hash) || known, false);
  }
}
