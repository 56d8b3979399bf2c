import { type ListingId, listingId, type Venue } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import type { RecordedFolder, RecordedInstrument } from './bars.ts';
import type { FeeSchedule } from './fees.ts';

/** Finer digits in volumes are left over from adding up doubles when the recording was made. */
const MAX_LOT_DIGITS = 8;
/** Quote currency; no venue here asks for more on its dollar pairs. */
const MIN_NOTIONAL = '10';

/** Who takes the fee of a buy in the bought coin; the others take it in quote currency. */
const FEE_CURRENCY: Readonly<Record<Venue, Listing['feeCurrency']>> = {
  binance: 'received',
  coinbase: 'quote',
  bybit: 'received',
  okx: 'received',
  kraken: 'quote',
};

/** `0.01` for 2. */
const stepOf = (digits: number): string => (digits === 0 ? '1' : `0.${'0'.repeat(digits - 1)}1`);

export const lotDigits = (instrument: RecordedInstrument): number => Math.min(instrument.volumeDigits, MAX_LOT_DIGITS);

/** ID-3: Coinbase shows one book under its USD and its USDC name. */
function bookId(instrument: RecordedInstrument, present: ReadonlySet<ListingId>): ListingId {
  const { feed, venue, listing } = instrument;
  const twin = listingId(feed, instrument.instrument.replace(/-USDC$/, '-USD'));
  return venue === 'coinbase' && twin !== listing && present.has(twin) ? twin : listing;
}

/**
 * Stands in for the venues' catalogues, which a recording does not have: steps from the digits that were seen, fees from
 * the schedule, the rest as {@link MODEL_NOTES} says. In order of listing id.
 */
export function recordedListings(folder: RecordedFolder, fees: FeeSchedule): readonly Listing[] {
  const present = new Set(folder.instruments.map(({ listing }) => listing));
  return folder.instruments.map((instrument) => {
    const [base = '', quote = ''] = instrument.instrument.split('-');
    const tier = fees.tiers[instrument.venue];
    const lot = stepOf(lotDigits(instrument));
    return {
      id: instrument.listing,
      venue: instrument.venue,
      product: 'spot',
      instrument: instrument.instrument,
      base,
      quote,
      symbol: instrument.instrument,
      priceTick: stepOf(instrument.priceDigits),
      lotStep: lot,
      minQuantity: lot,
      minNotional: MIN_NOTIONAL,
      makerFeeBps: tier.makerBps,
      takerFeeBps: tier.takerBps,
      feeSource: tier.source,
      feeCurrency: FEE_CURRENCY[instrument.venue],
      priceBand: null,
      status: 'normal',
      settle: quote,
      contractSize: '1',
      unitsPerBase: '1',
      funding: null,
      bookId: bookId(instrument, present),
    };
  });
}
