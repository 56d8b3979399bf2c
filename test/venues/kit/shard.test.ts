import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BID, FUNDING_RATE, NEXT_SETTLEMENT_MS } from '#engine/ports';
import { listedScope } from '#main/venues/feeds';
import type { ListingId } from '#shared/domain/ids';
import { FeedHarness } from '#support/feed-harness';
import type { TamperingTransport } from '#support/tampering-transport';

let harness: FeedHarness;
beforeEach(() => {
  harness = new FeedHarness(3);
});
afterEach(() => harness.close());

/** Changes the body of every catalogue answer while `on()`. */
const catalogueOf = (line: TamperingTransport, path: RegExp, on: () => boolean, change: (body: string) => string) => {
  line.answers = (request, answer) =>
    on() && path.test(request.url) ? { ...answer, body: change(answer.body) } : answer;
};

describe('books of a shard', () => {
  it('[ID-6] [MD-3] a contract of another size opens its book anew', async () => {
    const id: ListingId = 'okx:perp|BTC-USDT-PERP';
    let changed = false;
    const { sink } = harness.listen(
      'okx:perp',
      { scope: listedScope(['BTC']), catalogueEveryMs: 5_000 },
      (line: TamperingTransport) =>
        catalogueOf(
          line,
          /public\/instruments/,
          () => changed,
          (body) => body.replaceAll('"ctVal":"0.01"', '"ctVal":"0.1"'),
        ),
    );
    await harness.run(3_000);
    const book = sink.book(id);
    expect([sink.listings.get(id)?.contractSize, book.valid]).toEqual(['0.01', true]);
    changed = true;
    await harness.until(() => sink.listings.get(id)?.contractSize === '0.1', 10_000, 'the new catalogue');
    expect(sink.invalidations).toContainEqual({ listing: id, cause: 'its terms changed' });
    await harness.until(() => book.valid, 3_000, 'the book is whole again');
    // Sizes are whole hundredths of a contract of 0.1 now.
    for (let level = 0; level < 10; level += 1) {
      const contracts = book.size(BID, level) / 0.1;
      expect(contracts * 100).toBeCloseTo(Math.round(contracts * 100), 6);
    }
  });

  it('[ID-3] a shared book follows the name that owns it, away and back', async () => {
    let gone = false;
    const { sink } = harness.listen(
      'coinbase:spot',
      { scope: listedScope(['BTC']), catalogueEveryMs: 5_000 },
      (line: TamperingTransport) =>
        catalogueOf(
          line,
          /\/products/,
          () => gone,
          (body) => {
            const { products, ...rest } = JSON.parse(body) as { products?: { product_id: string }[] };
            const left = products?.filter((product) => product.product_id !== 'BTC-USD');
            return JSON.stringify({ ...rest, ...(left === undefined ? {} : { products: left }) });
          },
        ),
    );
    await harness.run(4_000);
    const own = sink.book('coinbase:spot|BTC-USD');
    expect(own.valid).toBe(true);
    gone = true;
    await harness.until(() => !sink.listings.has('coinbase:spot|BTC-USD'), 10_000, 'it left');
    expect(own.valid).toBe(false);
    const other = sink.book('coinbase:spot|BTC-USDC');
    await harness.until(() => other.valid, 3_000, 'the other name has the book');
    gone = false;
    await harness.until(() => sink.listings.has('coinbase:spot|BTC-USD'), 10_000, 'it is back');
    await harness.until(() => own.valid, 3_000, 'the book is its own again');
    expect(other.valid).toBe(false);
  });

  it('[MD-2] a book whose stream was refused is no book, whatever a snapshot says; asked for again it is one', async () => {
    let refusals = 1;
    let streams = false;
    const { sink, line } = harness.listen(
      'binance:spot',
      { scope: listedScope(['BTC']) },
      (own: TamperingTransport) => {
        own.frames = (text) => {
          const reply = /^\{"result":null,"id":(\d+)\}$/.exec(text);
          if (reply !== null && refusals > 0) {
            refusals -= 1;
            return [`{"error":{"code":3,"msg":"Invalid request: btcusdt@depth@100ms"},"id":${reply[1]}}`];
          }
          return !streams && text.includes('"depthUpdate"') && text.includes('"BTCUSDT"') ? [] : [text];
        };
      },
    );
    const book = sink.book('binance:spot|BTC-USDT');
    const asked = () => line.sent.filter((text) => text.includes('btcusdt@depth')).length;
    const before = await harness.run(5_000).then(asked);
    for (let second = 0; second < 50; second += 1) {
      await harness.run(1_000);
      expect(book.valid).toBe(false);
    }
    streams = true;
    await harness.until(() => asked() > before, 20_000, 'the stream is asked for again');
    await harness.until(() => book.valid, 10_000, 'the book');
  });

  it('[MD-2] a stream that brings nothing between two doubts is asked for anew', async () => {
    let streams = true;
    const { feed, sink, line } = harness.listen(
      'binance:spot',
      { scope: listedScope(['BTC']) },
      (own: TamperingTransport) => {
        own.frames = (text) => (!streams && text.includes('"depthUpdate"') && text.includes('"BTCUSDT"') ? [] : [text]);
      },
    );
    await harness.run(4_000);
    const id: ListingId = 'binance:spot|BTC-USDT';
    const book = sink.book(id);
    const asked = () => line.sent.filter((text) => text.includes('btcusdt@depth')).length;
    const before = asked();
    streams = false;
    await harness.run(6_000);
    feed.resync?.(id, 'cross-check');
    await harness.until(() => book.valid, 8_000, 'the snapshot');
    expect(asked()).toBe(before);
    feed.resync?.(id, 'cross-check');
    await harness.run(1_000);
    expect(line.sent.slice(-2).map((text) => (JSON.parse(text) as { method: string }).method)).toEqual([
      'UNSUBSCRIBE',
      'SUBSCRIBE',
    ]);
    streams = true;
    await harness.until(() => book.valid, 8_000, 'the book');
  });

  it('[MD-7] references that were refused are asked for again after a minute, all together', async () => {
    let refuse = true;
    const { sink, line } = harness.listen('bybit:perp', { scope: listedScope(['BTC']) }, (own: TamperingTransport) => {
      own.frames = (text) => {
        if (!refuse) return [text];
        if (text.includes('"topic":"tickers.')) return [];
        return text.includes('"op":"subscribe"') && !text.includes('orderbook')
          ? [
              text
                .replace('"success":true', '"success":false')
                .replace('"ret_msg":""', '"ret_msg":"topic:tickers.BTCUSDT"'),
            ]
          : [text];
      };
    });
    await harness.run(5_000);
    expect(sink.faultsOf('subscription-error')).toBeGreaterThan(0);
    refuse = false;
    const sent = line.sent.length;
    await harness.run(65_000);
    expect(line.sent.slice(sent).filter((text) => text.includes('tickers.'))).toHaveLength(1);
  });

  it('[MD-7] a change of funding that the stream lost is told within a minute', async () => {
    const id: ListingId = 'bybit:perp|BTC-USDT-PERP';
    let lose = true;
    const { sink } = harness.listen('bybit:perp', { scope: listedScope(['BTC']) }, (own: TamperingTransport) => {
      own.frames = (text) => (lose && text.includes('"topic":"tickers.') ? [] : [text]);
      own.answers = (request, answer) =>
        lose && request.url.includes('/v5/market/tickers') ? { ...answer, status: 502 } : answer;
    });
    await harness.run(5_000);
    const known = (at: number) =>
      sink.references.some(({ listing, values }) => listing === id && !Number.isNaN(values?.[at] ?? Number.NaN));
    expect([known(FUNDING_RATE), known(NEXT_SETTLEMENT_MS)]).toEqual([false, false]);
    lose = false;
    await harness.run(61_000);
    expect([known(FUNDING_RATE), known(NEXT_SETTLEMENT_MS)]).toEqual([true, true]);
  });

  it('[MD-2] the canary keeps a socket whose own books are quiet', async () => {
    const { sink, line } = harness.listen('bybit:spot', { scope: listedScope([]) }, (own: TamperingTransport) => {
      own.frames = (text) => (text.includes('.USDC') && !text.includes('snapshot') ? [] : [text]);
    });
    await harness.run(150_000);
    expect(line.sent.some((text) => text.includes('publicTrade.BTCUSDT'))).toBe(true);
    expect(sink.connections.filter(({ state }) => state === 'disconnected')).toEqual([]);
  });
});
