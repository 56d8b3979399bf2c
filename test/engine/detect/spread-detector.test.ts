import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Divergence, EndedDivergence } from '#engine/detect/divergence';
import { SpreadDetector } from '#engine/detect/spread-detector';
import { isPlanned } from '#engine/plan/pair-checks';
import { ASK, BID } from '#engine/ports';
import { feedId, isUsdLike, type ListingId } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import { type Level, MarketRig, perp, spot } from '#support/market-rig';

const COINBASE = 'coinbase:spot|BTC-USD' as const;
const COINBASE_USDC = 'coinbase:spot|BTC-USDC' as const;
const KRAKEN = 'kraken:spot|BTC-USD' as const;
const BINANCE = 'binance:spot|BTC-USDT' as const;
const USDT = 'kraken:spot|USDT-USD' as const;
const LISTINGS = [
  spot('binance', 'BTC-USDT'),
  spot('coinbase', 'BTC-USD'),
  spot('coinbase', 'BTC-USDC', { bookId: COINBASE }),
  spot('kraken', 'BTC-USD'),
  spot('kraken', 'ETH-USD'),
  spot('kraken', 'USDT-USD'),
  spot('kraken', 'USDC-USD'),
];

interface Seen {
  readonly key: string;
  readonly grossBps: number;
  readonly atMs: number;
}

class DetectorRig extends MarketRig {
  readonly emitted: Seen[] = [];
  readonly ended: EndedDivergence[] = [];
  readonly objects = new Set<Divergence>();
  unplanned = 0;
  readonly detector: SpreadDetector;

  constructor(listings: readonly Listing[] = LISTINGS, scope: (base: string) => boolean = () => true) {
    super();
    this.connect(...listings);
    this.detector = new SpreadDetector({
      market: this.market,
      clock: this.clock,
      limits: () => this.limits,
      scope,
      planned: isPlanned,
      onUnplanned: () => {
        this.unplanned += 1;
      },
      onDivergence: (divergence) => {
        this.objects.add(divergence);
        this.emitted.push({ key: divergence.key, grossBps: divergence.grossBps, atMs: this.clock.monoMs() });
      },
      onEnded: (ended) => this.ended.push(ended),
    });
    this.onBook = (listing) => this.detector.bookChanged(listing);
  }

  /** Replaces the touch. */
  touch(id: ListingId, bid: number, ask: number): void {
    const book = this.market.book(id);
    const bids: Level[] = [[bid, 1]];
    const asks: Level[] = [[ask, 1]];
    if (book.depth(BID) > 0 && book.price(BID, 0) !== bid) bids.push([book.price(BID, 0), 0]);
    if (book.depth(ASK) > 0 && book.price(ASK, 0) !== ask) asks.push([book.price(ASK, 0), 0]);
    if (book.valid) this.update(id, bids, asks);
    else this.quote(id, [[bid, 1]], [[ask, 1]]);
  }

  take(): Seen[] {
    return this.emitted.splice(0);
  }

  liveKeys(): string[] {
    return this.detector.live().map(({ key }) => key);
  }
}

const keys = (seen: readonly Seen[]) => seen.map(({ key }) => key);

