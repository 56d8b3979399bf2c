/**
 * How bytes reach a venue: real sockets (`ws`, fetch) or an in-process pair on a virtual clock (PP-4). Both ends of a
 * practice venue and every venue adapter speak only this, so the same code runs over either.
 */
export interface SocketEvents {
  open(): void;
  /** A whole message. Text frames arrive as their UTF-8 bytes; the array is only valid during the call. */
  message(data: Uint8Array): void;
  /** A protocol-level pong. */
  pong(): void;
  /** A protocol-level ping was received (it is answered by the transport). */
  ping(): void;
  /** Last event of a socket, exactly once, also when it never opened. */
  closed(code: number, reason: string): void;
}

export interface ClientSocket {
  send(text: string): void;
  /** Sends a protocol-level ping. */
  ping(): void;
  /** Asks for an orderly close; `closed` follows, within a bounded time. */
  close(): void;
  /** Drops the connection at once; `closed` follows with 1006. */
  terminate(): void;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly timeoutMs: number;
}

export interface HttpResponse {
  readonly status: number;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** No complete answer came: refused, timed out, or cut in the middle. Says nothing about what the venue did. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
}

export interface Transport {
  /** `url` is the venue's public one (`wss://…`); a practice transport maps it by host. Never throws. */
  openSocket(url: string, events: SocketEvents): ClientSocket;
  /** @throws {TransportError} when no complete answer arrived within `timeoutMs`. */
  request(request: HttpRequest): Promise<HttpResponse>;
}

/** The server's end of one socket, as a practice venue sees it. */
export interface ServerSocket {
  send(text: string): void;
  ping(): void;
  close(code: number, reason: string): void;
  terminate(): void;
}

export interface ServerSocketEvents {
  message(text: string): void;
  ping(): void;
  pong(): void;
  closed(code: number): void;
}

/** One practice host: answers REST and accepts sockets. `host` is the venue's real host name, e.g. `api.kraken.com`. */
export interface VenueServer {
  readonly hosts: readonly string[];
  request(request: HttpRequest): HttpResponse;
  connect(url: string, socket: ServerSocket): ServerSocketEvents;
}
