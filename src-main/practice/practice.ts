import type { Venue } from '#shared/domain/ids';
import { VENUES } from '#shared/domain/ids';
import type { Random } from '#shared/kernel/random';
import { SeededRandom } from '#shared/kernel/random';
import type { Clock } from '#shared/kernel/time';
import type { VenueServer } from '#shared/kernel/transport';
import { PracticeFaults } from './faults.ts';
import { BinanceServer } from './wire/binance/server.ts';
import { BybitServer } from './wire/bybit/server.ts';
import { CoinbaseServer } from './wire/coinbase/server.ts';
import { VenueGate } from './wire/gate.ts';
import { KrakenServer } from './wire/kraken/server.ts';
import { OkxServer } from './wire/okx/server.ts';
import type { PracticeVenue, WireContext } from './wire/venue.ts';
import type { DislocationRates } from './world/dislocations.ts';
import { DEFAULT_RATES } from './world/dislocations.ts';
import { PRACTICE_NOTE, RECORDED_NOTE } from './world/labels.ts';
import { RecordedWorld } from './world/recorded.ts';
import type { RecordedCandles, RecordedWarning } from './world/recorded-bars.ts';
import { readRecordedFolder } from './world/recorded-folder.ts';
import { SyntheticWorld } from './world/synthetic.ts';
import type { World } from './world/world.ts';

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
}

export interface PracticeWorld {
  readonly kind: World['kind'];
  /** One sentence for the screen. */
  readonly note: string;
  readonly servers: readonly VenueServer[];
  /** Every host name answered for: what a client's transport redirects here. */
  readonly hosts: readonly string[];
  readonly instruments: readonly { readonly venue: Venue; readonly instrument: string }[];
  readonly faults: PracticeFaults;
  /** What was wrong with the recorded folder and how it is handled; empty for the synthetic world. */
  readonly warnings: readonly RecordedWarning[];
  /** The recording's own time, UTC epoch ms; `null` for the synthetic world. */
  readonly recordedPeriod: { readonly fromMs: number; readonly toMs: number } | null;
  start(): void;
  stop(): void;
}

const WIRES: Readonly<Record<Venue, new (context: WireContext) => PracticeVenue>> = {
  binance: BinanceServer,
  coinbase: CoinbaseServer,
  bybit: BybitServer,
  okx: OkxServer,
  kraken: KrakenServer,
};

/**
 * Builds the practice venues over one world. Nothing moves before `start`.
 * @throws {RecordedFolderError} when a recorded folder cannot be used.
 */
export function createPracticeWorld(options: PracticeOptions): PracticeWorld {
  const random = new SeededRandom(options.seed).fork('practice');
  const recorded = options.world === 'synthetic' ? null : recordedOrThrow(options.world.recorded);
  const world = createWorld(options, recorded, random.fork('world'));
  const venues = new Map<Venue, PracticeVenue>();
  for (const venue of VENUES) {
    const Wire = WIRES[venue];
    const gate = new VenueGate(venue, () => world.isOut(venue));
    venues.set(venue, new Wire({ world, clock: options.clock, random: random.fork(`wire/${venue}`), gate }));
  }
  const gates = new Map([...venues].map(([venue, server]) => [venue, server.gate]));
  return {
    kind: world.kind,
    note: recorded === null ? PRACTICE_NOTE : RECORDED_NOTE,
    servers: [...venues.values()],
    hosts: [...venues.values()].flatMap((server) => server.hosts),
    instruments: [...venues.keys()].flatMap((venue) =>
      world.marketsOf(venue).map((market) => ({ venue, instrument: market.spec.instrument })),
    ),
    faults: new PracticeFaults(gates, world),
    warnings: recorded?.warnings ?? [],
    recordedPeriod: recorded === null ? null : { fromMs: recorded.fromMs, toMs: recorded.toMs },
    start: () => {
      world.start();
      for (const server of venues.values()) server.start();
    },
    stop: () => {
      world.stop();
      for (const server of venues.values()) server.stop();
    },
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
    return new SyntheticWorld({ random, clock, updatesPerSecond, rates: options.dislocations ?? DEFAULT_RATES });
  }
  return new RecordedWorld({ recorded, random, clock, updatesPerSecond, atEnd: options.world.atEnd ?? 'halt' });
}
