import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import sirv from 'sirv';
import { WebSocketServer } from 'ws';
import type { ContractService, HealthReport } from '#shared/contract/service';
import { err, ok, type Result } from '#shared/kernel/result';
import type { Clock } from '#shared/kernel/time';
import { Dispatcher } from '../dispatch.ts';
import { COMMON_HEADERS, contentSecurityPolicy, newNonce, pageWithNonce } from '../page.ts';
import { Session } from '../session.ts';
import { Access } from './access.ts';
import { serveChannel } from './channel.ts';
import { OwnNames } from './origin.ts';
import type { ReservedPort } from './port.ts';

/** Where the page opens its WebSocket. */
export const CHANNEL_PATH = '/channel';
/** Larger than any command; a longer frame ends the connection. */
const MAX_REQUEST_BYTES = 256 * 1024;

const NOT_LET_IN =
  'This browser is not let in yet. Open the address with the token that Crossbook printed in its terminal; ' +
  'press Enter there for a new one.';
const LINK_USED =
  'This link was used already or is too old. Press Enter in the terminal where Crossbook runs for a new one.';

export interface WebHostOptions {
  readonly service: ContractService;
  readonly health: () => HealthReport;
  readonly clock: Clock;
  /** The built window: a folder with index.html. */
  readonly rendererDir: string;
  readonly onProblem: (problem: string) => void;
}

export interface WebHost {
  readonly port: number;
  /** A fresh one-time address; an earlier one that was not opened stops working. */
  newAddress(): string;
  stop(): Promise<void>;
}

/** Serves one workstation on a port to browsers on this machine, and to nobody else. The error is one line for a person. */
export function startWebHost(reserved: ReservedPort, options: WebHostOptions): Result<WebHost, string> {
  const page = readPage(options.rendererDir);
  if (page === null) return err(`The window's files are missing from ${options.rendererDir}; run npm run build.`);
  const { port } = reserved;
  const host = new LoopbackHost(options, page, port);
  reserved.handOver((server) => {
    server.on('request', (request, response) => host.request(request, response));
    server.on('upgrade', (request, socket, head) => host.upgrade(request, socket, head));
    server.on('clientError', (_error, socket) => socket.destroy());
  });
  return ok({
    port,
    newAddress: () => `http://127.0.0.1:${port}/?token=${host.access.newLink()}`,
    stop: () => {
      host.closeChannels();
      return reserved.release();
    },
  });
}

class LoopbackHost {
  readonly access: Access;
  readonly #options: WebHostOptions;
  readonly #page: string;
  readonly #names: OwnNames;
  readonly #cookie: string;
  readonly #dispatcher: Dispatcher;
  readonly #files: ReturnType<typeof sirv>;
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_REQUEST_BYTES, perMessageDeflate: false });

  constructor(options: WebHostOptions, page: string, port: number) {
    this.#options = options;
    this.#page = page;
    this.#names = new OwnNames(port);
    // Cookies do not know ports: two workstations on this machine need two names.
    this.#cookie = `crossbook-${port}`;
    this.access = new Access(options.clock);
    this.#dispatcher = new Dispatcher(options.service, options.onProblem);
    this.#files = sirv(options.rendererDir, { dev: false, etag: true });
  }

  request(request: IncomingMessage, response: ServerResponse): void {
    for (const [name, value] of Object.entries(COMMON_HEADERS)) response.setHeader(name, value);
    response.setHeader('Cache-Control', 'no-store');
    const url = urlOf(request);
    const refusal = this.#names.refusal(request, false);
    if (refusal !== null) plain(response, 403, refusal);
    else if (url === null) plain(response, 400, 'The address cannot be read.');
    else if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      plain(response, 405, 'Only GET and HEAD are answered here.');
    } else this.#read(request, response, url);
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const refusal =
      this.#names.refusal(request, true) ??
      (this.#admits(request) ? null : 'This browser is not let in; reload the page.');
    if (refusal !== null) refuseUpgrade(socket, '403 Forbidden', refusal);
    else if (urlOf(request)?.pathname !== CHANNEL_PATH) {
      refuseUpgrade(socket, '404 Not Found', 'There is no such channel.');
    } else {
      this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
        const { service, clock, onProblem } = this.#options;
        serveChannel(webSocket, clock, (link) => new Session(service, this.#dispatcher, clock, link, onProblem));
      });
    }
  }

  closeChannels(): void {
    for (const socket of this.#sockets.clients) socket.close(1001, 'Crossbook stopped');
    this.#sockets.close();
  }

  /** A GET or HEAD under a name of ours. Only the health report is for everyone on this machine. */
  #read(request: IncomingMessage, response: ServerResponse, url: URL): void {
    const token = url.pathname === '/' ? url.searchParams.get('token') : null;
    if (url.pathname === '/healthz') {
      const body = JSON.stringify(this.#options.health());
      response.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8' }).end(body);
    } else if (token !== null) this.#exchange(request, response, token);
    else if (!this.#admits(request)) plain(response, 403, NOT_LET_IN);
    else if (url.pathname === '/' || url.pathname === '/index.html') this.#servePage(response);
    else this.#files(request, response, () => plain(response, 404, 'There is no such file.'));
  }

  /** The link's secret becomes a cookie and leaves the address bar. Someone already let in needs no new cookie. */
  #exchange(request: IncomingMessage, response: ServerResponse, token: string): void {
    const known = this.#admits(request);
    // HEAD is what link checkers send; it must not use the link up.
    const secret = request.method === 'GET' && !known ? this.access.exchange(token) : null;
    if (secret === null && !known) plain(response, 403, LINK_USED);
    else {
      const cookie =
        secret === null ? {} : { 'Set-Cookie': `${this.#cookie}=${secret}; HttpOnly; SameSite=Strict; Path=/` };
      response.writeHead(303, { Location: '/', ...cookie }).end();
    }
  }

  #servePage(response: ServerResponse): void {
    const nonce = newNonce();
    const csp = contentSecurityPolicy(nonce, ["'self'", ...this.#names.channelSources()]);
    response
      .writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': csp })
      .end(pageWithNonce(this.#page, nonce));
  }

  #admits(request: IncomingMessage): boolean {
    return this.access.admits(this.#cookieOf(request));
  }

  #cookieOf(request: IncomingMessage): string | null {
    for (const part of (request.headers.cookie ?? '').split(';')) {
      const [name, value] = part.trim().split('=', 2);
      if (name === this.#cookie && value !== undefined) return value;
    }
    return null;
  }
}

function urlOf(request: IncomingMessage): URL | null {
  try {
    return new URL(request.url ?? '/', 'http://127.0.0.1');
  } catch {
    return null;
  }
}

function readPage(rendererDir: string): string | null {
  try {
    return readFileSync(join(rendererDir, 'index.html'), 'utf8');
  } catch {
    return null;
  }
}

function plain(response: ServerResponse, status: number, text: string): void {
  const csp = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
  response
    .writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Security-Policy': csp })
    .end(`${text}\n`);
}

function refuseUpgrade(socket: Duplex, status: string, text: string): void {
  const body = `${text}\n`;
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
