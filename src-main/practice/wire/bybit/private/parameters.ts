import type { Decimal } from '#shared/money/decimal';
import { tryDecimal, ZERO } from '#shared/money/decimal';
import type { MarketView } from '../../../world/world.ts';
import type { Message } from '../../message.ts';
import type { FeedContext } from '../../venue.ts';
import type { Category } from '../rest.ts';
import { CATEGORIES } from '../rest.ts';
import { symbolOf } from '../symbols.ts';
import { Refused } from './answers.ts';

/** Both categories as the calls of an account name them. */
export type Shelves = Readonly<Record<Category, FeedContext>>;

/** Text of a parameter, numbers as they were written; `null` where it is left out or empty. */
export function textOf(params: Message, name: string): string | null {
  const value = params[name];
  if (value === undefined || value === null || value === '') return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw new Refused(10001, `params error: ${name} invalid`);
}

/** @throws {Refused} when it is left out. */
export function required(params: Message, name: string): string {
  const text = textOf(params, name);
  if (text === null) throw new Refused(10001, `params error: ${name} is required`);
  return text;
}

/** A number above zero; `null` where it is left out or zero. @throws {Refused} when it is not a number. */
export function amountOf(params: Message, name: string, category: Category): Decimal | null {
  const text = textOf(params, name);
  if (text === null) return null;
  const value = typeof params[name] === 'string' ? tryDecimal(text) : undefined;
  if (value === undefined || value.lt(ZERO)) {
    throw category === 'spot'
      ? new Refused(170130, `Data sent for paramter '${name}' is not valid.`)
      : new Refused(10001, `params error: ${name} invalid`);
  }
  return value.eq(ZERO) ? null : value;
}

/** A whole number within bounds. @throws {Refused} when it is not one. */
export function wholeOf(params: Message, name: string, low: number, high: number): number | null {
  const text = textOf(params, name);
  if (text === null) return null;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= low && value <= high)) throw new Refused(10001, `params error: ${name} invalid`);
  return value;
}

/** @throws {Refused} for one that this venue does not have. */
export function categoryOf(params: Message): Category {
  const category = CATEGORIES.find((one) => one === params.category);
  if (category === undefined) throw new Refused(10001, 'Illegal category');
  return category;
}

/** The listed market that `symbol` names. @throws {Refused} */
export function marketOf(params: Message, category: Category, shelves: Shelves): MarketView {
  const symbol = required(params, 'symbol');
  const market = shelves[category].listed().find(({ spec }) => symbolOf(spec) === symbol);
  if (market !== undefined) return market;
  throw category === 'spot'
    ? new Refused(170121, 'Invalid symbol.')
    : new Refused(10001, 'params error: symbol invalid');
}
