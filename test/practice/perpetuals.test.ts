import { expect, test } from 'vitest';
import { DEFAULT_RATES } from '#main/practice/world/dislocations';
import { HOUR_MS, Perpetual, rateOf } from '#main/practice/world/perpetual';
import { SyntheticWorld } from '#main/practice/world/synthetic';
import type { MarketView, PerpView, Settlement } from '#main/practice/world/world';
import { RATE_DECIMALS } from '#main/practice/world/world';
import { FEEDS, type FeedId, productOf } from '#shared/domain/ids';
import { SeededRandom } from '#shared/kernel/random';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { START_MS } from './client.ts';

const PERPS = FEEDS.filter((feed) => productOf(feed) === 'perp');
const QUIET = { payablePerMinute: 0, smallPerMinute: 0 };

interface Rig {
  readonly clock: VirtualClock;
  readonly world: SyntheticWorld;
  readonly perps: readonly (readonly [MarketView, PerpView])[];
  find(feed: FeedId, instrument: string): readonly [MarketView, PerpView];
}

/** `updatesPerSecond` is low where only funding is looked at. */
function rig(seed: number, updatesPerSecond = 0.02, options: { assets?: number; startMs?: number } = {}): Rig {
  const clock = new VirtualClock(options.startMs ?? START_MS);
  const rates = updatesPerSecond < 1 ? QUIET : DEFAULT_RATES;
  const random = new SeededRandom(seed);
  const world = new SyntheticWorld({ random, clock, updatesPerSecond, rates, assets: options.assets });
  const perps = PERPS.flatMap((feed) => world.marketsOf(feed)).flatMap((market) =>
    market.perp === null ? [] : [[market, market.perp] as const],
  );
  return {
    clock,
    world,
    perps,
    find: (feed, instrument) => {
      const found = perps.find(([market]) => market.spec.feed === feed && market.spec.instrument === instrument);
      if (found === undefined) throw new Error(`no ${feed} ${instrument}`);
      return found;
    },
  };
}

const scale = ({ spec }: MarketView): number => 10 ** spec.priceDecimals;

test('[MD-7] seed 5: intervals differ by venue and coin; spot has no funding', () => {
  const { world, find } = rig(5);
  const hours = (feed: FeedId, instrument: string): number => find(feed, instrument)[1].intervalMs / HOUR_MS;
  expect(['binance:perp', 'okx:perp', 'bybit:perp'].map((feed) => hours(feed as FeedId, 'HYPE-USDT-PERP'))).toEqual([
    4, 4, 8,
  ]);
  expect(hours('kraken:perp', 'HYPE-USD-PERP')).toBe(1);
  expect(hours('bybit:perp', '1000PEPE-USDT-PERP')).toBe(1);
  expect(find('kraken:perp', 'BTC-USD-PERP')[1].accrual).toBe('continuous');
  expect(find('binance:perp', 'BTC-USDT-PERP')[1].accrual).toBe('snapshot');
  for (const market of world.marketsOf('okx:spot')) {
    expect(market.perp).toBeNull();
    expect(market.spec.fundingIntervalMs).toBe(0);
  }
});

test('[ID-6] a contract is a whole number of lots, and a multiple of a coin costs as many coins', () => {
  const { world, perps } = rig(5);
  for (const [{ spec }] of perps) {
    const lots = Number(spec.contractSize) * 10 ** spec.sizeDecimals;
    expect(Math.abs(lots - Math.round(lots)), `${spec.feed} ${spec.instrument}`).toBeLessThan(1e-9);
    expect(Math.round(lots)).toBeGreaterThanOrEqual(1);
  }
  const [pepe, thousand] = [
    world.marketsOf('bybit:spot').find(({ spec }) => spec.base === 'PEPE'),
    world.marketsOf('bybit:perp').find(({ spec }) => spec.base === '1000PEPE'),
  ];
  if (pepe === undefined || thousand === undefined) throw new Error('no PEPE');
  const coin = (pepe.book.bids[0]?.price ?? 0) / scale(pepe);
  expect((thousand.book.bids[0]?.price ?? 0) / scale(thousand) / coin).toBeCloseTo(1000, -1);
});

test('[PP-2] seed 5: at opening every perpetual has thirty settlements and more, on its own grid, up to the last boundary', () => {
  const { perps } = rig(5);
  expect(perps.length).toBe(31);
  for (const [{ spec }, perp] of perps) {
    const { settlements, intervalMs, nextSettlementMs } = perp;
    expect(settlements.length).toBeGreaterThanOrEqual(30);
    expect(nextSettlementMs).toBeGreaterThan(START_MS);
    expect(nextSettlementMs - START_MS).toBeLessThanOrEqual(intervalMs);
    settlements.forEach(({ atMs, rate, intervalMs: own }, index) => {
      expect(atMs, spec.instrument).toBe(nextSettlementMs - (settlements.length - index) * intervalMs);
      expect(own).toBe(intervalMs);
      expect(Math.abs(rate)).toBeLessThanOrEqual(perp.rateCap);
      expect(Number(rate.toFixed(RATE_DECIMALS[perp.accrual]))).toBe(rate);
    });
    expect(new Set(settlements.map(({ rate }) => rate)).size).toBeGreaterThan(3);
  }
});

