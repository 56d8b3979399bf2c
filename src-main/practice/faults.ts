import type { FeedId, Venue } from '#shared/domain/ids';
import { productOf, venueOf } from '#shared/domain/ids';
import type { TradingStatus } from '#shared/domain/listing';
import type { ActiveFault, FaultCommand, FaultName } from '#shared/domain/practice';
import { faultTerms } from '#shared/domain/practice';
import type { Result } from '#shared/kernel/result';
import { err, ok } from '#shared/kernel/result';
import type { Clock } from '#shared/kernel/time';
import type { Exchange } from './exchange/exchange.ts';
import { isOnceOrderFault, isSwitchOrderFault } from './exchange/order-faults.ts';
import { isDeltaFault } from './wire/delta-faults.ts';
import type { MaintenanceBoard } from './wire/maintenance-board.ts';
import type { FeedContext } from './wire/venue.ts';
import type { MarketSpec } from './world/market-spec.ts';
import { HOUR_MS } from './world/perpetual.ts';
import type { MarketView, World } from './world/world.ts';

const STATUS_FAULTS = {
  halt: 'halted',
  'post-only': 'post-only',
  delist: 'delisted',
} as const satisfies Partial<Record<FaultName, TradingStatus>>;
const isStatusFault = (name: FaultName): name is keyof typeof STATUS_FAULTS => name in STATUS_FAULTS;

/** How long an announced maintenance lasts. */
const MAINTENANCE_MS = 300_000;
const PROSE = 'announces no maintenance that a program could read';
/** What these venues say of maintenance to come tells no times. */
const UNANNOUNCED: readonly FeedId[] = ['binance:spot', 'binance:perp', 'coinbase:perp'];

const CHECKSUM_FEEDS: readonly FeedId[] = ['kraken:spot', 'okx:spot', 'okx:perp'];
const INTERVAL_HOURS: readonly number[] = [1, 2, 4, 8];

export interface PracticeFaultsOptions {
  readonly world: World;
  /** The feeds that are served. */
  readonly feeds: readonly FeedContext[];
  readonly clock: Clock;
  readonly exchange: (venue: Venue) => Exchange;
  readonly maintenance: (venue: Venue) => MaintenanceBoard;
}

/** What an accepted command does, and to what. */
interface Resolved {
  readonly context: FeedContext;
  readonly fault: FaultName;
  readonly amount: number | null;
  readonly market: MarketView | null;
}

/** What goes wrong on the practice venues (PP-3). Everything takes effect at once. */
export class PracticeFaults {
  readonly #options: PracticeFaultsOptions;
  readonly #active = new Map<string, ActiveFault>();
  /** How the instruments with a status fault stood before. */
  readonly #statusBefore = new Map<MarketView, TradingStatus>();
  /** Feeds whose announced maintenance is under way. */
  readonly #standing = new Set<FeedId>();

  constructor(options: PracticeFaultsOptions) {
    this.#options = options;
  }

