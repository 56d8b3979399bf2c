/**
 * The five exchange classes, and nothing else of ccxt: the whole library costs three times the memory and start time.
 * Its exports map hides single classes, so `ccxt/js/src/` is an alias to that folder in every tool that resolves
 * imports (tsconfig.base.json, vitest.config.ts, electron.vite.config.ts). The REST classes carry no sockets.
 */
import binance from 'ccxt/js/src/binance.js';
import bybit from 'ccxt/js/src/bybit.js';
import coinbase from 'ccxt/js/src/coinbase.js';
import kraken from 'ccxt/js/src/kraken.js';
import okx from 'ccxt/js/src/okx.js';
import type { Venue } from '#shared/domain/ids';
import type { Clock } from '#shared/kernel/time';
import { delay } from '#shared/kernel/time';

/** The little of a fetch `Response` that ccxt reads. */
export interface CcxtResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Readonly<Record<string, string>>;
  text(): Promise<string>;
}

/** GET of a public URL. The headers ccxt would send, a browser's name among them, are not passed on. */
export type CcxtFetch = (url: string) => Promise<CcxtResponse>;

const CLASSES = { binance, bybit, coinbase, kraken, okx } as const;

/** ccxt's own timeout is off: the transport has one, and this one would run on the ambient clock. */
const NEVER_MS = 2 ** 31 - 1;

/**
 * A venue's ccxt client for its spot catalogue. Everything ambient in it is replaced: time and sleep by `clock`, the
 * network by `fetch`; its throttle is off because the caller keeps the budget (PP-4).
 */
export function spotCatalogueClient(
  venue: Venue,
  clock: Clock,
  fetch: CcxtFetch,
): { fetchMarkets(): Promise<unknown> } {
  const client = new CLASSES[venue]({
    enableRateLimit: false,
    timeout: NEVER_MS,
    options: { fetchMarkets: { types: ['spot'] }, fetchMargins: false, adjustForTimeDifference: false },
  });
  return Object.assign(client, {
    has: { ...client.has, fetchCurrencies: false },
    milliseconds: () => Math.floor(clock.wallMs()),
    nonce: () => Math.floor(clock.wallMs()),
    sleep: (ms: number) => delay(clock, ms),
    throttle: () => Promise.resolve(),
    loadProxyModules: () => Promise.resolve(),
    fetchImplementation: (url: string) => fetch(url),
    enableLastHttpResponse: false,
    enableLastJsonResponse: false,
    enableLastResponseHeaders: false,
  });
}
