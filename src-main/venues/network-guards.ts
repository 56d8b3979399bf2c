import type { Venue } from '#shared/domain/ids';
import type { ClientSocket, HttpRequest, HttpResponse, SocketEvents, Transport } from '#shared/kernel/transport';
import { TransportError } from '#shared/kernel/transport';
import { SIMULATED, TEST_NETWORKS, type TestNetwork } from './test-networks.ts';

/** Why an address may not be reached; `null` when it may. */
type Refusal = (url: string, headers: Readonly<Record<string, string>>) => string | null;

/** Hosts that serve nothing but test networks. */
const TEST_HOSTS: ReadonlySet<string> = new Set(
  Object.values(TEST_NETWORKS)
    .flatMap((networks) => Object.values(networks))
    .flatMap(({ hosts, sharedHost }) => Object.values(hosts).filter((host) => host !== sharedHost)),
);

/**
 * A venue's test network in place of the venue: what the public feeds ask of the real hosts is asked of the test network's, and
 * every other host is refused. Nothing that goes through it reaches the real venue.
 * @throws {RangeError} for an entity that is no test network.
 */
export function onTestNetwork(inner: Transport, venue: Venue, entity: string): Transport {
  const network = TEST_NETWORKS[venue][entity];
  if (network === undefined) throw new RangeError(`“${entity}” is no test network of ${venue}`);
  const own = new Set(Object.values(network.hosts));
  const placed = (url: string): string => replaced(url, network, own);
  const refusal: Refusal = (url) => {
    const host = hostOf(url);
    return own.has(host) ? null : `${host} is no host of this test network`;
  };
  return new GuardedTransport(inner, placed, network.headers, refusal);
}

/** The real venues alone: no host of a test network is reached, nor one that serves both asked for its test side. */
export function onRealVenues(inner: Transport): Transport {
  const refusal: Refusal = (url, headers) => {
    const host = hostOf(url);
    const simulated = Object.keys(headers).some((name) => name.toLowerCase() === SIMULATED);
    return TEST_HOSTS.has(host) || simulated ? `${host} is a test network’s` : null;
  };
  return new GuardedTransport(inner, (url) => url, {}, refusal);
}

/** Brokers ask the test network's own hosts already: those stay as they are. */
function replaced(url: string, { hosts }: TestNetwork, own: ReadonlySet<string>): string {
  const host = hostOf(url);
  const there = hosts[host];
  return there === undefined || own.has(host) ? url : url.replace(`//${host}`, `//${there}`);
}

const hostOf = (url: string): string => new URL(url).hostname;

class GuardedTransport implements Transport {
  readonly #inner: Transport;
  readonly #placed: (url: string) => string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #refusal: Refusal;

  constructor(
    inner: Transport,
    placed: (url: string) => string,
    headers: Readonly<Record<string, string>>,
    refusal: Refusal,
  ) {
    this.#inner = inner;
    this.#placed = placed;
    this.#headers = headers;
    this.#refusal = refusal;
  }

  openSocket(url: string, events: SocketEvents): ClientSocket {
    const there = this.#placed(url);
    const why = this.#refusal(there, {});
    if (why === null) return this.#inner.openSocket(there, events);
    queueMicrotask(() => events.closed(1006, why));
    return { send: () => undefined, ping: () => undefined, close: () => undefined, terminate: () => undefined };
  }

  request(request: HttpRequest): Promise<HttpResponse> {
    const url = this.#placed(request.url);
    const headers = { ...request.headers, ...this.#headers };
    const why = this.#refusal(url, headers);
    return why === null ? this.#inner.request({ ...request, url, headers }) : Promise.reject(new TransportError(why));
  }
}
