import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listedScope } from '#main/venues/feeds';
import { FeedHarness } from '#support/feed-harness';

const HALTED =
  '{"channel":"status","type":"update","data":[{"version":"2.0.10","system":"maintenance","api_version":"v2"}]}';
const NEWS = '{"e":"contractInfo","E":1669356423908,"s":"NEWUSDT","ct":"PERPETUAL","cs":"PENDING_TRADING","st":1}';

let harness: FeedHarness;
beforeEach(() => {
  harness = new FeedHarness(3);
});
afterEach(() => harness.close());

describe('catalogue of a running feed', () => {
  it('[MD-8] the venue’s maintenance outlives the catalogues that are read meanwhile', async () => {
    const { sink, line } = harness.listen('kraken:spot', { scope: listedScope(['BTC']), catalogueEveryMs: 5_000 });
    await harness.run(3_000);
    line.inject(HALTED);
    const catalogues = sink.catalogues;
    await harness.run(12_000);
    expect(sink.catalogues).toBeGreaterThan(catalogues);
    expect([...sink.listings.values()].map(({ status }) => status)).toEqual(
      [...sink.listings].map(() => 'maintenance'),
    );
  });

  it('[MD-8] is read again after a connection with statuses was away: what they said meanwhile was not heard', async () => {
    const { line } = harness.listen('binance:perp', { scope: listedScope(['BTC']) });
    const reads = () => line.requests.filter(({ url }) => url.includes('exchangeInfo')).length;
    await harness.run(10_000);
    const before = reads();
    harness.fault({ feed: 'binance:perp', fault: 'disconnect', on: true });
    await harness.run(15_000);
    expect(reads()).toBe(before + 1);
  });

  it('is read by one refresh at a time, however often and whenever the stream asks for one, and by none once stopped', async () => {
    const { feed, line } = harness.listen('binance:perp', { scope: listedScope(['BTC']), catalogueEveryMs: 30_000 });
    const reads = () => line.requests.filter(({ url }) => url.includes('exchangeInfo')).length;
    await harness.run(3_000);
    for (let round = 0; round < 4; round += 1) {
      const before = reads();
      line.inject(NEWS);
      await harness.until(() => reads() > before, 5_000, 'the catalogue is asked for');
      // The answer is on its way.
      line.inject(NEWS);
      await harness.run(3_000);
    }
    await harness.run(5_000);
    const before = reads();
    await harness.run(120_000);
    expect(reads() - before).toBe(4);
    await feed.stop();
    const stopped = line.requests.length;
    await harness.run(120_000);
    expect(line.requests.length).toBe(stopped);
  });
});
