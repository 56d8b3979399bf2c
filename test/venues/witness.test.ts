import binance from 'ccxt/js/src/pro/binance.js';
import bybit from 'ccxt/js/src/pro/bybit.js';
import coinbase from 'ccxt/js/src/pro/coinbase.js';
import kraken from 'ccxt/js/src/pro/kraken.js';
import okx from 'ccxt/js/src/pro/okx.js';
import { expect, it } from 'vitest';
import { ASK, BID } from '#engine/ports';
import { VENUES, type Venue } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import { FeedHarness } from '#support/feed-harness';

/** The sides of ccxt's own order book: `[price, size]` rows, best first. */
type Side = readonly (readonly [number, number])[];
interface CcxtBook {
  readonly bids: Side;
  readonly asks: Side;
}

const CLASSES = { binance, bybit, coinbase, kraken, okx } as const;
const URLS: Readonly<Record<Venue, string>> = {
  binance: 'wss://stream.binance.com:9443/ws',
  bybit: 'wss://stream.bybit.com/v5/public/spot',
  coinbase: 'wss://advanced-trade-ws.coinbase.com',
  kraken: 'wss://ws.kraken.com/v2',
  okx: 'wss://ws.okx.com:8443/ws/v5/public',
};

/** ccxt.pro's book logic without its sockets: frames in, its books out. */
class CcxtWitness {
  readonly #exchange: InstanceType<(typeof CLASSES)[Venue]>;
  readonly #client: object;

  constructor(venue: Venue, listings: readonly Listing[]) {
    this.#exchange = new CLASSES[venue]({});
    this.#exchange.setMarkets(
      listings.map(({ symbol, base, quote }) => ({
        id: symbol,
        symbol: `${base}/${quote}`,
        base,
        quote,
        baseId: base,
        quoteId: quote,
        type: 'spot',
        spot: true,
        precision: {},
        limits: {},
        info: {},
      })),
    );
    if (venue === 'kraken') {
      // It takes the number of asks in a snapshot for the depth of both sides, and so forgets levels of a book that is
      // shallower than the depth subscribed to. Given that depth, it forgets none.
      const orderBook = this.#exchange.orderBook.bind(this.#exchange);
      this.#exchange.orderBook = (snapshot) => orderBook(snapshot, 100);
    }
    // Its handlers look up whether anybody still waits for a book; somebody always does.
    const subscriptions = new Proxy({}, { has: () => true, get: () => ({}) });
    this.#client = {
      url: URLS[venue],
      subscriptions,
      resolve: () => undefined,
      reject: (error: unknown) => {
        throw error;
      },
    };
  }

  frame(text: string): void {
    const message: unknown = JSON.parse(text);
    const handler = this.#exchange as { handleOrderBook(client: object, message: unknown): void };
    handler.handleOrderBook(this.#client, message);
  }

  /** Binance: what its client does when the REST snapshot of a book arrives. */
  snapshot(symbol: string, body: string): void {
    const exchange = this.#exchange;
    const name = String(exchange.safeMarket(symbol).symbol);
    const book = exchange.orderbooks[name];
    const answer: { lastUpdateId: number } = JSON.parse(body);
    const held = book?.cache ?? [];
    book?.reset({ ...exchange.parseOrderBook(answer, name), nonce: answer.lastUpdateId });
    for (const message of held) this.frame(JSON.stringify(message));
  }

  await(symbol: string): void {
    this.#exchange.orderbooks[symbol] = this.#exchange.orderBook({}, 1000);
  }

  book(listing: Listing): CcxtBook | undefined {
    return this.#exchange.orderbooks[`${listing.base}/${listing.quote}`];
  }
}

const isBookFrame: Readonly<Record<Venue, (text: string) => boolean>> = {
  binance: (text) => text.includes('"depthUpdate"'),
  bybit: (text) => text.includes('"topic":"orderbook.'),
  coinbase: (text) => text.includes('"l2_data"'),
  kraken: (text) => text.includes('"channel":"book"'),
  okx: (text) => text.includes('"channel":"books"') && text.includes('"action"'),
};

it.each(VENUES)('%s, seed 11: ccxt.pro and we hold the same book after every book frame of 20 s', async (venue) => {
  const harness = new FeedHarness(11);
  const prepared = harness.listen(venue);
  await harness.until(() => prepared.sink.listings.size > 0, 5_000, 'the catalogue');
  const listings = [...prepared.sink.listings.values()];
  await prepared.feed.stop();

  const witness = new CcxtWitness(venue, listings);
  if (venue === 'binance') for (const { base, quote } of listings) witness.await(`${base}/${quote}`);
  let frames = 0;
  let compared = 0;
  const listener = harness.listen(venue, {}, (line) => {
    line.frames = (text) => {
      if (isBookFrame[venue](text)) {
        frames += 1;
        compared += compareAll();
        witness.frame(text);
      }
      return [text];
    };
    line.answers = (request, answer) => {
      const symbol = new URL(request.url).searchParams.get('symbol');
      if (request.url.includes('/depth') && symbol !== null) witness.snapshot(symbol, answer.body);
      return answer;
    };
  });
  /** Before each frame both have taken all the ones before. */
  const compareAll = (): number => {
    let count = 0;
    for (const listing of listings) {
      const ours = listener.sink.books.get(listing.bookId);
      const theirs = witness.book(listing);
      if (listing.bookId !== listing.id || ours?.valid !== true || theirs === undefined) continue;
      const top = (side: typeof BID | typeof ASK, index: number) => [ours.price(side, index), ours.size(side, index)];
      for (const index of [0, 1, 2, 9]) {
        expect([listing.id, ...top(BID, index)]).toEqual([listing.id, ...(theirs.bids[index] ?? [])].slice(0, 3));
        expect([listing.id, ...top(ASK, index)]).toEqual([listing.id, ...(theirs.asks[index] ?? [])].slice(0, 3));
      }
      count += 1;
    }
    return count;
  };
  await harness.run(20_000);
  await harness.close();
  expect(frames).toBeGreaterThan(300);
  expect(compared).toBeGreaterThan(2_000);
  expect(listener.sink.faults).toEqual([]);
});
