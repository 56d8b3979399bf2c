import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SETTLEMENTS_KEPT, withIntervals } from '#engine/market/funding/history';
import {
  FUNDING_INTERVAL_MS,
  FUNDING_RATE,
  type FundingStore,
  INDEX_PRICE,
  MARK_PRICE,
  NEXT_SETTLEMENT_MS,
  PREDICTED_RATE,
  REFERENCE_VALUES,
  StorageError,
} from '#engine/ports';
import type { FundingSettlement } from '#shared/domain/funding';
import type { Listing } from '#shared/domain/listing';
import { MarketRig, perp, spot } from '#support/market-rig';

const HOUR_MS = 3_600_000;
const FEED = 'okx:perp' as const;
const BTC = 'okx:perp|BTC-USDT-PERP' as const;

interface Told {
  readonly rate?: number;
  readonly predicted?: number;
  readonly intervalMs?: number;
  readonly nextInMs?: number;
  readonly mark?: number;
  readonly index?: number;
}

class FundingRig extends MarketRig {
  constructor(funding: Listing['funding'] = { accrual: 'snapshot', intervalMs: null }, store?: FundingStore) {
    super(store === undefined ? {} : { fundingStore: store });
    this.connect(perp('okx', 'BTC-USDT', { funding }), spot('kraken', 'BTC-USD'));
  }

  tell({ rate, predicted, intervalMs, nextInMs, mark, index }: Told): void {
    const values = new Float64Array(REFERENCE_VALUES).fill(Number.NaN);
    values[FUNDING_RATE] = rate ?? Number.NaN;
    values[PREDICTED_RATE] = predicted ?? Number.NaN;
    values[FUNDING_INTERVAL_MS] = intervalMs ?? Number.NaN;
    values[NEXT_SETTLEMENT_MS] = nextInMs === undefined ? Number.NaN : this.clock.wallMs() + nextInMs;
    values[MARK_PRICE] = mark ?? Number.NaN;
    values[INDEX_PRICE] = index ?? Number.NaN;
    this.market.reference(BTC, values, this.clock.monoMs());
    this.heard(FEED);
  }

  state() {
    const state = this.market.funding(BTC);
    if (state === undefined) throw new Error('a perpetual has funding');
    return state;
  }

  /** Time passes with the feed heard each second. */
  pass(ms: number): void {
    for (let left = ms; left > 0; left -= 1000) {
      this.clock.advanceBy(Math.min(left, 1000));
      this.heard(FEED);
    }
  }
}

const USUAL: Told = { rate: 0.0001, intervalMs: 8 * HOUR_MS, nextInMs: 5 * HOUR_MS };

