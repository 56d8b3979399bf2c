import type { AccountFeed, AccountRow, KeyRow } from '#shared/contract/accounts';
import type { Account } from '#shared/domain/account';
import type { Capabilities } from '#shared/domain/capabilities';
import { type FeedId, feedId, type Venue } from '#shared/domain/ids';
import type { AccountConnection, Reading } from './connection.ts';
import { type Connections, staysFor } from './connections.ts';
import { forceOf } from './paper-terms.ts';
import type { Registry } from './registry.ts';

/** What the venue of a feed guarantees, whether or not anyone is connected to it. */
export type CapabilitiesOf = (feed: FeedId) => Capabilities;

export interface RowSources {
  readonly registry: Registry;
  readonly connections: Connections;
  readonly capabilitiesOf: CapabilitiesOf;
  /** What of the inventory stated on a venue is not in force, in sentences. */
  readonly inventoryKept: (venue: Venue) => readonly string[];
}

/** One account as the window shows it. */
export function accountRow(account: Account, sources: RowSources): AccountRow {
  const { registry, connections, capabilitiesOf, inventoryKept } = sources;
  const feeds = account.products.map((product) => feedId(account.venue, product));
  const live = feeds.flatMap((feed) => connections.connection(account.id, feed) ?? []);
  return {
    id: account.id,
    account,
    force: forceOf(account, registry.accounts, inventoryKept),
    feeds: feeds.map((feed) => feedRow(account, feed, connections, capabilitiesOf)),
    balances: joined(
      live,
      (one) => one.holdings,
      (row) => `${row.wallet}|${row.currency}`,
    ),
    positions: joined(
      live,
      (one) => one.positions,
      (row) => `${row.feed}|${row.instrument}|${row.side}`,
    ),
    externalOrders: joined(
      live,
      (one) => one.externalOrders,
      (row) => `${row.feed}|${row.venueOrderId}`,
    ),
    fees: joined(
      live,
      (one) => one.fees,
      (row) => `${row.feed}|${row.instrument ?? ''}`,
    ),
  };
}

function feedRow(
  account: Account,
  feed: FeedId,
  connections: Connections,
  capabilitiesOf: CapabilitiesOf,
): AccountFeed {
  const capabilities = capabilitiesOf(feed);
  const connection = connections.connection(account.id, feed);
  if (connection === undefined) {
    const reason = connections.offReason(account.id, feed) ?? 'It is not connected.';
    return {
      feed,
      state: 'off',
      reason,
      health: null,
      privateStream: 'off',
      heardAtMs: null,
      stays: null,
      capabilities,
    };
  }
  const { kind, reason, health, stream, heardAtMs } = connection.state;
  const needed = connections.keptBy(account.id, feed);
  const stays = needed === undefined ? null : `It ${staysFor(needed)}`;
  return { feed, state: kind, reason, health, privateStream: stream, heardAtMs, stays, capabilities };
}

/**
 * The readings of an account's feeds as one: as old as the oldest, with every problem. A unified wallet is read by both
 * feeds and shown once.
 */
function joined<T>(
  live: readonly AccountConnection[],
  of: (connection: AccountConnection) => Reading<readonly T[]>,
  keyOf: (row: T) => string,
): { value: T[] | null; atMs: number | null; problem: string | null } {
  const readings = live.map(of);
  const problems = [...new Set(readings.flatMap(({ problem }) => problem ?? []))];
  const problem = problems.length === 0 ? null : problems.join('; ');
  const rows = new Map<string, T>();
  for (const { value } of readings) for (const row of value ?? []) rows.set(keyOf(row), row);
  const times = readings.flatMap(({ atMs }) => atMs ?? []);
  // A part that was never read leaves the whole unread: half of a balance sheet is none.
  if (readings.length === 0 || times.length < readings.length) return { value: null, atMs: null, problem };
  return { value: [...rows.values()], atMs: Math.min(...times), problem };
}

/** Every key as it may be seen. */
export function keyRows(registry: Registry): readonly KeyRow[] {
  return registry.keys.map(({ id, kind, entity, label, active, masked, createdAtMs, health }) => ({
    id,
    kind,
    entity,
    label,
    active,
    masked,
    createdAtMs,
    usedBy: registry.usersOf(id).map((account) => account.label),
    health: [...health],
  }));
}
