import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import type { Clock } from '#shared/kernel/time';
import type { HttpRequest } from '#shared/kernel/transport';
import type { LocalVenue } from './wire/venue.ts';

/** Bytes a client may leave unread before it is dropped. */
const BACKLOG_LIMIT_BYTES = 4 * 1024 * 1024;
const BODY_LIMIT_BYTES = 256 * 1024;
const MESSAGE_LIMIT_BYTES = 256 * 1024;
const METHODS = ['GET', 'POST', 'DELETE', 'PUT'] as const;

/**
 * The practice venues as one real server on 127.0.0.1; the Host header says which venue is meant. Plain HTTP and
 * WebSocket: whoever connects redirects the venues' public names here.
 */
export class PracticeServers {
  readonly #byHost = new Map<string, LocalVenue>();
  readonly #clock: Clock;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MESSAGE_LIMIT_BYTES,
  });
  readonly #connections = new Set<Duplex>();
  #http: Server | null = null;

  /** `clock` delays answers that are to come late (PP-3). */
  constructor(servers: readonly LocalVenue[], clock: Clock) {
    this.#clock = clock;
    for (const server of servers) for (const host of server.hosts) this.#byHost.set(host, server);
  }

  /** Listens on a free port. @throws when the loopback interface cannot be bound. */
  async start(): Promise<{ readonly port: number }> {
    const http = createServer((request, response) => this.#answer(request, response));
    this.#http = http;
    http.on('connection', (connection) => {
      this.#connections.add(connection);
      connection.on('close', () => this.#connections.delete(connection));
    });
    http.on('upgrade', (request, connection, head) => this.#upgrade(request, connection, head));
    http.on('clientError', (_error, connection) => connection.destroy());
    await new Promise<void>((resolve, reject) => {
      http.once('error', reject);
      http.listen(0, '127.0.0.1', resolve);
    });
    const address = http.address();
    if (address === null || typeof address === 'string') throw new Error('the practice server has no port');
    return { port: address.port };
  }

  /** Drops every connection and frees the port. */
  async stop(): Promise<void> {
    const http = this.#http;
    if (http === null) return;
    this.#http = null;
    for (const socket of this.#sockets.clients) socket.terminate();
    for (const connection of this.#connections) connection.destroy();
    await new Promise<void>((resolve) => http.close(() => resolve()));
  }

  #venue(request: IncomingMessage): LocalVenue | undefined {
    return this.#byHost.get((request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase());
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const server = this.#venue(request);
    const method = METHODS.find((one) => one === request.method);
    if (server === undefined || method === undefined) {
      response.writeHead(server === undefined ? 421 : 405).end();
      return;
    }
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > BODY_LIMIT_BYTES) request.destroy();
      else chunks.push(chunk);
    });
    request.on('end', () => {
      const asked: HttpRequest = {
        method,
        url: `https://${request.headers.host ?? ''}${request.url ?? '/'}`,
        headers: flatHeaders(request),
        body: chunks.length === 0 ? undefined : Buffer.concat(chunks).toString('utf8'),
        timeoutMs: 0,
      };
      const answer = server.request(asked);
      // The connection stays open until the client has had enough.
      if (answer === 'lost') return;
      const send = (): void => {
        if (!response.destroyed) response.writeHead(answer.status, answer.headers).end(answer.body);
      };
      const laterMs = server.answerDelayMs(asked);
      if (laterMs > 0) this.#clock.after(laterMs, send);
      else send();
    });
  }

  #upgrade(request: IncomingMessage, connection: Duplex, head: Buffer): void {
    connection.on('error', () => connection.destroy());
    const server = this.#venue(request);
    if (server === undefined) {
      connection.end('HTTP/1.1 421 Misdirected Request\r\nConnection: close\r\n\r\n');
      return;
    }
    const url = `wss://${request.headers.host ?? ''}${request.url ?? '/'}`;
    if (server.refuses(url)) {
      connection.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n');
      return;
    }
    this.#sockets.handleUpgrade(request, connection, head, (socket) => {
      attach(server, url, socket, connection);
    });
  }
}

function attach(server: LocalVenue, url: string, socket: WebSocket, connection: Duplex): void {
  socket.on('error', () => socket.terminate());
  let corked = false;
  const uncork = (): void => {
    corked = false;
    connection.uncork();
  };
  const events = server.connect(url, {
    send: (text) => {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > BACKLOG_LIMIT_BYTES) {
        socket.terminate();
        return;
      }
      // Frames of one moment leave in one write: a write costs more than a frame.
      if (!corked) {
        corked = true;
        connection.cork();
        process.nextTick(uncork);
      }
      socket.send(text);
    },
    ping: () => {
      if (socket.readyState === socket.OPEN) socket.ping();
    },
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
  });
  socket.on('message', (data: Buffer) => events.message(data.toString('utf8')));
  socket.on('ping', () => events.ping());
  socket.on('pong', () => events.pong());
  socket.on('close', (code) => events.closed(code));
}

function flatHeaders(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}
