import type { Credentials } from '#shared/domain/credentials';
import { writtenForms } from '#shared/domain/secret-texts';
import type { HttpRequest } from '#shared/kernel/transport';

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
/** What proves a call is of use for seconds only. */
const MAX_PROOFS = 64;
const PROVING_HEADER = /sign|auth|passphrase|token|key/i;
const PROVING_FIELD = /^(signature|sign|authent)$/i;
const LEAST_PROOF = 16;

/** Takes what must stay here out of every text that leaves (SE-1): the key's own fields, and what is learned while it is used. */
export class Scrubber {
  readonly #own: readonly string[];
  readonly #learned = new Set<string>();
  readonly #proofs = new Set<string>();

  constructor(credentials: Credentials) {
    this.#own = writtenForms(Object.values(credentials).filter((value) => value !== undefined));
  }

  /** From now on this text is hidden too. */
  learn(secret: string): void {
    if (secret.length >= LEAST_LENGTH) keep(this.#learned, secret, MAX_LEARNED);
  }

  /** What a signed request proves itself by is hidden while an answer may still repeat it. */
  signed(request: HttpRequest): void {
    for (const proof of proofsOf(request)) {
      keep(this.#proofs, proof, MAX_PROOFS);
      keep(this.#proofs, encodeURIComponent(proof), MAX_PROOFS);
    }
  }

  /** Also where the text was cut in the middle of a secret. */
  clean(text: string): string {
    let cleaned = text;
    for (const secret of this.#hidden()) cleaned = cleaned.replaceAll(secret, HIDDEN);
    for (const [shape, instead] of SHAPES) cleaned = cleaned.replace(shape, instead);
    let cut = 0;
    for (const secret of this.#hidden()) cut = Math.max(cut, beginningAtEnd(cleaned, secret));
    return cut === 0 ? cleaned : `${cleaned.slice(0, -cut)}${HIDDEN}`;
  }

  *#hidden(): Iterable<string> {
    yield* this.#own;
    yield* this.#learned;
    yield* this.#proofs;
  }
}

/** How many characters of its beginning a text ends with; 0 when they are too few to mean anything. */
function beginningAtEnd(text: string, secret: string): number {
  for (let length = Math.min(secret.length - 1, text.length); length >= LEAST_LENGTH; length -= 1) {
    if (text.endsWith(secret.slice(0, length))) return length;
  }
  return 0;
}

/** Newest last; the oldest go when there are too many. */
function keep(set: Set<string>, text: string, most: number): void {
  set.delete(text);
  set.add(text);
  for (const oldest of set) {
    if (set.size <= most) break;
    set.delete(oldest);
  }
}

function proofsOf({ url, headers, body }: HttpRequest): readonly string[] {
  const fields = [...new URL(url).searchParams, ...new URLSearchParams(body ?? '')].filter(([name]) =>
    PROVING_FIELD.test(name),
  );
  const named = Object.entries(headers).filter(([name]) => PROVING_HEADER.test(name));
  // `Bearer …`: the word before it is no secret.
  const values = [...fields, ...named].map(([, value]) => value.split(' ').at(-1) ?? '');
  return values.filter((value) => value.length >= LEAST_PROOF);
}
