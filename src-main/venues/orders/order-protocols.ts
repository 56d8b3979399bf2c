import type { Random, VenueAccountBroker } from '#engine/ports';
import type { Credentials } from '#shared/domain/credentials';
import { type FeedId, feedName, feedOfListing, type ListingId, venueOf } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import { err, ok, type Result } from '#shared/kernel/result';
import type { Clock } from '#shared/kernel/time';
import type { Transport } from '#shared/kernel/transport';
import type { Decimal } from '#shared/money/decimal';
import { BINANCE_PERP_ORDERS } from '../binance/orders/perp-protocol.ts';
import { BINANCE_SPOT_ORDERS } from '../binance/orders/spot-protocol.ts';
import { BYBIT_PERP_ORDERS, BYBIT_SPOT_ORDERS } from '../bybit/orders/protocol.ts';
import { COINBASE_SPOT_ORDERS } from '../coinbase/orders/protocol.ts';
import { COINBASE_PERP_ORDERS } from '../coinbase-derivatives/orders/protocol.ts';
import { KRAKEN_PERP_ORDERS } from '../kraken/futures/orders/protocol.ts';
import { KRAKEN_SPOT_ORDERS } from '../kraken/spot/orders/protocol.ts';
import { OKX_PERP_ORDERS, OKX_SPOT_ORDERS } from '../okx/orders/protocol.ts';
import { headersAt } from '../test-networks.ts';
import type { OrderProtocol, Signer, SignerContext } from './adapter.ts';
import { Caller, type OnCall } from './caller.ts';
import { Scrubber } from './scrub.ts';
import { ccxtSigner } from './signing-client.ts';
import { VenueBroker } from './venue-broker.ts';

/** How orders are given on each feed. */
export const ORDER_PROTOCOLS: Readonly<Partial<Record<FeedId, OrderProtocol>>> = {
  'binance:spot': BINANCE_SPOT_ORDERS,
  'binance:perp': BINANCE_PERP_ORDERS,
  'coinbase:spot': COINBASE_SPOT_ORDERS,
  'coinbase:perp': COINBASE_PERP_ORDERS,
  'bybit:spot': BYBIT_SPOT_ORDERS,
  'bybit:perp': BYBIT_PERP_ORDERS,
  'okx:spot': OKX_SPOT_ORDERS,
  'okx:perp': OKX_PERP_ORDERS,
  'kraken:spot': KRAKEN_SPOT_ORDERS,
  'kraken:perp': KRAKEN_PERP_ORDERS,
};

/** Feeds whose key counts nonces: one call of it at a time. */
const SERIAL: readonly FeedId[] = ['kraken:spot'];
/** Client order ids of the journal: its birth and a count, in base 36. */
const OUR_IDS = /^x[0-9a-z]{17}$/;

export interface BrokerOptions {
  /** Name of the account in the journal. */
  readonly account: string;
  readonly credentials: Credentials;
  /** AC-1: see `ENTITIES`. */
  readonly entity: string;
  readonly transport: Transport;
  readonly clock: Clock;
  /** The broker draws from its own fork. */
  readonly random: Random;
  /** The catalogue as it is now; listings of other feeds are not looked at. */
  readonly listings: () => readonly Listing[];
  /** Middle of a listing's book, quote per base, while it can be trusted: orders outside the price band stay here. */
  readonly mid?: (listing: ListingId) => Decimal | undefined;
  /** Server time minus ours, ms; 0 until measured. */
  readonly skewMs: () => number;
  /** Listings that the account was ever traded on, those of earlier lives included (EX-5). */
  readonly traded?: () => Iterable<ListingId>;
  /** Whether a client order id is Crossbook's; the shape of the journal's ids when left out (EX-12). */
  readonly made?: (clientOrderId: string) => boolean;
  /** EX-14: the broker arms and renews the venue's dead-man while an entry rests; it does when left out. */
  readonly holdsDeadMan?: boolean;
  readonly onCall?: OnCall;
}

/** The broker of one feed over any transport and clock; nothing happens before `start`. */
export function createBroker(feed: FeedId, options: BrokerOptions): Result<VenueAccountBroker, string> {
  const protocol = ORDER_PROTOCOLS[feed];
  if (protocol === undefined) return err(`${feedName(feed)} takes no orders in this version.`);
  return brokerOf(protocol, options);
}

/** {@link createBroker} for a protocol that is at hand. */
export function brokerOf(protocol: OrderProtocol, options: BrokerOptions): Result<VenueAccountBroker, string> {
  const { feed } = protocol;
  const { account, credentials, entity, transport, clock, skewMs, listings } = options;
  const hosts = protocol.hosts(entity);
  const [globalHost] = protocol.hosts('global') ?? [];
  if (hosts === undefined || globalHost === undefined) return err(`${feedName(feed)} has no entity “${entity}”.`);
  const random = options.random.fork(`orders/${feed}/${account}`);
  const scrubber = new Scrubber(credentials);
  const signer = (nonce: () => number): Signer => {
    const context: SignerContext = {
      credentials,
      hosts,
      headers: headersAt(venueOf(feed), entity),
      clock,
      random: random.fork('signer'),
      skewMs,
      nonce,
    };
    if (protocol.signer !== undefined) return protocol.signer(context);
    if (protocol.client === null) throw new Error(`${feed} has no signer`);
    return ccxtSigner(protocol.client, globalHost, context);
  };
  const caller = new Caller({
    signer,
    verdict: protocol.verdict,
    budgets: protocol.budgets,
    signingWindowMs: protocol.signingWindowMs,
    serial: SERIAL.includes(feed),
    transport,
    clock,
    random: random.fork('caller'),
    skewMs,
    scrubber,
    onCall: options.onCall ?? (() => undefined),
  });
  const own = () => listings().filter(({ id }) => id.startsWith(`${feed}|`));
  const listing = (id: ListingId) => (feedOfListing(id) === feed ? listings().find((one) => one.id === id) : undefined);
  const adapter = protocol.create({
    credentials,
    entity,
    caller,
    transport,
    clock,
    random: random.fork('adapter'),
    listing,
    bySymbol: (symbol) => own().find((one) => one.symbol === symbol),
    listings: own,
    traded: options.traded ?? (() => []),
    skewMs,
    hide: (secret) => scrubber.learn(secret),
  });
  return ok(
    new VenueBroker({
      protocol,
      adapter,
      account,
      clock,
      scrubber,
      listing,
      mid: options.mid ?? (() => undefined),
      skewMs,
      made: options.made ?? ((id) => OUR_IDS.test(id)),
      holdsDeadMan: options.holdsDeadMan ?? true,
      stopCalls: () => caller.stop(),
    }),
  );
}