describe('SpreadDetector', () => {
  it('[SD-1] finds an ordered pair on the change of either book and follows it until it ends', () => {
    const rig = new DetectorRig();
    rig.touch(COINBASE, 100, 100.1);
    expect(rig.take()).toEqual([]);
    rig.touch(KRAKEN, 100.2, 100.3);
    expect(rig.take().at(-1)).toMatchObject({ key: `${COINBASE}>${KRAKEN}`, grossBps: expect.closeTo(9.99, 2) });
    rig.clock.advanceBy(10);
    rig.touch(COINBASE, 100, 100.15);
    expect(rig.take()).toMatchObject([{ key: `${COINBASE}>${KRAKEN}`, grossBps: expect.closeTo(4.9925, 3) }]);
    expect(rig.objects.size).toBe(1);
    rig.clock.advanceBy(10);
    rig.touch(KRAKEN, 100.15, 100.3);
    expect(rig.take()).toEqual([]);
    expect(rig.ended).toEqual([
      { key: `${COINBASE}>${KRAKEN}`, base: 'BTC', lifetimeMs: 20, peakBps: expect.closeTo(9.99, 2) },
    ]);
    expect(rig.liveKeys()).toEqual([]);
    rig.detector.stop();
  });

  it('[SD-1] watches only the coins in scope and pairs only books of one coin', () => {
    const rig = new DetectorRig(LISTINGS, (base) => base === 'ETH');
    rig.touch(COINBASE, 100, 100.1);
    rig.touch(KRAKEN, 100.2, 100.3);
    rig.touch('kraken:spot|ETH-USD', 5000, 5001);
    expect(rig.take()).toEqual([]);
  });

  it('[SD-1] [PL-1] a pair with a perpetual, of one venue too, is counted once while its basis stands', () => {
    const rig = new DetectorRig([...LISTINGS, perp('kraken', 'BTC-USD'), perp('okx', 'BTC-USD')]);
    rig.touch(KRAKEN, 100, 100.01);
    rig.touch('kraken:perp|BTC-USD-PERP', 100.2, 100.21);
    for (let change = 0; change < 40; change += 1) {
      rig.clock.advanceBy(10);
      rig.touch('kraken:perp|BTC-USD-PERP', 100.2 + (change % 2) / 100, 100.25);
    }
    expect(rig.take()).toEqual([]);
    expect(rig.liveKeys()).toEqual([]);
    expect(rig.unplanned).toBe(1);
    // Gone and back again it is another one; two perpetuals are a pair too.
    rig.touch('kraken:perp|BTC-USD-PERP', 99, 100.3);
    rig.touch('kraken:perp|BTC-USD-PERP', 100.2, 100.3);
    rig.clock.advanceBy(60);
    rig.detector.sweep();
    expect(rig.unplanned).toBe(2);
    rig.touch('okx:perp|BTC-USD-PERP', 100.5, 100.6);
    rig.clock.advanceBy(60);
    rig.detector.sweep();
    expect(rig.unplanned).toBe(4);
    expect(rig.ended).toEqual([]);
    rig.detector.stop();
  });

  it('[SD-1] a basis that ends before the least age is nothing', () => {
    const rig = new DetectorRig([...LISTINGS, perp('kraken', 'BTC-USD')]);
    rig.touch(KRAKEN, 100, 100.01);
    for (let change = 0; change < 20; change += 1) {
      rig.touch('kraken:perp|BTC-USD-PERP', 100.2, 100.3);
      rig.clock.advanceBy(40);
      rig.touch('kraken:perp|BTC-USD-PERP', 100, 100.3);
      rig.clock.advanceBy(40);
    }
    expect(rig.unplanned).toBe(0);
  });

  it('[ID-6] what counts in other units is never paired', () => {
    const rig = new DetectorRig([spot('kraken', 'PEPE-USD'), spot('okx', 'PEPE-USD', { unitsPerBase: '1000' })]);
    rig.touch('kraken:spot|PEPE-USD', 100, 100.1);
    rig.touch('okx:spot|PEPE-USD', 105, 105.1);
    expect(rig.take()).toEqual([]);
  });

  it('[SD-1] depth behind an unchanged touch reaches a divergence that lives', () => {
    const rig = new DetectorRig();
    rig.touch(COINBASE, 100, 100.1);
    rig.touch(KRAKEN, 100.2, 100.3);
    rig.take();
    rig.update(KRAKEN, [[99.5, 3]], []);
    expect(keys(rig.take())).toEqual([`${COINBASE}>${KRAKEN}`]);
    rig.detector.stop();
  });

  it('[ID-3] never pairs one book under two names', () => {
    const rig = new DetectorRig();
    rig.touch('kraken:spot|USDC-USD', 0.99, 0.991);
    rig.touch(COINBASE, 100, 100.01);
    // Bought for dollars and sold for USDC, or the other way, one of the two would show a gain.
    expect(rig.market.rate('USD', 'USDC')).toBeNaN();
    rig.limits = { ...rig.limits, depegGuardBps: '500' };
    rig.clock.advanceBy(60);
    rig.touch(COINBASE, 100, 100.02);
    rig.touch('kraken:spot|USDC-USD', 0.99, 0.9911);
    expect(rig.market.rate('USD', 'USDC')).toBeCloseTo(1.009, 3);
    expect(rig.take()).toEqual([]);
    // Against another venue both of its names are candidates.
    rig.touch(KRAKEN, 103, 103.1);
    expect(rig.liveKeys()).toEqual([`${COINBASE}>${KRAKEN}`, `${COINBASE_USDC}>${KRAKEN}`]);
    rig.detector.stop();
  });

  it('[SD-1] books that were all written before the first is committed are seen as they stand', () => {
    const rig = new DetectorRig();
    rig.touch(COINBASE, 100, 100.1);
    rig.touch(KRAKEN, 100, 100.1);
    rig.take();
    // Both rise by 1 in one moment, as bars of one minute do: nothing ever stood between them.
    for (const id of [COINBASE, KRAKEN] as const) {
      const book = rig.market.book(id);
      for (const [side, from, to] of [
        [BID, 100, 101],
        [ASK, 100.1, 101.1],
      ] as const) {
        book.set(side, from, 0);
        book.set(side, to, 1);
      }
    }
    for (const id of [COINBASE, KRAKEN] as const) rig.update(id, [], []);
    expect(rig.take()).toEqual([]);
    expect(rig.ended).toEqual([]);
  });

  it('[ID-3] compares currencies through the executable side, and re-judges pairs when that rate changes', () => {
    const rig = new DetectorRig();
    rig.touch(KRAKEN, 100.2, 100.3);
    rig.touch(BINANCE, 100, 100.1);
    expect(rig.take()).toEqual([]);
    rig.touch(USDT, 0.9998, 1.0002);
    // Proceeds of 100.2 USD buy USDT at 1.0002.
    expect(rig.take()).toMatchObject([
      { key: `${BINANCE}>${KRAKEN}`, grossBps: expect.closeTo((100.2 / 1.0002 / 100.1 - 1) * 1e4, 6) },
    ]);
    // Depth behind the touch changes no rate.
    rig.update(USDT, [[0.99, 5]], []);
    expect(rig.take()).toEqual([]);
    rig.touch(USDT, 0.9998, 1.002);
    expect(rig.ended).toHaveLength(1);
    rig.detector.stop();
  });

  it('[MD-2] a live divergence whose quote goes stale is emitted once for it, then only by sweeps', () => {
    const rig = new DetectorRig();
    rig.touch(COINBASE, 100, 100.1);
    rig.touch(KRAKEN, 100.2, 100.3);
    rig.clock.advanceBy(100);
    rig.take();
    rig.market.book(COINBASE).invalidate('sequence gap');
    expect(keys(rig.take())).toEqual([`${COINBASE}>${KRAKEN}`]);
    rig.touch(KRAKEN, 100.25, 100.3);
    rig.touch(KRAKEN, 100.2, 100.3);
    expect(rig.take()).toEqual([]);
    rig.detector.sweep();
    rig.detector.sweep();
    expect(keys(rig.take())).toEqual([`${COINBASE}>${KRAKEN}`, `${COINBASE}>${KRAKEN}`]);
    // A frozen book is a candidate too when the market moves away from it: the planner says stale-quote.
    rig.touch(KRAKEN, 99.8, 99.9);
    expect(keys(rig.take())).toEqual([`${KRAKEN}>${COINBASE}`]);
    expect(rig.ended.map(({ key }) => key)).toEqual([`${COINBASE}>${KRAKEN}`]);
    // How long they really lived is unknown.
    expect(rig.detector.lifetimes.expected('BTC', 'coinbase', 'kraken')).toMatchObject({
      source: 'prior',
      evidence: 0,
    });
    rig.detector.stop();
  });

  it('[ID-3] a live divergence whose conversion goes stale keeps its last rate until it is judged', () => {
    const rig = new DetectorRig();
    rig.touch(USDT, 0.9998, 1.0002);
    rig.touch(KRAKEN, 100.2, 100.3);
    rig.touch(BINANCE, 100, 100.1);
    expect(rig.liveKeys()).toEqual([`${BINANCE}>${KRAKEN}`]);
    rig.take();
    rig.market.book(USDT).invalidate('gap');
    expect(keys(rig.take())).toEqual([`${BINANCE}>${KRAKEN}`]);
    rig.detector.sweep();
    expect(keys(rig.take())).toEqual([`${BINANCE}>${KRAKEN}`]);
    rig.detector.stop();
  });

  it('[ID-3] a rate that time made stale reaches all its pairs with the next change of any of them', () => {
    const listings = [
      ...LISTINGS.filter(({ id }) => id !== USDT),
      spot('coinbase', 'USDT-USD'),
      spot('okx', 'BTC-USDT'),
    ];
    const rig = new DetectorRig(listings);
    rig.touch('coinbase:spot|USDT-USD', 0.9998, 1.0002);
    rig.touch(KRAKEN, 100.2, 100.3);
    rig.touch(BINANCE, 100, 100.1);
    rig.touch('okx:spot|BTC-USDT', 100.1, 101);
    rig.clock.advanceBy(1600);
    for (const feed of ['kraken:spot', 'binance:spot', 'okx:spot'] as const) rig.heard(feed);
    rig.take();
    rig.touch('okx:spot|BTC-USDT', 100.1, 101.1);
    expect(keys(rig.take())).toEqual([`${BINANCE}>${KRAKEN}`]);
    rig.detector.stop();
  });

  it('[RO-2] a divergence that was stale in between is no measurement, although it ended fresh', () => {
    const rig = new DetectorRig();
    rig.touch(COINBASE, 100, 100.1);
    for (let index = 0; index < 20; index += 1) {
      rig.touch(KRAKEN, 100.2, 100.3);
      rig.clock.advanceBy(100);
      rig.market.book(COINBASE).invalidate('gap');
      rig.touch(COINBASE, 100, 100.1);
      rig.clock.advanceBy(100);
      rig.touch(KRAKEN, 100, 100.3);
    }
    expect(rig.ended).toHaveLength(20);
    expect(rig.detector.lifetimes.expected('BTC', 'coinbase', 'kraken')).toMatchObject({ source: 'prior' });
    rig.detector.stop();
  });

  it('[SD-3] is emitted again on reaching its least age although no book changes', () => {
    const rig = new DetectorRig();
    rig.touch(COINBASE, 100, 100.1);
    rig.touch(KRAKEN, 100.2, 100.3);
    const [born] = rig.take();
    rig.clock.advanceBy(49);
    expect(rig.take()).toEqual([]);
    rig.clock.advanceBy(1);
    expect(rig.take()).toMatchObject([{ key: `${COINBASE}>${KRAKEN}`, atMs: (born?.atMs ?? 0) + 50 }]);
    rig.clock.advanceBy(10_000);
    expect(rig.take()).toEqual([]);
    expect(rig.clock.pending()).toBe(0);
  });

  it('[SD-3] every divergence matures, also one born while another waits, and a flicker does not', () => {
    const rig = new DetectorRig();
    rig.touch(COINBASE, 100, 100.1);
    rig.touch(KRAKEN, 100.2, 100.3);
    rig.clock.advanceBy(30);
    rig.touch(USDT, 0.9999, 1.0001);
    rig.touch(BINANCE, 100.05, 100.08);
    rig.touch(COINBASE, 100, 100.25);
    rig.take();
    rig.clock.advanceBy(25);
    // Coinbase's flicker is gone; Binance against Kraken is 25 ms old.
    expect(rig.take()).toEqual([]);
    rig.clock.advanceBy(25);
    expect(keys(rig.take())).toEqual([`${BINANCE}>${KRAKEN}`]);
    rig.detector.stop();
  });

  it('keeps what lives across a change of the catalogue and ends what left it', () => {
    const rig = new DetectorRig();
    rig.touch(COINBASE, 100, 100.1);
    rig.touch(KRAKEN, 100.2, 100.3);
    const [before] = rig.detector.live();
    rig.market.status(COINBASE, 'post-only');
    rig.detector.catalogueChanged();
    const [after] = rig.detector.live();
    expect(after).toBe(before);
    expect(after?.buy.status).toBe('post-only');
    rig.touch(KRAKEN, 100.21, 100.3);
    expect(rig.liveKeys()).toEqual([`${COINBASE}>${KRAKEN}`]);
    rig.market.catalogue('coinbase:spot', []);
    rig.detector.catalogueChanged();
    expect(rig.liveKeys()).toEqual([]);
    expect(rig.ended).toHaveLength(1);
    rig.detector.stop();
  });

  it('[RO-2] measures lifetimes of fresh divergences only', () => {
    const rig = new DetectorRig();
    rig.touch(COINBASE, 100, 100.1);
    rig.touch(KRAKEN, 100, 100.3);
    for (let index = 0; index < 20; index += 1) {
      rig.touch(KRAKEN, 100.4, 100.5);
      rig.clock.advanceBy(index % 2 === 0 ? 250 : 30);
      rig.heard('coinbase:spot');
      rig.touch(KRAKEN, 100, 100.3);
      rig.clock.advanceBy(20);
    }
    // Nor do these say anything of tradable ones: 10 bps never covered the 20 bps of fees.
    for (let index = 0; index < 20; index += 1) {
      rig.touch(KRAKEN, 100.2, 100.3);
      rig.clock.advanceBy(500);
      rig.heard('coinbase:spot');
      rig.touch(KRAKEN, 100, 100.3);
      rig.clock.advanceBy(20);
    }
    // Ten lived 200 ms beyond the least age of 50 ms; ten were flickers.
    expect(rig.detector.lifetimes.expected('BTC', 'coinbase', 'kraken')).toMatchObject({ source: 'prior' });
    for (let index = 0; index < 2; index += 1) {
      rig.touch(KRAKEN, 100.4, 100.5);
      rig.clock.advanceBy(250);
      rig.heard('coinbase:spot');
      rig.touch(KRAKEN, 100, 100.3);
    }
    // This one ends while Coinbase is not heard.
    rig.touch(KRAKEN, 100.4, 100.5);
    rig.clock.advanceBy(1600);
    rig.touch(KRAKEN, 100, 100.3);
    expect(rig.detector.lifetimes.expected('BTC', 'coinbase', 'kraken')).toEqual({
      lifetimeMs: 200,
      evidence: 12,
      source: 'pair',
    });
    expect(rig.detector.lifetimes.expected('BTC', 'kraken', 'okx')).toMatchObject({ lifetimeMs: 200, source: 'base' });
    rig.detector.stop();
  });

  it('[SD-1] equals brute force over all pairs after any updates (seed 53)', () => {
    const universe = [
      ...(['binance', 'bybit', 'okx'] as const).flatMap((venue) => [spot(venue, 'BTC-USDT'), spot(venue, 'BTC-USDC')]),
      ...LISTINGS,
    ].filter((one, index, all) => all.findIndex((other) => other.id === one.id) === index);
    const stable = [spot('binance', 'USDC-USDT')];
    const listings = [...universe, ...stable];
    const step = fc.record({
      index: fc.integer({ min: 0, max: listings.length - 1 }),
      mid: fc.integer({ min: -30, max: 30 }),
      half: fc.integer({ min: 1, max: 10 }),
      kind: fc.constantFrom('touch', 'touch', 'touch', 'touch', 'invalidate', 'sweep', 'wait'),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 80 }), (steps) => {
        const rig = new DetectorRig(listings);
        const lastRates = new Map<string, number>();
        const rate = (from: string, to: string) => {
          const now = rig.market.rate(from, to);
          if (!Number.isNaN(now)) lastRates.set(`${from}>${to}`, now);
          return lastRates.get(`${from}>${to}`) ?? Number.NaN;
        };
        const bruteForce = () => {
          const found: string[] = [];
          for (const buy of universe) {
            for (const sell of universe) {
              if (buy.base !== sell.base || buy.bookId === sell.bookId) continue;
              const ask = rig.market.book(buy.id).price(ASK, 0);
              const bid = rig.market.book(sell.id).price(BID, 0);
              if ((bid * rate(sell.quote, buy.quote)) / ask > 1) found.push(`${buy.id}>${sell.id}`);
            }
          }
          return found.sort();
        };
        for (const { index, mid, half, kind } of steps) {
          const { id, base, venue } = listings[index] as Listing;
          const par = isUsdLike(base) ? 1 : 1000;
          if (kind === 'invalidate') rig.market.book(id).invalidate('gap');
          else if (kind === 'sweep') rig.detector.sweep();
          else if (kind === 'wait') rig.clock.advanceBy(20);
          else rig.touch(id, par * (1 + (mid - half) / 10_000), par * (1 + (mid + half) / 10_000));
          rig.heard(feedId(venue, 'spot'));
          expect([...rig.liveKeys()].sort()).toEqual(bruteForce());
        }
        rig.detector.stop();
      }),
      { seed: 53, numRuns: 120 },
    );
  });
});
