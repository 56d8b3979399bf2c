/** One believable moment of a practice run: a deal being hedged, a rejected candidate, one venue a little late. */

import type { QueryName, QueryOutput, TopicItem } from '#shared/contract/contract';
import { FEEDS, listingId, PRODUCTS, VENUES, venueOf } from '#shared/domain/ids';
import { NOTHING_ANNOUNCED } from '#shared/domain/maintenance';
import type { KillState } from '#shared/domain/safety';
import { DEFAULT_SETTINGS } from '#shared/settings/settings';

/** 2026-11-02 09:30:00 UTC. */
export const NOW_MS = Date.UTC(2026, 10, 2, 9, 30);

const KRAKEN_BTC = listingId('kraken:spot', 'BTC-USD');
const OKX_BTC = listingId('okx:spot', 'BTC-USDT');
const BYBIT_BTC = listingId('bybit:spot', 'BTC-USDT');

const notKilled: KillState = { engaged: false, level: null, by: null, reason: null, atMs: null, report: [] };
export const killed: KillState = {
  engaged: true,
  level: 'stop-entries',
  by: 'window',
  reason: 'a test',
  atMs: NOW_MS,
  report: [{ venue: 'kraken', cancelled: 0, failed: 0, remaining: 0, flattening: 0 }],
};

export const status: TopicItem<'status'> = {
  mode: 'PRACTICE',
  modeNote: 'Practice venues on this machine; divergences are more generous than in reality.',
  auto: 'running',
  armed: false,
  kill: notKilled,
  breakers: [
    { scope: 'global', state: 'closed', cause: null, reading: null, sinceMs: NOW_MS - 60_000, untilMs: null, trips: 0 },
  ],
  engine: 'running',
  blocks: [],
  venues: VENUES.map((venue) => ({
    venue,
    enabled: true,
    unrouted: null,
    state: 'fresh',
    products: PRODUCTS.map((product) => ({ product, state: 'fresh' as const, maintenance: null })),
    fresh: 9,
    instruments: 9,
    health: 0.97,
    vetoed: false,
    reason: null,
  })),
  startedAtMs: NOW_MS - 65_000,
  cycle: 13,
  lastCycleAtMs: NOW_MS - 1_000,
  lastCycleMs: 4.2,
  telemetryComplete: true,
  failover: 'normal',
  failovers: 0,
  openDeals: 1,
  unhedgedUsd: '412.5',
  alarms: 0,
  startupNotes: [],
  version: '0.1.0',
};

export const settings: TopicItem<'settings'> = DEFAULT_SETTINGS;

export const feeds: readonly TopicItem<'feeds'>[] = FEEDS.map((feed) => ({
  feed,
  venue: venueOf(feed),
  connection: 'connected',
  epoch: 1,
  instruments: 9,
  fresh: 9,
  lastHeardAtMs: NOW_MS - 120,
  skewMs: 1.5,
  roundTripMs: 2.1,
  lagP50Ms: 22,
  lagP99Ms: 71,
  frames: 8_412,
  decodeErrors: 0,
  gaps: 0,
  checksumErrors: 0,
  reconnects: 0,
  reason: null,
  maintenance: NOTHING_ANNOUNCED,
}));

export const quotes: readonly TopicItem<'quotes'>[] = [
  { listing: KRAKEN_BTC, venue: 'kraken', quote: 'USD', bid: '69410.2', ask: '69410.3', age: 80 },
  { listing: OKX_BTC, venue: 'okx', quote: 'USDT', bid: '69433.1', ask: '69433.2', age: 40 },
  { listing: BYBIT_BTC, venue: 'bybit', quote: 'USDT', bid: '69431.9', ask: '69432', age: 2_600 },
].map(({ age, ...row }) => ({
  ...row,
  venue: row.venue as TopicItem<'quotes'>['venue'],
  base: 'BTC',
  bidSize: '0.84',
  askSize: '1.2',
  freshAtMs: NOW_MS - age,
  stale: age > 1_500 ? { cause: 'not-heard' as const, detail: 'nothing heard for 2.6 s' } : null,
  status: 'normal' as const,
}));

