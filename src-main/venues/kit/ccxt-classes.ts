/**
 * The exchange classes of the venues, and nothing else of ccxt: the whole library costs three times the memory and start time.
 * Its exports map hides single classes, so `ccxt/js/src/` is an alias to that folder in every tool that resolves
 * imports (tsconfig.base.json, vitest.config.ts, electron.vite.config.ts). The REST classes carry no sockets.
 */
import binance from 'ccxt/js/src/binance.js';
import binanceusdm from 'ccxt/js/src/binanceusdm.js';
import bybit from 'ccxt/js/src/bybit.js';
import coinbase from 'ccxt/js/src/coinbase.js';
import kraken from 'ccxt/js/src/kraken.js';
import krakenfutures from 'ccxt/js/src/krakenfutures.js';
import okx from 'ccxt/js/src/okx.js';
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

export const CLASSES = { binance, binanceusdm, bybit, coinbase, kraken, krakenfutures, okx } as const;

/** Classes that read catalogues. */
export type CatalogueClass = keyof typeof CLASSES;

/** ccxt's own timeout is off: the transport has one, and this one would run on the ambient clock. */
const NEVER_MS = 2 ** 31 - 1;

/**
 * A ccxt client for catalogues of the given market types (`spot`, `linear`, `swap`). Everything ambient in it is replaced: time and sleep by `clock`, the
 * network by `fetch`; its throttle is off because the caller keeps the budget (PP-4).
 */
export function catalogueClient(
  name: CatalogueClass,
  types: readonly string[],
  clock: Clock,
  fetch: CcxtFetch,
): { fetchMarkets(): Promise<unknown> } {
  const client = new CLASSES[name]({
    enableRateLimit: false,
    timeout: NEVER_MS,
    options: { fetchMarkets: { types: [...types] }, fetchMargins: false, adjustForTimeDifference: false },
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
