import type { Listing } from '#shared/domain/listing';
import type { Composite } from '#shared/domain/market';
import { err, ok, type Result } from '#shared/kernel/result';
import { applyBps, type Decimal, decimal, ONE } from '#shared/money/decimal';
import type { MarketView } from '../market/view.ts';
import type { LimitValues } from './limits.ts';
import { type Refusal, refusal } from './refusal.ts';

/** Prices an entry may carry on a listing: within the collar of the composite mid, in the listing's quote currency. */
export interface Collar {
  readonly mid: Decimal;
  readonly low: Decimal;
  readonly high: Decimal;
}

/** The price collar of an entry (RK-3). Without a composite, or a way to convert it, there is none and no entry (FCL). */
export function collarOf(
  market: MarketView,
  limits: LimitValues,
  listing: Listing,
  composite: Composite | undefined = market.composite(listing.base),
): Result<Collar, Refusal> {
  if (composite === undefined) {
    return err(refusal('telemetry-incomplete', `There is no composite mid of ${listing.base}.`));
  }
  const conversion = market.convert(composite.currency, listing.quote, ONE);
  if (!conversion.ok) {
    return err(
      refusal(
        conversion.error,
        `${composite.currency} cannot be compared with ${listing.quote} (${conversion.error}).`,
      ),
    );
  }
  const mid = decimal(composite.mid).times(conversion.value.midRate);
  const width = applyBps(mid, limits.exact('priceCollarBps'));
  return ok({ mid, low: mid.minus(width), high: mid.plus(width) });
}
