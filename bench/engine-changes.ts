import { ASK, BID, type Book, type BookUpdate, MONO_MS, VENUE_TIME_MS } from '#engine/ports';
import { SystemClock } from '#main/app/system-clock';
import { startVirtualRun } from '#main/app/virtual-run';
import { ReplayTally } from '#main/replay/summary';
import {
  FEEDS,
  type FeedId,
  feedOfListing,
  listingId,
  productOf,
  VENUES,
  type Venue,
  venueOf,
} from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import { SeededRandom } from '#shared/kernel/random';
import { DEFAULT_SETTINGS } from '#shared/settings/settings';
import { digits, median } from './measure.ts';

/** What a change of a book costs the engine, decoding and sockets left out. */
export interface EngineChangesResult {
  readonly feeds: number;
  readonly listings: number;
  readonly changes: number;
  /** Per change, µs: the run is measured in a hundred slices; the median of their means. */
  readonly micros: number;
  /** Lowest and highest of them. */
  readonly bestSlice: number;
  readonly worstSlice: number;
  /** CPU time of the process per change, µs: collecting garbage included, other processes not. */
  readonly cpuMicros: number;
  readonly bytesPerChange: number | null;
  readonly divergences: number;
  readonly rejects: Readonly<Record<string, number>>;
}

const SEED = 11;
const COINS = 50;
const LEVELS = 25;
/** Volatility and health need that long to be measured. */
const WARM_UP_MS = 15_000;
const CHANGES = 100_000;
const SLICES = 100;
/** A perpetual's standing premium over its coin's spot prices, bps. */
const BASIS_BPS = 8;
/** How far a venue's own price wanders from the fair one, bps: apart often, beyond fees seldom. */
const WANDER_BPS = 4;
const TICK_DIGITS = 4;

const QUOTES: Readonly<Record<Venue, { readonly spot: string; readonly perp: string }>> = {
  binance: { spot: 'USDT', perp: 'USDT' },
  coinbase: { spot: 'USD', perp: 'USDC' },
  bybit: { spot: 'USDT', perp: 'USDT' },
  okx: { spot: 'USDT', perp: 'USDT' },
  kraken: { spot: 'USD', perp: 'USD' },
};

interface Quoted {
  readonly listing: Listing;
  readonly book: Book;
  readonly fair: number;
  readonly tick: number;
  offsetBps: number;
  mid: number;
  sequence: number;
}

interface Change {
  readonly feed: FeedId;
  readonly book: Book;
  readonly update: BookUpdate;
}

/**
 * Ten feeds of fifty instruments: fifty coins, spot and perpetual on each venue, perpetuals at a standing basis, spot
 * prices that wander apart and back. Each change writes a few levels into one book, as a decoder does; two in five move
 * the touch. All of the engine runs: freshness, composite, detection, planning, paper venues, telemetry.
 */
