import { expect, test } from 'vitest';
import { DEFAULT_RATES } from '#main/practice/world/dislocations';
import { SyntheticWorld } from '#main/practice/world/synthetic';
import type { MarketView } from '#main/practice/world/world';
import type { Venue } from '#shared/domain/ids';
import { SPOT_FEEDS } from '#shared/domain/ids';
import { SeededRandom } from '#shared/kernel/random';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { START_MS } from './client.ts';

/** Entry-level taker fees as published, bps. */
const TAKER_BPS: Readonly<Record<Venue, number>> = { binance: 10, coinbase: 120, bybit: 10, okx: 10, kraken: 40 };

const touch = (market: MarketView, side: 'bids' | 'asks'): number =>
  (market.book[side][0]?.price ?? Number.NaN) / 10 ** market.spec.priceDecimals;

interface Episode {
  readonly startMs: number;
  endMs: number;
}

/**
 * Follows every pair of markets of one coin, converted through Kraken's stablecoin books, and gathers the spans in
 * which buying on one and selling on the other pays both taker fees with 3 bps to spare.
 */
function episodes(seed: number, minutes: number, rates = DEFAULT_RATES): { paying: Episode[]; small: number } {
  const clock = new VirtualClock(START_MS);
  const world = new SyntheticWorld({ random: new SeededRandom(seed), clock, updatesPerSecond: 7, rates });
  const markets = SPOT_FEEDS.flatMap((feed) => world.marketsOf(feed));
  const find = (instrument: string): MarketView => {
    const market = world.marketsOf('kraken:spot').find((one) => one.spec.instrument === instrument);
    if (market === undefined) throw new Error(`no ${instrument}`);
    return market;
  };
  const usdOf: Readonly<Record<string, () => number>> = {
    USD: () => 1,
    USDT: () => touch(find('USDT-USD'), 'bids'),
    USDC: () => touch(find('USDC-USD'), 'bids'),
  };
  const coins = ['BTC', 'ETH', 'SOL'].map((base) => markets.filter((market) => market.spec.base === base));
  const open = new Map<string, Episode>();
  const paying: Episode[] = [];
  let small = 0;
  world.start();
  const end = START_MS + minutes * 60_000;
  for (let now = START_MS; now < end; now += 50) {
    clock.advanceTo(now);
    const rate = Object.fromEntries(Object.entries(usdOf).map(([currency, usd]) => [currency, usd()]));
    for (const coin of coins) {
      for (const buy of coin) {
        const cost = touch(buy, 'asks') * (rate[buy.spec.quote] ?? Number.NaN);
        for (const sell of coin) {
          if (buy.spec.venue === sell.spec.venue) continue;
          const gross = (touch(sell, 'bids') * (rate[sell.spec.quote] ?? Number.NaN)) / cost - 1;
          const net = gross * 1e4 - TAKER_BPS[buy.spec.venue] - TAKER_BPS[sell.spec.venue];
          const key = `${buy.spec.venue}|${sell.spec.venue}|${buy.spec.base}`;
          const running = open.get(key);
          if (net >= 3) {
            if (running !== undefined && now - running.endMs <= 200) running.endMs = now;
            else {
              const episode = { startMs: now, endMs: now };
              open.set(key, episode);
              paying.push(episode);
            }
          } else if (gross * 1e4 > 2) small += 1;
        }
      }
    }
  }
  world.stop();
  return { paying, small };
}

test('[PP-2] seed 7: gaps that pay both taker fees come several times a minute, last long enough, and are few', () => {
  const { paying, small } = episodes(7, 4);
  const starts = paying.map((one) => one.startMs).sort((a, b) => a - b);
  // Overlapping pairs of one dislocation count once: a new one starts when nothing started for a second.
  const distinct = starts.filter((startMs, index) => index === 0 || startMs - (starts[index - 1] ?? 0) > 1_000);
  expect(distinct.length / 4).toBeGreaterThan(3);
  expect(distinct.length / 4).toBeLessThan(20);
  expect(paying.filter((one) => one.endMs - one.startMs >= 500).length).toBeGreaterThan(10);
  expect((starts[0] ?? Number.POSITIVE_INFINITY) - START_MS).toBeLessThan(60_000);
  expect(small).toBeGreaterThan(paying.length * 20);
});

test('[PP-2] without dislocations no gap pays', () => {
  const { paying } = episodes(7, 2, { payablePerMinute: 0, smallPerMinute: 0 });
  expect(paying).toEqual([]);
});
