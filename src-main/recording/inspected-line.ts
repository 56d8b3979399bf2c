export const INSPECTED_KINDS = [
  'book',
  'bbo',
  'trade',
  'funding',
  'mark',
  'heartbeat',
  'ack',
  'ignored',
  'error',
  'gap',
  'invalid',
] as const;
export type InspectedKind = (typeof INSPECTED_KINDS)[number];

/**
 * What came of one line. Prices, sizes and rates are decimal texts exactly as the venue sent them; what is not known is left
 * out.
 */
export interface InspectedLine {
  readonly line: number;
  /** When it was received, epoch ms; `null` where the line does not tell. */
  readonly at: number | null;
  readonly kind: InspectedKind;
  readonly instrument?: string;
  /** The name comes from the symbol's text: the recording's catalogue does not tell of it. */
  readonly derived?: true;
  readonly bid?: string;
  readonly bidSize?: string;
  readonly ask?: string;
  readonly askSize?: string;
  /** What sizes count. */
  readonly unit?: 'base' | 'contracts';
  readonly sequence?: string;
  /** The book's state after the line. */
  readonly valid?: boolean;
  readonly trades?: readonly { readonly price: string; readonly size: string; readonly takerSide: 'buy' | 'sell' }[];
  readonly reference?: Readonly<Record<string, string>>;
  /** The line was no recorded line but a frame by itself. */
  readonly bare?: true;
  /** Why, in words. */
  readonly detail?: string;
}

const KIND_WIDTH = 10;
const INSTRUMENT_WIDTH = 18;

const sized = (price: string | undefined, size: string | undefined): string =>
  price === undefined ? '-' : size === undefined ? price : `${price} × ${size}`;

/** The line for people. */
export function inspectedText(line: InspectedLine): string {
  const at = line.at === null ? '-' : timeText(line.at);
  const touch =
    line.bid === undefined && line.ask === undefined
      ? ''
      : `${sized(line.bid, line.bidSize)} | ${sized(line.ask, line.askSize)}${line.unit === 'contracts' ? ' contracts' : ''}`;
  const said = [
    touch,
    line.sequence === undefined ? '' : `#${line.sequence}`,
    line.valid === undefined ? '' : line.valid ? 'valid' : 'not valid',
    ...(line.trades ?? []).map(({ price, size, takerSide }) => `${takerSide} ${size} at ${price}`),
    ...Object.entries(line.reference ?? {}).map(([name, value]) => `${name} ${value}`),
    line.derived === true ? 'name derived' : '',
    line.bare === true ? 'bare frame' : '',
    (line.detail ?? '').replace(/\s+/g, ' '),
  ].filter((part) => part !== '');
  const head = [
    String(line.line).padStart(7),
    at.padEnd(24),
    line.kind.padEnd(KIND_WIDTH),
    (line.instrument ?? '').padEnd(INSTRUMENT_WIDTH),
  ];
  return `${head.join(' ')} ${said.join('; ')}`.trimEnd();
}

/** A time beyond what a calendar holds stays a number. */
function timeText(atMs: number): string {
  return Math.abs(atMs) <= 8.64e15 ? new Date(atMs).toISOString() : String(atMs);
}
