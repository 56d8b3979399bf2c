import { instrumentIdSchema, productSchema, type Venue, venueSchema } from '#shared/domain/ids';
import { err, ok, type Result } from '#shared/kernel/result';

/** Columns a candle file must have, in any order; others are ignored. */
export const CANDLE_COLUMNS = [
  'ts_ms',
  'venue',
  'product',
  'instrument',
  'bar_s',
  'open',
  'high',
  'low',
  'close',
  'volume',
] as const;
export type CandleColumn = (typeof CANDLE_COLUMNS)[number];

/** Why a row was left out, worded to stand behind a count of rows. */
export type RowFault =
  | 'with an unknown venue'
  | 'with an unknown product'
  | 'of perpetuals, which are not replayed yet'
  | 'with an unreadable instrument'
  | 'with a number that cannot be read'
  | 'of an impossible bar (low above high, or open or close outside them)'
  | 'with a time that is not on the bar’s grid'
  | 'cut short';

export interface CandleRow {
  readonly venue: Venue;
  readonly instrument: string;
  readonly barMs: number;
  readonly openMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly priceDigits: number;
  readonly volumeDigits: number;
}

const NUMBER = /^\d+(?:\.\d+)?(?:[eE][+-]?\d{1,2})?$/;
/** Known names are looked up, not matched: there are a hundred thousand rows and a dozen instruments. */
const instruments = new Map<string, boolean>();

/** One row as the file has it, by column; a missing field is `undefined`. */
export type Fields = (column: CandleColumn) => string | undefined;

export function readCandleRow(fields: Fields): Result<CandleRow, RowFault> {
  const texts = NUMERIC.map((column) => fields(column));
  const venueText = fields('venue');
  const instrument = fields('instrument');
  if (venueText === undefined || instrument === undefined || texts.includes(undefined)) return err('cut short');
  const venue = venueSchema.safeParse(venueText);
  if (!venue.success) return err('with an unknown venue');
  const product = productSchema.safeParse(fields('product'));
  if (!product.success) return err('with an unknown product');
  if (product.data === 'perp') return err('of perpetuals, which are not replayed yet');
  if (!isInstrument(instrument)) return err('with an unreadable instrument');

  const values = texts.map((text) => (text !== undefined && NUMBER.test(text) ? Number(text) : Number.NaN));
  const [openMs, barS, open, high, low, close, volume] = values as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (values.some((value) => !Number.isFinite(value)) || !(barS > 0) || !Number.isInteger(barS)) {
    return err('with a number that cannot be read');
  }
  const barMs = barS * 1000;
  if (openMs % barMs !== 0) return err('with a time that is not on the bar’s grid');
  if (!(low > 0 && low <= Math.min(open, close) && high >= Math.max(open, close))) {
    return err('of an impossible bar (low above high, or open or close outside them)');
  }
  const [, , openText, highText, lowText, closeText, volumeText] = texts as string[];
  return ok({
    venue: venue.data,
    instrument,
    barMs,
    openMs,
    open,
    high,
    low,
    close,
    volume,
    priceDigits: Math.max(digits(openText), digits(highText), digits(lowText), digits(closeText)),
    volumeDigits: digits(volumeText),
  });
}

const NUMERIC = ['ts_ms', 'bar_s', 'open', 'high', 'low', 'close', 'volume'] as const;

function isInstrument(text: string): boolean {
  const known = instruments.get(text);
  if (known !== undefined) return known;
  const valid = instrumentIdSchema.safeParse(text).success && !text.endsWith('-PERP');
  if (instruments.size < 10_000) instruments.set(text, valid);
  return valid;
}

/** Digits after the point, trailing zeros apart; an exponent counts as it shifts the point. */
function digits(text: string | undefined): number {
  if (text === undefined) return 0;
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const fraction = mantissa.split('.')[1]?.replace(/0+$/, '') ?? '';
  return Math.max(0, fraction.length - Number(exponent));
}