test('[PP-2] seed 5: mark stands near the index, the book near the mark, and both are told about once a second', () => {
  const { clock, world, perps } = rig(5, 7);
  const told = new Map<MarketView, number>();
  for (const feed of PERPS) {
    world.listen(feed, {
      bookChanged: () => {},
      traded: () => {},
      statusChanged: () => {},
      referenceChanged: (market) => told.set(market, (told.get(market) ?? 0) + 1),
    });
  }
  world.start();
  clock.advanceBy(60_000);
  for (const [market, perp] of perps) {
    const { spec, book } = market;
    expect(told.get(market) ?? 0, spec.instrument).toBeGreaterThan(55);
    expect(told.get(market) ?? 0, spec.instrument).toBeLessThan(65);
    expect(Math.abs(perp.markPrice / perp.indexPrice - 1) * 1e4).toBeLessThan(80);
    const mid = ((book.bids[0]?.price ?? 0) + (book.asks[0]?.price ?? 0)) / 2 / scale(market);
    // Dislocations reach 75 bps.
    expect(Math.abs(mid / perp.markPrice - 1) * 1e4, spec.instrument).toBeLessThan(90);
    expect(Math.sign(perp.fundingRate) === 0 || Math.abs(perp.fundingRate) < perp.rateCap).toBe(true);
  }
});

test('[MD-7] seed 6: settlements come at the UTC boundary, with the rate shown just before it', () => {
  const { clock, world, perps } = rig(6, 0.02, { startMs: Date.UTC(2026, 8, 1, 7, 59) });
  const settled = new Map<MarketView, { settlement: Settlement; shown: number }[]>();
  const shown = new Map<MarketView, number>();
  for (const feed of PERPS) {
    world.listen(feed, {
      bookChanged: () => {},
      traded: () => {},
      statusChanged: () => {},
      referenceChanged: (market) => shown.set(market, market.perp?.fundingRate ?? Number.NaN),
      settled: (market, settlement) => {
        const own = { settlement, shown: shown.get(market) ?? Number.NaN };
        settled.set(market, [...(settled.get(market) ?? []), own]);
      },
    });
  }
  world.start();
  clock.advanceBy(120_000);
  const boundary = Date.UTC(2026, 8, 1, 8);
  for (const [market, perp] of perps) {
    const [only, ...more] = settled.get(market) ?? [];
    expect(more).toEqual([]);
    expect(only?.settlement.atMs).toBe(boundary);
    expect(only?.settlement.intervalMs).toBe(perp.intervalMs);
    expect(perp.settlements.at(-1)).toBe(only?.settlement);
    expect(perp.nextSettlementMs).toBe(boundary + perp.intervalMs);
    // The running mean moved by one last second between what was shown and what was settled.
    expect(Math.abs((only?.settlement.rate ?? Number.NaN) - (only?.shown ?? Number.NaN))).toBeLessThan(2e-7);
  }
});

test('[MD-7] a day of ticks brings 24 / interval settlements; what accrues is fixed for its hour', () => {
  for (const [accrual, hours] of [
    ['snapshot', 8],
    ['snapshot', 4],
    ['continuous', 1],
  ] as const) {
    const terms = {
      accrual,
      intervalMs: hours * HOUR_MS,
      usualPremium: { mean: 0, spread: 5e-4 },
      openInterestLots: 1,
    };
    const random = new SeededRandom(3);
    const perp = new Perpetual(terms, 100, 0.001, START_MS, random);
    const before = perp.settlements.length;
    const ratesByInterval = new Map<number, Set<number>>();
    for (let atMs = START_MS; atMs <= START_MS + 24 * HOUR_MS; atMs += 10_000) {
      perp.tick(100, 0.001 * Math.sin(atMs / HOUR_MS), atMs);
      const rates = ratesByInterval.get(perp.nextSettlementMs) ?? new Set();
      ratesByInterval.set(perp.nextSettlementMs, rates.add(perp.fundingRate));
    }
    expect(perp.settlements.length - before).toBe(24 / hours);
    for (const { atMs, rate } of perp.settlements.slice(before)) {
      const rates = ratesByInterval.get(atMs) ?? new Set();
      if (accrual === 'continuous') expect([...rates]).toEqual([rate]);
      else expect(rates.size).toBeGreaterThan(10);
    }
  }
});

