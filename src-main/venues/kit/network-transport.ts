import * as http from 'node:http';
import * as https from 'node:https';
import * as net from 'node:net';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import WebSocket from 'ws';
import {
  type ClientSocket,
  type HttpRequest,
  type HttpResponse,
  type SocketEvents,
  type Transport,
  TransportError,
} from '#shared/kernel/transport';

const MAX_FRAME_BYTES = 16 * 1024 * 1024;
const MAX_BODY_BYTES = 64 * 1024 * 1024;
const HANDSHAKE_TIMEOUT_MS = 10_000;
/** How long the venue may take to answer an orderly close. */
const CLOSE_TIMEOUT_MS = 2_000;

/**
 * Market data and every account ask the same hosts, and here nobody waits for another's answer, a cancel least of all (EX-7):
 * how much is asked at once is bounded where it is asked (`RestClient`, the budgets of accounts).
 */
const AGENT = { keepAlive: true } as const;

/** A local address that stands in for a venue's host: plain TCP, but the venue's own Host header and path. */
export interface LocalAddress {
  readonly address: '127.0.0.1';
  readonly port: number;
}

export interface NetworkTransportOptions {
  /**
   * Practice: where each of the venues' host names is answered instead. When given, a host that is not in it is not
   * connected to at all, so practice can never reach a real venue by mistake.
   */
  readonly redirect?: ReadonlyMap<string, LocalAddress>;
}

/** Real sockets: `ws` and HTTP over TLS, or plain to a local stand-in. */
export class NetworkTransport implements Transport {
  readonly #redirect: ReadonlyMap<string, LocalAddress> | undefined;
  readonly #plainAgent = new http.Agent(AGENT);
  readonly #secureAgent = new https.Agent(AGENT);
  readonly #sockets = new Set<WebSocket>();
  readonly #requests = new Set<http.ClientRequest>();

  constructor(options: NetworkTransportOptions = {}) {
    this.#redirect = options.redirect;
  }

  openSocket(url: string, events: SocketEvents): ClientSocket {
    const local = this.#localFor(url);
    if (local === null) {
      queueMicrotask(() => events.closed(1006, `no stand-in for ${hostOf(url)}`));
      return { send: () => undefined, ping: () => undefined, close: () => undefined, terminate: () => undefined };
    }
    const options: WebSocket.ClientOptions = {
      perMessageDeflate: false,
      maxPayload: MAX_FRAME_BYTES,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      followRedirects: false,
    };
    if (local !== undefined) options.createConnection = () => net.connect(local.port, local.address);
    const socket = new WebSocket(url, options);
    this.#sockets.add(socket);
    let failure = '';
    socket.binaryType = 'nodebuffer';
    socket.on('open', () => events.open());
    socket.on('message', (data) => {
      if (data instanceof Uint8Array) events.message(data);
    });
    socket.on('ping', () => events.ping());
    socket.on('pong', () => events.pong());
    // `close` always follows an error; it is the one that is told.
    socket.on('error', (error) => {
      failure = error.message;
    });
    socket.on('close', (code, reason) => {
      this.#sockets.delete(socket);
      events.closed(code, failure === '' ? reason.toString('utf8') : failure);
    });
    return {
      send: (text) => {
        if (socket.readyState === WebSocket.OPEN) socket.send(text);
      },
      ping: () => {
        if (socket.readyState === WebSocket.OPEN) socket.ping();
      },
      close: () => {
        socket.close(1000);
        setTimeout(() => socket.terminate(), CLOSE_TIMEOUT_MS).unref();
      },
      terminate: () => socket.terminate(),
    };
  }

  request(request: HttpRequest): Promise<HttpResponse> {
    return new Promise((resolve, reject) => {
      const local = this.#localFor(request.url);
      const fail = (message: string) => reject(new TransportError(`${hostOf(request.url)}: ${message}`));
      if (local === null) {
        fail('no stand-in for this host');
        return;
      }
      const url = new URL(request.url);
      const options: http.RequestOptions = {
        method: request.method,
        path: `${url.pathname}${url.search}`,
        headers: { ...request.headers, host: url.host, 'accept-encoding': 'gzip, deflate, br' },
        signal: AbortSignal.timeout(request.timeoutMs),
      };
      const call =
        local === undefined
          ? https.request({ ...options, host: url.hostname, port: url.port || 443, agent: this.#secureAgent })
          : http.request({ ...options, host: local.address, port: local.port, agent: this.#plainAgent });
      this.#requests.add(call);
      call.on('close', () => this.#requests.delete(call));
      call.on('error', (error) =>
        fail(error.name === 'AbortError' ? `no whole answer in ${request.timeoutMs} ms` : error.message),
      );
      call.on('response', (response) => {
        readBody(response).then(
          (body) => resolve({ status: response.statusCode ?? 0, headers: flatHeaders(response.headers), body }),
          (error: unknown) => fail(error instanceof Error ? error.message : String(error)),
        );
      });
      call.end(request.body);
    });
  }

  /** Drops everything that is open; used when the program ends. */
  close(): void {
    for (const socket of this.#sockets) socket.terminate();
    for (const call of this.#requests) call.destroy();
    this.#plainAgent.destroy();
    this.#secureAgent.destroy();
  }

  /** `undefined`: connect to the host itself. `null`: not to be connected to. */
  #localFor(url: string): LocalAddress | null | undefined {
    if (this.#redirect === undefined) return undefined;
    return this.#redirect.get(hostOf(url)) ?? null;
  }
}

const hostOf = (url: string): string => new URL(url).hostname;

/** The whole body, decompressed, as text. @throws when it is cut, too large, or not what its encoding says. */
async function readBody(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new Error('answer too large');
    chunks.push(chunk);
  }
  if (!response.complete) throw new Error('answer cut in the middle');
  const raw = Buffer.concat(chunks);
  const limit = { maxOutputLength: MAX_BODY_BYTES };
  switch (response.headers['content-encoding']) {
    case 'gzip':
      return (await promisify<Buffer, typeof limit, Buffer>(gunzip)(raw, limit)).toString('utf8');
    case 'deflate':
      return (await promisify<Buffer, typeof limit, Buffer>(inflate)(raw, limit)).toString('utf8');
    case 'br':
      return (await promisify<Buffer, typeof limit, Buffer>(brotliDecompress)(raw, limit)).toString('utf8');
    default:
      return raw.toString('utf8');
  }
}

function flatHeaders(headers: http.IncomingHttpHeaders): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}
