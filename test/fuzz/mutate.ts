import type { Random } from '#shared/kernel/random';

/** What a value is replaced by, still JSON as a rule: everything a careless parser takes for a price, a size or a name. */
const ODD = [
  '-1',
  '-0',
  '0',
  '00',
  '007',
  '1.',
  '.5',
  '1e5',
  '1E-3',
  '5.494e-6',
  '1e999',
  '-1e999',
  '1e-400',
  '5e-324',
  '9007199254740993',
  '12345678901234567890',
  '0.1234567890123456789',
  'null',
  'true',
  '[]',
  '{}',
  '""',
  '" "',
  '"0"',
  '"-1"',
  '"+1"',
  '"007.50"',
  '"1."',
  '".5"',
  '"0x10"',
  '"1e5"',
  '"NaN"',
  '"Infinity"',
  '"1,5"',
  '"9007199254740993"',
  '"12345678901234567890.5"',
  '"0.00000000000000000000001"',
  '"\\u0042TCUSDT"',
  '"BTC\\/USD"',
  '"é"',
  '"١"',
  '[["1","2"]]',
  '[["1"]]',
  '[["1","2","3"]]',
];
const BYTES = '"{}[],:.-+eE0123456789 \\nulltrue\n\t';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const below = (random: Random, limit: number): number => Math.floor(random.next() * limit);

/** One frame made wrong, or merely unusual, in one to three ways; the same random stream gives the same frame. */
export function mutate(frame: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  let mutated = frame;
  const ways = 1 + below(random, 3);
  for (let way = 0; way < ways; way += 1) {
    const kind = random.next();
    if (kind < 0.35) mutated = cut(mutated, random);
    else if (kind < 0.8) mutated = encoder.encode(reword(decoder.decode(mutated), random));
    else if (kind < 0.85) mutated = mutated.subarray(0, below(random, mutated.length + 1));
    else if (kind < 0.9) mutated = Uint8Array.from([...mutated, ...other.subarray(0, below(random, 40))]);
    else mutated = encoder.encode(shuffleMembers(decoder.decode(mutated), random));
  }
  return mutated;
}

/** A few bytes go, a few others come. */
function cut(frame: Uint8Array, random: Random): Uint8Array {
  const at = below(random, frame.length + 1);
  const gone = below(random, 4);
  const come = Array.from({ length: below(random, 4) }, () =>
    random.next() < 0.7 ? BYTES.charCodeAt(below(random, BYTES.length)) : below(random, 256),
  );
  const end = Math.min(frame.length, at + gone);
  const result = new Uint8Array(at + come.length + frame.length - end);
  result.set(frame.subarray(0, at));
  result.set(come, at);
  result.set(frame.subarray(end), at + come.length);
  return result;
}

/** A value is replaced by an odd one, or a digit of it by another. */
function reword(text: string, random: Random): string {
  const from = below(random, text.length);
  const value = /"[^"]*"(?!\s*:)|-?\d[\d.eE+-]*|true|false|null/g;
  value.lastIndex = from;
  const found = value.exec(text);
  if (found === null) return text;
  const { index } = found;
  const [old] = found;
  if (random.next() < 0.5) {
    const odd = ODD[below(random, ODD.length)] ?? '';
    return text.slice(0, index) + odd + text.slice(index + old.length);
  }
  const at = index + below(random, old.length);
  return text.slice(0, at) + String(below(random, 10)) + text.slice(at + 1);
}

/** The same members in another order, one twice, or with white space: JSON that no scanner by place can follow. */
function shuffleMembers(text: string, random: Random): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return text;
  const members = Object.entries(value);
  const kind = random.next();
  if (kind < 0.3) return JSON.stringify(value, null, 1);
  if (kind < 0.6) return JSON.stringify(Object.fromEntries(members.reverse()));
  const twice = members[below(random, members.length)];
  return twice === undefined ? text : `${text.slice(0, -1)},${JSON.stringify(twice[0])}:${JSON.stringify(twice[1])}}`;
}
