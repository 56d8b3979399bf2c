/** Coinbase names orders and trades by UUIDs; here the last twelve digits are the venue's own number, in hexadecimal. */
const uuid = (kind: string, number: number): string =>
  `${kind}-7c3a-4b5e-9d21-${number.toString(16).padStart(12, '0')}`;

const ORDER = '5f0c1d2e';
const TRADE = 'a41b7c90';
const ENTRY = '2b6d9e14';

export const orderIdOf = (number: number): string => uuid(ORDER, number);
export const tradeIdOf = (number: number): string => uuid(TRADE, number);
export const entryIdOf = (number: number): string => uuid(ENTRY, number);

/** `undefined` for an id that this venue never gave out. */
export function orderNumberOf(id: string): number | undefined {
  const digits = /^5f0c1d2e-7c3a-4b5e-9d21-([0-9a-f]{12})$/.exec(id)?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
}