  /**
   * Switches a fault, or lets a one-off happen. Gives what is active now because of it: `null` after switching off and for
   * a one-off that has already happened. The error says what does not fit, and nothing was changed then.
   */
  apply(command: FaultCommand): Result<ActiveFault | null, string> {
    const read = this.#resolve(command);
    if (!read.ok) return read;
    const { context, fault, amount, market } = read.value;
    const key = keyOf(read.value);
    if (!command.on) {
      this.#active.delete(key);
      this.#act(read.value, false);
      return ok(null);
    }
    const active: ActiveFault = {
      feed: context.feed,
      fault,
      amount,
      instrument: market?.spec.instrument ?? null,
      sinceMs: this.#options.clock.wallMs(),
    };
    // Put last: of several statuses of one instrument the latest holds.
    this.#active.delete(key);
    if (faultTerms(fault).kind === 'switch' || waits(fault)) this.#active.set(key, active);
    this.#act(read.value, true);
    return ok(this.#active.has(key) ? active : null);
  }

  /** Faults that are on and one-offs that still wait for something to happen to, oldest first. */
  active(): ActiveFault[] {
    for (const [key, { feed, fault }] of this.#active) {
      if (isDeltaFault(fault) && !this.#context(feed)?.gate.deltas.isArmed(fault)) this.#active.delete(key);
      if (isOnceOrderFault(fault) && !this.#exchange(feed).faults(feed).isArmed(fault)) this.#active.delete(key);
      if (fault === 'announced-maintenance' && !this.#board(feed).isPlanned(feed)) this.#active.delete(key);
    }
    return [...this.#active.values()];
  }

  /** Switches everything off. */
  clear(): void {
    for (const { feed, fault, instrument } of this.active()) {
      if (isDeltaFault(fault)) this.#context(feed)?.gate.deltas.disarmAll();
      else if (isOnceOrderFault(fault)) this.#exchange(feed).faults(feed).disarmAll();
      else this.apply({ feed, fault, on: false, ...(instrument === null ? {} : { instrument }) });
    }
    this.#active.clear();
  }

  /** Sends `text` as it is to every open socket of the feed. */
  sendRaw(feed: FeedId, text: string): void {
    this.#context(feed)?.gate.sendRaw(text);
  }

  /** MD-8: any status, shown in the venue's catalogue, and on its socket where the venue announces it there. */
  setStatus(feed: FeedId, instrument: string, status: TradingStatus): void {
    this.#options.world.setStatus(feed, instrument, status);
  }

  #exchange(feed: FeedId): Exchange {
    return this.#options.exchange(venueOf(feed));
  }

  #board(feed: FeedId): MaintenanceBoard {
    return this.#options.maintenance(venueOf(feed));
  }

  #context(feed: FeedId): FeedContext | undefined {
    return this.#options.feeds.find((context) => context.feed === feed);
  }

  #resolve({ feed, fault, on, amount, instrument }: FaultCommand): Result<Resolved, string> {
    const terms = faultTerms(fault);
    const context = this.#context(feed);
    if (context === undefined || context.markets.length === 0) return err(`${feed} is not part of this practice world`);
    if (!on && terms.kind === 'once') return err(`${fault} happens once: there is nothing to switch off`);
    if (amount !== undefined && terms.amount === null) return err(`${fault} takes no amount`);
    if (instrument !== undefined && terms.instrument !== true) {
      return err(`${fault} is for a whole feed, not for ${instrument} alone`);
    }
    const market =
      terms.instrument === true
        ? context.markets.find(({ spec }) => instrument === undefined || namesOf(spec).includes(instrument))
        : null;
    if (market === undefined) return err(`${feed} has no instrument ${instrument ?? ''}`);
    const misfit = this.#misfit(context, fault, amount ?? terms.amount) ?? this.#nothingHeld(context, fault, market);
    return misfit === null ? ok({ context, fault, amount: amount ?? terms.amount, market }) : err(misfit);
  }

  /** Why the fault cannot happen on the feed. */
  #misfit({ feed, markets }: FeedContext, fault: FaultName, amount: number | null): string | null {
    if (fault === 'bad-checksum' && !CHECKSUM_FEEDS.includes(feed)) return `${feed} sends no checksum`;
    if (fault === 'depeg' && this.#options.world.kind === 'recorded') return 'recorded prices cannot be changed';
    if (fault === 'announced-maintenance' && UNANNOUNCED.includes(feed)) return `${feed} ${PROSE}`;
    if (fault !== 'funding-interval') return null;
    if (productOf(feed) !== 'perp') return `${feed} has no funding`;
    if (markets[0]?.perp?.accrual === 'continuous') return `${feed} accrues funding continuously, hour by hour`;
    if (amount === null || !INTERVAL_HOURS.includes(amount)) return 'a funding interval is 1, 2, 4 or 8 hours';
    return null;
  }

  /** Why nothing can be taken from a position. */
  #nothingHeld({ feed }: FeedContext, fault: FaultName, market: MarketView | null): string | null {
    if (fault !== 'auto-deleverage' && fault !== 'liquidate') return null;
    if (productOf(feed) !== 'perp') return `${feed} has no positions`;
    if (this.#exchange(feed).holdsPosition(feed, market)) return null;
    return `nobody holds a position in ${market?.spec.instrument ?? feed}`;
  }

  #act({ context, fault, amount, market }: Resolved, on: boolean): void {
    const { world } = this.#options;
    const { gate, feed } = context;
    if (isDeltaFault(fault)) {
      gate.deltas.arm(fault);
      return;
    }
    if (isOnceOrderFault(fault)) {
      this.#exchange(feed).faults(feed).arm(fault);
      return;
    }
    if (isSwitchOrderFault(fault)) {
      // An announced maintenance that is under way stays one.
      const stands = fault === 'maintenance' && this.#standing.has(feed);
      this.#exchange(feed)
        .faults(feed)
        .turn(fault, on || stands);
      return;
    }
    if (isStatusFault(fault)) {
      if (market !== null) this.#showStatus(feed, market);
      return;
    }
    switch (fault) {
      case 'announced-maintenance':
        this.#plan(feed, on, amount ?? 0);
        return;
      case 'disconnect':
        gate.dropConnections();
        return;
      case 'service-restart':
        gate.restart();
        return;
      case 'clock-skew':
        gate.clock.aheadMs = on ? (amount ?? 0) : 0;
        return;
      case 'funding-interval':
        if (market !== null) {
          world.setFundingInterval(feed, market.spec.instrument, on && amount !== null ? amount * HOUR_MS : null);
        }
        return;
      case 'auto-deleverage':
        if (market !== null) this.#exchange(feed).deleverage(market);
        return;
      case 'liquidate':
        this.#exchange(feed).liquidate(feed);
        return;
      case 'depeg':
        world.depeg(on ? (amount ?? 0) : 0);
        return;
      case 'latency':
      case 'lagging':
      case 'reconnect-storm':
        gate.turn(fault, on ? amount : null);
        return;
      default:
        gate.turn(fault, on);
    }
  }

