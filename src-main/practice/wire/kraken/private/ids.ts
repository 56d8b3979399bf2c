/** Ids of three groups of letters and digits, as Kraken writes them; the last group is the number itself. */
const ORDER = 'OQCLML-BW3P3-';
const TRADE = 'TCCCTY-WE2O6-';
const BASE = 36;
const DIGITS = 6;

const write = (prefix: string, number: number): string =>
  `${prefix}${number.toString(BASE).toUpperCase().padStart(DIGITS, '0')}`;

/** `OQCLML-BW3P3-00002A` */
export const orderTxid = (number: number): string => write(ORDER, number);
export const tradeTxid = (number: number): string => write(TRADE, number);

/** The order's number, or `null` for what this venue never handed out. */
export const orderNumber = (txid: string): number | null => read(ORDER, txid);
export const tradeNumber = (txid: string): number | null => read(TRADE, txid);

function read(prefix: string, txid: string): number | null {
  const rest = txid.startsWith(prefix) ? txid.slice(prefix.length) : '';
  return new RegExp(`^[0-9A-Z]{${DIGITS}}$`).test(rest) ? Number.parseInt(rest, BASE) : null;
}
