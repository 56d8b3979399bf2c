import type { FeedId, Venue } from '#shared/domain/ids';
import { FEEDS, VENUES, venueOf } from '#shared/domain/ids';
import type { PracticeState } from '#shared/domain/practice';
import type { Random } from '#shared/kernel/random';
import { SeededRandom } from '#shared/kernel/random';
import type { Clock } from '#shared/kernel/time';
import { Exchange } from './exchange/exchange.ts';
import { PracticeFaults } from './faults.ts';
import { FrontDoor } from './wire/front-door.ts';
import { FeedGate } from './wire/gate.ts';
import { MaintenanceBoard } from './wire/maintenance-board.ts';
import type { FeedContext, LocalVenue, VenueWire } from './wire/venue.ts';
import { VenueClock } from './wire/venue-clock.ts';
import { WIRES } from './wires.ts';
import type { DislocationRates } from './world/dislocations.ts';
import { DEFAULT_RATES } from './world/dislocations.ts';
import { PRACTICE_NOTE, RECORDED_NOTE } from './world/labels.ts';
import { RecordedWorld } from './world/recorded.ts';
import type { RecordedCandles, RecordedWarning } from './world/recorded-bars.ts';
import { readRecordedFolder } from './world/recorded-folder.ts';
import { SyntheticWorld } from './world/synthetic.ts';
import type { MarketListener, World } from './world/world.ts';

export { PRACTICE_NOTE, RECORDED_NOTE } from './world/labels.ts';
export type { RecordedWarning } from './world/recorded-bars.ts';
export { RecordedFolderError, readRecordedFolder } from './world/recorded-folder.ts';

export interface PracticeOptions {
  readonly seed: number;
  readonly clock: Clock;
  /** Invented, or driven by a folder of recorded candles; after its last bar it halts (default) or begins again. */
  readonly world: 'synthetic' | { readonly recorded: string; readonly atEnd?: 'halt' | 'loop' | undefined };
  /** Mean changes of each book a second; default 7. */
  readonly updatesPerSecond?: number | undefined;
  /** How often markets leave the rest; default {@link DEFAULT_RATES}. */
  readonly dislocations?: DislocationRates | undefined;
  /** Invented coins beside the named ones, each with a spot market and a perpetual on every venue; default 0. */
  readonly assets?: number | undefined;
  /** Only these feeds have markets, for who reads no others; every one when left out. Of the synthetic world alone. */
  readonly feeds?: readonly FeedId[] | undefined;
}

export interface PracticeWorld {
  readonly kind: World['kind'];
  /** One sentence for the screen. */
  readonly note: string;
  readonly servers: readonly LocalVenue[];
  /** Every host name answered for: what a client's transport redirects here. */
  readonly hosts: readonly string[];
  /** Every market of every feed that is served, in the order of the feeds. */
  readonly instruments: readonly { readonly feed: FeedId; readonly venue: Venue; readonly instrument: string }[];
  readonly faults: PracticeFaults;
  /** The private side of every venue: accounts, keys, orders. */
  readonly exchanges: readonly Exchange[];
  exchange(venue: Venue): Exchange;
  /** What was wrong with the recorded folder and how it is handled; empty for the synthetic world. */
  readonly warnings: readonly RecordedWarning[];
  /** The recording's own time, UTC epoch ms; `null` for the synthetic world. */
  readonly recordedPeriod: { readonly fromMs: number; readonly toMs: number } | null;
  /** As the Practice panel shows it. */
  state(): PracticeState;
  start(): void;
  stop(): void;
}

/**
 * Builds the practice venues over one world. Nothing moves before `start`.
 * @throws {RecordedFolderError} when a recorded folder cannot be used.
 */
