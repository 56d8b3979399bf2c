import type { Decimal } from '#shared/money/decimal';
import { real } from '../numbers.ts';

/** A number that the gateway writes with a point: prices, amounts, rates. */
export class Real {
  readonly text: string;

  constructor(value: Decimal) {
    this.text = real(Number(value.toString()));
  }
}

export const num = (value: Decimal): Real => new Real(value);

/** JSON as the gateway writes it. */
export function wireText(value: unknown): string {
  if (value instanceof Real) return value.text;
  if (Array.isArray(value)) return `[${value.map(wireText).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const members = Object.entries(value).flatMap(([key, member]) =>
    member === undefined ? [] : [`${JSON.stringify(key)}:${wireText(member)}`],
  );
  return `{${members.join(',')}}`;
}
