import type { FeedId } from '#shared/domain/ids';
import type { Clock } from '#shared/kernel/time';
import type { ClientSocket, HttpRequest, HttpResponse, SocketEvents, Transport } from '#shared/kernel/transport';
import type { RecordedLine } from './line.ts';

/** Takes what a recording is made of, in the order it was received. Never throws. */
export type LineSink = (line: RecordedLine) => void;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Gives out the numbers of the sockets of one recording, from 1. */
export class SocketNumbers {
  #last = 0;
  next(): number {
    this.#last += 1;
    return this.#last;
  }
}

/**
 * A transport that writes down all that one feed receives before the feed sees it: frames as they came, and answers over
 * REST. What the feed sends is its own and not recorded.
 */
export class RecordingTransport implements Transport {
  readonly #inner: Transport;
  readonly #feed: FeedId;
  readonly #clock: Clock;
  readonly #sink: LineSink;
  readonly #numbers: SocketNumbers;

  constructor(options: {
    readonly inner: Transport;
    readonly feed: FeedId;
    readonly clock: Clock;
    readonly sink: LineSink;
    readonly numbers: SocketNumbers;
  }) {
    this.#inner = options.inner;
    this.#feed = options.feed;
    this.#clock = options.clock;
    this.#sink = options.sink;
    this.#numbers = options.numbers;
  }

  openSocket(url: string, events: SocketEvents): ClientSocket {
    const feed = this.#feed;
    const socket = this.#numbers.next();
    return this.#inner.openSocket(url, {
      open: () => events.open(),
      message: (data) => {
        this.#sink({ at: this.#clock.wallMs(), feed, ...frameOf(data), socket, url });
        events.message(data);
      },
      ping: () => events.ping(),
      pong: () => events.pong(),
      closed: (code, reason) => {
        const closed = reason === '' ? String(code) : `${code} ${reason}`;
        this.#sink({ at: this.#clock.wallMs(), feed, socket, closed });
        events.closed(code, reason);
      },
    });
  }

  async request(request: HttpRequest): Promise<HttpResponse> {
    const sentMonoMs = this.#clock.monoMs();
    const answer = await this.#inner.request(request);
    const { pathname, search } = new URL(request.url);
    const { status, body } = answer;
    const ms = Math.round((this.#clock.monoMs() - sentMonoMs) * 10) / 10;
    const rest = { path: `${pathname}${search}`, body, ...(status === 200 ? {} : { status }), ms };
    this.#sink({ at: this.#clock.wallMs(), feed: this.#feed, rest });
    return answer;
  }
}

function frameOf(data: Uint8Array): { readonly ws: string } | { readonly ws64: string } {
  try {
    return { ws: utf8.decode(data) };
  } catch {
    return { ws64: Buffer.from(data).toString('base64') };
  }
}
