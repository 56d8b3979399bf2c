import type { ExchangeFill, ExchangeOrder } from '../../../exchange/types.ts';

const DIGITS = 17;
const text = (kind: string, number: number): string => `${kind}${String(number).padStart(DIGITS, '0')}`;

/** Ids are eighteen digits that grow with time. */
export const ordIdOf = ({ number }: ExchangeOrder): string => text('7', number);
export const algoIdOf = (number: number): string => text('5', number);
export const billIdOf = ({ tradeNumber }: ExchangeFill): string => text('8', tradeNumber);

/** Forced executions are told apart by a negative number. */
export const tradeIdOf = ({ tradeNumber, cause }: ExchangeFill): string =>
  cause === 'order' ? String(tradeNumber) : `-${tradeNumber}`;
