export const COLUMNS = [
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

export interface RawRow {
  readonly tsMs: number;
  readonly venue: string;
  readonly product: string;
  readonly instrument: string;
  readonly barMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** Most digits behind the point among the four prices. */
  readonly priceDecimals: number;
}

const DECIMAL = /^\d{1,15}(?:\.\d{1,30})?(?:[eE][+-]?\d{1,2})?$/;
const INSTRUMENT = /^[A-Z0-9]{1,20}-[A-Z0-9]{2,10}(?:-PERP)?$/;

/** The row in the order of {@link COLUMNS}, or what is wrong with it. */
export function readRow(cells: readonly string[]): RawRow | string {
  const [ts = '', venue = '', product = '', instrument = '', bar = '', ...numbers] = cells;
  if (!/^\d{12,14}$/.test(ts)) return 'ts_ms is not epoch milliseconds';
  if (!/^\d{1,6}$/.test(bar) || Number(bar) === 0) return 'bar_s is not a number of seconds';
  if (!INSTRUMENT.test(instrument)) return 'instrument is not BASE-QUOTE';
  if (!numbers.every((cell) => DECIMAL.test(cell))) return 'a price or the volume is not a number';
  const [open = 0, high = 0, low = 0, close = 0, volume = 0] = numbers.map(Number);
  const barMs = Number(bar) * 1000;
  const tsMs = Number(ts);
  if (tsMs % barMs !== 0) return 'ts_ms is not the open of a bar';
  if (low <= 0 || high < Math.max(open, close) || low > Math.min(open, close)) return 'prices contradict each other';
  const priceDecimals = Math.max(...numbers.slice(0, 4).map(decimalsIn));
  return { tsMs, venue, product, instrument, barMs, open, high, low, close, volume, priceDecimals };
}

/** Digits behind the point that a price really has: binary tails such as 0.9998999999999999 are rounded away. */
function decimalsIn(cell: string): number {
  const plain = Number(Number(cell).toPrecision(12)).toFixed(8).replace(/0+$/, '');
  return plain.length - plain.indexOf('.') - 1;
}
