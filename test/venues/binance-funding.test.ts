import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FUNDING_INTERVAL_MS } from '#engine/ports';
import type { ListingId } from '#shared/domain/ids';
import { FeedHarness, type Listener } from '#support/feed-harness';

const SEED = 17;
const HOUR_MS = 3_600_000;
/** Half a minute before every interval from one to eight hours ends. */
const START_MS = Date.UTC(2026, 9, 9, 15, 59, 30);
const TIMEOUT_MS = 60_000;
const BTC: ListingId = 'binance:perp|BTC-USDT-PERP';

/** Binance reports no interval of contracts that were never adjusted: theirs has to be proven (MD-7). */
describe(`binance USD-M intervals without the venue's word, seed ${SEED}`, () => {
  let harness: FeedHarness;
  beforeEach(() => {
    harness = new FeedHarness(SEED, { startMs: START_MS, feeds: ['binance:perp'] });
  });
  afterEach(() => harness.close());

  /** A feed whose venue names no interval at all. */
  const listen = (): Listener =>
    harness.listen('binance:perp', {}, (line) => {
      line.answers = (request, answer) => (request.url.includes('/fundingInfo') ? { ...answer, body: '[]' } : answer);
    });
  const told = ({ sink }: Listener): number[] =>
    sink.references
      .filter(({ listing }) => listing === BTC)
      .map(({ values }) => values?.[FUNDING_INTERVAL_MS] ?? Number.NaN)
      .filter((value) => !Number.isNaN(value));

  it('[MD-7] proves the interval from the last settlements and the next, and over a settlement without a break', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const listener = listen();
    await harness.until(() => told(listener).length > 0, 10_000, 'a proven interval');
    await harness.run(130_000);
    expect(new Set(told(listener))).toEqual(new Set([8 * HOUR_MS]));
    expect(told(listener).length).toBeGreaterThan(2);
    expect(harness.clock.wallMs()).toBeGreaterThan(START_MS + 90_000);
  });

  it('[MD-7] takes the interval back as soon as the next settlement no longer fits', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const listener = listen();
    await harness.until(() => told(listener).at(-1) === 8 * HOUR_MS, 10_000, 'a proven interval');
    await harness.run(60_000);
    harness.fault({
      feed: 'binance:perp',
      fault: 'funding-interval',
      on: true,
      amount: 4,
      instrument: 'BTC-USDT-PERP',
    });
    await harness.until(() => told(listener).at(-1) === 0, 2 * 60_000, 'the interval taken back');
    expect(new Set(told(listener))).toEqual(new Set([8 * HOUR_MS, 0]));
  });
});
