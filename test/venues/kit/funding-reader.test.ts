import { describe, expect, it } from 'vitest';
import { FUNDING_INTERVAL_MS, FUNDING_RATE } from '#engine/ports';
import { PROTOCOLS } from '#main/venues/feeds';
import { FundingReader } from '#main/venues/kit/funding-reader';
import type { FundingSource } from '#main/venues/kit/protocol';
import { RestClient } from '#main/venues/kit/rest-client';
import type { ListingId } from '#shared/domain/ids';
import { SeededRandom } from '#shared/kernel/random';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { RecordingSink } from '#support/recording-sink';

const HOUR_MS = 3_600_000;
const MIDNIGHT = Date.UTC(2026, 9, 9);
const START_MS = MIDNIGHT + 9.5 * HOUR_MS;
const BTC: ListingId = 'binance:perp|BTC-USDT-PERP';

/** A venue whose contract settles every eight hours; `reported`: what it says of that, `null` for nothing. */
class Venue {
  readonly clock = new VirtualClock(START_MS);
  readonly sink = new RecordingSink();
  #hours = 8;
  #nextMs = MIDNIGHT + 16 * HOUR_MS;
  reported: number | null = null;
  settlements = [-16, -8, 0, 8].map((hour) => MIDNIGHT + hour * HOUR_MS);
  readonly asked: string[] = [];
  /** Calls to this path end in an error. */
  failing: string | null = null;

  start(): FundingReader {
    const random = new SeededRandom(1);
    const transport = {
      openSocket: () => {
        throw new Error('REST only');
      },
      request: ({ url }: { url: string }) => {
        const status = this.failing !== null && url.includes(this.failing) ? 500 : 200;
        return Promise.resolve({ status, headers: {}, body: this.#answer(url) });
      },
    };
    const rest = new RestClient({
      transport,
      clock: this.clock,
      random,
      feed: 'binance:perp',
      baseUrl: 'https://fapi.binance.com',
      budgetPerMinute: 1_600,
      report: () => undefined,
    });
    const perpetuals = () => new Map([['BTCUSDT', BTC]]);
    const source = PROTOCOLS['binance:perp']?.funding as FundingSource;
    const { clock, sink } = this;
    const reader = new FundingReader({ feed: 'binance:perp', source, rest, clock, sink, perpetuals });
    reader.start();
    return reader;
  }

  /** Settles every so many full hours from now on. */
  settleEvery(hours: number): void {
    this.#hours = hours;
    this.#nextMs = (Math.floor(this.clock.wallMs() / (hours * HOUR_MS)) + 1) * hours * HOUR_MS;
  }

  /** Lets time pass, a settlement whenever one is due. */
  async run(ms: number): Promise<void> {
    const until = this.clock.wallMs() + ms;
    while (this.clock.wallMs() < until) {
      await this.clock.runUntil(Math.min(until, this.clock.wallMs() + 5_000), settle);
      while (this.#nextMs <= this.clock.wallMs()) {
        this.settlements.push(this.#nextMs);
        this.#nextMs += this.#hours * HOUR_MS;
      }
    }
  }

  get intervals(): number[] {
    const told = this.sink.references.map(({ values }) => values?.[FUNDING_INTERVAL_MS] ?? Number.NaN);
    return told.filter(
      (value, index) => !Number.isNaN(value) && told.slice(0, index).findLast((one) => !Number.isNaN(one)) !== value,
    );
  }

  #answer(url: string): string {
    this.asked.push(new URL(url).pathname);
    if (url.includes('/fundingInfo')) {
      return JSON.stringify(
        this.reported === null ? [] : [{ symbol: 'BTCUSDT', fundingIntervalHours: this.reported, disclaimer: false }],
      );
    }
    if (url.includes('/premiumIndex')) {
      const time = this.clock.wallMs();
      const nextFundingTime = this.#nextMs;
      return JSON.stringify([
        { symbol: 'BTCUSDT', markPrice: '1.0', indexPrice: '1.0', lastFundingRate: '0.0001', nextFundingTime, time },
      ]);
    }
    return JSON.stringify(
      this.settlements.map((at) => ({ symbol: 'BTCUSDT', fundingTime: at + 2, fundingRate: '0.0001', markPrice: '1' })),
    );
  }
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('FundingReader of a venue that does not report every interval', () => {
  it('[MD-7] tells the interval that settlements prove, through the next ones without a break', async () => {
    const venue = new Venue();
    const reader = venue.start();
    await venue.run(8 * HOUR_MS);
    reader.stop();
    expect(venue.intervals).toEqual([8 * HOUR_MS]);
    expect(venue.sink.references.some(({ values }) => values?.[FUNDING_RATE] === 0.0001)).toBe(true);
  });

  it('[MD-7] takes it back when the next settlement no longer fits, and proves the new one after two', async () => {
    const venue = new Venue();
    const reader = venue.start();
    await venue.run(10 * 60_000);
    venue.settleEvery(1);
    await venue.run(3 * 60_000);
    expect(venue.intervals).toEqual([8 * HOUR_MS, 0]);
    await venue.run(HOUR_MS);
    expect(venue.intervals).toEqual([8 * HOUR_MS, 0]);
    await venue.run(HOUR_MS);
    expect(venue.intervals).toEqual([8 * HOUR_MS, 0, HOUR_MS]);
    reader.stop();
  });

  it('[MD-7] takes the venue’s own word where it has one, and proves again when that ends', async () => {
    const venue = new Venue();
    venue.reported = 4;
    const reader = venue.start();
    await venue.run(10 * 60_000);
    expect(venue.intervals).toEqual([4 * HOUR_MS]);
    venue.reported = null;
    await venue.run(3 * 60_000);
    expect(venue.intervals).toEqual([4 * HOUR_MS, 8 * HOUR_MS]);
    reader.stop();
  });

  it('asks for terms and marks once a minute, for histories once an hour', async () => {
    const venue = new Venue();
    const reader = venue.start();
    await venue.run(3 * HOUR_MS);
    reader.stop();
    const count = (path: string) => venue.asked.filter((asked) => asked.endsWith(path)).length;
    expect(count('/fundingInfo')).toBeLessThanOrEqual(182);
    expect(count('/premiumIndex')).toBeLessThanOrEqual(182);
    expect(count('/fundingRate')).toBe(4);
  });

  it('[MD-7] an interval that cannot be asked for any more is unknown after a quarter of an hour, and told again after', async () => {
    const venue = new Venue();
    venue.reported = 4;
    const reader = venue.start();
    await venue.run(10 * 60_000);
    venue.failing = '/fundingInfo';
    await venue.run(14 * 60_000);
    expect(venue.intervals).toEqual([4 * HOUR_MS]);
    await venue.run(3 * 60_000);
    expect(venue.intervals).toEqual([4 * HOUR_MS, 0]);
    venue.failing = null;
    await venue.run(2 * 60_000);
    expect(venue.intervals).toEqual([4 * HOUR_MS, 0, 4 * HOUR_MS]);
    reader.stop();
  });

  it('asks for a history that cannot be read every half minute, however many hours that lasts', async () => {
    const venue = new Venue();
    venue.failing = '/fundingRate';
    const reader = venue.start();
    const asked = () => venue.asked.filter((path) => path.endsWith('/fundingRate')).length;
    await venue.run(HOUR_MS);
    const first = asked();
    await venue.run(2 * HOUR_MS);
    const before = asked();
    await venue.run(HOUR_MS);
    reader.stop();
    expect(first).toBeGreaterThan(110);
    expect(asked() - before).toBeLessThanOrEqual(123);
  });
});
