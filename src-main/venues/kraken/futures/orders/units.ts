import type { Listing } from '#shared/domain/listing';
import { decimal, wire } from '#shared/money/decimal';

/** The venue's own quantity in base units; as it is for a symbol that the catalogue does not know. */
export const baseUnits = (size: string, listing: Listing | undefined): string =>
  listing === undefined || listing.contractSize === '1'
    ? size
    : wire(decimal(size).times(decimal(listing.contractSize)));

/** Base units as the venue counts them. A quantity that is no number of contracts never gets here. */
export const contracts = (quantity: string, listing: Listing): string =>
  listing.contractSize === '1' ? quantity : wire(decimal(quantity).div(decimal(listing.contractSize)));