const waterfall: NonNullable<TopicItem<'candidates'>['waterfall']> = {
  parts: [
    { part: 'gross', bps: '33.1', note: 'buy 69410.3, sell 69640.1' },
    { part: 'fees', bps: '-20', note: 'taker 10 + taker 10' },
    { part: 'slippage', bps: '-1.4', note: 'walked both ladders' },
    { part: 'latency', bps: '-2.2', note: '180 ms at 1.1 bps/√s' },
    { part: 'reliability', bps: '-0.4', note: 'health 0.97' },
    { part: 'conversion', bps: '-0.9', note: 'USDT/USD at 0.99991' },
    { part: 'legFailure', bps: '-0.6', note: '2 % of 30 bps' },
    { part: 'funding', bps: '0', note: 'spot' },
    { part: 'inventory', bps: '-0.5', note: 'restoring 0.05 BTC' },
  ],
  netBps: '7.1',
};

const alternates: TopicItem<'candidates'>['alternates'] = [
  {
    venue: 'bybit',
    listing: BYBIT_BTC,
    leg: 1,
    score: 14.2,
    feeBps: '10',
    slippageBps: 1.9,
    latencyBps: 2.1,
    reliabilityBps: 0.2,
    eligible: false,
    reason: 'stale-quote',
  },
];

const makerTaker: NonNullable<TopicItem<'candidates'>['makerTaker']> = {
  chosen: 'taker',
  expectedWaitMs: 4_100,
  fillProbability: 0.31,
  decayBps: 9.4,
  extraTakerCostBps: 6,
  evidence: '212 divergences of this pair',
};

export const candidate: TopicItem<'candidates'> = {
  key: `default/${KRAKEN_BTC}>${OKX_BTC}`,
  profile: 'default',
  strategy: 'spread',
  base: 'BTC',
  buy: KRAKEN_BTC,
  sell: OKX_BTC,
  cycle: 13,
  atMs: NOW_MS - 900,
  ageMs: 340,
  grossBps: '3.2',
  netBps: '-22.8',
  quantity: '0.05',
  notionalUsd: '3470.5',
  verdict: { kind: 'reject', reason: 'fees-kill', detail: 'fees 20 bps against a gross edge of 3.2 bps' },
  waterfall: null,
  alternates,
  makerTaker: null,
  confidence: 0.9,
};

const plan: TopicItem<'deals'>['plan'] = {
  id: 'plan-12-1',
  profile: 'default',
  strategy: 'spread',
  base: 'BTC',
  atMs: NOW_MS - 2_000,
  expiresAtMs: NOW_MS + 500,
  quantity: '0.05',
  notionalUsd: '3470.5',
  expectedNetUsd: '2.46',
  worstLossUsd: '10.4',
  legs: [
    {
      index: 0,
      role: 'entry',
      venue: 'kraken',
      account: 'paper',
      listing: KRAKEN_BTC,
      side: 'buy',
      kind: 'ioc',
      quantity: '0.05',
      price: '69410.3',
      limitPrice: '69465.8',
      feeBps: '10',
    },
    {
      index: 1,
      role: 'hedge',
      venue: 'okx',
      account: 'paper',
      listing: OKX_BTC,
      side: 'sell',
      kind: 'ioc',
      quantity: '0.05',
      price: '69640.1',
      limitPrice: '69570.5',
      feeBps: '10',
    },
  ],
  waterfall,
  conversion: {
    from: 'USDT',
    to: 'USD',
    rate: '0.99991',
    through: [listingId('kraken:spot', 'USDT-USD')],
    handling: 'carried',
    ageMs: 210,
  },
  makerTaker,
  alternates,
  protectiveExit: { kind: 'hedge-with-unwind', sentence: 'Sell back on Kraken if OKX does not fill.' },
  rescue: [
    { action: 'unwind', leg: 0, listing: KRAKEN_BTC, side: 'sell', bound: '69202.1', attempts: 3 },
    { action: 'hold', leg: 0, listing: null, side: null, bound: null, attempts: 0 },
  ],
  inputs: [],
  confidence: 0.9,
};

