import type { Random } from '#shared/kernel/random';
import type { Clock } from '#shared/kernel/time';
import type { VenueServer } from '#shared/kernel/transport';
import type { World } from '../world/world.ts';
import type { VenueGate } from './gate.ts';

/** What every venue's protocol is built from. */
export interface WireContext {
  readonly world: World;
  readonly clock: Clock;
  readonly random: Random;
  readonly gate: VenueGate;
}

/** A venue's servers with their own timers (heartbeats, pings, batches). */
export interface PracticeVenue extends VenueServer {
  readonly gate: VenueGate;
  start(): void;
  stop(): void;
}
