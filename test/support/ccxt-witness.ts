import binance from 'ccxt/js/src/pro/binance.js';
import binanceusdm from 'ccxt/js/src/pro/binanceusdm.js';
import bybit from 'ccxt/js/src/pro/bybit.js';
import coinbase from 'ccxt/js/src/pro/coinbase.js';
import deribit from 'ccxt/js/src/pro/deribit.js';
import kraken from 'ccxt/js/src/pro/kraken.js';
import krakenfutures from 'ccxt/js/src/pro/krakenfutures.js';
import okx from 'ccxt/js/src/pro/okx.js';
import { type FeedId, productOf } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';

/** The sides of ccxt's own order book: `[price, size]` rows, best first; sizes as the venue counts them. */
type Side = readonly (readonly [number, number])[];
export interface CcxtBook {
  readonly bids: Side;
  readonly asks: Side;
}

interface WitnessPlan {
  readonly exchange: new (config: object) => Exchange;
  readonly url: string;
  readonly isBook: (text: string) => boolean;
  /** A change of a book, not the whole of it. */
  readonly isDelta: (text: string) => boolean;
}

/** What is used of an exchange class of ccxt.pro. */
interface Exchange {
  setMarkets(markets: readonly object[]): void;
  handleMessage(client: object, message: unknown): unknown;
  orderBook(snapshot?: object, depth?: number): object;
  orderbooks: Record<string, (CcxtBook & { cache: unknown[]; reset(snapshot: object): void }) | undefined>;
  safeMarket(id: string): { readonly symbol: string };
  parseOrderBook(body: object, symbol: string): object;
  readonly options: Record<string, object | undefined>;
  crc32(text: string, signed: boolean): number;
  /** Kraken only. */
  formatNumber?(value: string): string;
}

/** Which class of ccxt.pro knows the feed; the Coinbase gateway speaks the protocol family of Deribit. */
const PLANS: Readonly<Record<FeedId, WitnessPlan>> = {
  'binance:spot': {
    exchange: binance,
    url: 'wss://stream.binance.com:9443/ws',
    isBook: (text) => text.includes('"depthUpdate"'),
    isDelta: (text) => text.includes('"depthUpdate"'),
  },
  'binance:perp': {
    exchange: binanceusdm,
    url: 'wss://fstream.binance.com/public/ws',
    isBook: (text) => text.includes('"depthUpdate"'),
    isDelta: (text) => text.includes('"depthUpdate"'),
  },
  'coinbase:spot': {
    exchange: coinbase,
    url: 'wss://advanced-trade-ws.coinbase.com',
    isBook: (text) => text.includes('"l2_data"'),
    isDelta: (text) => text.includes('"l2_data"') && text.includes('"type":"update"'),
  },
  'coinbase:perp': {
    exchange: deribit,
    url: 'wss://www.deribit.com/ws/api/v2',
    isBook: (text) => text.includes('"channel":"book.'),
    isDelta: (text) => text.includes('"channel":"book.') && text.includes('"type":"change"'),
  },
  'bybit:spot': {
    exchange: bybit,
    url: 'wss://stream.bybit.com/v5/public/spot',
    isBook: (text) => text.includes('"topic":"orderbook.'),
    isDelta: (text) => text.includes('"topic":"orderbook.') && text.includes('"type":"delta"'),
  },
  'bybit:perp': {
    exchange: bybit,
    url: 'wss://stream.bybit.com/v5/public/linear',
    isBook: (text) => text.includes('"topic":"orderbook.'),
    isDelta: (text) => text.includes('"topic":"orderbook.') && text.includes('"type":"delta"'),
  },
  'okx:spot': {
    exchange: okx,
    url: 'wss://ws.okx.com:8443/ws/v5/public',
    isBook: (text) => text.includes('"channel":"books"') && text.includes('"action"'),
    isDelta: (text) => text.includes('"channel":"books"') && text.includes('"action":"update"'),
  },
  'okx:perp': {
    exchange: okx,
    url: 'wss://ws.okx.com:8443/ws/v5/public',
    isBook: (text) => text.includes('"channel":"books"') && text.includes('"action"'),
    isDelta: (text) => text.includes('"channel":"books"') && text.includes('"action":"update"'),
  },
  'kraken:spot': {
    exchange: kraken,
    url: 'wss://ws.kraken.com/v2',
    isBook: (text) => text.includes('"channel":"book"') && text.includes('"type":"'),
    isDelta: (text) => text.includes('"channel":"book"') && text.includes('"type":"update"'),
  },
  'kraken:perp': {
    exchange: krakenfutures,
    url: 'wss://futures.kraken.com/ws/v1',
    isBook: (text) => text.includes('"feed":"book'),
    isDelta: (text) => text.includes('"feed":"book"') && !text.includes('"event"'),
  },
};