export const deal: TopicItem<'deals'> = {
  id: 'deal-12-1',
  profile: 'default',
  base: 'BTC',
  state: 'hedging',
  plan,
  openedAtMs: NOW_MS - 1_900,
  closedAtMs: null,
  orders: [
    {
      clientOrderId: 'xb-12-1-0',
      dealId: 'deal-12-1',
      leg: 0,
      account: 'paper',
      venue: 'kraken',
      listing: KRAKEN_BTC,
      side: 'buy',
      kind: 'ioc',
      purpose: 'entry',
      quantity: '0.05',
      price: '69465.8',
      createBeforeMs: NOW_MS + 3_000,
      expiresAtMs: null,
      state: 'filled',
      venueOrderId: 'p-1',
      filled: '0.05',
      averagePrice: '69410.3',
      inDoubt: false,
      reason: null,
      createdAtMs: NOW_MS - 1_900,
      updatedAtMs: NOW_MS - 1_700,
    },
  ],
  fills: [
    {
      tradeId: 't-1',
      clientOrderId: 'xb-12-1-0',
      account: 'paper',
      listing: KRAKEN_BTC,
      side: 'buy',
      quantity: '0.05',
      price: '69410.3',
      fee: '3.470515',
      feeCurrency: 'USD',
      liquidity: 'taker',
      atMs: NOW_MS - 1_700,
    },
  ],
  legs: [
    { venue: 'kraken', listing: KRAKEN_BTC, side: 'buy', netBase: '0.05', averagePrice: '69410.3' },
    { venue: 'okx', listing: OKX_BTC, side: 'sell', netBase: '0', averagePrice: null },
  ],
  unhedgedBase: '0.05',
  unhedgedUsd: '3470.5',
  residueBase: '0',
  next: 'Sell 0.05 BTC on OKX at 69570.5 or better.',
  outcome: 'open',
  expectedNetUsd: '2.46',
  realisedNetUsd: null,
  costs: [{ part: 'fees', expectedUsd: '-6.94', realisedUsd: '-3.47' }],
};

export const notification: TopicItem<'notifications'> = {
  id: 'n-1',
  kind: 'alert',
  text: 'Bybit: nothing heard for 2.6 s',
  atMs: NOW_MS - 1_000,
  count: 2,
  acknowledged: false,
  active: true,
};

export const performance: TopicItem<'performance'> = {
  atMs: NOW_MS - 1_000,
  equityUsd: '100012.4',
  startingUsd: '100000',
  realisedUsd: '12.4',
  resultTodayUsd: '12.4',
  drawdownTodayPct: '0.01',
  drawdownFromPeakPct: '0.01',
  maxDrawdownPct: '0.02',
  dealsClosed: 5,
  dealsWon: 4,
  dealsUnwound: 1,
  bestUsd: '6.1',
  worstUsd: '-2.2',
  expectedUsd: '13.9',
  feesUsd: '34.7',
  expectedSlippageUsd: '2.4',
  realisedSlippageUsd: '2.9',
  makerFills: 3,
  takerFills: 9,
  turnoverTodayUsd: '34705',
  candidatesFound: 412,
  candidatesPlanned: 6,
  rejects: { 'fees-kill': 350, 'below-min-edge': 41, 'divergence-too-young': 15 },
  curve: [
    { atMs: NOW_MS - 40_000, equityUsd: '100003.1' },
    { atMs: NOW_MS - 10_000, equityUsd: '100012.4' },
  ],
};

export const runtime: TopicItem<'runtime'> = {
  bestVenues: [
    {
      base: 'BTC',
      mid: '69420.9',
      confidence: 0.93,
      bestBid: 'okx',
      bestAsk: 'kraken',
      contributors: 4,
      atMs: NOW_MS - 90,
    },
  ],
  degradedVenues: 1,
  health: [
    {
      venue: 'kraken',
      score: 0.97,
      vetoed: false,
      returnsAtMs: null,
      inputs: [{ name: 'fresh-share', score: 1, weight: 0.2, reading: '9 of 9 fresh' }],
    },
  ],
  inventory: [
    { venue: 'kraken', currency: 'BTC', quantity: '0.1941', available: '0.1441', target: '0.1441', drift: '0.05' },
  ],
  stackProposal: [{ role: 'anchor', venue: 'kraken', reason: 'deepest BTC-USD book' }],
  profiles: [{ id: 'default', state: 'running', plansThisCycle: 1, deals: 6, resultTodayUsd: '12.4', error: null }],
  executed: 6,
  skipped: { 'fees-kill': 350 },
};

export const practice: TopicItem<'practice'> = {
  world: 'synthetic',
  note: 'Practice venues on this machine; divergences are more generous than in reality.',
  seed: 7,
  feeds: FEEDS.map((feed) => ({
    feed,
    instruments: feed.endsWith(':spot') ? ['BTC-USD', 'ETH-USD'] : ['BTC-USDT-PERP', 'ETH-USDT-PERP'],
    sockets: 1,
    framesSent: 8_412,
  })),
  active: [{ feed: 'okx:spot', fault: 'latency', amount: 400, instrument: null, sinceMs: NOW_MS - 30_000 }],
};

