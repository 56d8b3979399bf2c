import type { Listing } from '#shared/domain/listing';
import { ONE } from '#shared/money/decimal';
import type { Divergence } from '../detect/divergence.ts';
import type { MarketView } from '../market/view.ts';
import type { HealthView } from '../risk/health-view.ts';
import type { LimitValues } from '../risk/limits.ts';
import { type Refusal, refusal } from '../risk/refusal.ts';
import type { VenueChecks } from '../route/venue-checks.ts';
import type { PairChecks } from './pair-checks.ts';
import type { Quarantine } from './quarantine.ts';
import { type QuickRefusal, quickLook } from './quick.ts';

export interface FirstLookOptions {
  readonly market: MarketView;
  readonly health: HealthView;
  readonly limits: LimitValues;
  readonly checks: VenueChecks;
  readonly pairs: PairChecks;
  readonly quarantine: Quarantine;
}

/** What stage 1 saw: a final refusal, an edge that seems not to pay (to be priced once), or one that seems to. */
export type Look =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | ({ readonly kind: 'thin' } & QuickRefusal)
  | { readonly kind: 'pays' };

const PAYS: Look = { kind: 'pays' };
/**
 * Stage 1 of a judgement, on every change of a book; no decimals. Reasons in this order: catalogue and what the two
 * listings are to each other, `venue-disabled`, `venue-status`, `stale-quote` (buy leg first), `stale-conversion` or
 * `depeg`, `implausible-edge`, `transfer-suspended`, `telemetry-incomplete`, `venue-unhealthy`, `breaker-open`, then the
 * edge itself.
 */
export class FirstLook {
  readonly #options: FirstLookOptions;

  constructor(options: FirstLookOptions) {
    this.#options = options;
  }

  /** `ageMs`: of the divergence. `buy` and `sell`: as the catalogue has them now; `undefined` when they left it. */
  look(divergence: Divergence, buy: Listing | undefined, sell: Listing | undefined, ageMs: number): Look {
    const { checks, pairs } = this.#options;
    if (buy === undefined || sell === undefined) {
      return no(refusal('venue-status', `${(buy ?? sell) === undefined ? 'Both legs' : 'A leg'} left the catalogue.`));
    }
    const flat =
      pairs.kind(buy, sell) ??
      checks.data(buy) ??
      checks.data(sell) ??
      this.#conversion(buy, sell) ??
      pairs.aside(buy, sell) ??
      this.#plausibility(divergence, ageMs) ??
      pairs.identity(buy, sell) ??
      pairs.transfers(buy, sell) ??
      this.#telemetry(buy, sell) ??
      checks.venue(buy) ??
      checks.venue(sell);
    return flat === undefined ? this.#edge(buy, sell) : no(flat);
  }

  #conversion(buy: Listing, sell: Listing): Refusal | undefined {
    const { market } = this.#options;
    for (const [from, to] of [
      [sell.quote, buy.quote],
      [buy.quote, 'USD'],
      [sell.quote, 'USD'],
    ] as const) {
      if (from === to || market.rate(from, to) > 0) continue;
      const conversion = market.convert(from, to, ONE);
      const problem = conversion.ok ? 'stale-conversion' : conversion.error;
      const words = problem === 'depeg' ? 'is further from par than its guard' : 'has no fresh book to convert through';
      return refusal(problem, `${from} against ${to} ${words}.`);
    }
    return undefined;
  }

  /** ID-6. A single frame may be garbled; an implausible edge that outlives a flicker sets the pair aside. */
  #plausibility(divergence: Divergence, ageMs: number): Refusal | undefined {
    const { quarantine, limits } = this.#options;
    const { buy, sell, grossBps } = divergence;
    const most = limits.double('maxPlausibleEdgeBps');
    if (grossBps <= most) return undefined;
    const detail = `An edge of ${grossBps.toFixed(1)} bps is over the largest plausible one of ${most} bps.`;
    if (ageMs >= limits.double('divergenceMinMs')) quarantine.add(buy.id, sell.id, detail);
    return refusal('implausible-edge', detail);
  }

  #telemetry(buy: Listing, sell: Listing): Refusal | undefined {
    const { market, health } = this.#options;
    const missing = (what: string) => refusal('telemetry-incomplete', `${what} is not measured yet.`);
    // Measured on the composite, so it stands for it here: a composite is dear, and the exact look asks for it.
    if (!Number.isFinite(market.volatilityBps(buy.base))) return missing(`The volatility of ${buy.base}`);
    for (const listing of [buy, sell]) {
      if (!Number.isFinite(market.latencyMs(listing.id))) return missing(`The latency of ${listing.venue}`);
      if (!Number.isFinite(health.score(listing.venue))) return missing(`The health of ${listing.venue}`);
    }
    return undefined;
  }

  #edge(buy: Listing, sell: Listing): Look {
    const { market, health, limits } = this.#options;
    const buyBook = market.book(buy.id);
    const sellBook = market.book(sell.id);
    if (buyBook === undefined || sellBook === undefined)
      return { kind: 'thin', reason: 'stale-quote', style: undefined };
    const thin = quickLook({
      buy: { listing: buy, book: buyBook, latencyMs: market.latencyMs(buy.id), health: health.score(buy.venue) },
      sell: { listing: sell, book: sellBook, latencyMs: market.latencyMs(sell.id), health: health.score(sell.venue) },
      rate: sell.quote === buy.quote ? 1 : market.rate(sell.quote, buy.quote),
      volatilityBps: market.volatilityBps(buy.base),
      minNetBps: limits.double('minNetEdgeBps'),
      maxSlippageBps: limits.double('maxSlippageBps'),
    });
    return thin === undefined ? PAYS : { kind: 'thin', ...thin };
  }
}

const no = (why: Refusal): Look => ({ kind: 'refused', refusal: why });
