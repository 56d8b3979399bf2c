import type { Divergence } from '#engine/detect/divergence';
import { PairIdentity } from '#engine/plan/identity';
import { Planner, type PlannerOptions } from '#engine/plan/planner';
import { Quarantine, type QuarantineRow } from '#engine/plan/quarantine';
import type { VenueCapabilities } from '#engine/ports';
import { AccountRules } from '#engine/risk/account-rules';
import { Breakers } from '#engine/risk/breakers';
import { EntryLimits } from '#engine/risk/entry-limits';
import { Exposure } from '#engine/risk/exposure';
import { Gate } from '#engine/risk/gate';
import { KillSwitch } from '#engine/risk/kill-switch';
import { LimitValues } from '#engine/risk/limits';
import { OrderRate } from '#engine/risk/order-rate';
import { Pacing } from '#engine/risk/pacing';
import { Permission } from '#engine/risk/permission';
import { RiskWatch } from '#engine/risk/watch';
import type { WorkingOrder } from '#engine/risk/working-orders';
import { FillTimeStats } from '#engine/route/fill-times';
import { Router } from '#engine/route/router';
import { VenueScorer } from '#engine/route/scorer';
import { VenueChecks } from '#engine/route/venue-checks';
import { paperCapabilities } from '#main/paper/venue-rules';
import { type AccountTerms, BUILT_IN_TERMS } from '#shared/domain/account-terms';
import type { ListingId, Venue } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import type { OrderIntent } from '#shared/domain/order';
import type { Plan } from '#shared/domain/plan';
import type { AutoState, Breaker, KillState } from '#shared/domain/safety';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import type { LimitName } from '#shared/settings/limits';
import { DEFAULT_SETTINGS, type Profile, type Settings } from '#shared/settings/settings';
import { FakeMarket, feedStateOf } from './fake-market.ts';
import { FakePortfolio } from './fake-portfolio.ts';

export const RIG_START_MS = Date.UTC(2026, 0, 5);

const CAPABILITIES: VenueCapabilities = {
  ...paperCapabilities('binance'),
  clientOrderId: { maxLength: 36, pattern: '^[a-z0-9-]+$' },
};

/** A BTC listing as a professional tier sees it: maker 0, taker 2 bps. */
export function bitcoin(venue: Venue, quote: string, changes: Partial<Listing> = {}): Listing {
  const id: ListingId = `${venue}:spot|BTC-${quote}`;
  return {
    id,
    venue,
    product: 'spot',
    instrument: `BTC-${quote}`,
    base: 'BTC',
    quote,
    symbol: `BTC${quote}`,
    priceTick: '0.1',
    lotStep: '0.0001',
    minQuantity: '0.0001',
    minNotional: '5',
    makerFeeBps: '0',
    takerFeeBps: '2',
    feeSource: 'practice',
    feeCurrency: 'quote',
    priceBand: null,
    status: 'normal',
    settle: quote,
    contractSize: '1',
    unitsPerBase: '1',
    funding: null,
    bookId: id,
    ...changes,
  };
}

/** `size` on each of twenty levels, a tick of 0.1 apart, around a touch. */
export function book(
  bid: string,
  ask: string,
  size = '1',
): [(readonly [string, string])[], (readonly [string, string])[]] {
  const level = (from: string, index: number, sign: number) =>
    [(Number(from) + sign * index * 0.1).toFixed(1), size] as const;
  const indexes = Array.from({ length: 20 }, (_, index) => index);
  return [indexes.map((index) => level(bid, index, -1)), indexes.map((index) => level(ask, index, 1))];
}

/**
 * Risk, router, planner and gate over fakes. Stands with four venues quoting BTC at 50,000, all inventory in place,
 * Auto mode running, and one divergence: Binance asks 50,000, Kraken bids 50,050 (10 bps).
 */
export class PlanningRig {
  readonly clock = new VirtualClock(RIG_START_MS);
  readonly market = new FakeMarket();
  readonly portfolio = new FakePortfolio();
  readonly scores = new Map<Venue, number>();
  readonly vetoes = new Set<Venue>();
  settings: Settings = DEFAULT_SETTINGS;
  auto: AutoState = 'running';
  working: WorkingOrder[] = [];
  capabilities: VenueCapabilities | undefined = CAPABILITIES;
  unfit: string | undefined = undefined;
  /** Terms a person stated, by venue. */
  readonly terms = new Map<Venue, AccountTerms>();
  lifetimeMs = 60_000;
  readonly breakerRows: Breaker[] = [];
  readonly killRows: KillState[] = [];
  readonly quarantineRows: QuarantineRow[] = [];
  readonly binance = bitcoin('binance', 'USD');
  readonly kraken = bitcoin('kraken', 'USD');
  readonly okx = bitcoin('okx', 'USD');
  readonly coinbase = bitcoin('coinbase', 'USD');
  readonly limits = new LimitValues(() => this.settings);
  readonly health = {
    score: (venue: Venue) => this.scores.get(venue) ?? 0.95,
    vetoed: (venue: Venue) => this.vetoes.has(venue),
  };
  readonly breakers: Breakers;
  readonly kill: KillSwitch;
  readonly permission: Permission;
  readonly exposure: Exposure;
  readonly orderRate: OrderRate;
  readonly pacing: Pacing;
  readonly quarantine = new Quarantine((row) => this.quarantineRows.push(row));
  readonly identity: PairIdentity;
  readonly checks: VenueChecks;
  readonly fillTimes = new FillTimeStats();
  readonly router: Router;
  readonly planner: Planner;
  readonly gate: Gate;
  readonly entryLimits: EntryLimits;
  readonly watch: RiskWatch;
  #plans = 0;

