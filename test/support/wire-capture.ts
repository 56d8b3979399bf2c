import type { ClientSocket, HttpRequest, HttpResponse, SocketEvents, Transport } from '#shared/kernel/transport';

/** One request as it left, and what came back; `null` while nothing has. */
export interface Captured {
  readonly request: HttpRequest;
  readonly method: string;
  readonly host: string;
  readonly path: string;
  /** Of the URL, decoded. */
  readonly query: Readonly<Record<string, string>>;
  /** A JSON or form body as its members, decoded; `null` without a body. */
  readonly body: unknown;
  readonly atMs: number;
  answer: HttpResponse | null;
}

/** A transport that writes down what leaves, for assertions about the wire itself. */
export class WireCapture implements Transport {
  readonly #inner: Transport;
  readonly #nowMs: () => number;
  readonly requests: Captured[] = [];
  /** Sockets that were asked for. */
  readonly sockets: string[] = [];
  /** Text frames sent over any socket. */
  readonly frames: string[] = [];
  /** What is answered instead; the answer itself when left alone. Throw to lose it. */
  answers: (captured: Captured, answer: HttpResponse) => HttpResponse = (_captured, answer) => answer;

  constructor(inner: Transport, nowMs: () => number = () => 0) {
    this.#inner = inner;
    this.#nowMs = nowMs;
  }

  openSocket(url: string, events: SocketEvents): ClientSocket {
    this.sockets.push(url);
    const socket = this.#inner.openSocket(url, events);
    return {
      send: (text) => {
        this.frames.push(text);
        socket.send(text);
      },
      ping: () => socket.ping(),
      close: () => socket.close(),
      terminate: () => socket.terminate(),
    };
  }

  async request(request: HttpRequest): Promise<HttpResponse> {
    const url = new URL(request.url);
    const captured: Captured = {
      request,
      method: request.method,
      host: url.hostname,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      body: bodyOf(request.body),
      atMs: this.#nowMs(),
      answer: null,
    };
    this.requests.push(captured);
    const answer = this.answers(captured, await this.#inner.request(request));
    captured.answer = answer;
    return answer;
  }

  /** Every host that was asked for anything. */
  get hosts(): readonly string[] {
    const ofSockets = this.sockets.map((url) => new URL(url).hostname);
    return [...new Set([...this.requests.map(({ host }) => host), ...ofSockets])].sort();
  }

  /** Requests that can change something at the venue: everything but GET, and what `also` names. */
  written(): readonly Captured[] {
    return this.requests.filter(({ method }) => method !== 'GET');
  }

  /** Requests whose URL or body holds the text: a client order id, for instance. */
  naming(text: string): readonly Captured[] {
    return this.requests.filter(({ request }) =>
      decodeURIComponent(`${request.url} ${request.body ?? ''}`).includes(text),
    );
  }

  /** How often the text left, in requests and over sockets. */
  leaving(text: string): number {
    return this.naming(text).length + this.frames.filter((frame) => frame.includes(text)).length;
  }
}

function bodyOf(body: string | undefined): unknown {
  if (body === undefined || body === '') return null;
  try {
    return JSON.parse(body);
  } catch {
    return Object.fromEntries(new URLSearchParams(body));
  }
}
