import type { ClientSocket, HttpRequest, HttpResponse, SocketEvents, Transport } from '#shared/kernel/transport';

const CHECKSUM = /"(?:checksum|cs)":\s*(-?\d+)/;
const utf8 = new TextDecoder();

/** A transport that sees whether frames carry checksums and can be told to break the sockets. */
export class TapTransport implements Transport {
  readonly #inner: Transport;
  readonly #sockets = new Set<ClientSocket>();
  /** What must never happen, in words. */
  defect: string | null = null;
  /** Frames with a checksum that says something; 0 stands for none. */
  checksums = 0;

  constructor(inner: Transport) {
    this.#inner = inner;
  }

  get sockets(): number {
    return this.#sockets.size;
  }

  openSocket(url: string, events: SocketEvents): ClientSocket {
    const socket: ClientSocket = this.#inner.openSocket(url, {
      open: () => events.open(),
      message: (data) => {
        const found = CHECKSUM.exec(utf8.decode(data));
        if (found !== null && found[1] !== '0') this.checksums += 1;
        try {
          events.message(data);
        } catch (error) {
          this.defect ??= `a frame made its decoder throw (MD-4): ${error instanceof Error ? error.message : String(error)}`;
        }
      },
      ping: () => events.ping(),
      pong: () => events.pong(),
      closed: (code, reason) => {
        this.#sockets.delete(socket);
        events.closed(code, reason);
      },
    });
    this.#sockets.add(socket);
    return socket;
  }

  request(request: HttpRequest): Promise<HttpResponse> {
    return this.#inner.request(request);
  }

  /** Breaks every socket that is open, without a closing handshake. */
  dropSockets(): void {
    for (const socket of [...this.#sockets]) socket.terminate();
  }
}
