import type { ClientSocket, HttpRequest, HttpResponse, SocketEvents, Transport } from '#shared/kernel/transport';

/** Remembers where everything went that left through it. */
export class RecordedNetwork implements Transport {
  readonly requests: HttpRequest[] = [];
  readonly sockets: string[] = [];
  /** What was sent over sockets, by their address. */
  readonly sent: { readonly url: string; readonly text: string }[] = [];
  readonly #inner: Transport;

  constructor(inner: Transport) {
    this.#inner = inner;
  }

  get hosts(): readonly string[] {
    const all = [...this.requests.map(({ url }) => url), ...this.sockets].map((url) => new URL(url).hostname);
    return [...new Set(all)].sort();
  }

  openSocket(url: string, events: SocketEvents): ClientSocket {
    this.sockets.push(url);
    const socket = this.#inner.openSocket(url, events);
    return {
      send: (text) => {
        this.sent.push({ url, text });
        socket.send(text);
      },
      ping: () => socket.ping(),
      close: () => socket.close(),
      terminate: () => socket.terminate(),
    };
  }

  request(request: HttpRequest): Promise<HttpResponse> {
    this.requests.push(request);
    return this.#inner.request(request);
  }
}
