import type { QuoteRow } from '#shared/contract/rows';
import { feedOfListing, type ListingId, PRODUCTS, type Product, productOf, type Venue } from '#shared/domain/ids';
import { compareBases } from './base-order.ts';

/** One coin against one currency, spot or perpetual: what every venue lists of it stands on one line. */
export interface QuoteLine {
  readonly key: string;
  readonly base: string;
  readonly quote: string;
  readonly product: Product;
  readonly listings: Readonly<Partial<Record<Venue, ListingId>>>;
}

/** Every listing on its line; the main coins first, then by coin, currency and product. */
export function quoteLines(rows: readonly QuoteRow[]): readonly QuoteLine[] {
  const lines = new Map<string, QuoteLine & { readonly listings: Partial<Record<Venue, ListingId>> }>();
  for (const { base, quote, venue, listing } of rows) {
    const product = productOf(feedOfListing(listing));
    const key = `${base}-${quote}-${product}`;
    const line = lines.get(key) ?? { key, base, quote, product, listings: {} };
    line.listings[venue] = listing;
    lines.set(key, line);
  }
  return [...lines.values()].sort(
    (a, b) =>
      compareBases(a.base, b.base) ||
      (a.quote < b.quote ? -1 : a.quote > b.quote ? 1 : 0) ||
      PRODUCTS.indexOf(a.product) - PRODUCTS.indexOf(b.product),
  );
}
