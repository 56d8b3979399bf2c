import type { CycleEnd } from '#main/telemetry/cycle-reports';
import type { FeedState } from '#shared/domain/market';
import type { Candidate, Verdict } from '#shared/domain/plan';
import type { CycleReport } from '#shared/domain/report';

export const REJECTED: Verdict = { kind: 'reject', reason: 'fees-kill', detail: 'fees 12.0 bps of gross 8.0 bps' };
export const PLANNED: Verdict = { kind: 'plan', planId: 'p1' };

export function candidate(key: string, verdict: Verdict, atMs = 1_677_628_800_000): Candidate {
  return {
    key,
    profile: 'default',
    strategy: 'spread',
    base: 'BTC',
    buy: 'binance:spot|BTC-USDT',
    sell: 'kraken:spot|BTC-USD',
    cycle: 1,
    atMs,
    ageMs: 60,
    grossBps: '8',
    netBps: '-4',
    quantity: null,
    notionalUsd: null,
    verdict,
    waterfall: null,
    alternates: [],
    makerTaker: null,
    confidence: 0.9,
  };
}

export function feedState(overrides: Partial<FeedState> = {}): FeedState {
  return {
    feed: 'binance:spot',
    venue: 'binance',
    connection: 'connected',
    epoch: 1,
    instruments: 3,
    fresh: 3,
    lastHeardAtMs: 1_677_628_800_000,
    skewMs: 1,
    roundTripMs: 30,
    lagP50Ms: 12,
    lagP99Ms: 40,
    frames: 100,
    decodeErrors: 0,
    gaps: 0,
    checksumErrors: 0,
    reconnects: 0,
    reason: null,
    ...overrides,
  };
}

export function cycleEnd(cycle: number, overrides: Partial<CycleEnd> = {}): CycleEnd {
  return {
    cycle,
    fromMs: 1_677_628_800_000 + (cycle - 1) * 5000,
    toMs: 1_677_628_800_000 + cycle * 5000,
    mode: 'PRACTICE',
    auto: 'running',
    feeds: [feedState()],
    health: [{ venue: 'binance', score: 0.98, vetoed: false, returnsAtMs: null, inputs: [] }],
    profiles: [{ profile: 'default', plans: 0, resultTodayUsd: '0', state: 'running', error: null }],
    equityUsd: '100000',
    missing: [],
    timed: false,
    ...overrides,
  };
}

export function closedDeal(dealId: string): CycleReport['dealsClosed'][number] {
  return {
    dealId,
    outcome: 'completed',
    expectedNetUsd: '1.25',
    realisedNetUsd: '1.1',
    expectedSlippageUsd: '0.2',
    realisedSlippageUsd: '0.35',
    makerFills: 1,
    takerFills: 2,
  };
}
