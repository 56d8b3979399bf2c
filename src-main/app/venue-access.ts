import { createPracticeWorld, type PracticeOptions, type PracticeWorld } from '#main/practice/practice';
import { PracticeServers } from '#main/practice/servers';
import { BUILT_FEEDS } from '#main/venues/feeds';
import { type LocalAddress, NetworkTransport } from '#main/venues/kit/network-transport';
import type { FeedId } from '#shared/domain/ids';
import type { Clock } from '#shared/kernel/time';
import type { Transport } from '#shared/kernel/transport';
import { practicedFeeds } from './practiced-feeds.ts';

/** The way to the venues: the real ones, or practice venues on this machine. */
export interface VenueAccess {
  readonly transport: Transport;
  /** Feeds that can be read over it. */
  readonly feeds: readonly FeedId[];
  /** After whoever uses the transport has stopped. */
  stop(): Promise<void>;
}

export interface PracticeAccess extends VenueAccess {
  readonly world: PracticeWorld;
}

/** Connects to nothing by itself. */
export function liveAccess(): VenueAccess {
  const transport = new NetworkTransport();
  return { transport, feeds: BUILT_FEEDS, stop: async () => transport.close() };
}

/**
 * Starts the practice venues as servers on this machine and redirects every venue's hosts to them.
 * @throws {RecordedFolderError} when a recorded world cannot be used.
 */
export async function practiceAccess(
  seed: number,
  clock: Clock,
  choice: PracticeOptions['world'],
): Promise<PracticeAccess> {
  const world = createPracticeWorld({ seed, clock, world: choice });
  const servers = new PracticeServers(world.servers, clock);
  const { port } = await servers.start();
  const local: LocalAddress = { address: '127.0.0.1', port };
  const transport = new NetworkTransport({ redirect: new Map(world.hosts.map((host) => [host, local])) });
  world.start();
  return {
    transport,
    feeds: practicedFeeds(world),
    world,
    stop: async () => {
      transport.close();
      world.stop();
      await servers.stop();
    },
  };
}
