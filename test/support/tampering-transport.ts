import type { ClientSocket, HttpRequest, HttpResponse, SocketEvents, Transport } from '#shared/kernel/transport';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A transport on which a test can change what arrives: frames, answers, whether a connection opens at all. */
export class TamperingTransport implements Transport {
  readonly #inner: Transport;
  readonly #open: { events: SocketEvents; gone: boolean }[] = [];
  /** What is delivered instead of a frame; default: the frame. */
  frames: (text: string) => readonly string[] = (text) => [text];
  /** What is answered instead of an answer; default: the answer. */
  answers: (request: HttpRequest, answer: HttpResponse) => HttpResponse = (_request, answer) => answer;
  readonly sent: string[] = [];
  readonly requests: HttpRequest[] = [];
  sockets = 0;
  #lastSequence = -1;

  constructor(inner: Transport) {
    this.#inner = inner;
  }

  openSocket(url: string, events: SocketEvents): ClientSocket {
    this.sockets += 1;
    const own = { events, gone: false };
    this.#open.push(own);
    const socket = this.#inner.openSocket(url, {
      ...events,
      open: () => events.open(),
      ping: () => events.ping(),
      pong: () => events.pong(),
      message: (data) => {
        const received = decoder.decode(data);
        this.#lastSequence = Number(/"sequence_num":(\d+)/.exec(received)?.[1] ?? this.#lastSequence);
        for (const text of this.frames(received)) events.message(encoder.encode(text));
      },
      closed: (code, reason) => {
        own.gone = true;
        events.closed(code, reason);
      },
    });
    return {
      send: (text) => {
        this.sent.push(text);
        socket.send(text);
      },
      ping: () => socket.ping(),
      close: () => socket.close(),
      terminate: () => socket.terminate(),
    };
  }

  /** The number after the last `sequence_num` received or given out here. */
  nextSequence(): number {
    this.#lastSequence += 1;
    return this.#lastSequence;
  }

  /** Delivers bytes to every open socket as if the venue had sent them. */
  inject(data: string | Uint8Array): void {
    const bytes = typeof data === 'string' ? encoder.encode(data) : data;
    for (const { events, gone } of this.#open) if (!gone) events.message(bytes);
  }

  async request(request: HttpRequest): Promise<HttpResponse> {
    this.requests.push(request);
    return this.answers(request, await this.#inner.request(request));
  }
}