test('[MD-7] an interval changed while running is told at once, settles on the new grid, and goes back', () => {
  const { clock, world, find } = rig(7, 0.02, { startMs: Date.UTC(2026, 8, 1, 8, 30) });
  const [market, perp] = find('binance:perp', 'ETH-USDT-PERP');
  const told: number[] = [];
  const settled: Settlement[] = [];
  world.listen('binance:perp', {
    bookChanged: () => {},
    traded: () => {},
    statusChanged: () => {},
    referenceChanged: (one) => {
      if (one === market) told.push(perp.intervalMs);
    },
    settled: (one, settlement) => {
      if (one === market) settled.push(settlement);
    },
  });
  world.start();
  clock.advanceBy(10_000);
  const before = told.length;
  world.setFundingInterval('binance:perp', 'ETH-USDT-PERP', HOUR_MS);
  expect(told.slice(before)).toEqual([HOUR_MS]);
  expect(perp.nextSettlementMs).toBe(Date.UTC(2026, 8, 1, 9));
  clock.advanceBy(2 * HOUR_MS);
  expect(settled.map(({ atMs, intervalMs }) => [atMs, intervalMs])).toEqual([
    [Date.UTC(2026, 8, 1, 9), HOUR_MS],
    [Date.UTC(2026, 8, 1, 10), HOUR_MS],
  ]);
  world.setFundingInterval('binance:perp', 'ETH-USDT-PERP', null);
  expect([perp.intervalMs, perp.nextSettlementMs]).toEqual([8 * HOUR_MS, Date.UTC(2026, 8, 1, 16)]);
});

test('[MD-7] the rate: interest inside the band, the premium beyond it, both scaled to the interval and capped', () => {
  expect(rateOf('snapshot', 0, 8 * HOUR_MS)).toBe(0.0001);
  expect(rateOf('snapshot', 0.0004, 8 * HOUR_MS)).toBe(0.0001);
  expect(rateOf('snapshot', 0.0016, 8 * HOUR_MS)).toBe(0.0011);
  expect(rateOf('snapshot', -0.0016, 8 * HOUR_MS)).toBe(-0.0011);
  expect(rateOf('snapshot', 0.0016, 4 * HOUR_MS)).toBe(0.00055);
  expect(rateOf('snapshot', 1, 8 * HOUR_MS)).toBe(0.02);
  expect(rateOf('continuous', 0.0008, HOUR_MS)).toBe(0.0001);
  expect(rateOf('continuous', -1, HOUR_MS)).toBe(-0.0025);
  expect(Object.is(rateOf('continuous', -1e-15, HOUR_MS), 0)).toBe(true);
});

test('[ID-3] seed 8: a depeg takes USDT below par on every venue within seconds and ends when it is lifted', () => {
  const { clock, world } = rig(8, 7);
  const usdt = (feed: FeedId, instrument: string, inverse: boolean): number => {
    const market = world.marketsOf(feed).find(({ spec }) => spec.instrument === instrument);
    const price = (market?.book.bids[0]?.price ?? Number.NaN) / 10 ** (market?.spec.priceDecimals ?? 0);
    return inverse ? 1 / price : price;
  };
  const all = (): number[] => [
    usdt('kraken:spot', 'USDT-USD', false),
    usdt('coinbase:spot', 'USDT-USD', false),
    usdt('binance:spot', 'USDC-USDT', true),
    usdt('okx:spot', 'USDC-USDT', true),
  ];
  world.start();
  clock.advanceBy(5_000);
  for (const price of all()) expect(price).toBeGreaterThan(0.998);
  expect(world.depeg(300)).toBe(true);
  clock.advanceBy(20_000);
  for (const price of all()) {
    expect(price).toBeGreaterThan(0.965);
    expect(price).toBeLessThan(0.974);
  }
  world.depeg(0);
  clock.advanceBy(20_000);
  for (const price of all()) expect(price).toBeGreaterThan(0.998);
});

test('[PP-4] invented coins are on all ten feeds and move nothing that was there without them', () => {
  const trace = (assets: number): { frames: string[]; feeds: number[] } => {
    const { clock, world } = rig(9, 7, { assets });
    const frames: string[] = [];
    world.listen('binance:spot', {
      bookChanged: ({ spec }, changes) => {
        if (spec.instrument === 'BTC-USDT') frames.push(JSON.stringify(changes));
      },
      traded: () => {},
      statusChanged: () => {},
    });
    world.start();
    // Before the first dislocation that a coin more could have drawn away.
    clock.advanceBy(1_000);
    return {
      frames,
      feeds: FEEDS.map((feed) => world.marketsOf(feed).filter(({ spec }) => /^A\d/.test(spec.base)).length),
    };
  };
  const without = trace(0);
  const many = trace(12);
  expect(without.feeds).toEqual(FEEDS.map(() => 0));
  expect(many.feeds).toEqual(FEEDS.map(() => 12));
  expect(without.frames.length).toBeGreaterThan(3);
  expect(many.frames).toEqual(without.frames);
});
