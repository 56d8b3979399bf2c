/** Ids are UUIDs whose last group is the number itself. */
const ORDER = '179f9af8-e45e-469d-b3e9-';
const FILL = '3d57ed09-fbd6-44f1-8e8b-';
export const ACCOUNT_UID = '3fa85f64-5717-4562-b3fc-2c963f66afa6';

const write = (prefix: string, number: number): string => `${prefix}${number.toString(16).padStart(12, '0')}`;

export const orderUid = (number: number): string => write(ORDER, number);
export const fillUid = (number: number): string => write(FILL, number);

/** The order's number, or `null` for what this venue never handed out. */
export function orderNumber(uid: string): number | null {
  const rest = uid.toLowerCase().startsWith(ORDER) ? uid.slice(ORDER.length) : '';
  return /^[0-9a-f]{12}$/i.test(rest) ? Number.parseInt(rest, 16) : null;
}