const touch = { bid: '69433.1', bidSize: '0.84', ask: '69433.2', askSize: '1.2', freshAtMs: NOW_MS - 40, stale: null };
const terms = {
  priceTick: '0.1',
  lotStep: '0.0001',
  contractSize: '1',
  deposits: 'open',
  withdrawals: 'open',
} as const;
const BINANCE_PERP = listingId('binance:perp', 'BTC-USDT-PERP');

export const marketView: QueryOutput<'market.view'> = {
  atMs: NOW_MS,
  bases: ['BTC', 'ETH'],
  base: 'BTC',
  rows: [
    {
      ...touch,
      ...terms,
      listing: BINANCE_PERP,
      venue: 'binance',
      base: 'BTC',
      quote: 'USDT',
      status: 'normal',
      feed: 'binance:perp',
      symbol: 'BTCUSDT',
      spreadBps: 0.014,
      basisBps: -2.1,
      settle: 'USDT',
      bookId: BINANCE_PERP,
      funding: {
        listing: BINANCE_PERP,
        accrual: 'snapshot',
        rate: '0.0001',
        predictedRate: '0.00012',
        intervalMs: 28_800_000,
        nextSettlementMs: NOW_MS + 3_600_000,
        markPrice: '69433.4',
        indexPrice: '69440.1',
        ratePerHour: '0.0000125',
        aprPct: '10.95',
        atMs: NOW_MS - 1_000,
        intervalChange: null,
        problems: [],
      },
    },
    {
      ...touch,
      ...terms,
      listing: KRAKEN_BTC,
      venue: 'kraken',
      base: 'BTC',
      quote: 'USD',
      status: 'normal',
      feed: 'kraken:spot',
      symbol: 'BTC/USD',
      spreadBps: 0.014,
      basisBps: 1.2,
      settle: 'USD',
      bookId: KRAKEN_BTC,
      funding: null,
    },
  ],
  composite: {
    base: 'BTC',
    currency: 'USD',
    mid: '69420.9',
    bestBid: OKX_BTC,
    bestAsk: KRAKEN_BTC,
    contributors: [OKX_BTC, KRAKEN_BTC],
    outliers: [BYBIT_BTC],
    atMs: NOW_MS,
    confidence: 0.93,
  },
  ladder: {
    listing: BINANCE_PERP,
    bids: [{ price: '69433.1', size: '0.84', cumulative: '0.84' }],
    asks: [{ price: '69433.2', size: '1.2', cumulative: '1.2' }],
  },
};

export const vault: TopicItem<'vault'> = {
  state: 'open',
  sealedBy: 'passphrase',
  keychain: { usable: false, reason: 'This program runs without a desktop keychain.' },
  note: 'Open; sealed by a passphrase.',
  staying: [],
};

export const key: TopicItem<'keys'> = {
  id: 'kraken-1a2b3c4d-5e6f',
  kind: 'kraken',
  entity: 'global',
  label: 'Kraken trading',
  active: true,
  masked: 'aB3d…9xYz',
  createdAtMs: NOW_MS - 86_400_000,
  usedBy: ['Kraken main'],
  health: [
    {
      feed: 'kraken:spot',
      verdict: 'good',
      findings: [
        { check: 'signature', status: 'pass', cause: 'The venue accepted a signed call.', remedy: '' },
        { check: 'withdrawal', status: 'pass', cause: 'The key cannot withdraw.', remedy: '' },
      ],
      atMs: NOW_MS - 30_000,
    },
  ],
};