  constructor(options: Partial<Pick<PlannerOptions, 'ages'>> = {}) {
    const { clock, market, portfolio, limits, health } = this;
    const settings = () => this.settings;
    const orders = { working: () => this.working };
    const capabilities = () => this.capabilities;
    const unfit = () => this.unfit;
    this.breakers = new Breakers({ clock, limits, health, market, record: (row) => this.breakerRows.push(row) });
    this.kill = new KillSwitch({
      clock,
      portfolio,
      orders,
      record: (state) => this.killRows.push(state),
      changed: () => undefined,
    });
    this.permission = new Permission({
      auto: () => this.auto,
      kill: this.kill,
      breakers: this.breakers,
      broken: () => undefined,
    });
    this.exposure = new Exposure({ portfolio, limits, settings });
    this.orderRate = new OrderRate({ clock, limits });
    this.pacing = new Pacing({ clock, limits });
    this.identity = new PairIdentity(market, clock);
    const rules = new AccountRules({ terms: (venue) => this.terms.get(venue) ?? BUILT_IN_TERMS, portfolio });
    this.checks = new VenueChecks({ market, health, breakers: this.breakers, rules });
    const scorer = new VenueScorer({ market, health, portfolio, checks: this.checks });
    this.router = new Router({
      market,
      scorer,
      settings,
      fillTimes: this.fillTimes,
      lifetimes: { expected: () => ({ lifetimeMs: this.lifetimeMs, evidence: 20, source: 'pair' }) },
    });
    const shared = {
      clock,
      market,
      portfolio,
      health,
      settings,
      limits,
      exposure: this.exposure,
      rules,
      orderRate: this.orderRate,
      permission: this.permission,
      breakers: this.breakers,
      capabilities,
      unfit,
    };
    this.planner = new Planner({
      ...shared,
      router: this.router,
      pacing: this.pacing,
      quarantine: this.quarantine,
      identity: this.identity,
      nextPlanId: () => {
        this.#plans += 1;
        return `plan-${this.#plans}`;
      },
      ...options,
    });
    this.entryLimits = new EntryLimits(shared);
    this.gate = new Gate({ ...shared, orders, entryLimits: this.entryLimits });
    this.watch = new RiskWatch({
      exposure: this.exposure,
      orderRate: this.orderRate,
      breakers: this.breakers,
      kill: this.kill,
    });
    this.#stand();
  }

  get profile(): Profile {
    return this.settings.profiles[0] as Profile;
  }

  limit(name: LimitName, value: string): void {
    this.settings = { ...this.settings, limits: { ...this.settings.limits, [name]: value } };
  }

  route(changes: Partial<Settings['routing']>): void {
    this.settings = { ...this.settings, routing: { ...this.settings.routing, ...changes } };
  }

  /** The divergence between two listings as the detector would hand it over now, first seen `ageMs` ago. */
  divergence(ageMs = 500, buy: Listing = this.binance, sell: Listing = this.kraken): Divergence {
    const nowMs = this.clock.monoMs();
    const ask = Number(this.market.snapshot(buy.id)?.ask ?? Number.NaN);
    const bid = Number(this.market.snapshot(sell.id)?.bid ?? Number.NaN);
    const rate = sell.quote === buy.quote ? 1 : this.market.rate(sell.quote, buy.quote);
    return {
      key: `${buy.id}>${sell.id}`,
      base: buy.base,
      buy,
      sell,
      firstSeenMonoMs: nowMs - ageMs,
      grossBps: ((bid * rate) / ask - 1) * 10_000,
      lastSeenMonoMs: nowMs,
    };
  }

  judge(ageMs = 500) {
    return this.planner.judge(this.divergence(ageMs), this.profile);
  }

  /** The reason of a fresh judgement, `plan` when it is one. */
  verdict(ageMs = 500): string {
    const { verdict } = this.judge(ageMs).candidate;
    return verdict.kind === 'plan' ? 'plan' : verdict.reason;
  }

  #stand(): void {
    const { market, portfolio } = this;
    for (const listing of [this.binance, this.kraken, this.okx, this.coinbase]) {
      market.list(listing);
      portfolio.hold(listing.venue, 'BTC', '2');
      portfolio.hold(listing.venue, 'USD', '100000');
      portfolio.drifts.set(`${listing.venue}/BTC`, { target: '2', drift: '0' });
    }
    market.quote(this.binance.id, ...book('49999.9', '50000.0'));
    market.quote(this.kraken.id, ...book('50050.0', '50050.1'));
    market.quote(this.okx.id, ...book('50020.0', '50020.1'));
    market.quote(this.coinbase.id, ...book('50025.0', '50025.1'));
    market.mids.set('BTC', '50025');
    market.feedStates = (['binance', 'coinbase', 'bybit', 'okx', 'kraken'] as const).map((venue) => feedStateOf(venue));
  }
}

/** The order that begins a plan, as the runner would give it to the gate. */
export function entryOf(plan: Plan): OrderIntent {
  const [leg] = plan.legs;
  if (leg === undefined) throw new Error('a plan without legs');
  return {
    clientOrderId: 'a1',
    dealId: 'd1',
    leg: 0,
    account: leg.account,
    venue: leg.venue,
    listing: leg.listing,
    side: leg.side,
    kind: leg.kind,
    purpose: 'entry',
    quantity: leg.quantity,
    price: leg.limitPrice,
    createBeforeMs: RIG_START_MS + 1000,
    expiresAtMs: leg.kind === 'post-only' ? plan.expiresAtMs : null,
  };
}
