import { hostsAt } from '../../test-networks.ts';

/** Legal entities beside the global one. */
const REGIONS: Readonly<Record<string, readonly [rest: string, socket: string]>> = {
  eea: ['eea.okx.com', 'wseea.okx.com'],
  us: ['us.okx.com', 'wsus.okx.com'],
};

/**
 * AC-1: an account lives on its own entity's hosts, and its key is unknown on the others. REST host and socket host;
 * `undefined` for an entity that OKX does not have.
 * https://www.okx.com/docs-v5/en/#overview-production-trading-services, https://my.okx.com/docs-v5/en/ (EEA),
 * https://app.okx.com/docs-v5/en/ (US, AU)
 */
export const okxHosts = (entity: string): readonly string[] | undefined =>
  REGIONS[entity] ?? hostsAt('okx', entity, ['www.okx.com', 'ws.okx.com']);

/** Private and business sockets; algo orders are told on the second one alone. */
export const socketUrl = (host: string, path: 'private' | 'business'): string => `wss://${host}:8443/ws/v5/${path}`;
