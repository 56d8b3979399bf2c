/** Anything shorter would blank ordinary words. */
const LEAST_LENGTH = 6;
/** A line of a longer secret that is worth looking for by itself. */
const LEAST_LINE = 16;

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/**
 * SE-1: every text as which these secrets may turn up, longest first: as typed and trimmed, in a URL, in JSON, line by line
 * (PEM), in hex, and in base64 and its URL alphabet wherever in a longer text they stand.
 */
export function writtenForms(secrets: Iterable<string>): readonly string[] {
  const forms = new Set<string>();
  for (const secret of secrets) {
    const trimmed = secret.trim();
    const lines = trimmed
      .split(/\r?\n|\\n/)
      .map((line) => line.trim())
      .filter((line) => line.length >= LEAST_LINE && !line.startsWith('-----'));
    for (const text of new Set([secret, trimmed, ...lines])) {
      if (text.length < LEAST_LENGTH) continue;
      const bytes = utf8(text);
      const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
      for (const form of [text, inUrl(text), inUrl(text).replaceAll('%20', '+'), inJson(text)]) forms.add(form);
      for (const form of [hex, hex.toUpperCase()]) forms.add(form);
      for (const form of [0, 1, 2].map((before) => base64Stem(bytes, before))) {
        forms.add(form);
        forms.add(form.replaceAll('+', '-').replaceAll('/', '_'));
      }
    }
  }
  return [...forms].filter((form) => form.length >= LEAST_LENGTH).sort((a, b) => b.length - a.length);
}

/** Lone halves of surrogate pairs have no UTF-8; nothing else in a text has none. */
const inUrl = (text: string): string => encodeURIComponent(text.replaceAll(/[\uD800-\uDFFF]/gu, '\uFFFD'));
const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

const utf8 = (text: string): readonly number[] =>
  [...inUrl(text).matchAll(/%([0-9A-F]{2})|(.)/gs)].map(([, hex, plain]) =>
    hex === undefined ? (plain ?? '').charCodeAt(0) : Number.parseInt(hex, 16),
  );

/** The characters of base64 that do not depend on what stands before (`before` bytes over a multiple of three) or after. */
function base64Stem(bytes: readonly number[], before: number): string {
  let text = '';
  const bit = (index: number) => ((bytes[(index >> 3) - before] ?? 0) >> (7 - (index & 7))) & 1;
  const first = Math.ceil((before * 8) / 6) * 6;
  const end = (before + bytes.length) * 8;
  for (let from = first; from + 6 <= end; from += 6) {
    let value = 0;
    for (let index = from; index < from + 6; index += 1) value = value * 2 + bit(index);
    text += BASE64[value];
  }
  return text;
}
