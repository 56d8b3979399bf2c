/**
 * One spelling for one value: JSON with object keys in code-unit order and no spaces, so that equal values give equal
 * bytes whatever order they were built in (TE-1, PP-4). Keys whose value is `undefined` are left out, as JSON does. The
 * numbers JSON lacks are written as `NaN`, `Infinity` and `-Infinity`: two decisions that differ must never look equal.
 */
export function canonical(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      return Object.is(value, -0) ? '0' : String(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'bigint':
      return `"${value}n"`;
    case 'object':
      if (value === null) return 'null';
      if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
      return canonicalObject(value);
    default:
      return 'null';
  }
}

function canonicalObject(value: object): string {
  const parts: string[] = [];
  for (const [key, item] of Object.entries(value).sort(byKey)) {
    if (item !== undefined) parts.push(`${JSON.stringify(key)}:${canonical(item)}`);
  }
  return `{${parts.join(',')}}`;
}

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) => (a < b ? -1 : a > b ? 1 : 0);
