/** Which part of Binance a host is. */
export type Part = 'spot' | 'perp' | 'spot-account-sockets';

interface Place {
  readonly part: Part;
  /** Whose keys are known there (AC-1). */
  readonly entity: string;
}

/**
 * Every host: the venue's own, its spot testnet's and its demo's
 * (https://developers.binance.com/docs/binance-spot-api-docs/testnet/general-info and …/demo-mode).
 */
const PLACES: Readonly<Record<string, Place>> = {
  'api.binance.com': { part: 'spot', entity: 'global' },
  'data-api.binance.vision': { part: 'spot', entity: 'global' },
  'stream.binance.com': { part: 'spot', entity: 'global' },
  'data-stream.binance.vision': { part: 'spot', entity: 'global' },
  'ws-api.binance.com': { part: 'spot-account-sockets', entity: 'global' },
  'fapi.binance.com': { part: 'perp', entity: 'global' },
  'fstream.binance.com': { part: 'perp', entity: 'global' },
  'testnet.binance.vision': { part: 'spot', entity: 'testnet' },
  'stream.testnet.binance.vision': { part: 'spot', entity: 'testnet' },
  'ws-api.testnet.binance.vision': { part: 'spot-account-sockets', entity: 'testnet' },
  'demo-api.binance.com': { part: 'spot', entity: 'demo' },
  'demo-stream.binance.com': { part: 'spot', entity: 'demo' },
  'demo-ws-api.binance.com': { part: 'spot-account-sockets', entity: 'demo' },
  'demo-fapi.binance.com': { part: 'perp', entity: 'demo' },
  'demo-fstream.binance.com': { part: 'perp', entity: 'demo' },
};

export const HOSTS: readonly string[] = Object.keys(PLACES);
export const partOf = (host: string): Part | undefined => PLACES[host]?.part;
export const entityOfHost = (host: string): string | undefined => PLACES[host]?.entity;
