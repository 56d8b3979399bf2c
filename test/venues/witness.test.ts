import { expect, it } from 'vitest';
import { ASK, BID } from '#engine/ports';
import { BUILT_FEEDS, protocolOf } from '#main/venues/feeds';
import { CcxtWitness, isBookFrame } from '#support/ccxt-witness';
import { FeedHarness } from '#support/feed-harness';

/**
 * An independent witness: ccxt.pro's exchange classes take the same frames as our decoders and must hold the same book
 * before each of them. It counts contracts as the venue does; our books count base units (ID-6).
 */
it.each(BUILT_FEEDS)('%s, seed 11: ccxt.pro and we hold the same book after every book frame of 20 s', async (feed) => {
  const harness = new FeedHarness(11, { feeds: [feed] });
  const prepared = harness.listen(feed);
  await harness.until(() => prepared.sink.listings.size > 0, 5_000, 'the catalogue');
  const listings = [...prepared.sink.listings.values()];
  await prepared.feed.stop();

  const witness = new CcxtWitness(feed, listings);
  const bridged = protocolOf(feed).snapshot !== null;
  if (bridged) for (const listing of listings) witness.await(listing);
  let frames = 0;
  let compared = 0;
  const listener = harness.listen(feed, {}, (line) => {
    line.frames = (text) => {
      if (isBookFrame(feed, text)) {
        frames += 1;
        compared += compareAll();
        witness.frame(text);
      }
      return [text];
    };
    line.answers = (request, answer) => {
      const symbol = new URL(request.url).searchParams.get('symbol');
      if (bridged && request.url.includes('/depth') && symbol !== null) witness.snapshot(symbol, answer.body);
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
      const contract = Number(listing.contractSize);
      for (const [side, rows] of [
        [BID, theirs.bids],
        [ASK, theirs.asks],
      ] as const) {
        for (const index of [0, 1, 2, 9]) {
          const [price = Number.NaN, size = Number.NaN] = rows[index] ?? [];
          expect([listing.id, index, ours.price(side, index)]).toEqual([listing.id, index, price]);
          expect(ours.size(side, index)).toBeCloseTo(size * contract, 9);
        }
      }
      count += 1;
    }
    return count;
  };
  await harness.run(20_000);
  await harness.close();
  expect(frames).toBeGreaterThan(300);
  expect(compared).toBeGreaterThan(2 * frames);
  expect(listener.sink.faults).toEqual([]);
});
