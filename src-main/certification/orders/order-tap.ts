import type { Clock } from '#shared/kernel/time';
import {
  type ClientSocket,
  type HttpRequest,
  type HttpResponse,
  type SocketEvents,
  type Transport,
  TransportError,
} from '#shared/kernel/transport';

const utf8 = new TextDecoder();

/** A transport that sees what of an order leaves and comes, keeps back what must not leave, and can cut the sockets. */
export class OrderTap implements Transport {
  readonly #inner: Transport;
  readonly #clock: Clock;
  readonly #open = new Set<ClientSocket>();
  readonly #left: { readonly text: string; readonly overSocket: boolean }[] = [];
  readonly #forbidden = new Set<string>();
  readonly #awaited = new Map<string, number>();
  #cut = false;

  constructor(inner: Transport, clock: Clock) {
    this.#inner = inner;
    this.#clock = clock;
  }

  /** Everything that left, or would have, with this text in it. */
  leaving(text: string): readonly string[] {
    return this.#left.filter((one) => one.text.includes(text)).map((one) => one.text);
  }

  /** From now on nothing with this text in it leaves; the attempt still counts in {@link leaving}. */
  forbid(text: string): void {
    this.#forbidden.add(text);
  }

  /** Frames with this text are counted from now on. */
  listenFor(text: string): void {
    if (!this.#awaited.has(text)) this.#awaited.set(text, 0);
  }

  /** Frames with the text since {@link listenFor}, but one for each that we sent with it over a socket: its answer. */
  heard(text: string): number {
    const sent = this.#left.filter((one) => one.overSocket && one.text.includes(text)).length;
    return (this.#awaited.get(text) ?? 0) - sent;
  }

  /** Cuts every socket and lets none be opened, until told otherwise. */
  cut(on: boolean): void {
    this.#cut = on;
    if (on) for (const socket of [...this.#open]) socket.terminate();
  }

  openSocket(url: string, events: SocketEvents): ClientSocket {
    if (this.#cut) return this.#closedSocket(events);
    const socket = this.#inner.openSocket(url, {
      open: () => events.open(),
      message: (data) => {
        this.#hear(data);
        events.message(data);
      },
      ping: () => events.ping(),
      pong: () => events.pong(),
      closed: (code, reason) => {
        this.#open.delete(socket);
        events.closed(code, reason);
      },
    });
    this.#open.add(socket);
    return {
      send: (text) => {
        if (this.#mayLeave(text, true)) socket.send(text);
      },
      ping: () => socket.ping(),
      close: () => socket.close(),
      terminate: () => socket.terminate(),
    };
  }

  async request(request: HttpRequest): Promise<HttpResponse> {
    if (this.#mayLeave(plain(`${request.url} ${request.body ?? ''}`), false)) return this.#inner.request(request);
    throw new TransportError('kept back by the check');
  }

  #mayLeave(text: string, overSocket: boolean): boolean {
    this.#left.push({ text, overSocket });
    for (const one of this.#forbidden) if (text.includes(one)) return false;
    return true;
  }

  #hear(data: Uint8Array): void {
    if (this.#awaited.size === 0) return;
    const frame = utf8.decode(data);
    for (const [text, count] of this.#awaited) if (frame.includes(text)) this.#awaited.set(text, count + 1);
  }

  #closedSocket(events: SocketEvents): ClientSocket {
    let closed = false;
    const close = () => {
      if (closed) return;
      closed = true;
      events.closed(1006, 'cut by the check');
    };
    this.#clock.after(1, close);
    return { send: () => undefined, ping: () => undefined, close, terminate: close };
  }
}

/** Form bodies and queries as they were meant. */
function plain(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
