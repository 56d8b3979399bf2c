/**
 * Numbers as they were written. `JSON.parse` turns `1.50` into 1.5; a person who compares a recording with a venue's page
 * wants what the venue sent, so here every number of a JSON text stays the text it was.
 */
const MAX_DEPTH = 12;
const DECIMAL = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

export const isDecimalText = (value: unknown): value is string => typeof value === 'string' && DECIMAL.test(value);

/** The value of a JSON text with every number as its source text; `undefined` when it is no JSON. */
export function sourceJson(text: string): unknown {
  try {
    return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) =>
      typeof value === 'number' ? (context?.source ?? String(value)) : value,
    );
  } catch {
    return undefined;
  }
}

/** Price and size of one level as sent. */
export interface LevelText {
  readonly price: string;
  readonly size: string;
}

/**
 * Every level in a frame, whichever venue's: a pair of decimals that begins an array (after a word, as the gateway of
 * Coinbase sends), or the price and the quantity of an object.
 */
export function levelsIn(value: unknown, found: LevelText[] = [], depth = 0): readonly LevelText[] {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return found;
  if (Array.isArray(value)) {
    const [first, second, third] = value as readonly unknown[];
    if (isDecimalText(first) && isDecimalText(second)) found.push({ price: first, size: second });
    else if (typeof first === 'string' && isDecimalText(second) && isDecimalText(third)) {
      found.push({ price: second, size: third });
    } else for (const item of value) levelsIn(item, found, depth + 1);
    return found;
  }
  const members = value as Readonly<Record<string, unknown>>;
  const price = members.price ?? members.price_level;
  const size = members.qty ?? members.new_quantity;
  if (isDecimalText(price) && isDecimalText(size)) found.push({ price, size });
  for (const member of Object.values(members)) levelsIn(member, found, depth + 1);
  return found;
}

/** Each decimal of a frame by its value: what the text of a number was that a decoder read. */
export function literalsIn(value: unknown, found = new Map<number, string>(), depth = 0): ReadonlyMap<number, string> {
  if (isDecimalText(value)) found.set(Number(value), value);
  else if (typeof value === 'object' && value !== null && depth <= MAX_DEPTH) {
    for (const member of Object.values(value)) literalsIn(member, found, depth + 1);
  }
  return found;
}

/** Every text of a frame that is no number: names of channels and instruments among them. */
export function wordsIn(value: unknown, found = new Set<string>(), depth = 0): ReadonlySet<string> {
  if (typeof value === 'string' && !isDecimalText(value)) found.add(value);
  else if (typeof value === 'object' && value !== null && depth <= MAX_DEPTH) {
    for (const member of Object.values(value)) wordsIn(member, found, depth + 1);
  }
  return found;
}

/** Digits after the point, as written. */
export function writtenDecimals(text: string): number {
  const plain = /^\d+(?:\.(\d+))?$/.exec(text);
  return plain?.[1]?.length ?? 0;
}
