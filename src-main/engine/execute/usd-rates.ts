import type { Plan } from '#shared/domain/plan';
import { ok, type Result } from '#shared/kernel/result';
import { ONE, wire } from '#shared/money/decimal';
import { quoteOf } from '../journal/records.ts';
import type { ConversionProblem, MarketView } from '../market/view.ts';

/** USD for one unit of each quote currency that the plan's legs or rescues trade in, at mid (ID-3). */
export function usdRatesOf(
  plan: Plan,
  market: Pick<MarketView, 'convert'>,
): Result<Readonly<Record<string, string>>, { readonly currency: string; readonly problem: ConversionProblem }> {
  const rates: Record<string, string> = {};
  const listings = [...plan.legs, ...plan.rescue].map((row) => row.listing);
  for (const listing of listings) {
    const currency = listing === null ? 'USD' : quoteOf(listing);
    if (currency === 'USD' || rates[currency] !== undefined) continue;
    const quote = market.convert(currency, 'USD', ONE);
    if (!quote.ok) return { ok: false, error: { currency, problem: quote.error } };
    rates[currency] = wire(quote.value.midRate);
  }
  return ok(rates);
}
