import type { ClientSocket, HttpRequest, HttpResponse, SocketEvents, Transport } from '#shared/kernel/transport';
import { TransportError } from '#shared/kernel/transport';

/** A transport without sockets that answers GETs with what was recorded for a path. */
export class AnswersTransport implements Transport {
  readonly #answers: ReadonlyMap<string, { readonly status: number; readonly body: string }>;

  constructor(answers: ReadonlyMap<string, { readonly status: number; readonly body: string }>) {
    this.#answers = answers;
  }

  openSocket(_url: string, events: SocketEvents): ClientSocket {
    events.closed(1006, 'answers only');
    return { send: () => undefined, ping: () => undefined, close: () => undefined, terminate: () => undefined };
  }

  request({ url }: HttpRequest): Promise<HttpResponse> {
    const { pathname, search } = new URL(url);
    const answer = this.#answers.get(`${pathname}${search}`);
    return answer === undefined
      ? Promise.reject(new TransportError(`${pathname}${search} was not recorded`))
      : Promise.resolve({ ...answer, headers: { 'content-type': 'application/json' } });
  }
}
