import { randomBytes } from 'node:crypto';

/** lightweight-charts 5.2 adds one fixed `<style>` and takes no nonce; this is the hash of its text. */
const CHART_STYLE_HASH = "'sha256-3pRED1tOXas1FXFoPb9TGCjmYe9XQsmO9OV23khV2nY='";

/** Every response to a window carries these, whichever host sends it. */
export const COMMON_HEADERS: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/**
 * The window's policy: its own files and nothing else. No `unsafe-inline`: style elements need this response's nonce (AG
 * Grid) or the chart's hash. `connect` are the only addresses it may talk to; an empty list means none.
 */
export function contentSecurityPolicy(nonce: string, connect: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}' ${CHART_STYLE_HASH}`,
    "img-src 'self' data:",
    "font-src 'self' data:",
    `connect-src ${connect.length === 0 ? "'none'" : connect.join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** A fresh nonce, 128 bits: one for each time the page is served. */
export const newNonce = (): string => randomBytes(16).toString('base64');

/** The built index.html with this response's nonce in place of `__CSP_NONCE__`. */
export const pageWithNonce = (html: string, nonce: string): string => html.replaceAll('__CSP_NONCE__', nonce);
