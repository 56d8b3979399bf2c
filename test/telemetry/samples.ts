import type { CycleEnd } from '#main/telemetry/cycle-reports';
import type { Deal } from '#shared/domain/deal';
import { NOTHING_ANNOUNCED } from '#shared/domain/maintenance';
import type { FeedState } from '#shared/domain/market';
import type { Candidate, Plan, Verdict } from '#shared/domain/plan';

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
    maintenance: NOTHING_ANNOUNCED,
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

const plan: Plan = {
  id: 'p1',
  profile: 'default',
  strategy: 'spread',
  base: 'BTC',
  atMs: 1_677_628_800_000,
  expiresAtMs: 1_677_628_801_000,
  quantity: '0.1',
  notionalUsd: '2300',
  expectedNetUsd: '1.25',
  worstLossUsd: '3',
  legs: [],
  waterfall: { parts: [], netBps: '5' },
  conversion: { from: 'USDT', to: 'USD', rate: '1', through: [], handling: 'carried', ageMs: 0 },
  makerTaker: {
    chosen: 'taker',
    expectedWaitMs: 0,
    fillProbability: 0,
    decayBps: 0,
    extraTakerCostBps: 0,
    evidence: '',
  },
  alternates: [],
  protectiveExit: { kind: 'hedge-with-unwind', sentence: '' },
  rescue: [],
  inputs: [],
  confidence: 0.9,
};

export function deal(id: string, overrides: Partial<Deal> = {}): Deal {
  return {
    id,
    profile: 'default',
    base: 'BTC',
    state: 'closed',
    plan,
    openedAtMs: 1_677_628_800_000,
    closedAtMs: 1_677_628_802_000,
    orders: [],
    fills: [],
    legs: [],
    unhedgedBase: '0',
    unhedgedUsd: '0',
    residueBase: '0',
    next: '',
    outcome: 'completed',
    expectedNetUsd: '1.25',
    realisedNetUsd: '1.1',
    costs: [
      { part: 'fees', expectedUsd: '-1', realisedUsd: '-1' },
      { part: 'slippage', expectedUsd: '-0.2', realisedUsd: '-0.35' },
    ],
    ...overrides,
  };
}
