import type { Venue } from '#shared/domain/ids';
import { VENUES } from '#shared/domain/ids';
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
import { PRACTICE_NOTE } from './world/labels.ts';
import { SyntheticWorld } from './world/synthetic.ts';
import type { World } from './world/world.ts';

export { PRACTICE_NOTE, RECORDED_NOTE } from './world/labels.ts';

export interface PracticeOptions {
  readonly seed: number;
  readonly clock: Clock;
  readonly world: 'synthetic';
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
  readonly instruments: readonly { readonly venue: Venue; readonly instrument: string }[];
  readonly faults: PracticeFaults;
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

/** Builds the practice venues over one world. Nothing moves before `start`. */
export function createPracticeWorld(options: PracticeOptions): PracticeWorld {
  const random = new SeededRandom(options.seed).fork('practice');
  const world = new SyntheticWorld({
    random: random.fork('world'),
    clock: options.clock,
    updatesPerSecond: options.updatesPerSecond ?? 7,
    rates: options.dislocations ?? DEFAULT_RATES,
  });
  const venues = new Map<Venue, PracticeVenue>();
  for (const venue of VENUES) {
    const Wire = WIRES[venue];
    const gate = new VenueGate(venue, () => world.isOut());
    venues.set(venue, new Wire({ world, clock: options.clock, random: random.fork(`wire/${venue}`), gate }));
  }
  const gates = new Map([...venues].map(([venue, server]) => [venue, server.gate]));
  return {
    kind: world.kind,
    note: PRACTICE_NOTE,
    servers: [...venues.values()],
    instruments: [...venues.keys()].flatMap((venue) =>
      world.marketsOf(venue).map((market) => ({ venue, instrument: market.spec.instrument })),
    ),
    faults: new PracticeFaults(gates, world),
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
