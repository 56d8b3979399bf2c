import { describe, expect, it } from 'vitest';
import { MarketRig, perp, spot } from '#support/market-rig';

const PERP = 'okx:perp|BTC-USDT-PERP' as const;
const SPOT = 'kraken:spot|BTC-USD' as const;

function quoted() {
  const rig = new MarketRig();
  rig.connect(
    perp('okx', 'BTC-USDT'),
    spot('kraken', 'BTC-USD'),
    spot('kraken', 'USDT-USD'),
    spot('coinbase', 'BTC-USD'),
  );
  rig.quote('kraken:spot|USDT-USD', [[0.9989, 1]], [[0.9991, 1]]);
  rig.quote(SPOT, [[99.9, 1]], [[100.1, 1]]);
  rig.quote('coinbase:spot|BTC-USD', [[99.9, 1]], [[100.1, 1]]);
  rig.quote(PERP, [[100.2, 1]], [[100.4, 1]]);
  return rig;
}

describe('basis', () => {
  it('[MD-7] is the mid against the composite of the coin, both in dollars at what the stablecoin is worth', () => {
    const rig = quoted();
    // 100.3 USDT at 0.999 USD against 100 USD.
    expect(rig.market.basisBps(PERP)).toBeCloseTo(((100.3 * 0.999) / 100 - 1) * 10_000, 6);
    expect(rig.market.basisBps(SPOT)).toBeCloseTo(0, 9);
  });

  it('[MD-5] a perpetual has no part in the composite', () => {
    expect(quoted().market.composite('BTC')?.contributors).toEqual(['coinbase:spot|BTC-USD', SPOT]);
  });

  it('[FCL] is unknown for a stale listing, without a composite, and off the peg', () => {
    const stale = quoted();
    stale.market.book(PERP).invalidate('gap');
    expect(stale.market.basisBps(PERP)).toBeNaN();
    const alone = new MarketRig();
    alone.connect(perp('okx', 'BTC-USD'));
    alone.quote('okx:perp|BTC-USD-PERP', [[100, 1]], [[101, 1]]);
    expect(alone.market.basisBps('okx:perp|BTC-USD-PERP')).toBeNaN();
    expect(alone.market.basisBps('okx:perp|ETH-USD-PERP')).toBeNaN();
    const broken = quoted();
    broken.quote('kraken:spot|USDT-USD', [[0.9, 1]], [[0.901, 1]]);
    broken.clock.advanceBy(60);
    for (const feed of ['okx:perp', 'kraken:spot', 'coinbase:spot'] as const) broken.heard(feed);
    expect(broken.market.basisBps(PERP)).toBeNaN();
  });

  it('[TE-2] lag of a feed as a histogram: ascending, contiguous, with the quantiles the feed shows', () => {
    const rig = quoted();
    expect(rig.market.latency('okx:perp')).toEqual({
      feed: 'okx:perp',
      buckets: [],
      p50Ms: null,
      p99Ms: null,
      maxMs: null,
    });
    for (const lag of [3, 3, 3, 40, 1_000_000]) rig.market.frame('okx:perp', 10, lag);
    const { buckets, p50Ms, p99Ms, maxMs } = rig.market.latency('okx:perp');
    expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBeCloseTo(5, 9);
    expect(buckets[0]).toMatchObject({ count: 3, upToMs: expect.closeTo(3, 0) });
    expect(buckets.at(-1)).toEqual({ upToMs: null, count: 1 });
    const edges = buckets.slice(0, -1).map(({ upToMs }) => upToMs ?? 0);
    expect([...edges].sort((a, b) => a - b)).toEqual(edges);
    expect(p50Ms).toBe(buckets[0]?.upToMs);
    expect(p99Ms).toBe(maxMs);
    expect(rig.market.feeds().find(({ feed }) => feed === 'okx:perp')?.lagP50Ms).toBe(p50Ms);
  });
});

describe('[MD-8] moving a currency', () => {
  it('is unknown until told, then as last told, for the venue and not for one product of it', () => {
    const { market } = quoted();
    expect(market.transfersOf('kraken', 'BTC')).toEqual({ deposits: 'unknown', withdrawals: 'unknown' });
    market.transfers('kraken:perp', 'BTC', 'open', 'closed');
    expect(market.transfersOf('kraken', 'BTC')).toEqual({ deposits: 'open', withdrawals: 'closed' });
    market.transfers('kraken:spot', 'BTC', 'open', 'open');
    expect(market.transfersOf('kraken', 'BTC')).toEqual({ deposits: 'open', withdrawals: 'open' });
    expect(market.transfersOf('okx', 'BTC').deposits).toBe('unknown');
  });

  it('[FCL] what was open and is not told again for an hour is unknown; what was closed stays closed', () => {
    const rig = quoted();
    rig.market.transfers('kraken:spot', 'BTC', 'open', 'closed');
    rig.clock.advanceBy(3_600_000);
    expect(rig.market.transfersOf('kraken', 'BTC')).toEqual({ deposits: 'open', withdrawals: 'closed' });
    rig.clock.advanceBy(1);
    expect(rig.market.transfersOf('kraken', 'BTC')).toEqual({ deposits: 'unknown', withdrawals: 'closed' });
  });
});

describe('[VH-1] service of a venue', () => {
  it('a perpetual feed that fails is not held against the spot side that is traded', () => {
    const rig = quoted();
    rig.service.length = 0;
    rig.market.apiCall('okx:perp', 'time', 20, 'timeout');
    rig.market.connection('okx:perp', 'disconnected', 1, 'closed');
    rig.market.connection('okx:perp', 'connected', 2, '');
    expect(rig.service).toEqual([]);
    rig.market.apiCall('kraken:spot', 'time', 20, 'timeout');
    expect(rig.service).toEqual(['kraken api timeout']);
    expect(rig.market.evidence('okx').instruments).toBe(0);
    expect(rig.market.evidence('kraken').instruments).toBe(2);
  });
});
