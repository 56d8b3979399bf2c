import type { IncomingMessage } from 'node:http';

/** The names this host answers to. Anything else is another site's page or a rebound name, and is refused. */
export class OwnNames {
  readonly #hosts: ReadonlySet<string>;

  constructor(port: number) {
    const names = ['127.0.0.1', 'localhost'];
    const withPort = names.map((name) => `${name}:${port}`);
    // Browsers leave out the default port.
    this.#hosts = new Set(port === 80 ? [...withPort, ...names] : withPort);
  }

  /** Addresses the page may open its channel to. */
  channelSources(): string[] {
    return [...this.#hosts].map((host) => `ws://${host}`);
  }

  /**
   * Why a request is refused, or `null`. A plain request may come without Origin (typing an address sends none); a
   * WebSocket always has one in a browser, so there it is required.
   */
  refusal(request: IncomingMessage, originRequired: boolean): string | null {
    const host = request.headers.host?.toLowerCase();
    if (host === undefined || !this.#hosts.has(host)) {
      return 'This address is not Crossbook’s own. Open the http://127.0.0.1 address printed in the terminal.';
    }
    const origin = request.headers.origin?.toLowerCase();
    if (origin === undefined ? originRequired : !this.#ownOrigin(origin)) {
      return 'This request came from another site. Open Crossbook in its own tab, at the address printed in the terminal.';
    }
    return null;
  }

  #ownOrigin(origin: string): boolean {
    return origin.startsWith('http://') && this.#hosts.has(origin.slice('http://'.length));
  }
}
