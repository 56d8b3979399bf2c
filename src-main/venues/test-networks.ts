import type { Venue } from '#shared/domain/ids';

/** A venue's test network. */
export interface TestNetwork {
  /** Its hosts by those of the real venue in whose place they stand. */
  readonly hosts: Readonly<Record<string, string>>;
  /** Sent with every call, where a host serves the real venue too and a header tells which of them is meant. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of its hosts, that which serves the real venue too. */
  readonly sharedHost: string | null;
}

/** OKX's REST hosts serve both: calls with this header reach demo trading. */
export const SIMULATED = 'x-simulated-trading';

const apart = (hosts: TestNetwork['hosts']): TestNetwork => ({ hosts, headers: {}, sharedHost: null });
const okxDemo = (rest: string, socket: string): TestNetwork => ({
  hosts: { 'www.okx.com': rest, 'ws.okx.com': socket },
  headers: { [SIMULATED]: '1' },
  sharedHost: rest,
});

/** The test networks by the ids of their entities (`ENTITIES`). The one place that knows their hosts. */
export const TEST_NETWORKS: Readonly<Record<Venue, Readonly<Record<string, TestNetwork>>>> = {
  binance: {
    // https://developers.binance.com/docs/binance-spot-api-docs/testnet/general-info
    testnet: apart({
      'api.binance.com': 'testnet.binance.vision',
      'ws-api.binance.com': 'ws-api.testnet.binance.vision',
      'stream.binance.com': 'stream.testnet.binance.vision',
    }),
    // Spot: https://developers.binance.com/docs/binance-spot-api-docs/demo-mode. USDⓈ-M: the demo took over the testnet
    // (https://developers.binance.com/docs/derivatives/usds-margined-futures/general-info); the sockets with their three
    // paths are named at https://developers.binance.com/docs/derivatives/options-trading/general-info.
    demo: apart({
      'api.binance.com': 'demo-api.binance.com',
      'ws-api.binance.com': 'demo-ws-api.binance.com',
      'stream.binance.com': 'demo-stream.binance.com',
      'fapi.binance.com': 'demo-fapi.binance.com',
      'fstream.binance.com': 'demo-fstream.binance.com',
    }),
  },
  coinbase: {},
  // https://bybit-exchange.github.io/docs/v5/guide#authentication, https://bybit-exchange.github.io/docs/v5/ws/connect
  bybit: {
    testnet: apart({ 'api.bybit.com': 'api-testnet.bybit.com', 'stream.bybit.com': 'stream-testnet.bybit.com' }),
  },
  // https://www.okx.com/docs-v5/en/#overview-demo-trading-services, https://my.okx.com/docs-v5/en/ (EEA) and
  // https://app.okx.com/docs-v5/en/ (US, AU), each under the same heading.
  okx: {
    demo: okxDemo('www.okx.com', 'wspap.okx.com'),
    'eea-demo': okxDemo('eea.okx.com', 'wseeapap.okx.com'),
    'us-demo': okxDemo('us.okx.com', 'wsuspap.okx.com'),
  },
  // The demo of its futures was retired on 14 July 2026, what its address answers with is an advertisement:
  // https://github.com/sieblyio/kraken-api/releases/tag/v1.1.7, https://github.com/btschwertfeger/python-kraken-sdk/pull/448
  kraken: {},
};

/** The real venue's hosts as an entity has them; `undefined` for one that lacks them. `global` is the real venue. */
export function hostsAt(venue: Venue, entity: string, hosts: readonly string[]): readonly string[] | undefined {
  if (entity === 'global') return hosts;
  const network = TEST_NETWORKS[venue][entity];
  const theirs = hosts.flatMap((host) => network?.hosts[host] ?? []);
  return theirs.length === hosts.length ? theirs : undefined;
}

/** An address of the real venue as an entity has it. @throws {RangeError} where the entity has none. */
export function urlAt(venue: Venue, entity: string, url: string): string {
  const { hostname } = new URL(url);
  const [host] = hostsAt(venue, entity, [hostname]) ?? [];
  if (host === undefined) throw new RangeError(`${venue} has no ${hostname} at “${entity}”`);
  return url.replace(`//${hostname}`, `//${host}`);
}

/** What every call to the entity carries beside what its venue asks of all. */
export const headersAt = (venue: Venue, entity: string): Readonly<Record<string, string>> =>
  TEST_NETWORKS[venue][entity]?.headers ?? {};
