import type { Credentials } from '#shared/domain/credentials';

const HIDDEN = '[hidden]';
/** Anything shorter would blank ordinary words. */
const LEAST_LENGTH = 6;
/** Signatures, tokens and keys by how they are written, for those nobody told us of. */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]+-----[\s\S]*?(?:-----END [A-Z ]+-----|$)/g, HIDDEN],
  [/eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g, HIDDEN],
  [
    /\b(signature|sign|listenKey|access_token|refresh_token|client_secret)(["']?\s*[=:]\s*["']?)[^\s&"',}]+/gi,
    `$1$2${HIDDEN}`,
  ],
  [/\bBearer\s+[^\s"',]+/gi, `Bearer ${HIDDEN}`],
];
const MAX_LEARNED = 256;

/** Takes what must stay here out of every text that leaves (SE-1): the key's own fields, and what is learned while it is used. */
export class Scrubber {
  readonly #own: readonly string[];
  readonly #learned = new Set<string>();

  constructor(credentials: Credentials) {
    const texts = Object.values(credentials).flatMap((value) => (value === undefined ? [] : formsOf(value)));
    this.#own = longestFirst(texts);
  }

  /** From now on this text is hidden too. */
  learn(secret: string): void {
    if (secret.length < LEAST_LENGTH) return;
    this.#learned.delete(secret);
    this.#learned.add(secret);
    for (const oldest of this.#learned) {
      if (this.#learned.size <= MAX_LEARNED) break;
      this.#learned.delete(oldest);
    }
  }

  clean(text: string): string {
    let cleaned = text;
    for (const secret of this.#own) cleaned = cleaned.replaceAll(secret, HIDDEN);
    for (const secret of this.#learned) cleaned = cleaned.replaceAll(secret, HIDDEN);
    for (const [shape, instead] of SHAPES) cleaned = cleaned.replace(shape, instead);
    return cleaned;
  }
}

/** A value as it may turn up: as typed, trimmed, in a URL, in JSON, line by line. */
function formsOf(value: string): readonly string[] {
  const trimmed = value.trim();
  const lines = trimmed.split(/\r?\n|\\n/).filter((line) => line.length >= 16 && !line.startsWith('-----'));
  return [value, trimmed, encodeURIComponent(trimmed), JSON.stringify(trimmed).slice(1, -1), ...lines];
}

const longestFirst = (texts: readonly string[]): readonly string[] =>
  [...new Set(texts)].filter((text) => text.length >= LEAST_LENGTH).sort((a, b) => b.length - a.length);