export const isBookFrame = (feed: FeedId, text: string): boolean => PLANS[feed].isBook(text);
export const isBookDelta = (feed: FeedId, text: string): boolean => PLANS[feed].isDelta(text);

const unifiedSymbol = ({ base, quote, settle, product }: Listing): string =>
  product === 'perp' ? `${base}/${quote}:${settle}` : `${base}/${quote}`;

const checksumOf = (message: unknown): unknown => (message as { data?: [{ checksum?: unknown }] }).data?.[0]?.checksum;

/** ccxt.pro's book logic without its sockets: frames in, its books out. */
export class CcxtWitness {
  readonly #exchange: Exchange;
  readonly #client: object;
  readonly #verifying: boolean;
  /** The checksum of the frame that is being handled. */
  #checksum: unknown;

  /**
   * `verifying` (Kraken spot): with its own verification of checksums, which it ships switched off and which does not run
   * as it is: it asks for texts where its book holds numbers. It is given those, but their last zeros are lost and nothing
   * matches: so it works out each checksum and is told that it fits.
   */
  constructor(feed: FeedId, listings: readonly Listing[], verifying = false) {
    this.#verifying = verifying;
    const plan = PLANS[feed];
    const exchange = new plan.exchange({});
    this.#exchange = exchange;
    const perp = productOf(feed) === 'perp';
    exchange.setMarkets(
      listings.map((listing) => ({
        id: listing.symbol,
        symbol: unifiedSymbol(listing),
        base: listing.base,
        quote: listing.quote,
        baseId: listing.base,
        quoteId: listing.quote,
        settle: perp ? listing.settle : undefined,
        type: perp ? 'swap' : 'spot',
        spot: !perp,
        swap: perp,
        contract: perp,
        linear: perp ? true : undefined,
        inverse: perp ? false : undefined,
        contractSize: perp ? Number(listing.contractSize) : undefined,
        precision: {},
        limits: {},
        info: {},
      })),
    );
    if (feed === 'kraken:spot') {
      // It takes the number of asks in a snapshot for the depth of both sides, and so forgets levels of a book that is
      // shallower than the depth subscribed to. Given that depth, it forgets none.
      const orderBook = exchange.orderBook.bind(exchange);
      exchange.orderBook = (snapshot) => orderBook(snapshot, 100);
    }
    if (verifying) {
      exchange.options.watchOrderBook = { ...exchange.options.watchOrderBook, checksum: true };
      const formatNumber = exchange.formatNumber?.bind(exchange);
      if (formatNumber !== undefined) exchange.formatNumber = (value) => formatNumber(String(value));
      const crc32 = exchange.crc32.bind(exchange);
      exchange.crc32 = (text, signed) => {
        const own = crc32(text, signed);
        return typeof this.#checksum === 'number' ? this.#checksum : own;
      };
    }
    // Its handlers look up whether anybody still waits for a book; somebody always does.
    const subscriptions = new Proxy({}, { has: () => true, get: () => ({}) });
    this.#client = {
      url: plan.url,
      subscriptions,
      futures: {},
      resolve: () => undefined,
      reject: (error: unknown) => {
        throw error;
      },
    };
  }

  /** What ccxt.pro does with a frame as it comes from the socket. */
  frame(text: string): void {
    const message: unknown = JSON.parse(text);
    if (this.#verifying) this.#checksum = checksumOf(message);
    this.#exchange.handleMessage(this.#client, message);
  }

  /** Binance: what its client does when the REST snapshot of a book arrives. */
  snapshot(symbol: string, body: string): void {
    const exchange = this.#exchange;
    const name = exchange.safeMarket(symbol).symbol;
    const book = exchange.orderbooks[name];
    const answer: { lastUpdateId: number } = JSON.parse(body);
    const held = book?.cache ?? [];
    book?.reset({ ...exchange.parseOrderBook(answer, name), nonce: answer.lastUpdateId });
    for (const message of held) this.#exchange.handleMessage(this.#client, message);
  }

  /** Binance: a book whose frames are kept until its snapshot comes. */
  await(listing: Listing): void {
    this.#exchange.orderbooks[unifiedSymbol(listing)] = this.#exchange.orderBook({}, 1000) as CcxtBook & {
      cache: unknown[];
      reset(snapshot: object): void;
    };
  }

  book(listing: Listing): CcxtBook | undefined {
    return this.#exchange.orderbooks[unifiedSymbol(listing)];
  }
}
