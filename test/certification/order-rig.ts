import type { VenueAccountBroker } from '#engine/ports';
import { practiceOrders } from '#main/app/certify-practice';
import { orderBook } from '#main/app/decode';
import { runUntil } from '#main/app/virtual-run';
import type { FeedResults } from '#main/certification/certify-feed';
import { certifyOrders } from '#main/certification/orders/certify-orders';
import type { OrderSubject } from '#main/certification/orders/order-subject';
import { InProcessTransport } from '#main/practice/in-process';
import { createPracticeWorld, type PracticeWorld } from '#main/practice/practice';
import { protocolOf } from '#main/venues/feeds';
import type { OrderProtocol } from '#main/venues/orders/adapter';
import { ORDER_PROTOCOLS } from '#main/venues/orders/order-protocols';
import { PRIVATE_CHECKS, type PrivateCheck } from '#shared/domain/certification';
import { type FeedId, venueOf } from '#shared/domain/ids';
import type { FaultName } from '#shared/domain/practice';
import { SeededRandom } from '#shared/kernel/random';
import type { Transport } from '#shared/kernel/transport';
import { VirtualClock } from '#shared/kernel/virtual-clock';

const START_MS = Date.UTC(2026, 0, 5);
const TIMES = { booksMs: 8_000, streamMs: 5_000, patienceMs: 15_000, recoveryMs: 20_000 };

export interface OrderRigOptions {
  /** Changes what arrives and leaves. */
  readonly through?: (inner: Transport) => Transport;
  readonly broker?: (inner: VenueAccountBroker) => VenueAccountBroker;
  /** Replaces parts of the subject, e.g. so that it looks like a real venue. */
  readonly changes?: (subject: OrderSubject, world: PracticeWorld) => Partial<OrderSubject>;
  /** Asked to stop when this check has ended. */
  readonly stopAfter?: string;
}

export interface OrderRun {
  readonly results: FeedResults;
  readonly world: PracticeWorld;
  /** Virtual ms that it took. */
  readonly took: number;
  /** The account of the trading key as its venue left it. */
  readonly account: ReturnType<PracticeWorld['exchange']>['keys'][number]['account'];
}

export const protocolOfOrders = (feed: FeedId): OrderProtocol => {
  const protocol = ORDER_PROTOCOLS[feed];
  if (protocol === undefined) throw new Error(`no orders on ${feed}`);
  return protocol;
};

/** The orders of one feed of a practice world put through their checks in virtual time. */
export async function certifiedOrders(feed: FeedId, options: OrderRigOptions = {}): Promise<OrderRun> {
  const clock = new VirtualClock(START_MS);
  const random = new SeededRandom(5);
  const world = createPracticeWorld({
    seed: 5,
    clock,
    world: 'synthetic',
    feeds: [feed],
    updatesPerSecond: 2,
    dislocations: { payablePerMinute: 0, smallPerMinute: 0 },
  });
  const inner = new InProcessTransport({ clock, servers: world.servers, random: random.fork('network') });
  world.start();
  let stopped = false;
  const subject: OrderSubject = {
    protocol: protocolOf(feed),
    transport: options.through?.(inner) ?? inner,
    clock,
    random: random.fork('certify'),
    bases: ['BTC'],
    makeBook: orderBook,
    provoke: (fault: FaultName, on: boolean) => {
      const applied = world.faults.apply({ feed, fault, on });
      return applied.ok ? null : applied.error;
    },
    times: TIMES,
    cancelled: () => stopped,
    orders: protocolOfOrders(feed),
    ...practiceOrders(world, feed),
    ...(options.broker === undefined ? {} : { through: options.broker }),
  };
  let results: FeedResults | null = null;
  void certifyOrders({ ...subject, ...options.changes?.(subject, world) }, (check) => {
    if (check === options.stopAfter) stopped = true;
  }).then((done) => {
    results = done;
  });
  for (let steps = 0; results === null && steps < 12_000; steps += 1) await runUntil(clock, clock.wallMs() + 50);
  const [key] = world
    .exchange(venueOf(feed))
    .keys.filter(({ kind, name }) => name === 'trading' && kind === protocolOfOrders(feed).keyKind);
  world.stop();
  if (results === null || key === undefined) throw new Error('the checks did not end');
  return { results, world, took: clock.wallMs() - START_MS, account: key.account };
}

/** Checks whose semantic the declared capabilities of a feed lack. */
export function notSupported(feed: FeedId): readonly PrivateCheck[] {
  const { reduceOnly, orderKinds, deadMan, resolvesByClientId } = protocolOfOrders(feed).capabilities;
  const has: Partial<Record<PrivateCheck, boolean>> = {
    'reduce-only': reduceOnly,
    'resident-stop': orderKinds.includes('stop-loss'),
    'client-id-query': resolvesByClientId,
    'dead-man': deadMan !== null,
  };
  return PRIVATE_CHECKS.filter((check) => has[check] === false);
}

/** Client ids that the venue holds open or waiting. */
export const openAt = (account: OrderRun['account'], feed: FeedId): readonly (string | null)[] =>
  account
    .orders(feed)
    .filter(({ state }) => state === 'open' || state === 'waiting')
    .map(({ request }) => request.clientOrderId);

export const statusesOf = (results: FeedResults): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(results).map(([check, { status }]) => [check, status]));