export async function benchEngineChanges(): Promise<EngineChangesResult> {
  const clock = new SystemClock((error) => {
    throw error;
  });
  const run = startVirtualRun({
    clock,
    seed: SEED,
    settings: () => DEFAULT_SETTINGS,
    feeds: [],
    venues: VENUES,
    tally: new ReplayTally(Number.POSITIVE_INFINITY, () => Number.NaN),
  });
  const { market } = run.engine;
  const random = new SeededRandom(SEED);
  const listings = FEEDS.map((feed) => ({ feed, listings: listingsOf(feed) }));
  for (const { feed, listings: its } of listings) {
    market.catalogue(feed, its);
    market.connection(feed, 'connected', 1, '');
    market.skew(feed, 0, 20);
    market.heard(feed, clock.monoMs());
  }
  const coins = listings.flatMap(({ listings: its }) =>
    its.filter(({ base }) => base.startsWith('C')).map((listing) => quoted(listing, market.book(listing.id))),
  );
  const stable = listings.flatMap(({ listings: its }) =>
    its.filter(({ base }) => !base.startsWith('C')).map((listing) => quoted(listing, market.book(listing.id))),
  );
  for (const one of [...stable, ...coins]) snapshot(one, clock.monoMs());
  const change = ({ feed, book, update }: Change): void => {
    const monoMs = clock.monoMs();
    market.heard(feed, monoMs);
    update.stamps[VENUE_TIME_MS] = clock.wallMs() - 5;
    update.stamps[MONO_MS] = monoMs;
    book.write(update);
    book.seal(update);
    market.frame(feed, 200, 5);
  };
  const next = (): Change => step(random.next() < 0.01 ? pick(stable, random) : pick(coins, random), random);
  await new Promise((resolve) => setTimeout(resolve, 1100));
  for (const fromMs = clock.monoMs(); clock.monoMs() - fromMs < WARM_UP_MS; ) {
    for (let index = 0; index < 50; index += 1) change(next());
    // Timers (least ages, cycles) run between frames, as they do live.
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const order = Array.from({ length: CHANGES }, next);
  const slices: number[] = [];
  let bytes = 0;
  let cpu = 0;
  let measuredBytes = 0;
  for (let slice = 0; slice < SLICES; slice += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const from = (slice * CHANGES) / SLICES;
    const to = ((slice + 1) * CHANGES) / SLICES;
    const heap = process.memoryUsage().heapUsed;
    const cpuBefore = process.cpuUsage();
    const startedMs = performance.now();
    for (let index = from; index < to; index += 1) change(order[index] as Change);
    slices.push(((performance.now() - startedMs) * 1000) / (to - from));
    const used = process.cpuUsage(cpuBefore);
    cpu += used.user + used.system;
    const grown = process.memoryUsage().heapUsed - heap;
    if (grown > 0) {
      bytes += grown;
      measuredBytes += to - from;
    }
  }
  const result: EngineChangesResult = {
    feeds: FEEDS.length,
    listings: coins.length + stable.length,
    changes: CHANGES,
    micros: digits(median(slices)),
    bestSlice: digits(Math.min(...slices)),
    worstSlice: digits(Math.max(...slices)),
    cpuMicros: digits(cpu / CHANGES),
    bytesPerChange: measuredBytes === 0 ? null : digits(bytes / measuredBytes),
    divergences: run.engine.counts().found,
    rejects: run.recorder.rejects(),
  };
  await run.stop();
  clock.stop();
  return result;
}

function listingsOf(feed: FeedId): Listing[] {
  const venue = venueOf(feed);
  const product = productOf(feed);
  const quote = QUOTES[venue][product];
  const made = Array.from({ length: COINS }, (_, index) => listingOf(feed, `C${index}`, quote));
  if (feed === 'kraken:spot') made.push(listingOf(feed, 'USDT', 'USD'), listingOf(feed, 'USDC', 'USD'));
  return made;
}

function listingOf(feed: FeedId, base: string, quote: string): Listing {
  const product = productOf(feed);
  const instrument = `${base}-${quote}${product === 'perp' ? '-PERP' : ''}`;
  const id = listingId(feed, instrument);
  return {
    id,
    venue: venueOf(feed),
    product,
    instrument,
    base,
    quote,
    symbol: instrument,
    priceTick: '0.0001',
    lotStep: '0.001',
    minQuantity: '0.001',
    minNotional: '5',
    makerFeeBps: '1',
    takerFeeBps: '4',
    feeSource: 'practice',
    feeCurrency: 'quote',
    priceBand: null,
    status: 'normal',
    settle: quote,
    contractSize: '1',
    unitsPerBase: '1',
    funding: product === 'perp' ? { accrual: 'snapshot', intervalMs: 28_800_000 } : null,
    bookId: id,
  };
}

function quoted(listing: Listing, book: Book): Quoted {
  const coin = listing.base.startsWith('C');
  const fair = coin ? 10 + Number(listing.base.slice(1)) * 7 : 1;
  return {
    listing,
    book,
    fair: coin && listing.product === 'perp' ? fair * (1 + BASIS_BPS / 10_000) : fair,
    tick: coin ? Number((fair * 0.00005).toFixed(TICK_DIGITS)) : 0.0001,
    offsetBps: 0,
    mid: fair,
    sequence: 1,
  };
}

const onTick = (price: number, tick: number): number => Number((Math.round(price / tick) * tick).toFixed(TICK_DIGITS));
const pick = (all: readonly Quoted[], random: SeededRandom): Quoted =>
  all[Math.floor(random.next() * all.length)] as Quoted;

function snapshot(one: Quoted, monoMs: number): void {
  one.mid = onTick(one.fair, one.tick);
  one.book.reset();
  for (let level = 1; level <= LEVELS; level += 1) {
    one.book.set(BID, onTick(one.mid - level * one.tick, one.tick), 50);
    one.book.set(ASK, onTick(one.mid + level * one.tick, one.tick), 50);
  }
  one.book.commit(Number.NaN, one.sequence, monoMs);
}

/** The next change: the size of a level, or the touch moved by a tick. */
function step(one: Quoted, random: SeededRandom): Change {
  const { tick, listing, book } = one;
  const levels: (readonly [side: 0 | 1, price: number, size: number])[] = [];
  one.sequence += 1;
  const before = one.mid;
  if (one.fair > 2 && random.next() < 0.4) {
    one.offsetBps = Math.max(-WANDER_BPS, Math.min(WANDER_BPS, one.offsetBps + (random.next() - 0.5)));
    const wanted = onTick(one.fair * (1 + one.offsetBps / 10_000), tick);
    const by = wanted > before ? tick : wanted < before ? -tick : 0;
    if (by !== 0) {
      one.mid = onTick(before + by, tick);
      // The old touch on one side goes, a new one appears on the other.
      levels.push([by > 0 ? ASK : BID, one.mid, 0], [by > 0 ? BID : ASK, before, 10 + Math.floor(random.next() * 40)]);
    }
  }
  if (levels.length === 0) {
    const side = random.next() < 0.5 ? BID : ASK;
    const depth = 1 + Math.floor(random.next() * 6);
    const price = onTick(one.mid + (side === BID ? -depth : depth) * tick, tick);
    levels.push([side, price, 10 + Math.floor(random.next() * 40)]);
  }
  const update: BookUpdate = {
    count: levels.length,
    sides: Uint8Array.from(levels, ([side]) => side),
    prices: Float64Array.from(levels, ([, price]) => price),
    sizes: Float64Array.from(levels, ([, , size]) => size),
    stamps: Float64Array.of(Number.NaN, one.sequence, Number.NaN),
  };
  return { feed: feedOfListing(listing.id), book, update };
}