describe('[MD-7] funding of a perpetual', () => {
  it('an answer to a question asked before the stream spoke changes nothing that the stream told since', () => {
    const rig = new FundingRig();
    const askedMonoMs = rig.clock.monoMs();
    rig.pass(2_000);
    rig.tell({ ...USUAL, mark: 100 });
    const values = new Float64Array(REFERENCE_VALUES).fill(Number.NaN);
    values[FUNDING_RATE] = 0.0009;
    values[INDEX_PRICE] = 99;
    rig.market.reference(BTC, values, askedMonoMs);
    expect(rig.state()).toMatchObject({ rate: '0.0001', markPrice: '100', indexPrice: '99', problems: [] });
    rig.market.reference(BTC, values, rig.clock.monoMs());
    expect(rig.state().rate).toBe('0.0009');
  });

  it('spot has none; a perpetual nobody told of has every problem', () => {
    const rig = new FundingRig();
    expect(rig.market.funding('kraken:spot|BTC-USD')).toBeUndefined();
    expect(rig.market.funding('okx:perp|NONE-USDT-PERP')).toBeUndefined();
    expect(rig.state()).toMatchObject({
      rate: null,
      ratePerHour: null,
      aprPct: null,
      problems: ['no-rate', 'no-interval', 'no-settlement-time', 'stale'],
    });
    expect(rig.market.fundingPerHour(BTC)).toBeNaN();
  });

  it('[ID-4] is exact and in plain digits, per hour by its own interval, and as APR', () => {
    const rig = new FundingRig();
    rig.tell({ ...USUAL, rate: -1.5e-7, predicted: 0.00012345, mark: 50_123.45, index: 50_120 });
    expect(rig.state()).toEqual({
      listing: BTC,
      accrual: 'snapshot',
      rate: '-0.00000015',
      predictedRate: '0.00012345',
      intervalMs: 8 * HOUR_MS,
      nextSettlementMs: rig.clock.wallMs() + 5 * HOUR_MS,
      markPrice: '50123.45',
      indexPrice: '50120',
      ratePerHour: '-0.00000001875',
      aprPct: '-0.016425',
      atMs: rig.clock.wallMs(),
      intervalChange: null,
      problems: [],
    });
    rig.tell({ ...USUAL, rate: 0.0001, intervalMs: 4 * HOUR_MS });
    expect(rig.state()).toMatchObject({ ratePerHour: '0.000025', aprPct: '21.9' });
    expect(rig.market.fundingPerHour(BTC)).toBeCloseTo(0.000025, 12);
  });

  it('an interval that is not known is never assumed: the rate is unusable', () => {
    const rig = new FundingRig();
    rig.tell({ rate: 0.0001, nextInMs: HOUR_MS });
    expect(rig.state()).toMatchObject({ rate: '0.0001', ratePerHour: null, problems: ['no-interval'] });
    expect(rig.market.fundingPerHour(BTC)).toBeNaN();
  });

  it('the catalogue gives the interval where only it tells; what is told live wins', () => {
    const rig = new FundingRig({ accrual: 'snapshot', intervalMs: 8 * HOUR_MS });
    rig.tell({ rate: 0.0001, nextInMs: HOUR_MS });
    expect(rig.state()).toMatchObject({ intervalMs: 8 * HOUR_MS, problems: [] });
    rig.tell({ intervalMs: HOUR_MS });
    expect(rig.state()).toMatchObject({ intervalMs: HOUR_MS, ratePerHour: '0.0001' });
  });

  it('a frame tells part of it and the rest stands', () => {
    const rig = new FundingRig();
    rig.tell(USUAL);
    rig.tell({ mark: 50_000 });
    rig.tell({ rate: 0.0002 });
    expect(rig.state()).toMatchObject({ rate: '0.0002', markPrice: '50000', intervalMs: 8 * HOUR_MS, problems: [] });
  });

  it('[FCL] what cannot be right takes the place of what was known: unknown', () => {
    const rig = new FundingRig();
    rig.tell({ ...USUAL, mark: 50_000 });
    rig.tell({ rate: 12.5, intervalMs: 0, mark: -1 });
    expect(rig.state()).toMatchObject({
      rate: null,
      intervalMs: null,
      markPrice: null,
      problems: ['no-rate', 'no-interval'],
    });
  });

  it('a settlement that is over is no next one, by the venue’s own clock', () => {
    const rig = new FundingRig();
    rig.tell({ ...USUAL, nextInMs: 10_000 });
    rig.pass(9_000);
    expect(rig.state().problems).toEqual([]);
    rig.market.skew(FEED, 1_500, 20);
    expect(rig.state()).toMatchObject({ nextSettlementMs: null, problems: ['no-settlement-time'] });
  });

  it('continuous accrual needs no settlement, but a rate whose interval ended is stale', () => {
    const rig = new FundingRig({ accrual: 'continuous', intervalMs: HOUR_MS });
    rig.tell({ rate: 0.00001 });
    expect(rig.state()).toMatchObject({ accrual: 'continuous', nextSettlementMs: null, problems: [] });
    rig.tell({ rate: 0.00001, nextInMs: 2_000 });
    expect(rig.state().problems).toEqual([]);
    rig.pass(3_000);
    expect(rig.state().problems).toEqual(['stale']);
  });

  it('nothing told for two minutes is stale, though the socket is heard', () => {
    const rig = new FundingRig();
    rig.tell(USUAL);
    rig.pass(120_000);
    expect(rig.state().problems).toEqual([]);
    rig.pass(1_000);
    expect(rig.state()).toMatchObject({ problems: ['stale'], ratePerHour: null });
  });

  it('marks do not keep a rate alive beyond its interval', () => {
    const rig = new FundingRig({ accrual: 'continuous', intervalMs: HOUR_MS });
    rig.tell({ rate: 0.00001 });
    for (let minute = 0; minute < 62; minute += 1) {
      rig.pass(60_000);
      rig.tell({ mark: 50_000 + minute });
    }
    expect(rig.state().problems).toEqual([]);
    rig.pass(1_000);
    expect(rig.state().problems).toEqual(['stale']);
  });

  it('a feed that is not heard, or gone, or takes it back, leaves nothing to use', () => {
    const rig = new FundingRig();
    rig.tell(USUAL);
    rig.clock.advanceBy(1_501);
    expect(rig.state()).toMatchObject({ rate: '0.0001', problems: ['not-fresh'] });
    rig.tell(USUAL);
    rig.market.reference(BTC, null, rig.clock.monoMs());
    expect(rig.state()).toMatchObject({ rate: null, markPrice: null, nextSettlementMs: null });
    rig.tell(USUAL);
    rig.market.connection(FEED, 'disconnected', 1, 'closed');
    expect(rig.state()).toMatchObject({ rate: null, problems: expect.arrayContaining(['no-rate', 'not-fresh']) });
  });

  it('a change of interval is told once, also one that came while the feed was away', () => {
    const rig = new FundingRig();
    rig.tell(USUAL);
    rig.tell(USUAL);
    expect(rig.fundingNotes).toEqual([]);
    rig.tell({ ...USUAL, intervalMs: 4 * HOUR_MS });
    rig.tell({ ...USUAL, intervalMs: 4 * HOUR_MS });
    expect(rig.fundingNotes).toEqual([`${BTC} ${8 * HOUR_MS} > ${4 * HOUR_MS}`]);
    expect(rig.state().intervalChange).toEqual({
      fromMs: 8 * HOUR_MS,
      toMs: 4 * HOUR_MS,
      atMs: rig.clock.wallMs(),
    });
    rig.market.connection(FEED, 'disconnected', 1, 'closed');
    rig.market.connection(FEED, 'connected', 2, '');
    rig.tell({ ...USUAL, intervalMs: HOUR_MS });
    expect(rig.fundingNotes).toHaveLength(2);
  });

  it('a change that only the catalogue tells is a change too', () => {
    const rig = new FundingRig({ accrual: 'snapshot', intervalMs: 8 * HOUR_MS });
    rig.market.catalogue(FEED, [perp('okx', 'BTC-USDT', { funding: { accrual: 'snapshot', intervalMs: HOUR_MS } })]);
    expect(rig.fundingNotes).toEqual([`${BTC} ${8 * HOUR_MS} > ${HOUR_MS}`]);
  });

  it('rates without an interval are told once, after a while, and when they have one', () => {
    const rig = new FundingRig();
    rig.tell({ rate: 0.0001, nextInMs: HOUR_MS });
    rig.pass(60_000);
    expect(rig.fundingNotes).toEqual([]);
    rig.pass(30_000);
    expect(rig.fundingNotes).toEqual([`${FEED} misses ${BTC}`]);
    rig.tell({ intervalMs: 8 * HOUR_MS });
    rig.pass(2_000);
    expect(rig.fundingNotes).toEqual([`${FEED} misses ${BTC}`, `${FEED} misses none`]);
  });
});

