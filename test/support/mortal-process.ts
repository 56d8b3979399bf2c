import type { Cancel, Clock } from '#shared/kernel/time';
import type { ClientSocket, HttpRequest, HttpResponse, SocketEvents, Transport } from '#shared/kernel/transport';

/**
 * What a process has of the world: timers, sockets, requests. When it dies nothing of it runs any more and nothing
 * reaches it, and the other ends see its connections break, as after `kill -9`.
 */
export class MortalProcess {
  readonly clock: Clock;
  readonly transport: Transport;
  readonly #sockets: ClientSocket[] = [];
  #dead = false;

  constructor(clock: Clock, transport: Transport) {
    this.clock = {
      wallMs: () => clock.wallMs(),
      monoMs: () => clock.monoMs(),
      after: (delayMs, run): Cancel => clock.after(delayMs, this.#alive(run)),
    };
    this.transport = {
      openSocket: (url, events) => this.#openSocket(transport, url, events),
      request: (request) => this.#request(transport, request),
    };
  }

  die(): void {
    this.#dead = true;
    for (const socket of this.#sockets) socket.terminate();
  }

  #openSocket(transport: Transport, url: string, events: SocketEvents): ClientSocket {
    const socket = transport.openSocket(url, {
      open: this.#alive(() => events.open()),
      message: this.#alive((data: Uint8Array) => events.message(data)),
      ping: this.#alive(() => events.ping()),
      pong: this.#alive(() => events.pong()),
      closed: this.#alive((code: number, reason: string) => events.closed(code, reason)),
    });
    this.#sockets.push(socket);
    return socket;
  }

  async #request(transport: Transport, request: HttpRequest): Promise<HttpResponse> {
    const never = new Promise<never>(() => undefined);
    try {
      const answer = await transport.request(request);
      return this.#dead ? never : answer;
    } catch (error) {
      if (this.#dead) return never;
      throw error;
    }
  }

  #alive<A extends readonly unknown[]>(run: (...args: A) => void): (...args: A) => void {
    return (...args) => {
      if (!this.#dead) run(...args);
    };
  }
}