export function createPracticeWorld(options: PracticeOptions): PracticeWorld {
  const random = new SeededRandom(options.seed).fork('practice');
  const recorded = options.world === 'synthetic' ? null : recordedOrThrow(options.world.recorded);
  const world = createWorld(options, recorded, random.fork('world'));
  const wires: VenueWire[] = [];
  const servers: LocalVenue[] = [];
  const contexts = new Map<FeedId, FeedContext>();
  const venues = new Map(VENUES.map((venue) => [venue, venueParts(venue, world, options.clock, random)]));
  for (const { name, feeds, Wire } of WIRES) {
    const { clock, exchange, maintenance } = partsOf(venues, venueOf(feeds[0]));
    const own = new Map(feeds.map((feed) => [feed, feedContext(feed, world, clock)]));
    const feed = (one: FeedId): FeedContext => contextOf(own, one);
    const wire = new Wire({ clock, random: random.fork(`wire/${name}`), exchange, maintenance, feed });
    wires.push(wire);
    // A feed without a market in this world can neither fail nor keep its venue's shared calls alive.
    const present = [...own.values()].filter(({ markets }) => markets.length > 0);
    servers.push(new FrontDoor(wire, new Map(present.map(({ feed, gate }) => [feed, gate]))));
    for (const context of present) contexts.set(context.feed, context);
  }
  const served = FEEDS.flatMap((feed) => contexts.get(feed) ?? []);
  const note = recorded === null ? PRACTICE_NOTE : RECORDED_NOTE;
  const exchange = (venue: Venue): Exchange => partsOf(venues, venue).exchange;
  const maintenance = (venue: Venue): MaintenanceBoard => partsOf(venues, venue).maintenance;
  const faults = new PracticeFaults({ world, feeds: served, clock: options.clock, exchange, maintenance });
  return {
    kind: world.kind,
    note,
    servers,
    hosts: servers.flatMap((server) => server.hosts),
    instruments: served.flatMap(({ feed, markets }) =>
      markets.map(({ spec }) => ({ feed, venue: spec.venue, instrument: spec.instrument })),
    ),
    faults,
    exchanges: VENUES.map(exchange),
    exchange,
    warnings: recorded?.warnings ?? [],
    recordedPeriod: recorded === null ? null : { fromMs: recorded.fromMs, toMs: recorded.toMs },
    state: () => ({
      world: world.kind,
      note,
      seed: options.seed,
      feeds: served.map(({ feed, gate, markets }) => ({
        feed,
        instruments: markets.map(({ spec }) => spec.instrument),
        sockets: gate.sockets.size,
        framesSent: gate.framesSent,
      })),
      active: faults.active(),
    }),
    start: () => {
      world.start();
      for (const wire of wires) wire.start();
    },
    stop: () => {
      world.stop();
      for (const wire of wires) wire.stop();
    },
  };
}

/** What all wires of a venue share: its clock, its accounts, its announcements. */
interface VenueParts {
  readonly clock: VenueClock;
  readonly exchange: Exchange;
  readonly maintenance: MaintenanceBoard;
}

function venueParts(venue: Venue, world: World, worldClock: Clock, random: Random): VenueParts {
  const clock = new VenueClock(worldClock);
  const exchange = new Exchange({
    venue,
    markets: (feed) => world.marketsOf(feed),
    listen: (feed, listener) => world.listen(feed, listener),
    clock,
    random: random.fork(`exchange/${venue}`),
  });
  return { clock, exchange, maintenance: new MaintenanceBoard(clock) };
}

function partsOf(venues: ReadonlyMap<Venue, VenueParts>, venue: Venue): VenueParts {
  const parts = venues.get(venue);
  if (parts === undefined) throw new RangeError(`no venue ${venue}`);
  return parts;
}

function feedContext(feed: FeedId, world: World, clock: VenueClock): FeedContext {
  const markets = world.marketsOf(feed);
  return {
    feed,
    markets,
    listed: () => markets.filter((market) => market.status !== 'delisted'),
    gate: new FeedGate(feed, clock, () => world.isOut(feed)),
    listen: (listener) => world.listen(feed, inVenueTime(listener, clock)),
  };
}

function contextOf(own: ReadonlyMap<FeedId, FeedContext>, feed: FeedId): FeedContext {
  const context = own.get(feed);
  if (context === undefined) throw new RangeError(`this wire does not serve ${feed}`);
  return context;
}

/** Trades carry the world's time; a venue whose clock is ahead writes its own. */
function inVenueTime(listener: MarketListener, clock: VenueClock): MarketListener {
  return {
    bookChanged: (market, changes) => listener.bookChanged(market, changes),
    traded: (market, trades) =>
      listener.traded(
        market,
        clock.aheadMs === 0 ? trades : trades.map((trade) => ({ ...trade, atMs: trade.atMs + clock.aheadMs })),
      ),
    statusChanged: (market) => listener.statusChanged(market),
    referenceChanged: (market) => listener.referenceChanged?.(market),
    settled: (market, settlement) => listener.settled?.(market, settlement),
  };
}

function recordedOrThrow(folder: string): RecordedCandles {
  const read = readRecordedFolder(folder);
  if (!read.ok) throw read.error;
  return read.value;
}

function createWorld(options: PracticeOptions, recorded: RecordedCandles | null, random: Random): World {
  const { clock, updatesPerSecond = 7 } = options;
  if (recorded === null || options.world === 'synthetic') {
    const { dislocations: rates = DEFAULT_RATES, assets, feeds } = options;
    return new SyntheticWorld({ random, clock, updatesPerSecond, rates, assets, feeds });
  }
  return new RecordedWorld({ recorded, random, clock, updatesPerSecond, atEnd: options.world.atEnd ?? 'halt' });
}