const settled = (hour: number, intervalMs: number | null = null): FundingSettlement => ({
  settledAtMs: 1_700_000_000_000 + hour * HOUR_MS,
  rate: '0.0001',
  intervalMs,
});
const hours = (rows: readonly FundingSettlement[]) => rows.map(({ intervalMs }) => intervalMs && intervalMs / HOUR_MS);

describe('[MD-7] settlements', () => {
  it('an interval the venue does not say is the gap before, where the gap next to it is the same', () => {
    expect(hours(withIntervals([0, 8, 16, 20, 24].map((hour) => settled(hour))))).toEqual([null, 8, 8, 4, 4]);
    expect(hours(withIntervals([0, 1, 2, 4, 5].map((hour) => settled(hour))))).toEqual([null, 1, 1, null, null]);
    expect(hours(withIntervals([settled(0, HOUR_MS), settled(8)]))).toEqual([1, null]);
  });

  it('[MD-7] no missing rows make an interval that was not there (seed 31)', () => {
    const run = fc.record({
      first: fc.constantFrom(1, 2, 4, 8),
      missing: fc.uniqueArray(fc.nat(39), { maxLength: 6 }),
    });
    fc.assert(
      fc.property(run, ({ first, missing }) => {
        const isolated = missing.filter((at) => !missing.includes(at - 1) && !missing.includes(at + 1));
        // Two holes around one row make two equal gaps, which nothing can tell from a longer interval.
        fc.pre(isolated.length === missing.length && missing.every((at) => !missing.includes(at + 2)));
        const rows = Array.from({ length: 40 }, (_, index) => settled(index * first)).filter(
          (_, index) => !missing.includes(index),
        );
        for (const hour of hours(withIntervals(rows))) expect([null, first]).toContain(hour);
      }),
      { seed: 31, numRuns: 300 },
    );
  });

  it('are kept once, in order, bounded, and unreadable ones left out', () => {
    const rig = new FundingRig();
    rig.market.settlements(BTC, [settled(16), settled(0), { ...settled(4), rate: 'high' }]);
    rig.market.settlements(BTC, [settled(8), settled(0), { ...settled(3), settledAtMs: Number.NaN }]);
    expect(rig.market.fundingHistory(BTC, 10)).toEqual([settled(0), settled(8, 8 * HOUR_MS), settled(16, 8 * HOUR_MS)]);
    expect(rig.market.fundingHistory(BTC, 1)).toEqual([settled(16, 8 * HOUR_MS)]);
    rig.market.settlements(
      BTC,
      Array.from({ length: 3 * SETTLEMENTS_KEPT }, (_, index) => settled(100 + index)),
    );
    expect(rig.market.fundingHistory(BTC, 10_000)).toHaveLength(SETTLEMENTS_KEPT);
  });

  it('outlive the process in the store, which is given what is new only', () => {
    const added: FundingSettlement[] = [];
    const store: FundingStore = {
      add: (_listing, rows) => added.push(...rows),
      latest: (_listing, limit) => [settled(0), settled(8)].slice(-limit),
    };
    const rig = new FundingRig(undefined, store);
    rig.market.settlements(BTC, [settled(8), settled(16)]);
    expect(added).toEqual([settled(16)]);
    expect(rig.market.fundingHistory(BTC, 5).map(({ settledAtMs }) => settledAtMs)).toEqual(
      [settled(0), settled(8), settled(16)].map(({ settledAtMs }) => settledAtMs),
    );
  });

  it('a store that fails is told, and nothing else stops', () => {
    let full = true;
    const store: FundingStore = {
      add: () => {
        if (full) throw new StorageError('full', 'The disk is full.');
      },
      latest: () => [],
    };
    const rig = new FundingRig(undefined, store);
    rig.market.settlements(BTC, [settled(8)]);
    expect(rig.fundingNotes).toEqual(['history The disk is full.']);
    expect(rig.market.fundingHistory(BTC, 5)).toHaveLength(1);
    full = false;
    rig.market.settlements(BTC, [settled(16)]);
    expect(rig.fundingNotes).toEqual(['history The disk is full.', 'history works']);
  });
});
