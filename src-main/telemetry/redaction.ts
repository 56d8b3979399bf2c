/**
 * SE-1: secrets never reach a log, a report or a crash dump. Two nets: fields are hidden by what they are called, and
 * text is searched for what secrets look like wherever it stands.
 */
export const REDACTED = '[redacted]';

/** Field names, letters only and in lower case, that hold secrets whatever their value looks like. */
const SECRET_NAMES =
  /(secret|passphrase|password|passwd|privatekey|apikey|apisign|accesskey|accesssign|signature|token|cookie|authorization|jwt|bearer|mnemonic|seedphrase|credential|otp|listenkey)/;
/** Short names that mean a secret only when they are the whole name. */
const SECRET_WHOLE_NAMES = new Set(['key', 'sign', 'sig', 'pem', 'auth', 'pass', 'keyname', 'keyid', 'nonce']);
/** Names that merely contain a secret's name. */
const HARMLESS_NAMES = /^(tokens|tokencount|keycount|secretscount)$/;

/** Texts that are secrets wherever they stand; the first group, where there is one, is kept in front. */
const SECRET_PATTERNS: readonly RegExp[] = [
  /-----BEGIN [A-Z0-9 ]+-----[\s\S]*?(?:-----END [A-Z0-9 ]+-----|$)/g,
  // JSON Web Tokens: two or three base64url parts, the first a JSON object.
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?/g,
  /(\b(?:bearer|basic)\s+)[A-Za-z0-9+/._~=-]{8,}/gi,
  // Coinbase key names: organizations/<uuid>/apiKeys/<uuid>.
  /organizations\/[0-9a-f-]{36}\/apiKeys\/[0-9a-f-]{36}/gi,
  // name=value, name: value and "name":"value" inside a text: query strings, headers, quoted JSON.
  /(["']?[\w-]*(?:secret|passphrase|password|api[-_]?key|access[-_]?key|access[-_]?sign|api[-_]?sign|signature|token|cookie|authorization|listen[-_]?key|private[-_]?key)["']?\s*[=:]\s*)(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s&,;}"']+)/gi,
  // Unbroken runs of 32 or more letters and digits: keys, secrets and hexadecimal signatures of every venue.
  /(?<![A-Za-z0-9])(?=[A-Za-z0-9]*\d)(?=[A-Za-z0-9]*[A-Za-z])[A-Za-z0-9]{32,}(?![A-Za-z0-9])/g,
];

/** Base64 of 30 bytes or more. File paths and instrument names have this alphabet too: see {@link looksRandom}. */
const BASE64_RUN = /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{40,}={0,2}/g;

/** Base64 rarely goes a dozen characters without all three kinds of character, words and paths nearly always do. */
const looksRandom = (run: string) =>
  run
    .split(/[^A-Za-z0-9]/)
    .some((part) => part.length >= 12 && /\d/.test(part) && /[a-z]/.test(part) && /[A-Z]/.test(part));

/** Deeper than this a value is cut: a log line is no place for a whole state. */
const MAX_DEPTH = 8;
const MAX_ITEMS = 100;

type Hide = (text: string) => string;

/** `text` with everything that looks like a secret replaced. */
export function redactText(text: string): string {
  const shaped = SECRET_PATTERNS.reduce(
    (rest, pattern) =>
      rest.replace(pattern, (_match, kept: unknown) => (typeof kept === 'string' ? `${kept}${REDACTED}` : REDACTED)),
    text,
  );
  return shaped.replace(BASE64_RUN, (run) => (looksRandom(run) ? REDACTED : run));
}

/**
 * A copy of `value` fit for a log: secret fields and secret-looking texts replaced, errors opened, cycles and depth cut.
 * `hide` goes over every text.
 */
export function redact(value: unknown, hide: Hide = redactText): unknown {
  return redactAt(value, 0, new Set(), hide);
}

function redactAt(value: unknown, depth: number, above: Set<object>, hide: Hide): unknown {
  if (typeof value === 'string') return hide(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'function' || typeof value === 'symbol') return `[${typeof value}]`;
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
  if (above.has(value)) return '[circular]';
  if (depth >= MAX_DEPTH) return '[deeper]';
  const inside = new Set(above).add(value);
  if (Array.isArray(value)) {
    const items = value.slice(0, MAX_ITEMS).map((item) => redactAt(item, depth + 1, inside, hide));
    return value.length > MAX_ITEMS ? [...items, `[${value.length - MAX_ITEMS} more]`] : items;
  }
  return redactFields(fieldsOf(value), depth, inside, hide);
}

/** What an object says of itself: errors keep name, message, stack and cause, which are not enumerable. */
function fieldsOf(value: object): readonly (readonly [string, unknown])[] {
  if (value instanceof Map) return [...value].map(([key, item]) => [String(key), item] as const);
  if (value instanceof Set) return [...value].map((item, index) => [String(index), item] as const);
  const own = Object.entries(value);
  if (!(value instanceof Error)) return own;
  const cause: readonly [string, unknown][] = value.cause === undefined ? [] : [['cause', value.cause]];
  return [['name', value.name], ['message', value.message], ['stack', value.stack], ...cause, ...own];
}

function redactFields(
  fields: readonly (readonly [string, unknown])[],
  depth: number,
  above: Set<object>,
  hide: Hide,
): Record<string, unknown> {
  const safe: Record<string, unknown> = {};
  for (const [name, item] of fields.slice(0, MAX_ITEMS)) {
    safe[hide(name)] = isSecretName(name) && holdsSomething(item) ? REDACTED : redactAt(item, depth + 1, above, hide);
  }
  if (fields.length > MAX_ITEMS) safe['[more]'] = fields.length - MAX_ITEMS;
  return safe;
}

/** Absence is worth logging: a missing key is a common fault and no secret. */
const holdsSomething = (value: unknown) => value !== undefined && value !== null && value !== '';

function isSecretName(name: string): boolean {
  const letters = name.toLowerCase().replace(/[^a-z]/g, '');
  if (HARMLESS_NAMES.test(letters)) return false;
  return SECRET_WHOLE_NAMES.has(letters) || SECRET_NAMES.test(letters);
}