export const account: TopicItem<'accounts'> = {
  id: 'kraken-main',
  account: {
    id: 'kraken-main',
    label: 'Kraken main',
    venue: 'kraken',
    mode: 'paper',
    entity: 'global',
    products: ['spot'],
    routing: true,
    enabled: true,
    riskPerTradePct: '0.5',
    maxConcurrent: 3,
    inventory: [{ currency: 'BTC', quantity: '0.5' }],
    keys: { kraken: 'kraken-1a2b3c4d-5e6f' },
  },
  force: { inForce: true, text: 'Paper trading on Kraken follows it.', kept: [] },
  feeds: [
    {
      feed: 'kraken:spot',
      state: 'ready',
      reason: '',
      health: key.health[0] ?? null,
      privateStream: 'live',
      heardAtMs: NOW_MS - 800,
      stays: null,
      capabilities: {
        orderKinds: ['post-only', 'ioc', 'limit', 'stop-loss', 'take-profit'],
        clientOrderId: { maxLength: 18, pattern: '^[A-Za-z0-9-]{1,18}$' },
        resolvesByClientId: true,
        createDeadline: true,
        leastDeadlineS: 3,
        venueExpiry: true,
        reduceOnly: false,
        stopTriggers: ['last', 'index'],
        deadMan: { scope: 'account', cancelsStops: true, minS: 1, maxS: 86_400, renewEveryS: 20 },
        selfTradePrevention: true,
        fillStream: 'each',
        historyDays: 3650,
        sources: { deadMan: 'https://docs.kraken.com/api/docs/rest-api/cancel-all-orders-after' },
      },
    },
  ],
  balances: {
    value: [
      { wallet: 'spot', currency: 'BTC', free: '0.5', locked: '0.1' },
      { wallet: 'spot', currency: 'USD', free: '25000', locked: '0' },
    ],
    atMs: NOW_MS - 12_000,
    problem: null,
  },
  positions: { value: [], atMs: NOW_MS - 12_000, problem: null },
  externalOrders: {
    value: [
      {
        feed: 'kraken:spot',
        instrument: 'ETH-USD',
        venueOrderId: 'OABCDE-12345-FGHIJK',
        side: 'sell',
        quantity: '2',
        filled: '0.5',
        price: '4100',
      },
    ],
    atMs: NOW_MS - 12_000,
    problem: null,
  },
  fees: {
    value: [{ feed: 'kraken:spot', instrument: null, makerBps: '16', takerBps: '26' }],
    atMs: NOW_MS - 60_000,
    problem: null,
  },
};

/** An answer for each query. */
export function answerQuery(name: QueryName): QueryOutput<QueryName> {
  switch (name) {
    case 'kill.preview':
      return { sentence: 'No new deals.', venues: [{ venue: 'kraken', cancels: 0, flattens: 0, keeps: 1 }] };
    case 'deal.get':
      return deal;
    case 'report.get':
      return {
        cycle: 13,
        fromMs: NOW_MS - 6_000,
        toMs: NOW_MS - 1_000,
        mode: 'PRACTICE',
        auto: 'running',
        feeds: [],
        health: [],
        candidates: 1,
        plans: 0,
        rejects: { 'fees-kill': 1 },
        verdicts: [candidate],
        dealsOpened: [],
        dealsClosed: [],
        failovers: 0,
        funding: [],
        breakers: [],
        profiles: [],
        equityUsd: '100012.4',
        complete: true,
        missing: [],
        decisionMicros: null,
      };
    case 'market.view':
      return marketView;
    case 'feed.latency':
      return {
        feed: 'binance:perp',
        buckets: [
          { upToMs: 10, count: 12.5 },
          { upToMs: 100, count: 3 },
          { upToMs: null, count: 0 },
        ],
        p50Ms: 10,
        p99Ms: 100,
        maxMs: 88,
      };
    case 'funding.history':
      return {
        listing: BINANCE_PERP,
        rows: [
          { settledAtMs: NOW_MS - 57_600_000, rate: '0.00008', intervalMs: 28_800_000 },
          { settledAtMs: NOW_MS - 28_800_000, rate: '-0.00002', intervalMs: 28_800_000 },
        ],
      };
    case 'certification.latest':
      return { report: null, testnet: null };
    case 'practice.keys':
      return [
        {
          kind: 'kraken',
          name: 'trading',
          text: 'May read and trade.',
          fields: { apiKey: 'practice-key', secret: 'cHJhY3RpY2Utc2VjcmV0' },
        },
      ];
    case 'account.dependents':
    case 'key.dependents':
      return { sentences: ['The account “Kraken main” uses it and is disconnected at once.'], blocked: null };
    case 'reports.list':
      return [
        {
          cycle: 13,
          fromMs: NOW_MS - 6_000,
          toMs: NOW_MS - 1_000,
          candidates: 1,
          plans: 0,
          opened: 0,
          closed: 0,
          complete: true,
        },
      ];
  }
}
