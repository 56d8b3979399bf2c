/**
 * AC-1: an account lives on its own entity's hosts, and its key is unknown on the others.
 * https://www.okx.com/docs-v5/en/#overview-production-trading-services, https://my.okx.com/docs-v5/en/ (EEA),
 * https://app.okx.com/docs-v5/en/ (US, AU)
 */
const HOSTS: Readonly<Record<string, readonly [rest: string, socket: string]>> = {
  global: ['www.okx.com', 'ws.okx.com'],
  eea: ['eea.okx.com', 'wseea.okx.com'],
  us: ['us.okx.com', 'wsus.okx.com'],
};

/** REST host and socket host; `undefined` for an entity that OKX does not have. */
export const okxHosts = (entity: string): readonly [rest: string, socket: string] | undefined => HOSTS[entity];

/** The other entities, for telling where a key belongs. */
export const otherEntities = (entity: string): readonly { readonly entity: string; readonly rest: string }[] =>
  Object.entries(HOSTS).flatMap(([name, [rest]]) => (name === entity ? [] : [{ entity: name, rest }]));

export const ENTITY_NAMES: Readonly<Record<string, string>> = {
  global: 'OKX.com',
  eea: 'OKX Europe',
  us: 'OKX US',
};

/** Private and business sockets; algo orders are told on the second one alone. */
export const socketUrl = (host: string, path: 'private' | 'business'): string => `wss://${host}:8443/ws/v5/${path}`;
