import { SystemClock } from '#main/app/system-clock';
import { createPracticeWorld } from '#main/practice/practice';
import { PracticeServers } from '#main/practice/servers';

/** How this program is told to be the venues' process. */
export const FIREHOSE_VENUES = 'firehose-venues';

/** What the venues' process is asked for. */
export interface FirehoseOrder {
  readonly seed: number;
  readonly assets: number;
  readonly updatesPerSecond: number;
}

/** The practice venues in a process of their own; tells its parent the port and runs until the parent is gone. */
export async function firehoseVenues(order: FirehoseOrder): Promise<void> {
  const clock = new SystemClock((error) => {
    throw error;
  });
  const world = createPracticeWorld({ ...order, clock, world: 'synthetic' });
  const servers = new PracticeServers(world.servers, clock);
  const { port } = await servers.start();
  world.start();
  process.send?.({ port });
  process.on('disconnect', () => process.exit(0));
}