  /** An announcement, and what comes of it: from its begin to its end nothing trades and every signed call is turned away. */
  #plan(feed: FeedId, on: boolean, afterS: number): void {
    const feeds = announcedTogether(feed).filter((one) => this.#context(one) !== undefined);
    // One that is under way ends here, or gives way to the new one.
    this.#stand(feeds, false);
    if (!on) this.#board(feed).callOff(feed);
    else this.#board(feed).announce(feeds, afterS * 1000, MAINTENANCE_MS, (begun) => this.#stand(feeds, begun));
  }

  #stand(feeds: readonly FeedId[], still: boolean): void {
    for (const feed of feeds) {
      if (this.#standing.has(feed) === still) continue;
      if (still) this.#standing.add(feed);
      else this.#standing.delete(feed);
      const switched = this.#active.has(`maintenance ${feed} `);
      this.#exchange(feed)
        .faults(feed)
        .turn('maintenance', still || switched);
      for (const market of this.#context(feed)?.markets ?? []) this.#showStatus(feed, market);
    }
  }

  /** The status of the latest fault of the instrument, or the one it had before the first; a maintenance goes before all. */
  #showStatus(feed: FeedId, market: MarketView): void {
    const { instrument } = market.spec;
    const before = this.#statusBefore.get(market) ?? market.status;
    this.#statusBefore.set(market, before);
    let status: TradingStatus | null = null;
    for (const one of this.#active.values()) {
      if (one.feed === feed && one.instrument === instrument && isStatusFault(one.fault)) {
        status = STATUS_FAULTS[one.fault];
      }
    }
    if (this.#standing.has(feed)) status = 'maintenance';
    if (status === null) this.#statusBefore.delete(market);
    this.#options.world.setStatus(feed, instrument, status ?? before);
  }
}

/** A one-off that waits for the next thing it fits. */
const waits = (fault: FaultName): boolean => isDeltaFault(fault) || isOnceOrderFault(fault);

/** A book that its venue shows under two names answers to both (ID-3). */
const namesOf = ({ instrument, base, aliasQuote }: MarketSpec): readonly string[] =>
  aliasQuote === null ? [instrument] : [instrument, `${base}-${aliasQuote}`];

/** OKX's announcements name services, which both products need. */
const announcedTogether = (feed: FeedId): readonly FeedId[] =>
  venueOf(feed) === 'okx' ? ['okx:spot', 'okx:perp'] : [feed];

/** What may be active only once: a depeg in the world, a skew at a venue, the rest at a feed or one of its instruments. */
function keyOf({ context, fault, market }: Resolved): string {
  if (fault === 'depeg') return fault;
  if (fault === 'clock-skew') return `${fault} ${venueOf(context.feed)}`;
  if (fault === 'announced-maintenance') return `${fault} ${announcedTogether(context.feed).join(' ')}`;
  return `${fault} ${context.feed} ${market?.spec.instrument ?? ''}`;
}
