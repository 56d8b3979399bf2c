import { tryDecimal } from '#shared/money/decimal';

/** Orders decimals as text by their value; unknown ones come first. */
export function compareDecimals(a: string | null | undefined, b: string | null | undefined): number {
  const left = a === null || a === undefined ? undefined : tryDecimal(a);
  const right = b === null || b === undefined ? undefined : tryDecimal(b);
  if (left === undefined || right === undefined) return Number(left !== undefined) - Number(right !== undefined);
  return left.cmp(right);
}
