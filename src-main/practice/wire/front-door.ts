import type { FeedId } from '#shared/domain/ids';
import type { HttpRequest, ServerSocket, ServerSocketEvents } from '#shared/kernel/transport';
import type { FeedGate } from './gate.ts';
import { badGateway, forbidden, unavailable } from './http.ts';
import type { Address, LocalVenue, VenueAnswer, VenueWire } from './venue.ts';

const DEAF: ServerSocketEvents = { message: () => {}, ping: () => {}, pong: () => {}, closed: () => {} };

/**
 * The entrance of one venue's hosts: finds the feed that a call or a socket is for and lets that feed's gate answer when
 * something is wrong with it (PP-3). An address that names no feed fails only when all feeds behind it do.
 */
export class FrontDoor implements LocalVenue {
  readonly hosts: readonly string[];
  readonly #wire: VenueWire;
  readonly #gates: ReadonlyMap<FeedId, FeedGate>;

  constructor(wire: VenueWire, gates: ReadonlyMap<FeedId, FeedGate>) {
    this.hosts = wire.hosts;
    this.#wire = wire;
    this.#gates = gates;
  }

  refuses(url: string): boolean {
    return all(this.#gatesOf(url), (gate) => gate.isOn('refuse-connections'));
  }

  answerDelayMs(request: HttpRequest): number {
    const delays = this.#gatesOfCall(request).map((gate) => gate.answerDelayMs);
    return delays.length === 0 ? 0 : Math.min(...delays);
  }

  announces(url: string): boolean {
    return this.#announces(url) !== null;
  }

  request(request: HttpRequest): VenueAnswer {
    if (this.#announces(request.url) === 'apart') return this.#wire.request(request);
    const gates = this.#gatesOfCall(request);
    if (all(gates, (gate) => gate.closed)) return unavailable();
    if (all(gates, (gate) => gate.isOn('server-errors'))) return badGateway();
    if (all(gates, (gate) => gate.isOn('ban'))) return this.#wire.banned?.() ?? forbidden();
    if (all(gates, (gate) => gate.isOn('rate-limit'))) return this.#wire.rateLimited();
    return this.#wire.request(request);
  }

  connect(url: string, socket: ServerSocket): ServerSocketEvents {
    const address = addressOf(url);
    if (this.refuses(url)) {
      socket.terminate();
      return DEAF;
    }
    const events = address === null ? null : this.#wire.connect(address, socket);
    if (address === null || events === null) {
      socket.close(1008, 'no such path');
      return DEAF;
    }
    const feed = this.#wire.feedOf(address);
    if (feed !== null) this.#gates.get(feed)?.opened(socket);
    return {
      ...events,
      closed: (code) => {
        for (const gate of this.#gates.values()) gate.gone(socket);
        events.closed(code);
      },
    };
  }

  #announces(url: string): 'here' | 'apart' | null {
    const address = addressOf(url);
    return address === null ? null : (this.#wire.announces?.(address) ?? null);
  }

  #gatesOfCall(request: HttpRequest): readonly FeedGate[] {
    const feed = this.#wire.feedOfCall?.(request) ?? null;
    return feed === null ? this.#gatesOf(request.url) : this.#gatesOfFeed(feed);
  }

  #gatesOf(url: string): readonly FeedGate[] {
    const address = addressOf(url);
    return this.#gatesOfFeed(address === null ? null : this.#wire.feedOf(address));
  }

  #gatesOfFeed(feed: FeedId | null): readonly FeedGate[] {
    const gate = feed === null ? undefined : this.#gates.get(feed);
    return gate === undefined ? [...this.#gates.values()] : [gate];
  }
}

/** False for none: a venue that this world lacks has nothing that could fail. */
const all = (gates: readonly FeedGate[], holds: (gate: FeedGate) => boolean): boolean =>
  gates.length > 0 && gates.every(holds);

/** `null` when the URL cannot be read. */
function addressOf(url: string): Address | null {
  try {
    const parsed = new URL(url);
    return { host: parsed.hostname, path: parsed.pathname, query: parsed.searchParams };
  } catch {
    return null;
  }
}
