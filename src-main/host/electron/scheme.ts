import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { type Session as ElectronSession, protocol } from 'electron';
import { COMMON_HEADERS, contentSecurityPolicy, newNonce, pageWithNonce } from '../page.ts';

const SCHEME = 'app';
const HOST = 'crossbook';
/** The window's only address. A scheme of its own, so that the page has an origin, headers and a policy of its own. */
export const WINDOW_URL = `${SCHEME}://${HOST}/`;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
};

/** Before the app is ready: after that Chromium has made up its mind about schemes. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

export function isWindowUrl(url: string): boolean {
  try {
    const parsed = new URL(url);
    return parsed.protocol === `${SCHEME}:` && parsed.host === HOST;
  } catch {
    return false;
  }
}

/** Serves the built window from `rendererDir` under {@link WINDOW_URL}, with the same policy as the loopback host. */
export function serveWindow(session: ElectronSession, rendererDir: string): void {
  session.protocol.handle(SCHEME, async (request) => {
    if (request.method !== 'GET' || !isWindowUrl(request.url)) return new Response(null, { status: 403 });
    try {
      const path = fileOf(rendererDir, new URL(request.url).pathname);
      if (path === null) return new Response(null, { status: 404 });
      const body = await readFile(path);
      const type = TYPES[extname(path)] ?? 'application/octet-stream';
      const headers = { ...COMMON_HEADERS, 'Content-Type': type };
      return extname(path) === '.html' ? page(body.toString('utf8'), headers) : new Response(body, { headers });
    } catch {
      return new Response(null, { status: 404 });
    }
  });
}

function page(html: string, headers: Record<string, string>): Response {
  const nonce = newNonce();
  // The window reaches the engine through the preload: it needs no network at all.
  const csp = contentSecurityPolicy(nonce, []);
  return new Response(pageWithNonce(html, nonce), { headers: { ...headers, 'Content-Security-Policy': csp } });
}

/** The file for a path, or `null` when it would lie outside of `rendererDir`. */
function fileOf(rendererDir: string, pathname: string): string | null {
  const path = normalize(join(rendererDir, decodeURIComponent(pathname === '/' ? '/index.html' : pathname)));
  return path.startsWith(rendererDir + sep) ? path : null;
}
