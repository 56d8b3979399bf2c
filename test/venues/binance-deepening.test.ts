import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ASK, BID } from '#engine/ports';
import type { ListingId } from '#shared/domain/ids';
import { FeedHarness } from '#support/feed-harness';
import { ladder } from '#support/recording-sink';

const SEED = 23;

/** A live book of which too little is known is deepened by another REST snapshot (MD-1, MD-3). */
describe.each([
  { feed: 'binance:spot', listing: 'binance:spot|BTC-USDT' },
  { feed: 'binance:perp', listing: 'binance:perp|BTC-USDT-PERP' },
] as const)(`$feed, seed ${SEED}`, ({ feed, listing }) => {
  let harness: FeedHarness;
  beforeEach(() => {
    harness = new FeedHarness(SEED);
  });
  afterEach(() => harness.close());

  it('asks for more every ten seconds, stays valid meanwhile, and holds the venue’s book afterwards', async () => {
    const id: ListingId = listing;
    let snapshots = 0;
    const listener = harness.listen(feed, {}, (line) => {
      line.answers = (request, answer) => {
        if (!request.url.includes('/depth?symbol=BTCUSDT&')) return answer;
        snapshots += 1;
        if (snapshots === 1) return { ...answer, body: widened(answer.body) };
        return snapshots === 2 ? { ...answer, status: 503, body: '' } : answer;
      };
    });
    const book = listener.sink.book(id);
    await harness.until(() => book.valid, 8_000, 'the book');
    await harness.run(1_000);
    expect(book.depth(BID)).toBeGreaterThan(60);

    const prices = Array.from({ length: book.depth(BID) }, (_, index) => book.price(BID, index)).slice(30);
    const next = book.sequence + 1;
    const levels = JSON.stringify(prices.map((price) => [price.toFixed(8), '0.0']));
    const at = harness.clock.wallMs();
    listener.line.inject(
      `{"e":"depthUpdate","E":${at},"T":${at},"s":"BTCUSDT","U":${next},"u":${next},"pu":${book.sequence},"b":${levels},"a":[]}`,
    );
    expect([book.depth(BID), book.valid]).toEqual([30, true]);
    await harness.until(() => snapshots === 2, 3_000, 'a deeper snapshot asked for');
    await harness.run(9_000);
    expect([snapshots, book.valid]).toEqual([2, true]);
    await harness.run(15_000);
    expect(snapshots).toBe(3);
    expect(listener.line.requests.filter(({ url }) => url.includes('/depth?symbol=BTCUSDT&')).at(-1)?.url).toContain(
      'limit=1000',
    );
    expect(listener.sink.invalidations.filter((one) => one.listing === id)).toEqual([]);
    expect(listener.sink.faults).toEqual([]);

    const fresh = harness.listen(feed);
    await harness.until(() => fresh.sink.book(id).valid, 8_000, 'a fresh book');
    await harness.run(2_000);
    for (const side of [BID, ASK] as const) {
      expect(ladder(book, side).slice(0, 20)).toEqual(ladder(fresh.sink.book(id), side).slice(0, 20));
    }
    expect(book.sequence).toBe(fresh.sink.book(id).sequence);
  });
});

/** The answer with levels far away, so that each side has as many as a shallow snapshot is cut at. */
function widened(body: string): string {
  const answer: { bids: [string, string][]; asks: [string, string][] } = JSON.parse(body);
  for (const [side, direction] of [
    [answer.bids, -1],
    [answer.asks, 1],
  ] as const) {
    const worst = Number(side.at(-1)?.[0]);
    for (let step = 1; side.length < 100; step += 1) side.push([(worst + direction * step).toFixed(8), '1.0']);
  }
  return JSON.stringify(answer);
}
